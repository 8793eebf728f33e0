//! What a person is told about, over which channel, and when not.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Time;
use pfms_proto::user::v1::{self as wire, UpdateNotificationPreferencesRequest};
use pfms_runtime::parse::{UpdateMask, wire_time};
use pfms_runtime::{Error, Violations};

use crate::edit::Edit;

/// What can be changed.
const UPDATABLE: &[&str] = &["choices", "quiet_hours"];

/// How a person is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// The list of notifications.
    InApp,
    /// A message that a device shows.
    Push,
    /// E-mail.
    Email,
    /// A text message.
    Sms,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::InApp, Self::Push, Self::Email, Self::Sms];

    /// As in events and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InApp => "in_app",
            Self::Push => "push",
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }

    fn to_wire(self) -> wire::NotificationChannel {
        use wire::NotificationChannel as Wire;
        match self {
            Self::InApp => Wire::InApp,
            Self::Push => Wire::Push,
            Self::Email => Wire::Email,
            Self::Sms => Wire::Sms,
        }
    }

    fn from_wire(value: i32) -> Result<Self, &'static str> {
        let found = Self::ALL.into_iter().find(|one| one.to_wire() as i32 == value);
        found.ok_or("must be a known channel, for example NOTIFICATION_CHANNEL_IN_APP")
    }
}

/// What a notification is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Sign-ins, passwords, factors, tokens.
    Security,
    /// The family and its invitations.
    Family,
    /// What the person's own rules say.
    Rule,
    /// Expenses and budgets.
    Expense,
    /// Income.
    Income,
    /// Investments and their prices.
    Investment,
    /// Loans and their instalments.
    Loan,
    /// Groups that share expenses.
    Group,
    /// Taxes and their dates.
    Tax,
    /// Savings and goals.
    Savings,
    /// Insights and predictions.
    Analytics,
    /// Reports and exports that are ready.
    Report,
}

impl Category {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Security,
        Self::Family,
        Self::Rule,
        Self::Expense,
        Self::Income,
        Self::Investment,
        Self::Loan,
        Self::Group,
        Self::Tax,
        Self::Savings,
        Self::Analytics,
        Self::Report,
    ];

    /// As in events and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Security => "security",
            Self::Family => "family",
            Self::Rule => "rule",
            Self::Expense => "expense",
            Self::Income => "income",
            Self::Investment => "investment",
            Self::Loan => "loan",
            Self::Group => "group",
            Self::Tax => "tax",
            Self::Savings => "savings",
            Self::Analytics => "analytics",
            Self::Report => "report",
        }
    }

    fn to_wire(self) -> wire::NotificationCategory {
        use wire::NotificationCategory as Wire;
        match self {
            Self::Security => Wire::Security,
            Self::Family => Wire::Family,
            Self::Rule => Wire::Rule,
            Self::Expense => Wire::Expense,
            Self::Income => Wire::Income,
            Self::Investment => Wire::Investment,
            Self::Loan => Wire::Loan,
            Self::Group => Wire::Group,
            Self::Tax => Wire::Tax,
            Self::Savings => Wire::Savings,
            Self::Analytics => Wire::Analytics,
            Self::Report => Wire::Report,
        }
    }

    fn from_wire(value: i32) -> Result<Self, &'static str> {
        let found = Self::ALL.into_iter().find(|one| one.to_wire() as i32 == value);
        found.ok_or("must be a known category, for example NOTIFICATION_CATEGORY_RULE")
    }
}

/// A channel for a category.
pub type Route = (Channel, Category);

/// Whether a route is on for whoever did not choose. What interrupts or costs money is kept for what matters.
#[must_use]
pub fn at_first((channel, category): Route) -> bool {
    match channel {
        Channel::InApp | Channel::Push => true,
        Channel::Email => matches!(category, Category::Security | Category::Family | Category::Tax),
        Channel::Sms => category == Category::Security,
    }
}

/// Whether a route is always on: whoever takes an account over must not be able to silence what tells of it.
#[must_use]
pub fn is_fixed((channel, category): Route) -> bool {
    category == Category::Security && matches!(channel, Channel::InApp | Channel::Email)
}

