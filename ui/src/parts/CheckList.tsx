import type { CheckRecord } from "../bindings/CheckRecord";
import { checkSaid, checkWords } from "../words/checks";
import styles from "./CheckList.module.css";
import { Hidden } from "./Hidden";
import { Icon } from "./Icon";
import { ProviderText } from "./ProviderText";

const OUTCOMES = {
  pass: { icon: "check", said: "passed" },
  fail: { icon: "x", said: "failed" },
  skip: { icon: "minus", said: "did not apply" },
} as const;

type CheckListProps = {
  checks: CheckRecord[];
  /** The reason beside the name, not below it. */
  columns?: boolean;
  /** Who signed the token, as people call it. */
  signer?: string;
};

/** Checks of a token in their order, each with its reason and its rule. */
export function CheckList({ checks, columns, signer }: CheckListProps) {
  return (
    <ol className={styles.checks} data-columns={columns || undefined}>
      {checks.map((check) => (
        <CheckRow key={check.check} check={check} signer={signer} />
      ))}
    </ol>
  );
}

function CheckRow({ check, signer }: { check: CheckRecord; signer?: string }) {
  const { label, rule } = checkWords(check.check);
  const { said: found, raw } = checkSaid(check, signer);
  const { icon, said } = OUTCOMES[check.outcome];
  return (
    <li className={styles.check} data-outcome={check.outcome}>
      <Icon name={icon} />
      <div className={styles.words}>
        <p className={styles.label}>
          {label}
          <Hidden>: {said}</Hidden>
        </p>
        <p className={styles.detail}>
          <ProviderText>{found}</ProviderText>
          {raw !== null && (
            <span className={styles.raw}>
              <ProviderText>{raw}</ProviderText>
            </span>
          )}
        </p>
      </div>
      <span className={styles.rule}>{rule}</span>
    </li>
  );
}
