//! Passwords, and how they are hashed.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

/// Fewest characters of a password that is chosen (NIST SP 800-63B, section 5.1.1).
const MIN_CHARS: usize = 8;
/// Most characters of a password.
const MAX_CHARS: usize = 128;

/// Memory of one hash, in KiB; with the two below as OWASP's Password Storage Cheat Sheet has it.
const MEMORY_KIB: u32 = 19_456;
/// Passes over the memory.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;

/// A password in the clear; it is never logged or stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

impl Password {
    /// A password that someone chooses: 8 to 128 characters.
    ///
    /// # Errors
    /// What it has to be.
    pub fn choose(text: &str) -> Result<Self, &'static str> {
        if (MIN_CHARS..=MAX_CHARS).contains(&text.chars().count()) {
            Ok(Self(text.to_owned()))
        } else {
            Err("must have 8 to 128 characters")
        }
    }

    /// The password itself, for what has to look at it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// A password that someone presents: 1 to 128 characters, whatever was asked of those who chose one.
    ///
    /// # Errors
    /// What it has to be.
    pub fn present(text: &str) -> Result<Self, &'static str> {
        match text.chars().count() {
            0 => Err("is required"),
            1..=MAX_CHARS => Ok(Self(text.to_owned())),
            _ => Err("must have at most 128 characters"),
        }
    }
}

/// A password could not be hashed, or a stored hash is none.
#[derive(Debug, thiserror::Error)]
#[error("argon2: {0}")]
pub struct HashError(String);

fn wrap(error: impl std::fmt::Display) -> HashError {
    HashError(error.to_string())
}

/// Argon2id with this installation's parameters. Slow on purpose: see [`crate::hasher`] for where it may run.
#[derive(Clone)]
pub struct Hashing(Argon2<'static>);

/// What became of a password that was held against a hash.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is another one.
    Wrong,
    /// It is the one.
    Right,
    /// It is the one, and its hash was made with other parameters: store this one.
    Renew(String),
}

impl Hashing {
    /// With the parameters above.
    ///
    /// # Errors
    /// When they are out of argon2's bounds.
    pub fn new() -> Result<Self, HashError> {
        Self::with(MEMORY_KIB, PASSES)
    }

    fn with(memory_kib: u32, passes: u32) -> Result<Self, HashError> {
        let params = Params::new(memory_kib, passes, LANES, None).map_err(wrap)?;
        Ok(Self(Argon2::new(Algorithm::Argon2id, Version::V0x13, params)))
    }

    /// The password's hash with a salt of its own, as a PHC string.
    ///
    /// # Errors
    /// When there is no randomness or no memory.
    pub fn hash(&self, password: &Password) -> Result<String, HashError> {
        let hash: PasswordHash = self.0.hash_password(password.0.as_bytes()).map_err(wrap)?;
        Ok(hash.to_string())
    }

    /// Holds a password against a hash.
    ///
    /// # Errors
    /// When the stored text is not a hash.
    pub fn check(&self, password: &Password, stored: &str) -> Result<Outcome, HashError> {
        let hash = PasswordHash::new(stored).map_err(wrap)?;
        match self.0.verify_password(password.0.as_bytes(), &hash) {
            Err(argon2::password_hash::Error::PasswordInvalid) => Ok(Outcome::Wrong),
            Err(error) => Err(wrap(error)),
            Ok(()) if self.is_current(&hash) => Ok(Outcome::Right),
            Ok(()) => Ok(Outcome::Renew(self.hash(password)?)),
        }
    }

    fn is_current(&self, hash: &PasswordHash) -> bool {
        let ours = self.0.params();
        Algorithm::try_from(hash.algorithm.as_str()) == Ok(Algorithm::Argon2id)
            && hash.version == Some(Version::V0x13.into())
            && Params::try_from(hash).is_ok_and(|theirs| {
                (theirs.m_cost(), theirs.t_cost(), theirs.p_cost())
                    == (ours.m_cost(), ours.t_cost(), ours.p_cost())
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters() {
        assert!(Password::choose("пароль78").is_ok());
        assert!(Password::choose("seven77").is_err());
        assert!(Password::choose(&"x".repeat(128)).is_ok());
        assert!(Password::choose(&"x".repeat(129)).is_err());
        assert!(Password::present("x").is_ok());
        assert!(Password::present("").is_err());
    }

    #[test]
    fn a_hash_says_how_it_was_made() {
        let hash = Hashing::new().unwrap().hash(&Password("secret".into())).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }

    #[test]
    fn a_hash_of_other_parameters_is_renewed() {
        let password = Password("secret".into());
        let old = Hashing::with(8_192, 1).unwrap().hash(&password).unwrap();
        let now = Hashing::new().unwrap();
        let Outcome::Renew(new) = now.check(&password, &old).unwrap() else {
            panic!("a hash of other parameters was kept");
        };
        assert_eq!(now.check(&password, &new).unwrap(), Outcome::Right);
        assert_eq!(
            now.check(&Password("Secret".into()), &new).unwrap(),
            Outcome::Wrong
        );
    }

    #[test]
    fn debug_output_does_not_show_it() {
        assert_eq!(format!("{:?}", Password("secret".into())), "Password(…)");
    }
}
