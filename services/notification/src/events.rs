//! What is consumed: `notification.send`, and the preferences that it obeys. Nothing is published.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use pfms_proto::events::v1::{NotificationSend, UserNotificationPreferencesUpdated};
use pfms_runtime::Database;
use pfms_runtime::erasure::Tombstones;
use pfms_runtime::events::{Event, HandleError, Handler, Outgoing};
use pfms_types::UserId;
use sqlx::PgConnection;

use crate::notification::{Malformed, Notification, Template, Wanted};
use crate::preferences::{Delivery, Preferences};
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
    tombstones: Tombstones,
    templates: RwLock<HashMap<Name, Kept>>,
}

impl Send {
    /// With the service's database, and the marks of who was erased.
    #[must_use]
    pub fn new(database: Database, tombstones: Tombstones) -> Self {
        Self {
            database,
            tombstones,
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
    /// With whom its texts name; nothing when the person does not want to be shown such a notification.
    type Plan = Option<(Notification, Option<UserId>)>;

    async fn plan(&self, event: &Event) -> Result<Self::Plan, HandleError> {
        let wanted = Wanted::parse(event.user(), event.data::<NotificationSend>()?)?;
        let template = match wanted.template() {
            Some((category, key)) => self.template(category, key).await?,
            None => None,
        };
        let now = self.database.clock().now();
        let preferences = store::preferences::of(self.database.pool(), event.user()).await?;
        let about = wanted.about();
        let delivery = wanted.delivery(&preferences, now);
        // Rendered in any case: an event that is malformed is so for everyone.
        let notification = wanted.render(event.id.into(), template.as_deref(), now)?;
        Ok(match delivery {
            Delivery::Now => Some((notification, about)),
            Delivery::From(instant) => Some((
                Notification {
                    held_until: Some(instant),
                    ..notification
                },
                about,
            )),
            Delivery::Never => None,
        })
    }

    async fn apply(
        &self,
        transaction: &mut PgConnection,
        event: &Event,
        plan: Self::Plan,
    ) -> Result<Vec<Outgoing>, HandleError> {
        let Some((notification, about)) = plan else {
            return Ok(Vec::new());
        };
        // Who was erased meanwhile is not named any more.
        if let Some(about) = about
            && !self.tombstones.among(transaction, &[about]).await?.is_empty()
        {
            return Ok(Vec::new());
        }
        store::insert(transaction, event.user(), &notification, about).await?;
        Ok(Vec::new())
    }
}

/// The name of queue and inbox of preferences.
pub const PREFERENCES_CONSUMER: &str = "notification.preferences";

/// Keeps what people want to be shown.
pub struct Prefer;

#[async_trait]
impl Handler for Prefer {
    type Plan = Preferences;

    async fn plan(&self, event: &Event) -> Result<Preferences, HandleError> {
        Ok(Preferences::parse(
            event.data::<UserNotificationPreferencesUpdated>()?,
        )?)
    }

    async fn apply(
        &self,
        transaction: &mut PgConnection,
        event: &Event,
        plan: Preferences,
    ) -> Result<Vec<Outgoing>, HandleError> {
        store::preferences::save(transaction, event.user(), &plan, event.occurred_at).await?;
        Ok(Vec::new())
    }
}
