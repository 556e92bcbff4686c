import { expect, test } from "vitest";
import { checkWords } from "./checks";
import { scopesOf, scopeWords, shortScopeWords } from "./scopes";

test("scopes are told apart by white space and named once", () => {
  expect(scopesOf("  openid email\n openid ")).toEqual(["openid", "email"]);
});

test("a scope or check that nobody knows has no made-up words", () => {
  expect(scopeWords("openid")).toBe("See who you are");
  expect(scopeWords("toString")).toBeNull();
  expect(checkWords("toString")).toEqual({ label: "toString", rule: "" });
});

test("a scope of the practice provider means nothing elsewhere", () => {
  expect(scopeWords("notes", true)).toBe("Read your notes there, and add to them");
  expect(scopeWords("notes")).toBeNull();
});

test("where there is little room, it is said shortly and within a sentence", () => {
  expect(shortScopeWords("offline_access", false)).toBe("stay linked");
  expect(shortScopeWords("email", false)).toBe("see your e-mail address");
  expect(shortScopeWords("drive.file", false)).toBeNull();
});
