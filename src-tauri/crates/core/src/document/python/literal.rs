//! Literals as `ast.literal_eval` takes them, as far as JSON has them too.

use keybelt_primitives::text::{clipped, visible};
use serde_json::{Map, Number, Value};

use super::lexer::{Kind, Token};
use super::text::Text;
use super::{Problem, PythonError};

/// How deep they may nest.
const DEEPEST: usize = keybelt_primitives::bounds::JSON_DEPTH;

pub(super) struct Reader<'a> {
    rest: &'a [Token],
    /// The line of the last token, for what is missing behind it.
    line: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(tokens: &'a [Token], line: usize) -> Self {
        Self { rest: tokens, line }
    }

    /// One literal.
    pub(super) fn value(&mut self) -> Result<Value, PythonError> {
        self.nested(DEEPEST)
    }

    /// That nothing follows: `{…} | OTHER` is no literal.
    pub(super) fn end(&mut self) -> Result<(), PythonError> {
        match self.rest.first() {
            None => Ok(()),
            Some(token) => Err(token.fault(Problem::NotALiteral(token.shown()))),
        }
    }

    fn take(&mut self, missing: Problem) -> Result<&'a Token, PythonError> {
        let Some((token, rest)) = self.rest.split_first() else {
            return Err(self.fault(missing));
        };
        self.rest = rest;
        self.line = token.line;
        Ok(token)
    }

    fn fault(&self, problem: Problem) -> PythonError {
        PythonError {
            line: self.line,
            problem,
        }
    }

    fn next_is(&self, mark: &str) -> bool {
        self.rest.first().is_some_and(|token| token.is_mark(mark))
    }

    fn take_if(&mut self, mark: &str) -> bool {
        let is_next = self.next_is(mark);
        if is_next {
            self.rest = &self.rest[1..];
        }
        is_next
    }

    fn nested(&mut self, depth: usize) -> Result<Value, PythonError> {
        let wanted = Problem::Wanted {
            wanted: "a literal",
            found: "the end".to_owned(),
        };
        let token = self.take(wanted)?;
        let deeper = || depth.checked_sub(1).ok_or_else(|| token.fault(Problem::TooDeep));
        match &token.kind {
            Kind::Text(text) => self.text(token, text),
            Kind::Number(text) => number(token, text, false),
            Kind::Mark("-" | "+") => match self.rest.first().map(|next| &next.kind) {
                Some(Kind::Number(text)) => {
                    self.rest = &self.rest[1..];
                    number(token, text, token.is_mark("-"))
                }
                _ => Err(token.fault(Problem::NotALiteral(token.shown()))),
            },
            Kind::Mark("{") => self.dict(deeper()?),
            Kind::Mark("[") => self.items("]", deeper()?).map(|(items, _)| Value::Array(items)),
            Kind::Mark("(") => self.items(")", deeper()?).map(in_parentheses),
            Kind::Name(name) => match name.as_str() {
                "None" => Ok(Value::Null),
                "True" => Ok(Value::Bool(true)),
                "False" => Ok(Value::Bool(false)),
                _ => Err(token.fault(Problem::NotALiteral(self.expression(token)))),
            },
            Kind::Mark(_) | Kind::Other(_) | Kind::Break => {
                Err(token.fault(Problem::NotALiteral(token.shown())))
            }
        }
    }

    /// A string and those that follow it, which are one.
    fn text(&mut self, token: &Token, first: &Text) -> Result<Value, PythonError> {
        let mut whole = String::from(plain(token, first)?);
        while let Some(next) = self.rest.first() {
            let Kind::Text(more) = &next.kind else { break };
            whole.push_str(plain(next, more)?);
            self.rest = &self.rest[1..];
            self.line = next.line;
        }
        Ok(Value::String(whole))
    }

    /// A name with what is made of it, so that `os.environ[…]` is told whole.
    fn expression(&self, token: &Token) -> String {
        let Kind::Name(name) = &token.kind else {
            return token.shown();
        };
        let mut shown = visible(&clipped(name, 40));
        let mut rest = self.rest;
        while let [
            dot,
            Token {
                kind: Kind::Name(member),
                ..
            },
            after @ ..,
        ] = rest
            && dot.is_mark(".")
            && shown.len() < 80
        {
            shown.push('.');
            shown.push_str(&visible(&clipped(member, 40)));
            rest = after;
        }
        match rest.first() {
            Some(next) if next.is_mark("(") => shown.push_str("(…)"),
            Some(next) if next.is_mark("[") => shown.push_str("[…]"),
            // Alone it may be a secret that lacks its quotes.
            _ if rest.len() == self.rest.len() => return token.shown(),
            _ => {}
        }
        shown
    }

    /// The items up to a closing bracket, and whether a comma stood behind the last.
    fn items(&mut self, close: &'static str, depth: usize) -> Result<(Vec<Value>, bool), PythonError> {
        let mut items = Vec::new();
        let mut comma = false;
        while !self.take_if(close) {
            if !items.is_empty() && !comma {
                return Err(self.wanted(close));
            }
            items.push(self.nested(depth)?);
            comma = self.take_if(",");
        }
        Ok((items, comma))
    }

    fn dict(&mut self, depth: usize) -> Result<Value, PythonError> {
        let mut members = Map::new();
        let mut comma = true;
        while !self.take_if("}") {
            if !comma {
                return Err(self.wanted("}"));
            }
            let line = self.rest.first().map_or(self.line, |token| token.line);
            let of_line = |problem| PythonError { line, problem };
            let key = match self.nested(depth)? {
                Value::String(key) => key,
                _ => return Err(of_line(Problem::Key)),
            };
            if !self.take_if(":") {
                let is_set = self.next_is(",") || self.next_is("}");
                return Err(if is_set {
                    self.fault(Problem::Set)
                } else {
                    self.wanted(":")
                });
            }
            let value = self.nested(depth)?;
            if members.contains_key(&key) {
                let shown = visible(&clipped(&key, 64));
                return Err(of_line(Problem::Twice(shown)));
            }
            members.insert(key, value);
            comma = self.take_if(",");
        }
        Ok(Value::Object(members))
    }

    /// What stands there instead of a closing bracket or a colon.
    fn wanted(&self, wanted: &'static str) -> PythonError {
        match self.rest.first() {
            None => self.fault(Problem::OpenBracket),
            Some(token) => match &token.kind {
                // `'a' + 'b'`, `'a'.join(…)`: an expression.
                Kind::Mark(mark) if !")]}:,=".contains(mark) => {
                    token.fault(Problem::NotALiteral(token.shown()))
                }
                Kind::Name(_) => token.fault(Problem::NotALiteral(token.shown())),
                _ => token.fault(Problem::Wanted {
                    wanted,
                    found: token.shown(),
                }),
            },
        }
    }
}

