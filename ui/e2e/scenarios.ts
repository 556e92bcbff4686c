import type { Account } from "../src/bindings/Account";
import type { ApiResponse } from "../src/bindings/ApiResponse";
import type { CheckRecord } from "../src/bindings/CheckRecord";
import type { Failure } from "../src/bindings/Failure";
import type { HeldAgainst } from "../src/bindings/HeldAgainst";
import type { Inspection } from "../src/bindings/Inspection";
import type { KnownKeys } from "../src/bindings/KnownKeys";
import type { LogEntry } from "../src/bindings/LogEntry";
import type { Output } from "../src/bindings/Output";
import type { Pasted } from "../src/bindings/Pasted";
import type { Profile } from "../src/bindings/Profile";
import type { ProviderSummary } from "../src/bindings/ProviderSummary";
import type { Setting } from "../src/bindings/Setting";
import type { Scenario } from "./fakeRust";

const now = Math.floor(Date.now() / 1000);
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** An account that is well, but for what is said. */
export function account(name: string, parts: Partial<Account> = {}): Account {
  return {
    name,
    profile: name.split("/")[0] ?? name,
    provider: null,
    protocol: "oidc",
    issuer: "https://id.tidewater.example",
    subject: "117402983650027441906",
    display_name: "Mira Okafor",
    email: "mira.okafor@example.com",
    picture: null,
    scopes: ["email", "offline_access", "openid", "profile", "repo:read"],
    token_type: "Bearer",
    linked_at: now - 40 * DAY,
    obtained_at: now - 24 * MINUTE,
    expires_at: now + 36 * MINUTE,
    next_refresh_at: now + 23 * MINUTE,
    refreshable: true,
    status: "fresh",
    last_error: null,
    grant_expires_at: null,
    grant_expiry_source: null,
    ...parts,
  };
}

const LONG =
  "Wilhelmina Featherstonehaugh-Cholmondeley of the Tidewater Research Station at Harbour Point North";

/** One account of each standing. */
export const mixed: Account[] = [
  account("dropbox/mira.okafor-example.com", {
    email: "mira.okafor@example.com",
    status: "needs_relink",
    last_error: {
      code: "needs_relink",
      message: "The provider no longer accepts this link (invalid_grant).",
      at: now - DAY,
    },
  }),
  account("linkedin/mira.okafor-example.com", {
    status: "expiring",
    refreshable: false,
    next_refresh_at: null,
    obtained_at: now - 54 * DAY,
    expires_at: now + 6 * DAY + HOUR,
  }),
  account("practice/ada-practice.example", {
    provider: "practice",
    display_name: "Ada Practice",
    email: "ada@practice.example",
    issuer: "http://127.0.0.1:4180",
  }),
  account("tidewater/mira.okafor-example.com", {
    grant_expires_at: now + 90 * DAY,
    grant_expiry_source: "provider",
    next_refresh_at: now + 31 * MINUTE,
  }),
  account("microsoft/mira.okafor-example.com", {
    status: "retrying",
    last_error: { code: "network", message: "login.example cannot be reached.", at: now - 20 * MINUTE },
    next_refresh_at: now + 2 * MINUTE,
  }),
  account("research-station-harbour-point-north/wilhelmina", {
    display_name: LONG,
    email: "wilhelmina.featherstonehaugh-cholmondeley@field-operations.research.tidewater.example",
    next_refresh_at: now + 4 * MINUTE,
  }),
  account("github/mira-okafor", {
    protocol: "oauth2",
    issuer: null,
    display_name: "mira-okafor",
    email: null,
    expires_at: null,
    next_refresh_at: null,
    refreshable: false,
  }),
  account("flickr/okafor_pictures", {
    protocol: "oauth1",
    issuer: null,
    subject: "41258641@N03",
    display_name: "okafor_pictures",
    email: null,
    scopes: [],
    token_type: null,
    expires_at: null,
    next_refresh_at: null,
    refreshable: false,
  }),
];

/** Very many accounts. */
export function many(count: number): Account[] {
  return Array.from({ length: count }, (_, at) =>
    account(`research/person-${String(at).padStart(5, "0")}`, {
      email: `person-${at}@research.tidewater.example`,
      display_name: `Person ${at}`,
      next_refresh_at: now + (2 + (at % 50)) * MINUTE,
      ...(at % 100 === 7 ? { status: "needs_relink" as const, last_error: null } : {}),
    }),
  );
}

