//! Redirects, with a token in hand.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use keybelt_test_support::hostile::{Answer, Hostile};
use serde_json::json;

use super::Api;

#[test]
fn redirects_are_followed_three_times_and_within_the_origin_only() {
    let (api, other) = (Api::honest(), Hostile::honest());
    api.answers(|asked, answer| {
        let number = asked
            .path
            .rsplit('/')
            .next()
            .and_then(|last| last.parse::<usize>().ok());
        if let Some(left @ 1..) = number {
            *answer = Answer::redirect(&format!("/api/v1/{}", left - 1));
        }
    });
    assert_eq!(api.request(&["3"]).ok().json()["status"], 200);
    let asked = api.asked();
    assert_eq!(asked.len(), 4);
    assert!(
        asked
            .iter()
            .all(|hop| hop.authorization.is_some() && hop.authorization == asked[0].authorization)
    );
    assert_eq!(api.request(&["4"]).ok().json()["status"], 302);
    assert_eq!(api.asked().len(), 8);

    for target in [
        format!("{}/api/v1/me", other.issuer()),
        other.issuer().replace("http:", ""),
        "https://evil.example/".to_owned(),
        "javascript:alert(1)".to_owned(),
        format!("http://user@{}/", api.hostile.issuer().replace("http://", "")),
    ] {
        let location = target.clone();
        api.answers(move |_, answer| *answer = Answer::redirect(&location));
        let told = api.request(&["me"]).ok();
        assert_eq!(told.json()["status"], 302, "{target}");
        let headers = told.json()["headers"].clone();
        assert!(
            headers.as_array().unwrap().contains(&json!(["location", target])),
            "{headers}"
        );
        assert!(told.stderr.contains("another origin"), "{}", told.stderr);
    }
    assert_eq!(other.asked().len(), 0, "nothing of it, and no token, went there");
}

#[test]
fn a_redirected_post_is_sent_again_or_turned_into_a_get_as_http_has_it() {
    for (status, method, body) in [
        (301, "GET", ""),
        (302, "GET", ""),
        (303, "GET", ""),
        (307, "POST", "a=1"),
        (308, "POST", "a=1"),
    ] {
        let api = Api::honest();
        api.answers(move |asked, answer| {
            if asked.path.ends_with("/old") {
                *answer = Answer::redirect("new?x=y");
                answer.status = status;
            }
        });
        let form = api.home.file("form", "a=1");
        assert_eq!(api.request(&["old", "--data", &form]).ok().json()["status"], 200);
        let asked = &api.asked()[1];
        assert_eq!(
            (asked.path.as_str(), asked.query.as_str()),
            ("/api/v1/new", "x=y")
        );
        assert_eq!(
            (asked.method.as_str(), asked.body.as_slice()),
            (method, body.as_bytes())
        );
        assert_eq!(asked.headers.contains_key("content-type"), method == "POST");
        assert!(asked.authorization.is_some());
    }
}

#[test]
fn redirects_and_their_answers_share_one_time() {
    let api = Api::honest();
    let count = AtomicUsize::new(0);
    api.answers(move |_, answer| {
        *answer = Answer::redirect(&format!("/api/v1/{}", count.fetch_add(1, Ordering::Relaxed)));
        answer.delay = Duration::from_millis(700);
    });
    api.request(&["me", "--timeout", "1"]).fails("network", 6);
}
