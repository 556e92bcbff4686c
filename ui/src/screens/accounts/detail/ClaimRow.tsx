import { Fragment, useState } from "react";
import { Button } from "../../../parts/Button";
import { CopyButton } from "../../../parts/CopyButton";
import { ProviderText } from "../../../parts/ProviderText";
import { useNow } from "../../../parts/useNow";
import type { Claim } from "../../../words/claims";
import type { ClaimValue, Worded } from "../../../words/claimValues";
import { visible } from "../../../words/providerText";
import { moment, relative } from "../../../words/time";
import styles from "./ClaimRow.module.css";

/** What still stands beside the value; what is longer gets a line of its own. */
const SHORT = 24;

/** A claim: what it is called, its value, what that means, and what the provider sent. */
export function ClaimRow({ claim }: { claim: Claim }) {
  const { key, label, value, meaning, raw, copy } = claim;
  return (
    <div className={styles.claim}>
      <dt className={styles.name}>
        <Breakable text={visible(label)} />
        {label !== key && <code className={styles.key}>{visible(key)}</code>}
      </dt>
      <dd className={styles.value}>
        <Value value={value} />
        {raw !== null && (
          <span className={styles.raw} data-long={raw.length > SHORT || undefined}>
            <ProviderText code>{raw}</ProviderText>
          </span>
        )}
        {meaning && <div className={styles.meaning}>{meaning}</div>}
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
