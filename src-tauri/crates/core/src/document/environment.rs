//! Lines of an `.env` file as Authlib's users of Flask and Starlette have them: `GOOGLE_CLIENT_ID=…`.
//!
//! A name counts where it has a `_CLIENT_ID` or `_CLIENT_SECRET`; its other keys then count too, and everything else
//! in the file is somebody else's.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::settings::{Problem as SettingProblem, SettingFault, keys, typed_value};

/// Why a line was not read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
enum Problem {
    #[error("a quoted value does not end")]
    OpenQuote,
    #[error("something follows the quoted value")]
    AfterQuote,
    #[error("the value is made from another variable or a command, and Keybelt runs nothing")]
    Expansion,
    #[error("`{0}` is set twice, to different values")]
    Twice(String),
}

/// What stands before `_CLIENT_ID`: a name in capitals, as a rule.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Prefix(String);

impl Prefix {
    /// The name that a new profile gets.
    pub(crate) fn lower(&self) -> &str {
        &self.0
    }

    /// Whether a profile or a provider of this name is meant: variables have neither `-` nor `.`.
    pub(crate) fn means(&self, name: &str) -> bool {
        let as_variable = |character: char| match character {
            '-' | '.' => '_',
            other => other.to_ascii_lowercase(),
        };
        name.chars().map(as_variable).eq(self.0.chars())
    }
}

/// One assignment. Its value may be something that is not read; whether anybody minds is seen later.
struct Assignment {
    line: usize,
    name: String,
    value: Result<String, Problem>,
}

/// What the variables of one prefix say.
#[derive(Debug, Default)]
pub(crate) struct Addition {
    pub(crate) settings: Map<String, Value>,
    /// The lines that were not read, by the setting that they are about.
    pub(crate) faults: Vec<SettingFault>,
    /// The variables of that prefix that name no setting.
    pub(crate) unknown: BTreeSet<String>,
}

/// Additions by the prefix of their variables.
pub(super) type Additions = Vec<(Prefix, Addition)>;

/// Whether nothing is said: blank lines, comments, and names whose value is left out.
pub(super) fn is_blank(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| {
        let is_left_out = |(_, from)| matches!(value(&line[from..]), (Ok(value), _) if value.is_empty());
        line.is_empty() || line.starts_with('#') || named(line).is_some_and(is_left_out)
    })
}

/// The settings of every name that counts. A placeholder without a value, `GOOGLE_CLIENT_ID=`, is left out.
pub(super) fn additions(text: &str) -> Additions {
    let mut all = assignments(text);
    all.retain(|assignment| assignment.value.as_deref() != Ok(""));
    let prefixes: BTreeSet<Prefix> = all
        .iter()
        .filter_map(|assignment| {
            let (prefix, key) = split(&assignment.name)?;
            matches!(key, "client_id" | "client_secret").then_some(prefix)
        })
        .collect();
    let mut found: BTreeMap<Prefix, Addition> = BTreeMap::new();
    for Assignment { line, name, value } in all {
        let Some((prefix, key)) = split_among(&name, &prefixes) else {
            if let Some(prefix) = begun_by(&name, &prefixes) {
                found.entry(prefix).or_default().unknown.insert(name);
            }
            continue;
        };
        let addition = found.entry(prefix).or_default();
        let value = value.map(|typed| typed_value(key, &typed));
        let is_other = |value: &Value| addition.settings.get(key).is_some_and(|there| there != value);
        let problem = match value {
            Ok(value) if is_other(&value) => Problem::Twice(name),
            Ok(value) => {
                addition.settings.insert(key.to_owned(), value);
                continue;
            }
            Err(problem) => problem,
        };
        let what = problem.to_string();
        addition
            .faults
            .push(SettingFault::new(key, SettingProblem::Line { line, what }));
    }
    found.into_iter().collect()
}

/// A variable's prefix and the key that it ends with.
fn split(name: &str) -> Option<(Prefix, &'static str)> {
    let name = name.to_ascii_lowercase();
    keys()
        .filter_map(|key| {
            let prefix = name.strip_suffix(key)?.strip_suffix('_')?;
            (!prefix.is_empty()).then(|| (Prefix(prefix.to_owned()), key))
        })
        .max_by_key(|(_, key)| key.len())
}

fn split_among(name: &str, prefixes: &BTreeSet<Prefix>) -> Option<(Prefix, &'static str)> {
    split(name).filter(|(prefix, _)| prefixes.contains(prefix))
}

/// The longest of the prefixes that a name begins with.
fn begun_by(name: &str, prefixes: &BTreeSet<Prefix>) -> Option<Prefix> {
    let name = name.to_ascii_lowercase();
    let begins = |Prefix(prefix): &&Prefix| {
        name.strip_prefix(prefix.as_str())
            .is_some_and(|rest| rest.starts_with('_'))
    };
    let longest = prefixes.iter().filter(begins).max_by_key(|prefix| prefix.0.len());
    longest.cloned()
}

