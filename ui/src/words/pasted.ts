/** What a pasted text is called, and what is to be thought of a pasted token. */

import type { CheckRecord } from "../bindings/CheckRecord";
import type { HeldAgainst } from "../bindings/HeldAgainst";
import type { Inspection } from "../bindings/Inspection";
import type { Likeness } from "../bindings/Likeness";
import type { Profile } from "../bindings/Profile";
import { checkWords } from "./checks";
import { momentAt, relative } from "./time";

/** A part of a token, and how it is drawn. */
export type TokenPart = { text: string; part: "header" | "claims" | "signature" | "sealed" };

/** The text without what came along with it: a header's name, a scheme, quotes, breaks inside a token. */
export function cleaned(text: string): string {
  const bare = text
    .trim()
    .replace(/^authorization:\s*/i, "")
    .replace(/^(bearer|dpop)\s+/i, "")
    .replace(/^(["'`])(.*)\1[,;]?$/s, "$2")
    .trim();
  return bare.startsWith("eyJ") && /^[\w\-.=\s]+$/.test(bare) ? bare.replace(/\s+/g, "") : bare;
}

/** A token's parts in their order: three of a signed one, five of an encrypted one. */
export function partsOf(token: string): TokenPart[] {
  const texts = token.split(".");
  return texts.map((text, at) => ({
    text,
    part: at === 0 ? "header" : texts.length > 3 ? "sealed" : at === 1 ? "claims" : "signature",
  }));
}

export type Verdict = { tone: "ok" | "warn" | "bad"; title: string; lead: string };

/** What the checks of a pasted token come to, for people. */
export function verdictOf(
  { checks, verdict, claims }: Inspection,
  against: HeldAgainst | null,
  now: number,
): Verdict {
  const failed = checks.filter(({ outcome }) => outcome === "fail").map(({ check }) => check);
  const found = (name: string) => checks.find(({ check }) => check === name);
  const fails = (name: string) => found(name)?.outcome === "fail";
  const detail = (name: string) => sentence(found(name)?.detail ?? "");
  const ended = endOf(claims?.exp, now);
  if (verdict === "pass") {
    return { tone: "ok", title: "Valid", lead: "The signature holds, and nothing speaks against the token." };
  }
  if (verdict === "expired") {
    return {
      tone: "bad",
      title: "Genuine, but no longer valid",
      lead: `The signature holds; the token expired ${ended ?? "earlier"}.`,
    };
  }
  if (fails("format")) {
    return { tone: "bad", title: "A token that cannot be read", lead: detail("format") };
  }
  if (fails("decryption")) {
    return {
      tone: "warn",
      title: "Encrypted",
      lead: "Only who has the key reads what is inside. The header says how it was sealed.",
    };
  }
  if (fails("signature")) {
    return {
      tone: "bad",
      title: "Do not trust this",
      lead: "The signature does not hold: the token was changed, or signed by somebody else.",
    };
  }
  if (fails("alg") || fails("crit")) {
    return { tone: "bad", title: "Do not trust this", lead: detail(fails("alg") ? "alg" : "crit") };
  }
  if (fails("key")) {
    return {
      tone: "warn",
      title: "Not checked: no key fits",
      lead: "None of the keys that are here signed it. They may be older than the token, or another server’s.",
    };
  }
  if (found("signature")?.outcome === "pass") {
    return { tone: "bad", title: genuineBut(failed), lead: reasons(checks) };
  }
  const others = failed.filter((name) => name !== "exp");
  const aside = [
    fails("exp") ? `It expired ${ended ?? "earlier"}.` : "",
    others.length > 0 ? `Besides, this does not hold: ${others.map(labelOf).join(", ")}.` : "",
  ];
  return {
    tone: "warn",
    title: "Not checked: no keys",
    lead: [unchecked(against), ...aside].filter((text) => text !== "").join(" "),
  };
}

function unchecked(against: HeldAgainst | null): string {
  return against === null
    ? "Anybody could have written this. Choose the profile whose server signed it to check the signature."
    : "Anybody could have written this: there are no keys yet to check the signature with.";
}

function genuineBut(failed: string[]): string {
  if (failed.includes("iss")) {
    return "Genuine, but of another issuer";
  }
  if (failed.includes("aud") || failed.includes("azp")) {
    return "Genuine, but for another client";
  }
  return failed.includes("typ") ? "Genuine, but no ID token" : "Genuine, but not in order";
}

function reasons(checks: CheckRecord[]): string {
  const failed = checks.filter(({ outcome }) => outcome === "fail");
  return `The signature holds. ${failed.map(({ check, detail }) => `${labelOf(check)}: ${detail}.`).join(" ")}`;
}

function labelOf(check: string): string {
  return checkWords(check).label;
}

function endOf(exp: unknown, now: number): string | null {
  return typeof exp === "number" ? `${momentAt(exp, now)}, ${relative(exp, now)}` : null;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text === "" || text.endsWith(".") ? "" : "."}`;
}

/** What kind of token this says it is. */
export function tokenKind({ header, claims }: Inspection): string {
  const typ = typeof header?.typ === "string" ? header.typ.toLowerCase().replace(/^application\//, "") : "";
  const events = claims?.events;
  if (typ === "at+jwt") {
    return "an access token";
  }
  if (typ === "logout+jwt" || (typeof events === "object" && events !== null && LOGOUT in events)) {
    return "a logout token";
  }
  if (claims && ["nonce", "at_hash", "c_hash", "auth_time"].some((name) => name in claims)) {
    return "an ID token";
  }
  return claims && "scope" in claims ? "an access token" : "a JWT";
}

const LOGOUT = "http://schemas.openid.net/event/backchannel-logout";

const HEADERS: Record<string, string> = {
  alg: "Algorithm",
  kid: "Key",
  typ: "Type",
  cty: "Content",
  enc: "Encryption",
  zip: "Compression",
  crit: "Critical headers",
  jku: "Address of keys",
  jwk: "Key itself",
  x5u: "Address of certificates",
  x5c: "Certificates",
  x5t: "Certificate",
  "x5t#S256": "Certificate",
};

/** What a member of a token's header is called. */
export function headerLabel(name: string): string {
  return (Object.hasOwn(HEADERS, name) ? HEADERS[name] : undefined) ?? name;
}

/** The profile whose server this token names; among several, the one that it is meant for. */
export function profileOf(claims: Record<string, unknown> | null, profiles: Profile[]): Profile | null {
  const said = (profile: Profile, key: string) => profile.settings[key]?.value;
  const ofIssuer = profiles.filter(
    (profile) => profile.protocol !== "oauth1" && claims?.iss === said(profile, "issuer") && claims?.iss,
  );
  const audience = [claims?.aud].flat();
  return ofIssuer.find((profile) => audience.includes(said(profile, "client_id"))) ?? ofIssuer[0] ?? null;
}

const LIKENESSES: Record<Likeness, [title: string, lead: string]> = {
  empty: ["Nothing was pasted", "Copy a token first, then paste it here."],
  opaque: [
    "Not a JWT",
    "It looks like an opaque token: a handle that only its server can look up. There is nothing to be seen in it here.",
  ],
  pem: [
    "Not a JWT",
    "It looks like a key or a certificate in PEM. A private key belongs nowhere but its own file.",
  ],
  address: [
    "Not a JWT",
    "It looks like a web address. A token in it stands behind its name, as in id_token=…; paste that part alone.",
  ],
  form: [
    "Not a JWT",
    "It looks like the answer of an OAuth 1.0a server: its tokens only sign, and say nothing.",
  ],
  json: ["Not a JWT", "It is JSON, but neither a set of keys nor the answer of a token endpoint."],
  broken_json: ["Not a JWT", "It begins like JSON, but does not hold together, or is too large."],
  markup: ["Not a JWT", "It looks like a page or a SAML assertion. Keybelt reads JWTs."],
  text: ["Not a JWT", "It does not look like a token of any kind."],
};

/** What is to be said of a text that is no token. */
export function likenessWords(looks: Likeness): { title: string; lead: string } {
  const [title, lead] = LIKENESSES[looks];
  return { title, lead };
}
