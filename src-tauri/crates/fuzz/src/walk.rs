//! How far a long walk goes: a share of it in the tests of every day, all of it under `cargo xtask prove`.

/// Set by `cargo xtask prove`: every walk goes its whole length.
pub const PROVE: &str = "KEYBELT_PROVE";

/// What a walk takes: the share of every day, or the whole.
pub fn length<T>(everyday: T, whole: T) -> T {
    chosen(std::env::var_os(PROVE).is_some(), everyday, whole)
}

/// Which of `count` steps a walk makes: so many of them every day, spread evenly and the same each time; or every one.
pub fn steps(count: usize, everyday: usize) -> Vec<usize> {
    spread(count, length(everyday, count))
}

fn chosen<T>(is_proof: bool, everyday: T, whole: T) -> T {
    if is_proof { whole } else { everyday }
}

fn spread(count: usize, wanted: usize) -> Vec<usize> {
    let wanted = wanted.min(count);
    (0..wanted).map(|step| step * count / wanted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_spread_over_the_whole_and_never_more_than_it() {
        assert_eq!(spread(10, 4), [0, 2, 5, 7]);
        assert_eq!(spread(3, 10), [0, 1, 2]);
        assert_eq!(spread(4, 4), [0, 1, 2, 3]);
        assert_eq!(spread(0, 4), [0_usize; 0]);
    }

    #[test]
    fn a_proof_takes_the_whole() {
        assert_eq!((chosen(false, 1, 9), chosen(true, 1, 9)), (1, 9));
    }
}
