//! Profiles from documents: JSON, TOML, Authlib's Python setting, lines of an `.env` file.

use keybelt_test_support::Home;
use serde_json::{Value, json};

use crate::home;

const AUTHLIB_EXAMPLE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../tests/data/authlib/django_settings.py"
);

const RSA_KEY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../tests/data/oauth1/rsa-2048.pem"
);

fn profiles(home: &Home) -> Vec<Value> {
    home.json(&["profile", "list"])
        .ok()
        .json()
        .as_array()
        .unwrap()
        .clone()
}

#[test]
fn authlibs_own_example_goes_in_as_it_stands() {
    let home = home();
    let imported = home.json(&["profile", "import", AUTHLIB_EXAMPLE]).ok().json();
    let twitter = &imported[0];
    assert_eq!(
        (&twitter["name"], &twitter["protocol"], &twitter["provider"]),
        (&json!("twitter"), &json!("oauth1"), &Value::Null)
    );
    let own: Vec<_> = twitter["settings"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, setting)| setting["layer"] == "profile")
        .map(|(key, setting)| (key.as_str(), setting["value"].as_str().unwrap()))
        .collect();
    assert_eq!(
        own,
        [
            ("access_token_url", "https://api.twitter.com/oauth/access_token"),
            ("api_base_url", "https://api.twitter.com/1.1/"),
            ("authorize_url", "https://api.twitter.com/oauth/authenticate"),
            ("client_id", "Twitter Consumer Key"),
            ("client_secret", "set"),
            ("request_token_url", "https://api.twitter.com/oauth/request_token"),
        ]
    );
    assert_eq!(home.json(&["profile", "show", "twitter"]).ok().json(), *twitter);
}

#[test]
fn every_form_says_the_same() {
    let forms = [
        r#"{"work": {"client_id": "a", "client_secret": "s", "issuer": "https://a.example", "client_kwargs": {"scope": "openid x"}, "hosts": ["b.example"]}}"#,
        "[work]\nclient_id = \"a\"\nclient_secret = \"s\"\nissuer = \"https://a.example\"\nhosts = [\"b.example\"]\n\n[work.client_kwargs]\nscope = \"openid x\"\n",
        "import os\n\nAUTHLIB_OAUTH_CLIENTS = {\n  'work': {'client_id': 'a', 'client_secret': r's', 'issuer': ('https://'\n     'a.example'),  # the issuer\n   'client_kwargs': {'scope': 'openid x', 'prompt': None,}, 'hosts': ('b.example',)},\n}\nDEBUG = os.environ.get('DEBUG')\n",
        "export WORK_CLIENT_ID=a\nWORK_CLIENT_SECRET='s' # mine\nWORK_ISSUER=https://a.example\nWORK_HOSTS='[\"b.example\"]'\nWORK_CLIENT_KWARGS='{\"scope\": \"openid x\"}'\nOTHER=1\n",
    ];
    let imported: Vec<Value> = forms
        .iter()
        .map(|text| {
            let home = home();
            home.run_with(&["--json", "profile", "import", "-"], text)
                .ok()
                .json()
        })
        .collect();
    assert_eq!(
        imported[0][0]["settings"]["client_kwargs.scope"]["value"],
        "openid x"
    );
    for (form, other) in forms.iter().zip(&imported) {
        assert_eq!(other, &imported[0], "{form}");
    }
}

#[test]
fn variables_add_to_a_profile_and_to_the_catalogue() {
    let home = home();
    let add = [
        "profile",
        "add",
        "my-work",
        "--issuer",
        "https://a.example",
        "--client-id",
        "old",
    ];
    home.json(&add).ok();
    let file = home.file("env", "MY_WORK_CLIENT_SECRET=s\nPRACTICE_CLIENT_ID=mine\n");
    let imported = home.json(&["profile", "import", &file]).ok().json();
    assert_eq!(imported[0]["name"], "my-work");
    assert_eq!(imported[0]["settings"]["issuer"]["value"], "https://a.example");
    assert_eq!(imported[0]["settings"]["client_secret"]["value"], "set");
    assert_eq!(
        (&imported[1]["name"], &imported[1]["provider"]),
        (&json!("practice"), &json!("practice"))
    );
    let client_id = &imported[1]["settings"]["client_id"];
    assert_eq!(
        (&client_id["value"], &client_id["layer"]),
        (&json!("mine"), &json!("profile"))
    );
    assert_eq!(client_id["overrides"], "keybelt-practice");

    // A variable says the setting anew, and leaves the others.
    let file = home.file("env", "MY_WORK_CLIENT_ID=new\nMY_WORK_CLIENT_SECRET=s\n");
    home.json(&["profile", "import", &file]).ok();
    let after = home.json(&["profile", "show", "my-work"]).ok().json();
    assert_eq!(after["settings"]["client_id"]["value"], "new");
    assert_eq!(after["settings"]["issuer"]["value"], "https://a.example");
}

