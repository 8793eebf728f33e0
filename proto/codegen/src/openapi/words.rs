//! Small work on names and sentences.

/// `next_page_token` → `nextPageToken`; anything but a `snake_case` name as it is.
pub fn camel_case(name: &str) -> String {
    let snake =
        |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_';
    if !name.chars().all(snake) {
        return name.to_owned();
    }
    let mut out = String::with_capacity(name.len());
    let mut upper = false;
    for character in name.chars() {
        if character == '_' {
            upper = true;
        } else {
            out.push(if upper {
                character.to_ascii_uppercase()
            } else {
                character
            });
            upper = false;
        }
    }
    out
}

/// The word with its first letter in upper case.
pub fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    characters
        .next()
        .map(|first| first.to_ascii_uppercase())
        .into_iter()
        .chain(characters)
        .collect()
}

/// The first sentence without its full stop, and what follows it.
pub fn first_sentence(comment: &str) -> (&str, &str) {
    let end = comment
        .match_indices(['.', '\n'])
        .map(|(index, _)| index)
        .find(|index| {
            comment[index + 1..]
                .chars()
                .next()
                .is_none_or(char::is_whitespace)
        })
        .unwrap_or(comment.len());
    (
        comment[..end].trim(),
        comment.get(end + 1..).unwrap_or_default().trim(),
    )
}

#[cfg(test)]
mod tests {
    use super::{camel_case, first_sentence};

    #[test]
    fn only_snake_case_is_changed() {
        assert_eq!(camel_case("update_mask"), "updateMask");
        assert_eq!(camel_case("expense"), "expense");
        assert_eq!(camel_case("PRIORITY_LOW"), "PRIORITY_LOW");
    }

    #[test]
    fn a_point_inside_a_word_ends_no_sentence() {
        assert_eq!(
            first_sentence("Up to 1.5 MB. More fails."),
            ("Up to 1.5 MB", "More fails.")
        );
        assert_eq!(first_sentence("One expense."), ("One expense", ""));
        assert_eq!(first_sentence(""), ("", ""));
    }
}
