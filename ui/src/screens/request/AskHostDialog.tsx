import type { Account } from "../../bindings/Account";
import type { RequestPlan } from "../../bindings/RequestPlan";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { visible } from "../../words/providerText";
import styles from "./AskHostDialog.module.css";

type AskHostDialogProps = { account: Account; plan: RequestPlan; onAnswer: (yes: boolean) => void };

/** Another host than the profile's API would get the token: both are named, and the safe answer has the focus. */
export function AskHostDialog({ account, plan, onAnswer }: AskHostDialogProps) {
  const host = visible(plan.target?.host ?? "");
  const who = <b>{visible(account.name)}</b>;
  return (
    <Dialog
      alert
      title={plan.proof.by === "bearer" ? "Send the token to another host?" : "Sign for another host?"}
      onClose={() => onAnswer(false)}
      foot={
        <>
          <Button onPress={() => onAnswer(false)} autoFocus>
            Do not send
          </Button>
          <Button look="primary" onPress={() => onAnswer(true)}>{`Send to ${host}`}</Button>
        </>
      }
    >
      <p className={styles.lead}>
        {plan.proof.by === "bearer" ? (
          <>
            <b>{host}</b> would get the access token of {who}. Whoever has it can act as you, within what you
            allowed, until it ends.
          </>
        ) : (
          <>
            <b>{host}</b> would get a request that is signed as {who}.
          </>
        )}
      </p>
      <p className={styles.lead}>
        {plan.api_host ? (
          <>
            The API of the profile <b>{account.profile}</b> is at <b>{visible(plan.api_host)}</b>.
          </>
        ) : (
          <>
            The profile <b>{account.profile}</b> does not say where its API is.
          </>
        )}
      </p>
    </Dialog>
  );
}