#[test]
fn every_fault_is_listed_with_the_names_that_are_taken_and_nothing_changes() {
    let home = home();
    home.json(&["profile", "add", "one", "--client-id", "x"]).ok();
    let before = home.bytes();
    let document = json!({
        "one": {"client_id": "y"},
        "two": {"isuer": "https://a.example"},
        "three": {"access_token_url": "https://a.example/t", "request_token_params": {"a": "b"}},
        "four": {"client_kwargs": {"scope": "openid"}},
        "five": {},
    });
    let file = home.file("profiles.json", &document.to_string());
    let words = home
        .json(&["profile", "import", &file])
        .fails("invalid_profile", 2);
    for word in [
        "already: one",
        "`isuer`",
        "`issuer`",
        "`request_token_params.a`",
        "four `client_kwargs.scope`",
    ] {
        assert!(words.contains(word), "{word}: {words}");
    }
    let insecure = json!({"one": {}, "two": {"access_token_url": "http://a.example/t"}});
    let file = home.file("profiles.json", &insecure.to_string());
    home.json(&["profile", "import", &file])
        .fails("insecure_endpoint", 8);
    assert_eq!(home.bytes(), before);
    assert_eq!(profiles(&home).len(), 1);
}

#[test]
fn a_value_that_does_not_fit_hides_no_other_fault() {
    let home = home();
    let document = json!({
        "one": {
            "client_id": 5,
            "client_secret": true,
            "isuer": "x",
            "access_token_url": "https://a.example/t",
            "authorize_params": {"state": "x"},
            "client_kwargs": {"scope": "openid", "realm": "r", "rsa_key": 5},
        },
        ".two": {"hosts": 5},
        "three": {"issuer": "no address", "client_kwargs": {"scope": "openid"}},
        "four": {"provider": "practise", "client_kwargs": {"scope": "openid"}},
        "five": 5,
    });
    let file = home.file("profiles.json", &document.to_string());
    let words = home
        .json(&["profile", "import", &file])
        .fails("invalid_profile", 2);
    for told in [
        "one `client_id`",
        "one `client_secret`",
        "one `isuer`",
        "one `authorize_params.state`",
        "one `client_kwargs.realm`",
        "one `client_kwargs.rsa_key`",
        "one `client_kwargs.scope`",
        ".two `name`",
        ".two `hosts`",
        "three `issuer`",
        "four `provider`",
        "five `settings`",
    ] {
        assert!(words.contains(told), "{told}: {words}");
    }
    // What is there but does not fit is not missing, and what an unknown provider gives is not known.
    for not_told in ["three `client_kwargs.scope`", "four `client_kwargs.scope`"] {
        assert!(!words.contains(not_told), "{not_told}: {words}");
    }
    assert!(profiles(&home).is_empty());
}

#[test]
fn every_line_of_variables_that_cannot_be_read_is_told() {
    let home = home();
    let lines = "A_CLIENT_ID=$(id)\nA_CLIENT_SECRET='hidden\nB_CLIENT_ID=b\nB_ISSUER=http://b.example\nB_CLIENT_KWARGS=5\n";
    let words = home
        .run_with(&["--json", "profile", "import", "-"], lines)
        .fails("insecure_endpoint", 8);
    for told in [
        "a `client_id`: line 1",
        "a `client_secret`: line 2",
        "b `issuer`",
        "b `client_kwargs`",
    ] {
        assert!(words.contains(told), "{told}: {words}");
    }
    assert!(!words.contains("hidden"), "{words}");
    assert!(profiles(&home).is_empty());
}

#[test]
fn what_cannot_be_read_is_told_by_its_line_and_shows_no_secret() {
    let home = home();
    for (text, words) in [
        (
            "AUTHLIB_OAUTH_CLIENTS = {\n 'a': {\n  'client_secret': os.environ['SECRET'] + 'hidden'}}",
            "line 3",
        ),
        (
            "AUTHLIB_OAUTH_CLIENTS = {\n 'a': {\n  'client_secret': hidden}}",
            "line 3",
        ),
        (
            "AUTHLIB_OAUTH_CLIENTS = {'a': {'client_secret': f'hidden{x}'}}",
            "f-string",
        ),
        ("[a]\nclient_secret = 'hidden\n", "line 2"),
        ("{\"a\": {\n\"client_secret\": \"hidden\",,}}", "line 2"),
        ("A_CLIENT_ID=x\nA_CLIENT_SECRET=\"hidden", "line 2"),
        ("hidden", "neither JSON"),
    ] {
        let ran = home.run_with(&["--json", "profile", "import", "-"], text);
        let said = ran.fails("invalid_profile", 2);
        assert!(said.contains(words), "{text}: {said}");
        assert!(!said.contains("hidden"), "{said}");
    }
    assert!(profiles(&home).is_empty());
}

