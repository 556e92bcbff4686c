//! The built-in providers: what Keybelt knows of a provider before anybody types anything.
//!
//! Owns: one file of data a provider (`providers/ID.json`), and looking it up by id.
//! Never: code for one provider, the network, a secret.
//! Start at: [`find`], then `providers/practice.json`.

mod entry;

use std::sync::LazyLock;

use keybelt_contract::Provider;

use entry::parse;

/// The files of data. A file that is not in this list is found by the tests.
const FILES: &[&str] = &[
    include_str!("../providers/atlassian.json"),
    include_str!("../providers/bitbucket.json"),
    include_str!("../providers/box.json"),
    include_str!("../providers/digitalocean.json"),
    include_str!("../providers/discogs.json"),
    include_str!("../providers/discord.json"),
    include_str!("../providers/dropbox.json"),
    include_str!("../providers/figma.json"),
    include_str!("../providers/flickr.json"),
    include_str!("../providers/github.json"),
    include_str!("../providers/gitlab.json"),
    include_str!("../providers/google.json"),
    include_str!("../providers/hugging-face.json"),
    include_str!("../providers/openstreetmap.json"),
    include_str!("../providers/practice.json"),
    include_str!("../providers/practice-oauth1.json"),
    include_str!("../providers/spotify.json"),
    include_str!("../providers/strava.json"),
    include_str!("../providers/todoist.json"),
    include_str!("../providers/tumblr-oauth1.json"),
    include_str!("../providers/twitch.json"),
    include_str!("../providers/twitter.json"),
    include_str!("../providers/twitter-oauth1.json"),
    include_str!("../providers/zoom.json"),
];

// A file that is no entry would be left out here; that none is, the tests prove.
static ENTRIES: LazyLock<Vec<Provider>> =
    LazyLock::new(|| FILES.iter().filter_map(|text| parse(text).ok()).collect());

/// Every provider of the catalogue, sorted by id.
pub fn all() -> impl Iterator<Item = &'static Provider> {
    ENTRIES.iter()
}

/// The provider of this id, byte for byte.
pub fn find(id: &str) -> Option<&'static Provider> {
    all().find(|entry| entry.summary.id == id)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use keybelt_primitives::{Endpoint, Issuer};

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_an_entry_under_its_own_id() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("providers");
        let mut ids: Vec<String> = Vec::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let entry = parse(&std::fs::read_to_string(&path).unwrap());
            let id = entry
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
                .summary
                .id;
            assert_eq!(path.file_name().unwrap().to_str().unwrap(), format!("{id}.json"));
            ids.push(id);
        }
        ids.sort();
        assert!(!ids.is_empty());
        assert_eq!(
            all().map(|entry| entry.summary.id.clone()).collect::<Vec<_>>(),
            ids
        );
    }

    #[test]
    fn the_practice_provider_can_be_linked_without_a_word_from_the_person() {
        let practice = find("practice").unwrap();
        let text = |key: &str| practice.settings[key].as_str().unwrap();
        let issuer = Issuer::parse(text("issuer")).unwrap();
        let endpoint = Endpoint::parse(issuer.as_str()).unwrap();
        assert!(endpoint.is_plain_loopback() && endpoint.url().port().is_some());
        assert!(text("api_base_url").starts_with(issuer.as_str()));
        assert!(!text("client_id").is_empty());
        let scope = practice.settings["client_kwargs"]["scope"].as_str().unwrap();
        assert!(scope.split(' ').any(|scope| scope == "openid"));
    }

    #[test]
    fn the_practice_provider_by_oauth_1_is_the_same_server_and_needs_no_secret() {
        let (practice, signed) = (find("practice").unwrap(), find("practice-oauth1").unwrap());
        let issuer = practice.settings["issuer"].as_str().unwrap();
        for key in [
            "request_token_url",
            "authorize_url",
            "access_token_url",
            "userinfo_endpoint",
            "api_base_url",
        ] {
            let address = signed.settings[key].as_str().unwrap();
            assert!(address.starts_with(&format!("{issuer}/")), "{key}");
        }
        assert_eq!(signed.settings["client_id"], practice.settings["client_id"]);
        assert_eq!(
            signed.settings["client_kwargs"]["token_endpoint_auth_method"],
            "none"
        );
    }

    #[test]
    fn an_id_is_found_byte_for_byte() {
        assert!(find("practice").is_some());
        for unknown in ["Practice", "practise", "", "practice "] {
            assert!(find(unknown).is_none(), "{unknown:?}");
        }
    }
}
