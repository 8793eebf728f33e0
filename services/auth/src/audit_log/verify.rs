//! Follows the whole log, for the operator.

use pfms_runtime::{Database, Error};

use super::chain::{Break, Fault, Head};
use super::entry::Digest;
use crate::store::audit_log;

/// Rows that are read at once.
const PAGE: i64 = 1_000;

/// A place in the chain that was kept elsewhere: it shows that the log was rewritten or cut, which a chain in the
/// same database cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The row's number, from 1 on.
    pub seq: i64,
    /// Its digest.
    pub digest: Digest,
}

impl std::str::FromStr for Anchor {
    type Err = String;

    /// Reads `<row>:<64 hexadecimal digits>`, which is how a head is shown.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "must be <row>:<64 hexadecimal digits>, as `pfms audit verify` shows it".to_owned();
        let (seq, digits) = text.split_once(':').ok_or_else(wrong)?;
        let seq = seq.parse().ok().filter(|seq| *seq > 0).ok_or_else(wrong)?;
        if digits.len() != 64 || !digits.is_ascii() {
            return Err(wrong());
        }
        let mut digest = [0; 32];
        for (index, byte) in digest.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digits[2 * index..2 * index + 2], 16).map_err(|_| wrong())?;
        }
        Ok(Self { seq, digest })
    }
}

impl std::fmt::Display for Head {
    /// Shows what an [`Anchor`] is read from.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:", self.seq)?;
        self.digest.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Follows the chain from the first row to the last; gives the last, or the first row that is not as it was.
///
/// # Errors
/// When the database does not answer.
pub async fn verify(database: &Database, anchors: &[Anchor]) -> Result<Result<Head, Break>, Error> {
    let mut head = Head::BEGIN;
    loop {
        let rows = audit_log::after(database.pool(), head.seq, PAGE).await?;
        if rows.is_empty() {
            break;
        }
        for (entry, digest) in &rows {
            head = match head.follow(entry, digest) {
                Ok(next) => next,
                Err(broken) => return Ok(Err(broken)),
            };
            if anchors
                .iter()
                .any(|anchor| anchor.seq == head.seq && anchor.digest != head.digest)
            {
                let fault = Fault::Rewritten;
                return Ok(Err(Break { seq: head.seq, fault }));
            }
        }
    }
    let beyond = anchors.iter().any(|anchor| anchor.seq > head.seq);
    Ok(if beyond {
        Err(Break {
            seq: head.seq + 1,
            fault: Fault::Missing,
        })
    } else {
        Ok(head)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_reads_back_as_an_anchor() {
        let head = Head {
            seq: 7,
            digest: [0xab; 32],
        };
        let anchor: Anchor = head.to_string().parse().unwrap();
        assert_eq!((anchor.seq, anchor.digest), (head.seq, head.digest));
        for wrong in ["", "7", "7:", "0:ab", "x:y", &format!("7:{}", "é".repeat(32))] {
            assert!(wrong.parse::<Anchor>().is_err(), "{wrong}");
        }
    }
}
