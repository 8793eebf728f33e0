//! gRPC handlers.

use pfms_proto::notification::v1 as wire;
use pfms_proto::notification::v1::notification_service_server::NotificationService;
use pfms_runtime::parse::{self, wire_time};
use pfms_runtime::{Begun, Call, Context, Error, Violations};
use pfms_types::PageSize;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::notification::{Notification, NotificationId, Priority};
use crate::store::{self, Position};

/// The caller's notifications.
pub struct Notifications {
    context: Context,
}

impl Notifications {
    /// With the service's parts.
    #[must_use]
    pub fn new(context: Context) -> Self {
        Self { context }
    }
}

#[tonic::async_trait]
impl NotificationService for Notifications {
    async fn list_notifications(
        &self,
        request: Request<wire::ListNotificationsRequest>,
    ) -> Result<Response<wire::ListNotificationsResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let size = PageSize::parse(request.page_size).map_err(|error| Error::invalid("pageSize", error))?;
        let scope = ("ListNotifications", user_id.uuid(), request.unread_only);
        let now = self.context.clock.now();
        let after = self
            .context
            .page_tokens
            .open::<(i64, Uuid), _>(&request.page_token, &scope)?
            .map_or_else(|| Ok(Position::start(now)), position)?;
        let mut page = store::page(
            self.context.database.pool(),
            user_id,
            after,
            request.unread_only,
            size.limit_with_lookahead(),
            now,
        )
        .await?;
        let more = page.notifications.len() > size.rows();
        page.notifications.truncate(size.rows());
        let next_page_token = match page.notifications.last() {
            Some(last) if more => {
                let position = (last.deliver_at().as_microsecond(), last.id.uuid());
                self.context.page_tokens.seal(&position, &scope)?
            }
            _ => String::new(),
        };
        Ok(Response::new(wire::ListNotificationsResponse {
            notifications: page
                .notifications
                .into_iter()
                .map(to_wire)
                .collect::<Result<_, _>>()?,
            next_page_token,
            unread_count: page.unread,
        }))
    }

    async fn get_notification(
        &self,
        request: Request<wire::GetNotificationRequest>,
    ) -> Result<Response<wire::Notification>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let id = parse_id(&request.get_ref().id)?;
        let notification = store::get(
            self.context.database.pool(),
            user_id,
            id,
            self.context.clock.now(),
        )
        .await?;
        Ok(Response::new(to_wire(notification)?))
    }

    async fn mark_notification_read(
        &self,
        request: Request<wire::MarkNotificationReadRequest>,
    ) -> Result<Response<wire::Notification>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let id = parse_id(&request.get_ref().id)?;
        let mut unit = match self.context.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let now = self.context.clock.now();
        let notification = store::mark_read(unit.connection(), user_id, id, now).await?;
        Ok(Response::new(unit.commit(to_wire(notification)?).await?))
    }

    async fn mark_all_notifications_read(
        &self,
        request: Request<wire::MarkAllNotificationsReadRequest>,
    ) -> Result<Response<wire::MarkAllNotificationsReadResponse>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let mut unit = match self.context.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let marked = store::mark_all_read(unit.connection(), user_id, self.context.clock.now()).await?;
        let answer = wire::MarkAllNotificationsReadResponse {
            marked_count: i64::try_from(marked).map_err(Error::internal)?,
        };
        Ok(Response::new(unit.commit(answer).await?))
    }
}

fn parse_id(text: &str) -> Result<NotificationId, Error> {
    let mut violations = Violations::default();
    parse::id(&mut violations, "id", text).ok_or(Error::Invalid(violations))
}

fn position((microsecond, id): (i64, Uuid)) -> Result<Position, Error> {
    Ok(Position {
        deliver_at: jiff::Timestamp::from_microsecond(microsecond).map_err(Error::internal)?,
        id: id.into(),
    })
}

fn to_wire(notification: Notification) -> Result<wire::Notification, Error> {
    let deliver_at = notification.deliver_at();
    let priority = match notification.priority {
        Priority::Low => wire::Priority::Low,
        Priority::Medium => wire::Priority::Medium,
        Priority::High => wire::Priority::High,
        Priority::Urgent => wire::Priority::Urgent,
    };
    Ok(wire::Notification {
        id: notification.id.to_string(),
        category: notification.category,
        title: notification.title,
        body: notification.body,
        data: notification
            .data
            .map(serde_json::from_value)
            .transpose()
            .map_err(Error::internal)?,
        priority: priority.into(),
        read: notification.read_at.is_some(),
        read_time: notification.read_at.map(wire_time),
        create_time: Some(wire_time(notification.created_at)),
        deliver_time: Some(wire_time(deliver_at)),
    })
}
