//! Auth's public keys, over gRPC.

use async_trait::async_trait;
use pfms_proto::auth::v1::auth_service_client::AuthServiceClient;
use pfms_proto::auth::v1::{GetJwksRequest, JsonWebKeySet};

use crate::Error;
use crate::client::MeshChannel;
use crate::identity::KeySource;

/// Port of the auth service.
pub(super) const AUTH_PORT: u16 = 3001;

/// Fetches the keys from the auth service.
pub struct JwksFromAuth(AuthServiceClient<MeshChannel>);

impl JwksFromAuth {
    /// Over this channel.
    #[must_use]
    pub fn new(channel: MeshChannel) -> Self {
        Self(AuthServiceClient::new(channel))
    }
}

#[async_trait]
impl KeySource for JwksFromAuth {
    async fn fetch(&self) -> Result<JsonWebKeySet, Error> {
        Ok(self.0.clone().get_jwks(GetJwksRequest {}).await?.into_inner())
    }
}
