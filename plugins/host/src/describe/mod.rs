//! Checks what a component says of itself.

pub(crate) mod automation;

use crate::LoadError;

const NAME_BYTES: usize = 64;
const VERSION_BYTES: usize = 64;
const LABEL_CHARS: usize = 200;
const ID_BYTES: usize = 128;

/// Checks what every component has.
pub(crate) fn check_identity(name: &str, version: &str) -> Result<(), LoadError> {
    if !is_words(name) {
        let problem = format!("must be lower case words joined by hyphens, 1 to {NAME_BYTES} characters");
        return invalid("name", problem);
    }
    if version.len() > VERSION_BYTES || semver::Version::parse(version).is_err() {
        return invalid("version", "must be a semantic version such as \"1.2.0\"");
    }
    Ok(())
}

/// Lower case words joined by hyphens, 1 to 64 characters.
pub(crate) fn is_words(text: &str) -> bool {
    text.len() <= NAME_BYTES && are_words(text, b"-")
}

/// The same, joined by dots, 1 to 128 characters.
pub(crate) fn is_dotted(text: &str) -> bool {
    text.len() <= ID_BYTES && are_words(text, b"-.")
}

/// Words of lower case letters and digits, with one separator between each two.
fn are_words(text: &str, separators: &[u8]) -> bool {
    let mut in_word = false;
    for byte in text.bytes() {
        if byte.is_ascii_lowercase() || byte.is_ascii_digit() {
            in_word = true;
        } else if in_word && separators.contains(&byte) {
            in_word = false;
        } else {
            return false;
        }
    }
    in_word
}

/// One line of 1 to 200 characters.
pub(crate) fn is_label(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= LABEL_CHARS && !text.chars().any(char::is_control)
}

/// Text in paragraphs.
pub(crate) fn is_text(text: &str, max_chars: usize) -> bool {
    text.chars().count() <= max_chars && !text.chars().any(|char| char.is_control() && char != '\n')
}

pub(crate) fn invalid<T>(field: &'static str, problem: impl Into<String>) -> Result<T, LoadError> {
    Err(LoadError::InvalidDescription {
        field,
        problem: problem.into(),
    })
}
