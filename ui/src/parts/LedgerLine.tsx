import type { ActivityKind, ActivityLine, Folded } from "../words/activity";
import { visible } from "../words/providerText";
import { clock } from "../words/time";
import { Hidden } from "./Hidden";
import { Icon, type IconName } from "./Icon";
import styles from "./LedgerLine.module.css";

const ICONS: Record<ActivityKind, IconName> = {
  linked: "link",
  verified: "shieldCheck",
  refreshed: "refresh",
  handed: "hand",
  renamed: "edit",
  ended: "unlink",
  refused: "warn",
  backup: "export",
  other: "activity",
};

/** One line of the ledger: when, what, and for whom where that is not plain from the place. */
export function LedgerLine({ folded: { line, at, times }, whose }: { folded: Folded; whose?: string }) {
  return (
    <div className={styles.line} data-kind={line.kind}>
      <time dateTime={new Date(at * 1000).toISOString()}>{clock(at)}</time>
      <Icon name={ICONS[line.kind]} size={18} />
      <span className={styles.text}>
        <What line={line} />
        {whose && <span className={styles.whose}>{visible(whose)}</span>}
      </span>
      <span className={styles.aside}>
        {line.detail && <span className={styles.detail}>{visible(line.detail)}</span>}
        {times > 1 && (
          <span className={styles.times}>
            <span aria-hidden="true">×{times}</span>
            <Hidden>{times} times</Hidden>
          </span>
        )}
      </span>
    </div>
  );
}

function What({ line: { text, who } }: { line: ActivityLine }) {
  const at = who ? text.indexOf(who) : -1;
  if (who === null || at === -1) {
    return <bdi className={styles.what}>{visible(text)}</bdi>;
  }
  return (
    <span className={styles.what}>
      {text.slice(0, at)}
      <bdi className={styles.who}>{visible(who)}</bdi>
      {text.slice(at + who.length)}
    </span>
  );
}
