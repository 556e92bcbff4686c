import { type FormEvent, useState } from "react";
import type { Failure } from "../../bindings/Failure";
import { Button } from "../../parts/Button";
import { FailureNote } from "../../parts/FailureNote";
import { Field } from "../../parts/Field";
import { Mark } from "../../parts/Mark";
import { Page } from "../../parts/Page";
import { Actions, Stage } from "../../parts/Stage";
import styles from "./FirstLaunchScreen.module.css";

type NewPassphraseProps = {
  /** Why a passphrase is asked for, where it was not the person's wish. */
  why: Failure | null;
  refused: Failure | null;
  pending: boolean;
  onChoose: (passphrase: string) => void;
  onBack: () => void;
};

/** The vault's key from a passphrase. Nobody can bring it back, so it is typed twice. */
export function NewPassphrase({ why, refused, pending, onChoose, onBack }: NewPassphraseProps) {
  const [first, setFirst] = useState("");
  const [second, setSecond] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const choose = (event: FormEvent) => {
    event.preventDefault();
    if (first.length === 0) {
      setFault("Type a passphrase first.");
      return;
    }
    if (first !== second) {
      setFault("The two are not the same.");
      return;
    }
    setFault(null);
    onChoose(first);
    setFirst("");
    setSecond("");
  };
  return (
    <Page>
      <Stage
        sign={<Mark size={48} />}
        title={why ? "No keyring answers" : "Choose a passphrase"}
        lead={
          why
            ? "A passphrase can keep the vault’s key instead. Keybelt asks for it when the vault is opened."
            : "Keybelt asks for it when the vault is opened. Nobody can bring it back."
        }
      >
        <form className={styles.form} onSubmit={choose}>
          <Field label="Passphrase" type="password" size="lg" value={first} onChange={setFirst} autoFocus />
          <Field
            label="The same again"
            type="password"
            size="lg"
            value={second}
            onChange={setSecond}
            error={fault}
          />
          {refused && <FailureNote failure={refused} />}
          <Actions>
            <Button look="primary" type="submit" isPending={pending}>
              Make the vault
            </Button>
            <Button look="quiet" onPress={onBack}>
              Back
            </Button>
          </Actions>
        </form>
      </Stage>
    </Page>
  );
}
