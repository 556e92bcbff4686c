use std::path::PathBuf;

/// What `keybelt-desktop` is started with.
#[derive(clap::Parser)]
#[command(name = "keybelt-desktop", version, about = "Keybelt's window")]
pub struct Arguments {
    /// The folder that holds everything [default: KEYBELT_HOME, else the platform's data folder]
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
}

impl Arguments {
    /// The home folder. `None`: nobody said one, and this account has none.
    pub fn home(&self) -> Option<PathBuf> {
        self.home
            .clone()
            .or_else(|| {
                std::env::var_os("KEYBELT_HOME")
                    .filter(|home| !home.is_empty())
                    .map(Into::into)
            })
            .or_else(keybelt_core::default_home)
    }
}
