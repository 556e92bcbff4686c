import { expect, test } from "vitest";
import type { PreviewedProfile } from "../../bindings/PreviewedProfile";
import { chosenOf, counted, decisionOf, ownSettings, secretsAmong, suggested } from "./importing";

const previewed = (name: string, parts: Partial<PreviewedProfile> = {}): PreviewedProfile => ({
  name,
  profile: {
    name,
    provider: null,
    protocol: "oidc",
    redirect_uris: [],
    routes: [],
    settings: {
      client_id: { value: "abc", layer: "profile", overrides: null },
      client_secret: { value: "set", layer: "profile", overrides: null },
      issuer: { value: "https://a.example", layer: "catalogue", overrides: null },
    },
  },
  faults: [],
  replaces: false,
  ...parts,
});

const preview = {
  format: "json" as const,
  profiles: [
    previewed("new"),
    previewed("taken", { replaces: true }),
    previewed("wrong", { profile: null, faults: [{ key: "x", message: "no", nearest: null }] }),
  ],
};

test("what is new is taken, what is there is kept, and what is wrong is left out", () => {
  expect(chosenOf(preview, {})).toEqual([{ name: "new", replace: false }]);
  expect(chosenOf(preview, { new: "leave", taken: "replace", wrong: "take" })).toEqual([
    { name: "taken", replace: true },
  ]);
  expect(decisionOf(previewed("taken", { replaces: true }), { taken: "take" })).toBe("leave");
});

test("the secrets of what is chosen are counted, and only the profile's own settings are told", () => {
  expect(secretsAmong(preview, [{ name: "new", replace: false }])).toBe(1);
  expect(secretsAmong(preview, [])).toBe(0);
  expect(ownSettings(previewed("new"))).toEqual([
    { key: "client_id", value: "abc" },
    { key: "client_secret", value: "set" },
  ]);
});

test("a mistyped key is mended to its neighbour, in whatever object that stands", () => {
  const fault = (key: string, nearest: string | null) => ({ key, message: "", nearest });
  expect(suggested("a", fault("acess_token_url", "access_token_url"))).toEqual({
    profile: "a",
    key: "acess_token_url",
    becomes: "access_token_url",
  });
  expect(suggested("a", fault("scope", "client_kwargs.scope"))?.becomes).toBe("client_kwargs.scope");
  expect(suggested("a", fault("client_kwargs.client_idd", "client_id"))?.becomes).toBe("client_id");
  expect(suggested("a", fault("issuer", null))).toBeNull();
  expect(counted(1, "profile")).toBe("1 profile");
  expect(counted(2, "profile")).toBe("2 profiles");
});
