import type { ApiResponse } from "../src/bindings/ApiResponse";
import type { LinkStep } from "../src/bindings/LinkStep";
import type { Pasted } from "../src/bindings/Pasted";
import type { Window } from "./browser";
import type { Scenario } from "./fakeRust";
import {
  account,
  eventful,
  failure,
  fresh,
  longLog,
  many,
  manyProfiles,
  manyProviders,
  mixed,
  pastedOther,
  pastedToken,
  profile,
  response,
  scenario,
  TOKEN,
  unwritable,
} from "./scenarios";

/** A screen: what the other side holds, and the keys that lead there. */
export type Walk = { name: string; scenario: () => Scenario; walk: (window: Window) => Promise<void> };

const stay = async () => undefined;

/** The places of the sidebar, in their order. */
const PLACES = ["accounts", "activity", "inspector", "request", "profiles", "settings"] as const;

/** The keys that lead to one of them. */
export function placeKey(at: (typeof PLACES)[number]): string {
  return `Control+${PLACES.indexOf(at) + 1}`;
}

/** Puts the focus on an account in the list. */
export async function toAccount(window: Window, provider: string): Promise<void> {
  await window.page.getByRole("row").first().waitFor();
  await window.press("Control+f");
  await window.page.keyboard.type(`${provider}/`);
  // What was typed has to have taken hold: the row is there without it too, among others.
  await window.page.getByRole("row", { name: provider }).first().waitFor();
  await window.page.waitForFunction((sought) => {
    const cells = [...document.querySelectorAll("[role=row] > [role=gridcell]")];
    return cells.length > 0 && cells.every((cell) => cell.textContent?.includes(sought));
  }, provider);
  await window.press("ArrowDown");
  await window.page.getByRole("row", { name: provider }).and(window.page.locator(":focus")).waitFor();
  await window.press("Enter");
  await window.page.getByRole("heading", { name: provider, exact: true, level: 1 }).waitFor();
  await window.page.getByRole("tab", { name: "Identity" }).and(window.page.locator(":focus")).waitFor();
}

/** To the page where accounts are added, once the window is there. */
async function toAdd(window: Window): Promise<void> {
  await window.page.getByRole("row").first().waitFor();
  await window.press("Control+n");
  await window.page.getByRole("searchbox").and(window.page.locator(":focus")).waitFor();
}

/** Chooses what the search finds first. */
export async function chooseFirst(window: Window, query: string): Promise<void> {
  await window.page.keyboard.type(query);
  await window.page.getByRole("option").first().waitFor();
  await window.press("ArrowDown", "Enter");
}

/** A token whose signature does not hold. */
function tampered(): Scenario["pasted"] {
  const token = pastedToken();
  const { held } = token;
  if (held.kind !== "token") {
    return token;
  }
  const { checks } = held.inspection;
  const broken = checks.map((check) =>
    check.check === "signature"
      ? { ...check, outcome: "fail" as const, detail: "RS256 does not hold" }
      : check,
  );
  return { ...token, held: { ...held, inspection: { ...held.inspection, checks: broken, verdict: "fail" } } };
}

const KEYS: Pasted = {
  kind: "keys",
  keys: [
    {
      id: "tdw-2026-09",
      kind: "RSA",
      curve: null,
      algorithm: "RS256",
      usage: "sig",
      private: false,
      fault: null,
    },
    { id: null, kind: "EC", curve: "P-256", algorithm: null, usage: null, private: false, fault: null },
    {
      id: "seal",
      kind: "RSA",
      curve: null,
      algorithm: null,
      usage: "enc",
      private: false,
      fault: "not for verifying signatures",
    },
    {
      id: `\u202e${"key".repeat(30)}`,
      kind: "OKP",
      curve: "Ed448",
      algorithm: "EdDSA",
      usage: "sig",
      private: false,
      fault: "a kind of key that is not used here",
    },
  ],
};

export const ANSWER: Pasted = {
  kind: "answer",
  tokens: [
    { member: "access_token", readable: false },
    { member: "id_token", readable: true },
  ],
  members: { token_type: "Bearer", expires_in: 3600, scope: "openid email", session: { id: 7 } },
};

/** To the list of what happened. */
export async function toActivity(window: Window): Promise<void> {
  await window.page.getByRole("button", { name: "Activity" }).waitFor();
  await window.press(placeKey("activity"));
  await window.page.getByRole("main", { name: "Activity" }).waitFor();
}

/** To the inspector, and pastes this there by its button. */
export async function toInspector(window: Window, pasted: string | null = null): Promise<void> {
  await window.page.getByRole("button", { name: "Token inspector" }).waitFor();
  await window.press(placeKey("inspector"));
  const paste = window.page.getByRole("button", { name: "Paste", exact: true });
  await paste.and(window.page.locator(":focus")).waitFor();
  if (pasted !== null) {
    await window.page.evaluate((text) => navigator.clipboard.writeText(text), pasted);
    await window.press("Enter");
  }
}

