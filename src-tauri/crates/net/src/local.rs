//! The socket between processes of one person: lines of text, in a folder that only its owner can enter.
//!
//! This is how it is done on Unix; another system gets a file of its own beside this one.

use std::ffi::OsString;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::net::Ipv4Addr;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, Mode, OFlags, flock};
use rustix::process::geteuid;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use crate::buffer::Buffer;

/// The longest line, in bytes.
const LINE: usize = 1 << 20;

/// Why nothing listens.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BindError {
    /// Another process listens there.
    #[error("another process listens there")]
    InUse,
    /// Something stands there that is not ours.
    #[error("{0}")]
    Unsafe(String),
    /// The folder takes no socket.
    #[error("{0}")]
    Unavailable(String),
}

/// Why a line did not pass.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// The connection broke.
    #[error(transparent)]
    Broken(#[from] io::Error),
    /// Longer than any honest line, or no text.
    #[error("not a line")]
    NotALine,
    /// Nothing came in time.
    #[error("too slow")]
    TooSlow,
    /// Whoever is there is somebody else's process.
    #[error("the other side belongs to somebody else")]
    Stranger,
}

/// Listens at a path until dropped. The kernel frees the place when the process ends, however it ends.
pub struct Server {
    listener: UnixListener,
    path: PathBuf,
    _lock: File,
}

/// One line after another, either way.
pub struct Connection {
    stream: UnixStream,
    received: Buffer,
}

impl Server {
    /// Listens at `path`, whose folder is made (0700) where it is missing.
    ///
    /// # Errors
    /// Another process has the place, or the folder cannot hold a socket safely.
    #[expect(clippy::disallowed_methods, reason = "this crate opens the sockets")]
    pub async fn bind(path: &Path) -> Result<Self, BindError> {
        let unavailable = |error: io::Error| BindError::Unavailable(error.to_string());
        let folder = path
            .parent()
            .ok_or_else(|| BindError::Unavailable("it has no folder".to_owned()))?;
        if !folder.exists() {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)
                .map_err(unavailable)?;
        }
        // A lock tells who listens: the socket's own name stays behind when its owner dies.
        let lock = lock(&path.with_extension("lock"))?;
        match std::fs::symlink_metadata(path) {
            Ok(found) if !found.file_type().is_socket() || found.uid() != geteuid().as_raw() => {
                return Err(BindError::Unsafe(format!(
                    "{} is not a socket of yours",
                    path.display()
                )));
            }
            Ok(_) => std::fs::remove_file(path).map_err(unavailable)?,
            Err(_) => {}
        }
        let reachable = Reachable::of(path).map_err(unavailable)?;
        let listener = UnixListener::bind(&reachable.path).map_err(unavailable)?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(unavailable)?;
        Ok(Self {
            listener,
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// The next process of the same person that connects.
    pub async fn accept(&self) -> Connection {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) if is_own(&stream) => return Connection::over(stream),
                Ok(_) => {}
                // Out of files for a moment.
                Err(_) => tokio::time::sleep(crate::loopback::BREATH).await,
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Left behind, the next one removes it.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn lock(path: &Path) -> Result<File, BindError> {
    let opened = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
        .open(path);
    let file = match opened {
        Ok(file) => file,
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            return Err(BindError::Unsafe(format!("{} is a link", path.display())));
        }
        Err(error) => return Err(BindError::Unavailable(error.to_string())),
    };
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(BindError::InUse),
        Err(error) => Err(BindError::Unavailable(error.to_string())),
    }
}

/// Connects to whoever listens at `path`; `None`: nobody does.
///
/// # Errors
/// Somebody does who is not the same person.
#[expect(clippy::disallowed_methods, reason = "this crate opens the sockets")]
pub async fn connect(path: &Path) -> Result<Option<Connection>, LineError> {
    let Ok(reachable) = Reachable::of(path) else {
        return Ok(None);
    };
    let Ok(stream) = UnixStream::connect(&reachable.path).await else {
        return Ok(None);
    };
    if is_own(&stream) {
        Ok(Some(Connection::over(stream)))
    } else {
        Err(LineError::Stranger)
    }
}

/// Whether anybody listens at `path`: nothing is said, and the connection is closed at once. On Linux also in the
/// abstract namespace (unix(7)), where servers of displays listen besides.
#[expect(clippy::disallowed_methods, reason = "this crate opens the sockets")]
pub async fn answers(path: &Path) -> bool {
    if UnixStream::connect(path).await.is_ok() {
        return true;
    }
    let mut abstract_name = OsString::from("\0");
    abstract_name.push(path);
    cfg!(target_os = "linux") && UnixStream::connect(abstract_name).await.is_ok()
}

/// Whether anybody listens at a port of this machine.
#[expect(clippy::disallowed_methods, reason = "this crate opens the sockets")]
pub async fn answers_at_port(port: u16) -> bool {
    tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port))
        .await
        .is_ok()
}

fn is_own(stream: &UnixStream) -> bool {
    stream
        .peer_cred()
        .is_ok_and(|peer| peer.uid() == geteuid().as_raw())
}

