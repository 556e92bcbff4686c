import type { ProfileDraft } from "../../bindings/ProfileDraft";
import type { ProfileName } from "../../bindings/ProfileName";
import type { Provider } from "../../bindings/Provider";
import type { Route } from "../../bindings/Route";
import { profileNameFault } from "../../words/names";
import { OUT_OF_BAND } from "../../words/redirectUris";
import { scopesOf } from "../../words/scopes";
import type { Basis } from "./basis";
import { nameFrom } from "./redirectUris";

/** How the person signs in; `pin` is OAuth 1.0a's number that the provider shows. */
export type Way = Exclude<Route, "manual"> | "manual" | "pin";

/** What the person typed, as it stands in the form. Secrets are not here: they go down once and are forgotten. */
export type Typing = {
  name: string;
  clientId: string;
  scope: string;
  /** Which protocol the addresses are of, where they are filled in by hand. */
  byHand: "oauth2" | "oauth1";
  addresses: Record<AddressKey, string>;
  authMethod: string;
  signatureMethod: string;
  signatureType: string;
  redirectUri: string;
  way: Way;
  /** Whose the private key of RSA-SHA1 is: Keybelt makes one, or the person has one. */
  rsaKey: "made" | "own";
  /** The consumer was given no secret, and signs with an empty one (RFC 5849 §3.4.2). */
  noSecret: boolean;
};

/** What goes down once. */
export type Secrets = { clientSecret: string; rsaKey: string };

export type AddressKey =
  | "request_token_url"
  | "authorize_url"
  | "access_token_url"
  | "userinfo_endpoint"
  | "api_base_url"
  | "issuer"
  | "jwks_uri";

type Address = { key: AddressKey; label: string; needed: boolean; help?: string };

const USERINFO: Address = {
  key: "userinfo_endpoint",
  label: "Userinfo endpoint",
  needed: false,
  help: "Says who signed in.",
};
const API: Address = {
  key: "api_base_url",
  label: "API address",
  needed: false,
  help: "What requests to its API begin with.",
};

/** The addresses of a server without metadata, in the words of its documentation. */
export const ADDRESSES: Record<Typing["byHand"], Address[]> = {
  oauth2: [
    { key: "authorize_url", label: "Authorization endpoint", needed: true },
    { key: "access_token_url", label: "Token endpoint", needed: true },
    USERINFO,
    API,
    {
      key: "issuer",
      label: "Issuer",
      needed: false,
      help: "For OpenID Connect, exactly as the server writes it.",
    },
    {
      key: "jwks_uri",
      label: "Keys (JWKS)",
      needed: false,
      help: "For OpenID Connect: what the ID token is checked with.",
    },
  ],
  oauth1: [
    { key: "request_token_url", label: "Request token URL", needed: true },
    { key: "authorize_url", label: "Authorize URL", needed: true },
    { key: "access_token_url", label: "Access token URL", needed: true },
    USERINFO,
    API,
  ],
};

const WANTED = ["openid", "profile", "email", "offline_access"];

/** What is asked for to begin with: what the catalogue says, else who it is and to stay linked, as far as it is listed. */
export function firstScope(basis: Basis): string {
  switch (basis.kind) {
    case "provider":
      return catalogueScope(basis.provider);
    case "server": {
      const { scopes_supported, openid } = basis.found;
      const listed = WANTED.filter((scope) => scopes_supported.includes(scope));
      return (listed.length === 0 && openid ? ["openid"] : listed).join(" ");
    }
    case "hand":
      return "";
    default:
      return basis satisfies never;
  }
}

function catalogueScope({ settings }: Provider): string {
  const kwargs = settings.client_kwargs;
  const scope = typeof kwargs === "object" && kwargs !== null && "scope" in kwargs ? kwargs.scope : "";
  return typeof scope === "string" ? scope : "";
}

/** The form to begin with; `signIn` is where the person likes to. */
export function emptyTyping(basis: Basis, taken: ProfileName[], signIn: Way = "webview"): Typing {
  return {
    name: firstName(basis, taken),
    clientId: "",
    scope: firstScope(basis),
    byHand: "oauth2",
    addresses: {
      request_token_url: "",
      authorize_url: "",
      access_token_url: "",
      userinfo_endpoint: "",
      api_base_url: "",
      issuer: "",
      jwks_uri: "",
    },
    authMethod: "",
    signatureMethod: "",
    signatureType: "",
    redirectUri: "",
    way: refusesEmbedded(basis) ? "browser" : signIn,
    rsaKey: "made",
    noSecret: false,
  };
}

function firstName(basis: Basis, taken: ProfileName[]): string {
  switch (basis.kind) {
    case "provider":
      return nameFrom(basis.provider.id, taken);
    case "server":
      return nameFrom(basis.found.issuer, taken);
    case "hand":
      return "";
    default:
      return basis satisfies never;
  }
}

/** Whether the catalogue names a client that is registered there already. */
export function bringsClient({ settings }: Provider): boolean {
  return typeof settings.client_id === "string";
}

/** The profile of a provider whose client the catalogue brings. */
export function draftAt(provider: string): ProfileDraft {
  return { name: null, provider, settings: {}, client_secret: null, rsa_key: null, make_rsa_key: false };
}