/** To the settings. */
export async function toSettings(window: Window): Promise<void> {
  await window.page.getByRole("button", { name: "Settings" }).waitFor();
  await window.press("Control+,");
  await window.page.getByRole("heading", { name: "Settings" }).waitFor();
  await window.page.getByText("Key kept in").first().waitFor();
}

/** A vault that a passphrase opens. */
export const byPassphrase = (): Scenario => {
  const held = scenario();
  return { ...held, vault: { ...held.vault, key_source: "passphrase" } };
};

/** To the table of profiles, once the window is there. */
export async function toProfiles(window: Window): Promise<void> {
  await window.page.getByRole("button", { name: "Profiles" }).waitFor();
  await window.press(placeKey("profiles"));
  await window.page.getByText("Profiles", { exact: true }).nth(1).waitFor();
}

/** Opens a profile from the table. */
export async function toProfile(window: Window, name: string): Promise<void> {
  await toProfiles(window);
  const row = window.page.getByRole("row", { name: new RegExp(`^${name}`) });
  await row.waitFor();
  await window.tabTo(/^(Fl)?flickr/);
  // Letters lead to the row that begins with them.
  await window.page.keyboard.type(name.slice(0, 5));
  await row.and(window.page.locator(":focus")).waitFor();
  await window.press("Enter");
  await window.page.getByRole("heading", { name, level: 1 }).waitFor();
}

/** Opens a profile's page from its menu. */
export async function toMore(window: Window, name: string, item: string): Promise<void> {
  await toProfile(window, name);
  await window.tabTo("More for this profile");
  await window.press("Enter");
  await window.page.getByRole("menuitem", { name: item }).waitFor();
  await window.page.keyboard.type(item.slice(0, 3));
  await window.press("Enter");
}

/** Opens the dialog that imports. */
export async function toImport(window: Window): Promise<void> {
  await toProfiles(window);
  await window.tabTo("Import…");
  await window.press("Enter");
  await window.page.getByRole("dialog").waitFor();
}

/** A document with what is new, what is taken, and what is wrong. */
export const DOCUMENT = JSON.stringify({
  "gitlab-ci": {
    client_id: "ci",
    client_secret: "s3cr3t-ci",
    issuer: "https://gitlab.example",
    client_kwargs: { scope: "openid email" },
  },
  strava: { client_id: "st", client_secret: "s3cr3t-st" },
  flickr: { client_id: "fl", request_token_url: "https://f.example/r" },
  "zoom-studio": { client_id: "zo", acess_token_url: "https://z.example/token" },
});

/** Pastes it, and sees what would become of it. */
export async function toPreview(window: Window): Promise<void> {
  await toImport(window);
  await window.tabTo("Or paste it");
  await window.page.keyboard.insertText(DOCUMENT);
  await window.tabTo("See what it holds");
  await window.press("Enter");
  await window.page.getByText("4 profiles", { exact: false }).first().waitFor();
}

/** To the page where an API is asked, with an address typed. */
export async function toRequest(window: Window, address = ""): Promise<void> {
  await window.page.getByRole("row").first().waitFor();
  await window.press(placeKey("request"));
  await window.page.getByRole("heading", { name: "API request" }).waitFor();
  await window.page
    .getByLabel(/^Address/)
    .and(window.page.locator(":focus"))
    .waitFor();
  await window.page.keyboard.type(address);
}

/** Sends it, and waits for what comes back. */
async function sent(window: Window, seen: string): Promise<void> {
  await window.page.getByText(/In a terminal/).waitFor();
  await window.press("Control+Enter");
  await window.page.getByText(seen).first().waitFor();
}

/** A request that was sent, and what came of it. */
const asked = (name: string, parts: Partial<ApiResponse>, seen: string): Walk => ({
  name: `request-${name}`,
  scenario: () => scenario({ response: response(parts) }),
  walk: async (window) => {
    await toRequest(window, "projects/40118");
    await sent(window, seen);
  },
});

/** From the chosen tab to another. */
export async function toTab(window: Window, name: string): Promise<void> {
  const tab = window.page.getByRole("tab", { name });
  await tab.waitFor();
  for (let step = 0; step < 6 && (await tab.getAttribute("aria-selected")) !== "true"; step += 1) {
    await window.press("Control+Tab");
    await window.page.waitForTimeout(20);
  }
}

/** Starts linking through the profile that is there. */
export async function startLink(window: Window, route?: string): Promise<void> {
  await toAdd(window);
  await chooseFirst(window, "tidewater");
  await window.page.getByRole("dialog").waitFor();
  if (route) {
    await window.tabTo("Embedded window");
    await window.press("ArrowRight");
    if (route === "manual") {
      await window.press("ArrowRight");
    }
    await window.press("Space");
  }
  await window.tabTo("Link account");
  await window.press("Enter");
  await window.page.getByText(route === "manual" ? "Bring back the address" : /waiting for you, /).waitFor();
}

/** Starts linking where the provider shows a number. */
export async function startPin(window: Window): Promise<void> {
  await toProfile(window, "flickr");
  await window.tabTo("Link account");
  await window.press("Enter");
  await window.page.getByText("Type the number photos.example shows").waitFor();
}

