//! The one file of this face that opens secrets: each function is a command whose job it is to print one.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use keybelt_contract::{Failure, FailureCode};
use keybelt_core::token::{BearerToken, Grant};
use keybelt_primitives::Secret;

use crate::fault::Fault;
use crate::output::Output;

/// `keybelt token`: the access token, and a newline.
pub fn token(output: &Output, token: &BearerToken) -> Result<(), Fault> {
    text(output, token.access_token(), "\n")
}

/// `keybelt token --json`: the token with what is said about it, or both halves of one of OAuth 1.
pub fn grant(output: &Output, grant: &Grant) -> Result<(), Fault> {
    text(output, &grant.json(), "\n")
}

/// `keybelt export`: what the format says.
pub fn export(output: &Output, exported: &Secret<String>) -> Result<(), Fault> {
    text(output, exported, "")
}

/// `keybelt profile export`: profiles written down, with their secrets only where that was asked for.
pub fn profiles(output: &Output, exported: &Secret<String>) -> Result<(), Fault> {
    text(output, exported, "")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the person asked for it on standard output; the ledger has it"
)]
fn text(output: &Output, secret: &Secret<String>, end: &str) -> Result<(), Fault> {
    let shown = Secret::new(format!("{}{end}", secret.expose()));
    output.bytes(shown.expose().as_bytes())
}

/// `keybelt export --output`: a file that only its owner can read, there whole or not at all.
#[expect(
    clippy::disallowed_methods,
    reason = "the person named the file; the ledger has it"
)]
pub fn export_to_file(path: &Path, exported: &Secret<String>) -> Result<(), Fault> {
    write_whole(path, exported.expose().as_bytes()).map_err(|error| {
        let full = error.kind() == std::io::ErrorKind::StorageFull;
        Fault::Failed(Failure {
            code: if full {
                FailureCode::DiskFull
            } else {
                FailureCode::Usage
            },
            message: format!("{} cannot be written: {error}", path.display()),
            hint: "the file is as it was before".to_owned(),
        })
    })
}

fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    // Made with mode 0600, renamed over the old one: a link in its place is replaced, not followed.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}

/// `keybelt exec`: the token in the child's environment, and nowhere else.
#[expect(
    clippy::disallowed_methods,
    reason = "the child is who the person named; the ledger has it"
)]
pub fn to_child<'a>(command: &'a mut Command, variables: &[(String, Secret<String>)]) -> &'a mut Command {
    command.envs(variables.iter().map(|(name, value)| (name, value.expose())))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn an_exported_file_is_its_owners_alone_and_follows_no_link() {
        let folder = tempfile::tempdir().unwrap();
        let (path, elsewhere) = (folder.path().join("token"), folder.path().join("elsewhere"));
        std::fs::write(&elsewhere, "untouched").unwrap();
        symlink(&elsewhere, &path).unwrap();
        export_to_file(&path, &Secret::new("t".to_owned())).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "t");
        assert_eq!(std::fs::read_to_string(&elsewhere).unwrap(), "untouched");
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}
