import type { FormEvent, ReactNode } from "react";
import type { Failure } from "../../bindings/Failure";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { FailureNote } from "../../parts/FailureNote";
import styles from "./VaultDialog.module.css";

type VaultDialogProps = {
  title: string;
  lead: ReactNode;
  /** The verb of the button that does it. */
  does: string;
  danger?: boolean;
  pending: boolean;
  failure: Failure | null;
  children: ReactNode;
  onSubmit: () => void;
  onClose: () => void;
};

/** Work on the vault as a whole: why, what it takes, and what came in its way. */
export function VaultDialog(props: VaultDialogProps) {
  const { title, lead, does, danger, pending, failure, children, onSubmit, onClose } = props;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look={danger ? "danger" : "primary"} type="submit" form="vault-work" isPending={pending}>
            {does}
          </Button>
        </>
      }
    >
      <p className={styles.lead}>{lead}</p>
      <form id="vault-work" className={styles.form} onSubmit={submit}>
        {children}
      </form>
      {failure && (
        <div className={styles.refused}>
          <FailureNote failure={failure} />
        </div>
      )}
    </Dialog>
  );
}
