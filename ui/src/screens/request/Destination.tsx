import type { ReactNode } from "react";
import type { Account } from "../../bindings/Account";
import type { RequestPlan } from "../../bindings/RequestPlan";
import { Icon } from "../../parts/Icon";
import { useNow } from "../../parts/useNow";
import { visible } from "../../words/providerText";
import { shortMoment } from "../../words/time";
import styles from "./Destination.module.css";

type DestinationProps = {
  account: Account;
  plan: RequestPlan | null;
  /** Whether no address is typed yet. */
  empty: boolean;
};

/** Which host gets the token, how the request proves whose it is, and how long that is good. */
export function Destination({ account, plan, empty }: DestinationProps) {
  const host = empty ? null : plan?.target?.host;
  return (
    <p className={styles.line} role="status">
      <Icon name="key" />
      {plan && host && (
        <span>
          <Words account={account} plan={plan} host={host} />
        </span>
      )}
      {plan && !host && (
        <span>
          {empty && plan.api_base
            ? `Type what to ask for below ${visible(plan.api_base)}, or a whole address.`
            : "Nothing goes out as it stands."}
        </span>
      )}
    </p>
  );
}

function Words({ account, plan, host }: { account: Account; plan: RequestPlan; host: string }) {
  const who = <b>{visible(account.name)}</b>;
  const where = <b>{visible(host)}</b>;
  if (plan.proof.by === "signature") {
    return (
      <>
        Signs with {visible(plan.proof.method)} as {who}, for {where} and no other host. Key and secret stay
        here.
      </>
    );
  }
  return (
    <>
      Sends the access token of {who} to {where} and no other host{place(plan)}. <Fresh account={account} />
    </>
  );
}

function place({ proof }: RequestPlan): string {
  switch (proof.placement) {
    case "header":
      return "";
    case "body":
      return ", in the form where one is sent";
    case "query":
      return ", in the address, where logs may keep it";
    default:
      return proof.placement satisfies never;
  }
}

function Fresh({ account }: { account: Account }): ReactNode {
  const { expires_at, refreshable } = account;
  const now = useNow(expires_at);
  if (expires_at === null) {
    return null;
  }
  if (expires_at - now > 60) {
    return `Fresh until ${shortMoment(expires_at, now)}.`;
  }
  return refreshable ? "It is refreshed first." : "It has run out, and cannot be refreshed.";
}
