//! Nothing secret goes to the front end: every message that crosses is noted, and searched.

use std::collections::BTreeSet;

use keybelt_contract::{COMMANDS, CommandWindow};
use keybelt_test_support::hostile::{Answer, CLIENT_ID, Hostile, Twists};
use serde_json::{Value, json};

use crate::program::{Window, within};
use crate::{add_work, home, home_with_vault};

#[tokio::test]
async fn neither_the_program_nor_what_draws_its_pages_leaves_a_core_file() {
    let home = home();
    let window = Window::open(&home).await;
    window.see("Your accounts, on one belt").await;
    let processes = window.processes();
    let limits: Vec<String> = processes
        .iter()
        .filter_map(|process| std::fs::read_to_string(format!("/proc/{process}/limits")).ok())
        .collect();
    assert!(
        limits.len() > 1,
        "WebKit's processes are among them: {processes:?}"
    );
    for limits in limits {
        let of_core = limits.lines().find(|line| line.starts_with("Max core file size"));
        let soft = of_core.and_then(|line| line.split_whitespace().nth(4));
        assert_eq!(soft, Some("0"), "{limits}");
    }
    window.close().await;
}

/// Calls a command as the front end does; a refusal is an answer too.
async fn invoke(window: &Window, name: &str, arguments: &str) -> Value {
    let call = format!(
        "return window.__TAURI_INTERNALS__.invoke('{name}', {arguments}).catch((refusal) => ({{refusal}}))"
    );
    window.script(&call).await
}

#[tokio::test]
async fn no_message_to_the_front_end_holds_a_secret() {
    let provider = Hostile::honest();
    let home = home();
    let secret_file = home.file("client-secret", "a-client-secret-of-the-tests");
    let options = ["--scope", "openid", "--client-secret-file", &secret_file];
    add_work(&home, provider.issuer(), CLIENT_ID, &options);
    let window = Window::open(&home).await;
    window.see("No accounts").await;
    // The window's own commands, all that read, one after the other.
    let call = async |name: &str, arguments: &str| invoke(&window, name, arguments).await;
    let request = "{request: {profile: 'work', account: null, route: 'webview', scope: null, timeout: null}}";
    call("start_link", request).await;
    let account = within("the account", async || {
        let accounts = call("list_accounts", "{}").await;
        accounts[0]["name"].as_str().map(str::to_owned)
    })
    .await;
    let of_account = format!("{{account: '{account}'}}");
    for name in [
        "show_account",
        "account_log",
        "hand_over_recipes",
        "refresh_account",
        "copy_access_token",
    ] {
        let answer = call(name, &of_account).await;
        assert!(answer["refusal"].is_null(), "{name}: {answer}");
    }
    for name in ["list_profiles", "vault_status", "list_providers"] {
        call(name, "{}").await;
    }
    call("show_profile", "{profile: 'work'}").await;

    let said = window.said();
    assert!(said.contains("to the front end") && said.contains("hand_over_recipes"));
    let mut secrets = vec![
        "a-client-secret-of-the-tests".to_owned(),
        "a passphrase of the tests".to_owned(),
    ];
    secrets.push(
        home.json(&["token", &account]).ok().json()["access_token"]
            .as_str()
            .unwrap()
            .to_owned(),
    );
    for asked in provider.asked() {
        for name in ["code", "code_verifier", "refresh_token"] {
            secrets.extend(asked.parameters.get(name).cloned());
        }
    }
    assert!(
        secrets.len() > 4,
        "the provider saw a code, a verifier and a refresh token"
    );
    let page = window
        .script("return document.documentElement.outerHTML + JSON.stringify({...localStorage})")
        .await;
    for secret in secrets {
        assert!(
            !said.contains(&secret),
            "a secret of {} characters crossed",
            secret.len()
        );
        assert!(!page.as_str().unwrap().contains(&secret));
    }
    window.close().await;
}

#[tokio::test]
async fn a_window_cannot_call_what_is_the_other_ones() {
    let home = home_with_vault();
    let window = Window::open(&home).await;
    let try_call = "return window.__TAURI_INTERNALS__.invoke('bar_cancel').then(() => 'called', String)";
    let refused = window.script(try_call).await;
    assert!(refused.as_str().unwrap().contains("not allowed"), "{refused}");
    window.press("Try it with the practice provider").await;
    window.turn_to_bar().await;
    let try_call = "return window.__TAURI_INTERNALS__.invoke('list_accounts').then(() => 'called', String)";
    let refused: Value = window.script(try_call).await;
    assert!(refused.as_str().unwrap().contains("not allowed"), "{refused}");
    window.close().await;
}

