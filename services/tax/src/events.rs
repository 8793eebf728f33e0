//! What the service listens to.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use pfms_plugin_host::tax::Person;
use pfms_proto::events::v1::{
    ExpenseCreated, ExpenseDeleted, ExpenseUpdated, IncomeReceived, InvestmentTransaction,
};
use pfms_proto::types::v1::Money as WireMoney;
use pfms_runtime::events::{Event, HandleError, Handler, Outgoing};
use pfms_runtime::{Clock, Database, Violations, parse};
use pfms_types::{Money, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::income::{Details, Income, MAX_DESCRIPTION, Origin};
use crate::mapping::Source;
use crate::store;
use crate::store::deductions::Spent;

/// Lets deductions follow the expenses whose categories users map.
pub struct Expenses {
    /// Where mappings are.
    pub database: Database,
}

/// An expense as it is now; nothing is spent when it was deleted.
pub struct News {
    expense_id: Uuid,
    category: Option<Uuid>,
    spent: Option<Spent>,
}

#[async_trait]
impl Handler for Expenses {
    type Plan = Option<News>;

    async fn plan(&self, event: &Event) -> Result<Option<News>, HandleError> {
        // Who maps no expenses has no deductions that could follow any.
        let mapping = store::mappings::users_with_expenses(&self.database, &[event.user_id]).await?;
        if mapping.is_empty() {
            return Ok(None);
        }
        news(event).map(Some)
    }

    fn is_idle(plan: &Option<News>) -> bool {
        plan.is_none()
    }

    async fn idle(&self, events: &[&Event]) -> Result<Vec<bool>, HandleError> {
        let users: Vec<_> = events.iter().map(|event| event.user_id).collect();
        let mapping = store::mappings::users_with_expenses(&self.database, &users).await?;
        Ok(users.iter().map(|user| !mapping.contains(user)).collect())
    }

    async fn apply(
        &self,
        transaction: &mut PgConnection,
        event: &Event,
        news: Option<News>,
    ) -> Result<Vec<Outgoing>, HandleError> {
        if let Some(news) = news {
            let now = self.database.clock().now();
            heed(transaction, event.user(), &news, event.occurred_at, now).await?;
        }
        Ok(Vec::new())
    }
}

impl News {
    /// An expense as the expense service lists it.
    pub fn listed(category: Option<Uuid>, spent: Spent) -> Self {
        Self {
            expense_id: spent.expense_id,
            category,
            spent: Some(spent),
        }
    }
}

/// Makes the deductions of an expense what they are to be after news from a moment; false when later news were heard
/// already.
///
/// # Errors
/// When the database does not answer.
pub async fn heed(
    connection: &mut PgConnection,
    user_id: UserId,
    news: &News,
    at: Timestamp,
    now: Timestamp,
) -> Result<bool, pfms_runtime::Error> {
    if !store::expenses::hear(connection, user_id, news.expense_id, at, now).await? {
        return Ok(false);
    }
    let category = news.category.filter(|_| news.spent.is_some());
    let mappings = match category {
        Some(category) => store::mappings::of_category(connection, user_id, category).await?,
        None => Vec::new(),
    };
    let ids: Vec<_> = mappings.iter().map(|mapping| mapping.id.uuid()).collect();
    store::deductions::unfollow(connection, user_id, news.expense_id, &ids).await?;
    if let Some(spent) = &news.spent {
        for mapping in &mappings {
            store::deductions::follow(connection, user_id, spent, mapping, now).await?;
        }
    }
    Ok(!mappings.is_empty())
}

fn news(event: &Event) -> Result<News, HandleError> {
    match event.name.as_str() {
        "expense.created" => {
            let data: ExpenseCreated = event.data()?;
            spent(
                &data.expense_id,
                &data.category_id,
                data.amount.as_ref(),
                &data.date,
                [data.description, data.merchant],
            )
        }
        "expense.updated" => {
            let data: ExpenseUpdated = event.data()?;
            spent(
                &data.expense_id,
                &data.category_id,
                data.amount.as_ref(),
                &data.date,
                [data.description, data.merchant],
            )
        }
        "expense.deleted" => {
            let data: ExpenseDeleted = event.data()?;
            let mut violations = Violations::default();
            let id = parse::id::<()>(&mut violations, "expenseId", &data.expense_id);
            let id = id.ok_or_else(|| malformed(&violations))?;
            Ok(News {
                expense_id: id.uuid(),
                category: None,
                spent: None,
            })
        }
        other => Err(HandleError::Malformed(format!("{other} is not about an expense"))),
    }
}

fn spent(
    id: &str,
    category: &str,
    amount: Option<&WireMoney>,
    date: &str,
    texts: [String; 2],
) -> Result<News, HandleError> {
    let mut violations = Violations::default();
    let id = parse::id::<()>(&mut violations, "expenseId", id);
    let category = parse::optional_id::<()>(&mut violations, "categoryId", category);
    let amount = parse::positive_money(&mut violations, "amount", amount);
    let date = parse::date(&mut violations, "date", date);
    match (id, amount, date) {
        (Some(id), Some(amount), Some(date)) if violations.is_empty() => Ok(News::listed(
            category.map(pfms_types::Id::uuid),
            Spent {
                expense_id: id.uuid(),
                amount,
                date,
                description: first_of(texts),
            },
        )),
        _ => Err(malformed(&violations)),
    }
}

/// The first text that is not empty.
pub fn first_of(texts: [String; 2]) -> String {
    texts
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// Notes incomes.
pub struct Incomes {
    /// Tells when they were noted.
    pub clock: Clock,
}

#[async_trait]
impl Handler for Incomes {
    type Plan = Option<Income>;

    async fn plan(&self, event: &Event) -> Result<Option<Income>, HandleError> {
        let now = self.clock.now();
        match event.name.as_str() {
            "income.received" => income(&event.data()?, now).map(Some),
            "investment.transaction" => transaction(&event.data()?, now),
            other => Err(HandleError::Malformed(format!("{other} is not about an income"))),
        }
    }

    fn is_idle(plan: &Option<Income>) -> bool {
        plan.is_none()
    }

    async fn apply(
        &self,
        transaction: &mut PgConnection,
        event: &Event,
        income: Option<Income>,
    ) -> Result<Vec<Outgoing>, HandleError> {
        if let Some(income) = income {
            store::incomes::hear(transaction, event.user(), &income, event.occurred_at).await?;
        }
        Ok(Vec::new())
    }
}

/// What another service tells, before it is read.
struct Told<'a> {
    id: (&'static str, &'a str),
    source: Source,
    type_: &'a str,
    amount: (&'static str, Option<&'a WireMoney>),
    withheld: (&'static str, Option<&'a WireMoney>),
    date: &'a str,
    acquired: &'a str,
    description: String,
}

fn income(data: &IncomeReceived, now: Timestamp) -> Result<Income, HandleError> {
    let told = Told {
        id: ("incomeId", &data.income_id),
        source: Source::Income,
        type_: &data.r#type,
        amount: ("amount", data.amount.as_ref()),
        withheld: ("taxDeducted", data.tax_deducted.as_ref()),
        date: &data.date,
        acquired: "",
        description: first_of([data.description.clone(), data.source.clone()]),
    };
    told.read(now)
}

/// The income that a transaction is; nothing for a purchase.
fn transaction(data: &InvestmentTransaction, now: Timestamp) -> Result<Option<Income>, HandleError> {
    let (source, amount) = match data.r#type.as_str() {
        "sell" => (Source::Sale, ("realisedGain", data.realised_gain.as_ref())),
        "dividend" => (Source::Dividend, ("amount", data.amount.as_ref())),
        _ => return Ok(None),
    };
    let told = Told {
        id: ("transactionId", &data.transaction_id),
        source,
        type_: &data.asset_type,
        amount,
        withheld: ("tax", data.tax.as_ref()),
        date: &data.date,
        acquired: &data.acquired,
        description: data.symbol.clone(),
    };
    told.read(now).map(Some)
}

