import { useMemo, useState } from "react";
import { Button } from "../../parts/Button";
import { jsonLines, type Token } from "../../words/json";
import { visible } from "../../words/providerText";
import styles from "./BodyText.module.css";

/** Lines that are drawn at once: the rest is asked for, so that a long answer does not hold the window up. */
const AT_ONCE = 1000;
/** A longer piece of text is broken here, so that a line of a megabyte can be laid out. */
const PIECE = 2000;

type Drawn = { indent: number; tokens: { kind: Token["kind"] | "plain"; text: string }[]; isPiece: boolean };

/** A body as text; JSON is set out in lines, with names, texts and numbers told apart. */
export function BodyText({ text }: { text: string }) {
  const lines = useMemo(() => drawn(text), [text]);
  const [count, setCount] = useState(AT_ONCE);
  const counted = new Intl.NumberFormat("en");
  let number = 0;
  return (
    <>
      <pre className={styles.body}>
        {lines.slice(0, count).map(({ indent, tokens, isPiece }, at) => {
          number += isPiece ? 0 : 1;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place; the text never changes.
            <span key={at} className={styles.line}>
              <span className={styles.number} aria-hidden="true">
                {isPiece ? "" : number}
              </span>
              <span className={styles.text} style={{ paddingInlineStart: `${indent * 2}ch` }}>
                {tokens.map(({ kind, text: shown }, place) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a word is its place.
                  <span key={place} data-kind={kind}>
                    {shown}
                  </span>
                ))}
                {"\n"}
              </span>
            </span>
          );
        })}
      </pre>
      {lines.length > count && (
        <div className={styles.more}>
          <span>
            {counted.format(count)} of {counted.format(lines.length)} lines.
          </span>
          <Button look="text" onPress={() => setCount(count + AT_ONCE)}>
            Show more
          </Button>
        </div>
      )}
    </>
  );
}

function drawn(text: string): Drawn[] {
  const json = jsonLines(text);
  if (json) {
    return json.map(({ indent, tokens }) => ({
      indent,
      tokens: tokens.map(({ kind, text: word }) => ({ kind, text: visible(word) })),
      isPiece: false,
    }));
  }
  return text
    .replace(/\r?\n$/, "")
    .split(/\r?\n/)
    .flatMap((line) => pieces(line));
}

function pieces(line: string): Drawn[] {
  const found: Drawn[] = [];
  for (let at = 0; at === 0 || at < line.length; at += PIECE) {
    const shown = line
      .slice(at, at + PIECE)
      .split("\t")
      .map(visible)
      .join("\t");
    found.push({ indent: 0, tokens: [{ kind: "plain", text: shown }], isPiece: at > 0 });
  }
  return found;
}
