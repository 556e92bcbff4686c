use keybelt_primitives::{Entropy, EntropyError, Secret};

use crate::encoding::{base64url, from_base64url, hashed};

/// Bytes of a token that name its grant.
const NAME: usize = 16;
/// Bytes of a token that nobody can guess.
const RIDDLE: usize = 32;

/// What a token is for. Each kind begins with a word of its own, so that none passes for another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Access,
    Code,
    Refresh,
    /// OAuth 1: temporary credentials.
    Temporary,
    /// OAuth 1: token credentials.
    Token,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Access => "practice_access_",
            Self::Code => "practice_code_",
            Self::Refresh => "practice_refresh_",
            Self::Temporary => "practice_temporary_",
            Self::Token => "practice_token_",
        }
    }
}

/// The name of a grant, unguessable itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct GrantName(pub(crate) String);

impl GrantName {
    pub(crate) fn draw(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut bytes = [0; NAME];
        entropy.fill(&mut bytes)?;
        Ok(Self(base64url(&bytes)))
    }
}

/// A token that was made now: its text goes out once, its digest is kept.
pub(crate) struct Drawn {
    pub(crate) text: Secret<String>,
    pub(crate) digest: String,
}

impl Drawn {
    /// Makes a token of a grant: the grant's name, by which it is found again, and 256 bits that nobody can guess.
    pub(crate) fn new(kind: Kind, grant: &GrantName, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut riddle = [0; RIDDLE];
        entropy.fill(&mut riddle)?;
        let mut bytes = from_base64url(&grant.0).unwrap_or_default();
        bytes.extend_from_slice(&riddle);
        let text = format!("{}{}", kind.prefix(), base64url(&bytes));
        let digest = hashed(&text);
        Ok(Self {
            text: Secret::new(text),
            digest,
        })
    }
}

/// A token as somebody presents it, not yet believed.
#[derive(Clone, Debug)]
pub(crate) struct Presented {
    pub(crate) kind: Kind,
    pub(crate) grant: GrantName,
    pub(crate) digest: String,
}

impl Presented {
    /// Reads a token of any kind that OAuth 2 has. `None`: it cannot be one of ours.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Kind::Access, Kind::Code, Kind::Refresh]
            .into_iter()
            .find_map(|kind| Self::of(kind, text))
    }

    /// Reads a token of this kind.
    pub(crate) fn of(kind: Kind, text: &str) -> Option<Self> {
        let rest = text.strip_prefix(kind.prefix())?;
        let bytes = from_base64url(rest).filter(|bytes| bytes.len() == NAME + RIDDLE)?;
        Some(Self {
            kind,
            grant: GrantName(base64url(bytes.get(..NAME)?)),
            digest: hashed(text),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting;

    impl Entropy for Counting {
        fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
            buffer.fill(7);
            Ok(())
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a token of the test's own")]
    fn a_token_leads_back_to_its_grant_and_keeps_its_kind() {
        let grant = GrantName::draw(&Counting).unwrap();
        let drawn = Drawn::new(Kind::Refresh, &grant, &Counting).unwrap();
        let text = drawn.text.expose();
        let presented = Presented::of(Kind::Refresh, text).unwrap();
        assert_eq!((presented.grant, presented.digest), (grant, drawn.digest));
        assert!(Presented::of(Kind::Access, text).is_none());
        let signed = Drawn::new(Kind::Token, &GrantName::draw(&Counting).unwrap(), &Counting).unwrap();
        assert!(Presented::parse(signed.text.expose()).is_none());
        for bad in [
            "",
            "practice_refresh_",
            &text[..text.len() - 1],
            &format!("{text}A"),
            "practice_refresh_é",
        ] {
            assert!(Presented::parse(bad).is_none(), "{bad}");
        }
    }
}
