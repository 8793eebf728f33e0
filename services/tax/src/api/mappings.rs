//! `TaxMappingService`.

use pbjson_types::Empty;
use pfms_proto::tax::v1 as wire;
use pfms_proto::tax::v1::tax_mapping_service_server::TaxMappingService;
use pfms_runtime::page::Page;
use pfms_runtime::{Begun, Call, Error};
use tonic::{Request, Response, Status, async_trait};

use super::Api;
use crate::events::heed;
use crate::mapping::{Mapping, MappingId, Rule};
use crate::profile::parse_year;
use crate::store;
use crate::store::quotas::Quota;

#[async_trait]
impl TaxMappingService for Api {
    async fn create_tax_mapping(
        &self,
        request: Request<wire::CreateTaxMappingRequest>,
    ) -> Result<Response<wire::TaxMapping>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let mapping = request.into_inner().mapping.unwrap_or_default();
        if mapping.country.is_empty() {
            return Err(Error::invalid("country", "is required").into());
        }
        let rules = self
            .desk
            .in_terms_of(user_id, "country", &mapping.country)
            .await?;
        let rule = Rule::parse(&mapping, &rules.country)?;
        if let Some(category) = rule.category()
            && !self.expenses.has_category(user_id, category).await?
        {
            return Err(Error::invalid("from", "must be the id of one of your expense categories").into());
        }
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        store::quotas::take(unit.connection(), user_id, Quota::Mappings).await?;
        let mapping = Mapping {
            id: MappingId::generate(),
            rule,
            created_at: self.database.clock().now(),
        };
        store::mappings::insert(unit.connection(), user_id, &mapping).await?;
        Ok(Response::new(unit.commit(mapping.wire()).await?))
    }

    async fn get_tax_mapping(
        &self,
        request: Request<wire::GetTaxMappingRequest>,
    ) -> Result<Response<wire::TaxMapping>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let id = mapping_id(&request.get_ref().id)?;
        let mapping = store::mappings::find(self.database.pool(), user_id, id).await?;
        Ok(Response::new(
            mapping.ok_or(Error::NotFound("the mapping"))?.wire(),
        ))
    }

    async fn list_tax_mappings(
        &self,
        request: Request<wire::ListTaxMappingsRequest>,
    ) -> Result<Response<wire::ListTaxMappingsResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let scope = ("ListTaxMappings", user_id.uuid());
        let page = Page::parse(&self.pages, request.page_size, &request.page_token, scope)?;
        let mut mappings =
            store::mappings::list(self.database.pool(), user_id, page.before, page.size).await?;
        let next_page_token = page.cut(&self.pages, &mut mappings, |mapping| mapping.id.uuid())?;
        Ok(Response::new(wire::ListTaxMappingsResponse {
            mappings: mappings.iter().map(Mapping::wire).collect(),
            next_page_token,
        }))
    }

    async fn delete_tax_mapping(
        &self,
        request: Request<wire::DeleteTaxMappingRequest>,
    ) -> Result<Response<Empty>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let id = mapping_id(&request.get_ref().id)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        if !store::mappings::delete(unit.connection(), user_id, id).await? {
            return Err(Error::NotFound("the mapping").into());
        }
        store::quotas::give(unit.connection(), user_id, Quota::Mappings).await?;
        Ok(Response::new(unit.commit(Empty {}).await?))
    }

    async fn apply_tax_mapping(
        &self,
        request: Request<wire::ApplyTaxMappingRequest>,
    ) -> Result<Response<wire::ApplyTaxMappingResponse>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let request = request.into_inner();
        let id = mapping_id(&request.id)?;
        let mapping = store::mappings::find(self.database.pool(), user_id, id).await?;
        let mapping = mapping.ok_or(Error::NotFound("the mapping"))?;
        let year = parse_year("year", request.year)?;
        let Some(category) = mapping.rule.category() else {
            return Err(Error::FailedPrecondition {
                reason: "MAPPING_NOT_OF_EXPENSES",
                message: "a mapping of incomes or investments counts for all of them already".to_owned(),
            }
            .into());
        };
        let code = &mapping.rule.country;
        let rules = self.desk.in_terms_of(user_id, "country", code).await?;
        let year = rules.country.supported(year)?;
        let expenses = self.expenses.of_category(user_id, category, year).await?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let now = self.database.clock().now();
        let mut deduction_count = 0;
        for (news, at) in &expenses {
            if heed(unit.connection(), user_id, news, *at, now).await? {
                deduction_count += 1;
            }
        }
        let answer = wire::ApplyTaxMappingResponse { deduction_count };
        Ok(Response::new(unit.commit(answer).await?))
    }
}

fn mapping_id(text: &str) -> Result<MappingId, Error> {
    text.parse().map_err(|error| Error::invalid("id", error))
}
