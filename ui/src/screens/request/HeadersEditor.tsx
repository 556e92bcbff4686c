import type { RequestPlan } from "../../bindings/RequestPlan";
import { Button } from "../../parts/Button";
import { Field } from "../../parts/Field";
import { IconButton } from "../../parts/IconButton";
import { compose, type HeaderRow, useRequestWork } from "../../queries/request";
import styles from "./HeadersEditor.module.css";

/** Header fields of the request; those that carry the token or frame it are Keybelt's own. */
export function HeadersEditor({ plan }: { plan: RequestPlan | null }) {
  const { headers } = useRequestWork().composed;
  const change = (id: number, part: Partial<HeaderRow>) =>
    compose({ headers: headers.map((row) => (row.id === id ? { ...row, ...part } : row)) });
  const add = () => {
    const id = Math.max(0, ...headers.map((row) => row.id)) + 1;
    compose({ headers: [...headers, { id, name: "", value: "" }] });
  };
  return (
    <div className={styles.editor}>
      {headers.map(({ id, name, value }, at) => (
        <div key={id} className={styles.row}>
          <Field
            label={`Name of header ${at + 1}`}
            labelHidden
            placeholder="Name"
            code
            value={name}
            onChange={(typed) => change(id, { name: typed })}
          />
          <Field
            label={`Value of header ${at + 1}`}
            labelHidden
            placeholder="Value"
            code
            value={value}
            onChange={(typed) => change(id, { value: typed })}
          />
          <IconButton
            icon="x"
            label={`Leave header ${at + 1} out`}
            size="md"
            onPress={() => compose({ headers: headers.filter((row) => row.id !== id) })}
          />
        </div>
      ))}
      <Button icon="plus" onPress={add}>
        Add a header
      </Button>
      <p className={styles.words}>
        Keybelt adds <code>Accept</code> where none is said, <code>Content-Type</code> for a body, and{" "}
        {plan?.proof.placement === "header" || plan === null ? (
          <>
            <code>Authorization</code>, which is not shown
          </>
        ) : (
          <>what proves whose request it is, which is not shown</>
        )}
        .
      </p>
    </div>
  );
}
