import { expect, test } from "vitest";
import { hue, initials, isOnThisMachine, providerName } from "./providers";

test.each([
  ["GitHub", "GH"],
  ["Azure DevOps", "AD"],
  ["Google", "Go"],
  ["tidewater-research", "TR"],
  ["Practice provider", "PP"],
  ["work", "Wo"],
  ["", "?"],
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