/** An authorization comes to this. */
export async function comesTo(window: Window, step: LinkStep): Promise<void> {
  await window.emit("link_progress", { id: 1, profile: "tidewater", step });
}

const linkedAccount = account("tidewater/mira.okafor-example.com");
const asked_scopes = ["email", "offline_access", "openid", "profile", "repo:read", "calendar"];

/** It stands. */
export const LINKED: LinkStep = { step: "linked", account: linkedAccount, asked_scopes };

/** It was refused. */
export const refusal = (...said: Parameters<typeof failure>): LinkStep => ({
  step: "failed",
  failure: failure(...said),
});

/** A provider that shows its pages in no embedded browser. */
export function refusingEmbedded(): Scenario {
  // What every scenario shares stays as it is.
  const held = structuredClone(scenario());
  const quirk = { value: "refused", layer: "catalogue", overrides: null } as const;
  const tidewater = held.profiles.find(({ name }) => name === "tidewater");
  if (tidewater) {
    tidewater.settings = { ...tidewater.settings, "quirks.embedded_webview": quirk };
  }
  return held;
}

/** A consumer that signs with an RSA key, and has none yet. */
export function signingWithRsa(): Scenario {
  // What every scenario shares stays as it is.
  const held = structuredClone(scenario());
  const method = { value: "RSA-SHA1", layer: "profile", overrides: null } as const;
  const flickr = held.profiles.find(({ name }) => name === "flickr");
  if (flickr) {
    flickr.settings = { ...flickr.settings, "client_kwargs.signature_method": method };
  }
  return held;
}

/** To the hand-over that puts the token in a file. */
export async function toFile(window: Window): Promise<void> {
  await toAccount(window, "tidewater");
  await toTab(window, "Hand over");
  await window.tabTo("A command");
  await window.press("End");
  await window.page.getByText("Write it afresh at every refresh").waitFor();
}

/** And a file is kept fresh. */
async function toKeptFiles(window: Window): Promise<void> {
  await toFile(window);
  await window.tabTo("Choose a file…");
  await window.press("Enter");
  await window.page.getByText(/^Written (?!as)/).waitFor();
}

const tab = (name: string, provider = "tidewater"): Walk => ({
  name: `account-${name.toLowerCase().replace(" ", "-")}${provider === "tidewater" ? "" : `-${provider.slice(0, 12)}`}`,
  scenario,
  walk: async (window) => {
    await toAccount(window, provider);
    await toTab(window, name);
  },
});

const LOG = Array.from(
  { length: 1200 },
  (_, at) =>
    `2026-11-24T09:${String(at % 60).padStart(2, "0")}:16Z\ttide gauge ${at}\t${"calm ".repeat(at % 9)}`,
).join("\n");

const locked = (key_source: "keyring" | "passphrase") => () =>
  scenario({ vault: { ...scenario().vault, locked: true, key_source } });

const failed = (name: string, ...said: Parameters<typeof failure>): Walk => ({
  name,
  scenario,
  walk: async (window) => {
    await startLink(window);
    await comesTo(window, refusal(...said));
    await window.tabTo("Technical details");
    await window.press("Enter");
  },
});

