//! What is consumed: `notification.send`. Nothing is published.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use pfms_proto::events::v1::NotificationSend;
use pfms_runtime::Database;
use pfms_runtime::events::{Event, HandleError, Handler, Outgoing};
use sqlx::PgConnection;

use crate::notification::{Malformed, Notification, Template, Wanted};
use crate::store;

/// The name of queue and inbox.
pub const CONSUMER: &str = "notification.send";

/// How long a changed template may go unnoticed.
const TEMPLATE_KEPT: SignedDuration = SignedDuration::from_secs(60);

/// Category and key.
type Name = (String, String);
/// A template and when it was read.
type Kept = (Timestamp, Arc<Template>);

/// Stores a notification for each event that asks for one.
pub struct Send {
    database: Database,
    templates: RwLock<HashMap<Name, Kept>>,
}

impl Send {
    /// With the service's database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self {
            database,
            templates: RwLock::default(),
        }
    }

    /// A template; those that exist are kept for a while, so that an event costs no look-up.
    async fn template(&self, category: &str, key: &str) -> Result<Option<Arc<Template>>, HandleError> {
        let now = self.database.clock().now();
        let name = (category.to_owned(), key.to_owned());
        let kept = {
            let templates = self.templates.read().unwrap_or_else(PoisonError::into_inner);
            templates.get(&name).cloned()
        };
        if let Some((read_at, template)) = kept
            && now.duration_since(read_at) < TEMPLATE_KEPT
        {
            return Ok(Some(template));
        }
        let found = store::template(self.database.pool(), category, key)
            .await?
            .map(Arc::new);
        let mut templates = self.templates.write().unwrap_or_else(PoisonError::into_inner);
        match &found {
            Some(template) => templates.insert(name, (now, Arc::clone(template))),
            None => templates.remove(&name),
        };
        Ok(found)
    }
}

impl From<Malformed> for HandleError {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed.to_string())
    }
}

#[async_trait]
impl Handler for Send {
    type Plan = Notification;

    async fn plan(&self, event: &Event) -> Result<Notification, HandleError> {
        let wanted = Wanted::parse(event.user(), event.data::<NotificationSend>()?)?;
        let template = match wanted.template() {
            Some((category, key)) => self.template(category, key).await?,
            None => None,
        };
        Ok(wanted.render(event.id.into(), template.as_deref(), self.database.clock().now())?)
    }

    async fn apply(
        &self,
        transaction: &mut PgConnection,
        event: &Event,
        plan: Notification,
    ) -> Result<Vec<Outgoing>, HandleError> {
        store::insert(transaction, event.user(), &plan).await?;
        Ok(Vec::new())
    }
}
