import { expect, test } from "vitest";
import type { CheckRecord } from "../bindings/CheckRecord";
import type { Inspection } from "../bindings/Inspection";
import type { Profile } from "../bindings/Profile";
import type { Verdict } from "../bindings/Verdict";
import { cleaned, partsOf, profileOf, tokenKind, verdictOf } from "./pasted";

const NOW = 1_795_527_120;

const inspection = (
  verdict: Verdict,
  checks: Record<string, CheckRecord["outcome"]>,
  parts: Partial<Inspection> = {},
): Inspection => ({
  header: { alg: "RS256" },
  claims: { exp: NOW - 3720 },
  checks: Object.entries(checks).map(([check, outcome]) => ({ check, outcome, detail: `of ${check}` })),
  verdict,
  ...parts,
});

const title = (seen: Inspection) => verdictOf(seen, null, NOW).title;

test("what came along with a token is taken off, and nothing of the token", () => {
  const token = "eyJhbGciOiJub25lIn0.e30.AA";
  for (const text of [
    ` ${token}\n`,
    `Authorization: Bearer ${token}`,
    `bearer  ${token}`,
    `"${token}",`,
    "eyJhbGciOiJub25lIn0.\n  e30.AA",
  ]) {
    expect(cleaned(text)).toBe(token);
  }
  expect(cleaned('{"a": "b c"}')).toBe('{"a": "b c"}');
  expect(cleaned("two words")).toBe("two words");
});

test("a token falls into its parts by the dots", () => {
  expect(partsOf("a.b.c").map(({ part }) => part)).toEqual(["header", "claims", "signature"]);
  expect(partsOf("a.b.c.d.e").map(({ part }) => part)).toEqual([
    "header",
    "sealed",
    "sealed",
    "sealed",
    "sealed",
  ]);
});

test("the verdict is in the words of what was found first", () => {
  const pass = { signature: "pass" } as const;
  expect(title(inspection("pass", pass))).toBe("Valid");
  expect(verdictOf(inspection("expired", { ...pass, exp: "fail" }), null, NOW)).toEqual({
    tone: "bad",
    title: "Genuine, but no longer valid",
    lead: expect.stringContaining("1 h ago"),
  });
  expect(title(inspection("unverified", { signature: "skip" }))).toBe("Not checked: no keys");
  expect(title(inspection("fail", { signature: "fail" }))).toBe("Do not trust this");
  expect(title(inspection("fail", { alg: "fail", signature: "skip" }))).toBe("Do not trust this");
  expect(title(inspection("fail", { key: "fail", signature: "skip" }))).toBe("Not checked: no key fits");
  expect(title(inspection("fail", { format: "fail" }, { header: null, claims: null }))).toBe(
    "A token that cannot be read",
  );
  expect(title(inspection("fail", { format: "pass", decryption: "fail" }))).toBe("Encrypted");
  expect(title(inspection("fail", { ...pass, aud: "fail", exp: "fail" }))).toBe(
    "Genuine, but for another client",
  );
  expect(title(inspection("fail", { ...pass, typ: "fail" }))).toBe("Genuine, but no ID token");
});

test("without keys, what does not hold is said besides, and never that it is genuine", () => {
  const { title: said, lead } = verdictOf(
    inspection("fail", { typ: "fail", signature: "skip", exp: "fail" }),
    null,
    NOW,
  );
  expect(said).toBe("Not checked: no keys");
  expect(lead).toContain("It expired");
  expect(lead).toContain("Besides, this does not hold: Type.");
});

test("a token's kind is what it says of itself", () => {
  const kind = (header: Record<string, unknown>, claims: Record<string, unknown>) =>
    tokenKind(inspection("unverified", {}, { header, claims }));
  expect(kind({ typ: "at+jwt" }, {})).toBe("an access token");
  expect(kind({ typ: "application/logout+jwt" }, {})).toBe("a logout token");
  expect(kind({}, { events: { "http://schemas.openid.net/event/backchannel-logout": {} } })).toBe(
    "a logout token",
  );
  expect(kind({}, { nonce: "n" })).toBe("an ID token");
  expect(kind({}, { sub: "s" })).toBe("a JWT");
});

test("the profile is the one of the issuer, and of its client where there are several", () => {
  const setting = (value: unknown) => ({ value, layer: "profile" as const, overrides: null });
  const profile = (name: string, issuer: string, client: string): Profile => ({
    name,
    provider: null,
    protocol: "oidc",
    redirect_uris: [],
    routes: [],
    settings: { issuer: setting(issuer), client_id: setting(client) },
  });
  const all = [
    profile("a", "https://a.example", "1"),
    profile("b", "https://a.example", "2"),
    profile("c", "https://c.example", "2"),
  ];
  expect(profileOf({ iss: "https://a.example", aud: ["x", "2"] }, all)?.name).toBe("b");
  expect(profileOf({ iss: "https://a.example", aud: "9" }, all)?.name).toBe("a");
  expect(profileOf({ iss: "https://A.example" }, all)).toBeNull();
  expect(profileOf({}, [{ ...profile("d", "", ""), settings: {} }])).toBeNull();
});
