//! Client registrations: layers, provenance, import, refusals.

use std::process::{Command, Stdio};
use std::time::Duration;

use keybelt_test_support::hostile::{CLIENT_ID, Hostile, Twists};
use keybelt_test_support::{Home, Person, Ran};
use serde_json::json;

use crate::{accounts_in, home, home_with, link};

#[test]
fn each_setting_knows_its_layer_and_what_it_hides() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let before = home.json(&["profile", "show", "work"]).ok().json();
    assert_eq!(before["settings"]["issuer"]["layer"], "profile");
    assert_eq!(
        before["settings"].get("access_token_url"),
        None,
        "no server is asked before a link"
    );
    assert_eq!(hostile.asked().len(), 0);
    link(&home);
    let after = home.json(&["profile", "show", "work"]).ok().json();
    let token_url = &after["settings"]["access_token_url"];
    assert_eq!(token_url["layer"], "metadata");
    assert_eq!(token_url["value"], format!("{}/token", hostile.issuer()));
    assert_eq!(
        after["redirect_uris"],
        json!(["app.keybelt:/callback/work", "http://127.0.0.1/callback/work"])
    );
}

#[test]
fn a_secret_is_told_only_as_set() {
    let home = home();
    let file = home.file("client-secret", "a very secret secret\n");
    let add = [
        "profile",
        "add",
        "work",
        "--client-id",
        "x",
        "--client-secret-file",
        &file,
    ];
    let added = home.json(&add).ok();
    assert_eq!(added.json()["settings"]["client_secret"]["value"], "set");
    assert!(!added.stdout.contains("very secret"));
    let deep = "handover={\"x\": [{\"client_secret\": \"abc\"}]}";
    home.json(&["profile", "add", "more", "--set", deep])
        .fails("usage", 2);
    home.json(&["profile", "add", "more", "--set", "client_secret=abc"])
        .fails("usage", 2);
    let words = home
        .json(&["profile", "add", "more", "--set", "client_kwargs.rsa_key=abc"])
        .fails("usage", 2);
    assert!(words.contains("--rsa-key-file"), "{words}");
    home.run_with(
        &["--json", "profile", "add", "piped", "--client-secret-file", "-"],
        "from a pipe\n",
    )
    .ok();
}

#[test]
fn unknown_keys_are_named_with_the_nearest_known_one() {
    let home = home();
    let words = home
        .json(&["profile", "add", "work", "--set", "client_idd=x"])
        .fails("invalid_profile", 2);
    assert!(
        words.contains("client_idd") && words.contains("client_id"),
        "{words}"
    );
    for (key, near) in [
        ("scope", "`client_kwargs.scope`"),
        ("client_kwargs.scop", "`client_kwargs.scope`"),
        ("client_kwargs.client_idd", "`client_id`"),
    ] {
        let words = home
            .json(&["profile", "add", "work", "--set", &format!("{key}=x")])
            .fails("invalid_profile", 2);
        assert!(words.contains(near), "{words}");
    }
    let words = home
        .json(&["profile", "add", "work", "--set", "client_kwargs.verify=false"])
        .fails("invalid_profile", 2);
    assert!(words.contains("verify"), "{words}");
}