const check = (name: string, outcome: CheckRecord["outcome"], detail: string): CheckRecord => ({
  check: name,
  outcome,
  detail,
});

const checks = [
  check("format", "pass", "three parts, 1184 bytes"),
  check("crit", "pass", "no critical header"),
  check("typ", "pass", "JWT"),
  check("decryption", "skip", "the token is not encrypted"),
  check("alg", "pass", "RS256, which this registration accepts"),
  check("key", "pass", "key 6f7254101f of the issuer"),
  check("signature", "pass", "RS256 holds"),
  check("claims", "pass", "a JSON object without duplicates"),
  check("iss", "pass", "https://id.tidewater.example, as expected"),
  check("sub", "pass", "there, 21 characters"),
  check("aud", "pass", "this client registration, alone"),
  check("azp", "skip", "not there, and one audience"),
  check("exp", "pass", "in 36 min"),
  check("iat", "pass", "24 min ago"),
  check("nbf", "skip", "not there"),
  check("nonce", "pass", "the one that was sent"),
  check("auth_time", "skip", "no max_age was asked for"),
  check("acr", "skip", "no acr was asked for"),
  check("at_hash", "pass", "fits the access token"),
  check("c_hash", "skip", "not there"),
];

const line = (
  ago: number,
  account: string | null,
  event: string,
  receiver: string | null = null,
  via: string | null = null,
): LogEntry => ({ at: now - ago, account, event, receiver, via });

const TIDEWATER = "tidewater/mira.okafor-example.com";
const MICROSOFT = "microsoft/mira.okafor-example.com";

/** What happened in a vault that is much used; oldest first, as Rust tells it. */
export const eventful: LogEntry[] = [
  line(400 * DAY, TIDEWATER, "linked", null, "webview"),
  line(40 * DAY, null, "handed_over", "stdout", "profile:tidewater"),
  line(9 * DAY, "gone/somebody", "unlinked"),
  line(9 * DAY, "gone/somebody", "revoked"),
  line(3 * DAY, null, "backed_up", "/home/mira/keybelt.backup"),
  line(
    3 * DAY - HOUR,
    TIDEWATER,
    "delivery_failed",
    `/media/${"instruments/".repeat(9)}token.json`,
    "not_written",
  ),
  line(2 * DAY, "research-station-harbour-point-north/wilhelmina", "handed_over", "<b>git</b>\u202e", "exec"),
  line(DAY, MICROSOFT, "refresh_failed", null, "network"),
  line(DAY - 60, MICROSOFT, "refresh_failed", null, "network"),
  line(DAY - 120, MICROSOFT, "refreshed"),
  line(20 * MINUTE, TIDEWATER, "delivered", "rclone", "output:stdin"),
  line(9 * MINUTE, TIDEWATER, "handed_over", "git.tidewater.example", "request"),
  line(5 * MINUTE, TIDEWATER, "renamed", null, "tidewater/old-name"),
  line(2 * MINUTE, TIDEWATER, "handed_over", "git", "exec"),
  line(MINUTE, TIDEWATER, "handed_over", "git", "exec"),
  line(30, "github/mira-okafor", "handed_over", "clipboard", "copy"),
];

/** As many lines as a vault of some years has. */
export function longLog(count: number): LogEntry[] {
  return Array.from({ length: count }, (_, at) => {
    const ago = (count - at) * 20 * MINUTE;
    return at % 97 === 3
      ? line(ago, MICROSOFT, "refresh_failed", null, "network")
      : line(ago, TIDEWATER, "handed_over", at % 2 ? "git" : "rclone", "exec");
  });
}

const setting = (value: unknown, layer: Setting["layer"], overrides: unknown = null): Setting => ({
  value,
  layer,
  overrides,
});

const tidewater: Profile = {
  name: "tidewater",
  provider: null,
  protocol: "oidc",
  redirect_uris: ["app.keybelt:/callback/tidewater", "http://127.0.0.1/callback/tidewater"],
  routes: ["webview", "browser", "manual"],
  settings: {
    access_token_url: setting("https://id.tidewater.example/oauth/token", "metadata"),
    authorize_url: setting("https://id.tidewater.example/oauth/authorize", "metadata"),
    client_id: setting("7b1f0c94e2a84d0d9c53", "profile"),
    "client_kwargs.scope": setting("openid profile email offline_access", "profile", "openid"),
    "client_kwargs.code_challenge_method": setting("S256", "default"),
    client_secret: setting("set", "profile"),
    issuer: setting("https://id.tidewater.example", "profile"),
    revocation_endpoint: setting("https://id.tidewater.example/oauth/revoke", "metadata"),
  },
};

