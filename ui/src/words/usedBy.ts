import type { UsedBy } from "../bindings/UsedBy";
import { numberWord } from "./numbers";

/** A receiver of tokens as people say it. */
export type Use = {
  receiver: UsedBy;
  name: string;
  /** How the token comes to it. */
  how: string;
  kind: "tool" | "file" | "request" | "hand";
  /** It holds a token that has been renewed since. */
  stale: boolean;
};

const HOW: Record<string, Pick<Use, "how" | "kind">> = {
  token: { how: "Asks each time", kind: "tool" },
  exec: { how: "Runs with it", kind: "tool" },
  request: { how: "API request", kind: "request" },
  "output:stdin": { how: "Runs at each refresh", kind: "tool" },
  "output:env": { how: "Runs at each refresh", kind: "tool" },
};

/** The receivers of an account's tokens, the latest first; `obtainedAt` is when the token in hand was. */
export function usesOf(usedBy: UsedBy[], obtainedAt: number): Use[] {
  return [...usedBy]
    .sort((a, b) => b.last - a.last)
    .map((receiver) => {
      const { how, kind } = howOf(receiver);
      const stale = how === ONCE && receiver.last < obtainedAt;
      return {
        receiver,
        name: NAMES[receiver.receiver] ?? receiver.receiver,
        how: stale ? STALE : how,
        kind,
        stale,
      };
    });
}

const NAMES: Record<string, string> = { clipboard: "Clipboard", stdout: "Standard output" };
const ONCE = "File, written once";
const STALE = "File, gone stale";

function howOf({ receiver, via }: UsedBy): Pick<Use, "how" | "kind"> {
  if (receiver === "clipboard") {
    return { how: "Copied by you", kind: "hand" };
  }
  if (receiver === "stdout") {
    return { how: "Printed", kind: "hand" };
  }
  if (Object.hasOwn(HOW, via) && HOW[via]) {
    return HOW[via];
  }
  if (via.startsWith("output:")) {
    return { how: "File, kept fresh", kind: "file" };
  }
  // What is written for somebody goes to a path; else to the program that asked.
  return receiver.includes("/") ? { how: ONCE, kind: "file" } : { how: "Asks each time", kind: "tool" };
}

/**
 * The tools that live on an account, each once. A copy on the clipboard is gone by now, what was printed cannot be told
 * from it, and a request is Keybelt's own.
 */
export function toolsAmong(uses: Use[]): Use[] {
  const kept = uses.filter(({ kind }) => kind === "tool" || kind === "file");
  // Of two ways to one tool, the first of the list, which is the latest.
  return kept.filter(({ name }, at) => kept.findIndex((other) => other.name === name) === at);
}

/** "One tool stops working", "12 tools stop working": the words for one, and for more. */
export function toolsWhich(count: number, one: string, more: string): string {
  const number = numberWord(count);
  const told = number.charAt(0).toUpperCase() + number.slice(1);
  return count === 1 ? `${told} tool ${one}` : `${told} tools ${more}`;
}
