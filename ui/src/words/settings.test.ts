import { expect, test } from "vitest";
import { shownValue } from "./settings";

test("a value is text, and what is not there says so", () => {
  expect(shownValue("https://a.example")).toBe("https://a.example");
  expect(shownValue(null)).toBe("not set");
  expect(shownValue(["a", "b"])).toBe('["a","b"]');
  expect(shownValue("a\u202eb")).toBe("a\ufffdb");
});
