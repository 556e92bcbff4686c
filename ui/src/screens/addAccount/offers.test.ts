import { expect, test } from "vitest";
import type { Profile } from "../../bindings/Profile";
import type { ProviderSummary } from "../../bindings/ProviderSummary";
import { ALL, addressIn, categoriesOf, hostOf, sectionsOf } from "./offers";

const catalogue: ProviderSummary[] = [
  { id: "gitlab", name: "GitLab", protocol: "oidc", category: "developer" },
  { id: "flickr", name: "Flickr", protocol: "oauth1", category: "social" },
  { id: "practice", name: "Practice provider", protocol: "oidc", category: "practice" },
  { id: "box", name: "Box", protocol: "oauth2", category: "storage" },
];

const profile = (name: string, provider: string | null): Profile => ({
  name,
  provider,
  protocol: "oauth2",
  redirect_uris: [],
  routes: [],
  settings: {},
});

const profiles = [profile("work", null), profile("gitlab-ci", "gitlab"), profile("practice", "practice")];

const shown = (query: string, category = ALL) =>
  sectionsOf({ query, category, profiles, catalogue }).map(({ title, offers }) => [
    title.split(":")[0],
    offers.map(({ name, about }) => `${name}, ${about}`),
  ]);

test("what is ready comes first, the rest by name", () => {
  expect(shown("")).toEqual([
    ["Ready", ["GitLab, gitlab-ci", "work, OAuth 2", "Practice provider, On this machine"]],
    ["All providers", ["Box, OAuth 2", "Flickr, OAuth 1.0a", "GitLab, OpenID Connect"]],
  ]);
});

test("a word is looked for in names, protocols, profiles and categories", () => {
  expect(shown("ci git")).toEqual([["Ready", ["GitLab, gitlab-ci"]]]);
  expect(shown("1.0a")).toEqual([["All providers", ["Flickr, OAuth 1.0a"]]]);
  expect(shown("files")).toEqual([["All providers", ["Box, OAuth 2"]]]);
  expect(shown("harbour login")).toEqual([]);
});

test("a pasted address is the first result, with what is known of its host", () => {
  expect(shown("https://gitlab.com/api")).toEqual([
    ["This server", ["gitlab.com, Ask this server how to sign in there"]],
    ["Ready", ["GitLab, gitlab-ci"]],
    ["All providers", ["GitLab, OpenID Connect"]],
  ]);
  expect(shown("id.example.org")).toEqual([
    ["This server", ["id.example.org, Ask this server how to sign in there"]],
  ]);
});

test("a category narrows the catalogue down", () => {
  expect(shown("", "social")).toEqual([["Social", ["Flickr, OAuth 1.0a"]]]);
  expect(categoriesOf(catalogue)).toEqual([
    { id: "all", text: "All", count: 3 },
    { id: "developer", text: "Code", count: 1 },
    { id: "storage", text: "Files", count: 1 },
    { id: "social", text: "Social", count: 1 },
  ]);
});

test("the pretend ones come first among the categories, and the protocol is told once", () => {
  const more: ProviderSummary[] = [
    ...catalogue,
    {
      id: "practice-oauth1",
      name: "Practice provider, OAuth 1.0a",
      protocol: "oauth1",
      category: "practice",
    },
  ];
  expect(categoriesOf(more)[1]).toEqual({ id: "practice", text: "Practice", count: 1 });
  const [section] = sectionsOf({ query: "", category: "practice", profiles: [], catalogue: more });
  expect(section?.offers.map(({ name, about }) => [name, about])).toEqual([
    ["Practice provider", "OAuth 1.0a"],
  ]);
});

test("an address is told from a name", () => {
  for (const address of [
    "https://id.example.org/realms/a",
    "id.example.org",
    "localhost:8080",
    "127.0.0.1:4180/x",
    " id.example.org/x ",
    "bücher.example",
  ]) {
    expect(addressIn(address)).toBe(address.trim());
  }
  for (const name of ["", "google", "harbour login", "a.b c", "ftp://x.example"]) {
    expect(addressIn(name)).toBeNull();
  }
  expect(hostOf("id.example.org:8443/x")).toBe("id.example.org:8443");
});
