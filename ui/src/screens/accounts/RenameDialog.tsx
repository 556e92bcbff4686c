import { type FormEvent, useId, useState } from "react";
import type { AccountName } from "../../bindings/AccountName";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { FailureNote } from "../../parts/FailureNote";
import { Field } from "../../parts/Field";
import { useRenameAccount } from "../../queries/accounts";
import { accountNameFault } from "../../words/names";
import styles from "./dialogs.module.css";

/** Another name for an account. */
export function RenameDialog({ name }: { name: AccountName }) {
  const { close, choose } = useNavigation();
  const rename = useRenameAccount();
  const [newName, setNewName] = useState(name);
  const form = useId();
  const wanted = newName.trim();
  const [checked, setChecked] = useState(false);
  const fault = checked ? accountNameFault(wanted) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (accountNameFault(wanted) !== null) {
      return;
    }
    if (wanted === name) {
      close();
      return;
    }
    rename.mutate(
      { account: name, newName: wanted },
      {
        onSuccess: (account) => {
          choose(account.name);
          close();
        },
      },
    );
  };
  return (
    <Dialog
      title="Rename this account"
      onClose={close}
      foot={
        <>
          <Button look="quiet" onPress={close}>
            Cancel
          </Button>
          <Button look="primary" type="submit" form={form} isPending={rename.isPending}>
            Rename
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={submit}>
        <Field
          label="Name"
          help="Letters, digits, dots, - and _; two parts may be joined by /. Commands and scripts use this name."
          value={newName}
          onChange={setNewName}
          error={fault}
          isRequired
          autoFocus
          code
        />
        {rename.error && <FailureNote failure={rename.error} />}
      </form>
    </Dialog>
  );
}
