import type { Protocol } from "../bindings/Protocol";

/** How people write the protocols. */
export const PROTOCOLS: Record<Protocol, string> = {
  oidc: "OpenID Connect",
  oauth2: "OAuth 2",
  oauth1: "OAuth 1.0a",
};
