/** Scopes in words. OpenID Connect Core 1.0 §5.4 and §11; any other scope speaks for itself. */

const SCOPES: Record<string, string> = {
  openid: "See who you are",
  profile: "See your name and profile",
  email: "See your e-mail address",
  address: "See your postal address",
  phone: "See your phone number",
  offline_access: "Stay linked without asking you again",
};

/** Those of the practice provider alone. */
const PRACTICE_SCOPES: Record<string, string> = { notes: "Read your notes there, and add to them" };

/** What the scope allows, in words; `null` if only the provider knows. */
export function scopeWords(scope: string, practice = false): string | null {
  const known = practice ? { ...SCOPES, ...PRACTICE_SCOPES } : SCOPES;
  return Object.hasOwn(known, scope) ? (known[scope] ?? null) : null;
}

/** The same where there is little room, within a sentence. */
export function shortScopeWords(scope: string, practice: boolean): string | null {
  if (scope === "offline_access") {
    return "stay linked";
  }
  const words = scopeWords(scope, practice);
  return words && words.charAt(0).toLowerCase() + words.slice(1);
}

/** The scopes of a text, each once, in its order. */
export function scopesOf(text: string): string[] {
  return [...new Set(text.split(/\s+/).filter((scope) => scope.length > 0))];
}
