//! An answer's body written to the person's folder for downloads.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use http::HeaderValue;
use keybelt_primitives::Endpoint;
use keybelt_primitives::text::why_unwritable;
use percent_encoding::percent_decode_str;

use super::ApiAnswer;
use super::error::SaveError;
use crate::new_file::new_file;

/// Names that are tried before it is given up.
const TRIES: u32 = 1_000;
/// The longest name without its ending, in characters.
const LONGEST: usize = 80;

/// The ending of a file by the kind of its content.
const ENDINGS: &[(&str, &str)] = &[
    ("application/gzip", "gz"),
    ("application/json", "json"),
    ("application/pdf", "pdf"),
    ("application/xml", "xml"),
    ("application/zip", "zip"),
    ("image/gif", "gif"),
    ("image/jpeg", "jpg"),
    ("image/png", "png"),
    ("image/webp", "webp"),
    ("text/csv", "csv"),
    ("text/html", "html"),
    ("text/plain", "txt"),
    ("text/xml", "xml"),
];

/// Writes the body to a new file that only its owner can read, and tells where it is.
pub async fn save(answer: &ApiAnswer) -> Result<PathBuf, SaveError> {
    let (name, body) = (answer.file_name.clone(), answer.body.clone());
    let written = tokio::task::spawn_blocking(move || {
        let folder = folder()?;
        write_new(&folder, &name, &body)
    });
    written.await.unwrap_or(Err(SaveError::NoFolder))
}

fn folder() -> Result<PathBuf, SaveError> {
    let folders = directories::UserDirs::new().ok_or(SaveError::NoFolder)?;
    let named = folders.download_dir().map(Path::to_owned);
    let folder = named.unwrap_or_else(|| folders.home_dir().join("Downloads"));
    std::fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
    Ok(folder)
}

fn write_new(folder: &Path, name: &str, body: &[u8]) -> Result<PathBuf, SaveError> {
    for number in 1..=TRIES {
        let path = folder.join(numbered(name, number));
        let mut file = match new_file(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(unwritable(&path, &error)),
        };
        return match file.write_all(body).and_then(|()| file.sync_all()) {
            Ok(()) => Ok(path),
            Err(error) => {
                // Half a file is worse than none.
                let _ = std::fs::remove_file(&path);
                Err(unwritable(&path, &error))
            }
        };
    }
    Err(SaveError::Unwritable {
        path: folder.join(name),
        cause: "files of that name are there already".to_owned(),
    })
}

fn numbered(name: &str, number: u32) -> String {
    match (number, name.rsplit_once('.')) {
        (1, _) => name.to_owned(),
        (_, Some((stem, ending))) => format!("{stem}-{number}.{ending}"),
        (_, None) => format!("{name}-{number}"),
    }
}

fn unwritable(path: &Path, error: &io::Error) -> SaveError {
    if error.kind() == io::ErrorKind::StorageFull {
        return SaveError::DiskFull;
    }
    SaveError::Unwritable {
        path: path.to_owned(),
        cause: why_unwritable(error.kind()),
    }
}

/// What a file with an answer may be called: the last part of its address that has a name, in plain letters, and an
/// ending by its kind.
pub(super) fn file_name(url: &Endpoint, kind: Option<&HeaderValue>) -> String {
    let last = url
        .url()
        .path_segments()
        .into_iter()
        .flatten()
        .rfind(|part| !part.is_empty());
    let decoded = percent_decode_str(last.unwrap_or_default()).decode_utf8_lossy();
    let plain: String = decoded
        .chars()
        .map(|letter| {
            let fits = letter.is_ascii_alphanumeric() || ['.', '_', '-'].contains(&letter);
            if fits { letter } else { '-' }
        })
        .take(LONGEST)
        .collect();
    let plain = plain.trim_matches(['.', '-']);
    let stem = if plain.is_empty() { "answer" } else { plain };
    if stem.contains('.') {
        return stem.to_owned();
    }
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let known = ENDINGS
        .iter()
        .find(|(name, _)| *name == kind)
        .map(|(_, ending)| *ending);
    let ending = known.unwrap_or(if kind.ends_with("+json") { "json" } else { "bin" });
    format!("{stem}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_after_its_address_and_its_kind() {
        for (url, kind, name) in [
            (
                "https://a.example/api/projects/40118",
                "application/json; charset=utf-8",
                "40118.json",
            ),
            (
                "https://a.example/api/export.tar.gz?x=y",
                "application/gzip",
                "export.tar.gz",
            ),
            (
                "https://a.example/api/Zo%C3%AB%2F..%2Fx/",
                "image/png",
                "Zo--..-x",
            ),
            ("https://a.example/%2e%2e%2f", "text/plain", "answer.txt"),
            ("https://a.example/", "application/problem+json", "answer.json"),
            ("https://a.example/x", "", "x.bin"),
        ] {
            let kind = HeaderValue::from_str(kind).unwrap();
            assert_eq!(
                file_name(&Endpoint::parse(url).unwrap(), Some(&kind)),
                name,
                "{url}"
            );
        }
        let long = format!("https://a.example/{}", "x".repeat(500));
        assert_eq!(
            file_name(&Endpoint::parse(&long).unwrap(), None).len(),
            LONGEST + 4
        );
    }

    #[test]
    fn a_file_that_is_there_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.json"), "mine").unwrap();
        let second = write_new(folder.path(), "a.json", b"{}").unwrap();
        assert_eq!(second, folder.path().join("a-2.json"));
        assert_eq!(std::fs::read(&second).unwrap(), b"{}");
        assert_eq!(std::fs::read(folder.path().join("a.json")).unwrap(), b"mine");
        let gone = folder.path().join("gone");
        assert!(matches!(
            write_new(&gone, "a", b""),
            Err(SaveError::Unwritable { .. })
        ));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed_and_the_file_is_its_owners() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("elsewhere");
        symlink(&target, folder.path().join("a")).unwrap();
        let path = write_new(folder.path(), "a", b"x").unwrap();
        assert!(!target.exists());
        assert_eq!(
            std::fs::metadata(path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}
