import { expect, test } from "vitest";
import { checkWords } from "./checks";
import { scopesOf, scopeWords } from "./scopes";

test("scopes are told apart by white space and named once", () => {
  expect(scopesOf("  openid email\n openid ")).toEqual(["openid", "email"]);
});

test("a scope or check that nobody knows has no made-up words", () => {
  expect(scopeWords("openid")).toBe("See who you are");
  expect(scopeWords("toString")).toBeNull();
  expect(checkWords("toString")).toEqual({ label: "toString", rule: "" });
});
