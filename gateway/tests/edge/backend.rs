//! Services that answer from memory: what they were asked is in what they answer.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use futures::StreamExt;
use pbjson_types::{Empty, Struct, Value, value::Kind};
use pfms_proto::auth::v1::auth_internal_service_server::{AuthInternalService, AuthInternalServiceServer};
use pfms_proto::auth::v1::auth_service_server::{AuthService, AuthServiceServer};
use pfms_proto::auth::v1::personal_token_internal_service_server::{
    PersonalTokenInternalService, PersonalTokenInternalServiceServer,
};
use pfms_proto::auth::v1::*;
use pfms_proto::automation::v1::module_service_server::{ModuleService, ModuleServiceServer};
use pfms_proto::automation::v1::*;
use pfms_proto::expense::v1::expense_service_server::{ExpenseService, ExpenseServiceServer};
use pfms_proto::expense::v1::*;
use pfms_proto::notification::v1::notification_service_server::{
    NotificationService, NotificationServiceServer,
};
use pfms_proto::notification::v1::*;
use tonic::{Code, Request, Response, Status, Streaming, async_trait};
use tonic_types::{ErrorDetails, StatusExt};

/// What tests arrange in the services.
#[derive(Default)]
pub struct State {
    /// Sessions that auth says have ended.
    pub ended: Mutex<Vec<String>>,
    /// How often auth was asked, by session.
    pub asked: Mutex<BTreeMap<String, u32>>,
    /// Whether auth is out of order.
    pub auth_away: AtomicBool,
    /// What auth exchanges personal access tokens for, by their texts.
    pub personal: Mutex<BTreeMap<String, String>>,
    /// How often auth was asked to exchange a token, by its text.
    pub exchanged: Mutex<BTreeMap<String, u32>>,
    /// The published keys.
    pub keys: Mutex<Vec<JsonWebKey>>,
}

/// All services, for one port.
pub fn routes(state: Arc<State>) -> tonic::service::Routes {
    let services = Services(state);
    tonic::service::Routes::new(ExpenseServiceServer::new(services.clone()))
        .add_service(AuthServiceServer::new(services.clone()))
        .add_service(AuthInternalServiceServer::new(services.clone()))
        .add_service(PersonalTokenInternalServiceServer::new(services.clone()))
        .add_service(NotificationServiceServer::new(services.clone()))
        .add_service(ModuleServiceServer::new(services))
}

#[derive(Clone)]
struct Services(Arc<State>);

fn text(value: &str) -> Value {
    Value {
        kind: Some(Kind::StringValue(value.into())),
    }
}

/// The metadata that arrived, in a field that clients can read back.
fn seen<T>(request: &Request<T>) -> Struct {
    let fields = request
        .metadata()
        .clone()
        .into_headers()
        .iter()
        .map(|(name, value)| (name.to_string(), text(&String::from_utf8_lossy(value.as_bytes()))))
        .collect();
    Struct { fields }
}

fn not_found() -> Status {
    let details =
        ErrorDetails::with_error_info("NOT_FOUND", "pfms", [("id".to_owned(), "missing".to_owned())]);
    Status::with_error_details(Code::NotFound, "expense does not exist", details)
}

#[async_trait]
impl ExpenseService for Services {
    async fn create_expense(
        &self,
        request: Request<CreateExpenseRequest>,
    ) -> Result<Response<Expense>, Status> {
        let metadata = Some(seen(&request));
        let expense = request.into_inner().expense.unwrap_or_default();
        Ok(Response::new(Expense {
            id: "new".into(),
            metadata,
            ..expense
        }))
    }

    async fn batch_create_expenses(
        &self,
        request: Request<BatchCreateExpensesRequest>,
    ) -> Result<Response<BatchCreateExpensesResponse>, Status> {
        Ok(Response::new(BatchCreateExpensesResponse {
            expenses: request.into_inner().expenses,
        }))
    }

    async fn get_expense(&self, request: Request<GetExpenseRequest>) -> Result<Response<Expense>, Status> {
        let metadata = Some(seen(&request));
        match request.into_inner().id {
            id if id == "missing" => Err(not_found()),
            id if id == "slow" => std::future::pending().await,
            id => Ok(Response::new(Expense {
                id,
                metadata,
                ..Expense::default()
            })),
        }
    }

    async fn list_expenses(
        &self,
        request: Request<ListExpensesRequest>,
    ) -> Result<Response<ListExpensesResponse>, Status> {
        let request = request.into_inner();
        let expense = Expense {
            description: request.text,
            tags: request.tags,
            merchant: "a merchant with quite a long name".into(),
            ..Expense::default()
        };
        let count = usize::try_from(request.page_size).unwrap_or_default();
        Ok(Response::new(ListExpensesResponse {
            expenses: vec![expense; count],
            ..ListExpensesResponse::default()
        }))
    }

    async fn update_expense(
        &self,
        request: Request<UpdateExpenseRequest>,
    ) -> Result<Response<Expense>, Status> {
        let request = request.into_inner();
        Ok(Response::new(Expense {
            id: request.id,
            ..request.expense.unwrap_or_default()
        }))
    }

    async fn delete_expense(
        &self,
        _request: Request<DeleteExpenseRequest>,
    ) -> Result<Response<Empty>, Status> {
        Ok(Response::new(Empty {}))
    }
}

