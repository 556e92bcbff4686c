import type { ProfileName } from "../../bindings/ProfileName";
import { described, type RedirectUri } from "../../words/redirectUris";

/**
 * What to register before there is a profile: its path ends in the profile's first name.
 * Once it is added, Rust says what holds, and that is shown where it differs.
 */
export function expectedRedirectUris(name: ProfileName, refusesEmbedded: boolean): RedirectUri[] {
  const loopback = `http://127.0.0.1/callback/${name}`;
  return described(refusesEmbedded ? [loopback] : [`app.keybelt:/callback/${name}`, loopback]);
}

/** A name for a profile, from the host of its server or a word: what may not stand in a name becomes `-`. */
export function nameFrom(address: string, taken: ProfileName[]): ProfileName {
  const host = URL.canParse(address) ? new URL(address).hostname : address;
  const base =
    host
      .replace(/[^A-Za-z0-9._-]/g, "-")
      .replace(/^[-.]+/, "")
      .slice(0, 60) || "server";
  let name = base;
  for (let number = 2; taken.includes(name); number += 1) {
    name = `${base}-${number}`;
  }
  return name;
}
