import { type ReactNode, useRef, useState } from "react";
import { Button } from "react-aria-components";
import { Icon, type IconName } from "../../parts/Icon";
import { Page } from "../../parts/Page";
import { AppearanceSettings } from "./AppearanceSettings";
import { BrowserSettings } from "./BrowserSettings";
import styles from "./SettingsScreen.module.css";
import { VaultSettings } from "./VaultSettings";

type SectionId = "vault" | "appearance" | "browser";

const SECTIONS: { id: SectionId; title: string; icon: IconName; content: ReactNode }[] = [
  { id: "vault", title: "Vault", icon: "lock", content: <VaultSettings /> },
  { id: "appearance", title: "Appearance", icon: "sun", content: <AppearanceSettings /> },
  { id: "browser", title: "Browser", icon: "globe", content: <BrowserSettings /> },
];

/** Everything that can be set, in one scroll, with a list to jump by. What is chosen takes effect at once. */
export function SettingsScreen() {
  const scroll = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState<SectionId>("vault");
  const jump = (id: SectionId) => {
    const section = scroll.current?.querySelector<HTMLElement>(`[data-section="${id}"]`);
    section?.scrollIntoView({ block: "start" });
    section?.querySelector("h2")?.focus({ preventScroll: true });
    setCurrent(id);
  };
  return (
    <Page title="Settings" headed>
      <div className={styles.settings}>
        <nav className={styles.jumps} aria-label="Settings">
          {SECTIONS.map(({ id, title, icon }) => (
            <Button
              key={id}
              className={styles.jump ?? ""}
              aria-current={current === id ? "true" : undefined}
              onPress={() => jump(id)}
            >
              <Icon name={icon} size={18} />
              {title}
            </Button>
          ))}
        </nav>
        <div
          ref={scroll}
          className={styles.scroll}
          onScroll={(event) => setCurrent(seenIn(event.currentTarget))}
        >
          {SECTIONS.map(({ id, title, content }) => (
            <section key={id} className={styles.section} data-section={id} aria-labelledby={`settings-${id}`}>
              <h2 id={`settings-${id}`} className={styles.title} tabIndex={-1}>
                {title}
              </h2>
              {content}
            </section>
          ))}
        </div>
      </div>
    </Page>
  );
}

/** The section that is read: the last one whose beginning has come up; at the end, the last one. */
function seenIn(scroll: HTMLElement): SectionId {
  const sections = [...scroll.querySelectorAll<HTMLElement>("[data-section]")];
  const atEnd = scroll.scrollTop > 0 && scroll.scrollTop + scroll.clientHeight >= scroll.scrollHeight - 1;
  const top = scroll.getBoundingClientRect().top + 24;
  const read = atEnd ? sections.at(-1) : sections.findLast((one) => one.getBoundingClientRect().top <= top);
  return SECTIONS.find(({ id }) => id === read?.dataset.section)?.id ?? "vault";
}