impl Told<'_> {
    fn read(self, now: Timestamp) -> Result<Income, HandleError> {
        let mut violations = Violations::default();
        let id = parse::id(&mut violations, self.id.0, self.id.1);
        let amount = parse::money(&mut violations, self.amount.0, self.amount.1);
        let date = parse::date(&mut violations, "date", self.date);
        let acquired = parse::optional_date(&mut violations, "acquired", self.acquired);
        let withheld = self.withheld(&mut violations, amount);
        match (id, amount, date) {
            (Some(id), Some(amount), Some(date)) if violations.is_empty() => Ok(Income {
                id,
                origin: Origin::Told(self.source, self.type_.to_lowercase()),
                details: Details {
                    kind: None,
                    person: Person::Taxpayer,
                    amount,
                    withheld,
                    date,
                    acquired: acquired.filter(|acquired: &Date| *acquired <= date),
                    description: self.description.chars().take(MAX_DESCRIPTION).collect(),
                },
                created_at: now,
                updated_at: now,
            }),
            _ => Err(malformed(&violations)),
        }
    }

    /// What was withheld, in minor units of the amount's currency.
    fn withheld(&self, violations: &mut Violations, amount: Option<Money>) -> i64 {
        let (field, given) = self.withheld;
        let Some(given) = given else { return 0 };
        let Some(withheld) = parse::money(violations, field, Some(given)) else {
            return 0;
        };
        if withheld.minor() < 0 || amount.is_some_and(|amount| amount.currency() != withheld.currency()) {
            violations.add(field, "must not be negative, and in the currency of the amount");
        }
        withheld.minor()
    }
}

fn malformed(violations: &Violations) -> HandleError {
    HandleError::Malformed(violations.to_string())
}
