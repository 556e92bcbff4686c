import type { Profile } from "../../bindings/Profile";
import { PROTOCOLS } from "../../words/protocols";
import { settingText } from "../../words/settings";

/** Whether the words are in what is known of the profile. */
export function matchesProfile(profile: Profile, provider: string, query: string): boolean {
  const known = [
    profile.name,
    provider,
    PROTOCOLS[profile.protocol],
    ...["client_id", "issuer", "authorize_url"].map((key) => settingText(profile, key) ?? ""),
  ]
    .join(" ")
    .toLowerCase();
  return query
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .every((word) => known.includes(word));
}
