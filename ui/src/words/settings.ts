import type { Layer } from "../bindings/Layer";
import type { Profile } from "../bindings/Profile";
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
