//! Calls to other services: a mesh token, a deadline, the trace, and a circuit breaker.

mod breaker;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use http::{HeaderValue, Request, Response};
use pfms_types::UserId;
use tonic::body::Body;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};
use tower::Service;

use self::breaker::Breaker;
use crate::identity::MeshTokens;
use crate::telemetry::trace;
use crate::{Error, Settings};

/// Connections to each service: one HTTP/2 connection is a bottleneck under load.
const CONNECTIONS: usize = 2;
/// How long a call may take.
const DEADLINE: Duration = Duration::from_secs(5);

/// Makes channels to other services in the name of this one.
#[derive(Clone)]
pub struct Clients {
    service: &'static str,
    settings: Arc<Settings>,
    tokens: MeshTokens,
}

impl Clients {
    /// In the name of `service`.
    #[must_use]
    pub fn new(service: &'static str, settings: Arc<Settings>, tokens: MeshTokens) -> Self {
        Self {
            service,
            settings,
            tokens,
        }
    }

    /// A channel to a service; it connects when it is first used.
    ///
    /// # Errors
    /// When the service's URL is wrong.
    pub fn channel(&self, service: &str, port: u16) -> Result<MeshChannel, Error> {
        let url = self.settings.url_of(service, port);
        let endpoint = Endpoint::from_shared(url)
            .map_err(Error::internal)?
            .connect_timeout(Duration::from_secs(2))
            .tcp_nodelay(true)
            .http2_keep_alive_interval(Duration::from_secs(20))
            .keep_alive_timeout(Duration::from_secs(5));
        let channels = (0..CONNECTIONS).map(|_| endpoint.connect_lazy()).collect();
        Ok(MeshChannel {
            channels,
            next: Arc::default(),
            breaker: Arc::default(),
            tokens: self.tokens.clone(),
            service: self.service,
            acting_for: None,
        })
    }
}

/// A channel to one service, to give to a generated client.
#[derive(Clone)]
pub struct MeshChannel {
    channels: Vec<Channel>,
    next: Arc<AtomicUsize>,
    breaker: Arc<Breaker>,
    tokens: MeshTokens,
    service: &'static str,
    acting_for: Option<UserId>,
}

impl MeshChannel {
    /// The same channel, for calls about a user's data.
    #[must_use]
    pub fn acting_for(&self, user_id: UserId) -> Self {
        Self {
            acting_for: Some(user_id),
            ..self.clone()
        }
    }

    fn prepare(&self, request: &mut Request<Body>) -> Result<(), Error> {
        let headers = request.headers_mut();
        let token = self.tokens.sign(self.service, self.acting_for)?;
        let mut bearer = HeaderValue::try_from(format!("Bearer {token}")).map_err(Error::internal)?;
        bearer.set_sensitive(true);
        headers.insert(http::header::AUTHORIZATION, bearer);
        let context = trace::current();
        for (name, value) in [
            ("traceparent", context.traceparent),
            ("x-request-id", context.correlation_id),
        ] {
            if let Ok(value) = HeaderValue::try_from(value)
                && !value.is_empty()
            {
                headers.insert(name, value);
            }
        }
        if !headers.contains_key("grpc-timeout") {
            let timeout = format!("{}m", DEADLINE.as_millis());
            headers.insert(
                "grpc-timeout",
                HeaderValue::try_from(timeout).map_err(Error::internal)?,
            );
        }
        Ok(())
    }
}

impl Service<Request<Body>> for MeshChannel {
    type Response = Response<Body>;
    type Error = Status;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Status>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        // Readiness of the chosen connection is awaited in the call, within its deadline.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let index = self.next.fetch_add(1, Ordering::Relaxed) % self.channels.len();
        let mut channel = self.channels[index].clone();
        let breaker = Arc::clone(&self.breaker);
        let prepared = self.prepare(&mut request);
        Box::pin(async move {
            prepared.map_err(Status::from)?;
            if !breaker.permits() {
                return Err(Status::unavailable("the service failed several times in a row"));
            }
            let call = async {
                std::future::poll_fn(|context| channel.poll_ready(context)).await?;
                channel.call(request).await
            };
            let outcome = tokio::time::timeout(DEADLINE, call).await;
            let result = match outcome {
                Ok(Ok(response)) => Ok(response),
                Ok(Err(error)) => Err(Status::unavailable(error.to_string())),
                Err(_) => Err(Status::deadline_exceeded("the service did not answer in time")),
            };
            breaker.note(failed(&result));
            result
        })
    }
}

/// Whether the service, rather than the request, is at fault.
fn failed(result: &Result<Response<Body>, Status>) -> bool {
    let code = match result {
        Ok(response) => Status::from_header_map(response.headers()).map_or(Code::Ok, |status| status.code()),
        Err(status) => status.code(),
    };
    matches!(code, Code::Unavailable | Code::DeadlineExceeded)
}
