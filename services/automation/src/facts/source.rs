//! Asks the expense service.

use jiff::civil::Date;
use pfms_plugin_host as host;
use pfms_proto::expense::v1::ListHistoryRequest;
use pfms_proto::expense::v1::expense_internal_service_client::ExpenseInternalServiceClient;
use pfms_runtime::Error;
use pfms_runtime::client::MeshChannel;
use pfms_types::UserId;
use uuid::Uuid;

use super::{Gathered, Subject, Wanted, convert};

/// Longest answer that is accepted, in bytes: three lists of 500 expenses with every field at its longest.
const MAX_ANSWER_BYTES: usize = 32 << 20;

/// Asks the expense service.
#[derive(Clone)]
pub struct Source {
    channel: MeshChannel,
}

impl Source {
    /// Over a channel to the expense service.
    #[must_use]
    pub fn new(channel: MeshChannel) -> Self {
        Self { channel }
    }

    /// Everything that the rules of an event want to know. No call is made where they want nothing.
    ///
    /// They are read after the event was committed, so they would hold the event's own expense. Lists and averages
    /// leave it out: a rule counts it once, from the event.
    ///
    /// # Errors
    /// When the expense service does not answer, or its answer is not what it should be.
    pub async fn gather(&self, subject: &Subject<'_>, wanted: &Wanted) -> Result<Gathered, Error> {
        if wanted.is_empty() {
            return Ok(Gathered::default());
        }
        let request = wanted.request(subject);
        let answer = self.client(subject.user_id).gather_facts(request).await?;
        wanted.gathered(subject, answer.into_inner())
    }

    /// At most `limit`, 1 to 1,000, of a user's expenses, in the order in which they were recorded, after the one with
    /// this id, and of the days from `start` to `end` only. From the first one on, how many there are is counted, too.
    ///
    /// # Errors
    /// When the expense service does not answer, or its answer is not what it should be.
    pub async fn history(
        &self,
        user_id: UserId,
        after_id: Option<Uuid>,
        limit: i32,
        (start, end): (Option<Date>, Option<Date>),
    ) -> Result<(Vec<host::Expense>, Option<i64>), Error> {
        let text = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let request = ListHistoryRequest {
            after_id: after_id.map(|id| id.to_string()).unwrap_or_default(),
            limit,
            start_date: text(start),
            end_date: text(end),
            count: after_id.is_none(),
        };
        let answer = self.client(user_id).list_history(request).await?.into_inner();
        let expenses = answer
            .expenses
            .into_iter()
            .map(convert::expense)
            .collect::<Result<_, _>>()?;
        Ok((expenses, after_id.is_none().then_some(answer.total)))
    }

    fn client(&self, user_id: UserId) -> ExpenseInternalServiceClient<MeshChannel> {
        ExpenseInternalServiceClient::new(self.channel.acting_for(user_id))
            .max_decoding_message_size(MAX_ANSWER_BYTES)
    }
}
