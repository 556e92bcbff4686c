import { useQuery } from "@tanstack/react-query";
import type { AccountName } from "../../../bindings/AccountName";
import { FailureNote } from "../../../parts/FailureNote";
import { Icon, type IconName } from "../../../parts/Icon";
import { useNow } from "../../../parts/useNow";
import { accountLog } from "../../../queries/accounts";
import { type ActivityKind, days } from "../../../words/activity";
import { visible } from "../../../words/providerText";
import { clock, day } from "../../../words/time";
import styles from "./ActivityTab.module.css";

const ICONS: Record<ActivityKind, IconName> = {
  linked: "link",
  refreshed: "refresh",
  handed: "hand",
  renamed: "edit",
  ended: "unlink",
  refused: "warn",
  other: "activity",
};

/** What happened to this account: who was handed its token, when. By day, repeats folded. */
export function ActivityTab({ name }: { name: AccountName }) {
  const { data, error } = useQuery(accountLog(name));
  const now = useNow();
  if (error) {
    return <FailureNote failure={error} />;
  }
  if (!data) {
    return null;
  }
  if (data.length === 0) {
    return <p className={styles.none}>Nothing has happened yet.</p>;
  }
  return days(data, (at) => day(at, now)).map(({ day: title, lines }) => (
    <section key={title} className={styles.day} aria-label={title}>
      <h2>{title.charAt(0).toUpperCase() + title.slice(1)}</h2>
      <ul>
        {lines.map(({ line, at, times }) => (
          <li key={`${at} ${line.text}`} className={styles.line} data-kind={line.kind}>
            <time dateTime={new Date(at * 1000).toISOString()}>{clock(at)}</time>
            <Icon name={ICONS[line.kind]} size={18} />
            <span className={styles.text}>{visible(line.text)}</span>
            <span className={styles.aside}>
              {line.detail && visible(line.detail)}
              {times > 1 && <span className={styles.times}>×{times}</span>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  ));
}
