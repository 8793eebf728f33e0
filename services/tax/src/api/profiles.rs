//! `TaxProfileService`.

use std::sync::Arc;

use pbjson_types::Empty;
use pfms_proto::tax::v1 as wire;
use pfms_proto::tax::v1::tax_profile_service_server::TaxProfileService;
use pfms_runtime::{Begun, Call, Error};
use pfms_types::UserId;
use tonic::{Request, Response, Status, async_trait};

use super::Api;
use crate::component::parse_hash;
use crate::profile::{Said, parse_year};
use crate::sandbox::Rules;
use crate::store;

#[async_trait]
impl TaxProfileService for Api {
    async fn update_tax_profile(
        &self,
        request: Request<wire::UpdateTaxProfileRequest>,
    ) -> Result<Response<wire::TaxProfile>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let request = request.into_inner();
        let year = parse_year("year", request.year)?;
        let profile = request.profile.unwrap_or_default();
        let rules = self.chosen(user_id, &profile).await?;
        let said = Said::parse(&profile, &rules.country, year)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let now = self.database.clock().now();
        let profile = store::profiles::set(unit.connection(), user_id, year, &said, now).await?;
        Ok(Response::new(unit.commit(profile.wire(&rules.country)).await?))
    }

    async fn get_tax_profile(
        &self,
        request: Request<wire::GetTaxProfileRequest>,
    ) -> Result<Response<wire::TaxProfile>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let year = parse_year("year", request.get_ref().year)?;
        let profile = store::profiles::find(self.database.pool(), user_id, year).await?;
        let profile = profile.ok_or(Error::NotFound("the profile"))?;
        let rules = self.desk.of_profile(user_id, &profile.said).await?;
        Ok(Response::new(profile.wire(&rules.country)))
    }

    async fn list_tax_profiles(
        &self,
        request: Request<wire::ListTaxProfilesRequest>,
    ) -> Result<Response<wire::ListTaxProfilesResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let mut profiles = Vec::new();
        for profile in store::profiles::list(self.database.pool(), user_id).await? {
            let rules = self.desk.of_profile(user_id, &profile.said).await?;
            profiles.push(profile.wire(&rules.country));
        }
        Ok(Response::new(wire::ListTaxProfilesResponse { profiles }))
    }

    async fn delete_tax_profile(
        &self,
        request: Request<wire::DeleteTaxProfileRequest>,
    ) -> Result<Response<Empty>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let year = parse_year("year", request.get_ref().year)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        if !store::profiles::delete(unit.connection(), user_id, year).await? {
            return Err(Error::NotFound("the profile").into());
        }
        Ok(Response::new(unit.commit(Empty {}).await?))
    }
}

impl Api {
    /// The rules that a profile chooses.
    async fn chosen(&self, user_id: UserId, profile: &wire::TaxProfile) -> Result<Arc<Rules>, Error> {
        if profile.country.is_empty() {
            return Err(Error::invalid("country", "is required"));
        }
        if profile.component_hash.is_empty() {
            let found = self.desk.country(&profile.country).ok().cloned();
            return found.ok_or_else(|| {
                let known: Vec<_> = self
                    .desk
                    .first_party()
                    .map(|rules| rules.country.code())
                    .collect();
                Error::invalid("country", format!("must be one of {}", known.join(", ")))
            });
        }
        self.chosen_component(
            user_id,
            "componentHash",
            &profile.component_hash,
            &profile.country,
        )
        .await
    }

    /// The rules that one of the user's components is, which must be of a country.
    pub(super) async fn chosen_component(
        &self,
        user_id: UserId,
        field: &str,
        hash: &str,
        country: &str,
    ) -> Result<Arc<Rules>, Error> {
        parse_hash(field, hash)?;
        let rules = self.desk.own(user_id, hash).await?;
        let rules =
            rules.ok_or_else(|| Error::invalid(field, "must be the hash of one of your components"))?;
        let code = rules.country.code();
        if code == country {
            Ok(rules)
        } else {
            Err(Error::invalid(
                field,
                format!("must be a component of {country}, not of {code}"),
            ))
        }
    }
}
