import { useEffect, useRef } from "react";
import { Icon, type IconName } from "../../parts/Icon";
import { visible } from "../../words/providerText";
import styles from "./VerdictNote.module.css";

type Tone = "ok" | "warn" | "bad" | "neutral";

const ICONS: Record<Tone, IconName> = { ok: "shieldCheck", warn: "shield", bad: "shieldX", neutral: "info" };

/** What it all comes to, first. What had the focus before is gone: a reader goes on here. */
export function VerdictNote({ verdict }: { verdict: { tone: Tone; title: string; lead: string } }) {
  const { tone, title, lead } = verdict;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) {
      heading.current?.focus();
    }
  }, []);
  return (
    <div className={styles.note} data-tone={tone} role="status">
      <Icon name={ICONS[tone]} size={18} />
      <div>
        <h2 ref={heading} tabIndex={-1} className={styles.title}>
          {title}
        </h2>
        <p className={styles.lead}>
          <bdi>{visible(lead)}</bdi>
        </p>
      </div>
    </div>
  );
}
