//! A rule: what it listens to, when it applies, and what it does.

use jiff::Timestamp;
use jiff::civil::Date;
use pfms_proto::automation::v1 as wire;
use pfms_runtime::parse::{UpdateMask, wire_time};
use pfms_runtime::{Violations, parse};
use pfms_types::Id;

use crate::action::Action;
use crate::condition::Condition;
use crate::config::Config;
use crate::group::GroupId;
use crate::module::ModuleId;
use crate::trigger::Trigger;

/// Most rules of one user.
pub const MAX_RULES: i32 = 10_000;
/// Fields that an update may change.
const UPDATABLE: [&str; 16] = [
    "name",
    "description",
    "trigger",
    "condition",
    "actions",
    "component",
    "active",
    "stage",
    "position",
    "stop_processing",
    "group_id",
    "cooldown_seconds",
    "daily_cap",
    "active_from",
    "active_until",
    "failure_limit",
];
/// Farthest place from the middle of a stage.
const MAX_POSITION: i32 = 1_000_000;
/// Longest rest after a rule has acted: 366 days, in seconds.
const MAX_COOLDOWN: i32 = 366 * 24 * 60 * 60;
/// Highest cap on what a rule does in a day.
const MAX_DAILY_CAP: i32 = 1_000_000;
/// Failures in a row after which a rule is switched off, where it does not say.
pub const DEFAULT_FAILURE_LIMIT: i32 = 10;
/// Most failures in a row that a rule may be allowed.
const MAX_FAILURE_LIMIT: i32 = 1_000;

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
    /// When it runs among the rules of one event.
    pub stage: Stage,
    /// Its place in the stage, the least first.
    pub position: i32,
    /// Whether the later rules are left out where it acts.
    pub stop_processing: bool,
    /// The group it is switched with.
    pub group_id: Option<GroupId>,
    /// For how many seconds it rests after it has acted.
    pub cooldown_seconds: i32,
    /// How often it may act on a day; 0: as often as it wants.
    pub daily_cap: i32,
    /// The first day on which it takes part.
    pub active_from: Option<Date>,
    /// The last one.
    pub active_until: Option<Date>,
    /// After how many failures in a row it is switched off; 0: never.
    pub failure_limit: i32,
}

/// When a rule runs among the rules of one event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Before the others.
    Pre,
    /// In between.
    #[default]
    Default,
    /// After the others.
    Post,
}

impl Stage {
    /// As it is stored: stages sort by it.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Pre => 0,
            Self::Default => 1,
            Self::Post => 2,
        }
    }

    /// From what is stored.
    #[must_use]
    pub const fn numbered(number: i16) -> Self {
        match number {
            0 => Self::Pre,
            2 => Self::Post,
            _ => Self::Default,
        }
    }

    const fn wire(self) -> wire::Stage {
        match self {
            Self::Pre => wire::Stage::Pre,
            Self::Default => wire::Stage::Default,
            Self::Post => wire::Stage::Post,
        }
    }
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
    /// Why it was switched off; empty when its owner did it or it is active.
    pub disabled_reason: String,
    /// How often it failed since it last did not.
    pub consecutive_failures: i32,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Component {
    /// Reads a component; violations name fields below `path`. Whether it exists is for the store to say.
    pub fn parse(violations: &mut Violations, path: &str, component: &wire::Component) -> Option<Self> {
        let module_id = parse::id(violations, &format!("{path}.moduleId"), &component.module_id);
        let config = violations.keep(format!("{path}.config"), Config::parse(component.config.as_ref()));
        Some(Self {
            module_id: module_id?,
            config: config?,
        })
    }

    /// As it goes out.
    #[must_use]
    pub fn wire(&self) -> wire::Component {
        wire::Component {
            module_id: self.module_id.to_string(),
            config: self.config.wire(),
        }
    }
}

