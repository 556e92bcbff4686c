import { expect, test } from "vitest";
import { marked } from "./marked";

test("what was asked for is marked, whatever its letters mean elsewhere", () => {
  expect(marked("Google (work)", "GOO (w")).toEqual([
    { text: "Goo", hit: true },
    { text: "gle ", hit: false },
    { text: "(w", hit: true },
    { text: "ork)", hit: false },
  ]);
  expect(marked("a.b", " ")).toEqual([{ text: "a.b", hit: false }]);
});
