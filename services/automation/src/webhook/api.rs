//! `WebhookService`.

use jiff::Timestamp;
use pbjson_types::Empty;
use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::webhook_service_server::WebhookService;
use pfms_runtime::audit::Origin;
use pfms_runtime::events::Outgoing;
use pfms_runtime::page::Page;
use pfms_runtime::page_token::PageTokens;
use pfms_runtime::parse::{self, wire_time};
use pfms_runtime::sealed::Seals;
use pfms_runtime::{Begun, Call, Context, Database, Error, Violations};
use pfms_types::UserId;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::secret::Secret;
use super::store::{self, Delivery};
use super::{Allowed, Draft, Webhook, WebhookId, parse_id};
use crate::effects::{Task, enqueue_apart};

/// The webhook service.
pub struct Webhooks {
    database: Database,
    seals: Seals,
    page_tokens: PageTokens,
    allowed: Allowed,
}

impl Webhooks {
    /// In the service's own database.
    #[must_use]
    pub fn new(context: &Context) -> Self {
        Self {
            database: context.database.clone(),
            seals: context.seals.clone(),
            page_tokens: context.page_tokens.clone(),
            allowed: Allowed::new(&context.settings.webhooks),
        }
    }
}

fn required(webhook: Option<wire::Webhook>) -> Result<wire::Webhook, Error> {
    webhook.ok_or_else(|| Error::invalid("webhook", "is required"))
}

fn nested(violations: Violations) -> Error {
    let mut all = Violations::default();
    all.nest("webhook", violations);
    all.into()
}

