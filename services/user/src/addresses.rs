//! Whose address an e-mail address is. Auth knows; here accounts have no addresses.

use pfms_proto::auth::v1::ResolveEmailRequest;
use pfms_proto::auth::v1::address_internal_service_client::AddressInternalServiceClient;
use pfms_runtime::Error;
use pfms_runtime::client::MeshChannel;
use pfms_types::UserId;

use crate::family::address::Address;

/// Asks the auth service.
#[derive(Clone)]
pub struct Addresses {
    channel: MeshChannel,
}

impl Addresses {
    /// Over a channel to the auth service.
    #[must_use]
    pub fn new(channel: MeshChannel) -> Self {
        Self { channel }
    }

    /// The account of an address, if there is one.
    ///
    /// # Errors
    /// When the auth service does not answer.
    pub async fn account_of(&self, address: &Address) -> Result<Option<UserId>, Error> {
        let request = ResolveEmailRequest {
            email: address.as_str().to_owned(),
        };
        let answer = AddressInternalServiceClient::new(self.channel.clone())
            .resolve_email(request)
            .await?;
        let user_id = answer.into_inner().user_id;
        if user_id.is_empty() {
            return Ok(None);
        }
        user_id.parse().map(Some).map_err(Error::internal)
    }
}
