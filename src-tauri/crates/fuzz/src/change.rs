use proptest::prelude::{Arbitrary, BoxedStrategy, Strategy, any, prop_oneof};
use proptest::sample::Index;

/// What is done to an input. Places are fractions of its length, so that a change means something to every input.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    FlipBit(Index, u8),
    SetByte(Index, u8),
    Delete(Index, Index),
    /// A part, so many times over again: depth, length, and what is read once for each of its parts.
    Repeat(Index, Index, u32),
    Word(Index, Index),
    /// A part of another input of the corpus.
    Splice(Index, Index, Index),
    CutOff(Index),
}

impl Arbitrary for Change {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        let index = any::<Index>;
        prop_oneof![
            3 => (index(), 0_u8..8).prop_map(|(at, bit)| Self::FlipBit(at, bit)),
            3 => (index(), any::<u8>()).prop_map(|(at, byte)| Self::SetByte(at, byte)),
            2 => (index(), index()).prop_map(|(from, to)| Self::Delete(from, to)),
            3 => (index(), index(), 0_u32..18).prop_map(|(from, to, power)| Self::Repeat(from, to, power)),
            4 => (index(), index()).prop_map(|(at, word)| Self::Word(at, word)),
            2 => (index(), index(), index()).prop_map(|(at, other, from)| Self::Splice(at, other, from)),
            1 => index().prop_map(Self::CutOff),
        ]
        .boxed()
    }
}

/// What inputs are made from.
pub(crate) struct Source<'a> {
    pub(crate) corpus: &'a [Vec<u8>],
    pub(crate) words: &'a [&'a str],
    pub(crate) longest: usize,
}

impl Source<'_> {
    /// An input of the corpus after these changes, no longer than the bound.
    pub(crate) fn input(&self, first: Index, changes: &[Change]) -> Vec<u8> {
        let mut input = first.get(self.corpus).clone();
        for change in changes {
            self.apply(change, &mut input);
            input.truncate(self.longest);
        }
        input
    }

    fn apply(&self, change: &Change, input: &mut Vec<u8>) {
        match change {
            Change::FlipBit(at, bit) => set(input, *at, |byte| byte ^ (1 << bit)),
            Change::SetByte(at, value) => set(input, *at, |_| *value),
            Change::Delete(from, to) => drop(input.drain(part(input, *from, *to))),
            Change::Repeat(from, to, power) => {
                let range = part(input, *from, *to);
                let (end, piece) = (range.end, input.get(range).unwrap_or_default().to_vec());
                let room = self.longest.saturating_sub(input.len()) / piece.len().max(1);
                insert(input, end, &piece.repeat(room.min(1 << power)));
            }
            Change::Word(at, word) if !self.words.is_empty() => {
                insert(input, place(input, *at), word.get(self.words).as_bytes());
            }
            Change::Word(..) => {}
            Change::Splice(at, other, from) => {
                let other = other.get(self.corpus);
                let piece = other.get(place(other, *from)..).unwrap_or_default();
                insert(input, place(input, *at), piece);
            }
            Change::CutOff(at) => input.truncate(place(input, *at)),
        }
    }
}

/// A place between two bytes, both ends included.
fn place(input: &[u8], at: Index) -> usize {
    at.index(input.len() + 1)
}

fn part(input: &[u8], from: Index, to: Index) -> std::ops::Range<usize> {
    let (from, to) = (place(input, from), place(input, to));
    from.min(to)..from.max(to)
}

fn insert(input: &mut Vec<u8>, at: usize, piece: &[u8]) {
    let rest = input.split_off(at);
    input.extend_from_slice(piece);
    input.extend_from_slice(&rest);
}

fn set(input: &mut [u8], at: Index, change: impl FnOnce(u8) -> u8) {
    if let Some(byte) = input.get_mut(at.index(input.len().max(1))) {
        *byte = change(*byte);
    }
}
