import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { Field } from "../../parts/Field";
import { useChooseBackup, useRestoreVault, vaultStatus } from "../../queries/vault";
import { visible } from "../../words/providerText";
import { PassphraseFields } from "./PassphraseFields";
import { useNewPassphrase } from "./useNewPassphrase";
import { VaultDialog } from "./VaultDialog";
import styles from "./VaultDialog.module.css";

const IN_PLACE =
  "What the backup holds takes the place of this vault. The vault that is here now is set aside in a folder of its own; nothing of it is deleted.";
const INTO_NOTHING = "There is no vault yet: what the backup holds becomes yours.";

/** What is in a backup takes the place of the vault, which is set aside. */
export function RestoreDialog() {
  const { close, say, go } = useNavigation();
  const [passphrase, setPassphrase] = useState("");
  const [fault, setFault] = useState<"file" | "passphrase" | null>(null);
  const chosen = useNewPassphrase();
  const choose = useChooseBackup();
  const restore = useRestoreVault();
  const first = useQuery(vaultStatus()).data?.key_source === null;
  const [file, setFile] = useState<string | null>(null);
  // Where no keyring answers, the restored vault needs a passphrase of its own.
  const [keyless, setKeyless] = useState(false);
  const wrong = restore.error?.code === "wrong_passphrase";
  const submit = () => {
    const lacks = file === null ? "file" : passphrase === "" ? "passphrase" : null;
    setFault(lacks);
    const newPassphrase = keyless ? chosen.taken() : null;
    if (lacks !== null || (keyless && newPassphrase === null)) {
      return;
    }
    restore.mutate(
      { passphrase, newPassphrase },
      {
        onSuccess: ({ moved_to }) => {
          close();
          go({ at: "accounts" });
          const aside = moved_to === null ? undefined : `The vault before lies in ${moved_to}.`;
          say({ text: "Restored.", aside, tone: "ok" });
        },
        onError: ({ code }) => setKeyless(keyless || code === "keyring_unavailable"),
      },
    );
  };
  return (
    <VaultDialog
      title="Restore from a backup?"
      lead={first ? INTO_NOTHING : IN_PLACE}
      does="Restore"
      danger={!first}
      pending={restore.isPending}
      failure={choose.error ?? (wrong ? null : restore.error)}
      onSubmit={submit}
      onClose={close}
    >
      <div className={styles.file}>
        <Button
          icon="folder"
          isPending={choose.isPending}
          autoFocus
          onPress={() => choose.mutate(undefined, { onSuccess: (path) => path !== null && setFile(path) })}
        >
          Choose the backup…
        </Button>
        <span className={styles.path} role="status">
          {file === null ? fault === "file" && "Choose its file first." : <bdi>{visible(file)}</bdi>}
        </span>
      </div>
      <Field
        label="Passphrase of the backup"
        type="password"
        value={passphrase}
        onChange={setPassphrase}
        error={
          wrong
            ? "That is not the passphrase of this backup. Nothing was changed."
            : fault === "passphrase"
              ? "Type the passphrase that it was made with."
              : null
        }
      />
      {keyless && <PassphraseFields label="Passphrase of the vault from now on" chosen={chosen} />}
    </VaultDialog>
  );
}
