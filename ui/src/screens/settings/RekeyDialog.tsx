import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { KeySource } from "../../bindings/KeySource";
import { useNavigation } from "../../navigation";
import { Field } from "../../parts/Field";
import { useRekeyVault, vaultStatus } from "../../queries/vault";
import { PassphraseFields } from "./PassphraseFields";
import { useNewPassphrase } from "./useNewPassphrase";
import { VaultDialog } from "./VaultDialog";

/** Another key for the vault. Everything in it stays as it is. */
export function RekeyDialog({ to }: { to: KeySource }) {
  const { close, say } = useNavigation();
  const from = useQuery(vaultStatus()).data?.key_source;
  const [now, setNow] = useState("");
  const chosen = useNewPassphrase();
  const rekey = useRekeyVault();
  const wrong = rekey.error?.code === "wrong_passphrase";
  const submit = () => {
    const newPassphrase = to === "passphrase" ? chosen.taken() : null;
    if (to === "passphrase" && newPassphrase === null) {
      return;
    }
    rekey.mutate(
      { passphrase: from === "passphrase" ? now : null, newPassphrase },
      {
        onSuccess: () => {
          close();
          say({ text: DONE[to], tone: "ok" });
        },
      },
    );
  };
  return (
    <VaultDialog
      title={to === "keyring" ? "Keep the key in the system keyring?" : TITLES[from ?? "keyring"]}
      lead={to === "keyring" ? LEADS.keyring : LEADS.passphrase}
      does={to === "keyring" ? "Move the key" : from === "passphrase" ? "Change it" : "Set the passphrase"}
      pending={rekey.isPending}
      failure={wrong ? null : rekey.error}
      onSubmit={submit}
      onClose={close}
    >
      {from === "passphrase" && (
        <Field
          label="Passphrase now"
          type="password"
          value={now}
          onChange={setNow}
          error={wrong ? "That is not the passphrase. Nothing was changed." : null}
          autoFocus
        />
      )}
      {to === "passphrase" && (
        <PassphraseFields label="New passphrase" chosen={chosen} autoFocus={from !== "passphrase"} />
      )}
    </VaultDialog>
  );
}

const TITLES: Record<KeySource, string> = {
  keyring: "Open the vault with a passphrase?",
  passphrase: "Change the passphrase",
};

const LEADS: Record<KeySource, string> = {
  keyring: "The vault opens when you log in, and no passphrase is asked for any more.",
  passphrase:
    "Keybelt asks for it when the vault is opened. Nobody can bring it back: who forgets it loses the vault.",
};

const DONE: Record<KeySource, string> = {
  keyring: "The vault’s key is in the system keyring now.",
  passphrase: "The vault is opened by the new passphrase now.",
};
