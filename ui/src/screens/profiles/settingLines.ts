import type { KnownSetting } from "../../bindings/KnownSetting";
import type { Layer } from "../../bindings/Layer";
import type { Profile } from "../../bindings/Profile";
import type { SettingForm } from "../../bindings/SettingForm";
import { shownValue } from "../../words/settings";

/** Which settings are shown. */
export type Filter = "all" | "own" | "overridden";

/** A row of the settings table. */
export type SettingLine = {
  key: string;
  value: string;
  /** Where it comes from; a secret that is not set comes from nowhere. */
  layer: Layer | null;
  /** What the layer below says, where it says something else. */
  overrides: string | null;
};

/** A profile's settings as rows, sorted by key. */
export function linesOf({ settings }: Profile, filter: Filter, query: string): SettingLine[] {
  const words = query.trim().toLowerCase().split(/\s+/);
  return Object.entries(settings)
    .map(([key, { value, layer, overrides }]) => ({
      key,
      value: shownValue(value),
      layer: value === "not set" ? null : layer,
      overrides:
        overrides === null || shownValue(overrides) === shownValue(value) ? null : shownValue(overrides),
    }))
    .filter(
      (line) =>
        (filter === "all" || (filter === "own" ? line.layer === "profile" : line.overrides !== null)) &&
        words.every((word) => `${line.key} ${line.value}`.toLowerCase().includes(word)),
    );
}

/** How a setting is typed: a member of an object as text; null where nobody can type it. */
export function formOf(key: string, known: KnownSetting[]): SettingForm | null {
  const of = (wanted: string) => known.find((setting) => setting.key === wanted)?.form;
  const own = of(key);
  if (own) {
    return own.kind === "members" ? null : own;
  }
  const [object, member] = key.split(".");
  const parent = object && member ? of(object) : undefined;
  return parent && ["members", "json"].includes(parent.kind) ? { kind: "text" } : null;
}

/** The settings that this profile could say besides: those of its protocol, members with their object's name. */
export function offered({ protocol, settings }: Profile, known: KnownSetting[]): string[] {
  const own = protocol === "oauth1" ? "oauth1" : "oauth2";
  return known
    .filter(({ key, only }) => (only === null || only === own) && settings[key] === undefined)
    .map(({ key, form }) => (form.kind === "members" ? `${key}.` : key));
}

/** A setting as its field begins. */
export function typedValue({ settings }: Profile, key: string, form: SettingForm): string {
  const value = settings[key]?.value;
  if (form.kind === "secret" || value === undefined || value === null) {
    return "";
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
