import type { LogEntry } from "../bindings/LogEntry";

/** How a line of the ledger reads, and how its icon looks. */
export type ActivityLine = { text: string; detail: string | null; kind: ActivityKind };

export type ActivityKind = "linked" | "refreshed" | "handed" | "renamed" | "ended" | "refused" | "other";

const VIA: Record<string, string> = {
  token: "keybelt token",
  exec: "keybelt exec",
  webview: "embedded window",
  browser: "your browser",
  manual: "a pasted address",
  timed_out: "it took too long",
  not_started: "it could not be started",
  not_written: "it could not be written",
};

function viaWords(via: string | null): string | null {
  if (via?.startsWith("output:")) {
    return "an output";
  }
  return via === null ? null : ((Object.hasOwn(VIA, via) ? VIA[via] : undefined) ?? via);
}

/** One line of the ledger in words. */
export function activityLine({ event, receiver, via }: LogEntry): ActivityLine {
  const detail = viaWords(via);
  switch (event) {
    case "linked":
      return { kind: "linked", text: "Linked", detail };
    case "refreshed":
      return { kind: "refreshed", text: "Refreshed", detail };
    case "refresh_failed":
      return { kind: "refused", text: "Could not be refreshed", detail };
    case "handed_over":
      return handedOver(receiver, detail);
    case "delivered":
      return { kind: "handed", text: `${receiver ?? "An output"} took the token`, detail };
    case "delivery_failed":
      return { kind: "refused", text: `${receiver ?? "An output"} did not take the token`, detail };
    case "revoked":
      return { kind: "ended", text: "The provider took the access back", detail };
    case "revocation_failed":
      return { kind: "refused", text: "The provider did not take the access back", detail };
    case "unlinked":
      return { kind: "ended", text: "Unlinked", detail };
    case "renamed":
      return { kind: "renamed", text: "Renamed", detail };
    case "refused":
      return { kind: "refused", text: "Refused for safety", detail };
    default:
      return { kind: "other", text: event.replaceAll("_", " "), detail };
  }
}

function handedOver(receiver: string | null, detail: string | null): ActivityLine {
  if (receiver === "clipboard") {
    return { kind: "handed", text: "Copied to the clipboard", detail };
  }
  const to = receiver === null || receiver === "stdout" ? "a terminal or pipe" : receiver;
  return { kind: "handed", text: `Handed to ${to}`, detail };
}

/** Equal lines that follow one another on a day, folded into one: the latest, and how many there are. */
export type Folded = { line: ActivityLine; at: number; times: number };

/** The days of a ledger, latest first, each with its lines. */
export function days(entries: LogEntry[], dayOf: (at: number) => string): { day: string; lines: Folded[] }[] {
  const found: { day: string; lines: Folded[] }[] = [];
  for (const entry of [...entries].sort((a, b) => b.at - a.at)) {
    const day = dayOf(entry.at);
    let last = found.at(-1);
    if (last?.day !== day) {
      last = { day, lines: [] };
      found.push(last);
    }
    const line = activityLine(entry);
    const before = last.lines.at(-1);
    if (before && before.line.text === line.text && before.line.detail === line.detail) {
      before.times += 1;
    } else {
      last.lines.push({ line, at: entry.at, times: 1 });
    }
  }
  return found;
}
