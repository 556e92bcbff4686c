/** What a claim is called, what it means, and how its value reads. OpenID Connect Core 1.0 §2 and §5.1, RFC 7519 §4.1. */

export type ClaimGroup = "who" | "signed" | "when" | "ties" | "own";

type ClaimWords = { group: ClaimGroup; label: string; meaning?: (provider: string) => string };

export const CLAIM_GROUPS: [ClaimGroup, string][] = [
  ["who", "Who you are"],
  ["signed", "Who signed it, and for whom"],
  ["when", "When"],
  ["ties", "Ties to this authorization"],
  ["own", "This server’s own"],
];

const CLAIMS: Record<string, ClaimWords> = {
  sub: {
    group: "who",
    label: "Subject",
    meaning: (provider) =>
      `Your lasting name at ${provider}. It stays the same when your name or e-mail changes.`,
  },
  name: { group: "who", label: "Full name", meaning: (provider) => `As it is written at ${provider}.` },
  given_name: { group: "who", label: "Given name" },
  family_name: { group: "who", label: "Family name" },
  middle_name: { group: "who", label: "Middle name" },
  nickname: { group: "who", label: "Nickname" },
  preferred_username: {
    group: "who",
    label: "User name",
    meaning: () => "May change or be taken by another person later.",
  },
  email: {
    group: "who",
    label: "E-mail",
    meaning: () => "May change or move to another person: never use it as the key of a record.",
  },
  email_verified: {
    group: "who",
    label: "E-mail verified",
    meaning: (provider) => `Whether ${provider} has checked that you receive mail there.`,
  },
  picture: {
    group: "who",
    label: "Picture",
    meaning: () => "The address of your picture. It is not loaded.",
  },
  profile: { group: "who", label: "Profile page" },
  website: { group: "who", label: "Web page" },
  gender: { group: "who", label: "Gender" },
  birthdate: { group: "who", label: "Birthday" },
  zoneinfo: { group: "who", label: "Time zone" },
  locale: { group: "who", label: "Language" },
  phone_number: { group: "who", label: "Phone number" },
  phone_number_verified: { group: "who", label: "Phone number verified" },
  address: { group: "who", label: "Address" },
  iss: { group: "signed", label: "Issuer", meaning: () => "The authorization server that signed this." },
  aud: {
    group: "signed",
    label: "Audience",
    meaning: () => "Your client registration: the token is meant for it.",
  },
  azp: { group: "signed", label: "Authorized party", meaning: () => "The client that asked for the token." },
  iat: { group: "when", label: "Issued" },
  exp: {
    group: "when",
    label: "Expires",
    meaning: () => "After this the identity has to be read afresh; the account stays linked.",
  },
  nbf: { group: "when", label: "Not before" },
  auth_time: { group: "when", label: "Signed in", meaning: () => "When you last signed in there." },
  updated_at: { group: "when", label: "Profile changed" },
  nonce: { group: "ties", label: "Nonce", meaning: () => "Ties the token to the authorization you started." },
  at_hash: { group: "ties", label: "Access token hash", meaning: () => "Ties it to the access token." },
  c_hash: { group: "ties", label: "Code hash", meaning: () => "Ties it to the authorization code." },
  s_hash: { group: "ties", label: "State hash" },
  acr: {
    group: "ties",
    label: "Authentication context",
    meaning: () => "How strictly you were asked to sign in.",
  },
  amr: { group: "ties", label: "Authentication methods" },
  sid: { group: "ties", label: "Session" },
  jti: { group: "ties", label: "Token number" },
};

const TIMES = new Set(["iat", "exp", "nbf", "auth_time", "updated_at"]);

/** How a claim's value is shown. */
export type ClaimValue =
  | { kind: "text"; text: string }
  | { kind: "code"; text: string }
  | { kind: "time"; at: number };

/** A claim, ready to be shown. */
export type Claim = { key: string; label: string; meaning: string | null; value: ClaimValue };

const CODE = new Set([
  "sub",
  "iss",
  "aud",
  "azp",
  "nonce",
  "at_hash",
  "c_hash",
  "s_hash",
  "sid",
  "jti",
  "picture",
]);
const FIRST = 5;

function claimValue(key: string, value: unknown): ClaimValue {
  if (typeof value === "number" && TIMES.has(key)) {
    return { kind: "time", at: value };
  }
  if (typeof value === "boolean") {
    return { kind: "text", text: value ? "Yes" : "No" };
  }
  if (typeof value === "string") {
    return { kind: CODE.has(key) ? "code" : "text", text: value };
  }
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) {
    const rest = value.length - FIRST;
    const first = value.slice(0, FIRST).join(", ");
    return { kind: CODE.has(key) ? "code" : "text", text: rest > 0 ? `${first} and ${rest} more` : first };
  }
  return { kind: "code", text: JSON.stringify(value) };
}

/** The claims in their groups; a group that has none is left out, unknown claims come last. */
export function explained(
  claims: Record<string, unknown>,
  provider: string,
): { title: string; claims: Claim[] }[] {
  const order = Object.keys(CLAIMS);
  const place = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  const shown = Object.entries(claims)
    .sort(([a], [b]) => place(a) - place(b))
    .map(([key, value]) => {
      const words = Object.hasOwn(CLAIMS, key) ? CLAIMS[key] : undefined;
      return {
        group: words?.group ?? "own",
        key,
        label: words?.label ?? key,
        meaning: words?.meaning?.(provider) ?? null,
        value: claimValue(key, value),
      };
    });
  return CLAIM_GROUPS.map(([group, title]) => ({
    title,
    claims: shown.filter((claim) => claim.group === group),
  })).filter((group) => group.claims.length > 0);
}
