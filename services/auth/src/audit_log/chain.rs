//! Follows the chain of digests through the log.

use super::entry::{Digest, Entry};

/// Stands before the first row.
const BEGIN: Digest = [0; 32];

/// A place in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last row's number; 0 before the first.
    pub seq: i64,
    /// The last row's digest.
    pub digest: Digest,
}

impl Head {
    /// Before the first row.
    pub const BEGIN: Self = Self {
        seq: 0,
        digest: BEGIN,
    };

    /// The place after a row with this digest, when the row is what follows here.
    ///
    /// # Errors
    /// What is wrong with the row.
    pub fn follow(&self, entry: &Entry, digest: &Digest) -> Result<Self, Break> {
        let broken = |fault| Break {
            seq: self.seq + 1,
            fault,
        };
        if entry.seq != self.seq + 1 {
            return Err(broken(Fault::Missing));
        }
        if entry
            .personal
            .as_ref()
            .is_some_and(|personal| personal.digest() != entry.personal_digest)
        {
            return Err(broken(Fault::Personal));
        }
        if entry.digest(&self.digest) != *digest {
            return Err(broken(Fault::Changed));
        }
        Ok(Self {
            seq: entry.seq,
            digest: *digest,
        })
    }
}

/// Where the chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("row {seq} {fault}")]
pub struct Break {
    /// The first row that is not as it was.
    pub seq: i64,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is not there.
    #[error("is missing")]
    Missing,
    /// It, or one before it, is not as it was appended.
    #[error("is not as it was appended")]
    Changed,
    /// Its personal part was replaced and not erased.
    #[error("has another target, address or user agent than it was appended with")]
    Personal,
    /// It has another digest than was kept elsewhere.
    #[error("has another digest than the one that was kept elsewhere; the log was rewritten")]
    Rewritten,
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::super::entry::Personal;
    use super::*;

    type Row = (Entry, Digest);

    fn verify(rows: &[Row]) -> Result<Head, Break> {
        rows.iter()
            .try_fold(Head::BEGIN, |head, (entry, digest)| head.follow(entry, digest))
    }

    fn personal() -> impl Strategy<Value = Personal> {
        (any::<[u8; 32]>(), ".{0,8}", ".{0,8}", ".{0,8}").prop_map(
            |(salt, target, ip_address, user_agent)| Personal {
                salt,
                target,
                ip_address,
                user_agent,
            },
        )
    }

    fn entry() -> impl Strategy<Value = Entry> {
        let times = (0_i64..4_000_000_000_000_000, 0_i64..4_000_000_000_000_000);
        (
            any::<u128>(),
            times,
            ("[a-z]{1,8}", "[a-z.]{1,8}"),
            any::<bool>(),
            any::<Option<[u8; 32]>>(),
            personal(),
        )
            .prop_map(
                |(id, times, (actor, action), succeeded, subject, personal)| Entry {
                    seq: 0,
                    event_id: Uuid::from_u128(id),
                    occurred_at: Timestamp::from_microsecond(times.0).unwrap(),
                    recorded_at: Timestamp::from_microsecond(times.1).unwrap(),
                    actor,
                    action,
                    succeeded,
                    subject,
                    personal_digest: personal.digest(),
                    personal: Some(personal),
                },
            )
    }

    fn log() -> impl Strategy<Value = Vec<Row>> {
        prop::collection::vec(entry(), 1..8).prop_map(|entries| {
            let mut head = Head::BEGIN;
            let mut rows = Vec::new();
            for mut entry in entries {
                entry.seq = head.seq + 1;
                let digest = entry.digest(&head.digest);
                head = head.follow(&entry, &digest).unwrap();
                rows.push((entry, digest));
            }
            rows
        })
    }

    /// Changes one field; which one, and where in it, is drawn.
    fn tamper(row: &mut Row, field: usize, byte: usize) {
        let (entry, digest) = row;
        let flip = |bytes: &mut [u8]| bytes[byte % 32] ^= 1;
        let append = |text: &mut String| text.push('x');
        match field {
            0 => entry.event_id = Uuid::from_u128(entry.event_id.as_u128() ^ 1),
            1 => entry.occurred_at += jiff::SignedDuration::from_micros(1),
            2 => entry.recorded_at += jiff::SignedDuration::from_micros(1),
            3 => append(&mut entry.actor),
            4 => append(&mut entry.action),
            5 => entry.succeeded = !entry.succeeded,
            6 => entry.subject = entry.subject.xor(Some([1; 32])),
            7 => flip(&mut entry.personal_digest),
            8 => flip(digest),
            9 => entry.seq += 1,
            _ => {
                if let Some(personal) = &mut entry.personal {
                    match field {
                        10 => flip(&mut personal.salt),
                        11 => append(&mut personal.target),
                        12 => append(&mut personal.ip_address),
                        _ => append(&mut personal.user_agent),
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_change_to_any_row_is_found_at_that_row(
            mut rows in log(), at in any::<prop::sample::Index>(), field in 0_usize..14, byte in 0_usize..32,
        ) {
            prop_assert!(verify(&rows).is_ok());
            let index = at.index(rows.len());
            tamper(&mut rows[index], field, byte);
            prop_assert_eq!(verify(&rows).unwrap_err().seq, i64::try_from(index).unwrap() + 1);
        }

        #[test]
        fn a_row_that_was_taken_out_is_missed(mut rows in log(), at in any::<prop::sample::Index>()) {
            let index = at.index(rows.len());
            let full = verify(&rows).unwrap();
            rows.remove(index);
            if index == rows.len() {
                // The end can be cut without a trace in the log itself: this is what an anchor is for.
                prop_assert!(verify(&rows).unwrap().seq < full.seq);
            } else {
                let broken = Break { seq: i64::try_from(index).unwrap() + 1, fault: Fault::Missing };
                prop_assert_eq!(verify(&rows), Err(broken));
            }
        }

        #[test]
        fn rows_that_changed_places_are_found(mut rows in log(), at in any::<prop::sample::Index>()) {
            prop_assume!(rows.len() > 1);
            let index = at.index(rows.len() - 1);
            rows.swap(index, index + 1);
            prop_assert!(verify(&rows).is_err());
        }

        #[test]
        fn erasing_what_is_personal_breaks_nothing(rows in log(), erased in any::<u8>()) {
            let before = verify(&rows).unwrap();
            let mut after = rows;
            for (index, (entry, _)) in after.iter_mut().enumerate() {
                if erased & (1 << index) != 0 {
                    entry.personal = None;
                }
            }
            prop_assert_eq!(verify(&after), Ok(before));
        }
    }
}
