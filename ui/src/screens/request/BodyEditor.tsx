import { Label, TextArea, TextField } from "react-aria-components";
import pick from "../../parts/Picker.module.css";
import { Segmented } from "../../parts/Segmented";
import { type BodyKind, compose, useRequestWork } from "../../queries/request";
import styles from "./BodyEditor.module.css";

const KINDS: { id: BodyKind; text: string }[] = [
  { id: "form", text: "Form" },
  { id: "json", text: "JSON" },
  { id: "text", text: "Text" },
];

/** The body, and of which kind it is. A GET that gets one becomes a POST. */
export function BodyEditor() {
  const { body, bodyKind, method } = useRequestWork().composed;
  const write = (typed: string) =>
    compose(
      body === "" && typed !== "" && method === "GET" ? { body: typed, method: "POST" } : { body: typed },
    );
  return (
    <div className={styles.editor}>
      <Segmented
        label="Kind of body"
        choices={KINDS}
        chosen={bodyKind}
        onChoose={(kind) => compose({ bodyKind: kind })}
      />
      <TextField className={styles.field ?? ""} value={body} onChange={write}>
        <Label className={pick.hidden ?? ""}>Body text</Label>
        <TextArea
          className={styles.area ?? ""}
          placeholder={bodyKind === "form" ? "name=value&other=value" : bodyKind === "json" ? "{ }" : ""}
          spellCheck={false}
          autoComplete="off"
        />
      </TextField>
    </div>
  );
}
