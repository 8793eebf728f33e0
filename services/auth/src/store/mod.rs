//! SQL, and nothing else.

pub mod accounts;
pub mod backup_codes;
pub mod challenges;
pub mod factors;
pub mod passkeys;
pub mod sessions;
pub mod signing_keys;
pub mod totp;