/// Each command of the main window with its arguments, or why it is not called here; `ACCOUNT` and `ISSUER` are put in. They
/// are called in this order while the program says all it can.
const CALLS: &[(&str, Result<&str, &str>)] = &[
    ("list_accounts", Ok("{}")),
    ("show_account", Ok("{account: 'ACCOUNT'}")),
    ("account_log", Ok("{account: 'ACCOUNT'}")),
    ("refresh_account", Ok("{account: 'ACCOUNT'}")),
    ("hand_over_recipes", Ok("{account: 'ACCOUNT'}")),
    ("list_outputs", Ok("{account: 'ACCOUNT'}")),
    ("keep_file", Err("asks in the system's dialog")),
    ("remove_output", Ok("{id: 99}")),
    ("copy_access_token", Ok("{account: 'ACCOUNT'}")),
    ("clear_clipboard", Ok("{}")),
    (
        "plan_request",
        Ok("{draft: {account: 'ACCOUNT', method: 'GET', url: 'echo', headers: [], body: null}}"),
    ),
    (
        "send_request",
        Ok(
            "{draft: {account: 'ACCOUNT', method: 'POST', url: 'echo', headers: [], body: 'a=b'}, host: null, refresh: true}",
        ),
    ),
    ("cancel_request", Ok("{}")),
    ("save_response", Err("writes into the person's downloads")),
    ("list_profiles", Ok("{}")),
    ("show_profile", Ok("{profile: 'work'}")),
    (
        "add_profile",
        Ok(
            "{draft: {name: 'second', provider: null, settings: {issuer: 'ISSUER', client_id: 'x'}, \
            client_secret: 'canary-typed-secret', rsa_key: null, make_rsa_key: false}}",
        ),
    ),
    (
        "set_profile",
        Ok(
            "{profile: 'second', change: {settings: {}, typed: {}, client_secret: 'canary-typed-again', rsa_key: null}}",
        ),
    ),
    ("rename_profile", Ok("{profile: 'second', newName: 'third'}")),
    ("make_rsa_key", Ok("{profile: 'keyed'}")),
    ("show_public_key", Ok("{profile: 'keyed'}")),
    ("list_settings", Ok("{}")),
    (
        "preview_import",
        Ok(
            "{text: '{\"old\": {\"client_id\": \"x\", \"client_secret\": \"canary-imported-secret\", \"isuer\": \"y\"}}'}",
        ),
    ),
    ("mend_import", Ok("{mends: []}")),
    ("import_profiles", Ok("{chosen: []}")),
    ("forget_import", Ok("{}")),
    (
        "export_profiles",
        Ok("{profiles: ['work', 'third', 'keyed'], format: 'json'}"),
    ),
    ("save_profiles", Err("asks in the system's dialog")),
    ("list_providers", Ok("{}")),
    ("show_provider", Ok("{provider: 'google'}")),
    ("open_console", Err("opens the person's browser")),
    ("discover", Ok("{address: 'ISSUER'}")),
    ("start_link", Err("is called before all others")),
    (
        "start_practice",
        Err("has a test of its own, from the first launch on"),
    ),
    ("cancel_link", Ok("{id: 99}")),
    ("link_in_browser", Ok("{id: 99}")),
    ("open_link", Ok("{id: 99}")),
    ("raise_link", Ok("{id: 99}")),
    (
        "paste_callback",
        Ok("{id: 99, address: 'http://127.0.0.1/callback/work?code=canary-pasted-code&state=x'}"),
    ),
    ("vault_status", Ok("{}")),
    ("whole_log", Ok("{}")),
    ("save_log", Err("asks in the system's dialog")),
    ("preferences", Ok("{}")),
    ("keep_preferences", Err("belongs to its screen's test")),
    ("inspect_pasted", Err("belongs to its screen's test")),
    ("rekey_vault", Err("belongs to the vault's tests")),
    ("back_up_vault", Err("asks in the system's dialog")),
    ("choose_backup", Err("asks in the system's dialog")),
    (
        "restore_vault",
        Err("wants a backup that was chosen in the system's dialog"),
    ),
    ("create_vault", Ok("{passphrase: 'canary-of-no-vault'}")),
    ("window_layout", Ok("{}")),
    ("keep_window_layout", Ok("{layout: {list_width: null}}")),
    ("rename_account", Ok("{account: 'ACCOUNT', newName: 'mine'}")),
    ("unlink_account", Ok("{account: 'mine', revoke: true}")),
    ("remove_profile", Ok("{profile: 'third', unlink: []}")),
    ("lock_vault", Ok("{}")),
    ("unlock_vault", Ok("{passphrase: 'canary-of-a-wrong-passphrase'}")),
];

