import { type FormEvent, useRef, useState } from "react";
import type { VaultStatus } from "../../bindings/VaultStatus";
import { Button } from "../../parts/Button";
import { FailureNote } from "../../parts/FailureNote";
import { Field } from "../../parts/Field";
import { Mark } from "../../parts/Mark";
import { useUnlockVault } from "../../queries/vault";
import styles from "./LockedScreen.module.css";

/** The vault is locked: its passphrase, or the system keyring. */
export function LockedScreen({ status }: { status: VaultStatus }) {
  const byPassphrase = status.key_source === "passphrase";
  return (
    <main className={styles.screen} data-pane tabIndex={-1}>
      <div className={styles.centre}>
        <div className={styles.mark}>
          <Mark size={60} />
        </div>
        <h1 className={styles.title}>Your vault is locked</h1>
        <p className={styles.lead}>
          {byPassphrase ? "Enter your passphrase to open it." : "Its key is in the system keyring."}
        </p>
        {byPassphrase ? <ByPassphrase /> : <ByKeyring />}
      </div>
    </main>
  );
}

function ByPassphrase() {
  const [passphrase, setPassphrase] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const unlock = useUnlockVault();
  const wrong = unlock.error?.code === "wrong_passphrase";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (passphrase.length === 0) {
      input.current?.focus();
      return;
    }
    unlock.mutate(passphrase, { onError: () => input.current?.focus() });
    setPassphrase("");
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <Field
        label="Passphrase"
        labelHidden
        canShow
        placeholder="Passphrase"
        type="password"
        size="lg"
        value={passphrase}
        onChange={setPassphrase}
        inputRef={input}
        error={wrong ? "That is not the passphrase. Nothing was changed." : null}
        autoFocus
      />
      <Button look="primary" size="lg" type="submit" wide isPending={unlock.isPending}>
        Unlock
      </Button>
      {unlock.error && !wrong && <FailureNote failure={unlock.error} />}
    </form>
  );
}

function ByKeyring() {
  const unlock = useUnlockVault();
  return (
    <div className={styles.form}>
      <Button
        look="primary"
        size="lg"
        wide
        autoFocus
        isPending={unlock.isPending}
        onPress={() => unlock.mutate(null)}
      >
        Unlock with the system keyring
      </Button>
      {unlock.error && <FailureNote failure={unlock.error} />}
    </div>
  );
}
