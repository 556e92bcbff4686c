import type { Route } from "../bindings/Route";

/** A redirect URI to register, and what it is for. */
export type RedirectUri = { uri: string; use: string };

/** Redirect URIs with what each is for. */
export function described(uris: string[]): RedirectUri[] {
  return uris.map((uri) => ({
    uri,
    use: uris.length === 1 ? "" : uri.startsWith("http") ? "your browser" : "embedded window",
  }));
}

/** The ways to sign in. */
export const ROUTES: { id: Route; text: string }[] = [
  { id: "webview", text: "Embedded window" },
  { id: "browser", text: "My browser" },
  { id: "manual", text: "Paste the address" },
];
