//! One line of the table: what was measured, its bound, what came out.

use std::fmt::Write;
use std::time::Duration;

use crate::interleaved::Compared;

/// What a ratio must be.
#[derive(Clone, Copy, Debug)]
pub enum Bound {
    /// The peer's time over ours: how much of its speed is kept.
    AtLeast(f64),
    /// Ours over the peer's.
    AtMost(f64),
}

/// One line.
#[derive(Clone, Debug)]
pub struct Row {
    measure: String,
    bound: Bound,
    ratio: f64,
    medians: String,
}

impl Row {
    /// Two times that were measured side by side.
    pub fn of_times(measure: &str, bound: Bound, compared: &Compared) -> Self {
        let medians = format!("{} and {}", shown(compared.ours), shown(compared.peer));
        Self::new(measure, bound, compared.ratio, medians)
    }

    /// `ratio`: ours over the peer's. `medians`: both of them, for people.
    pub fn new(measure: &str, bound: Bound, ratio: f64, medians: String) -> Self {
        let ratio = match bound {
            Bound::AtLeast(_) => ratio.recip(),
            Bound::AtMost(_) => ratio,
        };
        Self {
            measure: measure.to_owned(),
            bound,
            ratio,
            medians,
        }
    }

    /// Whether the bound is kept.
    pub fn is_kept(&self) -> bool {
        match self.bound {
            Bound::AtLeast(least) => self.ratio >= least,
            Bound::AtMost(most) => self.ratio <= most,
        }
    }
}

/// The rows as the README holds them.
pub fn table(rows: &[Row]) -> String {
    let mut table = String::from("| measure | bound | measured |\n| --- | --- | --- |\n");
    for row in rows {
        let bound = match row.bound {
            Bound::AtLeast(least) => format!("at least {least}"),
            Bound::AtMost(most) => format!("at most {most}"),
        };
        let missed = if row.is_kept() { "" } else { ", missed" };
        // Writing into a String does not fail.
        let _ = writeln!(
            table,
            "| {} | {bound} | {:.2} ({}){missed} |",
            row.measure, row.ratio, row.medians
        );
    }
    table
}

fn shown(time: Duration) -> String {
    match time.as_secs_f64() {
        short if short < 1e-3 => format!("{:.1} µs", short * 1e6),
        long => format!("{:.1} ms", long * 1e3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(bound: Bound, ratio: f64) -> Row {
        Row::new("a", bound, ratio, "3.0 µs and 2.0 µs".to_owned())
    }

    #[test]
    fn a_speed_is_the_peers_time_over_ours_and_a_cost_is_ours_over_the_peers() {
        assert!(row(Bound::AtLeast(0.8), 1.2).is_kept());
        assert!(!row(Bound::AtLeast(0.8), 1.3).is_kept());
        assert!(row(Bound::AtMost(1.2), 1.2).is_kept());
        assert!(!row(Bound::AtMost(1.2), 1.21).is_kept());
    }

    #[test]
    fn a_missed_bound_is_said_in_its_line() {
        let told = table(&[row(Bound::AtLeast(0.9), 1.5), row(Bound::AtMost(1.5), 1.5)]);
        let lines: Vec<&str> = told.lines().skip(2).collect();
        assert_eq!(
            lines,
            [
                "| a | at least 0.9 | 0.67 (3.0 µs and 2.0 µs), missed |",
                "| a | at most 1.5 | 1.50 (3.0 µs and 2.0 µs) |"
            ]
        );
    }
}
