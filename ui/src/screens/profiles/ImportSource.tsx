import { type FormEvent, useState } from "react";
import { type DropItem, DropZone, FileTrigger } from "react-aria-components";
import { Button } from "../../parts/Button";
import { contentsOf, textOf } from "../../parts/dropped";
import { Icon } from "../../parts/Icon";
import { TextBox } from "../../parts/TextBox";
import styles from "./ImportSource.module.css";

type ImportSourceProps = {
  /** The form's id: its button stands at the dialog's foot. */
  form: string;
  onText: (text: string, from: string | null) => void;
};

/** Where the document comes from: a file, dropped or opened, or what is pasted. */
export function ImportSource({ form, onText }: ImportSourceProps) {
  const [pasted, setPasted] = useState("");
  const [empty, setEmpty] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const open = async (file: File | undefined) => {
    if (!file) {
      return;
    }
    const text = await textOf(file);
    setWrong(text === null ? `${file.name} is no text, or larger than 1 MiB.` : null);
    if (text !== null) {
      onText(text, file.name);
    }
  };
  const dropped = async (items: DropItem[]) => {
    const { file, text } = await contentsOf(items);
    if (file) {
      await open(file);
    } else if (text !== null) {
      onText(text, null);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setEmpty(pasted.trim() === "");
    if (pasted.trim() !== "") {
      onText(pasted, null);
    }
  };
  return (
    <>
      <p className={styles.lead}>
        Profiles as JSON or TOML, Authlib’s <code>AUTHLIB_OAUTH_CLIENTS</code> from a Python file, or{" "}
        <code>NAME_CLIENT_ID=…</code> lines of an .env file. You see what would become of each before anything
        is saved.
      </p>
      <DropZone
        className={styles.drop ?? ""}
        aria-label="Drop a file here"
        getDropOperation={() => "copy"}
        onDrop={({ items }) => void dropped(items)}
      >
        <span className={styles.sign}>
          <Icon name="drop" size={32} />
        </span>
        <span>Drop a file here, or</span>
        <FileTrigger onSelect={(files) => open(files?.[0])}>
          <Button icon="folder">Open a file…</Button>
        </FileTrigger>
      </DropZone>
      {wrong && (
        <p className={styles.wrong} role="alert">
          {wrong}
        </p>
      )}
      <form id={form} className={styles.form} onSubmit={submit}>
        <TextBox
          label="Or paste it"
          value={pasted}
          onChange={setPasted}
          rows={6}
          code
          error={empty ? "Paste the settings of at least one profile." : null}
        />
      </form>
    </>
  );
}
