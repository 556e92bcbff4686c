import { useState } from "react";
import { type DropItem, DropZone, FileTrigger } from "react-aria-components";
import type { Failure } from "../../bindings/Failure";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { contentsOf, textOf } from "../../parts/dropped";
import { FailureNote } from "../../parts/FailureNote";
import { Icon } from "../../parts/Icon";
import styles from "./EmptyInspector.module.css";

type EmptyInspectorProps = { failure: Failure | null; onText: (text: string) => void };

/** Before anything is pasted: how to bring a token here, and what becomes of it. */
export function EmptyInspector({ failure, onText }: EmptyInspectorProps) {
  const { go, backToList } = useNavigation();
  const [wrong, setWrong] = useState<string | null>(null);
  const take = (text: string | null, what: string) => {
    setWrong(text === null ? `${what} is no text, or larger than 1 MiB.` : null);
    if (text !== null) {
      onText(text);
    }
  };
  const open = async (file: File | null | undefined) => {
    if (file) {
      take(await textOf(file), file.name);
    }
  };
  const dropped = async (items: DropItem[]) => {
    const { file, text } = await contentsOf(items);
    if (file) {
      await open(file);
    } else {
      take(text, "What was dropped");
    }
  };
  const paste = () =>
    navigator.clipboard.readText().then(
      (text) => (text.trim() === "" ? setWrong("The clipboard holds no text.") : onText(text)),
      () => setWrong("The clipboard cannot be read from here: press Ctrl V."),
    );
  return (
    <div className={styles.stage}>
      <div className={styles.content}>
        <DropZone
          className={styles.drop ?? ""}
          aria-label="Paste or drop a token"
          getDropOperation={() => "copy"}
          onDrop={({ items }) => void dropped(items)}
        >
          <span className={styles.sign}>
            <Icon name="drop" size={32} />
          </span>
          <h2 className={styles.title}>Paste or drop a token</h2>
          <p className={styles.lead}>
            A JWT: an id_token, an access token, a logout token. You see its header, each claim explained, and
            every check. A set of keys, or a whole token answer, is read as well.
          </p>
          <div className={styles.acts}>
            <Button look="primary" icon="clipboard" onPress={() => void paste()} autoFocus>
              Paste
            </Button>
            <FileTrigger onSelect={(files) => void open(files?.[0])}>
              <Button icon="folder">Open a file…</Button>
            </FileTrigger>
          </div>
        </DropZone>
        {wrong && (
          <p className={styles.wrong} role="alert">
            {wrong}
          </p>
        )}
        {failure && (
          <div className={styles.refused}>
            <FailureNote failure={failure} />
          </div>
        )}
        <p className={styles.foot}>
          It is read here, held in memory, and forgotten when you leave. Or{" "}
          <Button
            look="text"
            onPress={() => {
              go({ at: "accounts" });
              backToList();
            }}
          >
            look at one of your accounts
          </Button>
          .
        </p>
      </div>
    </div>
  );
}
