import { expect, test } from "vitest";
import { type Around, type Claim, explained } from "./claims";

const claims = {
  groups: ["a", "b", "c", "d", "e", "f", "g"],
  exp: 1_795_529_292,
  email_verified: true,
  sub: "117",
  constructor: "x",
  cnf: { jkt: "k" },
};

const titles = (told: Record<string, unknown>) =>
  explained(told, { provider: "Google" }).map(({ title, claims: rows }) => [
    title,
    rows.map(({ key }) => key),
  ]);

/** One claim as it is shown. */
function shown(key: string, value: unknown, around: Partial<Around> = {}, others = {}): Claim {
  const groups = explained({ ...others, [key]: value }, { provider: "Google", ...around });
  const claim = groups.flatMap((group) => group.claims).find((one) => one.key === key);
  if (!claim) {
    throw new Error(`${key} is not shown`);
  }
  return claim;
}

const text = (key: string, value: unknown) => {
  const read = shown(key, value).value;
  return read.kind === "time" ? read.at : read.text;
};

test("claims stand in their groups, unknown ones last", () => {
  expect(titles(claims)).toEqual([
    ["Who you are", ["sub", "email_verified"]],
    ["When", ["exp"]],
    ["This server’s own", ["groups", "constructor", "cnf"]],
  ]);
});

test("every claim of OpenID Connect Core §2 and §5.1 has a name and a meaning of its own", () => {
  const standard =
    "iss sub aud exp iat auth_time nonce acr amr azp at_hash c_hash name given_name family_name middle_name nickname " +
    "preferred_username profile picture website email email_verified gender birthdate zoneinfo locale phone_number " +
    "phone_number_verified address updated_at _claim_names _claim_sources";
  for (const key of standard.split(" ")) {
    const { label, meaning } = shown(key, "x");
    expect([key, label === key, meaning === null]).toEqual([key, false, false]);
  }
});

test("a value reads as people say it, and stands raw beside that", () => {
  expect(shown("email_verified", true)).toMatchObject({ value: { text: "Yes" }, raw: "true", copy: "true" });
  expect(shown("email", "a@b.example")).toMatchObject({ value: { text: "a@b.example" }, raw: null });
  expect(shown("groups", claims.groups)).toMatchObject({
    value: { text: "a, b, c, d, e", rest: ["f", "g"] },
    raw: '["a","b","c","d","e","f","g"]',
  });
  expect(shown("exp", claims.exp)).toMatchObject({
    value: { kind: "time", at: claims.exp },
    raw: "1795529292",
  });
  expect(shown("cnf", claims.cnf)).toMatchObject({ value: { kind: "code", text: '{"jkt":"k"}' }, raw: null });
});

test("dates, languages, places and methods are told in words", () => {
  expect(text("birthdate", "1984-05-12")).toBe("12 May 1984");
  expect(text("birthdate", "0000-05-12")).toBe("12 May, the year is not said");
  expect(text("birthdate", "1984")).toBe("1984");
  expect(text("birthdate", "1984-02-31")).toBe("1984-02-31");
  expect(text("birthdate", "soon")).toBe("soon");
  expect(text("locale", "nn-NO")).toBe("Norwegian Nynorsk (Norway)");
  expect(text("locale", "pt_BR")).toBe("Brazilian Portuguese");
  expect(text("locale", "!!")).toBe("!!");
  expect(text("zoneinfo", "Asia/Kolkata")).toBe("Kolkata, now GMT+05:30");
  expect(text("zoneinfo", "Mars/Olympus")).toBe("Mars/Olympus");
  expect(text("amr", ["pwd", "otp", "own"])).toBe("password, one-time code, own");
  expect(text("address", { locality: "Oslo", country: "Norway", street_address: "1 Quay" })).toBe(
    "1 Quay, Oslo, Norway",
  );
  expect(text("address", { formatted: "1 Quay\nOslo" })).toBe("1 Quay, Oslo");
  expect(text("updated_at", "2026-11-24T14:08:12Z")).toBe(1_795_529_292);
});

test("what is not what its claim promises is shown as it is", () => {
  expect(text("email_verified", "perhaps")).toBe("perhaps");
  expect(text("email_verified", "true")).toBe("Yes");
  expect(text("exp", "soon")).toBe("soon");
  expect(text("name", null)).toBe("Nothing");
  expect(text("groups", [])).toBe("None");
  expect(text("address", "somewhere")).toBe("somewhere");
});

test("a claim in a language keeps its name and says which", () => {
  expect(shown("family_name#ja-Kana-JP", "オカフォー").label).toBe(
    "Family name, in Japanese (Katakana, Japan)",
  );
  expect(titles({ "name#ja": "x", website: "https://a.example" })).toEqual([
    ["Who you are", ["name#ja", "website"]],
  ]);
});

test("a passed check speaks for what it compared", () => {
  const checks = [
    { check: "nonce", outcome: "pass" as const, detail: "" },
    { check: "at_hash", outcome: "skip" as const, detail: "" },
  ];
  expect(shown("nonce", "n-0S6", { checks })).toMatchObject({
    value: { text: "Matches the one Keybelt sent" },
    raw: "n-0S6",
  });
  expect(shown("at_hash", "kQ3", { checks }).value).toEqual({ kind: "code", text: "kQ3" });
  expect(shown("azp", "me", {}, { aud: "me" }).value).toEqual({ kind: "text", text: "Same as the audience" });
  expect(shown("azp", "me", {}, { aud: ["me"] }).value).toEqual({ kind: "code", text: "me" });
});

test("a meaning names the provider, and follows the value", () => {
  expect(shown("sub", "1", { provider: "Tidewater" }).meaning).toContain("at Tidewater");
  expect(shown("email_verified", false).meaning).toBe("Google has not checked that you receive mail there.");
  expect(shown("aud", ["a", "b"]).meaning).toContain("among those");
});

test("what the profile says of a member is believed, but for standard claims", () => {
  const known = { login: "preferred_username", name: "sub", id: "sub" };
  expect(shown("login", "mira", { known })).toMatchObject({ label: "User name", key: "login" });
  expect(shown("id", 583_231, { known })).toMatchObject({ label: "Subject", value: { text: "583231" } });
  expect(shown("name", "Mira", { known }).label).toBe("Full name");
});
