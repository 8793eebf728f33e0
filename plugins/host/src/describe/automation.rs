//! Checks what an automation rule says of itself.

use super::{check_identity, invalid};
use crate::{Description, ExpenseFilter, FactRequest, LoadError};

const SUMMARY_CHARS: usize = 500;
const SCHEMA_BYTES: usize = 16_384;
const MAX_DAYS: u16 = 366;
const MAX_EXPENSES: u16 = 500;
const MAX_PERIODS: u8 = 13;
const MAX_TRIGGERS: usize = 64;
const TRIGGER_BYTES: usize = 64;
/// The events that are about an expense.
const WITH_EXPENSE: [&str; 3] = ["expense.created", "expense.updated", "expense.deleted"];

/// Accepts a description as it is, or names the first field that is wrong.
pub(crate) fn check(description: Description) -> Result<Description, LoadError> {
    check_identity(&description.name, &description.version)?;
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
    check_facts(&description.facts, &description.triggers)?;
    Ok(description)
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

/// Which events there are is not for the host to know: they come with the services.
fn check_triggers(triggers: &[String]) -> Result<(), LoadError> {
    if triggers.is_empty() || triggers.len() > MAX_TRIGGERS {
        return invalid("triggers", format!("must name 1 to {MAX_TRIGGERS} events"));
    }
    for (position, trigger) in triggers.iter().enumerate() {
        if !is_trigger(trigger) {
            let shown: String = trigger.chars().take(50).collect();
            return invalid(
                "triggers",
                format!("\"{shown}\" must be \"time\" or the name of an event, such as \"expense.created\""),
            );
        }
        if triggers[..position].contains(trigger) {
            return invalid("triggers", format!("\"{trigger}\" must be named only once"));
        }
    }
    Ok(())
}

/// "time", or at least two words joined by dots.
fn is_trigger(name: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-'
            })
    };
    name == "time" || (name.len() <= TRIGGER_BYTES && name.contains('.') && name.split('.').all(is_word))
}

fn check_facts(facts: &[FactRequest], triggers: &[String]) -> Result<(), LoadError> {
    for (position, request) in facts.iter().enumerate() {
        if facts[..position]
            .iter()
            .any(|earlier| earlier.name() == request.name())
        {
            return invalid("facts", "must hold at most one request of each kind");
        }
        match request {
            FactRequest::RecentExpenses { days, limit, filter } => {
                if !(1..=MAX_DAYS).contains(days) {
                    return invalid("facts", format!("recent-expenses: days must be 1 to {MAX_DAYS}"));
                }
                if !(1..=MAX_EXPENSES).contains(limit) {
                    return invalid(
                        "facts",
                        format!("recent-expenses: limit must be 1 to {MAX_EXPENSES}"),
                    );
                }
                let has_expense = |trigger: &String| WITH_EXPENSE.contains(&trigger.as_str());
                if *filter != ExpenseFilter::Any && !triggers.iter().all(has_expense) {
                    return invalid(
                        "facts",
                        "recent-expenses: filter must be any, as not every trigger brings an expense",
                    );
                }
            }
            FactRequest::Spending { count, .. } => {
                if !(1..=MAX_PERIODS).contains(count) {
                    return invalid("facts", format!("spending: count must be 1 to {MAX_PERIODS}"));
                }
            }
            FactRequest::Budgets | FactRequest::Goals => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;
    use crate::Period;

    fn good() -> Description {
        Description {
            name: "habit-counter2".into(),
            version: "1.2.0-beta.1".into(),
            summary: String::new(),
            config_schema: "{}".into(),
            triggers: vec!["expense.created".into(), "expense.deleted".into()],
            facts: vec![
                recent(366, 500, ExpenseFilter::SameMerchant),
                FactRequest::Spending {
                    period: Period::Month,
                    count: 13,
                },
                FactRequest::Budgets,
                FactRequest::Goals,
            ],
        }
    }

    fn recent(days: u16, limit: u16, filter: ExpenseFilter) -> FactRequest {
        FactRequest::RecentExpenses { days, limit, filter }
    }

    #[track_caller]
    fn refused(expected: &str, change: impl FnOnce(&mut Description)) {
        let mut description = good();
        change(&mut description);
        match check(description.clone()) {
            Err(LoadError::InvalidDescription { field, .. }) => assert_eq!(field, expected),
            other => panic!("{description:?}: {other:?}"),
        }
    }

    #[test]
    fn a_good_description_is_kept_as_it_is() {
        assert_eq!(check(good()), Ok(good()));
    }

    #[test]
    fn a_name_is_words_joined_by_hyphens() {
        for name in ["", "Two Words", "a-", "a--b", &"a".repeat(65)] {
            refused("name", |description| description.name = name.into());
        }
    }

    #[test]
    fn versions_summaries_and_schemas_are_what_they_should_be() {
        refused("version", |description| description.version = "1.2".into());
        for summary in ["a\nb", &"é".repeat(501)] {
            refused("summary", |description| description.summary = summary.into());
        }
        for schema in ["{", "true", &" ".repeat(16_385)] {
            refused("config-schema", |description| {
                description.config_schema = schema.into();
            });
        }
    }

    #[test]
    fn triggers_are_time_or_dotted_names_and_named_once() {
        let named = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        for names in [
            &["time"][..],
            &["income.received", "time"],
            &["investment.price_alert"],
            &["a.b.c2"],
        ] {
            let description = Description {
                triggers: named(names),
                facts: vec![],
                ..good()
            };
            assert!(check(description).is_ok(), "{names:?}");
        }
        for names in [
            &[][..],
            &["expense"],
            &["Expense.created"],
            &["expense..created"],
            &[".created"],
            &["expense.2"],
            &["expense created"],
            &["time.", "time"],
            &["expense.created", "expense.created"],
        ] {
            refused("triggers", |description| description.triggers = named(names));
        }
        let many = (0..65).map(|number| format!("a.b{number}")).collect();
        refused("triggers", |description| description.triggers = many);
        refused("triggers", |description| {
            description.triggers = vec![format!("a.{}", "b".repeat(63))];
        });
    }

    #[test]
    fn facts_are_asked_for_within_bounds_and_once() {
        let any = ExpenseFilter::Any;
        for (days, limit) in [(0, 1), (367, 1), (1, 0), (1, 501)] {
            refused("facts", |description| {
                description.facts = vec![recent(days, limit, any)];
            });
        }
        refused("facts", |description| {
            description.facts = vec![recent(1, 1, any), recent(2, 2, any)];
        });
        refused("facts", |description| {
            description.facts = vec![FactRequest::Goals, FactRequest::Goals];
        });
        for count in [0, 14] {
            refused("facts", |description| {
                description.facts = vec![FactRequest::Spending {
                    period: Period::Day,
                    count,
                }];
            });
        }
    }

    #[test]
    fn expenses_like_the_events_need_an_event_with_an_expense() {
        refused("facts", |description| {
            description.triggers = vec!["expense.created".into(), "time".into()];
        });
        let any = Description {
            triggers: vec!["time".into()],
            facts: vec![recent(30, 100, ExpenseFilter::Any)],
            ..good()
        };
        assert_eq!(check(any.clone()), Ok(any));
    }
}
