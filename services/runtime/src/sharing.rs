//! Reading what another member of one's family shares.
//!
//! The caller comes from the token, always. A read may name an owner beside it, which is a filter that has to be
//! granted: the user service, which knows families, is asked each time, and nothing of its answer is kept, so that what
//! is shared no more is seen no more by the next request. When it does not answer, nobody sees anything.

use pfms_proto::user::v1::CheckShareRequest;
pub use pfms_proto::user::v1::SharedArea;
use pfms_proto::user::v1::sharing_internal_service_client::SharingInternalServiceClient;
use pfms_types::UserId;

use crate::client::{Clients, MeshChannel};
use crate::{Call, Error};

/// The user service's port.
const USER_PORT: u16 = 3002;

/// Tells whose rows a read is about.
#[derive(Clone)]
pub struct Sharing {
    channel: MeshChannel,
}

impl Sharing {
    /// Asks the user service.
    ///
    /// # Errors
    /// When its URL is wrong.
    pub fn new(clients: &Clients) -> Result<Self, Error> {
        Ok(Self {
            channel: clients.channel("user", USER_PORT)?,
        })
    }

    /// The user whose rows the caller may read: the caller, unless `owner_user_id` names another one who shares `area`
    /// with the caller. For reads only; whoever writes takes [`Call::user`].
    ///
    /// # Errors
    /// When there is no such owner or nothing is shared, which look the same; when the id is none; when the user service
    /// does not answer.
    pub async fn owner(&self, call: &Call, owner_user_id: &str, area: SharedArea) -> Result<UserId, Error> {
        let caller = call.user()?;
        if owner_user_id.is_empty() {
            return Ok(caller);
        }
        let owner: UserId = owner_user_id
            .parse()
            .map_err(|error| Error::invalid("ownerUserId", error))?;
        if owner == caller {
            return Ok(caller);
        }
        let request = CheckShareRequest {
            owner_user_id: owner.to_string(),
            area: area.into(),
        };
        let answer = SharingInternalServiceClient::new(self.channel.acting_for(caller))
            .check_share(request)
            .await?;
        if answer.into_inner().allowed {
            Ok(owner)
        } else {
            Err(Error::NotFound("the owner"))
        }
    }
}