/** A profile that says no more than this. */
export function profile(name: string, parts: Partial<Profile> = {}): Profile {
  return {
    ...tidewater,
    name,
    redirect_uris: [`app.keybelt:/callback/${name}`, `http://127.0.0.1/callback/${name}`],
    ...parts,
  };
}

/** Profiles of every protocol, one with all lengths. */
const registered: Profile[] = [
  tidewater,
  profile("flickr", {
    protocol: "oauth1",
    redirect_uris: ["oob"],
    routes: ["manual"],
    settings: {
      client_id: setting("b5e0c1aa02ff", "profile"),
      client_secret: setting("set", "profile"),
      request_token_url: setting("https://photos.example/oauth/request_token", "profile"),
      authorize_url: setting("https://photos.example/oauth/authorize", "profile"),
      access_token_url: setting("https://photos.example/oauth/access_token", "profile"),
      protocol: setting("oauth1", "default"),
      "client_kwargs.signature_method": setting("HMAC-SHA1", "default"),
      "userinfo_map.preferred_username": setting("/login", "profile"),
      "userinfo_map.sub": setting("/id", "profile"),
    },
  }),
  profile("github", {
    protocol: "oauth2",
    settings: {
      client_id: setting("Iv23li9wQ4TzPd0c", "profile"),
      client_secret: setting("not set", "default"),
      authorize_url: setting("https://github.example/login/oauth/authorize", "catalogue"),
      access_token_url: setting("https://github.example/login/oauth/access_token", "catalogue"),
      "client_kwargs.code_challenge_method": setting("none", "profile", "S256"),
      "userinfo_map.preferred_username": setting("/login", "catalogue"),
    },
  }),
  profile("practice", {
    provider: "practice",
    settings: {
      client_id: setting("keybelt-practice", "catalogue"),
      client_secret: setting("not set", "default"),
      issuer: setting("http://127.0.0.1:4180", "catalogue"),
    },
  }),
  profile("research-station-harbour-point-north-field-operations-unit-12-a", {
    settings: {
      ...tidewater.settings,
      client_id: setting("407408718192-t1de0f1c2b3a4d5e6f708192a3b4c5d6.apps.tidewater.example", "profile"),
      issuer: setting("https://id.research.tidewater.example/realms/field-operations", "profile"),
    },
  }),
];

/** Very many profiles. */
export function manyProfiles(count: number): Profile[] {
  return Array.from({ length: count }, (_, at) => profile(`client-${String(at).padStart(3, "0")}`));
}

const provider = (
  id: string,
  name: string,
  protocol: ProviderSummary["protocol"],
  category: string,
): ProviderSummary => ({ id, name, protocol, category });

/** As many as a first catalogue has, of every protocol. */
const catalogue: ProviderSummary[] = [
  provider("practice", "Practice provider", "oidc", "practice"),
  provider("practice-oauth1", "Practice provider, OAuth 1.0a", "oauth1", "practice"),
  provider("gitlab", "GitLab", "oidc", "developer"),
  provider("codeberg", "Codeberg", "oidc", "developer"),
  provider("dropbox", "Dropbox", "oauth2", "storage"),
  provider("google", "Google", "oidc", "identity"),
  provider("harvest", "Harvest", "oauth2", "work"),
  provider("discogs", "Discogs", "oauth1", "music-video"),
  provider("keycloak", "Keycloak", "oidc", "identity"),
  provider("linear", "Linear", "oauth2", "work"),
  provider("mastodon", "Mastodon", "oauth2", "social"),
  provider("fastmail", "Fastmail", "oauth2", "mail-calendar"),
  provider("strava", "Strava", "oauth2", "fitness-health"),
  provider("tumblr", "Tumblr", "oauth1", "social"),
];

/** As many as the whole catalogue has. */
export function manyProviders(count: number): ProviderSummary[] {
  const categories = ["developer", "work", "social", "storage", "identity", "finance"];
  return Array.from({ length: count }, (_, at) =>
    provider(`provider-${at}`, `Provider ${at}`, "oauth2", categories[at % categories.length] ?? "other"),
  );
}

