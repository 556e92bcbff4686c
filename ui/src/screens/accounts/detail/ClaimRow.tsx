import { CopyButton } from "../../../parts/CopyButton";
import { ProviderText } from "../../../parts/ProviderText";
import { useNow } from "../../../parts/useNow";
import type { Claim, ClaimValue } from "../../../words/claims";
import { visible } from "../../../words/providerText";
import { moment, relative } from "../../../words/time";
import styles from "./ClaimRow.module.css";

/** A claim: what it is called, its value, and what that means. */
export function ClaimRow({ claim }: { claim: Claim }) {
  return (
    <div className={styles.claim}>
      <dt className={styles.name}>
        {visible(claim.label)}
        {claim.label !== claim.key && <code className={styles.key}>{claim.key}</code>}
      </dt>
      <dd className={styles.value}>
        <Value value={claim.value} />
        {claim.meaning && <div className={styles.meaning}>{claim.meaning}</div>}
      </dd>
      <dd className={styles.copy}>
        <CopyButton text={textOf(claim.value)} what={visible(claim.key)} />
      </dd>
    </div>
  );
}

function textOf(value: ClaimValue): string {
  return value.kind === "time" ? String(value.at) : value.text;
}

function Value({ value }: { value: ClaimValue }) {
  const now = useNow();
  if (value.kind !== "time") {
    return <ProviderText code={value.kind === "code"}>{value.text}</ProviderText>;
  }
  const when = moment(value.at, now);
  return (
    <>
      <span>{when.charAt(0).toUpperCase() + when.slice(1)}</span>
      <span className={styles.relative}>{relative(value.at, now)}</span>
      <code className={styles.raw}>{value.at}</code>
    </>
  );
}
