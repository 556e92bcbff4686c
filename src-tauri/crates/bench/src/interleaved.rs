//! Two things measured in turns, so that whatever else the machine does meets both alike.

use std::time::Duration;

use crate::Trouble;

/// What a comparison came to: medians over its rounds.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    /// Of ours over the peer's, taken round by round.
    pub ratio: f64,
    /// Of ours.
    pub ours: Duration,
    /// Of the peer.
    pub peer: Duration,
}

impl Compared {
    /// The same for one of `times` equal steps that each sample took.
    pub fn per_step(self, times: u32) -> Self {
        Self {
            ours: self.ours / times,
            peer: self.peer / times,
            ..self
        }
    }
}

/// Takes a sample of each in every round, the first one first and last in turn. The first round warms up and does not count.
pub fn compare(
    rounds: usize,
    mut ours: impl FnMut() -> Result<Duration, Trouble>,
    mut peer: impl FnMut() -> Result<Duration, Trouble>,
) -> Result<Compared, Trouble> {
    let mut samples = Vec::with_capacity(rounds);
    for round in 0..=rounds {
        let sample = if round % 2 == 0 {
            let peer = peer()?;
            (ours()?, peer)
        } else {
            (ours()?, peer()?)
        };
        if round > 0 {
            samples.push(sample);
        }
    }
    let ratios = samples
        .iter()
        .map(|(ours, peer)| ours.as_secs_f64() / peer.as_secs_f64());
    Ok(Compared {
        ratio: median(ratios.collect()),
        ours: Duration::from_secs_f64(median(
            samples.iter().map(|(ours, _)| ours.as_secs_f64()).collect(),
        )),
        peer: Duration::from_secs_f64(median(
            samples.iter().map(|(_, peer)| peer.as_secs_f64()).collect(),
        )),
    })
}

/// The middle one; of an even number the mean of the two in the middle. 0 of nothing.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = |index: usize| values.get(index).copied().unwrap_or_default();
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        at(middle)
    } else {
        f64::midpoint(at(middle.saturating_sub(1)), at(middle))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        assert_eq!(median(vec![9.0, 1.0, 2.0]).to_bits(), 2.0f64.to_bits());
        assert_eq!(median(vec![9.0, 1.0, 2.0, 3.0]).to_bits(), 2.5f64.to_bits());
    }

    #[test]
    fn one_slow_round_moves_no_ratio_and_the_first_does_not_count() {
        let mut round = 0;
        let ours = || {
            round += 1;
            Ok(Duration::from_millis(if round < 3 { 900 } else { 3 }))
        };
        let compared = compare(9, ours, || Ok(Duration::from_millis(2))).unwrap();
        assert!((compared.ratio - 1.5).abs() < 1e-9);
        assert_eq!(compared.ours, Duration::from_millis(3));
        assert_eq!(compared.per_step(2).peer, Duration::from_millis(1));
    }
}
