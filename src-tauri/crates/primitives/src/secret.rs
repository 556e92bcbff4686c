use zeroize::Zeroize;

/// A value that is wiped when dropped and cannot be printed, compared, cloned or serialised.
///
/// ```compile_fail
/// println!("{:?}", keybelt_primitives::Secret::new(String::from("at-1")));
/// ```
/// ```compile_fail
/// let _ = keybelt_primitives::Secret::new(String::from("at-1")).clone();
/// ```
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes the value over; the caller keeps no other copy.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// Opens the secret. Every call says why, in an `#[expect(clippy::disallowed_methods, reason = …)]`.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl Secret<String> {
    /// The number of bytes, which a trace may show where the secret itself may not.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A second, separately wiped copy: named, so that copies are made on purpose.
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }

    /// Whether both hold the same text, in time that depends on the lengths only.
    pub fn matches(&self, other: &Self) -> bool {
        same_bytes(self.0.as_bytes(), other.0.as_bytes())
    }

    /// Whether it holds this text, in time that depends on the lengths only.
    pub fn matches_text(&self, other: &str) -> bool {
        same_bytes(self.0.as_bytes(), other.as_bytes())
    }
}

impl Secret<Vec<u8>> {
    /// The number of bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

fn same_bytes(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        && std::hint::black_box(left.iter().zip(right).fold(0u8, |sum, (a, b)| sum | (a ^ b))) == 0
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn equal_texts_match_and_others_do_not() {
        let secret = Secret::new(String::from("at-1"));
        assert!(secret.matches(&secret.duplicate()));
        assert!(!secret.matches_text("at-2"));
        assert!(!secret.matches_text("at-11"));
    }
}
