import type { Profile } from "../bindings/Profile";
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

/** The ways to sign in. */
export const ROUTES: { id: Route; text: string }[] = [
  { id: "webview", text: "Embedded window" },
  { id: "browser", text: "My browser" },
  { id: "manual", text: "Paste the address" },
];

/** The ways that a profile has; where nothing comes back by itself, a number is carried. */
export function routesOf({ routes, redirect_uris }: Profile): { id: Route; text: string }[] {
  return ROUTES.filter(({ id }) => routes.includes(id)).map(({ id, text }) => ({
    id,
    text: redirect_uris.includes(OUT_OF_BAND) ? "A number it shows" : text,
  }));
}
