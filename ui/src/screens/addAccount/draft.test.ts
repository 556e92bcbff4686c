import { expect, test } from "vitest";
import type { Discovered } from "../../bindings/Discovered";
import { draftOf, emptyTyping, firstScope } from "./draft";

const found: Discovered = {
  issuer: "https://id.example",
  server_metadata_url: "https://id.example/.well-known/openid-configuration",
  openid: true,
  scopes_supported: ["openid", "email", "repo"],
  other_hosts: [],
};

test("a form that was hardly touched leaves out what was not said", () => {
  const typing = { ...emptyTyping("id.example", found), clientId: " abc " };
  expect(draftOf(typing, found, "")).toEqual({
    name: "id.example",
    provider: null,
    settings: {
      issuer: "https://id.example",
      server_metadata_url: "https://id.example/.well-known/openid-configuration",
      client_id: "abc",
      client_kwargs: { scope: "openid email" },
    },
    client_secret: null,
    rsa_key: null,
  });
});

test("a server without metadata is its addresses", () => {
  const typing = emptyTyping("", null);
  typing.addresses.authorize_url = "https://a.example/authorize";
  const draft = draftOf(typing, null, " s ");
  expect(draft.settings).toEqual({ authorize_url: "https://a.example/authorize" });
  expect(draft.name).toBeNull();
  expect(draft.client_secret).toBe("s");
});

test("only what the server lists is asked for, and openid where it lists nothing", () => {
  expect(firstScope(found)).toBe("openid email");
  expect(firstScope({ ...found, scopes_supported: [] })).toBe("openid");
  expect(firstScope({ ...found, scopes_supported: [], openid: false })).toBe("");
});
