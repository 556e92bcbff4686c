import { expect, test } from "vitest";
import type { KnownSetting } from "../../bindings/KnownSetting";
import type { Profile } from "../../bindings/Profile";
import { formOf, linesOf, offered, typedValue } from "./settingLines";

const profile: Profile = {
  name: "work",
  provider: "gitlab",
  protocol: "oidc",
  redirect_uris: [],
  routes: [],
  settings: {
    client_id: { value: "abc", layer: "profile", overrides: null },
    client_secret: { value: "not set", layer: "default", overrides: null },
    "client_kwargs.scope": { value: "openid api", layer: "profile", overrides: "openid" },
    issuer: { value: "https://gitlab.example", layer: "metadata", overrides: "https://gitlab.example" },
    hosts: { value: ["a.example"], layer: "catalogue", overrides: null },
  },
};

const known: KnownSetting[] = [
  { key: "client_id", form: { kind: "text" }, only: null },
  { key: "client_secret", form: { kind: "secret" }, only: null },
  { key: "request_token_url", form: { kind: "address" }, only: "oauth1" },
  { key: "issuer", form: { kind: "text" }, only: "oauth2" },
  { key: "authorize_params", form: { kind: "members" }, only: null },
  { key: "hosts", form: { kind: "json" }, only: null },
];

const keys = (...filter: Parameters<typeof linesOf> extends [unknown, ...infer Rest] ? Rest : never) =>
  linesOf(profile, ...filter).map(({ key }) => key);

test("settings are narrowed down by where they come from, and by a word", () => {
  expect(keys("all", "")).toHaveLength(5);
  expect(keys("own", "")).toEqual(["client_id", "client_kwargs.scope"]);
  expect(keys("overridden", "")).toEqual(["client_kwargs.scope"]);
  expect(keys("all", "scope api")).toEqual(["client_kwargs.scope"]);
  expect(linesOf(profile, "all", "secret")[0]).toMatchObject({ value: "not set", layer: null });
});

test("a setting is typed as Rust says, a member of an object as text, and a quirk not at all", () => {
  expect(formOf("client_secret", known)?.kind).toBe("secret");
  expect(formOf("authorize_params.access_type", known)).toEqual({ kind: "text" });
  expect(formOf("authorize_params", known)).toBeNull();
  expect(formOf("quirks.x", known)).toBeNull();
  expect(typedValue(profile, "hosts", { kind: "json" })).toBe('["a.example"]');
  expect(typedValue(profile, "client_secret", { kind: "secret" })).toBe("");
  expect(typedValue(profile, "scope", { kind: "text" })).toBe("");
});

test("what is offered belongs to the protocol and is not there yet", () => {
  expect(offered(profile, known)).toEqual(["authorize_params."]);
  expect(offered({ ...profile, protocol: "oauth1" }, known)).toEqual([
    "request_token_url",
    "authorize_params.",
  ]);
});
