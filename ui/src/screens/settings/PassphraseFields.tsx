import { Field } from "../../parts/Field";
import type { NewPassphrase } from "./useNewPassphrase";

type PassphraseFieldsProps = { label: string; help?: string; autoFocus?: boolean; chosen: NewPassphrase };

/** A passphrase that is chosen: nobody can bring it back, so it is typed twice. */
export function PassphraseFields({ label, help, autoFocus, chosen }: PassphraseFieldsProps) {
  return (
    <>
      <Field
        label={label}
        help={help}
        type="password"
        value={chosen.first}
        onChange={chosen.setFirst}
        autoFocus={autoFocus}
      />
      <Field
        label="The same again"
        type="password"
        value={chosen.second}
        onChange={chosen.setSecond}
        error={chosen.fault}
      />
    </>
  );
}
