import { type FormEvent, useState } from "react";
import type { ProfileName } from "../../bindings/ProfileName";
import { FailureNote } from "../../parts/FailureNote";
import { Field } from "../../parts/Field";
import { useRenameProfile } from "../../queries/profiles";
import { profileNameFault } from "../../words/names";
import styles from "./RenamePage.module.css";

type RenamePageProps = { name: ProfileName; form: string; onRenamed: (name: ProfileName) => void };

/** Another name for a profile. */
export function RenamePage({ name, form, onRenamed }: RenamePageProps) {
  const [typed, setTyped] = useState(name);
  const [checked, setChecked] = useState(false);
  const rename = useRenameProfile();
  const wanted = typed.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (profileNameFault(wanted) === null && !rename.isPending) {
      rename.mutate({ profile: name, newName: wanted }, { onSuccess: (renamed) => onRenamed(renamed.name) });
    }
  };
  return (
    <form id={form} className={styles.form} onSubmit={submit}>
      <Field
        label="Name of the profile"
        help="Letters, digits, dots, - and _. Commands and scripts use this name."
        code
        value={typed}
        onChange={setTyped}
        error={checked ? profileNameFault(wanted) : null}
        autoFocus
      />
      <p className={styles.stays}>
        Its accounts stay linked and keep their names. Its redirect URIs keep the name that it had first, so
        nothing has to be registered anew.
      </p>
      {rename.error && <FailureNote failure={rename.error} />}
    </form>
  );
}