/// `(x)` is x; `(x,)` and `()` are tuples.
fn in_parentheses((mut items, comma): (Vec<Value>, bool)) -> Value {
    if items.len() == 1 && !comma {
        items.remove(0)
    } else {
        Value::Array(items)
    }
}

fn plain<'t>(token: &Token, text: &'t Text) -> Result<&'t str, PythonError> {
    match text {
        Text::Plain(value) => Ok(value),
        Text::Bytes => Err(token.fault(Problem::Bytes)),
        Text::Formatted => Err(token.fault(Problem::Formatted)),
        Text::Unreadable => Err(token.fault(Problem::Escape)),
    }
}

fn number(token: &Token, text: &str, negative: bool) -> Result<Value, PythonError> {
    let unfit = || token.fault(Problem::Number);
    // Python allows one underscore between digits.
    if text.ends_with('_') || text.contains("__") {
        return Err(unfit());
    }
    let text = text.replace('_', "");
    let whole = |digits: &str, radix| u64::from_str_radix(digits, radix).ok();
    let lower = text.to_ascii_lowercase();
    let magnitude = match lower.get(..2) {
        Some("0x") => whole(&lower[2..], 16),
        Some("0o") => whole(&lower[2..], 8),
        Some("0b") => whole(&lower[2..], 2),
        _ if lower.bytes().all(|byte| byte.is_ascii_digit()) => {
            // `010` is no number in Python 3.
            let is_padded =
                lower.len() > 1 && lower.starts_with('0') && lower.bytes().any(|byte| byte != b'0');
            if is_padded { None } else { whole(&lower, 10) }
        }
        _ => {
            let float: f64 = lower.parse().map_err(|_| unfit())?;
            let float = if negative { -float } else { float };
            // `inf` and `nan` are no number here, and nothing that Python writes so.
            let is_plain = lower.starts_with(|first: char| first.is_ascii_digit() || first == '.');
            return Number::from_f64(float)
                .filter(|_| is_plain)
                .map(Value::Number)
                .ok_or_else(unfit);
        }
    };
    let magnitude = magnitude.ok_or_else(unfit)?;
    if !negative {
        return Ok(Value::from(magnitude));
    }
    let negated = 0_i64.checked_sub_unsigned(magnitude).ok_or_else(unfit)?;
    Ok(Value::from(negated))
}
