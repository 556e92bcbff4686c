import type { Failure } from "../bindings/Failure";
import type { FailureCode } from "../bindings/FailureCode";

/** How loud a failure is: red only for what was refused for safety or is broken, not for "you said no". */
export type Tone = "neutral" | "warn" | "bad";

type FailureWords = { tone: Tone; title: (provider: string) => string };

const words = (tone: Tone, title: string | ((provider: string) => string)): FailureWords => ({
  tone,
  title: typeof title === "string" ? () => title : title,
});

const FAILURES: Record<FailureCode, FailureWords> = {
  internal: words("bad", "Something went wrong inside Keybelt"),
  usage: words("neutral", "That does not fit together"),
  invalid_profile: words("warn", "The settings do not fit together"),
  not_found: words("neutral", "It is no longer there"),
  already_exists: words("neutral", "That name is taken"),
  route_unavailable: words("warn", "That way is not open here"),
  not_refreshable: words("neutral", "There is no refresh token"),
  revocation_unsupported: words("neutral", (provider) => `${provider} has nowhere to take access back`),
  token_bound: words("neutral", "This token cannot be handed out"),
  needs_relink: words("bad", (provider) => `${provider} no longer honours this link`),
  access_denied: words("neutral", "You did not allow access"),
  cancelled: words("neutral", "You stopped it"),
  timed_out: words("neutral", "No answer came in time"),
  vault_locked: words("neutral", "Your vault is locked"),
  wrong_passphrase: words("neutral", "That is not the passphrase"),
  key_missing: words("bad", "The key to your vault is gone"),
  vault_damaged: words("bad", "Your vault is damaged"),
  vault_permissions: words("bad", "Others can read your vault"),
  vault_newer: words("warn", "A newer Keybelt wrote this vault"),
  vault_read_only: words("warn", "Your vault cannot be written to"),
  vault_busy: words("warn", "Another program holds your vault"),
  keyring_unavailable: words("warn", "No keyring answers"),
  disk_full: words("warn", "The disk is full"),
  network: words("warn", (provider) => `${provider} does not answer`),
  provider_unavailable: words("warn", (provider) => `${provider} cannot answer now`),
  rate_limited: words("warn", (provider) => `${provider} asks to wait`),
  provider_error: words("warn", (provider) => `${provider} refused the request`),
  invalid_response: words("bad", (provider) => `The answer of ${provider} cannot be used`),
  invalid_metadata: words("bad", (provider) => `The metadata of ${provider} cannot be used`),
  invalid_id_token: words("bad", "The identity check failed"),
  state_mismatch: words("bad", "Refused for safety"),
  issuer_mismatch: words("bad", "Refused for safety"),
  subject_mismatch: words("bad", "Another person signed in"),
  insecure_endpoint: words("bad", "Refused for safety"),
};

/**
 * The headline and tone of a failure, and what follows below: its own message and hint, or what says it better here.
 * What was begun `elsewhere`, on the command line, is not to be begun again in this window.
 */
export function failureWords(
  { code, message, hint }: Failure,
  provider: string,
  elsewhere = false,
): { tone: Tone; title: string; lead: string; hint: string | null } {
  const { tone, title } = FAILURES[code] ?? FAILURES.internal;
  const better = LEADS[code]?.(provider, elsewhere);
  const said = better === undefined ? { lead: message, hint } : { lead: better, hint: null };
  return { tone, title: title(provider), ...said };
}

/** What says it better here than the message, which the command line has too. */
const LEADS: Partial<Record<FailureCode, (provider: string, elsewhere: boolean) => string>> = {
  access_denied: (provider, elsewhere) =>
    `${provider} says access was refused, so nothing was linked and nothing was stored. If that was not what you wanted, ${elsewhere ? "link again where you began" : "try again"}.`,
  state_mismatch: (_, elsewhere) =>
    `The answer did not belong to the authorization you started. Someone may have slipped you a link, or an old browser tab answered. Nothing was stored; start again ${elsewhere ? "where you began" : "from here"}.`,
};
