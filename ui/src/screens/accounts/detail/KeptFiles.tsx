import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AccountName } from "../../../bindings/AccountName";
import type { Output } from "../../../bindings/Output";
import { Button } from "../../../parts/Button";
import { FailureNote } from "../../../parts/FailureNote";
import { Icon } from "../../../parts/Icon";
import { Segmented } from "../../../parts/Segmented";
import { useNow } from "../../../parts/useNow";
import { outputs, useKeepFile, useRemoveOutput } from "../../../queries/outputs";
import { visible } from "../../../words/providerText";
import { relative } from "../../../words/time";
import styles from "./KeptFiles.module.css";

/** How the file is written; the core knows both for every protocol. */
const FORMATS = [
  { id: "json", text: "JSON" },
  { id: "env", text: "Shell variables" },
];

/** The files that are written anew with each token. */
export function KeptFiles({ account }: { account: AccountName }) {
  const [format, setFormat] = useState("json");
  const { data, error } = useQuery(outputs(account));
  const keep = useKeepFile();
  const remove = useRemoveOutput();
  const now = useNow();
  const files = (data ?? []).filter((output) => output.kind === "file");
  const failure = error ?? keep.error ?? remove.error;
  return (
    <section className={styles.kept}>
      <div className={styles.head}>
        <div>
          <h3 className={styles.title}>Write it afresh at every refresh</h3>
          <p className={styles.help}>Only you can read it (mode 0600). Unlinking deletes it.</p>
        </div>
        <Button
          size="sm"
          icon="folder"
          isPending={keep.isPending}
          onPress={() => keep.mutate({ account, format })}
        >
          Choose a file…
        </Button>
      </div>
      <Segmented label="Written as" choices={FORMATS} chosen={format} onChoose={setFormat} />
      {files.length > 0 && (
        <ul className={styles.files}>
          {files.map((output) => (
            <li key={output.id} className={styles.file} data-failed={output.failed !== null || undefined}>
              <Icon name={output.failed ? "warn" : "file"} />
              <div className={styles.words}>
                <code className={styles.path}>{visible(output.file ?? "")}</code>
                <p className={output.failed ? styles.failed : styles.meta}>{stateOf(output, now)}</p>
              </div>
              <Button
                look="quiet"
                tone="bad"
                size="sm"
                isDisabled={remove.isPending}
                aria-label={`Stop, and delete it: ${output.file}`}
                onPress={() => remove.mutate(output.id)}
              >
                Stop, and delete it
              </Button>
            </li>
          ))}
        </ul>
      )}
      {failure && (
        <div className={styles.refused}>
          <FailureNote failure={failure} />
        </div>
      )}
    </section>
  );
}

function stateOf({ failed, delivered_at }: Output, now: number): string {
  if (failed) {
    return visible(failed.message);
  }
  return delivered_at === null ? "Not written yet" : `Written ${relative(delivered_at, now)}`;
}
