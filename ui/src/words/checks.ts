import type { CheckRecord } from "../bindings/CheckRecord";

/** What each check of an ID token is called, and which rule asks for it. */

const CHECKS: Record<string, [label: string, rule: string]> = {
  format: ["Shape", "RFC 7519 §7.2"],
  crit: ["Critical headers", "RFC 7515 §4.1.11"],
  typ: ["Type", "RFC 8725 §3.11"],
  decryption: ["Decryption", "RFC 7516 §5.2"],
  alg: ["Algorithm", "RFC 8725 §3.1"],
  key: ["Signing key", "RFC 7517 §4.5"],
  signature: ["Signature", "RFC 7515 §5.2"],
  claims: ["Claims", "RFC 7519 §7.2"],
  iss: ["Issuer", "OIDC Core §3.1.3.7 (2)"],
  sub: ["Subject", "OIDC Core §2"],
  aud: ["Audience", "OIDC Core §3.1.3.7 (3)"],
  azp: ["Authorized party", "OIDC Core §3.1.3.7 (5)"],
  exp: ["Not expired", "OIDC Core §3.1.3.7 (9)"],
  iat: ["Issued at", "OIDC Core §3.1.3.7 (10)"],
  nbf: ["Not before", "RFC 7519 §4.1.5"],
  nonce: ["Nonce", "OIDC Core §3.1.3.7 (11)"],
  auth_time: ["Authentication time", "OIDC Core §3.1.3.7 (13)"],
  acr: ["Authentication context", "OIDC Core §3.1.3.7 (12)"],
  at_hash: ["Access token hash", "OIDC Core §3.1.3.8"],
  c_hash: ["Code hash", "OIDC Core §3.3.2.11"],
};

/** The check's name for people, and its rule; a check of another version keeps its own name. */
export function checkWords(check: string): { label: string; rule: string } {
  const [label, rule] = (Object.hasOwn(CHECKS, check) ? CHECKS[check] : undefined) ?? [check, ""];
  return { label, rule };
}

/** What a check found, in words; and as it was written down, where the words leave something out. */
export function checkSaid(
  { check, outcome, detail }: CheckRecord,
  signer = "its issuer",
): { said: string; raw: string | null } {
  const said = outcome === "pass" ? passed(check, detail, signer) : null;
  return said === null
    ? { said: begun(detail), raw: null }
    : { said, raw: said.includes(detail) ? null : detail };
}

function passed(check: string, detail: string, signer: string): string | null {
  switch (check) {
    case "typ":
      return detail === "JWT" ? "The header says JWT, as it should" : null;
    case "alg":
      return detail.endsWith(" is allowed")
        ? `${detail.slice(0, -" is allowed".length)}, one of those this client registration accepts`
        : null;
    case "key":
      return detail.endsWith("; the client secret")
        ? "The client secret, which only you and the provider know"
        : detail.startsWith("1 may have signed")
          ? "Found among the issuer’s keys"
          : / may have signed /.test(detail)
            ? "Several of the issuer’s keys fit"
            : null;
    case "signature":
      return detail.endsWith(" holds") ? `Fits the key: nothing was changed since ${signer} signed it` : null;
    case "claims":
      return "Everything that has to be in it is there";
    case "iss":
      return `It is ${detail}, as expected`;
    case "sub":
      return `It is ${detail}`;
    case "aud":
      return detail.startsWith("has ") ? `Meant for this client registration, ${detail.slice(4)}` : null;
    case "azp":
      return `Given to this client registration, ${detail}`;
    case "exp":
      return "Good for some time yet when it was checked";
    case "iat":
      return "Not issued in the future, by this computer’s clock";
    case "nbf":
      return "Good already when it was checked";
    case "nonce":
      return detail === "the one that was sent" ? "Matches the one Keybelt sent" : null;
    case "at_hash":
      return "Matches the access token";
    case "c_hash":
      return "Matches the code";
    default:
      return null;
  }
}

/** How what is no value begins. */
const BEGINS =
  /^(a|absent|an|another|as|expired|five|issued|missing|no|not|older|several|signed|the|there|three)\b/;

/** As a sentence begins; a value stays as it is. */
function begun(detail: string): string {
  const [first = ""] = detail.split(" ");
  if (Object.hasOwn(CHECKS, first)) {
    return `Its ${detail}`;
  }
  if (BEGINS.test(detail)) {
    return detail.charAt(0).toUpperCase() + detail.slice(1);
  }
  return / instead of /.test(detail) ? `It says ${detail}` : detail;
}
