import type { ProviderSummary } from "../bindings/ProviderSummary";
import { visible } from "./providerText";

/** The catalogue's id of the practice provider. */
export const PRACTICE = "practice";
/** The same server, as a provider of OAuth 1.0a. */
const PRACTICE_OAUTH1 = "practice-oauth1";

/** Whether a provider of the catalogue is the practice provider, by whichever protocol. */
export function isPractice(provider: string | null): boolean {
  return provider === PRACTICE || provider === PRACTICE_OAUTH1;
}

/** What people call a provider: the catalogue's name, else the profile's own. */
export function providerName(
  { provider, profile }: { provider: string | null; profile: string },
  catalogue: ProviderSummary[],
): string {
  return catalogue.find((entry) => entry.id === provider)?.name ?? profile;
}

/** The same for many. */
export function providerNames(
  catalogue: ProviderSummary[],
): (of: { provider: string | null; profile: string }) => string {
  const names = new Map(catalogue.map(({ id, name }) => [id, name]));
  return ({ provider, profile }) => (provider === null ? undefined : names.get(provider)) ?? profile;
}

/** The catalogue's categories as people call them, in their order. */
export const CATEGORIES: Record<string, string> = {
  practice: "Practice",
  developer: "Code",
  "mail-calendar": "Mail and calendar",
  storage: "Files",
  work: "Work",
  social: "Social",
  "music-video": "Music and film",
  "fitness-health": "Health and sport",
  gaming: "Games",
  education: "Learning",
  finance: "Money",
  commerce: "Shops",
  identity: "Identity servers",
  other: "Other",
};

/** A category in words; one that is new keeps its own. */
export function categoryName(id: string): string {
  return (Object.hasOwn(CATEGORIES, id) ? CATEGORIES[id] : undefined) ?? id;
}

/**
 * The provider in a sentence, which says what it does: the catalogue's by its name, any other by the host of its
 * address, which the person did not choose. The profile's name is a label.
 */
export function saidName(
  { provider, address }: { provider: string | null; address: string | null },
  name: string,
): string {
  return provider === null && address !== null && URL.canParse(address)
    ? visible(new URL(address).host)
    : name;
}

/** Whether the provider is a server on this machine, which is there without a network. */
export function isOnThisMachine({ issuer }: { issuer: string | null }): boolean {
  if (issuer === null || !URL.canParse(issuer)) {
    return false;
  }
  const { hostname } = new URL(issuer);
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** A name beside which the protocol is told: without it. */
export function nameBeside(protocol: string, name: string): string {
  const [before = name, after = ""] = name.split(protocol);
  const bare = (before + after).replace(/,?\s*\)/, ")").replace(/[\s,]*(\(\))?$/, "");
  return bare === "" ? name : bare;
}

const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])(:\d+)?$/i;

/**
 * Two letters: the capitals of a compound or of two words, else the first two. What is in parentheses or follows a
 * comma does not count, nor does the end of an address that a brand is (GitLab.com).
 */
export function initials(whole: string): string {
  if (ADDRESS.test(whole)) {
    return "IP";
  }
  const name = whole.replace(/(.)\s*[(,].*$/, "$1").replace(/^([^\s.]+)\.[a-z]{2,}$/, "$1");
  const words = name.split(/[\s._\-/]+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const first = words[0] ?? "?";
  if (words[1]) {
    return (letter(first) + letter(words[1])).toUpperCase();
  }
  const capitals = first.match(/\p{Lu}/gu);
  if (capitals && capitals.length > 1) {
    return capitals.slice(0, 2).join("");
  }
  const [one = "?", two = ""] = Array.from(first);
  return one.toUpperCase() + two.toLowerCase();
}

function letter(word: string): string {
  return Array.from(word)[0] ?? "";
}

/** The tile's hue in degrees: one of 18, by FNV-1a (32 bits) of the id. */
export function hue(id: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(id)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return (hash % 18) * 15;
}