/// A daily time in which little is shown. The two differ; an end before the start is of the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// The first quiet minute.
    pub start: Time,
    /// The first minute after the quiet ones.
    pub end: Time,
}

/// A person's choices, as far as they differ from what everyone has at first, and quiet hours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    choices: BTreeMap<Route, bool>,
    /// When nothing is shown that can wait.
    pub quiet_hours: Option<QuietHours>,
}

impl Preferences {
    /// With these choices; those that say what holds anyway are left out.
    #[must_use]
    pub fn new(choices: impl IntoIterator<Item = (Route, bool)>, quiet_hours: Option<QuietHours>) -> Self {
        let choices = choices
            .into_iter()
            .filter(|&(route, enabled)| !is_fixed(route) && enabled != at_first(route));
        Self {
            choices: choices.collect(),
            quiet_hours,
        }
    }

    /// Whether a route is on.
    #[must_use]
    pub fn allows(&self, route: Route) -> bool {
        self.choices
            .get(&route)
            .copied()
            .unwrap_or_else(|| at_first(route))
    }

    /// The choices that differ from what everyone has at first.
    pub fn choices(&self) -> impl Iterator<Item = (Route, bool)> {
        self.choices.iter().map(|(route, enabled)| (*route, *enabled))
    }

    /// Every route and whether it is on.
    pub fn routes(&self) -> impl Iterator<Item = (Route, bool)> {
        let all = Channel::ALL
            .into_iter()
            .flat_map(|channel| Category::ALL.into_iter().map(move |category| (channel, category)));
        all.map(|route| (route, self.allows(route)))
    }
}

/// What an update changes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PreferencesChange {
    /// Whether choices that are not given are forgotten.
    replace: bool,
    choices: Vec<(Route, bool)>,
    quiet_hours: Edit<Option<QuietHours>>,
}

impl PreferencesChange {
    /// Reads an update.
    ///
    /// # Errors
    /// Names each field that breaks a rule.
    pub fn parse(request: UpdateNotificationPreferencesRequest) -> Result<Self, Error> {
        let mut violations = Violations::default();
        // Without a mask the choices that are given are changed; with one that names them, all are.
        let masked = request
            .update_mask
            .as_ref()
            .is_some_and(|mask| !mask.paths.is_empty());
        let mask = UpdateMask::parse(&mut violations, request.update_mask, UPDATABLE);
        let Some(given) = request.preferences else {
            violations.add("preferences", "is required");
            return Err(violations.into());
        };
        let mut inner = Violations::default();
        let mut change = Self::default();
        if mask.touches("choices", !given.choices.is_empty()) {
            change.replace = masked;
            change.choices = choices(&mut inner, &given.choices);
        }
        if mask.touches("quiet_hours", given.quiet_hours.is_some()) {
            change.quiet_hours = Edit::Set(
                given
                    .quiet_hours
                    .and_then(|hours| quiet_hours(&mut inner, &hours)),
            );
        }
        violations.nest("preferences", inner);
        if violations.is_empty() {
            Ok(change)
        } else {
            Err(violations.into())
        }
    }

    /// The preferences with this change.
    #[must_use]
    pub fn apply(self, to: &Preferences) -> Preferences {
        let mut choices = if self.replace {
            BTreeMap::new()
        } else {
            to.choices.clone()
        };
        choices.extend(self.choices);
        Preferences::new(choices, self.quiet_hours.apply(to.quiet_hours))
    }
}

fn choices(violations: &mut Violations, given: &[wire::NotificationChoice]) -> Vec<(Route, bool)> {
    let mut read = BTreeMap::new();
    for (index, choice) in given.iter().enumerate() {
        let field = |name: &str| format!("choices[{index}].{name}");
        let channel = violations.keep(field("channel"), Channel::from_wire(choice.channel));
        let category = violations.keep(field("category"), Category::from_wire(choice.category));
        let Some(route) = channel.zip(category) else {
            continue;
        };
        if is_fixed(route) && !choice.enabled {
            violations.add(
                field("enabled"),
                "security notices cannot be turned off in the list and by e-mail",
            );
        }
        if read.insert(route, choice.enabled).is_some() {
            violations.add(
                format!("choices[{index}]"),
                "names a channel and category that was named before",
            );
        }
    }
    read.into_iter().collect()
}