#[test]
fn what_is_exported_is_imported_again_as_it_was() {
    let home = home();
    home.json(&["profile", "import", AUTHLIB_EXAMPLE]).ok();
    let key = home.file("key.pem", &std::fs::read_to_string(RSA_KEY).unwrap());
    let add = [
        "profile",
        "add",
        "try.it",
        "--provider",
        "practice",
        "--set",
        "client_kwargs.prompt=login",
        "--set",
        "userinfo_map.sub=data.id",
        "--set",
        "hosts=[\"a.example\"]",
    ];
    home.json(&add).ok();
    home.json(&["profile", "add", "zz-signed", "--provider", "practice-oauth1"])
        .ok();
    let set = [
        "profile",
        "set",
        "twitter",
        "--rsa-key-file",
        &key,
        "--set",
        "client_kwargs.signature_method=RSA-SHA1",
        "--set",
        "client_kwargs.body_hash=true",
    ];
    home.json(&set).ok();
    let before = profiles(&home);
    for form in ["json", "toml", "python"] {
        let text = home
            .run(&["profile", "export", "--with-secrets", "--format", form])
            .ok()
            .stdout;
        assert!(
            text.contains("Twitter Consumer Secret") && text.contains("BEGIN PRIVATE KEY"),
            "{text}"
        );
        let other = crate::home();
        other.run_with(&["--json", "profile", "import", "-"], &text).ok();
        if form == "python" {
            // Authlib has no catalogue.
            assert!(
                text.contains("http://127.0.0.1:8722/.well-known/openid-configuration"),
                "{text}"
            );
        }
        assert_eq!(profiles(&other), before, "{form}");
        assert_eq!(
            other
                .run(&["profile", "export", "--with-secrets", "--format", form])
                .ok()
                .stdout,
            text
        );
    }
}

#[test]
fn secrets_go_out_only_where_that_is_asked_for_and_into_the_log_first() {
    let home = home();
    home.json(&["profile", "import", AUTHLIB_EXAMPLE]).ok();
    home.json(&["profile", "add", "public", "--client-id", "x"]).ok();
    let plain = home.json(&["profile", "export"]).ok();
    assert_eq!(plain.json()["public"], json!({"client_id": "x"}));
    assert!(!plain.stdout.contains("Consumer Secret"));
    assert_eq!(home.json(&["log"]).ok().json(), json!([]));
    let one = home
        .json(&["profile", "export", "twitter", "--with-secrets"])
        .ok()
        .json();
    assert_eq!(one["twitter"]["client_secret"], "Twitter Consumer Secret");
    assert_eq!(one.as_object().unwrap().len(), 1);
    home.json(&["profile", "export", "--with-secrets"]).ok();
    let log = home.json(&["log"]).ok().json();
    let told: Vec<_> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            (
                &line["event"],
                &line["via"],
                line["receiver"].is_string(),
                &line["account"],
            )
        })
        .collect();
    let line = (
        &json!("handed_over"),
        &json!("profile:twitter"),
        true,
        &Value::Null,
    );
    assert_eq!(told, [line, line]);
    let words = home.json(&["profile", "export", "twiter"]).fails("not_found", 2);
    assert!(words.contains("twitter?"), "{words}");
    for there in [&home, &crate::home()] {
        let words = there
            .json(&["profile", "export", "b", "twitter", "a", "b"])
            .fails("not_found", 2);
        assert!(words.contains("profiles a, b"), "{words}");
    }
    home.json(&["profile", "export", "--format", "toml"])
        .fails("usage", 2);
    for both in [["--format", "json", "--json"], ["--json", "--format", "json"]] {
        let all: Vec<&str> = ["profile", "export", "public"].into_iter().chain(both).collect();
        assert_eq!(home.run(&all).ok().json(), json!({"public": {"client_id": "x"}}));
    }
    assert_eq!(crate::home().json(&["profile", "export"]).ok().json(), json!({}));
}

#[test]
fn settings_of_one_profile_without_its_name_are_told_what_they_lack() {
    let home = home();
    for document in [
        r#"{"client_id": "a"}"#,
        r#"{"client_id": "a", "client_kwargs": {"scope": "x"}}"#,
    ] {
        let ran = home.run_with(&["--json", "profile", "import", "-"], document);
        let words = ran.fails("invalid_profile", 2);
        assert!(
            words.contains(r#"{\"NAME\": {settings}}"#) && words.contains("profile add NAME --from"),
            "{words}"
        );
    }
    // A profile may be called so.
    let named = r#"{"client_id": {"client_id": "a", "issuer": "https://a.example"}}"#;
    home.run_with(&["--json", "profile", "import", "-"], named).ok();
    assert_eq!(profiles(&home)[0]["name"], "client_id");
}

#[test]
fn an_import_says_which_variables_it_left_out_and_what_a_profile_lacks() {
    let home = home();
    let import = |text: &str, json: &[&str]| {
        home.run_with(&[json, &["profile", "import", "-"]].concat(), text)
            .ok()
    };
    let lines = "FOO_CLIENT_ID=abc\nFOO_BAR=1\nDATABASE_URL=postgres://x\n";
    let said = import(lines, &[]).stderr;
    for words in [
        "no setting: FOO_BAR.",
        "foo cannot be linked yet: it lacks authorize_url",
    ] {
        assert!(said.contains(words), "{said}");
    }
    assert!(!said.contains("DATABASE_URL"), "{said}");
    let told = import(lines, &["--json"]);
    assert_eq!(
        (&told.json()[0]["name"], told.stderr.as_str()),
        (&json!("foo"), "")
    );
    assert_eq!(import("PRACTICE_CLIENT_ID=mine\n", &[]).stderr, "");
}
