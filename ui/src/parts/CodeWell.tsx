import { shellLines } from "../words/shell";
import styles from "./CodeWell.module.css";
import { Well } from "./Well";

type CodeWellProps = {
  caption: string;
  code: string;
  what: string;
  /** One command: it is broken between its arguments, and copied as one line. */
  command?: boolean;
};

/** Something for a machine, to be copied. A line that is too long wraps two places in, so that its start is seen. */
export function CodeWell({ caption, code, what, command }: CodeWellProps) {
  const lines = command ? shellLines(code) : code.split("\n").map((text) => [text]);
  return (
    <Well caption={caption} text={code} what={what}>
      <pre className={styles.code}>
        {placed(lines).map(({ at, of, item: pieces }) => (
          <span key={at} className={styles.line} data-on={(command && at > 0) || undefined}>
            {command
              ? placed(pieces).map(({ at, of, item }) => (
                  <span key={at}>
                    <span className={styles.piece}>{item}</span>
                    {at + 1 < of && " "}
                  </span>
                ))
              : pieces}
            {at + 1 < of && "\n"}
          </span>
        ))}
      </pre>
    </Well>
  );
}

function placed<T>(items: T[]): { at: number; of: number; item: T }[] {
  return items.map((item, at) => ({ at, of: items.length, item }));
}
