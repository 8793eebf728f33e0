//! Cases of automation rules.

mod event;
mod facts;

use jiff::tz::TimeZone;
use pfms_plugin_host::{Context, Date, Description, Event, FactRequest, Facts, User};
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::{Fault, Node, Position, RawLimits, text};
use event::RawEvent;
use facts::{Given, RawFacts};

/// The errors by which a rule says that it does not decide.
const ERRORS: [&str; 2] = ["invalid-config", "failed"];
const EVENT_ID: &str = "01890000-0000-7000-8000-0000000000e1";
const RULE_ID: &str = "01890000-0000-7000-8000-0000000000f1";

/// An event with all that surrounds it, and what the rule shall answer.
#[derive(Debug, Clone)]
pub struct AutomationCase {
    /// What the case shows.
    pub name: String,
    /// Where it begins.
    pub position: Position,
    /// Whose rule it is.
    pub context: Context,
    /// What happened.
    pub event: Event,
    /// What the person's data says. [`AutomationCase::facts_for`] adds what a component asks for beyond that.
    pub facts: Facts,
    /// The configuration, as JSON.
    pub config: String,
    /// What shall come of it.
    pub expect: Expectation,
    /// The most fuel that it may take.
    pub fuel_limit: Option<(Position, u64)>,
    event_position: Position,
    facts_given: Given,
}

