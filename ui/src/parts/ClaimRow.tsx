import { Fragment, useState } from "react";
import type { Claim } from "../words/claims";
import type { ClaimValue, Worded } from "../words/claimValues";
import { visible } from "../words/providerText";
import { moment, relative } from "../words/time";
import { Button } from "./Button";
import styles from "./ClaimRow.module.css";
import { CopyButton } from "./CopyButton";
import { ProviderText } from "./ProviderText";
import { useNow } from "./useNow";

/** What still stands beside the value; what is longer gets a line of its own. */
const SHORT = 24;

type ClaimRowProps = {
  claim: Claim;
  /** In few words: the value, and what stands in the place of its meaning. */
  tight?: boolean;
  note?: string | null;
  /** It is what stands against the token. */
  bad?: boolean;
};

/** A claim: what it is called, its value, what that means, and what the provider sent. */
export function ClaimRow({ claim, tight, note, bad }: ClaimRowProps) {
  const { key, label, value, meaning, raw, copy } = claim;
  return (
    <div className={styles.claim} data-tight={tight || undefined} data-bad={bad || undefined}>
      <dt className={styles.name}>
        <Breakable text={visible(label)} />
        {label !== key && <code className={styles.key}>{visible(key)}</code>}
      </dt>
      <dd className={styles.value}>
        <Value value={value} />
        {raw !== null && !tight && (
          <span className={styles.raw} data-long={raw.length > SHORT || undefined}>
            <ProviderText code>{raw}</ProviderText>
          </span>
        )}
        {meaning && !tight && <div className={styles.meaning}>{meaning}</div>}
        {note && <span className={styles.relative}>{note}</span>}
      </dd>
      <dd className={styles.copy}>
        <CopyButton text={copy} what={visible(key)} />
      </dd>
    </div>
  );
}

/** A name of several words may break between them. */
function Breakable({ text }: { text: string }) {
  return text.split(/(?<=[_./-])/).map((word, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the words of one name, which never move.
    <Fragment key={at}>
      {at > 0 && <wbr />}
      {word}
    </Fragment>
  ));
}

function Value({ value }: { value: ClaimValue }) {
  return value.kind === "time" ? <Moment at={value.at} /> : <Words value={value} />;
}

function Words({ value }: { value: Worded }) {
  const [whole, setWhole] = useState(false);
  const rest = value.kind === "text" ? (value.rest ?? []) : [];
  const text = whole ? [value.text, ...rest].join(", ") : value.text;
  return (
    <>
      <ProviderText code={value.kind === "code"}>{text}</ProviderText>
      {rest.length > 0 && !whole && (
        <>
          {" "}
          <Button look="text" onPress={() => setWhole(true)}>{`and ${rest.length} more`}</Button>
        </>
      )}
    </>
  );
}

function Moment({ at }: { at: number }) {
  const now = useNow();
  const when = moment(at, now);
  return (
    <>
      <span>{when.charAt(0).toUpperCase() + when.slice(1)}</span>
      <span className={styles.relative}>{relative(at, now)}</span>
    </>
  );
}
