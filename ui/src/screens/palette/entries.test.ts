import { expect, test } from "vitest";
import type { Account } from "../../bindings/Account";
import type { Profile } from "../../bindings/Profile";
import type { ProviderSummary } from "../../bindings/ProviderSummary";
import { entriesOf, type Known } from "./entries";

const account = (name: string, parts: Partial<Account> = {}): Account => ({
  name,
  profile: name.split("/")[0] ?? name,
  provider: null,
  protocol: "oidc",
  issuer: null,
  subject: "s",
  display_name: null,
  email: `${name.split("/")[1]}@example.com`,
  picture: null,
  scopes: [],
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

const profile = (name: string, provider: string | null = null): Profile => ({
  name,
  provider,
  protocol: "oidc",
  redirect_uris: [],
  routes: ["webview"],
  settings: {},
});

const catalogue: ProviderSummary[] = [
  { id: "google", name: "Google", protocol: "oidc", category: "identity" },
  { id: "google-workspace", name: "Google Workspace", protocol: "oidc", category: "work" },
  { id: "practice", name: "Google of practice", protocol: "oidc", category: "practice" },
];

const known: Known = {
  accounts: [
    account("google/mira", { provider: "google" }),
    account("dropbox/mira", { status: "needs_relink" }),
  ],
  profiles: [profile("google", "google"), profile("dropbox")],
  catalogue,
  current: null,
};

const seen = (query: string, parts: Partial<Known> = {}) =>
  Object.fromEntries(
    entriesOf(query, { ...known, ...parts }).map(({ title, entries }) => [
      title,
      entries.map(({ text }) => text),
    ]),
  );

test("without a query, who needs the person comes first, and nothing is offered to be linked", () => {
  const { Accounts, Do, Link } = seen("");
  expect(Accounts).toEqual(["dropbox", "Google"]);
  expect(Do).toContain("Lock the vault");
  expect(Link).toBeUndefined();
});

test("a name finds the account, what can be done with it, and what can be linked", () => {
  expect(seen("goo")).toEqual({
    Accounts: ["Google"],
    Do: ["Refresh", "Hand over", "Activity", "API request as this account"],
    Link: ["Link another Google account", "Link Google Workspace"],
  });
});

test("a verb and a name find the one thing that is meant, of an account that is not looked at", () => {
  const [group] = entriesOf("refresh goo", known);
  expect(group?.entries.map(({ intent, keys }) => [intent, keys])).toEqual([
    [{ does: "refresh", account: "google/mira" }, undefined],
  ]);
  const [own] = entriesOf("refresh", { ...known, current: "dropbox/mira" });
  expect(own?.entries[0]?.intent).toEqual({ does: "refresh", account: "dropbox/mira" });
});

test("places are reached by name", () => {
  expect(seen("insp")).toEqual({ "Go to": ["Token inspector"] });
});