#[test]
fn an_import_is_all_or_nothing_and_lists_every_fault() {
    let home = home();
    let good =
        json!({"one": {"client_id": "a", "issuer": "https://a.example.test"}, "two": {"client_id": null}});
    let file = home.file("good.json", &good.to_string());
    let imported = home.json(&["profile", "import", &file]).ok().json();
    assert_eq!(imported.as_array().unwrap().len(), 2);
    home.json(&["profile", "import", &file])
        .fails("already_exists", 2);
    home.json(&["profile", "import", &file, "--replace"]).ok();
    let bad = json!({"three": {"client_id": "a"}, "four": {"nonsense": 1}, "-five": {}});
    let file = home.file("bad.json", &bad.to_string());
    let words = home
        .json(&["profile", "import", &file])
        .fails("invalid_profile", 2);
    assert!(words.contains("nonsense") && words.contains("-five"), "{words}");
    assert_eq!(
        home.json(&["profile", "list"])
            .ok()
            .json()
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn a_profile_with_accounts_is_removed_only_together_with_them() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    link(&home);
    home.json(&["profile", "remove", "work"]).fails("usage", 2);
    assert_eq!(accounts_in(&home), 1);
    assert_eq!(
        home.json(&["profile", "remove", "work", "--unlink"]).ok().json(),
        json!({})
    );
    assert_eq!(accounts_in(&home), 0);
    home.json(&["profile", "show", "work"]).fails("not_found", 2);
}

#[test]
fn names_are_taken_once() {
    let home = home();
    home.json(&["profile", "add", "work", "--client-id", "x"]).ok();
    home.json(&["profile", "add", "work", "--client-id", "y"])
        .fails("already_exists", 2);
    for name in [".hidden", "work/more"] {
        let words = home.json(&["profile", "add", name]).fails("usage", 2);
        assert!(words.contains("the name of a profile has 1 to 64"), "{words}");
    }
    home.json(&["profile", "show", "nobody"]).fails("not_found", 2);
    home.json(&["link", "nobody"]).fails("not_found", 2);
    let missing = home.json(&["link", "work", "--no-open"]);
    missing.fails("invalid_profile", 2);
}

#[test]
fn extra_parameters_reach_the_requests_they_are_for() {
    let hostile = Hostile::honest();
    let home = home();
    let settings = json!({
        "issuer": hostile.issuer(), "client_id": CLIENT_ID,
        "client_kwargs": {"scope": "openid", "prompt": "consent"},
        "authorize_params": {"access_type": "offline"},
        "access_token_params": {"tenant": "t1"},
        "refresh_token_params": {"again": "yes"},
    });
    let file = home.file("settings.json", &settings.to_string());
    home.json(&["profile", "add", "work", "--from", &file]).ok();
    let account = link(&home);
    home.json(&["refresh", account["name"].as_str().unwrap()]).ok();
    let asked = hostile.asked();
    let of = |path: &str| {
        asked
            .iter()
            .filter(|asked| asked.path == path)
            .map(|asked| &asked.parameters)
            .collect::<Vec<_>>()
    };
    assert_eq!(of("/authorize")[0]["access_type"], "offline");
    assert_eq!(of("/authorize")[0]["prompt"], "consent");
    assert_eq!(of("/token")[0]["tenant"], "t1");
    assert_eq!(of("/token")[1]["again"], "yes");
}

#[test]
fn the_practice_provider_is_in_the_catalogue() {
    let home = home();
    let all = home.json(&["provider", "list"]).ok().json();
    assert!(
        all.as_array()
            .unwrap()
            .iter()
            .any(|provider| provider["id"] == "practice")
    );
    home.json(&["provider", "show", "practice"]).ok();
    home.json(&["provider", "show", "practise"]).fails("not_found", 2);
}

#[test]
fn set_changes_what_is_named_and_unset_leaves_it_to_the_layer_below() {
    let home = home();
    let add = [
        "profile",
        "add",
        "try",
        "--provider",
        "practice",
        "--client-id",
        "mine",
        "--set",
        "client_kwargs.prompt=login",
    ];
    home.json(&add).ok();
    let secret = home.file("secret", "s\n");
    let set = [
        "profile",
        "set",
        "try",
        "--client-secret-file",
        &secret,
        "--set",
        "userinfo_map.sub=data.id",
        "--unset",
        "client_kwargs.prompt",
        "--unset",
        "client_id",
    ];
    let changed = home.json(&set).ok().json();
    let own = home.json(&["profile", "export", "try"]).ok().json();
    assert_eq!(
        own,
        json!({"try": {"provider": "practice", "userinfo_map": {"sub": "data.id"}}})
    );
    let settings = &changed["settings"];
    assert_eq!(settings["client_secret"]["value"], "set");
    assert_eq!(settings["userinfo_map.sub"]["value"], "data.id");
    assert_eq!(settings.get("client_kwargs.prompt"), None);
    assert_eq!(settings["client_id"]["layer"], "catalogue");
    let from = home.file(
        "patch.json",
        r#"{"client_secret": null, "client_kwargs": {"scope": "openid notes"}}"#,
    );
    let settings = home.json(&["profile", "set", "try", "--from", &from]).ok().json()["settings"].clone();
    assert_eq!(settings["client_secret"]["value"], "not set");
    assert_eq!(settings["client_kwargs.scope"]["value"], "openid notes");
    assert_eq!(settings["userinfo_map.sub"]["value"], "data.id");
}

#[test]
fn a_change_that_does_not_fit_changes_nothing() {
    let home = home();
    home.json(&[
        "profile",
        "add",
        "work",
        "--issuer",
        "https://a.example",
        "--scope",
        "openid",
    ])
    .ok();
    let before = home.bytes();
    for (arguments, code, exit) in [
        (
            &["--set", "request_token_url=https://a.example/r"][..],
            "invalid_profile",
            2,
        ),
        (&["--unset", "issuer"], "invalid_profile", 2),
        (&["--unset", "isuer"], "invalid_profile", 2),
        (
            &["--set", "access_token_url=http://a.example/t"],
            "insecure_endpoint",
            8,
        ),
        (&["--set", "client_secret=x"], "usage", 2),
        (&[], "usage", 2),
    ] {
        let all: Vec<&str> = ["profile", "set", "work"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        home.json(&all).fails(code, exit);
    }
    home.json(&["profile", "set", "nobody", "--client-id", "x"])
        .fails("not_found", 2);
    assert_eq!(home.bytes(), before);
}

#[test]
fn a_renamed_profile_keeps_its_redirect_uris_and_its_accounts() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    let renamed = home.json(&["profile", "rename", "work", "office"]).ok().json();
    assert_eq!(renamed["name"], "office");
    assert_eq!(
        renamed["redirect_uris"],
        json!(["app.keybelt:/callback/work", "http://127.0.0.1/callback/work"])
    );
    let name = account["name"].as_str().unwrap();
    assert_eq!(home.json(&["show", name]).ok().json()["profile"], "office");
    home.json(&["refresh", name]).ok();
    home.json(&["profile", "show", "work"]).fails("not_found", 2);
    // The old name is free; its key is not.
    home.json(&["profile", "add", "work", "--client-id", "x"]).ok();
    let other = home.json(&["profile", "show", "work"]).ok().json();
    assert_eq!(other["redirect_uris"][0], "app.keybelt:/callback/work-2");
    home.json(&["profile", "rename", "work", "office"])
        .fails("already_exists", 2);
    home.json(&["profile", "rename", "nobody", "other"])
        .fails("not_found", 2);
    let before = home.bytes();
    assert_eq!(
        home.json(&["profile", "rename", "office", "office"]).ok().json(),
        home.json(&["profile", "show", "office"]).ok().json()
    );
    assert_eq!(home.bytes(), before);
    // Written down it has its name alone, and the person is told what that means elsewhere.
    let exported = home.json(&["profile", "export", "office", "work"]).ok();
    assert!(
        exported.stderr.contains("office end in work") && exported.stderr.contains("work end in work-2"),
        "{}",
        exported.stderr
    );
}

#[test]
fn conflicting_settings_are_named_when_they_are_entered() {
    let home = home();
    for (arguments, word) in [
        (
            &[
                "--set",
                "request_token_url=https://a.example/r",
                "--set",
                "client_kwargs.code_challenge_method=S256",
            ][..],
            "client_kwargs.code_challenge_method",
        ),
        (
            &["--set", "client_kwargs.signature_method=HMAC-SHA1"],
            "client_kwargs.signature_method",
        ),
        (&["--scope", "openid"], "client_kwargs.scope"),
        (
            &["--provider", "practice", "--set", "protocol=oauth1"],
            "provider",
        ),
        (&["--redirect-uri", "myapp://callback"], "redirect_uri"),
        (&["--redirect-uri", "oob"], "redirect_uri"),
        (
            &[
                "--redirect-uri",
                "com.example.app:/cb",
                "--set",
                "client_kwargs.response_mode=form_post",
            ],
            "redirect_uri",
        ),
        (
            &[
                "--set",
                "request_token_url=http://127.0.0.1:1/r",
                "--set",
                "client_kwargs.signature_method=PLAINTEXT",
            ],
            "client_kwargs.plaintext_on_loopback",
        ),
        (&["--set", "authorize_params.state=x"], "authorize_params.state"),
        (
            &["--set", "client_kwargs.prompt=none login"],
            "client_kwargs.prompt",
        ),
    ] {
        let all: Vec<&str> = ["profile", "add", "work"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        let words = home.json(&all).fails("invalid_profile", 2);
        assert!(words.contains(word), "{words}");
    }
    assert_eq!(home.json(&["profile", "list"]).ok().json(), json!([]));
    home.json(&[
        "profile",
        "add",
        "pin",
        "--redirect-uri",
        "oob",
        "--set",
        "request_token_url=https://a.example/r",
    ])
    .ok();
}

#[test]
fn a_profile_that_goes_with_its_accounts_waits_for_a_refresh_under_way() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    hostile.twist(Twists {
        token: Some(Box::new(|answer| answer.delay = Duration::from_secs(2))),
        ..Twists::default()
    });
    let mut refresh = home.command(&["--json", "refresh", crate::name_of(&account)]);
    let refresh = refresh
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while hostile.count("/token") < 2 {
        std::thread::yield_now();
    }
    home.json(&["profile", "remove", "work", "--unlink"]).ok();
    Ran::from(refresh.wait_with_output().unwrap()).ok();
    assert_eq!(accounts_in(&home), 0);
}

/// Writes into the vault's file, as a disk or a stranger might.
fn damage(home: &Home, sql: &str) {
    let script = "import sqlite3, sys\nwith sqlite3.connect(sys.argv[1]) as file: file.execute(sys.argv[2])";
    let file = home.path().join("vault.db");
    let done = Command::new("python3")
        .args(["-c", script])
        .arg(file)
        .arg(sql)
        .status();
    assert!(done.unwrap().success());
}

#[test]
fn a_damaged_profile_is_told_so_and_can_be_removed() {
    let home = home();
    for name in ["work", "other"] {
        home.json(&["profile", "add", name, "--client-id", "x"]).ok();
    }
    damage(&home, "UPDATE profiles SET settings = x'00' WHERE id = 1");
    for command in [
        &["profile", "show", "work"][..],
        &["profile", "set", "work", "--client-id", "y"],
        &["profile", "export", "work"],
        &["link", "work", "--no-open"],
    ] {
        let words = home.json(command).fails("vault_damaged", 5);
        assert!(
            words.contains("profile work") && words.contains("keybelt profile remove work"),
            "{words}"
        );
    }
    home.json(&["profile", "add", "work", "--client-id", "x"])
        .fails("already_exists", 2);
    let check = home.json(&["vault", "check"]);
    let words = check.fails("vault_damaged", 5);
    assert!(
        words.contains("Everything else still works") && words.contains("profile remove"),
        "{words}"
    );
    assert_eq!(
        check.json(),
        json!({"damaged": [{"record": "profiles/1", "cause": "it does not open"}]})
    );
    home.json(&["profile", "show", "other"]).ok();
    assert_eq!(home.json(&["profile", "remove", "work"]).ok().json(), json!({}));
    home.json(&["vault", "check"]).ok();
    home.json(&["profile", "remove", "work"]).fails("not_found", 2);
    home.json(&["profile", "add", "work", "--client-id", "x"]).ok();
}

#[test]
fn a_damaged_profile_keeps_its_accounts_until_they_may_go_with_it() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    let account = link(&home);
    damage(&home, "UPDATE profiles SET settings = x'00'");
    let words = home.json(&["profile", "remove", "work"]).fails("usage", 2);
    assert!(words.contains(crate::name_of(&account)), "{words}");
    damage(&home, "UPDATE accounts SET summary = x'00'");
    let words = home.json(&["profile", "remove", "work"]).fails("usage", 2);
    assert!(words.contains("accounts/1 (damaged"), "{words}");
    home.json(&["profile", "remove", "work", "--unlink"]).ok();
    home.json(&["vault", "check"]).ok();
    assert_eq!(accounts_in(&home), 0);
}

