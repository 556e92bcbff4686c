import { useQuery } from "@tanstack/react-query";
import { Fragment, type ReactNode, useState } from "react";
import type { Account } from "../../../bindings/Account";
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
export function KeptFiles({ account: { name: account, protocol, refreshable } }: { account: Account }) {
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
          <h3 className={styles.title}>
            {protocol === "oauth1" && !refreshable
              ? "Keep it in a file until you unlink"
              : "Write it afresh at every refresh"}
          </h3>
          <p className={styles.help}>Only you can read it (mode 0600). Unlinking deletes it.</p>
        </div>
      </div>
      <div className={styles.act}>
        <span className={styles.label} aria-hidden="true">
          Written as
        </span>
        <Segmented label="Written as" choices={FORMATS} chosen={format} onChoose={setFormat} />
        <Button
          size="sm"
          icon="folder"
          isPending={keep.isPending}
          onPress={() => keep.mutate({ account, format })}
        >
          Choose a file…
        </Button>
      </div>
      {files.length > 0 && (
        <ul className={styles.files}>
          {files.map((output) => (
            <li key={output.id} className={styles.file} data-failed={output.failed !== null || undefined}>
              <Icon name={output.failed ? "warn" : "file"} />
              <div className={styles.words}>
                <code className={styles.path}>{breakable(output.file ?? "")}</code>
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

/** A path that breaks behind its slashes, and inside of a name only where it must. */
function breakable(path: string): ReactNode[] {
  return visible(path)
    .split(/(?<=\/)/)
    .map((part, at) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one path, which never move.
      <Fragment key={at}>
        {part}
        <wbr />
      </Fragment>
    ));
}

function stateOf({ failed, delivered_at }: Output, now: number): string {
  if (failed) {
    return visible(failed.message);
  }
  return delivered_at === null ? "Not written yet" : `Written ${relative(delivered_at, now)}`;
}