/** A window with these accounts. */
export function scenario(parts: Partial<Scenario> = {}): Scenario {
  return {
    vault: {
      path: "/home/mira/.local/share/keybelt/vault.db",
      key_source: "keyring",
      locked: false,
      version: 1,
      accounts: 7,
    },
    accounts: mixed,
    evidence: {
      claims: {
        iss: "https://id.tidewater.example",
        aud: "7b1f0c94e2a84d0d9c53",
        sub: "117402983650027441906",
        email: "mira.okafor@example.com",
        email_verified: true,
        name: "Mira Okafor",
        nonce: "n-0S6_WzA2Mj",
        at_hash: "kQ3mC0b7yV1xP9hT4sJd8n",
        iat: now - 24 * MINUTE,
        exp: now + 36 * MINUTE,
      },
      userinfo: {
        sub: "117402983650027441906",
        name: "Mira Okafor",
        groups: [
          "field-lab",
          "tide-gauges",
          "vessel-anna-marie",
          "station-12-north",
          "publications",
          "x",
          "y",
        ],
        note: `<img src=x onerror=alert(1)> \u202eevil ${"long ".repeat(60)}`,
      },
      checks,
      checked_at: now - 24 * MINUTE,
      used_by: [
        { receiver: "git", via: "exec", last: now - MINUTE, times: 12 },
        { receiver: "/home/mira/notes/token.json", via: "export:json", last: now - 3 * DAY, times: 1 },
        { receiver: "git.tidewater.example", via: "request", last: now - 2 * MINUTE, times: 3 },
        { receiver: "clipboard", via: "clipboard", last: now - 3 * DAY, times: 1 },
      ],
    },
    told: {
      login: "mira-okafor",
      id: 583_231,
      avatar_url: "https://img.example.net/u/583231?v=4",
      name: "Mira Okafor",
      company: null,
      two_factor_authentication: true,
      created_at: "2011-01-25T18:44:36Z",
      plan: { name: "pro", seats: 4 },
    },
    log: [
      {
        at: now - MINUTE,
        account: "tidewater/mira.okafor-example.com",
        event: "handed_over",
        receiver: "git",
        via: "exec",
      },
      {
        at: now - 24 * MINUTE,
        account: "tidewater/mira.okafor-example.com",
        event: "refreshed",
        receiver: null,
        via: null,
      },
      ...Array.from({ length: 9 }, (_, at) => ({
        at: now - DAY - at * HOUR,
        account: "tidewater/mira.okafor-example.com",
        event: "refreshed",
        receiver: null,
        via: null,
      })),
      {
        at: now - 3 * DAY,
        account: "tidewater/mira.okafor-example.com",
        event: "refresh_failed",
        receiver: null,
        via: "network",
      },
      {
        at: now - 40 * DAY,
        account: "tidewater/mira.okafor-example.com",
        event: "linked",
        receiver: null,
        via: "webview",
      },
    ],
    outputs: [],
    publicKey: `-----BEGIN PUBLIC KEY-----\n${"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAt5M0cLx1o2v4kZ9Qb7dp\n".repeat(6)}-----END PUBLIC KEY-----\n`,
    recipes: [
      {
        id: "exec",
        title: "A command",
        summary: "Runs one command with a fresh token in its environment.",
        exposure: "nothing_on_disk",
        steps: [
          {
            text: "Run your command in this way; it finds the token in KEYBELT_TOKEN:",
            command: "keybelt exec tidewater/mira.okafor-example.com -- ./backup.py",
          },
        ],
        last_asked_at: now - MINUTE,
      },
      {
        id: "curl",
        title: "curl",
        summary: "Gives curl the header through its standard input, so that it stands in no argument list.",
        exposure: "nothing_on_disk",
        steps: [
          {
            text: "Call the API:",
            command:
              "keybelt export tidewater/mira.okafor-example.com --to curl | curl -K - https://api.example.com/",
          },
        ],
        last_asked_at: null,
      },
      {
        id: "env",
        title: "A shell",
        summary: "Sets KEYBELT_TOKEN in the shell that you are in.",
        exposure: "nothing_on_disk",
        steps: [
          {
            text: "Set the variable:",
            command:
              'eval "$(keybelt export tidewater/mira.okafor-example.com --to env)"; export KEYBELT_TOKEN',
          },
        ],
        last_asked_at: null,
      },
      {
        id: "json",
        title: "A script",
        summary: "Prints the token with its type, expiry and scopes as one JSON document.",
        exposure: "nothing_on_disk",
        steps: [{ text: "Print it:", command: "keybelt export tidewater/mira.okafor-example.com --to json" }],
        last_asked_at: null,
      },
      {
        id: "file",
        title: "A file",
        summary: "For a program that reads its token from a file and cannot ask Keybelt for it.",
        exposure: "token_in_file",
        steps: [
          {
            text: "Write it once:",
            command: "keybelt export tidewater/mira.okafor-example.com --to json --output token.json",
          },
        ],
        last_asked_at: null,
      },
    ],
    profiles: registered,
    renamed: [],
    settings: [
      { key: "client_id", form: { kind: "text" }, only: null },
      { key: "client_secret", form: { kind: "secret" }, only: null },
      { key: "access_token_url", form: { kind: "address" }, only: null },
      { key: "authorize_url", form: { kind: "address" }, only: null },
      { key: "authorize_params", form: { kind: "members" }, only: null },
      { key: "api_base_url", form: { kind: "address" }, only: null },
      { key: "request_token_url", form: { kind: "address" }, only: "oauth1" },
      { key: "issuer", form: { kind: "text" }, only: "oauth2" },
      { key: "revocation_endpoint", form: { kind: "address" }, only: "oauth2" },
      { key: "hosts", form: { kind: "json" }, only: null },
      { key: "client_kwargs.scope", form: { kind: "text" }, only: "oauth2" },
      {
        key: "client_kwargs.code_challenge_method",
        form: { kind: "one_of", words: ["S256", "plain", "none"] },
        only: "oauth2",
      },
      { key: "client_kwargs.body_hash", form: { kind: "flag" }, only: "oauth1" },
    ],
    providers: catalogue,
    discovered: {
      issuer: "https://id.example.org",
      server_metadata_url: "https://id.example.org/.well-known/openid-configuration",
      openid: true,
      scopes_supported: ["openid", "profile", "email", "offline_access", "repo:read"],
      other_hosts: ["keys.example.net"],
    },
    pasted: pastedToken(),
    apiBase: "https://git.tidewater.example/api/v4/",
    response: response(),
    bar: {
      profile: "tidewater",
      provider: "Tidewater",
      origin_prefix: "id.research.",
      origin_domain: "tidewater.example",
      origin_suffix: ":8443",
      connection: "secure",
      scopes: ["openid", "email", "repo:read"],
      practice: false,
    },
    layout: { list_width: null, order: "need" },
    preferences: { theme: "system", text_size: "standard", sign_in: "webview" },
    passphrase: "correct horse",
    refused: {},
    silent: [],
    ...parts,
  };
}

