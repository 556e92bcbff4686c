import type { Layer } from "../../bindings/Layer";
import type { Profile } from "../../bindings/Profile";
import { shownValue } from "../../words/settings";

/** Which settings are shown. */
export type Filter = "all" | "own" | "overridden";

/** A row of the settings table. */
export type SettingLine = {
  key: string;
  value: string;
  /** Where it comes from; a secret that is not set comes from nowhere. */
  layer: Layer | null;
  /** What the layer below says, where it says something. */
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
      overrides: overrides === null ? null : shownValue(overrides),
    }))
    .filter(
      (line) =>
        (filter === "all" || (filter === "own" ? line.layer === "profile" : line.overrides !== null)) &&
        words.every((word) => `${line.key} ${line.value}`.toLowerCase().includes(word)),
    );
}