/// A path short enough for a socket's address (unix(7): 108 bytes): by way of the open folder where it is longer.
struct Reachable {
    path: PathBuf,
    _folder: Option<rustix::fd::OwnedFd>,
}

impl Reachable {
    fn of(path: &Path) -> io::Result<Self> {
        if path.as_os_str().len() < 100 || !cfg!(target_os = "linux") {
            return Ok(Self {
                path: path.to_owned(),
                _folder: None,
            });
        }
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let folder = rustix::fs::open(folder, OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        let short = Path::new("/proc/self/fd")
            .join(folder.as_raw_fd().to_string())
            .join(name);
        Ok(Self {
            path: short,
            _folder: Some(folder),
        })
    }
}

impl Connection {
    fn over(stream: UnixStream) -> Self {
        Self {
            stream,
            received: Buffer::up_to(LINE),
        }
    }

    /// The next line without its end; `None`: the other side has hung up.
    ///
    /// # Errors
    /// The connection broke, or what came is no line.
    pub async fn read_line(&mut self) -> Result<Option<String>, LineError> {
        loop {
            if let Some(end) = self.received.bytes().iter().position(|byte| *byte == b'\n') {
                let line = self.received.bytes().get(..end).unwrap_or_default();
                let line = std::str::from_utf8(line)
                    .map_err(|_| LineError::NotALine)?
                    .to_owned();
                self.received.consume(end + 1);
                return Ok(Some(line));
            }
            if !self.fill().await? {
                return Ok(None);
            }
        }
    }

    /// The next line, waited for so long.
    ///
    /// # Errors
    /// As [`read_line`](Self::read_line), or nothing came in time.
    pub async fn read_line_within(&mut self, patience: Duration) -> Result<Option<String>, LineError> {
        tokio::time::timeout(patience, self.read_line())
            .await
            .unwrap_or(Err(LineError::TooSlow))
    }

    /// Sends a line, which holds no line end itself.
    ///
    /// # Errors
    /// The connection broke.
    pub async fn write_line(&mut self, line: &str) -> Result<(), LineError> {
        if line.contains('\n') {
            return Err(LineError::NotALine);
        }
        self.stream.write_all(format!("{line}\n").as_bytes()).await?;
        Ok(())
    }

    /// Resolves when the other side has hung up. Lines that come meanwhile are kept.
    pub async fn closed(&mut self) {
        while let Ok(true) = self.fill().await {}
    }

    async fn fill(&mut self) -> Result<bool, LineError> {
        let mut piece = [0; 4096];
        let count = self.stream.read(&mut piece).await?;
        self.received
            .push(piece.get(..count).unwrap_or_default())
            .map_err(|_| LineError::NotALine)?;
        Ok(count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn meet(path: &Path) {
        let server = Server::bind(path).await.unwrap();
        assert_eq!(Server::bind(path).await.err(), Some(BindError::InUse));
        let mode = std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let mut client = connect(path).await.unwrap().unwrap();
        let mut served = server.accept().await;
        client.write_line("one").await.unwrap();
        client.write_line("two").await.unwrap();
        assert_eq!(served.read_line().await.unwrap().as_deref(), Some("one"));
        served.write_line("three").await.unwrap();
        assert_eq!(client.read_line().await.unwrap().as_deref(), Some("three"));
        drop(client);
        served.closed().await;
        assert_eq!(served.read_line().await.unwrap().as_deref(), Some("two"));
        assert_eq!(served.read_line().await.unwrap(), None);
        drop(server);
        assert!(connect(path).await.unwrap().is_none());
        Server::bind(path).await.unwrap();
    }

    #[tokio::test]
    async fn lines_go_both_ways_and_hanging_up_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        meet(&folder.path().join("a/desktop.sock")).await;
    }

    #[tokio::test]
    async fn a_long_path_is_no_obstacle() {
        let folder = tempfile::tempdir().unwrap();
        meet(&folder.path().join("x".repeat(120)).join("desktop.sock")).await;
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a socket that nobody removes is one of a process that died"
    )]
    #[tokio::test]
    async fn what_a_dead_process_left_is_replaced_and_what_is_not_ours_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desktop.sock");
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(connect(&path).await.unwrap().is_none());
        drop(Server::bind(&path).await.unwrap());
        std::fs::write(&path, "mine").unwrap();
        assert!(matches!(
            Server::bind(&path).await.err(),
            Some(BindError::Unsafe(_))
        ));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    }

    #[tokio::test]
    async fn a_line_without_end_is_not_read_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::bind(&folder.path().join("s")).await.unwrap();
        let mut client = connect(&folder.path().join("s")).await.unwrap().unwrap();
        let mut served = server.accept().await;
        let sending = tokio::spawn(async move {
            let _ = client.stream.write_all(&vec![b'x'; LINE + 1]).await;
            client
        });
        assert!(matches!(served.read_line().await, Err(LineError::NotALine)));
        let mut client = sending.await.unwrap();
        assert!(matches!(
            client.read_line_within(Duration::from_millis(1)).await,
            Err(LineError::TooSlow)
        ));
    }
}
