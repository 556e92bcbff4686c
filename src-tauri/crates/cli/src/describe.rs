//! Accounts, profiles and checks, for people. What a provider sent is printed with hidden characters made visible.

use keybelt_contract::{
    Account, AccountDetail, CheckOutcome, CheckRecord, KeySource, Layer, Profile, Protocol, Provider, Status,
    Verdict,
};
use keybelt_core::Aside;
use keybelt_core::doctor::ProbeRecord;
use keybelt_primitives::text::{clipped, visible};
use serde_json::{Map, Value};

use crate::output::{Output, Paint, table};
use crate::words::{self, from_now, moment, moment_from_now};

/// The longest value of a claim or setting that is printed on its line, in characters.
const LONGEST: usize = 200;

/// What the person should know although what they asked for is done.
pub fn aside(aside: &Aside) -> String {
    match aside {
        Aside::VaultMade { path, key_source } => {
            let key = match key_source {
                KeySource::Keyring => "its key is in the system's keyring",
                KeySource::Passphrase => "its key is made from your passphrase, which nobody can bring back",
            };
            format!("Made your vault, {}; {key}.", path.display())
        }
        Aside::NotRenewed { failure, left } => {
            let lives = left.map_or_else(String::new, |left| format!(" and ends {}", from_now(left, 0)));
            format!(
                "Not renewed: {} This is the token in hand, which still lives{lives}.",
                failure.message
            )
        }
        Aside::ShortLived { left } => {
            format!(
                "This provider's tokens live for less than you asked: this one ends {}.",
                from_now(*left, 0)
            )
        }
        Aside::NotImported { variables } => {
            format!("Left out, since they name no setting: {}.", variables.join(", "))
        }
        Aside::PracticeAnew => {
            "What the practice provider had kept is damaged. It begins anew: link its accounts \
                                again."
                .to_owned()
        }
        Aside::TraceBroken { failure } => {
            format!("The trace is not whole: {} {}", failure.message, failure.hint)
        }
    }
}

/// `keybelt list`.
pub fn accounts(output: &Output, accounts: &[Account], now: i64) -> String {
    if accounts.is_empty() {
        return "No accounts yet. Add a profile with `keybelt profile add`, then `keybelt link PROFILE`;\n\
                `keybelt practice` has a pretend one to try."
            .to_owned();
    }
    let row = |account: &Account| {
        [
            account.name.to_string(),
            status(output, account),
            belt(account, now),
            who(account),
        ]
    };
    let head = ["ACCOUNT", "STATUS", "TOKEN", "WHO"].map(|word| output.paint(Paint::Faint, word));
    table(
        &std::iter::once(head)
            .chain(accounts.iter().map(row))
            .collect::<Vec<_>>(),
    )
}

/// `keybelt show`.
pub fn account(output: &Output, detail: &AccountDetail, now: i64) -> String {
    let account = &detail.account;
    let mut rows = vec![
        ("account", output.paint(Paint::Strong, account.name.as_str())),
        ("who", who(account)),
        ("profile", account.profile.to_string()),
        ("status", status(output, account)),
        ("token", belt(account, now)),
    ];
    let mut also = |label: &'static str, value: Option<String>| {
        if let Some(value) = value {
            rows.push((label, value));
        }
    };
    also("issuer", account.issuer.as_deref().map(visible));
    also("subject", account.subject.as_deref().map(visible));
    also(
        "scopes",
        (!account.scopes.is_empty()).then(|| visible(&account.scopes.join(" "))),
    );
    also("linked", Some(moment_from_now(account.linked_at, now)));
    also("obtained", Some(moment_from_now(account.obtained_at, now)));
    also("expires", account.expires_at.map(|at| moment_from_now(at, now)));
    also(
        "refreshes",
        account.next_refresh_at.map(|at| {
            format!(
                "when it is asked for; while the window is open, {}",
                from_now(at, now)
            )
        }),
    );
    also(
        "grant ends",
        account.grant_expires_at.map(|at| moment_from_now(at, now)),
    );
    also(
        "last error",
        account.last_error.as_ref().map(|error| {
            format!(
                "{} ({}, {})",
                visible(&error.message),
                error.code.as_str(),
                from_now(error.at, now)
            )
        }),
    );
    let mut text = labelled(output, &rows);
    for (title, claims) in [
        ("Claims of the verified ID token", &detail.claims),
        ("Userinfo", &detail.userinfo),
    ] {
        if let Some(claims) = claims {
            text.push_str(&heading(output, title));
            text.push_str(&members(output, claims));
        }
    }
    if !detail.checks.is_empty() {
        text.push_str(&heading(output, "Checks"));
        text.push_str(&checks(output, &detail.checks));
    }
    if !detail.used_by.is_empty() {
        text.push_str(&heading(output, "Used by"));
        let rows: Vec<_> = detail
            .used_by
            .iter()
            .map(|used| {
                vec![
                    visible(&used.receiver),
                    used.via.clone(),
                    format!("×{}", used.times),
                    from_now(used.last, now),
                ]
            })
            .collect();
        text.push_str(&table(&rows));
    }
    text
}