/** Every screen of the window in every state that it has. */
export const WALKS: Walk[] = [
  { name: "first-launch", scenario: fresh, walk: stay },
  {
    name: "first-launch-passphrase",
    scenario: fresh,
    walk: async (window) => {
      await window.tabTo(/Use a passphrase/);
      await window.press("Enter");
    },
  },
  { name: "accounts", scenario, walk: async (window) => window.page.getByRole("row").first().waitFor() },
  { name: "accounts-none", scenario: () => scenario({ accounts: [] }), walk: stay },
  {
    name: "accounts-one",
    scenario: () => scenario({ accounts: [account("tidewater/mira.okafor-example.com")] }),
    walk: stay,
  },
  { name: "accounts-many", scenario: () => scenario({ accounts: many(10_000) }), walk: stay },
  {
    name: "accounts-loading",
    scenario: () => scenario({ silent: ["list_accounts"] }),
    walk: async (window) => window.page.getByLabel("Reading your accounts").waitFor(),
  },
  {
    name: "accounts-refused",
    scenario: () =>
      scenario({
        refused: {
          list_accounts: failure(
            "vault_damaged",
            "A record does not open.",
            "Look with `keybelt vault check`.",
          ),
        },
      }),
    walk: async (window) => window.page.getByText("Your vault is damaged").waitFor(),
  },
  {
    name: "accounts-offline",
    scenario,
    walk: async (window) => {
      await toAccount(window, "tidewater");
      await window.page.context().setOffline(true);
      await window.page.getByText("refreshes when you are online again").waitFor();
    },
  },
  {
    name: "accounts-several",
    scenario,
    walk: async (window) => {
      await window.page.getByRole("row").first().waitFor();
      await window.page.locator("[data-account]").first().focus();
      await window.press("Shift+ArrowDown", "Shift+ArrowDown");
      await window.page.getByText("3 accounts chosen").waitFor();
    },
  },
  tab("Identity"),
  tab("Checks"),
  tab("Token"),
  tab("Hand over"),
  { name: "account-kept-file", scenario, walk: toKeptFiles },
  {
    name: "account-kept-file-failed",
    scenario: () => scenario({ outputs: [unwritable] }),
    walk: toFile,
  },
  tab("Used by"),
  {
    name: "account-unused",
    scenario: () => {
      const held = scenario();
      return { ...held, evidence: { ...held.evidence, used_by: [] } };
    },
    walk: async (window) => {
      await toAccount(window, "tidewater");
      await toTab(window, "Used by");
      await window.page.getByText("No tool uses this account yet").waitFor();
    },
  },
  tab("Activity"),
  tab("Token", "dropbox"),
  tab("Token", "linkedin"),
  tab("Identity", "research-station-harbour-point-north"),
  tab("Token", "github"),
  tab("Token", "microsoft"),
  tab("Identity", "github"),
  tab("Identity", "flickr"),
  tab("Token", "flickr"),
  {
    name: "unlink-oauth1",
    scenario,
    walk: async (window) => {
      await toAccount(window, "flickr");
      await window.press("Delete");
      await window.page.getByText("Remove Keybelt in your photos.example account").waitFor();
    },
  },
  {
    name: "pin",
    scenario,
    walk: async (window) => {
      await startPin(window);
      await window.tabTo("Number that photos.example shows");
      await window.page.keyboard.type("418 306 2");
    },
  },
  {
    name: "account-raw",
    scenario,
    walk: async (window) => {
      await toAccount(window, "tidewater");
      await window.tabTo("Explained");
      await window.press("ArrowRight", "Space");
      await window.page.getByText("ID token, claims").waitFor();
    },
  },
  {
    name: "account-unread",
    scenario: () =>
      scenario({
        refused: { show_account: failure("vault_busy", "Another process holds the vault.", "Try again.") },
      }),
    walk: async (window) => window.page.getByText("Another process holds the vault.").waitFor(),
  },
  {
    name: "account-menu",
    scenario,
    walk: async (window) => {
      await toAccount(window, "tidewater");
      await window.page.getByRole("button", { name: "More for this account" }).focus();
      await window.press("Enter");
      await window.page.getByRole("menu").waitFor();
    },
  },
  {
    name: "unlink",
    scenario,
    walk: async (window) => {
      await toAccount(window, "tidewater");
      await window.press("Delete");
      await window.page.getByRole("alertdialog").waitFor();
    },
  },
  {
    name: "rename",
    scenario,
    walk: async (window) => {
      await toAccount(window, "tidewater");
      await window.press("F2");
      await window.page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "copied",
    scenario,
    walk: async (window) => {
      await toAccount(window, "tidewater");
      await window.press("Control+k");
      await window.page.keyboard.type("copy access");
      await window.press("Enter");
      await window.tabTo("Copy for 30 seconds");
      await window.press("Enter");
      await window.page.getByText("Access token copied.").waitFor();
    },
  },
  {
    name: "palette",
    scenario,
    walk: async (window) => {
      await toAccount(window, "tidewater");
      await window.press("Control+k");
      await window.page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "palette-found",
    scenario,
    walk: async (window) => {
      await toAccount(window, "tidewater");
      await window.press("Control+k");
      await window.page.keyboard.type("git");
      await window.page.getByText("needs a client registration").first().waitFor();
    },
  },
  {
    name: "add",
    scenario,
    walk: async (window) => {
      await toAdd(window);
      await window.press("ArrowDown", "ArrowRight", "ArrowDown");
    },
  },
  {
    name: "add-category",
    scenario,
    walk: async (window) => {
      await toAdd(window);
      await window.tabTo(/^All/);
      await window.press("ArrowDown", "ArrowDown", "ArrowDown");
      await window.page.getByRole("radio", { name: /^Mail/, checked: true }).waitFor();
    },
  },
  {
    name: "add-found",
    scenario,
    walk: async (window) => {
      await toAdd(window);
      await window.page.keyboard.type("oauth 2");
      await window.page.getByRole("option", { name: /Strava/ }).waitFor();
    },
  },
  {
    name: "add-address",
    scenario,
    walk: async (window) => {
      await toAdd(window);
      await window.page.keyboard.type("https://gitlab.example/");
      await window.page.getByText("Ask this server how to sign in there").waitFor();
    },
  },
  {
    name: "add-nothing",
    scenario,
    walk: async (window) => {
      await toAdd(window);
      await window.page.keyboard.type("harbour login");
      await window.page.getByText("No provider called").waitFor();
    },
  },
  { name: "add-many", scenario: () => scenario({ providers: manyProviders(357) }), walk: toAdd },
  { name: "add-empty", scenario: () => scenario({ providers: [], profiles: [] }), walk: toAdd },
  {
    name: "add-loading",
    scenario: () => scenario({ silent: ["list_profiles"] }),
    walk: async (window) => {
      await window.page.getByRole("row").first().waitFor();
      await window.press("Control+n");
      await window.page.getByLabel("Reading what is ready").waitFor();
    },
  },
  {
    name: "add-issuer",
    scenario,
    walk: async (window) => {
      await toAdd(window);
      await window.tabTo(/^Use another/);
      await window.press("Enter");
      await window.page.getByLabel("Issuer or metadata URL").and(window.page.locator(":focus")).waitFor();
      await window.press("Enter");
      await window.page.getByText("Type or paste the address").waitFor();
    },
  },
  {
    name: "set-up",
    scenario,
    walk: async (window) => {
      await toAdd(window);
      await chooseFirst(window, "id.example.org");
      await window.page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "set-up-provider",
    scenario,
    walk: async (window) => {
      await toAdd(window);
      await chooseFirst(window, "gitlab");
      await window.page.getByRole("heading", { name: "Set up GitLab" }).waitFor();
    },
  },
  {
    name: "set-up-consumer",
    scenario,
    walk: async (window) => {
      await toAdd(window);
      await chooseFirst(window, "discogs");
      await window.page.getByRole("heading", { name: "Set up Discogs" }).waitFor();
      await window.tabTo("More settings");
      await window.press("Enter");
      await window.tabTo("HMAC-SHA1");
      await window.press("ArrowRight", "ArrowRight", "Space");
      await window.tabTo("Keybelt makes one");
      await window.press("ArrowRight", "Space");
      await window.page.getByLabel("Your private key").waitFor();
    },
  },
  ...(["oauth2", "oauth1"] as const).map(
    (spoken): Walk => ({
      name: `set-up-by-hand-${spoken}`,
      scenario,
      walk: async (window) => {
        await toAdd(window);
        await window.page.keyboard.type("harbour login");
        await window.tabTo(/^Fill in the addresses/);
        await window.press("Enter");
        await window.page.getByRole("dialog").waitFor();
        if (spoken === "oauth1") {
          await window.tabTo(/^OAuth 2, /);
          await window.press("ArrowRight", "Space");
          await window.page.getByLabel("Request token URL").waitFor();
        }
        await window.tabTo(spoken === "oauth1" ? "Consumer key" : "Client ID");
        await window.press("Enter");
        await window.page.getByText("The profile needs a name.").waitFor();
      },
    }),
  ),
  {
    name: "activity",
    scenario: () => scenario({ log: eventful }),
    walk: async (window) => {
      await toActivity(window);
      await window.page.getByText("Handed to", { exact: false }).first().waitFor();
    },
  },
  {
    name: "activity-many",
    scenario: () => scenario({ log: longLog(12_000) }),
    walk: async (window) => {
      await toActivity(window);
      await window.tabTo("All");
      await window.press("ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "Space");
      await window.press("/");
      await window.page.keyboard.type("microsoft network");
      await window.page.getByText("Could not be refreshed").first().waitFor();
    },
  },
  {
    name: "activity-none",
    scenario: () => scenario({ log: [] }),
    walk: async (window) => {
      await toActivity(window);
      await window.page.getByText("Nothing has happened yet").waitFor();
    },
  },
  { name: "inspector", scenario, walk: (window) => toInspector(window) },
  {
    name: "inspector-expired",
    scenario,
    walk: async (window) => {
      await toInspector(window, TOKEN);
      await window.page.getByText("Genuine, but no longer valid").waitFor();
      await window.tabTo(/^\d+ checks were not made/);
      await window.press("Enter");
    },
  },
  {
    name: "inspector-alone",
    scenario: () => scenario({ profiles: [] }),
    walk: async (window) => {
      await toInspector(window, TOKEN);
      await window.page.getByText("Not checked: no keys").waitFor();
    },
  },
  {
    name: "inspector-bad",
    scenario: () => scenario({ pasted: tampered() }),
    walk: async (window) => {
      await toInspector(window, TOKEN);
      await window.page.getByText("Do not trust this").waitFor();
      await window.tabTo("Fetch them afresh…");
      await window.press("Enter");
      await window.page.getByRole("alertdialog").waitFor();
    },
  },
  {
    name: "inspector-keys",
    scenario: () => scenario({ pasted: pastedOther(KEYS) }),
    walk: async (window) => {
      await toInspector(window, '{"keys": []}');
      await window.page.getByText("A set of 4 keys").waitFor();
    },
  },
  {
    name: "inspector-answer",
    scenario: () => scenario({ pasted: pastedOther(ANSWER) }),
    walk: async (window) => {
      await toInspector(
        window,
        JSON.stringify({ access_token: "2YotnFZFEjr1zCsicMWpAA", id_token: TOKEN }, null, 2),
      );
      await window.page.getByText("A token endpoint’s answer").waitFor();
    },
  },
  {
    name: "inspector-other",
    scenario: () => scenario({ pasted: pastedOther({ kind: "other", looks: "opaque" }) }),
    walk: async (window) => {
      await toInspector(window, "ya29.a0AfH6SMBx");
      await window.page.getByText("Not a JWT").waitFor();
    },
  },
  {
    name: "settings",
    scenario: () => ({ ...byPassphrase(), log: eventful }),
    walk: async (window) => {
      await toSettings(window);
      await window.page.getByText(/Last made/).waitFor();
    },
  },
  {
    name: "settings-largest",
    scenario,
    walk: async (window) => {
      await toSettings(window);
      await window.tabTo(/Text size/);
      await window.press("Enter", "End", "Enter");
      await window.page.waitForFunction(() => document.documentElement.dataset.text === "largest");
    },
  },
  {
    name: "settings-rekey",
    scenario: byPassphrase,
    walk: async (window) => {
      await toSettings(window);
      await window.tabTo("Change it…");
      await window.press("Enter");
      await window.page.getByLabel("Passphrase now").waitFor();
      await window.page.keyboard.type("wrong");
      await window.press("Tab");
      await window.page.keyboard.type("new");
      await window.press("Tab");
      await window.page.keyboard.type("new");
      await window.press("Enter");
      await window.page.getByText("That is not the passphrase.", { exact: false }).waitFor();
    },
  },
  {
    name: "settings-back-up",
    scenario,
    walk: async (window) => {
      await toSettings(window);
      await window.tabTo("Back up…");
      await window.press("Enter");
      await window.page.getByLabel("Passphrase of the backup").waitFor();
      await window.press("Enter");
      await window.page.getByText("Type a passphrase first.").waitFor();
    },
  },
  {
    name: "settings-restore",
    scenario: byPassphrase,
    walk: async (window) => {
      await toSettings(window);
      await window.tabTo("Restore…");
      await window.press("Enter");
      await window.page.getByRole("dialog").waitFor();
      await window.press("Enter");
      await window.page.getByText("keybelt-2026-11-02.backup", { exact: false }).waitFor();
      await window.press("Tab");
      await window.page.keyboard.type("correct horse");
      await window.press("Enter");
      await window.page.getByLabel("Passphrase of the vault from now on").waitFor();
    },
  },
  { name: "profiles", scenario, walk: toProfiles },
  {
    name: "profile-rsa-key",
    scenario: signingWithRsa,
    walk: async (window) => {
      await toProfile(window, "flickr");
      await window.tabTo("Make one");
      await window.press("Enter");
      await window.page.getByText("Public key, to register there").waitFor();
    },
  },
  {
    name: "profiles-none",
    scenario: () => scenario({ profiles: [] }),
    walk: async (window) => {
      await toProfiles(window);
      await window.page.getByText("No profiles").waitFor();
    },
  },
  { name: "profiles-one", scenario: () => scenario({ profiles: [profile("tidewater")] }), walk: toProfiles },
  {
    name: "profiles-many",
    scenario: () => scenario({ profiles: manyProfiles(120) }),
    walk: async (window) => {
      await toProfiles(window);
      await window.press("/");
      await window.page.keyboard.type("client-04");
      await window.page.getByText("10 of 120").waitFor();
    },
  },
  {
    name: "profiles-loading",
    scenario: () => scenario({ silent: ["list_profiles"] }),
    walk: async (window) => {
      await toProfiles(window);
      await window.page.getByLabel("Reading your profiles").waitFor();
    },
  },
  {
    name: "profiles-refused",
    scenario: () =>
      scenario({
        refused: {
          list_profiles: failure("vault_busy", "Another process holds the vault.", "Try again."),
        },
      }),
    walk: async (window) => {
      await toProfiles(window);
      await window.page.getByText("Another program holds your vault").waitFor();
    },
  },
  ...["tidewater", "flickr", "github", "research-station-harbour-point-north-field-operations-unit-12-a"].map(
    (name): Walk => ({
      name: `profile-${name.slice(0, 12)}`,
      scenario,
      walk: (window) => toProfile(window, name),
    }),
  ),
  {
    name: "profile-settings",
    scenario,
    walk: async (window) => {
      await toProfile(window, "tidewater");
      await window.tabTo(/^All settings/);
      await window.press("Enter");
      await window.page.getByText("instead of").first().waitFor();
    },
  },
  {
    name: "profile-settings-overridden",
    scenario,
    walk: async (window) => {
      await toProfile(window, "github");
      await window.tabTo(/^All settings/);
      await window.press("Enter");
      await window.tabTo(/^All \d/);
      await window.press("ArrowRight", "ArrowRight", "Space");
      await window.page.getByRole("radio", { name: "Overridden 1", checked: true }).waitFor();
    },
  },
  {
    name: "profile-setting",
    scenario,
    walk: async (window) => {
      await toProfile(window, "tidewater");
      await window.tabTo("Change what to ask for");
      await window.press("Enter");
      await window.page
        .getByLabel("New value of client_kwargs.scope")
        .and(window.page.locator(":focus"))
        .waitFor();
    },
  },
  {
    name: "profile-setting-choice",
    scenario,
    walk: async (window) => {
      await toProfile(window, "tidewater");
      await window.tabTo(/^All settings/);
      await window.press("Enter");
      await window.tabTo("Change client_kwargs.code_challenge_method");
      await window.press("Enter");
      await window.page.getByRole("radio", { name: "plain" }).waitFor();
    },
  },
  {
    name: "profile-setting-another",
    scenario,
    walk: async (window) => {
      await toProfile(window, "tidewater");
      await window.tabTo(/^All settings/);
      await window.press("Enter");
      await window.tabTo("Set another…");
      await window.press("Enter");
      await window.page.getByLabel("Setting", { exact: true }).and(window.page.locator(":focus")).waitFor();
      await window.page.keyboard.type("api_base_url");
      await window.page.getByLabel("New value of api_base_url").waitFor();
    },
  },
  {
    name: "profile-setting-refused",
    scenario,
    walk: async (window) => {
      await toProfile(window, "tidewater");
      await window.tabTo(/^All settings/);
      await window.press("Enter");
      await window.tabTo("Change issuer");
      await window.press("Enter", "Control+a");
      await window.page.keyboard.type("http://insecure.example");
      await window.press("Enter");
      await window.page.getByRole("alert").waitFor();
    },
  },
  {
    name: "profile-secret",
    scenario,
    walk: async (window) => {
      await toProfile(window, "tidewater");
      await window.tabTo("Replace the client secret");
      await window.press("Enter");
      await window.page.getByLabel("New client secret").waitFor();
    },
  },
  {
    name: "profile-menu",
    scenario,
    walk: async (window) => {
      await toProfile(window, "tidewater");
      await window.tabTo("More for this profile");
      await window.press("Enter");
      await window.page.getByRole("menu").waitFor();
    },
  },
  {
    name: "profile-rename",
    scenario,
    walk: async (window) => {
      await toMore(window, "tidewater", "Rename…");
      await window.page.getByLabel("Name of the profile").and(window.page.locator(":focus")).waitFor();
      await window.press("Control+a");
      await window.page.keyboard.type("flickr");
      await window.press("Enter");
      await window.page.getByText("There is a profile flickr already.").waitFor();
    },
  },
  {
    name: "profile-export",
    scenario,
    walk: async (window) => {
      await toMore(window, "tidewater", "Export…");
      await window.page.getByText("client_id", { exact: false }).first().waitFor();
    },
  },
  {
    name: "profiles-export",
    scenario,
    walk: async (window) => {
      await toProfiles(window);
      await window.tabTo("Export…");
      await window.press("Enter");
      await window.page.getByText("Export 5 profiles").waitFor();
      await window.page.getByText("client_id", { exact: false }).first().waitFor();
    },
  },
  { name: "import", scenario, walk: toImport },
  {
    name: "import-refused",
    scenario,
    walk: async (window) => {
      await toImport(window);
      await window.tabTo("Or paste it");
      await window.page.keyboard.type("{");
      await window.tabTo("See what it holds");
      await window.press("Enter");
      await window.page.getByRole("alert").waitFor();
    },
  },
  {
    name: "import-preview",
    scenario,
    walk: async (window) => {
      await toPreview(window);
      await window.tabTo("Sets 4 settings");
      await window.press("Enter");
    },
  },
  {
    name: "profile-remove",
    scenario,
    walk: async (window) => {
      await toProfile(window, "tidewater");
      await window.tabTo("Remove profile…");
      await window.press("Enter");
      await window.page.getByText("One account is linked through it", { exact: false }).waitFor();
    },
  },
  {
    name: "look-up-refused",
    scenario: () =>
      scenario({
        refused: { discover: failure("network", "id.example.org cannot be reached.", "Check the address.") },
      }),
    walk: async (window) => {
      await toAdd(window);
      await chooseFirst(window, "id.example.org");
      await window.page.getByRole("alert").waitFor();
    },
  },
  asked("answered", {}, "oak-and-tide/field-notes"),
  asked("text", { body: { kind: "text", text: LOG } }, "tide gauge"),
  asked("refused", { status: 401, reason: "Unauthorized", may_refresh: true }, "Refresh and send again"),
  asked(
    "not-renewed",
    {
      status: 401,
      reason: "Unauthorized",
      not_renewed: failure(
        "needs_relink",
        "The provider no longer accepts this link.",
        "Link the account again.",
      ),
    },
    "could not be refreshed",
  ),
  asked("large", { body: { kind: "too_large" }, bytes: 3_400_000 }, "Save to Downloads"),
  asked("binary", { body: { kind: "binary" }, bytes: 81_920 }, "Save to Downloads"),
  asked(
    "sent-on",
    { status: 302, reason: "Found", body: { kind: "empty" }, bytes: 0, unfollowed: "another_origin" },
    "did not follow",
  ),
  { name: "request", scenario, walk: async (window) => toRequest(window) },
  {
    name: "request-failed",
    scenario: () =>
      scenario({
        refused: {
          send_request: failure(
            "network",
            "git.tidewater.example cannot be reached.",
            "Check the connection.",
          ),
        },
      }),
    walk: async (window) => {
      await toRequest(window, "projects/40118");
      await sent(window, "cannot be reached");
    },
  },
  {
    name: "request-waiting",
    scenario: () => scenario({ silent: ["send_request"] }),
    walk: async (window) => {
      await toRequest(window, "projects/40118");
      await sent(window, "Waiting for an answer");
    },
  },
  {
    name: "request-fault",
    scenario,
    walk: async (window) => {
      await toRequest(window, "../admin");
      await window.page.getByText("The address cannot be asked for.").waitFor();
    },
  },
  {
    name: "request-no-api",
    scenario: () => scenario({ apiBase: null }),
    walk: async (window) => {
      await toRequest(window);
      await window.page
        .getByText(/names no API/)
        .first()
        .waitFor();
    },
  },
  {
    name: "request-no-account",
    scenario: () => scenario({ accounts: [], profiles: [] }),
    walk: async (window) => {
      await window.page.getByRole("button", { name: "API request" }).waitFor();
      await window.press(placeKey("request"));
      await window.page.getByText("There is no account whose API could be asked.").waitFor();
    },
  },
  {
    name: "request-other-host",
    scenario,
    walk: async (window) => {
      await toRequest(window, "https://uploads.example.net/files");
      await window.page.getByText("uploads.example.net").first().waitFor();
      await window.press("Control+Enter");
      await window.page.getByRole("alertdialog").waitFor();
    },
  },
  {
    name: "request-signed",
    scenario: () => scenario({ accounts: mixed.filter(({ protocol }) => protocol === "oauth1") }),
    walk: async (window) => {
      await toRequest(window, "people/self");
      await window.page.getByText(/Signs with HMAC-SHA1/).waitFor();
    },
  },
  {
    name: "request-response-headers",
    scenario,
    walk: async (window) => {
      await toRequest(window, "projects/40118");
      await sent(window, "oak-and-tide/field-notes");
      await window.tabTo(/^Response$/);
      await window.press("ArrowRight", "Enter");
      await window.page.getByText("x-request-id").waitFor();
    },
  },
  {
    name: "request-headers",
    scenario,
    walk: async (window) => {
      await toRequest(window, "projects/40118");
      await window.tabTo(/^Response$/);
      await window.press("ArrowRight", "ArrowRight", "Enter");
      await window.tabTo("Add a header");
      await window.press("Enter", "Enter");
      await window.page.getByLabel("Name of header 1").focus();
      await window.page.keyboard.type("X-Api-Version");
      await window.press("Tab");
      await window.page.keyboard.type("2");
    },
  },
  {
    name: "request-body",
    scenario,
    walk: async (window) => {
      await toRequest(window, "projects/40118/notes");
      await window.tabTo(/^Response$/);
      await window.press("ArrowRight", "ArrowRight", "ArrowRight", "Enter");
      await window.tabTo("Body text");
      await window.page.keyboard.type("title=High water/low water");
      await window.page.getByRole("button", { name: /POST/ }).waitFor();
    },
  },
  {
    name: "request-history",
    scenario,
    walk: async (window) => {
      await toRequest(window, "projects/40118");
      await sent(window, "oak-and-tide/field-notes");
      await window.page.getByRole("button", { name: "History" }).focus();
      await window.press("Enter");
      await window.page.getByRole("menu").waitFor();
    },
  },
  {
    name: "request-accounts",
    scenario: () => scenario({ accounts: many(10_000) }),
    walk: async (window) => {
      await toRequest(window);
      await window.page.getByRole("button", { name: /Account$/ }).focus();
      await window.press("Enter");
      await window.page.getByRole("listbox").waitFor();
      await window.page.keyboard.type("person-00042");
      await window.page.getByRole("option", { name: /person-00042/ }).waitFor();
      // The option that was pointed at before is gone with the others.
      await window.page.waitForFunction(() => {
        const pointed = document.activeElement?.getAttribute("aria-activedescendant");
        return !pointed || document.getElementById(pointed) !== null;
      });
    },
  },
  { name: "waiting", scenario, walk: async (window) => startLink(window) },
  { name: "waiting-browser", scenario, walk: async (window) => startLink(window, "browser") },
  { name: "waiting-refused", scenario: refusingEmbedded, walk: async (window) => startLink(window) },
  { name: "paste", scenario, walk: async (window) => startLink(window, "manual") },
  {
    name: "linked",
    scenario,
    walk: async (window) => {
      await startLink(window);
      await comesTo(window, LINKED);
      await window.page.getByText("You allowed 5 of 6").waitFor();
    },
  },
  failed("failed-denied", "access_denied", "Access was not allowed.", "Nothing was stored."),
  failed(
    "failed-state",
    "state_mismatch",
    "An answer came that does not belong to this link.",
    "Start it again.",
  ),
  failed("failed-network", "network", "id.tidewater.example cannot be reached.", "Check the connection."),
  { name: "locked", scenario: locked("passphrase"), walk: stay },
  { name: "locked-keyring", scenario: locked("keyring"), walk: stay },
  {
    name: "locked-wrong",
    scenario: locked("passphrase"),
    walk: async (window) => {
      await window.page.getByLabel("Passphrase", { exact: true }).waitFor();
      await window.page.keyboard.type("wrong");
      await window.press("Enter");
      await window.page.getByText("That is not the passphrase.").waitFor();
    },
  },
  {
    name: "vault-refused",
    scenario: () =>
      scenario({
        refused: { vault_status: failure("vault_permissions", "Others can read it.", "Take that away.") },
      }),
    walk: async (window) => window.page.getByText("Others can read your vault").waitFor(),
  },
];
