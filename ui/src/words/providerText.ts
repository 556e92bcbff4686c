/** Text from outside is text: control characters become symbols, and what is long is cut. */

const LONGEST = 200;
const DELETE = 0x7f;
const SYMBOLS = 0x2400;
const DELETE_SYMBOL = "\u2421";
const REPLACEMENT = "\ufffd";

// Characters that turn the reading direction or hide: embeddings, overrides, isolates, zero widths, a byte order mark.
const INVISIBLE = /[\u0080-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

function shownCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) {
    return String.fromCodePoint(SYMBOLS + code);
  }
  if (code === DELETE) {
    return DELETE_SYMBOL;
  }
  return INVISIBLE.test(character) ? REPLACEMENT : character;
}

/** The text with nothing unseen in it. */
export function visible(text: string): string {
  return Array.from(text, shownCharacter).join("");
}

/** The text's beginning, and whether there is more. */
export function shortened(text: string): { text: string; more: boolean } {
  const characters = Array.from(text);
  return characters.length <= LONGEST
    ? { text, more: false }
    : { text: `${characters.slice(0, LONGEST).join("")}…`, more: true };
}