/// What shall come of a case.
#[derive(Debug, Clone)]
pub enum Expectation {
    /// These actions, as far as they are described.
    Actions(Spanned<Node>),
    /// No decision.
    Error {
        /// "invalid-config" or "failed".
        error: Spanned<String>,
        /// The rule's words, or a pattern for them.
        message: Option<Spanned<Node>>,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawCase {
    name: Spanned<String>,
    event: Spanned<RawEvent>,
    #[serde(default)]
    user: RawUser,
    #[serde(default)]
    facts: RawFacts,
    config: Option<Spanned<Node>>,
    expect: Spanned<RawExpect>,
    #[serde(default)]
    limits: RawLimits,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawUser {
    currency: Option<Spanned<String>>,
    time_zone: Option<Spanned<String>>,
    today: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExpect {
    actions: Option<Spanned<Node>>,
    error: Option<Spanned<String>>,
    message: Option<Spanned<Node>>,
}

/// The cases of a file.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn parse(yaml: &str) -> Result<Vec<AutomationCase>, Fault> {
    super::parse::<Spanned<RawCase>>(yaml)?
        .into_iter()
        .map(|case| case_of(Position::of(&case), case.value))
        .collect()
}

impl AutomationCase {
    /// The facts as a host would show them to this component: what it asks for and the case does not name is empty.
    ///
    /// # Errors
    /// When the component does not listen to the event, or does not ask for a fact of the case: a host would show
    /// it neither.
    pub fn facts_for(&self, description: &Description) -> Result<Facts, Fault> {
        let event = self.event.name();
        if !description.triggers.iter().any(|trigger| trigger == event) {
            return Err(Fault {
                position: Some(self.event_position),
                message: format!(
                    "the component does not listen to {event}; its triggers are {}",
                    description.triggers.join(", ")
                ),
            });
        }
        let asked: Vec<&str> = description.facts.iter().map(FactRequest::name).collect();
        if let Some((name, position)) = self.facts_given.iter().find(|(name, _)| !asked.contains(name)) {
            return Err(Fault {
                position: Some(*position),
                message: format!("the component does not ask for the fact {name}"),
            });
        }
        let asks = |name| asked.contains(&name);
        let mut facts = self.facts.clone();
        if asks("recent-expenses") {
            facts.recent_expenses.get_or_insert_default();
        }
        if asks("spending") {
            facts.spending.get_or_insert_default();
        }
        if asks("budgets") {
            facts.budgets.get_or_insert_default();
        }
        if asks("goals") {
            facts.goals.get_or_insert_default();
        }
        Ok(facts)
    }
}

fn case_of(position: Position, raw: RawCase) -> Result<AutomationCase, Fault> {
    let user = Surroundings::of(&raw.user, &raw.event)?;
    let count = raw
        .facts
        .recent_expenses
        .as_ref()
        .map_or(0, |list| list.value.len());
    let event = raw
        .event
        .value
        .read(&user, u32::try_from(count).unwrap_or(u32::MAX))?;
    let (facts, facts_given) = raw.facts.read()?;
    let config = match &raw.config {
        None => "{}".to_owned(),
        Some(config) if matches!(config.value, Node::Map(_)) => config.value.to_json().to_string(),
        Some(config) => {
            return Err(Fault::at(
                config,
                "must be named values, as a rule's configuration is an object",
            ));
        }
    };
    Ok(AutomationCase {
        name: raw.name.value,
        position,
        context: user.context(),
        event,
        facts,
        config,
        expect: expectation(raw.expect)?,
        fuel_limit: raw.limits.fuel(),
        event_position: Position::of(&raw.event),
        facts_given,
    })
}

fn expectation(raw: Spanned<RawExpect>) -> Result<Expectation, Fault> {
    let fault = Fault::at(
        &raw,
        "must hold either `actions`, a list, or `error`, which `message` may follow",
    );
    match raw.value {
        RawExpect {
            actions: Some(actions),
            error: None,
            message: None,
        } => match actions.value {
            Node::List(_) => Ok(Expectation::Actions(actions)),
            _ => Err(Fault::at(
                &actions,
                "must be a list of actions; [] when there is nothing to do",
            )),
        },
        RawExpect {
            actions: None,
            error: Some(error),
            message,
        } if ERRORS.contains(&error.value.as_str()) => Ok(Expectation::Error { error, message }),
        RawExpect {
            error: Some(error), ..
        } if !ERRORS.contains(&error.value.as_str()) => Err(Fault::at(
            &error,
            "must be invalid-config or failed: these are the errors that a rule can answer with",
        )),
        _ => Err(fault),
    }
}

/// Whose rule it is, and when.
struct Surroundings {
    currency: String,
    zone_name: String,
    zone: TimeZone,
    today: Date,
    now: jiff::Timestamp,
}

impl Surroundings {
    /// Without a word about it: euros, UTC, and the day of the event.
    fn of(user: &RawUser, event: &Spanned<RawEvent>) -> Result<Self, Fault> {
        let currency = match &user.currency {
            Some(code) => code
                .value
                .parse::<pfms_types::Currency>()
                .map_err(|_| Fault::at(code, format!("{:?} is not the code of a currency", code.value)))?
                .code()
                .to_owned(),
            None => "EUR".to_owned(),
        };
        let (zone_name, zone) = match &user.time_zone {
            Some(name) => (name.value.clone(), text::zone(name)?),
            None => ("UTC".to_owned(), TimeZone::UTC),
        };
        let today = match &user.today {
            Some(day) => Some(text::date(day)?),
            None => event.value.day()?,
        };
        let Some(today) = today else {
            return Err(Fault::at(event, "names no day: give `user: {today: 2025-12-11}`"));
        };
        // Noon of that day, where the person lives.
        let now = text::civil_date(today)
            .and_then(|day| day.at(12, 0, 0, 0).to_zoned(zone.clone()).ok())
            .ok_or_else(|| Fault::at(event, "its day is out of range"))?
            .timestamp();
        Ok(Self {
            currency,
            zone_name,
            zone,
            today,
            now,
        })
    }

    fn context(&self) -> Context {
        Context {
            event_id: EVENT_ID.into(),
            rule_id: RULE_ID.into(),
            occurred_at: text::instant_of(self.now),
            user: User {
                currency: self.currency.clone(),
                time_zone: self.zone_name.clone(),
                utc_offset_seconds: self.zone.to_offset(self.now).seconds(),
                today: self.today,
            },
        }
    }
}
