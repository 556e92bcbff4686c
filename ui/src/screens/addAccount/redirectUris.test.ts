import { expect, test } from "vitest";
import { described } from "../../words/redirectUris";
import { expectedRedirectUris, nameFrom } from "./redirectUris";

test("a profile is named for its server's host, and a taken name gets a number", () => {
  expect(nameFrom("https://id.example.org/realms/a", [])).toBe("id.example.org");
  expect(nameFrom("https://id.example.org", ["id.example.org", "id.example.org-2"])).toBe("id.example.org-3");
  expect(nameFrom("http://[::1]:8080", [])).toBe("--1-".replace(/^[-.]+/, ""));
  expect(nameFrom("gitlab", ["gitlab"])).toBe("gitlab-2");
  expect(nameFrom("…", [])).toBe("server");
});

test("each redirect URI says what it is for", () => {
  expect(expectedRedirectUris("work", false)).toEqual([
    { uri: "app.keybelt:/callback/work", use: "embedded window" },
    { uri: "http://127.0.0.1/callback/work", use: "your browser" },
  ]);
  expect(described(["https://example.org/cb"])).toEqual([{ uri: "https://example.org/cb", use: "" }]);
});
