import type { AccountDetail } from "../../../bindings/AccountDetail";
import type { CheckRecord } from "../../../bindings/CheckRecord";
import { CheckList } from "../../../parts/CheckList";
import { CopyButton } from "../../../parts/CopyButton";
import { checkWords } from "../../../words/checks";
import { exactly, momentAt, secondsNow } from "../../../words/time";
import styles from "./ChecksTab.module.css";

/** The checks of the ID token in the order in which they were made, each with its reason and its rule. */
export function ChecksTab({ detail, provider }: { detail: AccountDetail; provider: string }) {
  const { checks } = detail;
  const count = (outcome: CheckRecord["outcome"]) =>
    checks.filter((check) => check.outcome === outcome).length;
  const [passed, failed, skipped] = [count("pass"), count("fail"), count("skip")];
  return (
    <>
      <div className={styles.head}>
        <div className={styles.summary}>
          <h2>
            {failed > 0 ? `${failed} of the checks failed.` : `All ${passed} checks that apply passed.`}
          </h2>
          <p className={styles.order}>
            {skipped > 0 && `${skipped} did not apply. `}Made in this order
            {detail.checked_at !== null && ` ${momentAt(detail.checked_at, secondsNow())}`}, before anything
            was stored.
          </p>
        </div>
        <CopyButton text={report(detail)} what="the checks as text" words="Copy report" />
      </div>
      <CheckList checks={checks} signer={provider} />
    </>
  );
}

/** The checks as text; it holds no token. */
function report({ name, issuer, checked_at, checks }: AccountDetail): string {
  const lines = checks.map(({ check, outcome, detail }) => {
    const { label, rule } = checkWords(check);
    return `${outcome.padEnd(4)}  ${label}${rule && ` (${rule})`}: ${detail}`;
  });
  const when = checked_at === null ? "" : `, ${exactly(checked_at)}`;
  return [`Account ${name}, issuer ${issuer ?? "unknown"}${when}`, ...lines, ""].join("\n");
}