fn quiet_hours(violations: &mut Violations, given: &wire::QuietHours) -> Option<QuietHours> {
    let start = violations.keep("quietHours.start", minute(&given.start));
    let end = violations.keep("quietHours.end", minute(&given.end));
    let (start, end) = start.zip(end)?;
    if start == end {
        violations.add("quietHours.end", "must not be the same as start");
        return None;
    }
    Some(QuietHours { start, end })
}

/// A time of day in whole minutes, written "22:00".
fn minute(text: &str) -> Result<Time, &'static str> {
    let parsed = text.split_once(':').and_then(|(hour, minute)| {
        let number = |digits: &str| {
            let plain = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| digits.parse().ok()).flatten()
        };
        Time::new(number(hour)?, number(minute)?, 0, 0).ok()
    });
    parsed.ok_or("must be a time of day from 00:00 to 23:59, for example 22:00")
}

/// A time of day as it was written.
#[must_use]
pub fn written(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// The preferences as they go out; the instant is that of the last change.
#[must_use]
pub fn to_wire(preferences: &Preferences, updated_at: Option<Timestamp>) -> wire::NotificationPreferences {
    let choices = preferences
        .routes()
        .map(|((channel, category), enabled)| wire::NotificationChoice {
            channel: channel.to_wire().into(),
            category: category.to_wire().into(),
            enabled,
        })
        .collect();
    wire::NotificationPreferences {
        choices,
        quiet_hours: preferences.quiet_hours.map(|hours| wire::QuietHours {
            start: written(hours.start),
            end: written(hours.end),
        }),
        update_time: updated_at.map(wire_time),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_of_day_are_whole_minutes() {
        assert_eq!(minute("00:00").map(written).as_deref(), Ok("00:00"));
        assert_eq!(minute("23:59").map(written).as_deref(), Ok("23:59"));
        for text in ["", "24:00", "7:00", "07:60", "07:00:00", "+7:00", "٠٧:٠٠", "07"] {
            assert!(minute(text).is_err(), "{text}");
        }
    }

    #[test]
    fn security_stays_on_in_the_list_and_by_email_only() {
        let all_off = Preferences::default()
            .routes()
            .map(|(route, _)| (route, false))
            .collect::<Vec<_>>();
        let left = Preferences::new(all_off, None);
        let on: Vec<_> = left.routes().filter(|(_, enabled)| *enabled).collect();
        let security = |channel| ((channel, Category::Security), true);
        assert_eq!(on, [security(Channel::InApp), security(Channel::Email)]);
    }

    fn routes() -> impl Strategy<Value = Vec<(Route, bool)>> {
        let channel = proptest::sample::select(&Channel::ALL[..]);
        let category = proptest::sample::select(&Category::ALL[..]);
        proptest::collection::vec(((channel, category), any::<bool>()), 0..20)
    }

    proptest! {
        #[test]
        fn a_choice_is_what_holds_and_nothing_else_changes(choices in routes(), at in 0_usize..20) {
            let before = Preferences::new(choices.clone(), None);
            let Some(&(route, enabled)) = choices.get(at) else { return Ok(()) };
            let change = PreferencesChange { choices: vec![(route, enabled)], ..PreferencesChange::default() };
            let after = change.apply(&before);
            prop_assert_eq!(after.allows(route), enabled || is_fixed(route));
            for (other, was) in before.routes().filter(|(other, _)| *other != route) {
                prop_assert_eq!(after.allows(other), was);
            }
        }

        #[test]
        fn what_is_kept_is_only_what_differs(choices in routes()) {
            let preferences = Preferences::new(choices, None);
            prop_assert!(preferences.choices().all(|(route, enabled)| enabled != at_first(route)));
        }
    }
}
