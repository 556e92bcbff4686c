import { expect, test } from "vitest";
import { shortened, visible } from "./providerText";

test("control characters become symbols", () => {
  expect(visible("a\nb\u0000c\u007f")).toBe("a\u240ab\u2400c\u2421");
});

test("what turns the reading direction is seen", () => {
  expect(visible("moc.elgoog\u202e")).toBe("moc.elgoog\ufffd");
  expect(visible("a\u200bb")).toBe("a\ufffdb");
});

test("letters of every script stay as they are", () => {
  expect(visible("Wilhelmīna 山田 محمد 👩🏽")).toBe("Wilhelmīna 山田 محمد 👩🏽");
});

test("two hundred characters, then more", () => {
  expect(shortened("x".repeat(200)).more).toBe(false);
  const cut = shortened("👍".repeat(201));
  expect(cut.more).toBe(true);
  expect(Array.from(cut.text)).toHaveLength(201);
});
