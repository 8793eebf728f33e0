//! What is consumed: `notification.send`, and the preferences that it obeys. Nothing is published.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use pfms_proto::events::v1::{NotificationSend, UserNotificationPreferencesUpdated};
use pfms_runtime::Database;
use pfms_runtime::erasure::Tombstones;
use pfms_runtime::events::{Claim, Event, HandleError, Handler, JointHandler, Outgoing, Planned};
use pfms_types::UserId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::notification::{Malformed, Template, Wanted};
use crate::preferences::{Delivery, Preferences};
use crate::store::{self, Addressed};

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
impl JointHandler for Send {
    type Found = Preferences;
    /// Nothing when the person does not want to be shown such a notification.
    type Plan = Option<Addressed>;

    async fn find(&self, events: &[&Event]) -> Result<Option<Vec<Preferences>>, HandleError> {
        let users: Vec<UserId> = events.iter().map(|event| event.user()).collect();
        let mut held = store::preferences::of_all(&self.database, &users).await?;
        // Of whom nothing was heard, those of everyone.
        let preferences = users
            .iter()
            .map(|user_id| held.remove(user_id).unwrap_or_default());
        Ok(Some(preferences.collect()))
    }

    async fn plan(&self, event: &Event, preferences: Preferences) -> Result<Self::Plan, HandleError> {
        let wanted = Wanted::parse(event.user(), event.data::<NotificationSend>()?)?;
        let template = match wanted.template() {
            Some((category, key)) => self.template(category, key).await?,
            None => None,
        };
        let now = self.database.clock().now();
        let about = wanted.about();
        let delivery = wanted.delivery(&preferences, now);
        // Rendered in any case: an event that is malformed is so for everyone.
        let mut notification = wanted.render(event.id.into(), template.as_deref(), now)?;
        match delivery {
            Delivery::Now => {}
            Delivery::From(instant) => notification.held_until = Some(instant),
            Delivery::Never => return Ok(None),
        }
        Ok(Some(Addressed {
            user_id: event.user(),
            about: about.map(|about| (about, self.tombstones.digest(about))),
            notification,
        }))
    }

    async fn apply(
        &self,
        database: &Database,
        claim: Claim<'_>,
        planned: Vec<Planned<'_, Self::Plan>>,
    ) -> Result<HashSet<Uuid>, HandleError> {
        let wanted: Vec<Addressed> = planned.into_iter().filter_map(|one| one.plan).collect();
        Ok(store::insert(database, &claim, &wanted).await?)
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