#[async_trait]
impl AuthService for Services {
    async fn register(
        &self,
        request: Request<RegisterRequest>,
    ) -> Result<Response<RegisterResponse>, Status> {
        Ok(Response::new(RegisterResponse {
            user_id: request.into_inner().email,
        }))
    }

    async fn sign_in(&self, request: Request<SignInRequest>) -> Result<Response<TokenSet>, Status> {
        if request.get_ref().email.starts_with("throttled") {
            let retry_after = std::time::Duration::from_millis(1_500);
            return Err(pfms_runtime::Error::TooManyTries { retry_after }.into());
        }
        let token = request.metadata().get("authorization").cloned();
        Ok(Response::new(TokenSet {
            // The token that arrived, for who asks whether one did.
            token_type: token
                .and_then(|token| token.to_str().ok().map(str::to_owned))
                .unwrap_or_default(),
            user_id: request.into_inner().email,
            ..TokenSet::default()
        }))
    }

    async fn refresh(&self, _request: Request<RefreshRequest>) -> Result<Response<TokenSet>, Status> {
        Ok(Response::new(TokenSet::default()))
    }

    async fn sign_out(&self, _request: Request<SignOutRequest>) -> Result<Response<Empty>, Status> {
        Ok(Response::new(Empty {}))
    }

    async fn get_jwks(&self, _request: Request<GetJwksRequest>) -> Result<Response<JsonWebKeySet>, Status> {
        Ok(Response::new(JsonWebKeySet {
            keys: self.0.keys.lock().unwrap().clone(),
        }))
    }
}

#[async_trait]
impl AuthInternalService for Services {
    async fn check_session(
        &self,
        request: Request<CheckSessionRequest>,
    ) -> Result<Response<CheckSessionResponse>, Status> {
        if self.0.auth_away.load(Ordering::Relaxed) {
            return Err(Status::unavailable("away"));
        }
        let session = request.into_inner().session_id;
        let active = !self.0.ended.lock().unwrap().contains(&session);
        *self.0.asked.lock().unwrap().entry(session).or_default() += 1;
        Ok(Response::new(CheckSessionResponse { active }))
    }
}

#[async_trait]
impl PersonalTokenInternalService for Services {
    async fn exchange_personal_token(
        &self,
        request: Request<ExchangePersonalTokenRequest>,
    ) -> Result<Response<ExchangePersonalTokenResponse>, Status> {
        if self.0.auth_away.load(Ordering::Relaxed) {
            return Err(Status::unavailable("away"));
        }
        let token = request.into_inner().token;
        let access_token = self.0.personal.lock().unwrap().get(&token).cloned();
        *self.0.exchanged.lock().unwrap().entry(token).or_default() += 1;
        Ok(Response::new(ExchangePersonalTokenResponse {
            access_token: access_token.unwrap_or_default(),
        }))
    }
}

#[async_trait]
impl NotificationService for Services {
    async fn list_notifications(
        &self,
        _request: Request<ListNotificationsRequest>,
    ) -> Result<Response<ListNotificationsResponse>, Status> {
        Ok(Response::new(ListNotificationsResponse {
            unread_count: 3,
            ..ListNotificationsResponse::default()
        }))
    }

    async fn get_notification(
        &self,
        request: Request<GetNotificationRequest>,
    ) -> Result<Response<Notification>, Status> {
        Ok(Response::new(Notification {
            id: request.into_inner().id,
            ..Notification::default()
        }))
    }

    async fn mark_notification_read(
        &self,
        request: Request<MarkNotificationReadRequest>,
    ) -> Result<Response<Notification>, Status> {
        Ok(Response::new(Notification {
            id: request.into_inner().id,
            ..Notification::default()
        }))
    }

    async fn mark_all_notifications_read(
        &self,
        _request: Request<MarkAllNotificationsReadRequest>,
    ) -> Result<Response<MarkAllNotificationsReadResponse>, Status> {
        Ok(Response::new(MarkAllNotificationsReadResponse {
            marked_count: 3,
        }))
    }
}

#[async_trait]
impl ModuleService for Services {
    async fn create_module(
        &self,
        request: Request<Streaming<CreateModuleRequest>>,
    ) -> Result<Response<Module>, Status> {
        let deadline = request.metadata().contains_key("grpc-timeout");
        let mut pieces = request.into_inner();
        let mut module = Module {
            version: deadline.to_string(),
            ..Module::default()
        };
        let mut count = 0;
        while let Some(piece) = pieces.next().await {
            let content = piece?.content.unwrap_or_default();
            module.size_bytes += i64::try_from(content.data.len()).unwrap_or(i64::MAX);
            if !content.content_type.is_empty() {
                module.name = content.content_type;
            }
            count += 1;
        }
        module.triggers = vec![count.to_string()];
        Ok(Response::new(module))
    }

    async fn get_module(&self, request: Request<GetModuleRequest>) -> Result<Response<Module>, Status> {
        Ok(Response::new(Module {
            id: request.into_inner().id,
            ..Module::default()
        }))
    }

    async fn list_modules(
        &self,
        _request: Request<ListModulesRequest>,
    ) -> Result<Response<ListModulesResponse>, Status> {
        Ok(Response::new(ListModulesResponse::default()))
    }

    async fn delete_module(&self, _request: Request<DeleteModuleRequest>) -> Result<Response<Empty>, Status> {
        Ok(Response::new(Empty {}))
    }
}
