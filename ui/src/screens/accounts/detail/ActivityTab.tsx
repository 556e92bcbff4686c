import { useQuery } from "@tanstack/react-query";
import type { AccountDetail } from "../../../bindings/AccountDetail";
import { FailureNote } from "../../../parts/FailureNote";
import { LedgerLine } from "../../../parts/LedgerLine";
import { useNow } from "../../../parts/useNow";
import { accountLog } from "../../../queries/log";
import { days, told, withChecks } from "../../../words/activity";
import { dayTitle } from "../../../words/time";
import styles from "./ActivityTab.module.css";

/** What happened to this account: who was handed its token, when. By day, repeats folded. */
export function ActivityTab({ detail }: { detail: AccountDetail }) {
  const { data, error } = useQuery(accountLog(detail.name));
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
  return days(withChecks(told(data), detail), (at) => dayTitle(at, now)).map(({ day: title, lines }) => (
    <section key={title} className={styles.day} aria-label={title}>
      <h2>{title}</h2>
      <ul>
        {lines.map((folded) => (
          <li key={folded.number}>
            <LedgerLine folded={folded} />
          </li>
        ))}
      </ul>
    </section>
  ));
}
