import { visible } from "../words/providerText";
import styles from "./JsonWell.module.css";
import { Well } from "./Well";

type JsonWellProps = { caption: string; value: unknown; what: string };

/** JSON as it came, line by line, to be copied. */
export function JsonWell({ caption, value, what }: JsonWellProps) {
  const text = JSON.stringify(value, null, 2);
  const lines = text.split("\n").map((line, at) => ({ number: at + 1, line }));
  return (
    <Well caption={caption} text={text} what={what}>
      <pre className={styles.json}>
        {lines.map(({ number, line }) => (
          <span key={number} className={styles.line}>
            <i className={styles.number} aria-hidden="true">
              {number}
            </i>
            <span className={styles.text}>
              <Line line={line} />
              {"\n"}
            </span>
          </span>
        ))}
      </pre>
    </Well>
  );
}

// JSON.stringify writes a line as: indent, perhaps a key, and a value or a bracket.
const LINE = /^(\s*)("(?:[^"\\]|\\.)*")?(: )?(.*?)(,?)$/;

function Line({ line }: { line: string }) {
  const [, indent = "", first, colon, rest = "", comma = ""] = LINE.exec(line) ?? [];
  const key = colon ? first : undefined;
  const value = colon ? rest : (first ?? "") + rest;
  return (
    <>
      {indent}
      {key && (
        <>
          <span className={styles.key}>{visible(key)}</span>:{" "}
        </>
      )}
      <span
        className={value.startsWith('"') ? styles.string : /^[[\]{}]/.test(value) ? undefined : styles.word}
      >
        {visible(value)}
      </span>
      {comma}
    </>
  );
}
