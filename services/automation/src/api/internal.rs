//! For other services.

use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::automation_internal_service_server::AutomationInternalService;
use pfms_proto::events::v1::AutomationTrigger;
use pfms_runtime::events::Outgoing;
use pfms_runtime::{Begun, Call, Database, Error, Violations};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::action::fields;
use crate::trigger::topic;

/// What other services ask of automation.
pub struct Internal {
    /// Where the event is written.
    pub database: Database,
}

#[tonic::async_trait]
impl AutomationInternalService for Internal {
    async fn trigger(
        &self,
        request: Request<wire::TriggerRequest>,
    ) -> Result<Response<wire::TriggerResponse>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let request = request.into_inner();
        let mut violations = Violations::default();
        let topic = violations.keep("topic", topic(&request.topic));
        let data = violations.keep("data", fields(request.data.as_ref()));
        let chain: Option<Vec<Uuid>> = request.rule_chain.iter().map(|id| id.parse().ok()).collect();
        let chain = violations.keep("ruleChain", chain.ok_or("must hold the ids of rules"));
        let (Some(topic), Some(data), Some(chain)) = (topic, data, chain) else {
            return Err(Error::from(violations).into());
        };
        let trigger = AutomationTrigger {
            user_id: user_id.to_string(),
            topic: topic.to_owned(),
            data: data.wire(),
        };
        let event = Outgoing::new(user_id, self.database.clock().now(), &trigger)?.caused_by(&chain);
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        let answer = wire::TriggerResponse {
            event_id: event.id.to_string(),
        };
        unit.publish(event);
        Ok(Response::new(unit.commit(answer).await?))
    }
}
