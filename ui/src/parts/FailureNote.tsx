import type { Failure } from "../bindings/Failure";
import { failureWords } from "../words/failures";
import { Coded } from "./Coded";
import styles from "./FailureNote.module.css";
import { Icon } from "./Icon";

/** What happened and what to do, where it happened. */
export function FailureNote({ failure }: { failure: Failure }) {
  const { tone } = failureWords(failure, "The provider");
  return (
    <div className={styles.note} data-tone={tone} role="alert">
      <Icon name={tone === "neutral" ? "info" : "warn"} size={18} />
      <div className={styles.words}>
        <p className={styles.message}>
          <Coded>{failure.message}</Coded>
        </p>
        {failure.hint && (
          <p className={styles.hint}>
            <Coded>{failure.hint}</Coded>
          </p>
        )}
      </div>
    </div>
  );
}
