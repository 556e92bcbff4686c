//! `keybelt token` and `keybelt list` as programs are run: from their start to their end, with the key from a keyring.

use std::process::Command;
use std::time::Duration;

use crate::Trouble;
use crate::bare_vault::account_name;
use crate::crowd::{Crowd, beside, timed};
use crate::interleaved::compare;
use crate::row::{Bound, Row};

const ROUNDS: usize = 41;

/// The table's rows.
pub fn rows() -> Result<Vec<Row>, Trouble> {
    let (one, hundred, many) = (Crowd::of(1)?, Crowd::of(100)?, Crowd::of(10_000)?);
    let some = compare(ROUNDS, || token(&hundred), || token(&one))?;
    let all = compare(ROUNDS, || token(&many), || token(&one))?;
    let growth = compare(ROUNDS, || list(&many), || list(&hundred))?;
    let listed = compare(ROUNDS, || list(&many), || read(&many))?;
    Ok(vec![
        Row::of_times(
            "time of `keybelt token` with 100 accounts, to with one",
            Bound::AtMost(1.2),
            &some,
        ),
        Row::of_times(
            "time of `keybelt token` with 10,000 accounts, to with one",
            Bound::AtMost(1.2),
            &all,
        ),
        Row::of_times(
            "time of `keybelt list` with 10,000 accounts, to with 100",
            Bound::AtMost(100.0),
            &growth,
        ),
        Row::of_times(
            "time of `keybelt list` with 10,000 accounts, to bare reading and opening of the same records",
            Bound::AtMost(3.0),
            &listed,
        ),
    ])
}

/// Of the account in the middle: no order favours it.
fn token(crowd: &Crowd) -> Result<Duration, Trouble> {
    let name = account_name(crowd.count() / 2);
    Ok(crowd.keybelt(["token", &name])?.0)
}

fn list(crowd: &Crowd) -> Result<Duration, Trouble> {
    Ok(crowd.keybelt(["list"])?.0)
}

/// The peer is a program too: see `main`.
fn read(crowd: &Crowd) -> Result<Duration, Trouble> {
    let mut peer = Command::new(beside("keybelt-bench")?);
    Ok(timed(peer.arg(crate::READ).arg(crowd.home()))?.0)
}
