/**
 * What a claim is called, what it means, and how its value reads. OpenID Connect Core 1.0 §2, §5.1, §5.2 and §5.6,
 * RFC 7519 §4.1, RFC 9068 §2.2.3.1.
 */

import type { CheckRecord } from "../bindings/CheckRecord";
import {
  asText,
  type ClaimValue,
  code,
  date,
  isTrue,
  language,
  lines,
  methods,
  plain,
  type Reader,
  time,
  yesOrNo,
  zone,
} from "./claimValues";

type ClaimGroup = "who" | "signed" | "when" | "ties" | "own";

const GROUPS: [ClaimGroup, string][] = [
  ["who", "Who you are"],
  ["signed", "Who signed it, and for whom"],
  ["when", "When"],
  ["ties", "Ties to this authorization"],
  ["own", "This server’s own"],
];

type Told = { provider: string; value: unknown };
type Meaning = string | ((told: Told) => string);
type ClaimWords = { group: ClaimGroup; label: string; read?: Reader; meaning?: Meaning };

const LASTING_KEY = "never use it as the key of a record.";

const who = (label: string, meaning: Meaning, read?: Reader): ClaimWords => ({
  group: "who",
  label,
  meaning,
  read,
});
const said = (what: string) => (told: Told) => `${what}, as it is written at ${told.provider}.`;

/** In the order in which they are shown. */
const CLAIMS: Record<string, ClaimWords> = {
  sub: who(
    "Subject",
    ({ provider }) => `Your lasting name at ${provider}. It stays the same when your name or e-mail changes.`,
    code,
  ),
  name: who("Full name", said("Your whole name")),
  given_name: who("Given name", said("Your first name")),
  middle_name: who("Middle name", said("What stands between the two")),
  family_name: who("Family name", said("Your last name")),
  nickname: who("Nickname", said("What you are called casually")),
  preferred_username: who("User name", `May change, or be taken by another person later: ${LASTING_KEY}`),
  email: who("E-mail", `May change or move to another person: ${LASTING_KEY}`),
  email_verified: who(
    "E-mail verified",
    ({ provider, value }) => `${provider} has ${not(value)}checked that you receive mail there.`,
    yesOrNo,
  ),
  phone_number: who("Phone number", `May change or move to another person: ${LASTING_KEY}`),
  phone_number_verified: who(
    "Phone number verified",
    ({ provider, value }) => `${provider} has ${not(value)}checked that the number is yours.`,
    yesOrNo,
  ),
  picture: who("Picture", "The address of your picture. Keybelt does not load it.", code),
  profile: who("Profile page", "The address of a page about you. Keybelt does not open it.", code),
  website: who("Web page", "The address of a page of yours. Keybelt does not open it.", code),
  gender: who("Gender", said("Your gender")),
  birthdate: who("Birthday", said("When you were born"), date),
  locale: who("Language", "What you like to read.", language),
  zoneinfo: who("Time zone", "Where your clock stands.", zone),
  address: who("Address", said("Your postal address"), lines),
  _claim_names: who("Claims held elsewhere", "What another server can tell of you. Keybelt does not ask it."),
  _claim_sources: who(
    "Where they are held",
    "The servers that hold those claims. Keybelt does not ask them.",
  ),
  iss: {
    group: "signed",
    label: "Issuer",
    read: code,
    meaning: "The authorization server that signed this.",
  },
  aud: { group: "signed", label: "Audience", read: code, meaning: ({ value }) => audience(value) },
  azp: {
    group: "signed",
    label: "Authorized party",
    read: code,
    meaning: "The client registration that asked for the token.",
  },
  client_id: { group: "signed", label: "Client", read: code, meaning: "The client registration it is for." },
  iat: { group: "when", label: "Issued", read: time, meaning: "When this was signed." },
  nbf: { group: "when", label: "Not before", read: time, meaning: "Before this it is not to be trusted." },
  exp: {
    group: "when",
    label: "Expires",
    read: time,
    meaning: "After this the identity has to be read afresh; the account stays linked.",
  },
  auth_time: { group: "when", label: "Signed in", read: time, meaning: "When you last signed in there." },
  updated_at: {
    group: "when",
    label: "Profile changed",
    read: time,
    meaning: ({ provider }) => `When what ${provider} knows of you was last changed.`,
  },
  nonce: {
    group: "ties",
    label: "Nonce",
    read: code,
    meaning: "Ties the token to the authorization you started.",
  },
  at_hash: { group: "ties", label: "Access token hash", read: code, meaning: "Ties it to the access token." },
  c_hash: { group: "ties", label: "Code hash", read: code, meaning: "Ties it to the authorization code." },
  s_hash: { group: "ties", label: "State hash", read: code, meaning: "Ties it to the state of the request." },
  acr: {
    group: "ties",
    label: "Authentication context",
    read: code,
    meaning: ({ value }) =>
      value === "0"
        ? "You were recognised by a lasting cookie and not asked to sign in."
        : "How strictly you were asked to sign in, in this server’s own terms.",
  },
  amr: {
    group: "ties",
    label: "Authentication methods",
    read: methods,
    meaning: "How you proved who you are.",
  },
  sid: { group: "ties", label: "Session", read: code, meaning: "Your session in the browser there." },
  jti: { group: "ties", label: "Token number", read: code, meaning: "The number of this token." },
  groups: {
    group: "own",
    label: "Groups",
    meaning: ({ provider }) => `The groups you are in at ${provider}.`,
  },
  roles: { group: "own", label: "Roles", meaning: ({ provider }) => `What you are at ${provider}.` },
  entitlements: { group: "own", label: "Entitlements", meaning: "What you may use there." },
};

