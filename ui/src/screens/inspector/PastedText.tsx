import { useState } from "react";
import type { ProfileName } from "../../bindings/ProfileName";
import { Button } from "../../parts/Button";
import type { Seen } from "../../queries/inspector";
import { partsOf, type TokenPart, tokenKind } from "../../words/pasted";
import { visible } from "../../words/providerText";
import { Against } from "./Against";
import styles from "./PastedText.module.css";

type PastedTextProps = {
  seen: Seen;
  pending: boolean;
  onLook: (how: { profile: ProfileName | null; fetchKeys?: boolean }) => void;
  onClear: () => void;
  /** To the answer that the token stood in. */
  onBack: (() => void) | null;
};

/** More is drawn at a word only. */
const DRAWN = 4_000;

/** What was pasted, in its colours, and what it is checked against. */
export function PastedText({ seen: { text, pasted }, pending, onLook, onClear, onBack }: PastedTextProps) {
  const isToken = pasted.kind === "token";
  const title = { token: "Pasted token", keys: "Pasted keys", answer: "Pasted answer", other: "Pasted text" };
  const called = isToken ? "The token" : "What was pasted";
  return (
    <>
      <div className={styles.head}>
        <h2>{title[pasted.kind]}</h2>
        {isToken && <span className={styles.kind}>{tokenKind(pasted.inspection)}</span>}
        <span className={styles.acts}>
          {onBack && (
            <Button size="sm" look="quiet" icon="left" onPress={onBack}>
              Back to the answer
            </Button>
          )}
          <Button size="sm" look="quiet" onPress={onClear}>
            Clear
          </Button>
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys. */}
      {/* biome-ignore lint/a11y/useSemanticElements: nothing in it is filled in, so it is no fieldset. */}
      <div className={styles.well} tabIndex={0} role="group" aria-label={called}>
        <Drawn parts={isToken ? partsOf(text) : [{ text, part: "sealed" }]} />
      </div>
      {isToken && <Legend sealed={text.split(".").length > 3} />}
      {isToken && <Against pasted={pasted} pending={pending} onLook={onLook} />}
    </>
  );
}

function Drawn({ parts }: { parts: TokenPart[] }) {
  const [whole, setWhole] = useState(false);
  const length = parts.reduce((sum, { text }) => sum + text.length, 0);
  const shown = whole ? parts : upTo(parts, DRAWN);
  return (
    <>
      <p className={styles.token}>
        {shown.map(({ text, part }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one token, which never move.
          <span key={at}>
            {at > 0 && <span className={styles.dot}>.</span>}
            <span className={styles[part]}>{visible(text).replaceAll("\u240a", "\n")}</span>
          </span>
        ))}
        {!whole && length > DRAWN && "…"}
      </p>
      {!whole && length > DRAWN && (
        <Button look="text" onPress={() => setWhole(true)}>
          {`and ${new Intl.NumberFormat("en").format(length - DRAWN)} more characters`}
        </Button>
      )}
    </>
  );
}

/** As much of the parts as is so long together. */
function upTo(parts: TokenPart[], most: number): TokenPart[] {
  const shown: TokenPart[] = [];
  let left = most;
  for (const { text, part } of parts) {
    if (left <= 0) {
      break;
    }
    shown.push({ text: text.slice(0, left), part });
    left -= text.length;
  }
  return shown;
}

function Legend({ sealed }: { sealed: boolean }) {
  return (
    <p className={styles.legend}>
      <span className={styles.header}>Header</span>
      {sealed ? (
        <span className={styles.sealed}>Encrypted</span>
      ) : (
        <>
          <span className={styles.claims}>Claims</span>
          <span className={styles.signature}>Signature</span>
        </>
      )}
    </p>
  );
}
