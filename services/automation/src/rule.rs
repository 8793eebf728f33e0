//! A rule: what it listens to, when it applies, and what it does.

use jiff::Timestamp;
use pfms_proto::automation::v1 as wire;
use pfms_runtime::parse::{UpdateMask, wire_time};
use pfms_runtime::{Violations, parse};
use pfms_types::Id;

use crate::action::Action;
use crate::condition::Condition;
use crate::config::Config;
use crate::module::ModuleId;
use crate::trigger::Trigger;

/// Most rules of one user.
pub const MAX_RULES: i32 = 10_000;
/// Fields that an update may change.
const UPDATABLE: [&str; 7] = [
    "name",
    "description",
    "trigger",
    "condition",
    "actions",
    "component",
    "active",
];

/// Never a value: it only tells ids apart.
#[derive(Debug)]
pub enum RuleMarker {}

/// The id of a rule.
pub type RuleId = Id<RuleMarker>;

/// A rule as its owner writes it, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// 1 to 200 characters.
    pub name: String,
    /// Up to 1,000 characters.
    pub description: String,
    /// What it listens to.
    pub trigger: Trigger,
    /// What must hold; none: always.
    pub condition: Option<Condition>,
    /// What to do; with a component, when it decides to act, before what it asks for.
    pub actions: Vec<Action>,
    /// Code that decides.
    pub component: Option<Component>,
    /// Whether it takes part.
    pub active: bool,
}

/// A component and what it is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// One of the owner's modules.
    pub module_id: ModuleId,
    /// What the module is told.
    pub config: Config,
}

/// A stored rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// What its owner wrote.
    pub draft: Draft,
    /// How often it led to actions.
    pub execution_count: i64,
    /// When it last did.
    pub last_executed_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Draft {
    /// Reads a rule. Whether its component exists and listens to its trigger is for the store to say.
    ///
    /// # Errors
    /// Names every field that is wrong.
    pub fn parse(rule: wire::Rule) -> Result<Self, Violations> {
        let mut violations = Violations::default();
        let name = parse::required_text(&mut violations, "name", &rule.name, 200);
        let description = parse::text(&mut violations, "description", rule.description, 1_000);
        let trigger = match rule.trigger {
            Some(trigger) => violations.keep("trigger.event", trigger.event.parse::<Trigger>()),
            None => violations.keep("trigger", Err("is required")),
        };
        let condition = rule
            .condition
            .and_then(|condition| Condition::parse(&mut violations, "condition", condition));
        let has_actions = !rule.actions.is_empty();
        let actions = Action::parse_all(&mut violations, rule.actions);
        if !has_actions && rule.component.is_none() {
            violations.add("actions", "must hold an action, unless the rule has a component");
        }
        let component = rule.component.and_then(|component| {
            let module_id = parse::id(&mut violations, "component.moduleId", &component.module_id);
            let config = violations.keep("component.config", Config::parse(component.config.as_ref()));
            Some(Component {
                module_id: module_id?,
                config: config?,
            })
        });
        match trigger {
            Some(trigger) if violations.is_empty() => Ok(Self {
                name,
                description,
                trigger,
                condition,
                actions,
                component,
                active: rule.active.unwrap_or(true),
            }),
            _ => Err(violations),
        }
    }
}

impl Rule {
    /// This rule with an update's fields in place of its own.
    ///
    /// # Errors
    /// Names every field that is wrong.
    pub fn updated(
        &self,
        change: wire::Rule,
        mask: Option<pbjson_types::FieldMask>,
    ) -> Result<Draft, Violations> {
        let mut violations = Violations::default();
        let mask = UpdateMask::parse(&mut violations, mask, &UPDATABLE);
        if !violations.is_empty() {
            return Err(violations);
        }
        let mut rule = self.wire();
        if mask.touches("name", !change.name.is_empty()) {
            rule.name = change.name;
        }
        if mask.touches("description", !change.description.is_empty()) {
            rule.description = change.description;
        }
        if mask.touches("trigger", change.trigger.is_some()) {
            rule.trigger = change.trigger;
        }
        if mask.touches("condition", change.condition.is_some()) {
            rule.condition = change.condition;
        }
        if mask.touches("actions", !change.actions.is_empty()) {
            rule.actions = change.actions;
        }
        if mask.touches("component", change.component.is_some()) {
            rule.component = change.component;
        }
        if mask.touches("active", change.active.is_some()) {
            rule.active = change.active;
        }
        Draft::parse(rule)
    }

    /// As it goes out.
    #[must_use]
    pub fn wire(&self) -> wire::Rule {
        let draft = &self.draft;
        wire::Rule {
            id: self.id.to_string(),
            name: draft.name.clone(),
            description: draft.description.clone(),
            trigger: Some(wire::Trigger {
                event: draft.trigger.name().to_owned(),
            }),
            condition: draft.condition.as_ref().map(|condition| condition.wire().clone()),
            actions: draft.actions.iter().map(Action::wire).collect(),
            component: draft.component.as_ref().map(|component| wire::Component {
                module_id: component.module_id.to_string(),
                config: component.config.wire(),
            }),
            active: Some(draft.active),
            execution_count: self.execution_count,
            last_execution_time: self.last_executed_at.map(wire_time),
            create_time: Some(wire_time(self.created_at)),
            update_time: Some(wire_time(self.updated_at)),
        }
    }
}
