import { type FormEvent, useState } from "react";
import {
  type DropItem,
  DropZone,
  type FileDropItem,
  FileTrigger,
  type TextDropItem,
} from "react-aria-components";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { TextBox } from "../../parts/TextBox";
import styles from "./ImportSource.module.css";

/** More than any honest document has, in bytes; Rust has the last word. */
const LARGEST = 1 << 20;

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
    const file = items.find(isFile);
    const text = items.find(isText);
    if (file) {
      await open(await file.getFile());
    } else if (text) {
      onText(await text.getText("text/plain"), null);
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

function isFile(item: DropItem): item is FileDropItem {
  return item.kind === "file";
}

function isText(item: DropItem): item is TextDropItem {
  return item.kind === "text" && item.types.has("text/plain");
}

/** A file's text; null where it is none, or too much. */
async function textOf(file: File): Promise<string | null> {
  if (file.size > LARGEST) {
    return null;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    return null;
  }
}
