//! List security events.

use pfms_proto::auth::v1::security_service_server::SecurityService;
use pfms_proto::auth::v1::{ListSecurityEventsRequest, ListSecurityEventsResponse, SecurityEvent};
use pfms_runtime::parse::wire_time;
use pfms_runtime::{Call, Error};
use pfms_types::PageSize;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::Auth;
use crate::device;
use crate::store::security_events::{self, StoredEvent};

#[async_trait::async_trait]
impl SecurityService for Auth {
    async fn list_security_events(
        &self,
        request: Request<ListSecurityEventsRequest>,
    ) -> Result<Response<ListSecurityEventsResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let size = PageSize::parse(request.page_size).map_err(|error| Error::invalid("pageSize", error))?;
        let scope = ("ListSecurityEvents", user_id.uuid());
        let before: Option<Uuid> = self.pages.open(&request.page_token, &scope)?;
        let limit = size.limit_with_lookahead();
        let mut events = security_events::list(self.database.pool(), user_id, before, limit)
            .await
            .map_err(Error::from)?;
        let more = events.len() > size.rows();
        events.truncate(size.rows());
        let next_page_token = match events.last().filter(|_| more) {
            Some(last) => self.pages.seal(&last.id, &scope)?,
            None => String::new(),
        };
        Ok(Response::new(ListSecurityEventsResponse {
            security_events: events.into_iter().map(wire).collect(),
            next_page_token,
        }))
    }
}

fn wire(event: StoredEvent) -> SecurityEvent {
    SecurityEvent {
        id: event.id.to_string(),
        kind: event.kind,
        target: event.target,
        label: event.label,
        device: device::describe(event.origin.user_agent.as_deref()),
        ip_address: event.origin.ip.map(|ip| ip.to_string()).unwrap_or_default(),
        create_time: Some(wire_time(event.created_at)),
    }
}
