//! What the build makes of the table of commands: names per window for the permission list, a map for TypeScript.

use crate::*;

/// The window that may call a command.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CommandWindow {
    /// The main window.
    Main,
    /// The bar of the authorization window.
    Bar,
}

macro_rules! names {
    ($($window:ident $name:ident($($arg:ident: $type:ty),*) -> $result:ty;)*) => {
        /// Every command, with the one window that may call it.
        pub const COMMANDS: &[(&str, CommandWindow)] = &[$((stringify!($name), names!(@ $window)),)*];
    };
    (@ main) => { CommandWindow::Main };
    (@ bar) => { CommandWindow::Bar };
}
commands!(names);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Write as _;

    use ts_rs::{Config, TS, TypeVisitor};

    use crate::*;

    struct Exported<'a>(&'a Config, &'a mut BTreeSet<String>);

    impl TypeVisitor for Exported<'_> {
        fn visit<T: TS + 'static + ?Sized>(&mut self) {
            if T::output_path().is_some() {
                self.1.insert(T::ident(self.0));
            }
        }
    }

    fn note<T: TS + 'static + ?Sized>(config: &Config, used: &mut BTreeSet<String>) {
        let mut visitor = Exported(config, used);
        visitor.visit::<T>();
        T::visit_generics(&mut visitor);
    }

    macro_rules! write_map {
        ($($window:ident $name:ident($($arg:ident: $type:ty),*) -> $result:ty;)*) => {
            fn map(config: &Config) -> String {
                let mut used = BTreeSet::new();
                let mut rows = String::new();
                $(
                    $(note::<$type>(config, &mut used);)*
                    note::<$result>(config, &mut used);
                    let arguments: Vec<String> = vec![$(format!("{}: {}", camel(stringify!($arg)), <$type as TS>::name(config))),*];
                    let arguments = if arguments.is_empty() { "Record<string, never>".to_owned() } else { format!("{{ {} }}", arguments.join("; ")) };
                    let _ = writeln!(rows, "  {}: {{ arguments: {arguments}; result: {} }};", stringify!($name), <$result as TS>::name(config));
                )*
                let mut text = String::from("// Made by the build from the table of commands. Not to be edited.\n");
                for name in used {
                    let _ = writeln!(text, "import type {{ {name} }} from \"./{name}\";");
                }
                let _ = writeln!(text, "\nexport type Commands = {{\n{rows}}};");
                text
            }
        };
    }
    commands!(write_map);

    fn camel(name: &str) -> String {
        let mut parts = name.split('_');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| text + &part[..1].to_uppercase() + &part[1..])
    }

    #[test]
    fn export_bindings_commands() {
        let config = Config::from_env();
        let folder = config.out_dir();
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join("Commands.ts"), map(&config)).unwrap();
        for result in [
            LinkProgress::export_all(&config),
            BarState::export_all(&config),
            Failure::export_all(&config),
        ] {
            result.unwrap();
        }
    }
}
