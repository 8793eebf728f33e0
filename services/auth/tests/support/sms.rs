//! The messages that auth sent by SMS.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use pfms_proto::auth::v1::sms_service_client::SmsServiceClient;
use pfms_proto::auth::v1::{ConfirmSmsRequest, EnrolSmsRequest, MfaChallenge, SendSmsCodeRequest, TokenSet};
use pfms_runtime::Settings;
use pfms_runtime::testing::{AuthorizedChannel, Harness, eventually};
use serde_json::Value;
use tonic::Status;

/// The token that the gateway wants to see.
pub const TOKEN: &str = "gateway-t0ken";
pub const NUMBER: &str = "+14155550123";

/// A message as it arrived.
#[derive(Clone, Debug)]
pub struct Message {
    pub from: String,
    pub to: String,
    pub text: String,
    pub authorization: String,
    pub id: String,
}

impl Message {
    /// The six digits.
    pub fn code(&self) -> String {
        self.text.split(' ').next().unwrap().to_owned()
    }
}

/// A gateway on this machine.
#[derive(Clone)]
pub struct SmsGateway {
    url: String,
    received: Arc<Mutex<Vec<Message>>>,
    answers: Arc<Mutex<Vec<StatusCode>>>,
}

async fn receive(State(gateway): State<SmsGateway>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let body: Value = serde_json::from_slice(&body).unwrap();
    let header = |name: &str| {
        let value = headers.get(name).map(|value| value.to_str().unwrap());
        value.unwrap_or_default().to_owned()
    };
    let field = |name: &str| body[name].as_str().unwrap().to_owned();
    gateway.received.lock().unwrap().push(Message {
        from: field("from"),
        to: field("to"),
        text: field("text"),
        authorization: header("authorization"),
        id: header("idempotency-key"),
    });
    gateway
        .answers
        .lock()
        .unwrap()
        .pop()
        .unwrap_or(StatusCode::ACCEPTED)
}

impl SmsGateway {
    /// A gateway, and nothing that uses it.
    pub async fn listen() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gateway = Self {
            url: format!("http://{}/messages", listener.local_addr().unwrap()),
            received: Arc::default(),
            answers: Arc::default(),
        };
        let router = Router::new()
            .route("/messages", post(receive))
            .with_state(gateway.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        gateway
    }

    /// Auth with a gateway.
    pub async fn start() -> (Harness, Self) {
        Self::start_with(|_| {}).await
    }

    /// The same with other settings.
    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> (Harness, Self) {
        let gateway = Self::listen().await;
        let harness = Harness::start_with(vec![pfms_auth::service()], |settings| {
            gateway.configure(settings);
            change(settings);
        })
        .await;
        (harness, gateway)
    }

    /// Names the gateway in settings.
    pub fn configure(&self, settings: &mut Settings) {
        let sms = &mut settings.sign_in.sms;
        sms.sms_url = Some(self.url.clone());
        sms.sms_token = Some(TOKEN.into());
        sms.sms_from = Some("PFMS".into());
    }

    /// Lets the next messages be answered so, the last one first.
    pub fn answer_next(&self, answers: &[StatusCode]) {
        *self.answers.lock().unwrap() = answers.to_vec();
    }

    /// All that arrived.
    pub fn received(&self) -> Vec<Message> {
        self.received.lock().unwrap().clone()
    }

    /// The last message, once there are so many.
    pub async fn wait(&self, count: usize) -> Message {
        eventually("the message arrives", || async {
            let received = self.received();
            (received.len() >= count)
                .then(|| received.last().cloned())
                .flatten()
        })
        .await
    }
}

/// The holder of an access token.
pub fn client(harness: &Harness, tokens: &TokenSet) -> SmsServiceClient<AuthorizedChannel> {
    SmsServiceClient::new(harness.with_token("auth", Some(tokens.access_token.clone())))
}

pub async fn enrol(harness: &Harness, tokens: &TokenSet, number: &str) -> Result<(), Status> {
    let request = EnrolSmsRequest { phone: number.into() };
    client(harness, tokens).enrol_sms(request).await.map(drop)
}

/// Gives backup codes, if there are new ones.
pub async fn confirm(harness: &Harness, tokens: &TokenSet, code: &str) -> Result<Vec<String>, Status> {
    let request = ConfirmSmsRequest { code: code.into() };
    let answer = client(harness, tokens).confirm_sms(request).await?;
    Ok(answer.into_inner().backup_codes)
}

/// Sets up [`NUMBER`], which takes the gateway's next message; gives the backup codes.
pub async fn set_up(harness: &Harness, tokens: &TokenSet, gateway: &SmsGateway) -> Vec<String> {
    let before = gateway.received().len();
    enrol(harness, tokens, NUMBER).await.unwrap();
    let code = gateway.wait(before + 1).await.code();
    confirm(harness, tokens, &code).await.unwrap()
}

/// Asks for a code for a challenge; gives the last digits of the number.
pub async fn ask_for_code(harness: &Harness, challenge: &MfaChallenge) -> Result<String, Status> {
    let request = SendSmsCodeRequest {
        challenge_token: challenge.challenge_token.clone(),
    };
    let mut client = SmsServiceClient::new(harness.anonymous("auth"));
    Ok(client.send_sms_code(request).await?.into_inner().phone_ending)
}

/// The code for a challenge.
pub async fn code_for(harness: &Harness, challenge: &MfaChallenge, gateway: &SmsGateway) -> String {
    let before = gateway.received().len();
    ask_for_code(harness, challenge).await.unwrap();
    gateway.wait(before + 1).await.code()
}
