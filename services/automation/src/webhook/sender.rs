//! Posts messages to public addresses, and nowhere else.

use std::error::Error as StdError;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use pfms_runtime::Error;
use reqwest::Client;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use uuid::Uuid;

use super::secret::Secret;
use super::target::{Allowed, Target};

/// How long one try may take, from the name's resolution to the end of the answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of an answer that are read.
const MAX_ANSWER: usize = 16 * 1024;
/// Characters of an answer that are kept.
const MAX_SHOWN: usize = 1_000;

/// A message as it is posted.
pub(super) struct Post<'a> {
    pub message_id: Uuid,
    /// Seconds since 1970.
    pub timestamp: i64,
    pub body: Vec<u8>,
    /// The current one, and while there is a former one, that one too.
    pub secrets: &'a [Secret],
}

/// What the receiver answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub status: u16,
    /// The beginning, as far as it is text.
    pub body: String,
}

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum SendError {
    #[error("the address is not allowed any more: it {0}")]
    NotAllowed(String),
    #[error("the name leads to an address that is not public")]
    NotPublic,
    #[error("the name does not lead anywhere")]
    NameNotFound,
    #[error("there was no answer within {} s", TIMEOUT.as_secs())]
    Timeout,
    #[error("the connection is not secure: {0}")]
    Tls(String),
    #[error("there was no connection")]
    NotConnected(#[source] reqwest::Error),
    #[error("the answer is not one")]
    Broken(#[source] reqwest::Error),
}

impl SendError {
    pub(super) const fn reason(&self) -> &'static str {
        match self {
            Self::NotAllowed(_) => "ADDRESS_NOT_ALLOWED",
            Self::NotPublic => "ADDRESS_NOT_PUBLIC",
            Self::NameNotFound => "NAME_NOT_FOUND",
            Self::Timeout => "TIMEOUT",
            Self::Tls(_) => "TLS_FAILED",
            Self::NotConnected(_) => "NOT_CONNECTED",
            Self::Broken(_) => "ANSWER_BROKEN",
        }
    }
}

/// Posts messages.
pub(super) struct Sender {
    client: Client,
    allowed: Allowed,
}

impl Sender {
    pub(super) fn new(allowed: Allowed) -> Result<Self, Error> {
        let client = Client::builder()
            // An address is checked where it is looked up, and what is connected to is what was checked: a name that
            // leads elsewhere the next moment gains nothing.
            .dns_resolver(std::sync::Arc::new(Checked(allowed.clone())))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .user_agent("pfms-webhooks/1")
            .build()
            .map_err(Error::internal)?;
        Ok(Self { client, allowed })
    }

    pub(super) async fn send(&self, to: &Target, post: Post<'_>) -> Result<Answer, SendError> {
        // The operator may allow less than when it was registered; and a host that is given by its address is not
        // looked up, so that here is the place to check it.
        self.allowed.parse(to.as_str()).map_err(SendError::NotAllowed)?;
        let signatures: Vec<String> = post
            .secrets
            .iter()
            .map(|secret| secret.sign(post.message_id, post.timestamp, &post.body))
            .collect();
        let mut answer = self
            .client
            .post(to.url().clone())
            .header("content-type", "application/json")
            .header("webhook-id", post.message_id.to_string())
            .header("webhook-timestamp", post.timestamp)
            .header("webhook-signature", signatures.join(" "))
            .body(post.body)
            .send()
            .await
            .map_err(classify)?;
        let mut bytes = Vec::new();
        // What breaks off after the status was said is an answer all the same.
        while let Ok(Some(chunk)) = answer.chunk().await {
            bytes.extend_from_slice(&chunk);
            if bytes.len() >= MAX_ANSWER {
                break;
            }
        }
        Ok(Answer {
            status: answer.status().as_u16(),
            body: shown(&bytes),
        })
    }
}

/// The beginning of an answer. What PostgreSQL cannot hold is left out.
fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().filter(|c| *c != '\0').take(MAX_SHOWN).collect()
}

/// Looks names up, and refuses those that lead to an address that is not public.
struct Checked(Allowed);

#[derive(Debug, thiserror::Error)]
enum LookUpError {
    #[error("not public")]
    NotPublic,
    #[error("not found")]
    NotFound,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let addresses: Vec<SocketAddr> = found.map_err(|_| LookUpError::NotFound)?.collect();
            check_all(&allowed, &addresses)?;
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}

