/** Sizes and lengths of time as people say them. */

/** "0 bytes", "912 bytes", "1.9 kB", "3.4 MB": by thousands. */
export function size(bytes: number): string {
  if (bytes < 1000) {
    return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  }
  const [divisor, unit] = bytes < 999_950 ? [1000, "kB"] : [1_000_000, "MB"];
  const amount = bytes / Number(divisor);
  return `${amount < 100 ? amount.toFixed(1) : Math.round(amount)} ${unit}`;
}

/** "184 ms", "2.4 s". */
export function lapse(millis: number): string {
  return millis < 1000 ? `${millis} ms` : `${(millis / 1000).toFixed(1)} s`;
}
