import type { Failure } from "../bindings/Failure";
import { failureWords } from "../words/failures";
import styles from "./FailureNote.module.css";
import { Icon } from "./Icon";

/** What happened and what to do, where it happened. */
export function FailureNote({ failure }: { failure: Failure }) {
  const { tone } = failureWords(failure, "The provider");
  return (
    <div className={styles.note} data-tone={tone} role="alert">
      <Icon name={tone === "neutral" ? "info" : "warn"} size={18} />
      <div className={styles.words}>
        <p className={styles.message}>{failure.message}</p>
        {failure.hint && <p className={styles.hint}>{failure.hint}</p>}
      </div>
    </div>
  );
}
