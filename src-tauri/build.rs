//! The permission list of the windows, made from the contract's table: a command that is not in it cannot be called.

use keybelt_contract::COMMANDS;

fn main() {
    // WebKit's loader would else find SQLite's symbols, which are linked into this program, before its own.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        println!("cargo:rustc-link-arg-bins=-Wl,--exclude-libs,ALL");
    }
    let names: Vec<&'static str> = COMMANDS.iter().map(|(name, _)| *name).collect();
    let manifest = tauri_build::AppManifest::new().commands(names.leak());
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)) {
        println!("cargo:warning={error:#}");
        std::process::exit(1);
    }
}
