//! Resolve e-mail: for services that know accounts by id, and no addresses.

use pfms_proto::auth::v1::address_internal_service_server::AddressInternalService;
use pfms_proto::auth::v1::{ResolveEmailRequest, ResolveEmailResponse};
use pfms_runtime::Error;
use tonic::{Request, Response, Status};

use super::Auth;
use crate::email::Email;
use crate::store::accounts;

#[async_trait::async_trait]
impl AddressInternalService for Auth {
    async fn resolve_email(
        &self,
        request: Request<ResolveEmailRequest>,
    ) -> Result<Response<ResolveEmailResponse>, Status> {
        let email = Email::parse(&request.get_ref().email).map_err(|error| Error::invalid("email", error))?;
        let found = accounts::credentials(self.database.pool(), &self.email_lookup(&email))
            .await
            .map_err(Error::from)?;
        let user_id = found
            .filter(|account| account.is_active)
            .map(|account| account.id.to_string())
            .unwrap_or_default();
        Ok(Response::new(ResolveEmailResponse { user_id }))
    }
}
