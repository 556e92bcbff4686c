import type { Account } from "../../../bindings/Account";
import { lasts } from "../../../words/standing";
import { clock, relative, shortMoment } from "../../../words/time";

/** What the life strip says. */
export type Life = {
  sign: "ring" | "spinning" | "offline" | "hourglass" | "clock" | "lasting";
  tone: "calm" | "warn" | "bad";
  main: string;
  aside: string | null;
  /** The button's words, where refreshing helps. */
  act: string | null;
};

type Around = { now: number; online: boolean; refreshing: boolean };

/** How the token of an account stands, in words. The status was decided in Rust. */
export function lifeOf(account: Account, { now, online, refreshing }: Around): Life {
  const { status, refreshable, expires_at, next_refresh_at, last_error } = account;
  if (refreshing) {
    return { sign: "spinning", tone: "calm", main: "Refreshing…", aside: null, act: null };
  }
  if (status === "retrying") {
    const next = next_refresh_at === null ? null : nextTry(next_refresh_at, now);
    const since = last_error ? ` since ${shortMoment(last_error.at, now)}` : "";
    return { sign: "offline", tone: "warn", main: `No answer${since}`, aside: next, act: "Try now" };
  }
  if (status === "expired") {
    const main = expires_at === null ? "The token ended" : `Ended ${shortMoment(expires_at, now)}`;
    return refreshable
      ? { sign: "hourglass", tone: "warn", main, aside: "a refresh brings a new one", act: "Refresh now" }
      : { sign: "hourglass", tone: "bad", main, aside: "no refresh token", act: null };
  }
  if (lasts(account)) {
    const aside = "it lasts until you or the provider takes it back";
    return { sign: "lasting", tone: "calm", main: "Does not expire", aside, act: null };
  }
  if (!refreshable) {
    if (expires_at === null) {
      return {
        sign: "clock",
        tone: "calm",
        main: "The provider does not say when this token ends",
        aside: null,
        act: null,
      };
    }
    const tone = status === "expiring" ? "warn" : "calm";
    return {
      sign: "hourglass",
      tone,
      main: `Expires ${dueIn(expires_at, now)}`,
      aside: "no refresh token",
      act: null,
    };
  }
  const until = expires_at === null ? null : `this token lasts until ${shortMoment(expires_at, now)}`;
  if (!online && expires_at !== null) {
    const aside = "refreshes when you are online again";
    return { sign: "offline", tone: "calm", main: `Good until ${clock(expires_at)}`, aside, act: null };
  }
  const main = next_refresh_at === null ? "Kept fresh" : `Refreshes by itself ${dueIn(next_refresh_at, now)}`;
  return { sign: "ring", tone: "calm", main, aside: until, act: "Refresh now" };
}

function nextTry(at: number, now: number): string {
  return at <= now ? "tries again now" : `next try ${relative(at, now)}`;
}

function dueIn(at: number, now: number): string {
  return at <= now ? "now" : relative(at, now);
}
