import type { AccountDetail } from "../bindings/AccountDetail";
import type { LogEntry } from "../bindings/LogEntry";

/** How a line of the ledger reads, and how its icon looks. `who` stands in the text and is what to look for in it. */
export type ActivityLine = { text: string; who: string | null; detail: string | null; kind: ActivityKind };

export type ActivityKind =
  | "linked"
  | "verified"
  | "refreshed"
  | "handed"
  | "renamed"
  | "ended"
  | "refused"
  | "backup"
  | "other";

const VIA: Record<string, string> = {
  token: "keybelt token",
  exec: "keybelt exec",
  request: "an API request",
  webview: "embedded window",
  browser: "your browser",
  manual: "a pasted address",
  timed_out: "it took too long",
  not_started: "it could not be started",
  not_written: "it could not be written",
};

const PROFILE = "profile:";

function viaWords(via: string | null): string | null {
  if (via?.startsWith("output:")) {
    return "an output";
  }
  if (via === "copy") {
    return null;
  }
  if (via?.startsWith(PROFILE)) {
    return `the secrets of profile ${via.slice(PROFILE.length)}`;
  }
  return via === null ? null : ((Object.hasOwn(VIA, via) ? VIA[via] : undefined) ?? via);
}

/** One line of the ledger in words. */
export function activityLine({ event, receiver, via }: LogEntry): ActivityLine {
  const detail = viaWords(via);
  const line = (kind: ActivityKind, text: string, who: string | null = null): ActivityLine => ({
    kind,
    text,
    who,
    detail,
  });
  const taker = receiver ?? "An output";
  switch (event) {
    case "linked":
      return linked(via, line);
    case VERIFIED:
      return { ...line("verified", `Identity verified: ${via} checks passed`), detail: null };
    case "refreshed":
      return line("refreshed", "Refreshed");
    case "refresh_failed":
      return line("refused", "Could not be refreshed");
    case "handed_over":
      return handedOver(receiver, line);
    case "delivered":
      return line("handed", `${taker} took the token`, receiver);
    case "delivery_failed":
      return line("refused", `${taker} did not take the token`, receiver);
    case "revoked":
      return line("ended", "The provider took the access back");
    case "revocation_failed":
      return line("refused", "The provider did not take the access back");
    case "unlinked":
      return line("ended", "Unlinked");
    case "renamed":
      return { ...line("renamed", "Renamed"), detail: via && `was ${via}` };
    case "refused":
      return line("refused", "Refused for safety");
    case "backed_up":
      return line("backup", `Everything was copied into ${receiver ?? "a backup"}`, receiver);
    default:
      return line("other", event.replaceAll("_", " "));
  }
}

const LINKED: Record<string, string> = {
  webview: "Linked in a window of Keybelt",
  browser: "Linked in your browser",
  manual: "Linked by a pasted address",
};

function linked(via: string | null, line: MakeLine): ActivityLine {
  const text = via !== null && Object.hasOwn(LINKED, via) ? LINKED[via] : undefined;
  return text ? { ...line("linked", text), detail: null } : line("linked", "Linked");
}

type MakeLine = (kind: ActivityKind, text: string, who?: string | null) => ActivityLine;

function handedOver(receiver: string | null, line: MakeLine): ActivityLine {
  if (receiver === "clipboard") {
    return line("handed", "Copied to the clipboard");
  }
  if (receiver === null || receiver === "stdout") {
    return line("handed", "Handed to a terminal or pipe");
  }
  return line("handed", `Handed to ${receiver}`, receiver);
}

/** No event of the ledger: the account itself says when its identity was checked. */
const VERIFIED = "identity_verified";

/** The ledger of one account, with the checks of its identity that passed, where they were the last to be made. */
export function withChecks(
  entries: LogEntry[],
  { name, checks, checked_at }: Pick<AccountDetail, "name" | "checks" | "checked_at">,
): LogEntry[] {
  const passed = checks.filter(({ outcome }) => outcome === "pass").length;
  if (checked_at === null || passed === 0 || checks.some(({ outcome }) => outcome === "fail")) {
    return entries;
  }
  const verified = { at: checked_at, account: name, event: VERIFIED, receiver: null, via: String(passed) };
  // Checked before it was linked or refreshed, in the same second.
  const after = entries.findIndex(({ at }) => at >= checked_at);
  const place = after === -1 ? entries.length : after;
  return [...entries.slice(0, place), verified, ...entries.slice(place)];
}

/** The ledger without the hand-overs to an output of which a later line says what they came to. */
export function told(entries: LogEntry[]): LogEntry[] {
  const ended = new Map<string, number>();
  const kept: LogEntry[] = [];
  const latestFirst = entries
    .map((entry, number) => ({ entry, number }))
    .sort((a, b) => b.entry.at - a.entry.at || b.number - a.number);
  for (const { entry } of latestFirst) {
    const whose = JSON.stringify([entry.account, entry.receiver]);
    const open = ended.get(whose) ?? 0;
    if (entry.event === "delivered" || entry.event === "delivery_failed") {
      ended.set(whose, open + 1);
    } else if (entry.event === "handed_over" && entry.via?.startsWith("output:") && open > 0) {
      ended.set(whose, open - 1);
      continue;
    }
    kept.push(entry);
  }
  return kept.reverse();
}

/** Equal lines that follow one another on a day, folded into one: the latest, and how many there are. */
export type Folded = {
  /** Of the latest of them in the ledger. */
  number: number;
  line: ActivityLine;
  account: string | null;
  at: number;
  times: number;
};

/** The days of a ledger, latest first, each with its lines. */
export function days(entries: LogEntry[], dayOf: (at: number) => string): { day: string; lines: Folded[] }[] {
  const found: { day: string; lines: Folded[] }[] = [];
  const numbered = entries.map((entry, number) => ({ entry, number }));
  // Of the same second, the later line of the ledger comes first.
  for (const { entry, number } of numbered.sort((a, b) => b.entry.at - a.entry.at || b.number - a.number)) {
    const { account, at } = entry;
    const day = dayOf(at);
    let last = found.at(-1);
    if (last?.day !== day) {
      last = { day, lines: [] };
      found.push(last);
    }
    const line = activityLine(entry);
    const before = last.lines.at(-1);
    if (before && before.account === account && isSame(before.line, line)) {
      before.times += 1;
    } else {
      last.lines.push({ number, line, account, at, times: 1 });
    }
  }
  return found;
}

function isSame(one: ActivityLine, other: ActivityLine): boolean {
  return one.text === other.text && one.detail === other.detail;
}

/** What the list of everything can be narrowed down to. */
export type Filter = "all" | "handed" | "refreshed" | "linked" | "problems";

const OF_FILTER: Record<Filter, ActivityKind[] | null> = {
  all: null,
  handed: ["handed", "backup"],
  refreshed: ["refreshed"],
  linked: ["linked", "verified", "renamed", "ended"],
  problems: ["refused"],
};

/** Whether a line is one of these. */
export function isOf(filter: Filter, kind: ActivityKind): boolean {
  return OF_FILTER[filter]?.includes(kind) ?? true;
}

/** Whether all these words are in a line and in whose it is. */
export function says({ text, detail }: ActivityLine, whose: string, query: string): boolean {
  const known = `${text} ${detail ?? ""} ${whose}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => known.includes(word));
}