const ORDER = new Map(Object.keys(CLAIMS).map((key, place) => [key, place]));

/** What a passed check says of a claim, better than the claim's value does. */
const MATCHED: Record<string, string> = {
  nonce: "Matches the one Keybelt sent",
  at_hash: "Matches the access token",
  c_hash: "Matches the authorization code",
};

function not(value: unknown): string {
  return isTrue(value) ? "" : "not ";
}

function audience(value: unknown): string {
  return Array.isArray(value) && value.length > 1
    ? "Your client registration is among those that the token is meant for."
    : "Your client registration: the token is meant for it and no other.";
}

/** A claim, ready to be shown. */
export type Claim = {
  key: string;
  label: string;
  meaning: string | null;
  value: ClaimValue;
  /** The value as the provider sent it, where it reads otherwise above. */
  raw: string | null;
  /** What a copy of it holds. */
  copy: string;
};

/** What is known besides the claims themselves. */
export type Around = {
  provider: string;
  /** The checks that were made of what these claims stand in. */
  checks?: CheckRecord[];
  /** Members that are a standard claim under another name, by the profile's `userinfo_map`. */
  known?: Record<string, string>;
};

/** The claims in their groups; a group that has none is left out, unknown claims come last. */
export function explained(
  claims: Record<string, unknown>,
  around: Around,
): { title: string; about: string | null; claims: Claim[] }[] {
  const shown = Object.entries(claims)
    .map(([key, value]) => {
      const standard = standardName(key, around);
      return { group: wordsOf(standard)?.group ?? "own", place: placeOf(standard), key, standard, value };
    })
    .sort((a, b) => a.place - b.place);
  return GROUPS.map(([group, title]) => ({
    title,
    about: group === "own" ? `Not standard claims: what they mean is ${around.provider}’s affair.` : null,
    claims: shown
      .filter((claim) => claim.group === group)
      .map(({ key, standard, value }) => claimOf(key, standard, value, claims, around)),
  })).filter((group) => group.claims.length > 0);
}

function claimOf(
  key: string,
  standard: string,
  value: unknown,
  claims: Record<string, unknown>,
  { provider, checks = [] }: Around,
): Claim {
  const words = wordsOf(standard);
  const matched = Object.hasOwn(MATCHED, key) ? MATCHED[key] : undefined;
  const passed = checks.some(({ check, outcome }) => check === key && outcome === "pass");
  const read: ClaimValue =
    matched && passed
      ? { kind: "text", text: matched }
      : key === "azp" && value === claims.aud
        ? { kind: "text", text: "Same as the audience" }
        : (words?.read ?? plain)(value);
  const copy = asText(value);
  const meaning = words?.meaning;
  return {
    key,
    label: words ? `${words.label}${tagged(key)}` : key,
    meaning: (typeof meaning === "function" ? meaning({ provider, value }) : meaning) ?? null,
    value: read,
    raw: read.kind !== "time" && read.text === copy ? null : copy,
    copy,
  };
}

function wordsOf(name: string): ClaimWords | undefined {
  return Object.hasOwn(CLAIMS, name) ? CLAIMS[name] : undefined;
}

function placeOf(name: string): number {
  return ORDER.get(name) ?? ORDER.size;
}

/** The claim's name without its language (§5.2), or the standard one that the profile says it is. */
function standardName(key: string, { known = {} }: Around): string {
  const [base = key] = key.split("#");
  return wordsOf(base) || !Object.hasOwn(known, base) ? base : (known[base] ?? base);
}

function tagged(key: string): string {
  const tag = key.split("#")[1];
  return tag ? `, in ${language(tag).text}` : "";
}