fn assignments(text: &str) -> Vec<Assignment> {
    let mut all = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while !rest.is_empty() {
        let begins_at = line;
        let (first, after) = first_line(rest);
        let (name, end) = match named(first) {
            None => (None, first.len()),
            Some((name, from)) => {
                let (value, taken) = value(&rest[from..]);
                let assignment = Assignment {
                    line: begins_at,
                    name: name.to_owned(),
                    value,
                };
                (Some(assignment), from + taken)
            }
        };
        all.extend(name);
        // What a quoted value took of further lines is behind us too.
        let behind = if end > first.len() {
            first_line(&rest[end..]).1
        } else {
            after
        };
        line += rest[..rest.len() - behind.len()].matches('\n').count();
        rest = behind;
    }
    all
}

fn first_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// The name that a line assigns to, and where its value begins.
fn named(line: &str) -> Option<(&str, usize)> {
    let (left, _) = line.split_once('=')?;
    let name = left.trim();
    let name = name.strip_prefix("export ").map_or(name, str::trim);
    let fits = |name: &str| {
        name.starts_with(|first: char| first == '_' || first.is_ascii_alphabetic())
            && name
                .bytes()
                .all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
    };
    fits(name).then_some((name, left.len() + 1))
}

/// The value that text begins with, and how much of it that took; an open quote takes its line only.
fn value(text: &str) -> (Result<String, Problem>, usize) {
    let blank = text.len() - text.trim_start_matches([' ', '\t']).len();
    let inner = &text[blank..];
    let quoted = match inner.chars().next() {
        Some('\'') => single_quoted(&inner[1..]),
        Some('"') => double_quoted(&inner[1..]),
        _ => {
            let (line, _) = first_line(inner);
            return (bare(line), blank + line.len());
        }
    };
    let Some((value, taken)) = quoted else {
        return (Err(Problem::OpenQuote), first_line(text).0.len());
    };
    let taken = blank + 1 + taken;
    let behind = first_line(&text[taken..]).0;
    let is_clean = behind.trim().is_empty() || behind.trim_start().starts_with('#');
    let value = if is_clean { value } else { Err(Problem::AfterQuote) };
    (value, taken + behind.len())
}

type Quoted = Option<(Result<String, Problem>, usize)>;

/// Up to the closing quote; nothing in it means anything else.
fn single_quoted(text: &str) -> Quoted {
    let end = text.find('\'')?;
    Some((Ok(text[..end].to_owned()), end + 1))
}

/// Up to the closing quote; a backslash may stand before `n`, `r`, `t`, `\`, `"` and `$`.
fn double_quoted(text: &str) -> Quoted {
    let mut value = String::new();
    let mut expands = false;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                let value = if expands {
                    Err(Problem::Expansion)
                } else {
                    Ok(value)
                };
                return Some((value, at + 1));
            }
            '\\' => match characters.next()?.1 {
                'n' => value.push('\n'),
                'r' => value.push('\r'),
                't' => value.push('\t'),
                plain @ ('\\' | '"' | '$') => value.push(plain),
                other => value.extend(['\\', other]),
            },
            _ => {
                expands |= is_expansion(&text[at..]);
                value.push(character);
            }
        }
    }
    None
}

/// Up to the end of the line, or a comment with a space before it.
fn bare(line: &str) -> Result<String, Problem> {
    let comment = line.find([' ', '\t']).and_then(|_| {
        line.match_indices('#')
            .map(|(at, _)| at)
            .find(|at| line[..*at].is_empty() || line[..*at].ends_with([' ', '\t']))
    });
    let value = line[..comment.unwrap_or(line.len())].trim();
    if value.char_indices().any(|(at, _)| is_expansion(&value[at..])) {
        return Err(Problem::Expansion);
    }
    Ok(value.to_owned())
}

