import { useEffect, useEffectEvent, useId, useState } from "react";
import type { ImportChoice } from "../../bindings/ImportChoice";
import type { ImportPreview } from "../../bindings/ImportPreview";
import { useNavigation } from "../../navigation";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { FailureNote } from "../../parts/FailureNote";
import { useForgetImport, useImportProfiles, useMendImport, usePreviewImport } from "../../queries/imports";
import styles from "./ImportDialog.module.css";
import { ImportPreviewList } from "./ImportPreviewList";
import { ImportSource } from "./ImportSource";
import { chosenOf, counted, type Decisions, FORMATS, secretsAmong } from "./importing";

/** Profiles from a document: first what would become of them, then, on a word, what was chosen. */
export function ImportDialog() {
  const { close, say } = useNavigation();
  const preview = usePreviewImport();
  const mend = useMendImport();
  const importing = useImportProfiles();
  const forget = useForgetImport();
  const form = useId();
  const [source, setSource] = useState<string | null>(null);
  const [shown, setShown] = useState<ImportPreview | null>(null);
  const [decisions, setDecisions] = useState<Decisions>({});
  // Whatever closes the dialog, Rust lets go of the document.
  const letGo = useEffectEvent(() => forget.mutate());
  useEffect(() => () => letGo(), []);

  const read = (text: string, from: string | null) => {
    setSource(from);
    setDecisions({});
    preview.mutate(text, { onSuccess: setShown });
  };
  const again = () => {
    setShown(null);
    preview.reset();
    mend.reset();
    importing.reset();
    forget.mutate();
  };
  const chosen = shown ? chosenOf(shown, decisions) : [];
  const finish = () =>
    importing.mutate(chosen, {
      onSuccess: (profiles) => {
        say({ text: `${counted(profiles.length, "profile")} imported.`, tone: "ok" });
        close();
      },
    });
  const refused = preview.error ?? mend.error ?? importing.error;
  return (
    <Dialog
      title="Import profiles"
      page={shown ? "preview" : "source"}
      wide
      onClose={close}
      foot={
        <>
          {shown && (
            <span className={styles.back}>
              <Button look="quiet" icon="left" onPress={again}>
                Another document
              </Button>
            </span>
          )}
          <Button look="quiet" onPress={close}>
            Cancel
          </Button>
          {!shown && (
            <Button key="look" look="primary" type="submit" form={form} isDisabled={preview.isPending}>
              See what it holds
            </Button>
          )}
          {/* Another button, not the same with other words: who still holds the key down imports nothing. */}
          {chosen.length > 0 && (
            <Button key="import" look="primary" isPending={importing.isPending} onPress={finish}>
              {`Import ${counted(chosen.length, "profile")}`}
            </Button>
          )}
        </>
      }
    >
      {shown ? (
        <>
          <p className={styles.lead}>
            {source ? (
              <>
                From <code>{source}</code>
              </>
            ) : (
              "Pasted"
            )}
            , {FORMATS[shown.format]}, {counted(shown.profiles.length, "profile")}. Nothing is saved until you
            import.
          </p>
          <ImportPreviewList
            preview={shown}
            decisions={decisions}
            onDecide={(name, decision) => setDecisions({ ...decisions, [name]: decision })}
            onMend={(mends) => mend.mutate(mends, { onSuccess: setShown })}
            isMending={mend.isPending}
          />
          <Foot preview={shown} chosen={chosen} fromFile={source !== null} />
        </>
      ) : (
        <ImportSource form={form} onText={read} />
      )}
      {refused && (
        <div className={styles.refused}>
          <FailureNote failure={refused} />
        </div>
      )}
    </Dialog>
  );
}

type FootProps = { preview: ImportPreview; chosen: ImportChoice[]; fromFile: boolean };

function Foot({ preview, chosen, fromFile }: FootProps) {
  if (chosen.length === 0) {
    return (
      <p className={styles.note} role="status">
        Nothing is chosen that can be imported.
      </p>
    );
  }
  const secrets = secretsAmong(preview, chosen);
  return secrets === 0 ? null : (
    <p className={styles.note}>
      {counted(secrets, "secret")} {secrets === 1 ? "goes" : "go"} into the vault.
      {fromFile && " Delete the file afterwards."}
    </p>
  );
}
