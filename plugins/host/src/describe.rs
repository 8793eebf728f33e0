//! Checks what a component says of itself.

use crate::{Description, FactRequest, LoadError, TRIGGERS};

const NAME_BYTES: usize = 64;
const VERSION_BYTES: usize = 64;
const SUMMARY_CHARS: usize = 500;
const SCHEMA_BYTES: usize = 16_384;
const MAX_DAYS: u16 = 366;
const MAX_EXPENSES: u16 = 500;

/// Accepts a description as it is, or names the first field that is wrong.
pub(crate) fn check(description: Description) -> Result<Description, LoadError> {
    check_name(&description.name)?;
    if description.version.len() > VERSION_BYTES || semver::Version::parse(&description.version).is_err() {
        return invalid("version", "must be a semantic version such as \"1.2.0\"");
    }
    if description.summary.chars().count() > SUMMARY_CHARS
        || description.summary.chars().any(char::is_control)
    {
        return invalid(
            "summary",
            format!("must be one line of at most {SUMMARY_CHARS} characters"),
        );
    }
    check_schema(&description.config_schema)?;
    check_triggers(&description.triggers)?;
    check_facts(&description.facts)?;
    Ok(description)
}

fn check_name(name: &str) -> Result<(), LoadError> {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if name.len() > NAME_BYTES || !name.split('-').all(is_word) {
        let problem = format!("must be lower case words joined by hyphens, 1 to {NAME_BYTES} characters");
        return invalid("name", problem);
    }
    Ok(())
}

fn check_schema(schema: &str) -> Result<(), LoadError> {
    if schema.len() > SCHEMA_BYTES {
        return invalid("config-schema", format!("must be at most {SCHEMA_BYTES} bytes"));
    }
    match serde_json::from_str::<serde_json::Value>(schema) {
        Ok(serde_json::Value::Object(_)) => Ok(()),
        Ok(_) => invalid("config-schema", "must be a JSON object"),
        Err(error) => invalid("config-schema", format!("must be JSON: {error}")),
    }
}

fn check_triggers(triggers: &[String]) -> Result<(), LoadError> {
    if triggers.is_empty() {
        return invalid(
            "triggers",
            format!("must name at least one of {}", TRIGGERS.join(", ")),
        );
    }
    for (position, trigger) in triggers.iter().enumerate() {
        if !TRIGGERS.contains(&trigger.as_str()) {
            let known = TRIGGERS.join(", ");
            let shown: String = trigger.chars().take(50).collect();
            return invalid(
                "triggers",
                format!("\"{shown}\" is not known; must be one of {known}"),
            );
        }
        if triggers[..position].contains(trigger) {
            return invalid("triggers", format!("\"{trigger}\" must be named only once"));
        }
    }
    Ok(())
}

fn check_facts(facts: &[FactRequest]) -> Result<(), LoadError> {
    if facts.len() > 1 {
        return invalid("facts", "must hold at most one request of each kind");
    }
    for FactRequest::RecentExpenses { days, limit } in facts {
        if !(1..=MAX_DAYS).contains(days) {
            return invalid("facts", format!("recent-expenses: days must be 1 to {MAX_DAYS}"));
        }
        if !(1..=MAX_EXPENSES).contains(limit) {
            return invalid(
                "facts",
                format!("recent-expenses: limit must be 1 to {MAX_EXPENSES}"),
            );
        }
    }
    Ok(())
}

fn invalid<T>(field: &'static str, problem: impl Into<String>) -> Result<T, LoadError> {
    Err(LoadError::InvalidDescription {
        field,
        problem: problem.into(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, clippy::too_many_lines)]
    use super::*;

    fn good() -> Description {
        Description {
            name: "habit-counter2".into(),
            version: "1.2.0-beta.1".into(),
            summary: String::new(),
            config_schema: "{}".into(),
            triggers: vec!["expense.created".into(), "expense.deleted".into()],
            facts: vec![FactRequest::RecentExpenses {
                days: 366,
                limit: 500,
            }],
        }
    }

    #[test]
    fn a_good_description_is_kept_as_it_is() {
        assert_eq!(check(good()), Ok(good()));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let request = |days, limit| vec![FactRequest::RecentExpenses { days, limit }];
        let cases = [
            (
                "name",
                Description {
                    name: String::new(),
                    ..good()
                },
            ),
            (
                "name",
                Description {
                    name: "Two Words".into(),
                    ..good()
                },
            ),
            (
                "name",
                Description {
                    name: "a-".into(),
                    ..good()
                },
            ),
            (
                "name",
                Description {
                    name: "a".repeat(65),
                    ..good()
                },
            ),
            (
                "version",
                Description {
                    version: "1.2".into(),
                    ..good()
                },
            ),
            (
                "summary",
                Description {
                    summary: "a\nb".into(),
                    ..good()
                },
            ),
            (
                "summary",
                Description {
                    summary: "é".repeat(501),
                    ..good()
                },
            ),
            (
                "config-schema",
                Description {
                    config_schema: "{".into(),
                    ..good()
                },
            ),
            (
                "config-schema",
                Description {
                    config_schema: "true".into(),
                    ..good()
                },
            ),
            (
                "config-schema",
                Description {
                    config_schema: " ".repeat(16_385),
                    ..good()
                },
            ),
            (
                "triggers",
                Description {
                    triggers: vec![],
                    ..good()
                },
            ),
            (
                "triggers",
                Description {
                    triggers: vec!["expense.eaten".into()],
                    ..good()
                },
            ),
            (
                "triggers",
                Description {
                    triggers: vec!["expense.created".into(); 2],
                    ..good()
                },
            ),
            (
                "facts",
                Description {
                    facts: request(0, 1),
                    ..good()
                },
            ),
            (
                "facts",
                Description {
                    facts: request(367, 1),
                    ..good()
                },
            ),
            (
                "facts",
                Description {
                    facts: request(1, 0),
                    ..good()
                },
            ),
            (
                "facts",
                Description {
                    facts: request(1, 501),
                    ..good()
                },
            ),
            (
                "facts",
                Description {
                    facts: [request(1, 1), request(2, 2)].concat(),
                    ..good()
                },
            ),
        ];
        for (expected, description) in cases {
            match check(description.clone()) {
                Err(LoadError::InvalidDescription { field, .. }) => assert_eq!(field, expected),
                other => panic!("{description:?}: {other:?}"),
            }
        }
    }
}
