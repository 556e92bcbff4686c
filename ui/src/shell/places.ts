import type { Place } from "../navigation";
import type { IconName } from "../parts/Icon";

/** A place that the sidebar leads to. */
export type Destination = {
  at: Extract<Place["at"], "accounts" | "activity" | "inspector" | "request" | "profiles" | "settings">;
  icon: IconName;
  text: string;
};

/** The sidebar, group by group; the first group needs no title. */
export const GROUPS: { title: string | null; destinations: Destination[] }[] = [
  {
    title: null,
    destinations: [
      { at: "accounts", icon: "accounts", text: "Accounts" },
      { at: "activity", icon: "activity", text: "Activity" },
    ],
  },
  {
    title: "Look inside",
    destinations: [
      { at: "inspector", icon: "token", text: "Token inspector" },
      { at: "request", icon: "send", text: "API request" },
    ],
  },
  {
    title: "Set up",
    destinations: [
      { at: "profiles", icon: "layers", text: "Profiles" },
      { at: "settings", icon: "gear", text: "Settings" },
    ],
  },
];

/** In their order: the first is reached by `Ctrl 1`, the second by `Ctrl 2`. */
export const DESTINATIONS: Destination[] = GROUPS.flatMap(({ destinations }) => destinations);

/** Whether a destination says something before there is a vault; the others wait for the first account. */
export function isForStarters(at: Place["at"]): boolean {
  return at === "inspector" || at === "settings";
}

/** The destination that a place belongs to. */
export function homeOf(place: Place): Destination["at"] {
  const { at } = place;
  if (at === "add" && place.for === "profile") {
    return "profiles";
  }
  return at === "add" || at === "link" || at === "refused" ? "accounts" : at;
}