/// Checks in their order: outcome, name, detail.
pub fn checks(output: &Output, checks: &[CheckRecord]) -> String {
    let rows = checks
        .iter()
        .map(|check| outcome_row(output, check.outcome, &check.check, &check.detail));
    table(&rows.collect::<Vec<_>>())
}

/// What was probed, in its order, the same way.
pub fn probes(output: &Output, probes: &[ProbeRecord]) -> String {
    let rows = probes
        .iter()
        .map(|probe| outcome_row(output, probe.outcome, probe.probe, &probe.detail));
    table(&rows.collect::<Vec<_>>())
}

fn outcome_row(output: &Output, outcome: CheckOutcome, name: &str, detail: &str) -> Vec<String> {
    let outcome = match outcome {
        CheckOutcome::Pass => output.paint(Paint::Good, "pass"),
        CheckOutcome::Fail => output.paint(Paint::Bad, "FAIL"),
        CheckOutcome::Skip => output.paint(Paint::Faint, "skip"),
    };
    vec![outcome, name.to_owned(), visible(detail)]
}

/// What the checks come to.
pub fn verdict(output: &Output, verdict: Verdict) -> String {
    match verdict {
        Verdict::Pass => output.paint(Paint::Good, "Valid"),
        Verdict::Expired => output.paint(Paint::Warn, "Genuine, but no longer valid"),
        Verdict::Unverified => output.paint(Paint::Warn, "Not checked: no keys"),
        Verdict::Fail => output.paint(Paint::Bad, "Do not trust this"),
    }
}

/// A header or claims, a member a line; times are told in words too.
pub fn members(output: &Output, members: &Map<String, Value>) -> String {
    let row = |(name, value): (&String, &Value)| {
        let mut text = match value {
            Value::String(text) => visible(text),
            other => visible(&other.to_string()),
        };
        text = clipped(&text, LONGEST);
        if let (true, Some(at)) = (is_time(name), value.as_i64()) {
            text = format!("{text}  {}", output.paint(Paint::Faint, &moment(at)));
        }
        vec![visible(name), text]
    };
    table(&members.iter().map(row).collect::<Vec<_>>())
}

fn is_time(claim: &str) -> bool {
    matches!(claim, "exp" | "iat" | "nbf" | "auth_time" | "updated_at")
}

/// `keybelt profile list`.
pub fn profiles(output: &Output, profiles: &[Profile]) -> String {
    if profiles.is_empty() {
        return "No profiles yet. Add one with `keybelt profile add NAME --issuer URL --client-id ID`."
            .to_owned();
    }
    let head = ["PROFILE", "PROTOCOL", "AT"]
        .map(|word| output.paint(Paint::Faint, word))
        .to_vec();
    let row = |profile: &Profile| {
        let at = ["issuer", "server_metadata_url", "authorize_url"]
            .iter()
            .find_map(|key| profile.settings.get(*key)?.value.as_str())
            .or(profile.provider.as_deref())
            .unwrap_or_default();
        vec![
            profile.name.to_string(),
            protocol(profile.protocol).to_owned(),
            visible(at),
        ]
    };
    table(
        &std::iter::once(head)
            .chain(profiles.iter().map(row))
            .collect::<Vec<_>>(),
    )
}

/// `keybelt profile show`.
pub fn profile(output: &Output, profile: &Profile) -> String {
    let mut rows = vec![
        ("profile", output.paint(Paint::Strong, profile.name.as_str())),
        ("protocol", protocol(profile.protocol).to_owned()),
    ];
    if let Some(provider) = &profile.provider {
        rows.push(("provider", visible(provider)));
    }
    for uri in &profile.redirect_uris {
        rows.push(("register", visible(uri)));
    }
    let pkce = profile.settings.get("client_kwargs.code_challenge_method");
    if let Some(weak @ ("none" | "plain")) = pkce.and_then(|setting| setting.value.as_str()) {
        let warning = format!("PKCE is {weak}: a stolen code can be redeemed by whoever has it");
        rows.push(("warning", output.paint(Paint::Warn, &warning)));
    }
    for key in ["client_kwargs.signature_type", "client_kwargs.token_placement"] {
        let place = profile
            .settings
            .get(key)
            .and_then(|setting| setting.value.as_str());
        if place.is_some_and(|place| place.eq_ignore_ascii_case("query") || place == "uri") {
            rows.push(("warning", output.paint(Paint::Warn, words::IN_THE_ADDRESS)));
        }
    }
    let mut text = labelled(output, &rows);
    text.push_str(&heading(output, "Settings"));
    // How the catalogue says that a client of OAuth 1 has an empty secret (RFC 5849 §3.4.2) is a key of OAuth 2.
    let public = Some("client_kwargs.token_endpoint_auth_method").filter(|key| {
        let method = profile.settings.get(*key);
        profile.protocol == Protocol::Oauth1 && method.is_some_and(|method| method.value == "none")
    });
    let row = |(key, setting): (&String, &keybelt_contract::Setting)| {
        if public.is_some() && key == "client_secret" && setting.value == "not set" {
            return vec![
                key.clone(),
                output.paint(Paint::Faint, "catalogue"),
                "empty".to_owned(),
            ];
        }
        let value = match &setting.value {
            Value::String(text) => visible(text),
            other => visible(&other.to_string()),
        };
        let layer = match setting.layer {
            Layer::Default => "default",
            Layer::Catalogue => "catalogue",
            Layer::Metadata => "metadata",
            Layer::Profile => "profile",
        };
        let mut cells = vec![
            key.clone(),
            output.paint(Paint::Faint, layer),
            clipped(&value, LONGEST),
        ];
        if !setting.overrides.is_null() {
            let hidden = clipped(&visible(&setting.overrides.to_string()), LONGEST);
            cells.push(output.paint(Paint::Faint, &format!("overrides {hidden}")));
        }
        cells
    };
    let shown = profile
        .settings
        .iter()
        .filter(|(key, _)| Some(key.as_str()) != public);
    text.push_str(&table(&shown.map(row).collect::<Vec<_>>()));
    text
}