/// All of them have to be public: which one is connected to, others decide.
fn check_all(allowed: &Allowed, addresses: &[SocketAddr]) -> Result<(), LookUpError> {
    if addresses.is_empty() {
        return Err(LookUpError::NotFound);
    }
    if addresses.iter().all(|address| allowed.reaches(address.ip())) {
        Ok(())
    } else {
        Err(LookUpError::NotPublic)
    }
}

fn classify(error: reqwest::Error) -> SendError {
    // The address is left out of messages: it may hold a secret.
    let error = error.without_url();
    let mut cause: Option<&(dyn StdError + 'static)> = error.source();
    while let Some(current) = cause {
        match current.downcast_ref::<LookUpError>() {
            Some(LookUpError::NotPublic) => return SendError::NotPublic,
            Some(LookUpError::NotFound) => return SendError::NameNotFound,
            None => {}
        }
        if let Some(tls) = current.downcast_ref::<io::Error>().and_then(tls_fault) {
            return SendError::Tls(tls.to_string());
        }
        cause = current.source();
    }
    if error.is_timeout() {
        SendError::Timeout
    } else if error.is_connect() {
        SendError::NotConnected(error)
    } else {
        SendError::Broken(error)
    }
}

/// What TLS has against a connection. Each layer puts it into an error of its own, whose source is not that but the
/// source of that.
fn tls_fault(error: &io::Error) -> Option<&rustls::Error> {
    let inner = error.get_ref()?;
    inner
        .downcast_ref::<rustls::Error>()
        .or_else(|| inner.downcast_ref::<io::Error>().and_then(tls_fault))
}

#[cfg(test)]
mod tests {
    use pfms_runtime::settings::Webhooks as Settings;

    use super::*;

    #[test]
    fn one_address_that_is_not_public_is_enough() {
        let allowed = Allowed::new(&Settings::default());
        let check = |addresses: &[&str]| {
            let addresses: Vec<SocketAddr> = addresses
                .iter()
                .map(|address| SocketAddr::new(address.parse().unwrap(), 443))
                .collect();
            check_all(&allowed, &addresses)
        };
        assert!(check(&["8.8.8.8", "2606:4700::1111"]).is_ok());
        assert!(matches!(
            check(&["8.8.8.8", "127.0.0.1"]),
            Err(LookUpError::NotPublic)
        ));
        assert!(matches!(
            check(&["::ffff:169.254.169.254"]),
            Err(LookUpError::NotPublic)
        ));
        assert!(matches!(check(&[]), Err(LookUpError::NotFound)));
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_connected_to() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let settings = Settings {
            webhook_ports: vec![port],
            ..Settings::default()
        };
        let sender = Sender::new(Allowed::new(&settings)).unwrap();
        let message = || Post {
            message_id: Uuid::nil(),
            timestamp: 0,
            body: b"{}".to_vec(),
            secrets: &[],
        };
        // A name that every machine knows, past the check of names that have no dot.
        let target = Target::stored(&format!("https://localhost:{port}/")).unwrap();
        let refused = sender.send(&target, message()).await.unwrap_err();
        assert_eq!(refused.reason(), "ADDRESS_NOT_ALLOWED");
        let client = sender.client.post(target.url().clone()).send().await;
        assert_eq!(classify(client.unwrap_err()).reason(), "ADDRESS_NOT_PUBLIC");
        let literal = Target::stored(&format!("https://127.0.0.1:{port}/")).unwrap();
        let refused = sender.send(&literal, message()).await.unwrap_err();
        assert_eq!(refused.reason(), "ADDRESS_NOT_ALLOWED");
        let nowhere = Target::stored(&format!("https://nowhere.invalid:{port}/")).unwrap();
        let refused = sender.send(&nowhere, message()).await.unwrap_err();
        assert_eq!(refused.reason(), "NAME_NOT_FOUND");
        let nobody = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
        assert!(nobody.is_err(), "somebody connected");
    }

    #[test]
    fn what_is_shown_of_an_answer_is_short_and_text() {
        assert_eq!(shown(b"ok\0\xff"), "ok\u{fffd}");
        assert_eq!(shown("é".repeat(2_000).as_bytes()).chars().count(), 1_000);
    }
}
