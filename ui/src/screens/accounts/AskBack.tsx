import type { Failure } from "../../bindings/Failure";
import { Check } from "../../parts/Check";
import { FailureNote } from "../../parts/FailureNote";
import styles from "./dialogs.module.css";

type AskBackProps = {
  /** Who is asked; null where nobody hears. */
  whom: string | null;
  asking: boolean;
  onChange: (asking: boolean) => void;
  failure: Failure | null;
};

/** Whether the access is to be taken back too, and why that came to nothing. */
export function AskBack({ whom, asking, onChange, failure }: AskBackProps) {
  return (
    <>
      {whom !== null && (
        <div className={styles.ask}>
          <Check isSelected={asking} onChange={onChange}>
            <span>
              Ask {whom} to take back the access <span className={styles.aside}>(recommended)</span>
            </span>
          </Check>
        </div>
      )}
      {failure && (
        <div className={styles.note}>
          <FailureNote failure={failure} />
        </div>
      )}
    </>
  );
}
