import type { Discovered } from "../../bindings/Discovered";
import type { ProfileDraft } from "../../bindings/ProfileDraft";
import { scopesOf } from "../../words/scopes";

/** What the person typed, as it stands in the form. The secret is not here: it goes down once and is forgotten. */
export type Typing = {
  name: string;
  clientId: string;
  scope: string;
  addresses: Record<AddressKey, string>;
  authMethod: string;
  redirectUri: string;
};

export type AddressKey = "authorize_url" | "access_token_url" | "userinfo_endpoint" | "issuer" | "jwks_uri";

/** The addresses of a server without metadata: the first two are needed. */
export const ADDRESSES: { key: AddressKey; label: string; needed: boolean; help?: string }[] = [
  { key: "authorize_url", label: "Authorization endpoint", needed: true },
  { key: "access_token_url", label: "Token endpoint", needed: true },
  { key: "userinfo_endpoint", label: "Userinfo endpoint", needed: false, help: "Says who signed in." },
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
];

const WANTED = ["openid", "profile", "email", "offline_access"];

/** What is asked for to begin with: who it is, and to stay linked, as far as the server lists it. */
export function firstScope(found: Discovered | null): string {
  if (!found) {
    return "";
  }
  const listed = WANTED.filter((scope) => found.scopes_supported.includes(scope));
  return (listed.length === 0 && found.openid ? ["openid"] : listed).join(" ");
}

/** The form to begin with. */
export function emptyTyping(name: string, found: Discovered | null): Typing {
  return {
    name,
    clientId: "",
    scope: firstScope(found),
    addresses: { authorize_url: "", access_token_url: "", userinfo_endpoint: "", issuer: "", jwks_uri: "" },
    authMethod: "",
    redirectUri: "",
  };
}

/** The profile that the form asks for: what was left empty is left out. */
export function draftOf(typing: Typing, found: Discovered | null, secret: string): ProfileDraft {
  const scope = scopesOf(typing.scope).join(" ");
  const kwargs = said({ scope, token_endpoint_auth_method: typing.authMethod });
  const addresses = found
    ? { issuer: found.issuer, server_metadata_url: found.server_metadata_url }
    : said(typing.addresses);
  return {
    name: typing.name.trim() || null,
    provider: null,
    settings: {
      ...addresses,
      ...said({ client_id: typing.clientId, redirect_uri: typing.redirectUri }),
      ...(Object.keys(kwargs).length > 0 ? { client_kwargs: kwargs } : {}),
    },
    client_secret: secret.trim() || null,
    rsa_key: null,
  };
}

function said(typed: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(typed).flatMap(([key, text]) => (text.trim() === "" ? [] : [[key, text.trim()]])),
  );
}