#[test]
fn what_is_to_be_done_about_damage_is_said_by_what_was_hit() {
    let hostile = Hostile::honest();
    let home = home_with(&hostile);
    link(&home);
    let hint = |sql: &str| {
        damage(&home, sql);
        home.json(&["vault", "check"]).fails("vault_damaged", 5)
    };
    let words = hint("UPDATE ledger SET line = x'00' WHERE id = 1");
    assert!(
        words.contains("line of the log") && !words.contains("profile"),
        "{words}"
    );
    let words = hint("UPDATE accounts SET tokens = x'00'");
    assert!(
        words.contains("line of the log") && words.contains("--account"),
        "{words}"
    );
}

#[test]
fn what_the_practice_provider_kept_begins_anew_where_it_is_damaged() {
    let home = home();
    let practice = |expected: bool| {
        // Beside JSON nothing is said to people.
        let running = home.start(&["practice", "--port", "0", "--auto"]);
        assert!(running.next_line().is_some());
        running.signal("INT");
        let told = running.end().stderr;
        assert_eq!(told.contains("begins anew"), expected, "{told}");
    };
    let running = home.start(&["--json", "practice", "--port", "0", "--auto"]);
    let ready = running.json();
    let issuer = ready["issuer"].as_str().unwrap();
    let client = ready["client_id"].as_str().unwrap();
    let add = ["profile", "add", "try", "--issuer", issuer, "--client-id", client];
    home.json(&[&add[..], &["--scope", "openid"]].concat()).ok();
    home.link(&["try"], &Person::allowing("ada")).ok();
    running.signal("INT");
    drop(running);
    practice(false);
    damage(&home, "UPDATE blobs SET content = x'00'");
    let words = home.json(&["vault", "check"]).fails("vault_damaged", 5);
    assert!(
        words.contains("made anew") && !words.contains("profile"),
        "{words}"
    );
    practice(true);
}

