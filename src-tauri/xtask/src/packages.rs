//! System packages: found missing, named, installed on Debian and Ubuntu.

use std::process::Stdio;

use crate::steps::{Failed, answer_of, command, is_installed, say, step};

/// What building the programs needs.
const BUILD: &[&str] = &["build-essential", "pkg-config", "cmake", "libwebkit2gtk-4.1-dev"];

/// What showing the window on a virtual display needs.
const VIRTUAL_DISPLAY: &[&str] = &[
    "xvfb",
    "dbus",
    "gnome-keyring",
    "xdotool",
    "imagemagick",
    "fonts-dejavu-core",
];

/// What the tests need besides: the drivers, the tools that consume tokens, Python for Authlib's server.
const TESTS: &[&str] = &[
    "webkit2gtk-driver",
    "chromium",
    "curl",
    "libsecret-tools",
    "man-db",
    "python3-venv",
    "x11-utils",
    "util-linux",
];

/// Makes sure that the programs can be built here.
///
/// # Errors
/// Something is missing and cannot be installed; the message names it.
pub fn for_building() -> Result<(), Failed> {
    tools()?;
    install(BUILD)
}

/// Makes sure that the window can be shown without a display.
///
/// # Errors
/// As [`for_building`].
pub fn for_virtual_display() -> Result<(), Failed> {
    install(VIRTUAL_DISPLAY)
}

/// Makes sure that every test can run here.
///
/// # Errors
/// As [`for_building`].
pub fn for_tests() -> Result<(), Failed> {
    tools()?;
    let all: Vec<&str> = BUILD
        .iter()
        .chain(VIRTUAL_DISPLAY)
        .chain(TESTS)
        .copied()
        .collect();
    install(&all)
}

fn tools() -> Result<(), Failed> {
    let version = answer_of("node", &["--version"])
        .ok_or_else(|| Failed("Node.js 20 or newer is needed, with npm: https://nodejs.org".to_owned()))?;
    let major = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse().ok());
    if major.is_none_or(|major: u32| major < 20) {
        return Err(Failed(format!(
            "Node.js 20 or newer is needed, this is {}",
            version.trim()
        )));
    }
    if is_installed("npm") {
        Ok(())
    } else {
        Err(Failed(
            "npm is needed; it comes with Node.js: https://nodejs.org".to_owned(),
        ))
    }
}

fn install(packages: &[&str]) -> Result<(), Failed> {
    if !is_installed("dpkg-query") {
        return elsewhere(packages);
    }
    let missing: Vec<&str> = packages
        .iter()
        .copied()
        .filter(|package| !is_present(package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    say(&format!(
        "These system packages are missing and will be installed: {}",
        missing.join(" ")
    ));
    let as_root = answer_of("id", &["-u"]).is_some_and(|uid| uid.trim() == "0");
    if !as_root && !is_installed("sudo") {
        return Err(Failed(format!(
            "without sudo, run this as root: apt-get install {}",
            missing.join(" ")
        )));
    }
    let apt = |arguments: &[&str]| {
        let mut line = if as_root { vec![] } else { vec!["sudo"] };
        line.extend([
            "env",
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "-qq",
            "-o",
            "Dpkg::Use-Pty=0",
        ]);
        line.extend(arguments);
        let (program, rest) = line
            .split_first()
            .map_or(("apt-get", &[][..]), |(first, rest)| (*first, rest));
        let mut made = command(program, rest);
        made.stdout(Stdio::null());
        made
    };
    step("reading the package lists", apt(&["update"]))?;
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(&missing);
    step("installing system packages", apt(&arguments))
}

/// Where packages have other names, the programs that they bring are looked for.
fn elsewhere(packages: &[&str]) -> Result<(), Failed> {
    const BRINGS: &[(&str, &str)] = &[
        ("build-essential", "cc"),
        ("pkg-config", "pkg-config"),
        ("xvfb", "xvfb-run"),
        ("dbus", "dbus-run-session"),
        ("gnome-keyring", "gnome-keyring-daemon"),
        ("xdotool", "xdotool"),
        ("imagemagick", "import"),
        ("webkit2gtk-driver", "WebKitWebDriver"),
        ("chromium", "chromium"),
        ("curl", "curl"),
        ("libsecret-tools", "secret-tool"),
    ];
    let mut missing: Vec<&str> = BRINGS
        .iter()
        .filter(|(package, program)| packages.contains(package) && !is_installed(program))
        .map(|(_, program)| *program)
        .collect();
    if cfg!(target_os = "linux")
        && packages.contains(&"libwebkit2gtk-4.1-dev")
        && answer_of("pkg-config", &["--modversion", "webkit2gtk-4.1"]).is_none()
    {
        missing.push("the development files of WebKitGTK (webkit2gtk-4.1)");
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failed(format!(
        "please install these by your system's package manager: {}",
        missing.join(", ")
    )))
}

fn is_present(package: &str) -> bool {
    answer_of("dpkg-query", &["-W", "-f", "${db:Status-Status}", package])
        .is_some_and(|status| status == "installed")
}
