/** JSON as lines that can be read: every name, text and number stays to the letter as it came. */

export type Token = { kind: "name" | "text" | "number" | "mark"; text: string };
export type Line = { indent: number; tokens: Token[] };

// A string, a number, a word, or a mark. Unrolled, so that a long string is read in one go.
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/gs;
const DEEPEST = 40;

/** The lines of a JSON document; `null`: it is none. */
export function jsonLines(text: string): Line[] | null {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) {
    return null;
  }
  try {
    JSON.parse(trimmed);
  } catch {
    return null;
  }
  return laidOut(trimmed.match(TOKEN) ?? []);
}

function laidOut(words: string[]): Line[] {
  const lines: Line[] = [];
  let line: Line = { indent: 0, tokens: [] };
  let depth = 0;
  const end = () => {
    lines.push(line);
    line = { indent: Math.min(depth, DEEPEST), tokens: [] };
  };
  words.forEach((word, at) => {
    const opens = word === "{" || word === "[";
    const closes = word === "}" || word === "]";
    const before = words[at - 1];
    const isEmpty = closes && (before === "{" || before === "[");
    if (closes) {
      depth -= 1;
      if (!isEmpty) {
        end();
      }
    }
    line.tokens.push(tokenOf(word, words[at + 1]));
    if (opens) {
      depth += 1;
      const next = words[at + 1];
      if (next !== "}" && next !== "]") {
        end();
      }
    } else if (word === ",") {
      end();
    }
  });
  lines.push(line);
  return lines;
}

function tokenOf(word: string, next: string | undefined): Token {
  if (word === ":") {
    return { kind: "mark", text: ": " };
  }
  if (/^[{}[\],]$/.test(word)) {
    return { kind: "mark", text: word };
  }
  if (word.startsWith('"')) {
    return { kind: next === ":" ? "name" : "text", text: word };
  }
  return { kind: "number", text: word };
}