/// What a shell or a loader would put something else for.
fn is_expansion(text: &str) -> bool {
    text.starts_with("${") || text.starts_with("$(") || text.starts_with('`')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Value {
        let shown = additions(text).into_iter().map(|(prefix, addition)| {
            assert_eq!(addition.faults, [], "{text}");
            (prefix.0, Value::Object(addition.settings))
        });
        Value::Object(shown.collect())
    }

    fn faults(text: &str) -> Vec<SettingFault> {
        additions(text)
            .into_iter()
            .flat_map(|(_, addition)| addition.faults)
            .collect()
    }

    #[test]
    fn a_placeholder_without_a_value_is_left_out() {
        let file = "GOOGLE_CLIENT_ID=\nGOOGLE_CLIENT_SECRET=\"\"\nGOOGLE_ISSUER=https://g.example\nA_CLIENT_ID=x\nA_CLIENT_SECRET= # later\nA_CLIENT_ID=\n";
        assert_eq!(read(file), json!({"a": {"client_id": "x"}}));
        for blank in [
            "",
            " \n\n",
            "# none\n",
            "A_CLIENT_ID=\n# b\nexport B_CLIENT_ID=''\n",
        ] {
            assert!(is_blank(blank), "{blank}");
        }
        for said in ["A=b", "hello", "A_CLIENT_ID=\nx\n", "A='"] {
            assert!(!is_blank(said), "{said}");
        }
    }

    #[test]
    fn lines_of_names_with_a_client_count_and_others_do_not() {
        let file = "
# a file
DATABASE_URL=postgres://${USER}@h/x
MAIL_PROVIDER=smtp
export GOOGLE_CLIENT_ID=abc.apps # mine
  GOOGLE_CLIENT_SECRET = \"s#e'c\\\"r\\$et\"
GOOGLE_PROTOCOL='oidc'
GOOGLE_HOSTS='[\"a.example\"]'
my_work_client_id=0123
MY_WORK_CLIENT_SECRET='a # b'
CLIENT_ID=nobody's
OPEN=\"never closed
X_ISSUER=https://x.example
";
        assert_eq!(
            read(file),
            json!({
                "google": {"client_id": "abc.apps", "client_secret": "s#e'c\"r$et", "protocol": "oidc", "hosts": ["a.example"]},
                "my_work": {"client_id": "0123", "client_secret": "a # b"},
            })
        );
        assert_eq!(
            read(&file.replace('\n', "\r\n"))["my_work"]["client_secret"],
            "a # b"
        );
    }

    #[test]
    fn a_variable_that_names_no_setting_is_told_where_its_prefix_counts() {
        let file = "A_CLIENT_ID=x\nA_AUTHORISE_URL=y\nA_B_CLIENT_ID=z\nA_B_TOKEN=`t`\nAB_C=1\nDATABASE_URL=d\nA_EMPTY=\n";
        let unknown = additions(file)
            .into_iter()
            .map(|(prefix, addition)| (prefix.0, addition.unknown.into_iter().collect::<Vec<_>>()));
        assert_eq!(
            unknown.collect::<Vec<_>>(),
            [
                ("a".to_owned(), vec!["A_AUTHORISE_URL".to_owned()]),
                ("a_b".to_owned(), vec!["A_B_TOKEN".to_owned()]),
            ]
        );
    }

    #[test]
    fn a_quoted_value_may_have_lines() {
        let file = "KEY=\"-----BEGIN\nA_CLIENT_ID=inside\n\"\nB_CLIENT_SECRET='x\ny'\nB_CLIENT_ID=b";
        assert_eq!(
            read(file),
            json!({"b": {"client_secret": "x\ny", "client_id": "b"}})
        );
    }

    #[test]
    fn what_is_not_literal_is_refused_by_its_line() {
        for (text, line, problem) in [
            ("\nA_CLIENT_ID=$(cat id)", 2, Problem::Expansion),
            ("A_CLIENT_ID=\"${ID}\"", 1, Problem::Expansion),
            ("\n\nA_CLIENT_ID=`id`", 3, Problem::Expansion),
            ("A_CLIENT_ID='x' y", 1, Problem::AfterQuote),
            ("B=1\nA_CLIENT_SECRET='x", 2, Problem::OpenQuote),
            (
                "K='a\nb'\nA_CLIENT_ID=x\nA_CLIENT_ID=y",
                4,
                Problem::Twice("A_CLIENT_ID".into()),
            ),
        ] {
            let what = problem.to_string();
            let found = faults(text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].problem, SettingProblem::Line { line, what }, "{text}");
        }
        let all = "A_CLIENT_ID=`id`\nA_CLIENT_SECRET='x' y\nB_CLIENT_ID=b\nB_ISSUER=$(cat b)\n";
        let keys: Vec<String> = faults(all).into_iter().map(|fault| fault.to_string()).collect();
        assert_eq!(keys.len(), 3, "{keys:?}");
        assert!(keys[2].starts_with("`issuer`: line 4: "), "{keys:?}");
        assert_eq!(
            read("A_CLIENT_SECRET=pa$$word$x"),
            json!({"a": {"client_secret": "pa$$word$x"}})
        );
    }

    #[test]
    fn a_prefix_means_names_that_look_like_it() {
        let prefix = Prefix("my_work".to_owned());
        for name in ["my_work", "my-work", "My.Work", "MY_WORK"] {
            assert!(prefix.means(name), "{name}");
        }
        assert!(!prefix.means("mywork"));
    }
}
