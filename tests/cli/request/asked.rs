//! What a request may carry.

use keybelt_test_support::hostile::Hostile;
use serde_json::json;

use super::Api;

#[test]
fn data_is_sent_as_a_form_unless_a_header_says_otherwise() {
    let api = Api::honest();
    let form = api.home.file("form", "title=a+b&x=%26\n");
    let document = api.home.file("document", "{\"title\": \"a b\"}\n");
    api.request(&["notes", "--data", &form]).ok();
    api.request(&[
        "PUT",
        "notes/1",
        "--data",
        &document,
        "--header",
        "Content-Type: application/json",
    ])
    .ok();
    api.request(&["delete", "notes/1"]).ok();
    api.request(&["POST", "notes"]).ok();
    let piped = api
        .home
        .run_with(&["request", &api.account, "notes", "--data", "-"], "a=1");
    piped.ok();
    let asked: Vec<(String, Option<String>, String)> = api
        .asked()
        .into_iter()
        .map(|asked| {
            let kind = asked.headers.get("content-type").cloned();
            (asked.method, kind, String::from_utf8(asked.body).unwrap())
        })
        .collect();
    let form = Some("application/x-www-form-urlencoded".to_owned());
    let of =
        |method: &str, kind: &Option<String>, body: &str| (method.to_owned(), kind.clone(), body.to_owned());
    assert_eq!(
        asked,
        [
            of("POST", &form, "title=a+b&x=%26"),
            of(
                "PUT",
                &Some("application/json".to_owned()),
                "{\"title\": \"a b\"}\n"
            ),
            of("DELETE", &None, ""),
            of("POST", &None, ""),
            of("POST", &form, "a=1"),
        ]
    );
    assert_eq!(api.asked()[3].headers["content-length"], "0");
    api.request(&["notes", "--data", "/no/such/file"])
        .fails("not_found", 2);
}

#[test]
fn a_header_that_carries_the_token_or_frames_the_request_is_refused() {
    let api = Api::honest();
    for header in [
        "Authorization: Bearer other",
        "authorization:x",
        "Proxy-Authorization: x",
        "Host: evil.example",
        "Content-Length: 3",
        "Transfer-Encoding: chunked",
        "Connection: close",
        "X: a\r\nAuthorization: Bearer other",
        "X: a\nX-Injected: b",
        "no colon",
        "X\r\n: y",
    ] {
        api.request(&["me", "--header", header]).fails("usage", 2);
    }
    for method in ["TRACE", "CONNECT", "GET /other", "GET\r\nX: y"] {
        api.request(&[method, "me"]).fails("usage", 2);
    }
    let form = api.home.file("form", "access_token=other");
    api.request(&["me", "--data", &form]).fails("usage", 2);
    api.request(&["me?access_token=other"]).fails("usage", 2);
    assert_eq!(api.asked().len(), 0);
    let honest = [
        "me",
        "--header",
        "X-Api-Version: 2",
        "--header",
        "Accept: text/csv",
    ];
    api.request(&honest).ok();
    let asked = &api.asked()[0];
    assert_eq!(
        (
            asked.headers["x-api-version"].as_str(),
            asked.headers["accept"].as_str()
        ),
        ("2", "text/csv")
    );
}

#[test]
fn the_token_stands_where_the_profile_places_it() {
    for word in ["query", "body"] {
        let api = Api::with(&json!({"client_kwargs": {"token_placement": word}}));
        let form = api.home.file("form", "a=1");
        api.request(&["me?x=y"]).ok();
        api.request(&["notes", "--data", &form]).ok();
        let [got, posted] = &api.asked()[..] else { panic!() };
        let token = api
            .home
            .run(&["token", &api.account])
            .ok()
            .stdout
            .trim()
            .to_owned();
        let parameter = format!("access_token={token}");
        if word == "query" {
            assert_eq!(
                (got.query.clone(), &got.authorization),
                (format!("x=y&{parameter}"), &None)
            );
            assert_eq!((&posted.query, posted.body.as_slice()), (&parameter, &b"a=1"[..]));
        } else {
            // RFC 6750 §2.2: a GET has no form to bear it in.
            assert_eq!(
                (got.query.as_str(), &got.authorization),
                ("x=y", &Some(format!("Bearer {token}")))
            );
            assert_eq!(
                String::from_utf8(posted.body.clone()).unwrap(),
                format!("a=1&{parameter}")
            );
            assert_eq!(posted.authorization, None);
            // A POST without a body gets one, and says how long it is.
            api.request(&["POST", "notes"]).ok();
            let bare = api.asked().pop().unwrap();
            assert_eq!(String::from_utf8(bare.body).unwrap(), parameter);
            assert_eq!(bare.headers["content-length"], parameter.len().to_string());
        }
    }
}

#[test]
fn an_account_that_is_not_there_is_named() {
    let api = Api::honest();
    api.home
        .json(&["request", "work/nobody", "me"])
        .fails("not_found", 2);
}

#[test]
fn an_api_that_wants_the_clients_id_gets_it_and_no_other_host_does() {
    let api = Api::with(&json!({"quirks": {"client_id_header": "Client-Id"}}));
    let other = Hostile::honest();
    api.request(&["me"]).ok();
    api.request(&["me", "--header", "client-id: mine"]).ok();
    let sent: Vec<String> = api
        .asked()
        .iter()
        .map(|asked| asked.headers["client-id"].clone())
        .collect();
    assert_eq!(sent, ["hostile-client", "mine"]);
    api.request(&[&format!("{}/api/v1/me", other.issuer())]).ok();
    assert!(!super::api_of(&other)[0].headers.contains_key("client-id"));
}
