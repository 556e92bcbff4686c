import { marked } from "../words/marked";
import styles from "./Marked.module.css";

/** A text in which what was searched for stands out. */
export function Marked({ text, query }: { text: string; query: string }) {
  return marked(text, query).map(({ text: piece, hit }, at) =>
    hit ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text, which never move.
      <mark key={at} className={styles.mark}>
        {piece}
      </mark>
    ) : (
      piece
    ),
  );
}