impl Draft {
    /// Reads a rule. Whether what it refers to exists is for the store to say.
    ///
    /// # Errors
    /// Names every field that is wrong.
    pub fn parse(rule: wire::Rule) -> Result<Self, Violations> {
        let mut violations = Violations::default();
        let stage = match rule.stage() {
            wire::Stage::Pre => Stage::Pre,
            wire::Stage::Unspecified | wire::Stage::Default => Stage::Default,
            wire::Stage::Post => Stage::Post,
        };
        if wire::Stage::try_from(rule.stage).is_err() {
            violations.add("stage", "is not a known stage");
        }
        let mut number =
            |field: &str, value: Option<i32>, default: i32, range: std::ops::RangeInclusive<i32>| {
                let value = value.unwrap_or(default);
                if !range.contains(&value) {
                    let (least, most) = range.into_inner();
                    violations.add(field, format!("must be {least} to {most}"));
                }
                value
            };
        let position = number("position", rule.position, 0, -MAX_POSITION..=MAX_POSITION);
        let cooldown_seconds = number("cooldownSeconds", rule.cooldown_seconds, 0, 0..=MAX_COOLDOWN);
        let daily_cap = number("dailyCap", rule.daily_cap, 0, 0..=MAX_DAILY_CAP);
        let limits = 0..=MAX_FAILURE_LIMIT;
        let failure_limit = number("failureLimit", rule.failure_limit, DEFAULT_FAILURE_LIMIT, limits);
        let name = parse::required_text(&mut violations, "name", &rule.name, 200);
        let description = parse::text(&mut violations, "description", rule.description, 1_000);
        let group_id = parse::optional_id(&mut violations, "groupId", &rule.group_id);
        let active_from = parse::optional_date(&mut violations, "activeFrom", &rule.active_from);
        let active_until = parse::optional_date(&mut violations, "activeUntil", &rule.active_until);
        if let (Some(from), Some(until)) = (active_from, active_until)
            && from > until
        {
            violations.add("activeUntil", "must not be before activeFrom");
        }
        let component = rule
            .component
            .as_ref()
            .and_then(|component| Component::parse(&mut violations, "component", component));
        if rule.actions.is_empty() && rule.component.is_none() {
            violations.add("actions", "must hold an action, unless the rule has a component");
        }
        let Some(trigger) = Trigger::parse(&mut violations, rule.trigger.as_ref()) else {
            // What the rest may say depends on what is listened to.
            return Err(violations);
        };
        let schema = trigger.schema;
        let condition = rule
            .condition
            .and_then(|condition| Condition::parse(&mut violations, "condition", schema, condition));
        let actions = Action::parse_all(&mut violations, schema, rule.actions);
        if !violations.is_empty() {
            return Err(violations);
        }
        Ok(Self {
            name,
            description,
            trigger,
            condition,
            actions,
            component,
            active: rule.active.unwrap_or(true),
            stage,
            position,
            stop_processing: rule.stop_processing.unwrap_or(false),
            group_id,
            cooldown_seconds,
            daily_cap,
            active_from,
            active_until,
            failure_limit,
        })
    }

    /// The components that it runs, with the paths at which it names them.
    pub fn components(&self) -> impl Iterator<Item = (String, &Component)> {
        let decides = self
            .component
            .iter()
            .map(|component| ("component".to_owned(), component));
        let run = self
            .actions
            .iter()
            .enumerate()
            .filter_map(|(index, action)| match action {
                Action::Run(component) => Some((format!("actions[{index}].run"), component)),
                _ => None,
            });
        decides.chain(run)
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
        if mask.touches("stage", change.stage != 0) {
            rule.stage = change.stage;
        }
        if mask.touches("position", change.position.is_some()) {
            rule.position = change.position;
        }
        if mask.touches("stop_processing", change.stop_processing.is_some()) {
            rule.stop_processing = change.stop_processing;
        }
        if mask.touches("group_id", !change.group_id.is_empty()) {
            rule.group_id = change.group_id;
        }
        if mask.touches("cooldown_seconds", change.cooldown_seconds.is_some()) {
            rule.cooldown_seconds = change.cooldown_seconds;
        }
        if mask.touches("daily_cap", change.daily_cap.is_some()) {
            rule.daily_cap = change.daily_cap;
        }
        if mask.touches("active_from", !change.active_from.is_empty()) {
            rule.active_from = change.active_from;
        }
        if mask.touches("active_until", !change.active_until.is_empty()) {
            rule.active_until = change.active_until;
        }
        if mask.touches("failure_limit", change.failure_limit.is_some()) {
            rule.failure_limit = change.failure_limit;
        }
        Draft::parse(rule)
    }

    /// Takes an update over. Failures are forgotten where the rule is switched on again.
    ///
    /// # Errors
    /// Names every field that is wrong.
    pub fn change(
        &mut self,
        change: wire::Rule,
        mask: Option<pbjson_types::FieldMask>,
        at: Timestamp,
    ) -> Result<(), Violations> {
        let draft = self.updated(change, mask)?;
        if draft.active != self.draft.active {
            self.disabled_reason.clear();
            self.consecutive_failures = 0;
        }
        self.draft = draft;
        self.updated_at = at;
        Ok(())
    }

    /// As it goes out.
    #[must_use]
    pub fn wire(&self) -> wire::Rule {
        let draft = &self.draft;
        wire::Rule {
            id: self.id.to_string(),
            name: draft.name.clone(),
            description: draft.description.clone(),
            trigger: Some(draft.trigger.wire()),
            condition: draft.condition.as_ref().map(|condition| condition.wire().clone()),
            actions: draft.actions.iter().map(Action::wire).collect(),
            component: draft.component.as_ref().map(Component::wire),
            active: Some(draft.active),
            execution_count: self.execution_count,
            last_execution_time: self.last_executed_at.map(wire_time),
            create_time: Some(wire_time(self.created_at)),
            update_time: Some(wire_time(self.updated_at)),
            stage: draft.stage.wire().into(),
            position: Some(draft.position),
            stop_processing: Some(draft.stop_processing),
            group_id: draft.group_id.map(|id| id.to_string()).unwrap_or_default(),
            cooldown_seconds: Some(draft.cooldown_seconds),
            daily_cap: Some(draft.daily_cap),
            active_from: draft.active_from.map(|date| date.to_string()).unwrap_or_default(),
            active_until: draft
                .active_until
                .map(|date| date.to_string())
                .unwrap_or_default(),
            failure_limit: Some(draft.failure_limit),
            disabled_reason: self.disabled_reason.clone(),
            consecutive_failures: self.consecutive_failures,
        }
    }
}