#[test]
fn damage_to_the_whole_file_is_not_told_as_that_of_a_record() {
    let home = home();
    home.json(&["profile", "add", "work", "--client-id", "x"]).ok();
    damage(&home, "DROP TABLE accounts");
    for command in [&["profile", "list"][..], &["vault", "check"]] {
        let words = home.json(command).fails("vault_damaged", 5);
        assert!(!words.contains("Everything else"), "{words}");
        assert!(words.contains("keybelt vault restore"), "{words}");
    }
}

#[test]
fn endpoints_that_no_flow_uses_yet_are_taken_kept_shown_and_exported() {
    let names = [
        "introspection_endpoint",
        "device_authorization_endpoint",
        "end_session_endpoint",
        "pushed_authorization_request_endpoint",
        "registration_endpoint",
    ];
    let address = |name: &str, at: &str| format!("https://{at}.example.test/{name}?tenant=1");
    let hostile = Hostile::twisted(Twists {
        metadata: Some(Box::new(move |answer| {
            answer.edit(|body| {
                names
                    .iter()
                    .for_each(|name| body[name] = json!(address(name, "server")))
            });
        })),
        ..Twists::default()
    });
    let home = home_with(&hostile);
    let told = |home: &Home, name: &str| {
        let shown = home.json(&["profile", "show", "work"]).ok().json();
        let setting = shown["settings"][name].clone();
        (setting["value"].clone(), setting["layer"].clone())
    };
    link(&home);
    for name in names {
        assert_eq!(
            told(&home, name),
            (json!(address(name, "server")), json!("metadata")),
            "{name}"
        );
        // What the profile says comes first, and goes on when the metadata is read anew.
        let set = |value: &str| home.json(&["profile", "set", "work", "--set", &format!("{name}={value}")]);
        set("http://mine.example.test/").fails("insecure_endpoint", 8);
        set("not an address").fails("invalid_profile", 2);
        set(&address(name, "mine")).ok();
    }
    link(&home);
    let exported = home.json(&["profile", "export", "work"]).ok().json();
    for name in names {
        let mine = json!(address(name, "mine"));
        assert_eq!(told(&home, name), (mine.clone(), json!("profile")), "{name}");
        assert_eq!(exported["work"][name], mine, "{name}");
    }
    let elsewhere = crate::home();
    let file = elsewhere.file("profiles.json", &exported.to_string());
    elsewhere.json(&["profile", "import", &file]).ok();
    for name in names {
        assert_eq!(told(&elsewhere, name).0, json!(address(name, "mine")), "{name}");
        home.json(&["profile", "set", "work", "--unset", name]).ok();
        assert_eq!(told(&home, name).1, json!("metadata"), "{name}");
    }
}

