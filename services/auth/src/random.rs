//! Randomness for secrets.

use pfms_runtime::Error;

/// Random bytes that nobody can guess.
///
/// # Errors
/// When the machine gives none.
pub fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Error::internal("there is no randomness"))?;
    Ok(bytes)
}