#[tokio::test]
async fn no_command_of_the_window_lets_a_canary_out() {
    let listed: BTreeSet<&str> = CALLS.iter().map(|(name, _)| *name).collect();
    let of_main = COMMANDS
        .iter()
        .filter(|(_, window)| *window == CommandWindow::Main);
    assert_eq!(
        listed,
        of_main.map(|(name, _)| *name).collect(),
        "each command is called here, or it says why not"
    );
    let provider = Hostile::honest();
    let home = home();
    let api = format!("{}/api/", provider.issuer());
    let profiles = json!({
        "work": {
            "issuer": provider.issuer(), "client_id": CLIENT_ID, "client_secret": "canary-client-secret",
            "api_base_url": api, "client_kwargs": {"scope": "openid"},
        },
        "keyed": {
            "client_id": "rsa", "request_token_url": "https://old.example/r", "authorize_url": "https://old.example/a",
            "access_token_url": "https://old.example/t", "client_kwargs": {"signature_method": "RSA-SHA1"},
        },
    });
    let file = home.file("profiles.json", &profiles.to_string());
    home.json(&["profile", "import", &file]).ok();
    let window = Window::open_saying_everything(&home).await;
    window.see("No accounts").await;
    let call = async |name: &str, arguments: &str| invoke(&window, name, arguments).await;
    let request = "{request: {profile: 'work', account: null, route: 'webview', scope: null, timeout: null}}";
    call("start_link", request).await;
    let account = within("the account", async || {
        let accounts = call("list_accounts", "{}").await;
        accounts[0]["name"].as_str().map(str::to_owned)
    })
    .await;
    // Says back whatever it is told, as an error where that is no answer.
    let echo = || Twists {
        any: Some(Box::new(|asked, answer| {
            if matches!(asked.path.as_str(), "/token" | "/revoke") {
                let told = format!("{:?} {:?}", asked.authorization, asked.parameters);
                *answer = Answer::json(
                    400,
                    &json!({"error": "invalid_request", "error_description": told}),
                );
            }
        })),
        api: Some(Box::new(|asked, answer| {
            *answer = Answer::text(200, "text/plain", &format!("{:?}", asked.authorization));
        })),
        ..Twists::default()
    };
    for (name, arguments) in CALLS {
        let Ok(arguments) = arguments else { continue };
        let arguments = arguments
            .replace("ACCOUNT", &account)
            .replace("ISSUER", provider.issuer());
        if matches!(*name, "refresh_account" | "send_request" | "unlink_account") {
            provider.twist(echo());
            call(name, &arguments).await;
            provider.twist(Twists::default());
        }
        let answer = call(name, &arguments).await;
        assert!(
            !answer.to_string().contains("missing required key"),
            "{name}: {answer}"
        );
    }
    let (said, page) = (
        window.said(),
        window
            .script("return document.documentElement.outerHTML + JSON.stringify({...localStorage, ...sessionStorage})")
            .await,
    );
    assert!(said.contains("TRACE") && said.contains("export_profiles"));
    let mut canaries = provider.given();
    let verifiers = provider.asked().into_iter();
    canaries.extend(verifiers.filter_map(|asked| asked.parameters.get("code_verifier").cloned()));
    assert!(canaries.len() > 8, "tokens, codes and verifiers");
    canaries.extend(
        [
            "a passphrase of the tests",
            "canary-client-secret",
            "canary-typed-secret",
            "canary-typed-again",
            "canary-imported-secret",
            "canary-pasted-code",
            "canary-of-no-vault",
            "canary-of-a-wrong-passphrase",
            "PRIVATE KEY",
        ]
        .map(str::to_owned),
    );
    let found: Vec<&String> = canaries
        .iter()
        .filter(|canary| said.contains(*canary) || page.as_str().unwrap().contains(*canary))
        .collect();
    assert!(
        found.is_empty(),
        "{} came up, the first begins with {:.16}",
        found.len(),
        found[0]
    );
    window.close().await;
}
