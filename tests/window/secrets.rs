//! Nothing secret goes to the front end: every message that crosses is noted, and searched.

use keybelt_test_support::hostile::{CLIENT_ID, Hostile};
use serde_json::Value;

use crate::program::{Window, within};
use crate::{home, home_with_vault};

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

#[tokio::test]
async fn no_message_to_the_front_end_holds_a_secret() {
    let provider = Hostile::honest();
    let home = home();
    let add = [
        "profile",
        "add",
        "work",
        "--issuer",
        provider.issuer(),
        "--client-id",
        CLIENT_ID,
        "--scope",
        "openid",
    ];
    let secret_file = home.file("client-secret", "a-client-secret-of-the-tests");
    home.json(&[&add[..], &["--client-secret-file", &secret_file]].concat())
        .ok();
    let window = Window::open(&home).await;
    window.see("No accounts").await;
    // The window's own commands, all that read, one after the other.
    let call = async |name: &str, arguments: &str| {
        let call = format!(
            "return window.__TAURI_INTERNALS__.invoke('{name}', {arguments}).catch((refusal) => ({{refusal}}))"
        );
        window.script(&call).await
    };
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
