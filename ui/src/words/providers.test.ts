import { expect, test } from "vitest";
import { hue, initials, isOnThisMachine, nameBeside, providerName, saidName } from "./providers";

test.each([
  ["GitHub", "GH"],
  ["Azure DevOps", "AD"],
  ["Google", "Go"],
  ["tidewater-research", "TR"],
  ["Practice provider", "PP"],
  ["work", "Wo"],
  ["", "?"],
  ["Tumblr (OAuth 1.0a)", "Tu"],
  ["Practice provider, OAuth 1.0a", "PP"],
  ["X (Twitter, OAuth 1.0a)", "X"],
  ["GitLab.com", "GL"],
  ["Last.fm", "La"],
  ["auth.tidewater.example", "AT"],
  ["127.0.0.1:4180", "IP"],
  ["[::1]:4180", "IP"],
  ["山田", "山田"],
])("%s has the letters %s", (name, letters) => expect(initials(name)).toBe(letters));

test.each([
  ["http://127.0.0.1:8722", true],
  ["http://localhost:3000/", true],
  ["http://[::1]:80", true],
  ["https://127.0.0.1.example", false],
  ["https://id.example", false],
  ["no address", false],
  [null, false],
])("%s is on this machine: %s", (issuer, here) => expect(isOnThisMachine({ issuer })).toBe(here));

test("a hue is one of eighteen and stays the same", () => {
  expect(hue("google") % 15).toBe(0);
  expect(hue("google")).toBe(hue("google"));
  expect(hue("google")).toBeLessThan(270);
});

test("the catalogue's name comes before the profile's", () => {
  const catalogue = [
    { id: "practice", name: "Practice provider", protocol: "oidc", category: "practice" } as const,
  ];
  expect(providerName({ provider: "practice", profile: "practice" }, catalogue)).toBe("Practice provider");
  expect(providerName({ provider: null, profile: "work" }, catalogue)).toBe("work");
});

test.each([
  ["google", "https://accounts.google.com", "Google"],
  [null, "https://auth.tidewater.example:8443/realms/research", "auth.tidewater.example:8443"],
  [null, "no address", "Google"],
  [null, null, "Google"],
])("in a sentence, %s at %s is %s", (provider, address, said) =>
  expect(saidName({ provider, address }, "Google")).toBe(said),
);

test.each([
  ["Tumblr (OAuth 1.0a)", "Tumblr"],
  ["X (Twitter, OAuth 1.0a)", "X (Twitter)"],
  ["Practice provider, OAuth 1.0a", "Practice provider"],
  ["X (Twitter)", "X (Twitter)"],
  ["OAuth 1.0a", "OAuth 1.0a"],
])("beside its protocol, %s is called %s", (name, bare) => expect(nameBeside("OAuth 1.0a", name)).toBe(bare));
