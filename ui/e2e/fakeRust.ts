import type { Account } from "../src/bindings/Account";
import type { AccountDetail } from "../src/bindings/AccountDetail";
import type { ApiResponse } from "../src/bindings/ApiResponse";
import type { BarState } from "../src/bindings/BarState";
import type { Discovered } from "../src/bindings/Discovered";
import type { Failure } from "../src/bindings/Failure";
import type { HandOverRecipe } from "../src/bindings/HandOverRecipe";
import type { ImportChoice } from "../src/bindings/ImportChoice";
import type { ImportMend } from "../src/bindings/ImportMend";
import type { ImportPreview } from "../src/bindings/ImportPreview";
import type { KnownSetting } from "../src/bindings/KnownSetting";
import type { LogEntry } from "../src/bindings/LogEntry";
import type { Output } from "../src/bindings/Output";
import type { Pasted } from "../src/bindings/Pasted";
import type { Preferences } from "../src/bindings/Preferences";
import type { Profile } from "../src/bindings/Profile";
import type { ProfileChange } from "../src/bindings/ProfileChange";
import type { ProfileDraft } from "../src/bindings/ProfileDraft";
import type { ProviderSummary } from "../src/bindings/ProviderSummary";
import type { Renamed } from "../src/bindings/Renamed";
import type { RequestDraft } from "../src/bindings/RequestDraft";
import type { RequestPlan } from "../src/bindings/RequestPlan";
import type { Setting } from "../src/bindings/Setting";
import type { VaultStatus } from "../src/bindings/VaultStatus";
import type { WindowLayout } from "../src/bindings/WindowLayout";

/** What the other side of the window holds in a scenario. */
export type Scenario = {
  vault: VaultStatus;
  accounts: Account[];
  evidence: Omit<AccountDetail, keyof Account>;
  /** What an API that is not OpenID Connect's says of who it is. */
  told: Record<string, unknown>;
  log: LogEntry[];
  recipes: HandOverRecipe[];
  outputs: Output[];
  /** The public half of whatever key a profile has. */
  publicKey: string;
  profiles: Profile[];
  renamed: Renamed[];
  settings: KnownSetting[];
  providers: ProviderSummary[];
  discovered: Discovered;
  /** Where the API of every profile is. */
  apiBase: string | null;
  /** What is to be seen in whatever is pasted: alone, held against a profile, with its keys fetched. */
  pasted: { alone: Pasted; held: Pasted; fetched: Pasted };
  /** What the API answers. */
  response: ApiResponse;
  bar: BarState;
  layout: WindowLayout;
  preferences: Preferences;
  passphrase: string;
  /** Commands that are refused, and with what. */
  refused: Record<string, Failure>;
  /** Whether a new authorization waits for its turn. */
  queues?: boolean;
  /** Commands that never answer. */
  silent: string[];
};

/** One message that crossed. */
export type Call = { name: string; arguments: Record<string, unknown> };

declare global {
  /** In the page: what crossed, and the other side's hand. */
  var rust: { calls: Call[]; scenario: Scenario; emit: (event: string, payload: unknown) => void };
}

