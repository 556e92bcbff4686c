import type { Account } from "../../bindings/Account";
import { useLinking } from "../../linking";
import { Button } from "../../parts/Button";
import { Chip } from "../../parts/Chip";
import { cutTitle } from "../../parts/cutTitle";
import { LifeRing } from "../../parts/LifeRing";
import { Marked } from "../../parts/Marked";
import { Tile } from "../../parts/Tile";
import { useNow } from "../../parts/useNow";
import { useSaidName } from "../../queries/profiles";
import { isPractice } from "../../words/providers";
import { groupOf } from "../../words/standing";
import { day, relative } from "../../words/time";
import { whoIs } from "../../words/who";
import styles from "./AccountRow.module.css";

type AccountRowProps = {
  account: Account;
  provider: string;
  /** What is searched for. */
  query?: string;
};

/** One account: whose it is, where, and how it stands. */
export function AccountRow({ account, provider, query = "" }: AccountRowProps) {
  const group = groupOf(account);
  const attention = group === "need" || group === "out";
  const who = whoIs(account);
  return (
    <div className={styles.account} data-attention={attention || undefined}>
      <Tile id={account.provider ?? account.profile} name={provider} />
      <div className={styles.names}>
        <div className={styles.provider}>
          <span className={styles.name} {...cutTitle(provider)}>
            <Marked text={provider} query={query} />
          </span>
          {isPractice(account.provider) && <Chip>Practice</Chip>}
        </div>
        <div className={styles.who} {...cutTitle(who)} dir="auto">
          <Marked text={who} query={query} />
        </div>
      </div>
      {!attention && (
        <div className={styles.when}>
          <LifeRing account={account} />
        </div>
      )}
      {attention && <Attention account={account} label={provider} bad={group === "need"} />}
    </div>
  );
}

function Attention({ account, label, bad }: { account: Account; label: string; bad: boolean }) {
  const now = useNow(account.expires_at);
  const { again, starting } = useLinking();
  const said = sentence(account, useSaidName(account, label), now);
  return (
    <div className={styles.say} data-tone={bad ? "bad" : "warn"}>
      <span className={styles.words} {...cutTitle(said)}>
        {said}
      </span>
      {bad && (
        <Button look="text" isDisabled={starting} onPress={() => again(account)}>
          Link again
        </Button>
      )}
    </div>
  );
}

function sentence({ status, last_error, expires_at }: Account, provider: string, now: number): string {
  if (status === "needs_relink") {
    return last_error ? `Ended by ${provider} ${day(last_error.at, now)}` : `Ended by ${provider}`;
  }
  if (expires_at === null) {
    return "No refresh token";
  }
  return expires_at <= now
    ? `Ended ${day(expires_at, now)} · no refresh token`
    : `Expires ${relative(expires_at, now)} · no refresh token`;
}
