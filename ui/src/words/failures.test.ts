import { expect, test } from "vitest";
import { failureWords } from "./failures";

test("what the person refused is told in words, and not in the provider's codes", () => {
  const failure = {
    code: "access_denied",
    message: "Access was not allowed: access_denied (the person declined).",
    hint: "Nothing was stored. Start the link again if that was not meant.",
  } as const;
  const { lead, hint } = failureWords(failure, "Google");
  expect(lead).toBe(
    "Google says access was refused, so nothing was linked and nothing was stored. If that was not what you wanted, try again.",
  );
  expect(hint).toBeNull();
});

test("what was begun on the command line is not to be begun again in the window", () => {
  for (const code of ["access_denied", "state_mismatch"] as const) {
    const failure = { code, message: "", hint: "" };
    expect(failureWords(failure, "Google", true).lead).toMatch(/again where you began\.$/);
    expect(failureWords(failure, "Google").lead).not.toContain("where you began");
  }
});

test("any other failure keeps its message and its hint", () => {
  const failure = { code: "network", message: "No connection to id.example.", hint: "Try again." } as const;
  expect(failureWords(failure, "id.example")).toEqual({
    tone: "warn",
    title: "id.example does not answer",
    lead: "No connection to id.example.",
    hint: "Try again.",
  });
});
