import type { RequestPlan } from "../../bindings/RequestPlan";
import { CopyButton } from "../../parts/CopyButton";
import { visible } from "../../words/providerText";
import styles from "./CommandFoot.module.css";

/** The same request as a command, which fetches its token when it runs. */
export function CommandFoot({ plan }: { plan: RequestPlan | null }) {
  return (
    <footer className={styles.foot} data-page-foot>
      {plan && (
        <>
          <span className={styles.words}>
            In a terminal: <code>{visible(plan.command)}</code>
          </span>
          {plan.curl && (
            <CopyButton text={plan.curl} what="the command for curl" words="Copy as curl" look="quiet" />
          )}
          <CopyButton text={plan.command} what="the command" words="Copy" look="quiet" />
        </>
      )}
    </footer>
  );
}
