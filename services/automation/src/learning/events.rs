//! Learns from corrections.

use async_trait::async_trait;
use pfms_plugin_host as host;
use pfms_proto::events::v1::ExpenseUpdated;
use pfms_runtime::Error;
use pfms_runtime::events::{Event, HandleError, Handler, Outgoing};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{DAYS, LIMIT, Record, store};
use crate::fact::{Fact, fold};
use crate::facts::{Limits, Source, Subject, Wanted};
use crate::run::shown;
use crate::schema::Schema;

/// Notices when a person puts an expense into another category.
pub struct Corrections {
    /// Tells how often the correction would have been right.
    pub facts: Source,
}

/// A correction, and how often it would have been right.
pub struct Correction {
    pub(super) merchant_key: String,
    pub(super) merchant: String,
    pub(super) category_id: Uuid,
    pub(super) category: String,
    pub(super) record: Record,
}

#[async_trait]
impl Handler for Corrections {
    type Plan = Option<Correction>;

    async fn plan(&self, event: &Event) -> Result<Self::Plan, HandleError> {
        // What a rule did is no person's correction.
        if !event.rule_chain.is_empty() {
            return Ok(None);
        }
        let data = event.data::<ExpenseUpdated>()?;
        let merchant_key = fold(data.merchant.trim());
        let is_correction = !data.category_id.is_empty() && data.category_id != data.previous_category_id;
        let (Ok(category_id), true) = (
            data.category_id.parse(),
            is_correction && !merchant_key.is_empty(),
        ) else {
            return Ok(None);
        };
        let record = self.record(event, category_id).await?;
        Ok(Some(Correction {
            merchant_key,
            merchant: data.merchant,
            category_id,
            category: data.category,
            record,
        }))
    }

    fn is_idle(plan: &Self::Plan) -> bool {
        plan.is_none()
    }

    async fn idle(&self, events: &[&Event]) -> Result<Vec<bool>, HandleError> {
        let is_idle = |event: &&Event| {
            let text = |name: &str| {
                event
                    .data
                    .get(name)
                    .and_then(|value| value.as_str())
                    .unwrap_or_default()
            };
            !event.rule_chain.is_empty() || text("categoryId") == text("previousCategoryId")
        };
        Ok(events.iter().map(is_idle).collect())
    }

    async fn apply(
        &self,
        transaction: &mut PgConnection,
        event: &Event,
        plan: Self::Plan,
    ) -> Result<Vec<Outgoing>, HandleError> {
        if let Some(correction) = plan {
            store::learn(transaction, event.user(), &correction, event.occurred_at).await?;
        }
        Ok(Vec::new())
    }
}

impl Corrections {
    /// The merchant's expenses, the corrected one included.
    async fn record(&self, event: &Event, category_id: Uuid) -> Result<Record, HandleError> {
        let schema = Schema::find(&event.name).ok_or_else(|| Error::internal("an event without a schema"))?;
        let fact = Fact::read(schema, &event.data)
            .map_err(|violations| HandleError::Malformed(violations.to_string()))?;
        let happened = shown::event(&fact);
        let subject = Subject {
            user_id: event.user(),
            expense: happened.expense(),
            today: event.occurred_at.to_zoned(jiff::tz::TimeZone::UTC).date(),
            limits: Limits::default(),
            is_past: false,
        };
        let requests = [host::FactRequest::RecentExpenses {
            days: DAYS,
            limit: LIMIT,
            filter: host::ExpenseFilter::SameMerchant,
        }];
        let mut wanted = Wanted::default();
        wanted.add(&requests);
        let gathered = self.facts.gather(&subject, &wanted).await?;
        let others = gathered
            .facts(&subject, &requests)
            .recent_expenses
            .unwrap_or_default();
        Ok(Record::of(others.iter().chain(happened.expense()), category_id))
    }
}
