//! What a rule listens to.

use std::fmt;
use std::str::FromStr;

/// An event that rules can listen to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// `expense.created`.
    ExpenseCreated,
    /// `expense.updated`.
    ExpenseUpdated,
    /// `expense.deleted`.
    ExpenseDeleted,
}

/// A name that no trigger has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownTrigger;

impl Trigger {
    /// Every trigger.
    pub const ALL: [Self; 3] = [Self::ExpenseCreated, Self::ExpenseUpdated, Self::ExpenseDeleted];

    /// The event's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExpenseCreated => "expense.created",
            Self::ExpenseUpdated => "expense.updated",
            Self::ExpenseDeleted => "expense.deleted",
        }
    }
}

impl FromStr for Trigger {
    type Err = UnknownTrigger;

    fn from_str(name: &str) -> Result<Self, UnknownTrigger> {
        Self::ALL
            .into_iter()
            .find(|trigger| trigger.name() == name)
            .ok_or(UnknownTrigger)
    }
}

impl fmt::Display for UnknownTrigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Trigger::ALL.map(Trigger::name).join(", ");
        write!(f, "must be one of {names}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triggers_are_read_by_their_names() {
        for trigger in Trigger::ALL {
            assert_eq!(trigger.name().parse(), Ok(trigger));
        }
        assert_eq!("expense.eaten".parse::<Trigger>(), Err(UnknownTrigger));
    }
}
