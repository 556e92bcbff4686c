import type { Account } from "../bindings/Account";

/** Whether only the person can mend it. Decided in Rust; here it is put into groups. */
export function needsPerson({ status, refreshable }: Account): boolean {
  return status === "needs_relink" || (status === "expired" && !refreshable);
}

export type Group = "need" | "out" | "fresh" | "lasting" | "open";

/** The groups of the list, in the order of need. */
export const GROUPS: [Group, string][] = [
  ["need", "Needs you"],
  ["out", "Running out"],
  ["fresh", "Kept fresh"],
  ["lasting", "Does not expire"],
  ["open", "No end known"],
];

/** Where an account stands in the list. */
export function groupOf(account: Account): Group {
  if (needsPerson(account)) {
    return "need";
  }
  if (account.status === "expiring" && !account.refreshable) {
    return "out";
  }
  if (lasts(account)) {
    return "lasting";
  }
  return account.expires_at === null && account.next_refresh_at === null ? "open" : "fresh";
}

/** OAuth 1.0a knows no end of a token (RFC 5849 §2.3) unless a provider says one; OAuth 2 only leaves it unsaid. */
export function lasts({ protocol, expires_at }: Account): boolean {
  return protocol === "oauth1" && expires_at === null;
}

/** What is left until the next refresh, from 1 to 0; `null` where nothing is known. */
export function lifeLeft({ obtained_at, next_refresh_at, expires_at }: Account, now: number): number | null {
  const end = next_refresh_at ?? expires_at;
  if (end === null || end <= obtained_at) {
    return null;
  }
  return Math.min(1, Math.max(0, (end - now) / (end - obtained_at)));
}

/** Whether the words are in what is known of the account. */
export function matches(account: Account, provider: string, query: string): boolean {
  const known = [account.name, provider, account.display_name, account.email, account.issuer]
    .filter((text) => text !== null)
    .join(" ")
    .toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => known.includes(word));
}
