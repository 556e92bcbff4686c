import { expect, test } from "vitest";
import { lapse, size } from "./sizes";

test("a size is said by thousands", () => {
  expect([0, 1, 999, 1000, 1949, 123_400, 999_949, 999_950, 3_400_000, 64_000_000].map(size)).toEqual([
    "0 bytes",
    "1 byte",
    "999 bytes",
    "1.0 kB",
    "1.9 kB",
    "123 kB",
    "1000 kB",
    "1.0 MB",
    "3.4 MB",
    "64.0 MB",
  ]);
});

test("a lapse is said in what counts", () => {
  expect([0, 184, 999, 1000, 2449].map(lapse)).toEqual(["0 ms", "184 ms", "999 ms", "1.0 s", "2.4 s"]);
});
