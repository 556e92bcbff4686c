import { expect, test } from "vitest";
import type { Account } from "../bindings/Account";
import { enumerated, ownName, whoIs } from "./who";

const account = (parts: Partial<Account>): Account => ({
  name: "work/ana-example.org",
  profile: "work",
  provider: null,
  protocol: "oidc",
  issuer: "https://id.example",
  subject: "248289761001",
  display_name: "Ana Lima",
  email: "ana@example.org",
  picture: null,
  scopes: ["openid"],
  token_type: "Bearer",
  linked_at: 0,
  obtained_at: 0,
  expires_at: null,
  next_refresh_at: null,
  refreshable: true,
  status: "fresh",
  last_error: null,
  grant_expires_at: null,
  grant_expiry_source: null,
  ...parts,
});

test("a name that was made from what was claimed is not said again", () => {
  for (const name of [
    "work/ana-example.org",
    "work/ana-example.org-2",
    "work/248289761001",
    "work/1",
    "work/client",
  ]) {
    expect(whoIs(account({ name })), name).toBe("ana@example.org");
  }
});

test("a name that the person gave comes first", () => {
  for (const name of ["backup", "work/backup", "home/ana-example.org"]) {
    expect(ownName(account({ name })), name).toBe(name);
    expect(whoIs(account({ name }))).toBe(`${name} · ana@example.org`);
  }
});

test("where nothing is claimed the account's name stands alone", () => {
  const nothing = { email: null, display_name: null, subject: null };
  expect(whoIs(account({ ...nothing, name: "work/1" }))).toBe("work/1");
  expect(whoIs(account({ ...nothing, name: "backup" }))).toBe("backup");
});

test.each([
  [["a"], "a"],
  [["a", "b"], "a and b"],
  [["a", "b", "c"], "a, b and c"],
  [["a", "b", "c", "d", "e", "f", "g", "h"], "a, b, c, d, e and 3 more"],
])("%j are told as %s", (names, told) => expect(enumerated(names)).toBe(told));
