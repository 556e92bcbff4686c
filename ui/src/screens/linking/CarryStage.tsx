import { type FormEvent, useRef, useState } from "react";
import type { LinkStep } from "../../bindings/LinkStep";
import { Button } from "../../parts/Button";
import { CopyButton } from "../../parts/CopyButton";
import { FailureNote } from "../../parts/FailureNote";
import { Field } from "../../parts/Field";
import type { IconName } from "../../parts/Icon";
import { Actions, Stage } from "../../parts/Stage";
import { Tile } from "../../parts/Tile";
import { useOpenLink, usePasteCallback } from "../../queries/links";
import { visible } from "../../words/providerText";
import styles from "./CarryStage.module.css";
import type { Party } from "./party";

/** What the person carries back. */
type Carried = "address" | "pin";

type Words = { icon: IconName; title: string; lead: string; label: string; empty: string };

/** For the address they ended at, and for the number that an OAuth 1.0a provider shows. */
const WORDS: Record<Carried, (name: string) => Words> = {
  address: (name) => ({
    icon: "clipboard",
    title: "Bring back the address",
    lead: `Allow access at ${name}, in any browser. It ends on a page that may look broken: copy that page’s whole address and paste it here.`,
    label: "Address you ended at",
    empty: "Paste the whole address of the page you ended at.",
  }),
  pin: (name) => ({
    icon: "key",
    title: `Type the number ${name} shows`,
    lead: `Allow access at ${name}, in any browser. ${name} then shows a number, or a word: type or paste it here.`,
    label: `Number that ${name} shows`,
    empty: `Type the number that ${name} shows once you allowed access.`,
  }),
};

type CarryStageProps = {
  id: number;
  party: Party;
  step: Extract<LinkStep, { step: "waiting" }>;
  onCancel: () => void;
};

/** The person goes there by themselves, and carries the answer back. */
export function CarryStage({ id, party, step, onCancel }: CarryStageProps) {
  const carried: Carried = step.pin ? "pin" : "address";
  const [typed, setTyped] = useState("");
  const [empty, setEmpty] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const paste = usePasteCallback();
  const open = useOpenLink();
  const words = WORDS[carried](party.name);
  const wrong = paste.error ? `${paste.error.message} ${paste.error.hint}` : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setEmpty(typed.trim() === "");
    if (typed.trim() === "") {
      input.current?.focus();
      return;
    }
    paste.mutate({ id, address: typed.trim() }, { onError: () => input.current?.focus() });
    setTyped("");
  };
  return (
    <Stage
      sign={<Tile id={party.id} name={party.label} size={52} badge={{ icon: words.icon, tone: "neutral" }} />}
      title={words.title}
      lead={words.lead}
      takesFocus
    >
      <Actions>
        <Button icon="external" isPending={open.isPending} onPress={() => open.mutate(id)}>
          {`Open ${party.name}`}
        </Button>
        <CopyButton
          text={step.url}
          what={`to open at ${visible(step.origin)}`}
          words="Copy its address"
          size="md"
        />
      </Actions>
      {open.error && (
        <div className={styles.refused}>
          <FailureNote failure={open.error} />
        </div>
      )}
      <form className={styles.form} onSubmit={submit} data-carried={carried}>
        <Field
          label={words.label}
          size="lg"
          code
          value={typed}
          onChange={setTyped}
          error={empty ? words.empty : wrong}
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
      <p className={styles.foot}>Nothing is stored until the answer has been checked.</p>
    </Stage>
  );
}
