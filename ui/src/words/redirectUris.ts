import type { Route } from "../bindings/Route";

/** A redirect URI to register, and what it is for. */
export type RedirectUri = { uri: string; use: string };

/** Redirect URIs with what each is for. */
export function described(uris: string[]): RedirectUri[] {
  return uris.map((uri) => ({
    uri,
    use:
      uri === OUT_OF_BAND
        ? "it shows a number"
        : uris.length === 1
          ? ""
          : uri.startsWith("http")
            ? "your browser"
            : "embedded window",
  }));
}

/** The callback of OAuth 1.0a without an address (RFC 5849 §2.1): the provider shows a PIN. */
export const OUT_OF_BAND = "oob";

export type RouteChoice = { id: Route; text: string };

/** The ways to sign in. */
export const ROUTES: RouteChoice[] = [
  { id: "webview", text: "Embedded window" },
  { id: "browser", text: "My browser" },
  { id: "manual", text: "Paste the address" },
];

/** Where nothing comes back by itself, a number is carried. */
const PIN: RouteChoice = { id: "manual", text: "A number it shows" };

/** The ways to sign in through a profile with these redirect URIs. */
export function routesOf(uris: string[]): RouteChoice[] {
  return uris.includes(OUT_OF_BAND) ? [PIN] : ROUTES;
}