const PROJECT = JSON.stringify({
  id: 40118,
  name: "field-notes",
  path_with_namespace: "oak-and-tide/field-notes",
  description: "Tide tables, birds, weather",
  visibility: "private",
  star_count: 12,
  archived: false,
  last_activity_at: "2026-11-24T09:41:16Z",
  namespace: { kind: "group", full_path: "oak-and-tide" },
  permissions: null,
});

/** An answer of an API, but for what is said. */
export function response(parts: Partial<ApiResponse> = {}): ApiResponse {
  return {
    id: 1,
    status: 200,
    reason: "OK",
    host: "git.tidewater.example",
    headers: [
      ["cache-control", "max-age=0, private, must-revalidate"],
      ["content-type", "application/json"],
      ["date", "Tue, 24 Nov 2026 14:41:16 GMT"],
      ["etag", 'W/"b1a0f6d3c7"'],
      ["x-request-id", "01JDFQ8M7T2S0Z5R9V4K6W3XYN"],
    ],
    body: { kind: "text", text: PROJECT },
    bytes: 1893,
    millis: 184,
    unfollowed: null,
    not_renewed: null,
    may_refresh: false,
    ...parts,
  };
}

/** The token that is pasted, in its three parts; nothing in the browser reads more of it than its dots. */
export const TOKEN = [
  "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InRkdy0yMDI2LTA5In0",
  "eyJpc3MiOiJodHRwczovL2lkLnRpZGV3YXRlci5leGFtcGxlIiwic3ViIjoiZjo3YzFlOndmYyIsImF1ZCI6IjdiMWYwYzk0ZTJhODRkMGQ5YzUz".repeat(
    3,
  ),
  "kQ3mC0b7yV1xP9hT4sJd8nRwLz6uA2eF5gYoBqXiKcMvDtHlNpSrWjUaZfEbGxOy1I7QkT3mV9sC5hJ0dRnLwPz8uA6eF2gYoBqXiKcMvDtHlNpSrWjUaZfEbGx",
].join(".");

