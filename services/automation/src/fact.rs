//! What happened, as rules see it.

use jiff::civil::Date;
use pfms_proto::events::v1::{ExpenseCreated, ExpenseDeleted, ExpenseUpdated};
use pfms_runtime::{Violations, parse};
use pfms_types::Money;
use uuid::Uuid;

/// The expense that an event is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// The expense's id.
    pub expense_id: Uuid,
    /// What was spent.
    pub amount: Money,
    /// The category's name; empty when not categorised.
    pub category: Text,
    /// The category's id.
    pub category_id: Option<Uuid>,
    /// Who was paid; may be empty.
    pub merchant: Text,
    /// What it was for; may be empty.
    pub description: Text,
    /// The day.
    pub date: Date,
    /// Its tags.
    pub tags: Vec<Text>,
}

/// A text, and its form for comparisons that disregard case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// As it was written.
    pub written: String,
    /// As [`fold`] gives it.
    pub folded: String,
}

impl From<String> for Text {
    fn from(written: String) -> Self {
        let folded = fold(&written);
        Self { written, folded }
    }
}

/// A text in lower case. Each character is taken by itself, so that the folded part of a text is a part of the
/// folded text.
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

impl TryFrom<ExpenseCreated> for Fact {
    type Error = Violations;

    fn try_from(data: ExpenseCreated) -> Result<Self, Violations> {
        let mut violations = Violations::default();
        let expense_id = parse::id::<()>(&mut violations, "expenseId", &data.expense_id);
        let amount = parse::money(&mut violations, "amount", data.amount.as_ref());
        let category_id = parse::optional_id::<()>(&mut violations, "categoryId", &data.category_id);
        let day = parse::date(&mut violations, "date", &data.date);
        match (expense_id, amount, day) {
            (Some(expense_id), Some(amount), Some(day)) if violations.is_empty() => Ok(Self {
                expense_id: expense_id.uuid(),
                amount,
                category: data.category.into(),
                category_id: category_id.map(pfms_types::Id::uuid),
                merchant: data.merchant.into(),
                description: data.description.into(),
                date: day,
                tags: data.tags.into_iter().map(Text::from).collect(),
            }),
            _ => Err(violations),
        }
    }
}

impl TryFrom<ExpenseUpdated> for Fact {
    type Error = Violations;

    fn try_from(data: ExpenseUpdated) -> Result<Self, Violations> {
        Self::try_from(ExpenseCreated {
            user_id: data.user_id,
            expense_id: data.expense_id,
            amount: data.amount,
            category: data.category,
            category_id: data.category_id,
            description: data.description,
            merchant: data.merchant,
            date: data.date,
            tags: data.tags,
        })
    }
}

impl TryFrom<ExpenseDeleted> for Fact {
    type Error = Violations;

    fn try_from(data: ExpenseDeleted) -> Result<Self, Violations> {
        Self::try_from(ExpenseCreated {
            user_id: data.user_id,
            expense_id: data.expense_id,
            amount: data.amount,
            category: data.category,
            category_id: data.category_id,
            description: data.description,
            merchant: data.merchant,
            date: data.date,
            tags: data.tags,
        })
    }
}
