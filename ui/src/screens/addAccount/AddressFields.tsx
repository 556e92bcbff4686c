import { Field } from "../../parts/Field";
import { Segmented } from "../../parts/Segmented";
import styles from "./AddressFields.module.css";
import { ADDRESSES, type Typing } from "./draft";

type AddressFieldsProps = { typing: Typing; onChange: (part: Partial<Typing>) => void; checked: boolean };

/** The addresses of a server that does not publish them. */
export function AddressFields({ typing, onChange, checked }: AddressFieldsProps) {
  const speak = (byHand: Typing["byHand"]) =>
    onChange({ byHand, way: typing.way === "pin" ? "webview" : typing.way });
  return (
    <section className={styles.addresses}>
      <div>
        <h2 className={styles.label}>What it speaks</h2>
        <Segmented
          label="What it speaks"
          choices={[
            { id: "oauth2", text: "OAuth 2, OpenID Connect" },
            { id: "oauth1", text: "OAuth 1.0a" },
          ]}
          chosen={typing.byHand}
          onChoose={speak}
        />
      </div>
      <p className={styles.lead}>The server’s documentation for developers names these.</p>
      {ADDRESSES[typing.byHand].map(({ key, label, needed, help }) => (
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