#[test]
fn addresses_of_the_catalogue_are_not_those_of_another_server() {
    let home = home();
    let add = |name: &str, issuer: &str| {
        let set = format!("issuer={issuer}");
        let add = ["profile", "add", name, "--provider", "gitlab", "--client-id", "c"];
        let added = home.json(&[&add[..], &["--set", &set]].concat()).ok();
        added.json()["settings"].clone()
    };
    let own = add("own", "https://gitlab.com");
    assert_eq!(own["api_base_url"]["value"], "https://gitlab.com/api/v4/");
    let another = add("another", "https://git.example.org");
    assert_eq!(another["issuer"]["value"], "https://git.example.org");
    assert!(another.get("api_base_url").is_none(), "{another}");
    assert_eq!(another["client_kwargs.scope"], own["client_kwargs.scope"]);
}

#[test]
fn what_a_profile_lacks_before_it_can_be_linked_is_said_when_it_is_added() {
    let home = home();
    let told = |arguments: &[&str]| home.run(&[&["profile", "add"], arguments].concat()).ok().stdout;
    let bare = told(&["bare"]);
    assert!(
        bare.contains("lacks client_id, authorize_url, access_token_url"),
        "{bare}"
    );
    let named = told(&["spotify", "--client-id", "c"]);
    assert!(
        named.contains("profile set spotify --provider spotify"),
        "{named}"
    );
    let one_url = told(&["url", "--issuer", "https://id.example.org"]);
    assert!(one_url.contains("lacks client_id."), "{one_url}");
    let whole = told(&[
        "whole",
        "--issuer",
        "https://id.example.org",
        "--client-id",
        "c",
        "--scope",
        "openid",
    ]);
    assert!(
        whole.contains("keybelt link whole") && !whole.contains("lacks"),
        "{whole}"
    );
}
