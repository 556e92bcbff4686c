import { Field } from "../../parts/Field";
import styles from "./AddressFields.module.css";
import { ADDRESSES, type Typing } from "./draft";

type AddressFieldsProps = { typing: Typing; onChange: (part: Partial<Typing>) => void; checked: boolean };

/** The addresses of a server that does not publish them. */
export function AddressFields({ typing, onChange, checked }: AddressFieldsProps) {
  return (
    <section className={styles.addresses}>
      <p className={styles.lead}>The server’s documentation for developers names these.</p>
      {ADDRESSES.map(({ key, label, needed, help }) => (
        <Field
          key={key}
          label={label}
          aside={needed ? undefined : "if there is one"}
          help={help}
          placeholder="https://"
          code
          inputMode="url"
          value={typing.addresses[key]}
          onChange={(text) => onChange({ addresses: { ...typing.addresses, [key]: text } })}
          error={checked && needed && typing.addresses[key].trim() === "" ? "This address is needed." : null}
        />
      ))}
    </section>
  );
}
