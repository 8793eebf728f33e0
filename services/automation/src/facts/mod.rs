//! What rules know beside the event: the facts that components ask for, and averages for conditions.
//!
//! What all rules of an event want is put together ([`Wanted`]), asked for in one call, and handed out to each as it
//! asked ([`Gathered`]). Nobody offers goals yet: a rule whose component asks for them is refused when it is saved
//! ([`unavailable`]).

mod convert;
mod source;
mod wanted;

use jiff::civil::Date;
use pfms_plugin_host as host;
use pfms_plugin_host::FactRequest;
use pfms_types::{Money, UserId};

pub use self::convert::{civil, day, money};
pub use self::source::Source;
pub use self::wanted::{Average, AverageOf, By, Gathered, Wanted};

/// The reason with which a rule is refused whose component asks for facts that nobody offers.
pub const UNAVAILABLE: &str = "FACT_UNAVAILABLE";

/// The first of the facts that nobody offers, by its name in the contract.
#[must_use]
pub fn unavailable(requests: &[FactRequest]) -> Option<&'static str> {
    requests
        .iter()
        .find(|request| matches!(request, FactRequest::Goals))
        .map(FactRequest::name)
}

/// Whom and what the facts are about.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The rules' owner.
    pub user_id: UserId,
    /// The expense that the event is about, if it is about one.
    pub expense: Option<&'a host::Expense>,
    /// The day in the owner's zone at the time of the event.
    pub today: Date,
    /// What the owner may spend.
    pub limits: Limits,
    /// Whether expenses of later days are left out: the event is one of the past, and they are known by now.
    pub is_past: bool,
}

/// What a person may spend, as far as it was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Per day.
    pub daily: Option<Money>,
    /// Per month.
    pub monthly: Option<Money>,
}

impl Subject<'_> {
    /// The day that facts count back from: that of the event's expense, or today.
    #[must_use]
    pub fn day(&self) -> Date {
        self.expense
            .and_then(|expense| civil(expense.date))
            .unwrap_or(self.today)
    }
}
