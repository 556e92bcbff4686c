/** Scopes in words. OpenID Connect Core 1.0 §5.4 and §11; any other scope speaks for itself. */

const SCOPES: Record<string, string> = {
  openid: "See who you are",
  profile: "See your name and profile",
  email: "See your e-mail address",
  address: "See your postal address",
  phone: "See your phone number",
  offline_access: "Stay linked without asking you again",
};

/** What the scope allows, in words; `null` if only the provider knows. */
export function scopeWords(scope: string): string | null {
  return Object.hasOwn(SCOPES, scope) ? (SCOPES[scope] ?? null) : null;
}

/** The scopes of a text, each once, in its order. */
export function scopesOf(text: string): string[] {
  return [...new Set(text.split(/\s+/).filter((scope) => scope.length > 0))];
}
