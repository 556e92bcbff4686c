import styles from "./CodeWell.module.css";
import { CopyButton } from "./CopyButton";

type CodeWellProps = { caption: string; code: string; what: string };

/** Something for a machine, to be copied. A line that is too long wraps two places in, so that its start is seen. */
export function CodeWell({ caption, code, what }: CodeWellProps) {
  let at = 0;
  const lines = code.split("\n").map((text) => {
    const line = { at, text };
    at += text.length + 1;
    return line;
  });
  return (
    <figure className={styles.well}>
      <figcaption className={styles.caption}>
        <span>{caption}</span>
        <CopyButton text={code} what={what} words="Copy" />
      </figcaption>
      <pre className={styles.code}>
        {lines.map(({ at, text }) => (
          <span key={at} className={styles.line}>
            {text}
            {"\n"}
          </span>
        ))}
      </pre>
    </figure>
  );
}
