//! Pending authorizations: sealed before the person is sent anywhere, found by their state, taken once.

use keybelt_contract::DamagedRecord;
use keybelt_primitives::{Secret, UnixSeconds};
use rusqlite::{Connection, OptionalExtension, params};
use zeroize::Zeroizing;

use crate::seal::{Column, Row, Seals, Tagged};
use crate::{Part, Vault, VaultError};

impl Vault {
    /// Keeps a pending authorization until its deadline.
    pub fn put_pending(
        &self,
        state: &str,
        record: &Secret<Vec<u8>>,
        deadline: UnixSeconds,
    ) -> Result<(), VaultError> {
        let tag = self.seals().tag(Tagged::State, state)?;
        #[expect(
            clippy::disallowed_methods,
            reason = "the record is written into the buffer that is sealed"
        )]
        let plain = Zeroizing::new(record.expose().clone());
        let sealed = self
            .seals()
            .seal(Column::Pending, place(&tag, deadline), &plain)?;
        self.write(|transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO pending (state_tag, deadline, record) VALUES (?1, ?2, ?3)",
                params![tag, deadline.0, sealed],
            )?;
            Ok(())
        })
    }

    /// Takes the pending authorization of a state: it is durably gone before it is given, so that of two who ask, in
    /// whatever process, one gets it. `None`: there is none. One that is damaged is gone too.
    pub fn take_pending(&self, state: &str) -> Result<Option<Secret<Vec<u8>>>, VaultError> {
        let tag = self.seals().tag(Tagged::State, state)?;
        let taken: Option<(i64, Vec<u8>)> = self.write(|transaction| {
            let sql = "DELETE FROM pending WHERE state_tag = ?1 RETURNING deadline, record";
            let mut statement = transaction.prepare(sql)?;
            Ok(statement
                .query_row([tag], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?)
        })?;
        let Some((deadline, sealed)) = taken else {
            return Ok(None);
        };
        let place = place(&tag, UnixSeconds(deadline));
        let opened = self.seals().open(Column::Pending, place, &sealed)?;
        opened
            .map(Some)
            .ok_or_else(|| VaultError::damaged(Part::Pending, "a pending authorization"))
    }

    /// Removes the pending authorization of a link that was given up.
    pub fn remove_pending(&self, state: &str) -> Result<(), VaultError> {
        let tag = self.seals().tag(Tagged::State, state)?;
        self.write(|transaction| {
            transaction.execute("DELETE FROM pending WHERE state_tag = ?1", [tag])?;
            Ok(())
        })
    }

    /// Removes what is past its deadline.
    pub fn sweep_pending(&self, now: UnixSeconds) -> Result<(), VaultError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM pending WHERE deadline < ?1", [now.0])?;
            Ok(())
        })
    }
}

/// Its deadline stands beside it, readable for the sweep; in the place of a generation it is bound to it.
fn place(tag: &[u8], deadline: UnixSeconds) -> Row<'_> {
    Row::Tagged {
        tag,
        generation: deadline.0,
    }
}

/// Every pending authorization that does not open.
pub(crate) fn check(connection: &Connection, seals: &Seals) -> Result<Vec<DamagedRecord>, VaultError> {
    let mut statement = connection.prepare("SELECT state_tag, deadline, record FROM pending")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut damaged = Vec::new();
    for (number, row) in (1..).zip(rows) {
        let (tag, deadline, sealed): (Vec<u8>, i64, Vec<u8>) = row?;
        if seals
            .open(Column::Pending, place(&tag, UnixSeconds(deadline)), &sealed)?
            .is_none()
        {
            damaged.push(DamagedRecord {
                record: format!("pending/{number}"),
                cause: "it does not open".to_owned(),
            });
        }
    }
    Ok(damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_vault::TestHome;

    fn record() -> Secret<Vec<u8>> {
        Secret::new(b"state-1 verifier-1".to_vec())
    }

    #[expect(clippy::disallowed_methods, reason = "the test looks whether it is the same")]
    fn taken(vault: &Vault, state: &str) -> Option<Vec<u8>> {
        vault
            .take_pending(state)
            .unwrap()
            .map(|record| record.expose().clone())
    }

    #[test]
    fn a_pending_authorization_is_taken_once_and_by_its_own_state_only() {
        let home = TestHome::new();
        let vault = home.create();
        vault.put_pending("state-1", &record(), UnixSeconds(10)).unwrap();
        assert_eq!(taken(&vault, "state-2"), None);
        let other = home.open();
        assert_eq!(
            taken(&other, "state-1").as_deref(),
            Some(&b"state-1 verifier-1"[..])
        );
        assert_eq!(taken(&vault, "state-1"), None);
    }

    #[test]
    fn of_many_who_take_it_at_once_one_gets_it() {
        let home = TestHome::new();
        let vault = home.create();
        vault.put_pending("state-1", &record(), UnixSeconds(10)).unwrap();
        let vaults: Vec<Vault> = (0..4).map(|_| home.open()).collect();
        let got = std::thread::scope(|scope| {
            let takers: Vec<_> = vaults
                .iter()
                .map(|vault| scope.spawn(|| taken(vault, "state-1")))
                .collect();
            takers
                .into_iter()
                .filter_map(|taker| taker.join().unwrap())
                .count()
        });
        assert_eq!(got, 1);
    }

    #[test]
    fn what_is_too_old_is_swept() {
        let home = TestHome::new();
        let vault = home.create();
        vault.put_pending("old", &record(), UnixSeconds(10)).unwrap();
        vault.put_pending("new", &record(), UnixSeconds(20)).unwrap();
        vault.put_pending("given-up", &record(), UnixSeconds(20)).unwrap();
        vault.sweep_pending(UnixSeconds(11)).unwrap();
        vault.remove_pending("given-up").unwrap();
        assert!(taken(&vault, "old").is_none() && taken(&vault, "given-up").is_none());
        assert!(taken(&vault, "new").is_some());
    }

    #[test]
    fn a_tampered_one_is_refused_and_gone() {
        for sql in [
            "UPDATE pending SET deadline = 99",
            "UPDATE pending SET record = x'01'",
        ] {
            let home = TestHome::new();
            let vault = home.create();
            vault.put_pending("state-1", &record(), UnixSeconds(10)).unwrap();
            vault.lock().execute(sql, []).unwrap();
            assert_eq!(vault.check().unwrap().len(), 1, "{sql}");
            assert!(
                matches!(vault.take_pending("state-1"), Err(VaultError::Damaged { .. })),
                "{sql}"
            );
            assert!(vault.take_pending("state-1").unwrap().is_none(), "{sql}");
        }
    }
}