#[tonic::async_trait]
impl WebhookService for Webhooks {
    /// A repetition with the same Idempotency-Key gets the webhook without its secret: to keep the secret for it would
    /// be to keep it in the clear.
    async fn create_webhook(
        &self,
        request: Request<wire::CreateWebhookRequest>,
    ) -> Result<Response<wire::Webhook>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let origin = Origin::of(request.metadata());
        let webhook = required(request.into_inner().webhook)?;
        let draft = Draft::parse(&webhook, &self.allowed).map_err(nested)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        let now = self.database.clock().now();
        let webhook = Webhook {
            id: WebhookId::generate(),
            draft,
            secret_at: now,
            created_at: now,
            updated_at: now,
        };
        let secret = Secret::generate()?;
        let seal = self.seals.of(unit.connection(), user_id).await?;
        store::insert(unit.connection(), &seal, user_id, &webhook, &secret).await?;
        unit.publish(act(&origin, user_id, "created", webhook.id, now)?);
        let answer = unit.commit(webhook.wire()).await?;
        Ok(Response::new(wire::Webhook {
            secret: secret.text(),
            ..answer
        }))
    }

    async fn get_webhook(
        &self,
        request: Request<wire::GetWebhookRequest>,
    ) -> Result<Response<wire::Webhook>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let id = parse_id("id", &request.get_ref().id)?;
        Ok(Response::new(self.find(user_id, id).await?.wire()))
    }

    async fn list_webhooks(
        &self,
        request: Request<wire::ListWebhooksRequest>,
    ) -> Result<Response<wire::ListWebhooksResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let webhooks = store::list(self.database.pool(), user_id).await?;
        Ok(Response::new(wire::ListWebhooksResponse {
            webhooks: webhooks.iter().map(Webhook::wire).collect(),
        }))
    }

    async fn update_webhook(
        &self,
        request: Request<wire::UpdateWebhookRequest>,
    ) -> Result<Response<wire::Webhook>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let origin = Origin::of(request.metadata());
        let request = request.into_inner();
        let id = parse_id("id", &request.id)?;
        let change = required(request.webhook)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        let mut webhook = store::lock(unit.connection(), user_id, id)
            .await?
            .ok_or(Error::NotFound("the webhook"))?;
        webhook.draft = webhook
            .draft
            .changed(change, request.update_mask, &self.allowed)
            .map_err(nested_but_the_mask)?;
        webhook.updated_at = self.database.clock().now();
        store::update(unit.connection(), user_id, &webhook).await?;
        unit.publish(act(&origin, user_id, "changed", id, webhook.updated_at)?);
        Ok(Response::new(unit.commit(webhook.wire()).await?))
    }

    async fn delete_webhook(
        &self,
        request: Request<wire::DeleteWebhookRequest>,
    ) -> Result<Response<Empty>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let id = parse_id("id", &request.get_ref().id)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        if !store::delete(unit.connection(), user_id, id).await? {
            return Err(Error::NotFound("the webhook").into());
        }
        let origin = Origin::of(request.metadata());
        unit.publish(act(&origin, user_id, "deleted", id, self.database.clock().now())?);
        Ok(Response::new(unit.commit(Empty {}).await?))
    }

    /// A repetition gets the webhook without its secret, as with `create_webhook`.
    async fn rotate_webhook_secret(
        &self,
        request: Request<wire::RotateWebhookSecretRequest>,
    ) -> Result<Response<wire::Webhook>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let id = parse_id("id", &request.get_ref().id)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        let webhook = store::lock(unit.connection(), user_id, id)
            .await?
            .ok_or(Error::NotFound("the webhook"))?;
        let now = self.database.clock().now();
        let webhook = Webhook {
            secret_at: now,
            updated_at: now,
            ..webhook
        };
        let secret = Secret::generate()?;
        let seal = self.seals.of(unit.connection(), user_id).await?;
        store::rotate(unit.connection(), &seal, user_id, &webhook, &secret).await?;
        let origin = Origin::of(request.metadata());
        unit.publish(act(&origin, user_id, "secret_rotated", id, now)?);
        let answer = unit.commit(webhook.wire()).await?;
        Ok(Response::new(wire::Webhook {
            secret: secret.text(),
            ..answer
        }))
    }

    async fn ping_webhook(
        &self,
        request: Request<wire::PingWebhookRequest>,
    ) -> Result<Response<wire::PingWebhookResponse>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let id = parse_id("id", &request.get_ref().id)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        let webhook = store::lock(unit.connection(), user_id, id)
            .await?
            .ok_or(Error::NotFound("the webhook"))?;
        if !webhook.draft.active {
            return Err(Error::FailedPrecondition {
                reason: "WEBHOOK_INACTIVE",
                message: "the webhook is switched off; switch it on first".to_owned(),
            }
            .into());
        }
        let message_id = Uuid::now_v7();
        let task = Task::Ping {
            webhook_id: id.uuid(),
        };
        let now = self.database.clock().now();
        enqueue_apart(unit.connection(), user_id, message_id, &task, now).await?;
        let answer = wire::PingWebhookResponse {
            message_id: message_id.to_string(),
        };
        let answer = unit.commit(answer).await?;
        // What waits for commits is woken by those with events only.
        self.database.wake_relay();
        Ok(Response::new(answer))
    }

    async fn list_webhook_deliveries(
        &self,
        request: Request<wire::ListWebhookDeliveriesRequest>,
    ) -> Result<Response<wire::ListWebhookDeliveriesResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let id = parse_id("webhookId", &request.webhook_id)?;
        let mut violations = Violations::default();
        let message_id = parse::optional_id::<()>(&mut violations, "messageId", &request.message_id);
        if !violations.is_empty() {
            return Err(Error::from(violations).into());
        }
        let message_id = message_id.map(pfms_types::Id::uuid);
        let scope = ("ListWebhookDeliveries", user_id.uuid(), id.uuid(), message_id);
        let page = Page::parse(&self.page_tokens, request.page_size, &request.page_token, scope)?;
        self.find(user_id, id).await?;
        let limit = page.size.limit_with_lookahead();
        let pool = self.database.pool();
        let mut deliveries = store::deliveries(pool, user_id, id, message_id, page.before, limit).await?;
        let next_page_token = page.cut(&self.page_tokens, &mut deliveries, |delivery| delivery.id)?;
        Ok(Response::new(wire::ListWebhookDeliveriesResponse {
            deliveries: deliveries.into_iter().map(Delivery::wire).collect(),
            next_page_token,
        }))
    }
}

impl Webhooks {
    async fn find(&self, user_id: UserId, id: WebhookId) -> Result<Webhook, Error> {
        let found = store::find(self.database.pool(), user_id, id).await?;
        found.ok_or(Error::NotFound("the webhook"))
    }
}

/// For the audit log: a webhook says where a person's data goes.
fn act(
    origin: &Origin,
    user_id: UserId,
    what: &str,
    id: WebhookId,
    at: Timestamp,
) -> Result<Outgoing, Error> {
    origin.act(user_id, &format!("automation.webhook.{what}"), id, at)
}

/// The mask is beside the webhook, not in it.
fn nested_but_the_mask(violations: Violations) -> Error {
    if violations.iter().any(|(field, _)| field == "updateMask") {
        violations.into()
    } else {
        nested(violations)
    }
}

impl Delivery {
    fn wire(self) -> wire::WebhookDelivery {
        wire::WebhookDelivery {
            id: self.id.to_string(),
            message_id: self.message_id.to_string(),
            r#type: self.kind,
            execution_id: self.execution_id.map(|id| id.to_string()).unwrap_or_default(),
            attempt: self.attempt,
            succeeded: (200..300).contains(&self.response_status),
            response_status: self.response_status,
            response_body: self.response_body,
            error_reason: self.error_reason,
            error_message: self.error_message,
            duration_micros: self.duration_micros,
            attempt_time: Some(wire_time(self.attempted_at)),
        }
    }
}
