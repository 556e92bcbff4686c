import type { ProviderSummary } from "../bindings/ProviderSummary";

/** What people call a provider: the catalogue's name, else the profile's own. */
export function providerName(
  { provider, profile }: { provider: string | null; profile: string },
  catalogue: ProviderSummary[],
): string {
  return catalogue.find((entry) => entry.id === provider)?.name ?? profile;
}

/** The catalogue's categories as people call them, in their order. */
export const CATEGORIES: Record<string, string> = {
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

/** Who signed: the catalogue's provider by its name, any other by its issuer's host, which the person did not choose. */
export function signerName(
  { provider, issuer }: { provider: string | null; issuer: string | null },
  name: string,
): string {
  return provider === null && issuer !== null && URL.canParse(issuer) ? new URL(issuer).host : name;
}

/** Whether the provider is a server on this machine, which is there without a network. */
export function isOnThisMachine({ issuer }: { issuer: string | null }): boolean {
  if (issuer === null || !URL.canParse(issuer)) {
    return false;
  }
  const { hostname } = new URL(issuer);
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** Two letters: the capitals of a compound or of two words, else the first two. */
export function initials(name: string): string {
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
