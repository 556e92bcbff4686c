import { expect, test } from "vitest";
import type { CheckRecord } from "../bindings/CheckRecord";
import { checkSaid } from "./checks";

const record = (check: string, outcome: CheckRecord["outcome"], detail: string): CheckRecord => ({
  check,
  outcome,
  detail,
});

test.each([
  ["alg", "ES256 is allowed", "ES256, one of those this client registration accepts", "ES256 is allowed"],
  ["key", "1 may have signed (kid k1); the issuer's keys: 2 usable", "Found among the issuer’s keys", null],
  ["signature", "ES256 holds", "Fits the key: nothing was changed since Google signed it", "ES256 holds"],
  ["iss", "https://id.example", "It is https://id.example, as expected", null],
  ["aud", "has keybelt", "Meant for this client registration, keybelt", "has keybelt"],
  ["format", "three parts: a signed token", "Three parts: a signed token", null],
  ["auth_time", "as at the link", "As at the link", null],
  ["of_later", "x-17", "x-17", null],
])("of %s that passed with “%s” the window says “%s”", (check, detail, said, raw) => {
  const shown = checkSaid(record(check, "pass", detail), "Google");
  expect(shown.said).toBe(said);
  // What the words leave out stays beneath them.
  expect(shown.raw).toBe(check === "key" ? detail : raw);
});

test.each([
  ["iss", "https://evil.example instead of https://id.example"],
  ["sub", "mira instead of ana at the link"],
])("a %s that failed says what stands there, unchanged", (check, detail) =>
  expect(checkSaid(record(check, "fail", detail)).said).toBe(`It says ${detail}`),
);

test("what was not checked, and what failed, begins as a sentence does", () => {
  expect(checkSaid(record("nonce", "fail", "nonce is no text")).said).toBe("Its nonce is no text");
  expect(checkSaid(record("nbf", "skip", "the token has no nbf")).said).toBe("The token has no nbf");
  expect(checkSaid(record("exp", "fail", "expired: 3 against this computer's clock, 9")).said).toBe(
    "Expired: 3 against this computer's clock, 9",
  );
  expect(checkSaid(record("aud", "fail", "theirs does not have mine")).said).toBe(
    "theirs does not have mine",
  );
});
