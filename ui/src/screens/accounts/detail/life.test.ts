import { expect, test } from "vitest";
import type { Account } from "../../../bindings/Account";
import { lifeOf } from "./life";

const now = Date.UTC(2026, 10, 24, 14, 32, 0) / 1000;
const around = { now, online: true, refreshing: false };

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
  obtained_at: now - 24 * 60,
  expires_at: now + 36 * 60,
  next_refresh_at: now + 23 * 60,
  refreshable: true,
  status: "fresh",
  last_error: null,
  grant_expires_at: null,
  grant_expiry_source: null,
  ...parts,
});

test("a fresh token says when it refreshes by itself", () => {
  expect(lifeOf(account({}), around)).toMatchObject({
    main: "Refreshes by itself in 23 min",
    aside: "this token lasts until 15:08",
    act: "Refresh now",
  });
});

test("without a network it says how long the one in hand is good", () => {
  expect(lifeOf(account({}), { ...around, online: false })).toMatchObject({
    main: "Good until 15:08",
    aside: "refreshes when you are online again",
    act: null,
  });
});

test("a provider that does not answer is tried again", () => {
  const last_error = { code: "network", message: "…", at: now - 20 * 60 } as const;
  expect(
    lifeOf(account({ status: "retrying", last_error, next_refresh_at: now + 120 }), around),
  ).toMatchObject({
    main: "No answer since 14:12",
    aside: "next try in 2 min",
    act: "Try now",
  });
});

test("a token that cannot be refreshed runs out, and has no button that would not help", () => {
  const parts = {
    refreshable: false,
    next_refresh_at: null,
    status: "expiring",
    expires_at: now + 6 * 86_400,
  } as const;
  expect(lifeOf(account(parts), around)).toMatchObject({
    tone: "warn",
    main: "Expires in 6 days",
    aside: "no refresh token",
    act: null,
  });
});

test("an expiry that nobody said is not called forever", () => {
  const parts = { refreshable: false, next_refresh_at: null, expires_at: null } as const;
  expect(lifeOf(account(parts), around).main).toBe("The provider does not say when this token ends");
});

test("a token of OAuth 1.0a does not expire, and needs no refresh", () => {
  const parts = { protocol: "oauth1", refreshable: false, next_refresh_at: null, expires_at: null } as const;
  expect(lifeOf(account(parts), around)).toMatchObject({ main: "Does not expire", tone: "calm", act: null });
});

test("a refresh that is due says so instead of a time gone by", () => {
  expect(lifeOf(account({ next_refresh_at: now - 3 }), around).main).toBe("Refreshes by itself now");
});
