//! What a rule does.

use pfms_plugin_host as host;
use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::action::Kind;
use pfms_runtime::{Violations, parse};

/// Most actions of a rule, and of one answer of a component.
pub const MAX_ACTIONS: usize = 10;
/// Longest title of a notification, in characters.
const MAX_TITLE: usize = 200;
/// Longest body of a notification, in characters.
const MAX_BODY: usize = 2_000;

/// What the variables in titles and bodies may be called.
pub const VARIABLES: [&str; 6] = ["rule", "amount", "category", "merchant", "description", "date"];

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Notify the rule's owner.
    Notify(Notify),
}

/// A notification. Where the title or the body is empty, the template's is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notify {
    /// The title.
    pub title: String,
    /// The body.
    pub body: String,
    /// Whether title and body are templates with variables, or shown as they are.
    pub is_template: bool,
    /// How urgent it is.
    pub priority: Priority,
}

/// How urgent a notification is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Priority {
    /// May wait.
    Low,
    /// Usual.
    #[default]
    Medium,
    /// Soon.
    High,
    /// Now.
    Urgent,
}

impl Priority {
    /// As notifications call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }
}

impl Action {
    /// Reads the actions of a rule; violations name `actions[i]` and what is below.
    pub fn parse_all(violations: &mut Violations, actions: Vec<wire::Action>) -> Vec<Self> {
        if actions.len() > MAX_ACTIONS {
            violations.add("actions", format!("must be at most {MAX_ACTIONS}"));
            return Vec::new();
        }
        let mut parsed = Vec::new();
        for (index, action) in actions.into_iter().enumerate() {
            parsed.extend(Self::parse(violations, &format!("actions[{index}]"), action));
        }
        parsed
    }

    fn parse(violations: &mut Violations, path: &str, action: wire::Action) -> Option<Self> {
        let Some(Kind::Notify(notify)) = action.kind else {
            violations.add(path, "must be notify");
            return None;
        };
        let priority = match wire::Priority::try_from(notify.priority) {
            Ok(wire::Priority::Unspecified | wire::Priority::Medium) => Priority::Medium,
            Ok(wire::Priority::Low) => Priority::Low,
            Ok(wire::Priority::High) => Priority::High,
            Ok(wire::Priority::Urgent) => Priority::Urgent,
            Err(_) => {
                violations.add(format!("{path}.notify.priority"), "is not a known priority");
                return None;
            }
        };
        let mut template = |field: &str, text: String, max: usize| {
            let field = format!("{path}.notify.{field}");
            if let Err(problem) = check_template(&text) {
                violations.add(field.clone(), problem);
            }
            parse::text(violations, &field, text, max)
        };
        Some(Self::Notify(Notify {
            title: template("title", notify.title, MAX_TITLE),
            body: template("body", notify.body, MAX_BODY),
            is_template: true,
            priority,
        }))
    }

    /// Reads what a component returned.
    ///
    /// # Errors
    /// Says which action is not what the contract asks for.
    pub fn of_component(actions: Vec<host::Action>) -> Result<Vec<Self>, String> {
        if actions.len() > MAX_ACTIONS {
            let count = actions.len();
            return Err(format!(
                "the rule returned {count} actions; at most {MAX_ACTIONS} are taken"
            ));
        }
        let mut parsed = Vec::new();
        for (index, action) in actions.into_iter().enumerate() {
            let host::Action::Notify(notification) = action else {
                return Err(format!(
                    "action {index} of the rule: {} is not available",
                    action.name()
                ));
            };
            let mut violations = Violations::default();
            let title = parse::required_text(&mut violations, "title", &notification.title, MAX_TITLE);
            if title.contains('\n') {
                violations.add("title", "must be one line");
            }
            let body = parse::text(&mut violations, "body", notification.body, MAX_BODY);
            if !violations.is_empty() {
                return Err(format!("action {index} of the rule: {violations}"));
            }
            parsed.push(Self::Notify(Notify {
                title,
                body,
                is_template: false,
                priority: match notification.priority {
                    host::Priority::Low => Priority::Low,
                    host::Priority::Medium => Priority::Medium,
                    host::Priority::High => Priority::High,
                    host::Priority::Urgent => Priority::Urgent,
                },
            }));
        }
        Ok(parsed)
    }

    /// As it goes out.
    #[must_use]
    pub fn wire(&self) -> wire::Action {
        let Self::Notify(notify) = self;
        let priority = match notify.priority {
            Priority::Low => wire::Priority::Low,
            Priority::Medium => wire::Priority::Medium,
            Priority::High => wire::Priority::High,
            Priority::Urgent => wire::Priority::Urgent,
        };
        wire::Action {
            kind: Some(Kind::Notify(wire::Notify {
                title: notify.title.clone(),
                body: notify.body.clone(),
                priority: priority.into(),
            })),
        }
    }
}

/// Checks that each pair of braces holds one of [`VARIABLES`].
fn check_template(text: &str) -> Result<(), String> {
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let inside = &rest[start + 2..];
        let end = inside
            .find("}}")
            .ok_or("has braces that are not closed: write {{ amount }}")?;
        let name = inside[..end].trim();
        if !VARIABLES.contains(&name) {
            let known = VARIABLES.join(", ");
            let shown: String = name.chars().take(50).collect();
            return Err(format!("has no variable {shown:?}; there are {known}"));
        }
        rest = &inside[end + 2..];
    }
    if text.contains("{%") || text.contains("{#") {
        return Err("must hold variables only, such as {{ amount }}, not statements or comments".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_hold_known_variables_only() {
        assert_eq!(check_template("{{ amount }} at {{merchant}}"), Ok(()));
        assert_eq!(check_template("no braces } { at all"), Ok(()));
        for text in [
            "{{ balance }}",
            "{{ amount",
            "{{}}",
            "{% if x %}",
            "{# x #}",
            "{{ amount | upper }}",
        ] {
            assert!(check_template(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_component_that_breaks_the_contract_is_told_where() {
        let notify = |title: &str| {
            host::Action::Notify(host::Notification {
                title: title.into(),
                body: String::new(),
                priority: host::Priority::Low,
                channels: vec![],
            })
        };
        assert!(Action::of_component(vec![notify("well")]).is_ok());
        let problem = Action::of_component(vec![notify("well"), notify(" ")]).unwrap_err();
        assert!(problem.contains("action 1"), "{problem}");
        assert!(Action::of_component(vec![notify(&"x".repeat(201))]).is_err());
        assert!(Action::of_component(vec![notify("nul \0")]).is_err());
        assert!(Action::of_component(vec![notify("x"); 11]).is_err());
    }
}
