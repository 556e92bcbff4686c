import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigation } from "../../navigation";
import { Field } from "../../parts/Field";
import { useBackUpVault, vaultStatus } from "../../queries/vault";
import { PassphraseFields } from "./PassphraseFields";
import { useNewPassphrase } from "./useNewPassphrase";
import { VaultDialog } from "./VaultDialog";

/** Everything into one encrypted file; where is asked by the system's own dialog. */
export function BackUpDialog() {
  const { close, say } = useNavigation();
  const byPassphrase = useQuery(vaultStatus()).data?.key_source === "passphrase";
  const [now, setNow] = useState("");
  const chosen = useNewPassphrase();
  const backUp = useBackUpVault();
  const wrong = backUp.error?.code === "wrong_passphrase";
  const submit = () => {
    const passphrase = chosen.taken();
    if (passphrase === null) {
      return;
    }
    backUp.mutate(
      { vaultPassphrase: byPassphrase ? now : null, passphrase },
      {
        onSuccess: (path) => {
          if (path !== null) {
            close();
            say({ text: `Backed up to ${path}.`, tone: "ok" });
          }
        },
      },
    );
  };
  return (
    <VaultDialog
      title="Back up the vault"
      lead="Every account and profile goes into one encrypted file, tokens and secrets among it. Its passphrase opens it on any machine; without it nobody does."
      does="Choose where…"
      pending={backUp.isPending}
      failure={wrong ? null : backUp.error}
      onSubmit={submit}
      onClose={close}
    >
      {byPassphrase && (
        <Field
          label="Passphrase of the vault"
          type="password"
          value={now}
          onChange={setNow}
          error={wrong ? "That is not the passphrase. Nothing was written." : null}
          autoFocus
        />
      )}
      <PassphraseFields label="Passphrase of the backup" chosen={chosen} autoFocus={!byPassphrase} />
    </VaultDialog>
  );
}