/// What a protocol is called.
pub fn protocol(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Oauth1 => "OAuth 1.0a",
        Protocol::Oauth2 => "OAuth 2",
        Protocol::Oidc => "OpenID Connect",
    }
}

/// `keybelt provider show`.
pub fn provider(output: &Output, provider: &Provider) -> String {
    let summary = &provider.summary;
    let mut rows = vec![
        ("provider", output.paint(Paint::Strong, &summary.id)),
        ("name", summary.name.clone()),
        ("protocol", protocol(summary.protocol).to_owned()),
        ("category", summary.category.clone()),
        ("hosts", provider.hosts.join(" ")),
    ];
    rows.extend(
        provider
            .console_url
            .iter()
            .map(|url| ("register at", url.clone())),
    );
    rows.extend(provider.docs_url.iter().map(|url| ("explained at", url.clone())));
    rows.extend(provider.notes.iter().map(|note| ("note", note.clone())));
    let mut text = labelled(output, &rows);
    if !provider.setup_steps.is_empty() {
        text.push_str(&heading(output, "Registering a client"));
        let step = |(number, step): (usize, &String)| {
            // Which one it is depends on the profile's name.
            vec![
                format!("{}.", number + 1),
                step.replace("{redirect_uri}", "the redirect URI"),
            ]
        };
        text.push_str(&table(
            &provider
                .setup_steps
                .iter()
                .enumerate()
                .map(step)
                .collect::<Vec<_>>(),
        ));
        text.push_str(&format!(
            "\n\n`keybelt profile add NAME --provider {}` tells the redirect URI.",
            summary.id
        ));
    }
    text.push_str(&heading(output, "Settings"));
    let row = |(key, value): (&String, &Value)| {
        let shown = value
            .as_str()
            .map_or_else(|| visible(&value.to_string()), visible);
        vec![key.clone(), shown]
    };
    text.push_str(&table(&provider.settings.iter().map(row).collect::<Vec<_>>()));
    text
}

/// Labels and values, a line each.
pub fn labelled(output: &Output, rows: &[(&str, String)]) -> String {
    let rows: Vec<_> = rows
        .iter()
        .map(|(label, value)| vec![output.paint(Paint::Faint, label), value.clone()])
        .collect();
    table(&rows)
}

fn heading(output: &Output, title: &str) -> String {
    format!("\n\n{}\n", output.paint(Paint::Strong, title))
}

/// Who an account is, in one line: name and e-mail, else the subject.
pub fn who(account: &Account) -> String {
    let name = account.display_name.as_deref().map(visible);
    let email = account.email.as_deref().map(visible);
    match (name, email) {
        (Some(name), Some(email)) => format!("{name} <{email}>"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => account
            .subject
            .as_deref()
            .map(visible)
            .unwrap_or_else(|| "nobody said".to_owned()),
    }
}

fn status(output: &Output, account: &Account) -> String {
    match account.status {
        Status::Fresh => output.paint(Paint::Good, "fresh"),
        Status::Expiring => output.paint(Paint::Warn, "expiring"),
        Status::Retrying => output.paint(Paint::Warn, "retrying"),
        Status::Expired => output.paint(Paint::Warn, "expired"),
        Status::NeedsRelink => output.paint(Paint::Bad, "link again"),
    }
}

/// The life of the access token in words.
fn belt(account: &Account, now: i64) -> String {
    match (account.expires_at, account.next_refresh_at) {
        (None, _) if account.protocol == Protocol::Oauth1 => "does not expire".to_owned(),
        (None, _) => "its end is not known".to_owned(),
        (Some(end), _) if end <= now => format!("ended {}", from_now(end, now)),
        (Some(end), Some(_)) => format!("ends {}, renewed when it is asked for", from_now(end, now)),
        (Some(end), _) => format!("ends {}", from_now(end, now)),
    }
}
