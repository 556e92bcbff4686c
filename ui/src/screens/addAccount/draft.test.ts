import { expect, test } from "vitest";
import type { Provider } from "../../bindings/Provider";
import type { Basis } from "./basis";
import { draftOf, emptyTyping, faultsOf, firstScope, isConsumer } from "./draft";

const found = {
  issuer: "https://id.example",
  server_metadata_url: "https://id.example/.well-known/openid-configuration",
  openid: true,
  scopes_supported: ["openid", "email", "repo"],
  other_hosts: [],
};
const server: Basis = { kind: "server", found };
const hand: Basis = { kind: "hand" };
const catalogued = (parts: Partial<Provider> = {}): Basis => ({
  kind: "provider",
  provider: {
    id: "gitlab",
    name: "GitLab",
    protocol: "oidc",
    category: "developer",
    settings: { client_kwargs: { scope: "openid email" } },
    hosts: [],
    notes: [],
    console_url: null,
    docs_url: null,
    setup_steps: [],
    ...parts,
  },
});
const none = { clientSecret: "", rsaKey: "" };

test("a form that was hardly touched leaves out what was not said", () => {
  const typing = { ...emptyTyping(server, []), clientId: " abc " };
  expect(draftOf(server, typing, none)).toEqual({
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
    make_rsa_key: false,
  });
});

test("a provider of the catalogue needs an id and a secret and nothing else", () => {
  const basis = catalogued();
  const typing = { ...emptyTyping(basis, ["gitlab"]), clientId: "abc" };
  expect(draftOf(basis, typing, { ...none, clientSecret: " s " })).toEqual({
    name: "gitlab-2",
    provider: "gitlab",
    settings: { client_id: "abc" },
    client_secret: "s",
    rsa_key: null,
    make_rsa_key: false,
  });
  expect(draftOf(basis, { ...typing, scope: "openid email api" }, none).settings).toEqual({
    client_id: "abc",
    client_kwargs: { scope: "openid email api" },
  });
});

test("a server without metadata is its addresses", () => {
  const typing = emptyTyping(hand, []);
  typing.addresses.authorize_url = "https://a.example/authorize";
  typing.addresses.request_token_url = "https://a.example/left/from/before";
  const draft = draftOf(hand, typing, { ...none, clientSecret: " s " });
  expect(draft.settings).toEqual({ authorize_url: "https://a.example/authorize" });
  expect(draft.name).toBeNull();
  expect(draft.client_secret).toBe("s");
  expect(faultsOf(hand, typing, none)).toEqual(["access_token_url", "client_id", "name"]);
});

test("a consumer of OAuth 1.0a says how it signs, and a number stands for no address", () => {
  const typing = { ...emptyTyping(hand, []), byHand: "oauth1" as const, way: "pin" as const };
  typing.signatureMethod = "RSA-SHA1";
  typing.authMethod = "client_secret_post";
  typing.addresses.request_token_url = "https://a.example/request";
  expect(isConsumer(hand, typing)).toBe(true);
  expect(draftOf(hand, typing, { clientSecret: "", rsaKey: " PEM " })).toMatchObject({
    settings: {
      request_token_url: "https://a.example/request",
      redirect_uri: "oob",
      client_kwargs: { signature_method: "RSA-SHA1" },
    },
    rsa_key: null,
    make_rsa_key: true,
  });
  const own = { ...typing, rsaKey: "own" as const };
  expect(draftOf(hand, own, { clientSecret: "", rsaKey: " PEM " })).toMatchObject({
    rsa_key: "PEM",
    make_rsa_key: false,
  });
  expect(faultsOf(hand, typing, none)).toEqual(["authorize_url", "access_token_url", "client_id", "name"]);
  expect(isConsumer(catalogued({ protocol: "oauth1" }), emptyTyping(hand, []))).toBe(true);
});

test("a consumer without a secret says so, and a forgotten one is asked for", () => {
  const basis = catalogued({ protocol: "oauth1" });
  const typing = { ...emptyTyping(basis, []), clientId: "abc" };
  expect(faultsOf(basis, typing, none)).toEqual(["client_secret"]);
  expect(faultsOf(basis, typing, { ...none, clientSecret: "s" })).toEqual([]);
  const empty = { ...typing, noSecret: true };
  expect(faultsOf(basis, empty, none)).toEqual([]);
  expect(draftOf(basis, empty, none).client_secret).toBe("");
  const byKey = { ...empty, signatureMethod: "RSA-SHA1" };
  expect(faultsOf(basis, byKey, none)).toEqual([]);
  expect(draftOf(basis, byKey, none).client_secret).toBeNull();
});

test("a client that the catalogue has prove itself by its secret lacks it until it is pasted", () => {
  const basis = catalogued({
    protocol: "oauth2",
    settings: { client_kwargs: { token_endpoint_auth_method: "client_secret_post" } },
  });
  const typing = { ...emptyTyping(basis, []), clientId: "abc" };
  expect(faultsOf(basis, typing, none)).toEqual(["client_secret"]);
  expect(faultsOf(basis, typing, { ...none, clientSecret: "s" })).toEqual([]);
  expect(faultsOf(basis, { ...typing, authMethod: "none" }, none)).toEqual([]);
});

test("a provider that refuses embedded browsers is begun in the person's own", () => {
  expect(emptyTyping(catalogued(), []).way).toBe("webview");
  expect(emptyTyping(catalogued(), [], "browser").way).toBe("browser");
  const refusing = catalogued({ settings: { quirks: { embedded_webview: "refused" } } });
  expect(emptyTyping(refusing, []).way).toBe("browser");
});

test("only what the server lists is asked for, and openid where it lists nothing", () => {
  expect(firstScope(server)).toBe("openid email");
  expect(firstScope({ kind: "server", found: { ...found, scopes_supported: [] } })).toBe("openid");
  expect(firstScope({ kind: "server", found: { ...found, scopes_supported: [], openid: false } })).toBe("");
  expect(firstScope(catalogued())).toBe("openid email");
  expect(firstScope(catalogued({ settings: {} }))).toBe("");
});
