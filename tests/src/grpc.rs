//! gRPC through the edge, for messages as bytes: which method is called is data.

use bytes::{Buf, BufMut, Bytes};
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

/// A connection to the edge.
pub async fn connect(url: &str) -> Channel {
    let endpoint = Endpoint::from_shared(url.to_owned()).expect("a URL");
    endpoint.connect().await.expect("the edge answers")
}

/// Puts a token on a request.
pub fn authorize<T>(request: &mut Request<T>, token: &str) {
    let value = format!("Bearer {token}").parse().expect("a header's value");
    request.metadata_mut().insert("authorization", value);
}

/// Calls a method, for example "/pfms.expense.v1.ExpenseService/GetExpense", with an encoded message.
///
/// # Errors
/// What the edge or the service answers.
pub async fn call(
    channel: &Channel,
    method: &'static str,
    token: Option<&str>,
    message: Vec<u8>,
) -> Result<Bytes, Status> {
    let mut request = Request::new(Bytes::from(message));
    if let Some(token) = token {
        authorize(&mut request, token);
    }
    let mut client = tonic::client::Grpc::new(channel.clone());
    client
        .ready()
        .await
        .map_err(|error| Status::unavailable(error.to_string()))?;
    let path = http::uri::PathAndQuery::from_static(method);
    Ok(client.unary(request, path, Raw).await?.into_inner())
}

/// Leaves messages as they are.
#[derive(Clone, Copy)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}
