import type { ReactNode } from "react";
import type { Account } from "../../bindings/Account";
import { Chip } from "../../parts/Chip";
import { cutTitle } from "../../parts/cutTitle";
import { LifeRing } from "../../parts/LifeRing";
import { Marked } from "../../parts/Marked";
import { Tile } from "../../parts/Tile";
import { isPractice } from "../../words/providers";
import { groupOf } from "../../words/standing";
import { day, relative } from "../../words/time";
import { whoIs } from "../../words/who";
import styles from "./AccountRow.module.css";

type AccountLineProps = {
  account: Account;
  provider: string;
  /** What is searched for. */
  query: string;
  /** What stands below where the account needs attention. */
  attention: ReactNode;
};

/** One account as it is drawn: whose it is, where, and how it stands. Nothing in it asks or can be pressed. */
export function AccountLine({ account, provider, query, attention }: AccountLineProps) {
  const who = whoIs(account);
  const attended = needsAttention(account);
  return (
    <div className={styles.account} data-attention={attended || undefined}>
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
      {attended ? (
        attention
      ) : (
        <div className={styles.when}>
          <LifeRing account={account} />
        </div>
      )}
    </div>
  );
}

/** Whether the account's line says more than how long its token lasts. */
export function needsAttention(account: Account): boolean {
  const group = groupOf(account);
  return group === "need" || group === "out";
}

type AttentionLineProps = {
  account: Account;
  /** The provider's name in a sentence. */
  said: string;
  now: number;
  /** What can be done about it. */
  action: ReactNode;
};

/** What an account needs attention for. */
export function AttentionLine({ account, said, now, action }: AttentionLineProps) {
  const bad = groupOf(account) === "need";
  const words = sentence(account, said, now);
  return (
    <div className={styles.say} data-tone={bad ? "bad" : "warn"}>
      <span className={styles.words} {...cutTitle(words)}>
        {words}
      </span>
      {bad && action}
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
