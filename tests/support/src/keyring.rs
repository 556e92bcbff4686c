//! A message bus and a keyring daemon of a test's own: unlocked, locked, or not there at all.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A session with its own bus; it ends when this is dropped.
pub struct Session {
    folder: TempDir,
    address: String,
    bus: Child,
    keyring: Option<Child>,
}

impl Session {
    /// A bus on which nobody keeps secrets.
    pub fn without_keyring() -> Self {
        let folder = TempDir::with_prefix("kb-session-").unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        // A bus that starts nothing by itself: what is absent must stay absent.
        let settings = folder.path().join("bus.conf");
        fs::write(
            &settings,
            format!(
                "<busconfig><type>session</type><listen>unix:dir={}</listen><auth>EXTERNAL</auth>\
                 <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>\
                 <allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>",
                folder.path().display()
            ),
        )
        .unwrap();
        let mut bus = Command::new("dbus-daemon")
            .args(["--nofork", "--print-address", "--config-file"])
            .arg(&settings)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon starts");
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        Self {
            folder,
            address: address.trim().to_owned(),
            bus,
            keyring: None,
        }
    }

    /// A gnome-keyring whose login collection is open.
    pub fn unlocked() -> Self {
        let mut session = Self::without_keyring();
        session.start_keyring();
        session
    }

    /// What programs of this session need in their environment.
    pub fn environment(&self) -> Vec<(String, String)> {
        let folder = self.folder.path().display().to_string();
        [
            ("DBUS_SESSION_BUS_ADDRESS", self.address.clone()),
            ("HOME", folder.clone()),
            ("XDG_RUNTIME_DIR", folder.clone()),
            ("XDG_DATA_HOME", format!("{folder}/data")),
            ("XDG_CONFIG_HOME", format!("{folder}/config")),
            ("XDG_CACHE_HOME", format!("{folder}/cache")),
            ("GNOME_KEYRING_CONTROL", format!("{folder}/keyring")),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }

    /// Locks every collection, as a desktop does when the person asks for it.
    pub fn lock(&self) {
        let mut lock = Command::new("dbus-send");
        lock.args([
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.secrets",
            "/org/freedesktop/secrets",
        ]);
        lock.arg("org.freedesktop.Secret.Service.Lock");
        lock.arg("array:objpath:/org/freedesktop/secrets/collection/login");
        let output = lock.envs(self.environment()).output().expect("dbus-send starts");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// Ends the keyring daemon; its file stays.
    pub fn stop_keyring(&mut self) {
        if let Some(mut keyring) = self.keyring.take() {
            let _ = keyring.kill();
            let _ = keyring.wait();
        }
    }

    /// Starts the keyring daemon and opens its login collection.
    pub fn start_keyring(&mut self) {
        for folder in ["data", "config", "cache", "keyring"] {
            fs::create_dir_all(self.folder.path().join(folder)).unwrap();
        }
        let mut keyring = Command::new("gnome-keyring-daemon")
            .args([
                "--foreground",
                "--unlock",
                "--components=secrets",
                "--control-directory",
            ])
            .arg(self.folder.path().join("keyring"))
            .envs(self.environment())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnome-keyring-daemon starts");
        keyring
            .stdin
            .take()
            .unwrap()
            .write_all(b"a keyring password\n")
            .unwrap();
        self.keyring = Some(keyring);
        self.wait_for_secrets();
    }

    /// Blocks until the daemon owns its name on the bus: the bus itself tells.
    fn wait_for_secrets(&self) {
        let mut monitor = Command::new("dbus-monitor")
            .args([
                "--session",
                "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'",
            ])
            .envs(self.environment())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-monitor starts");
        let lines = BufReader::new(monitor.stdout.take().unwrap()).lines();
        // The first line that the monitor prints is about itself: from then on it misses nothing.
        for line in lines.map_while(Result::ok) {
            if self.has_secrets() || line.contains("org.freedesktop.secrets") {
                break;
            }
        }
        let _ = monitor.kill();
        let _ = monitor.wait();
        assert!(self.has_secrets(), "the keyring daemon is on the bus");
    }

    fn has_secrets(&self) -> bool {
        let mut ask = Command::new("dbus-send");
        ask.args([
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.DBus",
            "/org/freedesktop/DBus",
        ]);
        ask.args([
            "org.freedesktop.DBus.NameHasOwner",
            "string:org.freedesktop.secrets",
        ]);
        let output = ask.envs(self.environment()).output().expect("dbus-send starts");
        String::from_utf8_lossy(&output.stdout).contains("boolean true")
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.stop_keyring();
        let _ = self.bus.kill();
        let _ = self.bus.wait();
    }
}
