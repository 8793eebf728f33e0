//! The load generator: requests built once, sent over few HTTP/2 connections by many clients, each of which waits
//! for its answer before it asks again. It shares the cores with what it measures, so it does little else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::{BufMut as _, Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use prost::Message;
use tokio::task::JoinSet;
use tonic::body::Body;
use tonic::transport::{Channel, Endpoint};
use tower::{Service as _, ServiceExt as _};

use crate::Result;
use crate::people::Person;

/// Clients that ask at the same time.
pub const CLIENTS: usize = 64;
/// Connections they share: one alone would be a bottleneck of its own.
const CONNECTIONS: usize = 8;

/// A request that can be sent any number of times.
#[derive(Clone)]
pub struct Call {
    method: Method,
    uri: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Call {
    /// A gRPC call.
    pub fn grpc(base: &str, path: &str, person: &Person, message: &impl Message) -> Result<Self> {
        let mut body = BytesMut::with_capacity(5 + message.encoded_len());
        body.put_u8(0);
        body.put_u32(u32::try_from(message.encoded_len())?);
        message.encode(&mut body)?;
        let mut headers = headers(person, "application/grpc")?;
        headers.insert("te", HeaderValue::from_static("trailers"));
        Ok(Self {
            method: Method::POST,
            uri: format!("{base}{path}"),
            headers,
            body: body.freeze(),
        })
    }

    /// A REST call with a JSON body.
    pub fn post(base: &str, path: &str, person: &Person, body: &serde_json::Value) -> Result<Self> {
        let headers = headers(person, "application/json")?;
        Ok(Self {
            method: Method::POST,
            uri: format!("{base}{path}"),
            headers,
            body: body.to_string().into(),
        })
    }

    /// A REST call without a body.
    pub fn get(base: &str, path: &str, person: &Person) -> Result<Self> {
        let mut headers = headers(person, "application/json")?;
        headers.remove("content-type");
        Ok(Self {
            method: Method::GET,
            uri: format!("{base}{path}"),
            headers,
            body: Bytes::new(),
        })
    }

    /// Puts the person's present token in the place of the one before.
    pub fn authorize(&mut self, person: &Person) -> Result<()> {
        let token = HeaderValue::from_str(person.authorization.to_str()?)?;
        self.headers.insert("authorization", token);
        Ok(())
    }

    /// Sends it and reads the whole answer; one that is not a success is an error.
    pub async fn send(&self, channel: &mut Channel) -> Result<Bytes> {
        let mut request = Request::new(Body::new(Full::new(self.body.clone())));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.parse()?;
        *request.headers_mut() = self.headers.clone();
        let response = channel.ready().await?.call(request).await?;
        answer(response).await
    }
}

fn headers(person: &Person, content_type: &'static str) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert(
        "authorization",
        HeaderValue::from_str(person.authorization.to_str()?)?,
    );
    headers.insert("content-type", HeaderValue::from_static(content_type));
    Ok(headers)
}

/// The body of a success: of a gRPC answer its one message, without the frame's header.
async fn answer(response: Response<Body>) -> Result<Bytes> {
    let (parts, body) = response.into_parts();
    let body = body.collect().await?;
    let grpc = parts
        .headers
        .get("content-type")
        .is_some_and(|kind| kind == "application/grpc");
    let status = body
        .trailers()
        .and_then(|trailers| trailers.get("grpc-status"))
        .or(parts.headers.get("grpc-status"));
    let good = parts.status == StatusCode::OK && (!grpc || status.is_some_and(|status| status == "0"));
    let trailers = body.trailers().cloned();
    let bytes = body.to_bytes();
    if !good {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        return Err(format!(
            "refused: {} {text} {:?} {trailers:?}",
            parts.status, parts.headers
        )
        .into());
    }
    Ok(if grpc {
        bytes.slice(5.min(bytes.len())..)
    } else {
        bytes
    })
}

/// A channel of its own to each of the connections.
pub async fn connect(base: &str) -> Result<Vec<Channel>> {
    let mut channels = Vec::new();
    for _ in 0..CONNECTIONS {
        channels.push(
            Endpoint::from_shared(base.to_owned())?
                .tcp_nodelay(true)
                .connect()
                .await?,
        );
    }
    Ok(channels)
}

/// Answers per second while all clients ask for this long, each with the calls in turn.
pub async fn for_time(channels: &[Channel], calls: &Arc<Vec<Call>>, time: Duration) -> Result<f64> {
    let started = Instant::now();
    let count = drive(channels, calls, move |_| started.elapsed() < time).await?;
    Ok(count as f64 / started.elapsed().as_secs_f64())
}

/// Asks this many times.
pub async fn for_count(channels: &[Channel], calls: &Arc<Vec<Call>>, requests: usize) -> Result<()> {
    drive(channels, calls, move |number| number < requests).await?;
    Ok(())
}

/// Runs the clients while `more` allows the request of that number; gives the number of answers.
async fn drive(
    channels: &[Channel],
    calls: &Arc<Vec<Call>>,
    more: impl Fn(usize) -> bool + Clone + Send + 'static,
) -> Result<usize> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut clients = JoinSet::new();
    for channel in channels.iter().cycle().take(CLIENTS) {
        let (mut channel, calls, more, next) = (
            channel.clone(),
            Arc::clone(calls),
            more.clone(),
            Arc::clone(&next),
        );
        clients.spawn(async move {
            let mut count = 0;
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if !more(number) {
                    return Ok(count);
                }
                calls[number % calls.len()].send(&mut channel).await?;
                count += 1;
            }
        });
    }
    let mut count = 0;
    while let Some(client) = clients.join_next().await {
        let answered: Result<usize> = client?;
        count += answered?;
    }
    Ok(count)
}
