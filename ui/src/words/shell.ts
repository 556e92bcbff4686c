/** How many places a line of a command takes, at most. */
const WIDTH = 38;

/** A command over lines as a shell reads them: broken only between arguments, an option not from its value. */
export function shellLines(command: string): string[][] {
  const pieces = piecesOf(command);
  if (command.length <= WIDTH) {
    return [pieces];
  }
  const lines: string[][] = [];
  let line: string[] = [];
  let used = 0;
  for (const piece of pieces) {
    // Two places for the indent of what goes on, or two for the backslash.
    const room = WIDTH - 2 - (lines.length > 0 ? 2 : 0);
    if (line.length > 0 && used + 1 + piece.length > room) {
      lines.push([...line, "\\"]);
      line = [];
      used = 0;
    }
    used += (line.length > 0 ? 1 : 0) + piece.length;
    line.push(piece);
  }
  return [...lines, line];
}

/** Arguments, whole where they are quoted, each option with its value. */
function piecesOf(command: string): string[] {
  const found: string[] = [];
  for (const word of command.match(/(?:'[^']*'|"(?!\$\()[^"]*"|\S)+/g) ?? []) {
    const before = found.at(-1);
    const isValue = word === "-" || /^[^-|&;<>]/.test(word);
    if (before !== undefined && /^--?[\w-]*$/.test(before) && before !== "-" && isValue) {
      found[found.length - 1] = `${before} ${word}`;
    } else {
      found.push(word);
    }
  }
  return found;
}
