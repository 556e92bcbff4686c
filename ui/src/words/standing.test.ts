import { expect, test } from "vitest";
import type { Account } from "../bindings/Account";
import { groupOf, lifeLeft, matches } from "./standing";

const account = (parts: Partial<Account>): Account => ({
  name: "work/ana",
  profile: "work",
  provider: null,
  protocol: "oidc",
  issuer: "https://id.example",
  subject: "1",
  display_name: "Ana Lima",
  email: null,
  picture: null,
  scopes: ["openid"],
  token_type: "Bearer",
  linked_at: 0,
  obtained_at: 1000,
  expires_at: 2000,
  next_refresh_at: 1800,
  refreshable: true,
  status: "fresh",
  last_error: null,
  grant_expires_at: null,
  grant_expiry_source: null,
  ...parts,
});

test.each([
  [{ status: "needs_relink" }, "need"],
  [{ status: "expired", refreshable: false }, "need"],
  [{ status: "expired" }, "fresh"],
  [{ status: "retrying" }, "fresh"],
  [{ status: "expiring", refreshable: false }, "out"],
  [{ status: "expiring" }, "fresh"],
  [{ expires_at: null, next_refresh_at: null }, "open"],
  [{ protocol: "oauth1", refreshable: false, expires_at: null, next_refresh_at: null }, "lasting"],
  [{ protocol: "oauth1", refreshable: false, status: "needs_relink", expires_at: null }, "need"],
  [{ protocol: "oauth1", refreshable: false, status: "expiring" }, "out"],
] as [Partial<Account>, string][])("%o stands under %s", (parts, group) => {
  expect(groupOf(account(parts))).toBe(group);
});

test("a ring shows what is left until the next refresh, within its bounds", () => {
  expect(lifeLeft(account({}), 1400)).toBe(0.5);
  expect(lifeLeft(account({}), 9000)).toBe(0);
  expect(lifeLeft(account({}), 0)).toBe(1);
  expect(lifeLeft(account({ expires_at: null, next_refresh_at: null }), 1400)).toBeNull();
  expect(lifeLeft(account({ next_refresh_at: 1000 }), 1400)).toBeNull();
});

test("every word of a search is looked for everywhere", () => {
  expect(matches(account({}), "Tidewater", "ana tide")).toBe(true);
  expect(matches(account({}), "Tidewater", "ana google")).toBe(false);
  expect(matches(account({}), "Tidewater", "")).toBe(true);
});
