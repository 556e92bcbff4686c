const WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** A count as it stands in a sentence: in letters below ten. */
export function numberWord(count: number): string {
  return WORDS[count] ?? String(count);
}