/** Whether requests are signed by OAuth 1.0a: its client is a consumer. */
export function isConsumer(basis: Basis, typing: Pick<Typing, "byHand">): boolean {
  return basis.kind === "provider"
    ? basis.provider.protocol === "oauth1"
    : basis.kind === "hand" && typing.byHand === "oauth1";
}

/** Whether the provider shows its pages in no embedded browser. */
export function refusesEmbedded(basis: Basis): boolean {
  const quirks = basis.kind === "provider" ? basis.provider.settings.quirks : null;
  return (
    typeof quirks === "object" &&
    quirks !== null &&
    "embedded_webview" in quirks &&
    quirks.embedded_webview === "refused"
  );
}

/** Whether Keybelt makes the private key that requests are signed with. */
export function makesKey(basis: Basis, { byHand, signatureMethod, rsaKey }: Typing): boolean {
  return isConsumer(basis, { byHand }) && signatureMethod === "RSA-SHA1" && rsaKey === "made";
}

/** The redirect URI that the form says, if it says one. */
export function saidRedirectUri({ way, redirectUri }: Typing): string {
  return way === "pin" ? OUT_OF_BAND : redirectUri.trim();
}

/** The route that a way takes. */
export function routeOf(way: Way): Route {
  return way === "pin" ? "manual" : way;
}

/** Whether requests are signed with the consumer secret. */
export function signsWithSecret(basis: Basis, { byHand, signatureMethod }: Typing): boolean {
  return isConsumer(basis, { byHand }) && signatureMethod !== "RSA-SHA1";
}

/** Whether the catalogue has the client prove itself with its secret, and the form says nothing else. */
export function provesWithSecret(basis: Basis, { authMethod }: Pick<Typing, "authMethod">): boolean {
  if (basis.kind !== "provider" || basis.provider.protocol === "oauth1" || authMethod === "none") {
    return false;
  }
  const kwargs = basis.provider.settings.client_kwargs;
  const method =
    typeof kwargs === "object" && kwargs !== null && "token_endpoint_auth_method" in kwargs
      ? kwargs.token_endpoint_auth_method
      : "";
  return typeof method === "string" && method.startsWith("client_secret_");
}

/** Whether that secret is lacking: an empty one is said to be so, since one that was forgotten looks the same. */
export function lacksSecret(basis: Basis, typing: Typing, { clientSecret }: Secrets): boolean {
  const needed = provesWithSecret(basis, typing) || (signsWithSecret(basis, typing) && !typing.noSecret);
  return needed && clientSecret.trim() === "";
}

/** What the form still lacks, by field. */
export function faultsOf(basis: Basis, typing: Typing, secrets: Secrets): string[] {
  const addresses = basis.kind === "hand" ? ADDRESSES[typing.byHand] : [];
  return [
    ...addresses
      .filter(({ key, needed }) => needed && typing.addresses[key].trim() === "")
      .map(({ key }) => key),
    ...(typing.clientId.trim() === "" ? ["client_id"] : []),
    ...(lacksSecret(basis, typing, secrets) ? ["client_secret"] : []),
    ...(profileNameFault(typing.name.trim()) === null ? [] : ["name"]),
  ];
}

/** The profile that the form asks for: what was left empty, or as the catalogue has it, is left out. */
export function draftOf(basis: Basis, typing: Typing, secrets: Secrets): ProfileDraft {
  const consumer = isConsumer(basis, typing);
  const scope = scopesOf(typing.scope).join(" ");
  const kwargs = said({
    scope: basis.kind === "provider" && scope === catalogueScope(basis.provider) ? "" : scope,
    ...(consumer
      ? { signature_method: typing.signatureMethod, signature_type: typing.signatureType }
      : { token_endpoint_auth_method: typing.authMethod }),
  });
  return {
    name: typing.name.trim() || null,
    provider: basis.kind === "provider" ? basis.provider.id : null,
    settings: {
      ...addressesOf(basis, typing),
      ...said({ client_id: typing.clientId, redirect_uri: saidRedirectUri(typing) }),
      ...(Object.keys(kwargs).length > 0 ? { client_kwargs: kwargs } : {}),
    },
    client_secret:
      typing.noSecret && signsWithSecret(basis, typing) ? "" : secrets.clientSecret.trim() || null,
    rsa_key:
      consumer && typing.signatureMethod === "RSA-SHA1" && typing.rsaKey === "own"
        ? secrets.rsaKey.trim() || null
        : null,
    make_rsa_key: makesKey(basis, typing),
  };
}

function addressesOf(basis: Basis, typing: Typing): Record<string, string> {
  switch (basis.kind) {
    case "provider":
      return {};
    case "server":
      return { issuer: basis.found.issuer, server_metadata_url: basis.found.server_metadata_url };
    case "hand": {
      const keys = ADDRESSES[typing.byHand].map(({ key }) => key);
      return said(Object.fromEntries(keys.map((key) => [key, typing.addresses[key]])));
    }
    default:
      return basis satisfies never;
  }
}

function said(typed: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(typed).flatMap(([key, text]) => (text.trim() === "" ? [] : [[key, text.trim()]])),
  );
}
