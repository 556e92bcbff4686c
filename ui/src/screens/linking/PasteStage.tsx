import { type FormEvent, useRef, useState } from "react";
import type { LinkStep } from "../../bindings/LinkStep";
import { Button } from "../../parts/Button";
import { CodeWell } from "../../parts/CodeWell";
import { Field } from "../../parts/Field";
import { Actions, Stage } from "../../parts/Stage";
import { Tile } from "../../parts/Tile";
import { usePasteCallback } from "../../queries/links";
import styles from "./PasteStage.module.css";
import type { Party } from "./party";

type PasteStageProps = {
  id: number;
  party: Party;
  step: Extract<LinkStep, { step: "waiting" }>;
  onCancel: () => void;
};

/** The person carries the address there and back. */
export function PasteStage({ id, party, step, onCancel }: PasteStageProps) {
  const [address, setAddress] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const paste = usePasteCallback();
  const wrong = paste.error ? `${paste.error.message} ${paste.error.hint}` : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (address.trim() === "") {
      input.current?.focus();
      return;
    }
    paste.mutate({ id, address: address.trim() }, { onError: () => input.current?.focus() });
    setAddress("");
  };
  return (
    <Stage
      sign={<Tile id={party.id} name={party.name} size={52} badge={{ icon: "clipboard", tone: "neutral" }} />}
      title="Bring back the address"
      lead="Open this address in any browser and allow access. It ends on a page that may look broken: copy that page’s whole address and paste it here."
      takesFocus
    >
      <div className={styles.there}>
        <CodeWell caption={`To ${party.name}`} code={step.url} what="the address to open" />
      </div>
      <form className={styles.form} onSubmit={submit}>
        <Field
          label="Address you ended at"
          size="lg"
          code
          value={address}
          onChange={setAddress}
          error={wrong}
          inputRef={input}
        />
        <Actions>
          <Button look="primary" type="submit" isPending={paste.isPending}>
            Go on
          </Button>
          <Button look="quiet" onPress={onCancel}>
            Cancel
          </Button>
        </Actions>
      </form>
    </Stage>
  );
}
