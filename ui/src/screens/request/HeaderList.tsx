import type { ApiResponse } from "../../bindings/ApiResponse";
import { visible } from "../../words/providerText";
import styles from "./HeaderList.module.css";

/** The answer's header fields, sorted by name. */
export function HeaderList({ answer }: { answer: ApiResponse | null }) {
  if (!answer) {
    return <p className={styles.nothing}>Nothing was answered yet.</p>;
  }
  return (
    <dl className={styles.list}>
      {answer.headers.map(([name, value], at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a field may stand there twice; it is its place.
        <div key={at} className={styles.row}>
          <dt className={styles.name}>{visible(name)}</dt>
          <dd className={styles.value}>{visible(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