const judged = (outcomes: Record<string, [CheckRecord["outcome"], string]>): CheckRecord[] =>
  checks.map(({ check: name }) => {
    const [outcome, detail] = outcomes[name] ?? ["skip", "nothing was said to compare with"];
    return { check: name, outcome, detail };
  });

/** A token that has expired, of the profile `tidewater`, whose keys are here. */
export function pastedToken(parts: Partial<Inspection> = {}): Scenario["pasted"] {
  const alone = {
    format: ["pass", "three parts: a signed token"],
    crit: ["pass", "no extension is critical"],
    typ: ["pass", "JWT"],
    alg: ["pass", "RS256"],
    key: ["skip", "no source of keys was given"],
    signature: ["skip", "no source of keys was given"],
    claims: ["pass", "iss, sub, aud, exp and iat are there"],
    sub: ["pass", "f:7c1e:wfc"],
    exp: ["fail", "it ended 3720 s ago"],
    iat: ["pass", "2 h ago"],
  } satisfies Record<string, [CheckRecord["outcome"], string]>;
  const inspection: Inspection = {
    header: { alg: "RS256", typ: "JWT", kid: "tdw-2026-09" },
    claims: {
      iss: "https://id.tidewater.example",
      sub: "f:7c1e:wfc",
      aud: "7b1f0c94e2a84d0d9c53",
      exp: now - 62 * MINUTE,
      iat: now - 2 * HOUR,
      name: LONG,
      groups: ["field-lab", "tide-gauges"],
      note: `<img src=x onerror=alert(1)> \u202eevil ${"long ".repeat(60)}`,
    },
    checks: judged(alone),
    verdict: "fail",
    ...parts,
  };
  const against = (keys: KnownKeys): HeldAgainst => ({
    profile: "tidewater",
    keys,
    server: "id.tidewater.example",
  });
  const signed: Inspection = {
    ...inspection,
    checks: judged({
      ...alone,
      key: ["pass", "1 may have signed (kid tdw-2026-09); 2 usable"],
      signature: ["pass", "RS256 holds"],
      iss: ["pass", "https://id.tidewater.example"],
      aud: ["pass", "has 7b1f0c94e2a84d0d9c53"],
    }),
    verdict: "expired",
    ...parts,
  };
  return {
    alone: { kind: "token", inspection, against: null },
    held: { kind: "token", inspection: signed, against: against({ kind: "read", at: now - 5 * HOUR }) },
    fetched: { kind: "token", inspection: signed, against: against({ kind: "read", at: now }) },
  };
}

/** Anything else that is pasted. */
export const pastedOther = (pasted: Pasted): Scenario["pasted"] => ({
  alone: pasted,
  held: pasted,
  fetched: pasted,
});

/** A window before there is a vault. */
export const fresh = (parts: Partial<Scenario> = {}): Scenario =>
  scenario({
    vault: {
      path: "/home/mira/.local/share/keybelt/vault.db",
      key_source: null,
      locked: false,
      version: null,
      accounts: null,
    },
    accounts: [],
    profiles: [],
    ...parts,
  });

/** A refusal. */
export const failure = (code: Failure["code"], message: string, hint: string): Failure => ({
  code,
  message,
  hint,
});

/** A file that is to be kept, and cannot be written any more. */
export const unwritable: Output = {
  id: 7,
  account: "tidewater/mira.okafor-example.com",
  kind: "file",
  command: [],
  token: null,
  timeout: null,
  file: "/media/field-station/instruments/tide-gauges/collector/credentials/tidewater.json",
  format: "json",
  added_at: now - 40 * DAY,
  delivered_at: now - 3 * DAY,
  seq: 12,
  pending: true,
  failed: {
    message: "/media/field-station/instruments could not be written: it is not there.",
    at: now - 60,
    times: 9,
    next_at: now + 300,
  },
};
