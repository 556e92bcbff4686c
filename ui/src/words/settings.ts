import type { Layer } from "../bindings/Layer";
import type { Profile } from "../bindings/Profile";
import type { Protocol } from "../bindings/Protocol";
import { visible } from "./providerText";

/** How the layers are called, from the lowest up. */
export const LAYERS: Record<Layer, string> = {
  default: "Default",
  catalogue: "Catalogue",
  metadata: "Metadata",
  profile: "Profile",
};

/** A setting's value as text. */
export function shownValue(value: unknown): string {
  if (value === null || value === undefined) {
    return "not set";
  }
  return visible(typeof value === "string" ? value : JSON.stringify(value));
}

/** The text of a setting in effect, if it is one. */
export function settingText({ settings }: Profile, key: string): string | null {
  const value = settings[key]?.value;
  return typeof value === "string" ? value : null;
}

/** The server of a client registration: its issuer, else the page that people are sent to. */
export function serverAddress(profile: Profile): string | null {
  return settingText(profile, "issuer") ?? settingText(profile, "authorize_url");
}

/**
 * Whether the server can be asked to take back the access: OAuth 1.0a has nowhere to ask (RFC 5849), and not every server
 * of OAuth 2 (RFC 7009) has. Of a client registration that is not known it is tried.
 */
export function takesBack(protocol: Protocol, registration: Profile | undefined): boolean {
  return (
    protocol !== "oauth1" && (!registration || settingText(registration, "revocation_endpoint") !== null)
  );
}

/** Whether a secret is there; what it is stays in Rust. */
export function isSet({ settings }: Profile, key: string): boolean {
  return settings[key]?.value === "set";
}

/** Whether requests carry the token or signature in their address, where logs keep it. */
export function bearsInAddress(profile: Profile): boolean {
  return ["client_kwargs.token_placement", "client_kwargs.signature_type"].some((key) =>
    ["query", "uri"].includes(settingText(profile, key)?.toLowerCase() ?? ""),
  );
}
