//! Texts of a rule with the event's values in them: `{{ merchant }}`, and nothing else of a template language.

use crate::fact::Fact;
use crate::schema::Schema;

/// The variable that stands for the rule's name.
pub const RULE: &str = "rule";
/// Longest value of a variable, in characters.
const MAX_VALUE: usize = 1_000;

/// Checks that each pair of braces holds the name of a field that the event has.
///
/// # Errors
/// Says what is wrong with the text.
pub fn check(text: &str, schema: &Schema) -> Result<(), String> {
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let inside = &rest[start + 2..];
        let end = inside
            .find("}}")
            .ok_or("has braces that are not closed: write {{ amount }}")?;
        let name = inside[..end].trim();
        if name != RULE && schema.place(name).is_none() {
            let shown: String = name.chars().take(50).collect();
            return Err(format!(
                "has no variable {shown:?}; there are {RULE}, {}",
                schema.names()
            ));
        }
        rest = &inside[end + 2..];
    }
    if text.contains("{%") || text.contains("{#") {
        return Err("must hold variables only, such as {{ amount }}, not statements or comments".into());
    }
    Ok(())
}

/// The text with the event's values, in at most `max` characters. Values are not read for variables.
#[must_use]
pub fn render(text: &str, rule: &str, fact: &Fact, max: usize) -> String {
    let mut rendered = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let inside = &rest[start + 2..];
        let Some(end) = inside.find("}}") else { break };
        rendered.push_str(&rest[..start]);
        let name = inside[..end].trim();
        let value = if name == RULE {
            rule.to_owned()
        } else {
            fact.shown(name)
        };
        rendered.extend(value.chars().take(MAX_VALUE));
        rest = &inside[end + 2..];
    }
    rendered.push_str(rest);
    match rendered.char_indices().nth(max) {
        Some((end, _)) => rendered[..end].to_owned(),
        None => rendered,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema(name: &str) -> &'static Schema {
        Schema::find(name).unwrap()
    }

    #[test]
    fn templates_hold_variables_of_the_event_only() {
        let expense = schema("expense.created");
        for good in [
            "{{ amount }} at {{merchant}}",
            "{{ rule }}",
            "no braces } { at all",
            "",
        ] {
            assert_eq!(check(good, expense), Ok(()), "{good}");
        }
        for bad in [
            "{{ balance }}",
            "{{ amount",
            "{{}}",
            "{% if x %}",
            "{# x #}",
            "{{ amount | upper }}",
        ] {
            assert!(check(bad, expense).is_err(), "{bad}");
        }
        assert_eq!(check("{{ source }}", schema("income.received")), Ok(()));
        assert!(check("{{ merchant }}", schema("income.received")).is_err());
        assert_eq!(check("{{ data.days }}", schema("automation.trigger")), Ok(()));
    }

    #[test]
    fn values_are_not_read_for_variables() {
        let data = json!({"topic": "x", "data": {"name": "{{ topic }}", "days": 3}});
        let fact = Fact::read(schema("automation.trigger"), &data).unwrap();
        let shown = render(
            "{{ rule }}: {{data.name}} for {{ data.days }} days",
            "Run",
            &fact,
            100,
        );
        assert_eq!(shown, "Run: {{ topic }} for 3 days");
        assert_eq!(render("{{ data.none }}|{{", "", &fact, 100), "|{{");
        assert_eq!(render("ééé", "", &fact, 2), "éé");
    }
}
