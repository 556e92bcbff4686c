import type { ImportChoice } from "../../bindings/ImportChoice";
import type { ImportMend } from "../../bindings/ImportMend";
import type { ImportPreview } from "../../bindings/ImportPreview";
import type { PreviewedProfile } from "../../bindings/PreviewedProfile";
import type { ProfileFormat } from "../../bindings/ProfileFormat";
import type { SettingTrouble } from "../../bindings/SettingTrouble";
import { shownValue } from "../../words/settings";

/** What a document was read as. */
export const FORMATS: Record<ProfileFormat, string> = {
  json: "JSON",
  toml: "TOML",
  python: "Authlib’s Python setting",
  env: "lines of an .env file",
};

/** What the person decided about a profile of the document. */
export type Decision = "take" | "leave" | "replace";

/** By the profile's name; what is not decided is taken, unless it would take the place of what is there. */
export type Decisions = Record<string, Decision | undefined>;

/** What becomes of a profile as things stand. */
export function decisionOf({ name, profile, replaces }: PreviewedProfile, decisions: Decisions): Decision {
  if (profile === null) {
    return "leave";
  }
  const decided = decisions[name] ?? (replaces ? "leave" : "take");
  return replaces && decided === "take" ? "leave" : decided;
}

/** What goes down when the person says so. */
export function chosenOf({ profiles }: ImportPreview, decisions: Decisions): ImportChoice[] {
  return profiles.flatMap((one) => {
    const decision = decisionOf(one, decisions);
    return decision === "leave" ? [] : [{ name: one.name, replace: decision === "replace" }];
  });
}

/** How many secrets are among those. */
export function secretsAmong({ profiles }: ImportPreview, chosen: ImportChoice[]): number {
  const names = chosen.map(({ name }) => name);
  return profiles
    .filter(({ name }) => names.includes(name))
    .flatMap(({ profile }) => Object.values(profile?.settings ?? {}))
    .filter(({ value, layer }) => value === "set" && layer === "profile").length;
}

/** What the profile itself would say. */
export function ownSettings({ profile }: PreviewedProfile): { key: string; value: string }[] {
  return Object.entries(profile?.settings ?? {})
    .filter(([, { layer }]) => layer === "profile")
    .map(([key, { value }]) => ({ key, value: shownValue(value) }));
}

/** The correction that a fault suggests, if it does. */
export function suggested(profile: string, { key, nearest }: SettingTrouble): ImportMend | null {
  return nearest === null ? null : { profile, key, becomes: nearest };
}

/** "One profile", "3 profiles". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
