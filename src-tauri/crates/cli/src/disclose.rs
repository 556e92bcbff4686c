//! The one file of this face that opens secrets: each function is a command whose job it is to print one.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::Command;

use keybelt_contract::{Failure, FailureCode};
use keybelt_core::token::{BearerToken, Grant};
use keybelt_primitives::Secret;
use keybelt_primitives::text::why_unwritable;
use tempfile::NamedTempFile;

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

/// A file for `keybelt export --output` that only its owner can read, there whole or not at all. It is prepared before the
/// token is asked for, so that the ledger names no file that cannot be made.
pub struct ExportFile<'a> {
    path: &'a Path,
    file: NamedTempFile,
}

impl<'a> ExportFile<'a> {
    /// Prepares it beside its place.
    pub fn prepare(path: &'a Path) -> Result<Self, Fault> {
        match std::fs::metadata(path) {
            Ok(found) if found.is_dir() => {
                return Err(unwritable(path, &ErrorKind::IsADirectory.into()));
            }
            // A device such as /dev/null would be gone for everybody, were it replaced.
            Ok(found) if !found.is_file() => {
                return Err(Fault::usage(
                    &format!("{} is no plain file", path.display()),
                    "name a file, or - for standard output",
                ));
            }
            Ok(_) | Err(_) => {}
        }
        // Made with mode 0600, renamed over the old one: a link in its place is replaced, not followed.
        let file = NamedTempFile::new_in(folder_of(path)).map_err(|error| unwritable(path, &error))?;
        Ok(Self { path, file })
    }

    /// Writes the token, and puts the file into its place.
    pub fn write(self, exported: &Secret<String>) -> Result<(), Fault> {
        let path = self.path;
        self.write_whole(exported)
            .map_err(|error| unwritable(path, &error))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the person named the file; the ledger has it"
    )]
    fn write_whole(mut self, exported: &Secret<String>) -> std::io::Result<()> {
        self.file.write_all(exported.expose().as_bytes())?;
        self.file.as_file().sync_all()?;
        self.file.persist(self.path).map_err(|error| error.error)?;
        File::open(folder_of(self.path))?.sync_all()
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Fault {
    let full = error.kind() == ErrorKind::StorageFull;
    Fault::Failed(Failure {
        code: if full {
            FailureCode::DiskFull
        } else {
            FailureCode::Usage
        },
        // The kind alone: the temporary file's name would be no help.
        message: format!(
            "the file {} cannot be written: {}",
            path.display(),
            why_unwritable(error.kind())
        ),
        hint: "nobody got the token; name a file in a folder that is there and that you can write to"
            .to_owned(),
    })
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
        let file = ExportFile::prepare(&path).unwrap();
        file.write(&Secret::new("t".to_owned())).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "t");
        assert_eq!(std::fs::read_to_string(&elsewhere).unwrap(), "untouched");
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}
