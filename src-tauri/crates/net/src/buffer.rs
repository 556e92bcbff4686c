use keybelt_primitives::Secret;
use zeroize::Zeroizing;

/// More came than is taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Full;

/// Bytes from outside: bounded, and wiped also where they have to move to grow.
pub(crate) struct Buffer {
    bytes: Zeroizing<Vec<u8>>,
    limit: usize,
}

impl Buffer {
    /// An empty one that takes up to `limit` bytes.
    pub(crate) fn up_to(limit: usize) -> Self {
        Self {
            bytes: Zeroizing::new(Vec::with_capacity(limit.min(4 << 10))),
            limit,
        }
    }

    /// Adds a piece, or nothing of it if that would be too much.
    pub(crate) fn push(&mut self, piece: &[u8]) -> Result<(), Full> {
        let length = self.bytes.len().saturating_add(piece.len());
        if length > self.limit {
            return Err(Full);
        }
        if length > self.bytes.capacity() {
            // A plain `extend` would move the bytes and leave the old ones behind unwiped.
            let capacity = length
                .max(self.bytes.capacity().saturating_mul(2))
                .min(self.limit);
            let mut larger = Zeroizing::new(Vec::with_capacity(capacity));
            larger.extend_from_slice(&self.bytes);
            self.bytes = larger;
        }
        self.bytes.extend_from_slice(piece);
        Ok(())
    }

    /// What has come so far.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Drops the first `count` bytes.
    pub(crate) fn consume(&mut self, count: usize) {
        let rest = self.bytes.get(count..).unwrap_or_default();
        let mut kept = Zeroizing::new(Vec::with_capacity(self.bytes.capacity()));
        kept.extend_from_slice(rest);
        self.bytes = kept;
    }

    /// The whole, to be kept.
    pub(crate) fn into_secret(mut self) -> Secret<Vec<u8>> {
        Secret::new(std::mem::take(&mut *self.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_too_much_is_refused_whole() {
        let mut buffer = Buffer::up_to(10_000);
        assert_eq!(buffer.push(&[1; 9_999]), Ok(()));
        assert_eq!(buffer.push(&[2; 2]), Err(Full));
        assert_eq!(buffer.bytes().len(), 9_999);
        assert_eq!(buffer.push(&[2]), Ok(()));
        buffer.consume(9_999);
        assert_eq!(buffer.bytes(), [2]);
    }
}
