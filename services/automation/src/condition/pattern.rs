//! Regular expressions that take time in proportion to the text.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use regex::{Regex, RegexBuilder};

/// Longest pattern, in characters.
const MAX_CHARS: usize = 200;
/// Largest compiled pattern, in bytes, and the most that matching may use beside it.
const MAX_BYTES: usize = 1 << 18;
/// Most patterns that are kept compiled; when there are more, all are forgotten.
const MAX_KEPT: usize = 256;

/// Compiling takes thousands of times as long as matching, and conditions are read anew for each event.
static COMPILED: LazyLock<Mutex<HashMap<String, Regex>>> = LazyLock::new(Mutex::default);

/// A regular expression that disregards case.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Pattern {
    /// Reads a pattern of the syntax of the crate `regex`.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.chars().count() > MAX_CHARS {
            return Err(format!("must have at most {MAX_CHARS} characters"));
        }
        let lock = || COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(text) {
            return Ok(Self(known.clone()));
        }
        let compiled = RegexBuilder::new(text)
            .case_insensitive(true)
            .size_limit(MAX_BYTES)
            .dfa_size_limit(MAX_BYTES)
            .build()
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => {
                    "is too large a regular expression: repeat less, or name fewer characters".to_owned()
                }
                error => {
                    let lines = error.to_string();
                    let last = lines.lines().last().unwrap_or_default();
                    format!(
                        "is not a regular expression: {}",
                        last.trim_start_matches("error: ")
                    )
                }
            })?;
        let mut kept = lock();
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(text.to_owned(), compiled.clone());
        Ok(Self(compiled))
    }

    /// Whether a part of a text matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_small_and_disregard_case() {
        let pattern = Pattern::parse("^uber( eats)?$").unwrap();
        assert!(pattern.matches("UBER Eats"));
        assert!(!pattern.matches("Uber ride"));
        assert_eq!(Pattern::parse("^uber( eats)?$").unwrap(), pattern);
        for bad in ["(", "(?=x)", r"\1", r"\w{1000}{1000}", &"x".repeat(201)] {
            assert!(Pattern::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_makes_others_backtrack_takes_no_longer_here() {
        let pattern = Pattern::parse("(x+x+)+y").unwrap();
        assert!(!pattern.matches(&"x".repeat(100_000)));
    }
}
