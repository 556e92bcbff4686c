import { useQuery } from "@tanstack/react-query";
import type { ImportMend } from "../../bindings/ImportMend";
import type { ImportPreview } from "../../bindings/ImportPreview";
import { profiles, providers } from "../../queries/profiles";
import { ImportEntry } from "./ImportEntry";
import styles from "./ImportPreviewList.module.css";
import { type Decision, type Decisions, decisionOf } from "./importing";

type ImportPreviewListProps = {
  preview: ImportPreview;
  decisions: Decisions;
  onDecide: (name: string, decision: Decision) => void;
  onMend: (mends: ImportMend[]) => void;
  isMending: boolean;
};

/** What would become of each profile of the document. */
export function ImportPreviewList(props: ImportPreviewListProps) {
  const { preview, decisions, onDecide, onMend, isMending } = props;
  const catalogue = useQuery(providers()).data ?? [];
  const there = (useQuery(profiles()).data ?? []).map(({ name }) => name);
  return (
    <ul className={styles.entries}>
      {preview.profiles.map((entry) => (
        <ImportEntry
          key={entry.name}
          entry={entry}
          catalogue={catalogue}
          isThere={there.includes(entry.name)}
          decision={decisionOf(entry, decisions)}
          onDecide={(decision) => onDecide(entry.name, decision)}
          onMend={onMend}
          isMending={isMending}
        />
      ))}
    </ul>
  );
}
