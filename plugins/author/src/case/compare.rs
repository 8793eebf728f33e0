//! Compares what a case describes with what came of it: what is described must hold, the rest is free.

use regex::Regex;
use serde_json::Value;
use serde_saphyr::Spanned;

use super::{Node, Position};

/// A part of the answer that is not as described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Where the case describes it.
    pub position: Position,
    /// The part, for example "actions[0].notify.title".
    pub path: String,
    /// As described, as JSON or in words.
    pub expected: String,
    /// As it came, as JSON or in words.
    pub got: String,
}

/// All parts of `actual` that are not as `expected` describes them.
#[must_use]
pub fn compare(path: &str, expected: &Spanned<Node>, actual: &Value) -> Vec<Mismatch> {
    let mut mismatches = Vec::new();
    walk(path, expected, actual, &mut mismatches);
    mismatches
}

fn walk(path: &str, expected: &Spanned<Node>, actual: &Value, found: &mut Vec<Mismatch>) {
    let mut differs = |expected_words: String, got: String| {
        found.push(Mismatch {
            position: Position::of(expected),
            path: path.to_owned(),
            expected: expected_words,
            got,
        });
    };
    match (&expected.value, actual) {
        (Node::Map(entries), _) if pattern(entries).is_some() => {
            let pattern = pattern(entries).unwrap_or_default();
            match (Regex::new(pattern), actual) {
                (Err(error), _) => differs(format!("a regular expression, but {error}"), shown(actual)),
                (Ok(regex), Value::String(text)) if regex.is_match(text) => {}
                (Ok(_), _) => differs(format!("a match of {pattern}"), shown(actual)),
            }
        }
        (Node::Map(entries), Value::Object(fields)) => {
            for (key, value) in entries {
                let path = join(path, &key.value);
                match fields.get(&key.value) {
                    Some(field) => walk(&path, value, field, found),
                    None => found.push(Mismatch {
                        position: Position::of(key),
                        expected: shown(&value.value.to_json()),
                        got: format!("no such part; there are: {}", names(fields)),
                        path,
                    }),
                }
            }
        }
        (Node::List(items), Value::Array(parts)) => {
            if items.len() != parts.len() {
                differs(
                    format!("{} of them", items.len()),
                    format!("{}: {}", parts.len(), shown(actual)),
                );
                return;
            }
            for (at, (item, part)) in items.iter().zip(parts).enumerate() {
                walk(&format!("{path}[{at}]"), item, part, found);
            }
        }
        _ => {
            let json = expected.value.to_json();
            if json != *actual {
                differs(shown(&json), shown(actual));
            }
        }
    }
}

/// `{matches: …}`.
fn pattern(entries: &[(Spanned<String>, Spanned<Node>)]) -> Option<&str> {
    match entries {
        [(key, value)] if key.value == "matches" => match &value.value {
            Node::Text(pattern) => Some(pattern),
            _ => None,
        },
        _ => None,
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

fn names(fields: &serde_json::Map<String, Value>) -> String {
    if fields.is_empty() {
        return "none".to_owned();
    }
    let mut names: Vec<&str> = fields.keys().map(String::as_str).collect();
    names.sort_unstable();
    names.join(", ")
}

pub(crate) fn shown(value: &Value) -> String {
    value.to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn mismatches(expected: &str, actual: &Value) -> Vec<(String, String, String)> {
        let expected: Spanned<Node> = serde_saphyr::from_str(expected).unwrap();
        compare("", &expected, actual)
            .into_iter()
            .map(|mismatch| (mismatch.path, mismatch.expected, mismatch.got))
            .collect()
    }

    #[test]
    fn what_is_not_described_is_free() {
        let actual = json!({"notify": {"title": "Third coffee", "body": "x", "channels": []}});
        assert!(mismatches("notify: {title: Third coffee}", &actual).is_empty());
        assert!(mismatches("notify: {title: {matches: ^Third}, channels: []}", &actual).is_empty());
    }

    #[test]
    fn a_difference_names_its_path_and_both_values() {
        let actual = json!([{"notify": {"title": "Third coffee"}}]);
        assert_eq!(
            mismatches("- notify: {title: Second coffee}", &actual),
            [(
                "[0].notify.title".to_owned(),
                "\"Second coffee\"".to_owned(),
                "\"Third coffee\"".to_owned()
            )]
        );
        assert_eq!(
            mismatches("- notify: {title: {matches: ^x}}", &actual)[0].1,
            "a match of ^x"
        );
    }

    #[test]
    fn a_misspelt_name_is_told_with_those_that_exist() {
        let found = mismatches("heading: x", &json!({"title": "x", "body": ""}));
        assert_eq!(found[0].2, "no such part; there are: body, title");
    }

    #[test]
    fn lists_are_as_long_as_described() {
        assert_eq!(mismatches("[]", &json!([1]))[0].1, "0 of them");
        assert_eq!(mismatches("[1, 2]", &json!([1, 3]))[0].0, "[1]");
        assert!(mismatches("[1, 2]", &json!([1, 2])).is_empty());
    }

    #[test]
    fn nothing_is_described_as_nothing() {
        assert!(mismatches("merchant: ~", &json!({"merchant": null})).is_empty());
        assert!(!mismatches("merchant: ~", &json!({"merchant": "x"})).is_empty());
    }
}
