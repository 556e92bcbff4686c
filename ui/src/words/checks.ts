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