/** Runs inside the page, before it: answers what Rust would. Nothing from outside may be used in here. */
export function fakeRust(scenario: Scenario): void {
  const callbacks = new Map<number, (message: unknown) => void>();
  const listeners = new Map<string, number[]>();
  const calls: Call[] = [];
  let last = 0;
  let links = 0;

  const emit = (event: string, payload: unknown) => {
    for (const id of listeners.get(event) ?? []) {
      callbacks.get(id)?.({ event, id, payload });
    }
  };
  const failure = (code: Failure["code"], message: string, hint: string): Failure => ({
    code,
    message,
    hint,
  });
  const accountNamed = (name: unknown) => {
    const found = scenario.accounts.find((account) => account.name === name);
    if (!found) {
      throw failure(
        "not_found",
        `There is no account ${name}.`,
        "`keybelt list` shows those that are there.",
      );
    }
    return found;
  };
  const profileNamed = (name: unknown) => {
    const found = scenario.profiles.find((one) => one.name === name);
    if (!found) {
      throw failure("not_found", `There is no profile ${name}.`, "`keybelt profile list` shows them.");
    }
    return found;
  };
  const documentOf = (text: string): Record<string, Record<string, unknown>> => {
    try {
      return JSON.parse(text);
    } catch {
      throw failure(
        "invalid_profile",
        "Nothing was imported. The document cannot be read: line 1: it is not the JSON it looks like.",
        "Correct it and import it again.",
      );
    }
  };
  let held: { document: Record<string, Record<string, unknown>> } | null = null;
  const previewed = (): ImportPreview => {
    if (!held) {
      throw failure("not_found", "The document is no longer at hand.", "Paste it once more.");
    }
    const known = scenario.settings.map(({ key }) => key);
    return {
      format: "json",
      profiles: Object.entries(held.document).map(([name, document]) => {
        const { client_kwargs = {}, ...rest } = document;
        const members = Object.entries(client_kwargs as Record<string, unknown>);
        const settings: Record<string, unknown> = {
          ...rest,
          ...Object.fromEntries(members.map(([key, value]) => [`client_kwargs.${key}`, value])),
        };
        const faults = Object.keys(settings)
          .filter((key) => !known.includes(key))
          .map((key) => {
            const nearest = known.find((one) => one.length - 1 === key.length) ?? null;
            const meant = nearest ? `; did you mean \`${nearest}\`?` : "";
            return { key, message: `there is no such setting${meant}`, nearest };
          });
        const shown = Object.entries(settings).map(([key, value]) => [
          key,
          { value: key === "client_secret" ? "set" : value, layer: "profile", overrides: null },
        ]);
        const profile: Profile = {
          name,
          provider: null,
          protocol: settings.request_token_url
            ? "oauth1"
            : /\bopenid\b/.test(String(settings["client_kwargs.scope"]))
              ? "oidc"
              : "oauth2",
          redirect_uris: [],
          routes: ["webview"],
          settings: Object.fromEntries(shown),
        };
        return {
          name,
          profile: faults.length === 0 ? profile : null,
          faults,
          replaces: scenario.profiles.some((one) => one.name === name),
        };
      }),
    };
  };
  const begin = (profile: string, route: string, id = links + 1, embeddedRefused = false) => {
    links = Math.max(links, id);
    const origin = profile === "practice" ? "http://127.0.0.1:4180" : "https://id.tidewater.example";
    const tell = (step: unknown) => emit("link_progress", { id, profile, step });
    queueMicrotask(() => tell({ step: "preparing" }));
    const pin = scenario.profiles.some(
      ({ name, redirect_uris }) => name === profile && redirect_uris.includes("oob"),
    );
    const url = `${origin}/authorize?client_id=keybelt`;
    if (scenario.queues) {
      return { id, profile, route, embedded_refused: embeddedRefused };
    }
    setTimeout(() => tell({ step: "waiting", url, origin, other_hosts: [], pin }), 5);
    return { id, profile, route, embedded_refused: embeddedRefused };
  };
  const opened = (): VaultStatus => {
    scenario.vault = { ...scenario.vault, locked: false, key_source: scenario.vault.key_source ?? "keyring" };
    emit("vault_changed", scenario.vault);
    return scenario.vault;
  };

  let answers_given = 0;
  const planned = (draft: RequestDraft): RequestPlan => {
    const account = accountNamed(draft.account);
    const base = scenario.apiBase;
    const isFull = /^[a-z]+:/.test(draft.url);
    const proof: RequestPlan["proof"] =
      account.protocol === "oauth1"
        ? { by: "signature", method: "HMAC-SHA1", placement: "header" }
        : { by: "bearer", placement: "header" };
    const plan: RequestPlan = {
      api_base: base,
      api_host: base && new URL(base).host,
      proof,
      target: null,
      problem: null,
      command: `keybelt request ${draft.account} ${draft.method} ${draft.url}`,
      curl: null,
    };
    if (draft.url.includes("..") || (!isFull && !base)) {
      const message = base ? "The address cannot be asked for." : "The profile names no API.";
      return { ...plan, problem: failure("usage", message, "Nothing was sent.") };
    }
    const url = isFull ? draft.url : `${base}${draft.url}`;
    const { host } = new URL(url);
    const curl =
      proof.by === "bearer" ? `keybelt export ${draft.account} --to curl | curl -K - ${url}` : null;
    return { ...plan, target: { url, host, asks_first: host !== plan.api_host }, curl };
  };

  const answers: Record<string, (given: Record<string, unknown>) => unknown> = {
    list_accounts: () => scenario.accounts,
    show_account: ({ account }) => {
      const found = accountNamed(account);
      const unsigned = { claims: null, userinfo: scenario.told, checks: [], checked_at: null };
      return { ...found, ...scenario.evidence, ...(found.protocol === "oidc" ? {} : unsigned) };
    },
    account_log: () => scenario.log,
    whole_log: () => scenario.log,
    save_log: () => "/home/mira/keybelt-activity.json",
    hand_over_recipes: () => scenario.recipes,
    list_outputs: ({ account }) => scenario.outputs.filter((output) => output.account === account),
    keep_file: ({ account, format }) => {
      const kept: Output = {
        id: scenario.outputs.length + 1,
        account: String(account),
        kind: "file",
        command: [],
        token: null,
        timeout: null,
        file: `/home/mira/notes/${String(account).replace("/", "-")}.${format}`,
        format: String(format),
        added_at: Math.floor(Date.now() / 1000),
        delivered_at: Math.floor(Date.now() / 1000),
        seq: 0,
        pending: false,
        failed: null,
      };
      scenario.outputs.push(kept);
      return kept;
    },
    remove_output: ({ id }) => {
      scenario.outputs = scenario.outputs.filter((output) => output.id !== id);
      return null;
    },
    make_rsa_key: ({ profile }) => {
      profileNamed(profile).settings["client_kwargs.rsa_key"] = {
        value: "set",
        layer: "profile",
        overrides: null,
      };
      return { public_key: scenario.publicKey };
    },
    show_public_key: () => ({ public_key: scenario.publicKey }),
    refresh_account: ({ account }) => {
      const found = accountNamed(account);
      const now = Math.floor(Date.now() / 1000);
      Object.assign(found, {
        obtained_at: now,
        expires_at: now + 3600,
        next_refresh_at: now + 3300,
        status: "fresh",
      });
      emit("accounts_changed", null);
      return found;
    },
    rename_account: ({ account, newName }) => {
      if (scenario.accounts.some((one) => one.name === newName)) {
        throw failure("already_exists", `There is an account ${newName} already.`, "Choose another name.");
      }
      return Object.assign(accountNamed(account), { name: newName });
    },
    unlink_account: ({ account, revoke }) => {
      accountNamed(account);
      scenario.accounts = scenario.accounts.filter((one) => one.name !== account);
      return { account, revoked: revoke ? true : null, provider_answer: null };
    },
    copy_access_token: () => ({ clears_at: Math.floor(Date.now() / 1000) + 30 }),
    clear_clipboard: () => null,
    window_layout: () => scenario.layout,
    keep_window_layout: ({ layout }) => {
      scenario.layout = layout as Scenario["layout"];
      return null;
    },
    preferences: () => scenario.preferences,
    keep_preferences: ({ preferences }) => {
      scenario.preferences = preferences as Preferences;
      return null;
    },
    rekey_vault: ({ passphrase, newPassphrase }) => {
      if (scenario.vault.key_source === "passphrase" && passphrase !== scenario.passphrase) {
        throw failure("wrong_passphrase", "That is not the passphrase.", "Nothing was changed.");
      }
      scenario.vault = { ...scenario.vault, key_source: newPassphrase === null ? "keyring" : "passphrase" };
      return scenario.vault;
    },
    back_up_vault: () => {
      const at = Math.floor(Date.now() / 1000);
      const receiver = "/home/mira/keybelt-2026-11-24.backup";
      scenario.log.push({ at, account: null, event: "backed_up", receiver, via: null });
      return receiver;
    },
    choose_backup: () => "/home/mira/keybelt-2026-11-02.backup",
    restore_vault: ({ passphrase, newPassphrase }) => {
      if (passphrase !== scenario.passphrase) {
        throw failure("wrong_passphrase", "That is not the passphrase of this backup.", "Try again.");
      }
      if (newPassphrase === null && scenario.vault.key_source === "passphrase") {
        throw failure("keyring_unavailable", "No keyring answers.", "Choose a passphrase instead.");
      }
      return { status: scenario.vault, moved_to: "/home/mira/.local/share/keybelt-aside-1" };
    },
    plan_request: ({ draft }) => planned(draft as RequestDraft),
    send_request: ({ draft, host, refresh }) => {
      const { target, problem } = planned(draft as RequestDraft);
      if (!target || (target.asks_first && host !== target.host)) {
        throw problem ?? failure("usage", "It was not asked whether this host may get the token.", "");
      }
      answers_given += 1;
      const refreshed = refresh ? { status: 200, reason: "OK", may_refresh: false } : {};
      return { ...scenario.response, ...refreshed, id: answers_given, host: target.host };
    },
    cancel_request: () => null,
    save_response: () => ({ path: "/home/mira/Downloads/40118.json" }),
    inspect_pasted: ({ profile, fetchKeys }) =>
      profile === null ? scenario.pasted.alone : fetchKeys ? scenario.pasted.fetched : scenario.pasted.held,
    list_profiles: () => scenario.profiles,
    show_profile: ({ profile }) => profileNamed(profile),
    remove_profile: ({ profile, unlink }) => {
      const shown = unlink as string[];
      if (scenario.accounts.some((one) => one.profile === profile && !shown.includes(one.name))) {
        throw failure("usage", `Accounts are linked through ${profile}.`, "Unlink them first.");
      }
      scenario.accounts = scenario.accounts.filter((account) => account.profile !== profile);
      scenario.profiles = scenario.profiles.filter((one) => one.name !== profile);
      return null;
    },
    add_profile: ({ draft }) => {
      const { settings, ...rest } = draft as ProfileDraft;
      const name = rest.name ?? rest.provider ?? "profile";
      const value = (key: string): Setting => ({
        value: settings[key] ?? null,
        layer: "profile",
        overrides: null,
      });
      const said = settings.redirect_uri;
      const added: Profile = {
        name,
        provider: rest.provider,
        protocol: settings.request_token_url ? "oauth1" : "oidc",
        redirect_uris:
          typeof said === "string"
            ? [said]
            : [`app.keybelt:/callback/${name}`, `http://127.0.0.1/callback/${name}`],
        routes: said === "oob" ? ["manual"] : ["webview", "browser", "manual"],
        settings: {
          ...Object.fromEntries(Object.keys(settings).map((key) => [key, value(key)])),
          ...(rest.make_rsa_key
            ? { "client_kwargs.rsa_key": { value: "set", layer: "profile", overrides: null } }
            : {}),
        },
      };
      scenario.profiles = [...scenario.profiles, added];
      return added;
    },
    list_settings: () => scenario.settings,
    set_profile: ({ profile, change }) => {
      const { settings, typed, client_secret } = change as ProfileChange;
      const found = profileNamed(profile);
      const put = (key: string, value: unknown) => {
        const below = found.settings[key]?.layer === "profile" ? found.settings[key].overrides : null;
        found.settings[key] = { value, layer: "profile", overrides: below };
      };
      for (const [key, text] of Object.entries(typed)) {
        if (text === "http://insecure.example") {
          const said = `\`${key}\`: it uses http and is not a loopback address.`;
          throw failure("insecure_endpoint", said, "Use https.");
        }
        put(key, text);
      }
      for (const key of Object.keys(settings)) {
        delete found.settings[key];
      }
      if (client_secret) {
        put("client_secret", "set");
      }
      return found;
    },
    rename_profile: ({ profile, newName }) => {
      if (scenario.profiles.some((one) => one.name === newName && newName !== profile)) {
        throw failure("already_exists", `There is a profile ${newName} already.`, "Choose another name.");
      }
      const found = profileNamed(profile);
      for (const account of scenario.accounts.filter((one) => one.profile === profile)) {
        account.profile = String(newName);
      }
      return Object.assign(found, { name: newName });
    },
    preview_import: ({ text }) => {
      held = { document: documentOf(String(text)) };
      return previewed();
    },
    mend_import: ({ mends }) => {
      for (const { profile, key, becomes } of mends as ImportMend[]) {
        const settings = held?.document[profile];
        if (settings) {
          const value = settings[key];
          delete settings[key];
          if (becomes !== null) {
            settings[becomes] = value;
          }
        }
      }
      return previewed();
    },
    import_profiles: ({ chosen }) => {
      const wanted = (chosen as ImportChoice[]).map(({ name }) => name);
      const taken = previewed().profiles.flatMap(({ name, profile }) =>
        profile && wanted.includes(name) ? [profile] : [],
      );
      scenario.profiles = [...scenario.profiles.filter(({ name }) => !wanted.includes(name)), ...taken];
      held = null;
      return taken;
    },
    forget_import: () => {
      held = null;
      return null;
    },
    export_profiles: ({ profiles, format }) => {
      const names = profiles as string[];
      const text =
        format === "json"
          ? JSON.stringify(Object.fromEntries(names.map((name) => [name, { client_id: "7b1f" }])), null, 2)
          : names.map((name) => `[${name}]\nclient_id = "7b1f"`).join("\n\n");
      return { text, renamed: scenario.renamed.filter(({ name }) => names.includes(name)) };
    },
    save_profiles: () => "/home/mira/profiles.json",
    list_providers: () => scenario.providers,
    show_provider: ({ provider }) => {
      const found = scenario.providers.find((one) => one.id === provider);
      if (!found) {
        throw failure(
          "not_found",
          `There is no provider ${provider}.`,
          "`keybelt provider list` shows them.",
        );
      }
      if (found.category === "practice") {
        const settings = { client_id: "keybelt-practice" };
        return {
          ...found,
          settings,
          hosts: [],
          notes: [],
          console_url: null,
          docs_url: null,
          setup_steps: [],
        };
      }
      return {
        ...found,
        settings: found.protocol === "oauth1" ? {} : { client_kwargs: { scope: "openid profile email api" } },
        hosts: [],
        notes: [`${found.name} shows the secret once.`],
        console_url: `https://${found.id}.example/developers/apps/new`,
        docs_url: null,
        setup_steps: ["Create an application.", "Paste {redirect_uri} as its callback."],
      };
    },
    open_console: () => null,
    discover: () => scenario.discovered,
    start_link: ({ request }) => {
      const { profile, route } = request as { profile: string; route: string };
      const quirk = scenario.profiles.find(({ name }) => name === profile)?.settings[
        "quirks.embedded_webview"
      ];
      return quirk?.value === "refused" && route === "webview"
        ? begin(profile, "browser", links + 1, true)
        : begin(profile, route);
    },
    start_practice: () => begin("practice", "webview"),
    link_in_browser: ({ id }) => begin("tidewater", "browser", Number(id)),
    cancel_link: ({ id }) => {
      const step = {
        step: "failed",
        failure: failure("cancelled", "The link was cancelled.", "Nothing was stored."),
      };
      emit("link_progress", { id, profile: "practice", step });
      return null;
    },
    open_link: () => null,
    raise_link: () => null,
    paste_callback: () => null,
    vault_status: () => scenario.vault,
    unlock_vault: ({ passphrase }) => {
      if (scenario.vault.key_source === "passphrase" && passphrase !== scenario.passphrase) {
        throw failure("wrong_passphrase", "That is not the passphrase.", "Nothing was changed.");
      }
      return opened();
    },
    create_vault: ({ passphrase }) => {
      scenario.vault = { ...scenario.vault, key_source: passphrase === null ? "keyring" : "passphrase" };
      return opened();
    },
    lock_vault: () => {
      scenario.vault = { ...scenario.vault, locked: true };
      emit("vault_changed", scenario.vault);
      return scenario.vault;
    },
    bar_state: () => scenario.bar,
    bar_cancel: () => null,
    bar_use_browser: () => null,
  };

  const invoke = async (name: string, given: Record<string, unknown> = {}): Promise<unknown> => {
    if (name === "plugin:event|listen") {
      const event = String(given.event);
      listeners.set(event, [...(listeners.get(event) ?? []), Number(given.handler)]);
      return given.handler;
    }
    if (name === "plugin:event|unlisten") {
      const rest = (listeners.get(String(given.event)) ?? []).filter((id) => id !== given.eventId);
      listeners.set(String(given.event), rest);
      return null;
    }
    calls.push({ name, arguments: given });
    if (scenario.silent.includes(name)) {
      return new Promise(() => undefined);
    }
    const refusal = scenario.refused[name];
    if (refusal) {
      throw refusal;
    }
    const answer = answers[name];
    if (!answer) {
      throw `Command ${name} not found`;
    }
    // What crosses is JSON; nothing is shared.
    return JSON.parse(JSON.stringify(answer(given) ?? null));
  };

  Object.assign(globalThis, {
    rust: { calls, scenario, emit },
    __TAURI_INTERNALS__: {
      invoke,
      transformCallback: (callback: (message: unknown) => void) => {
        last += 1;
        callbacks.set(last, callback);
        return last;
      },
      unregisterCallback: (id: number) => callbacks.delete(id),
      metadata: { currentWindow: { label: "main" }, currentWebview: { label: "main" } },
    },
    __TAURI_EVENT_PLUGIN_INTERNALS__: { unregisterListener: () => undefined },
  });
}
