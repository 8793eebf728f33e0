//! `TaxComponentService`.

use pbjson_types::Empty;
use pfms_proto::google::api::HttpBody;
use pfms_proto::tax::v1 as wire;
use pfms_proto::tax::v1::tax_component_service_server::TaxComponentService;
use pfms_runtime::parse::wire_time;
use pfms_runtime::{Begun, Call, Error};
use pfms_types::UserId;
use tonic::{Request, Response, Status, Streaming, async_trait};

use super::{Api, upload};
use crate::component::{Component, parse_hash};
use crate::sandbox::Rules;
use crate::store;
use crate::store::quotas::Quota;

#[async_trait]
impl TaxComponentService for Api {
    async fn create_tax_component(
        &self,
        request: Request<Streaming<wire::CreateTaxComponentRequest>>,
    ) -> Result<Response<wire::TaxComponent>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let admit = |key: &str, signature: &str| self.publishers.read(key, signature).map(|_| ());
        let limit = self.sandbox.max_component_bytes();
        let upload = upload::collect(request.into_inner(), limit, admit).await?;
        let signed = self.publishers.read(&upload.publisher_key, &upload.signature)?;
        signed.verify(&upload.content)?;
        let whole = wire::CreateTaxComponentRequest {
            content: Some(HttpBody {
                data: upload.content.clone().into(),
                ..HttpBody::default()
            }),
            publisher_key: signed.publisher_key.to_string(),
            signature: signed.signature.to_string(),
        };
        let key = call.idempotency(&whole)?;
        let loaded = self.sandbox.load(upload.content).await?;
        let rules = loaded.map_err(|error| upload::refused(&error))?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let hash = &rules.country.hash;
        let mut component = Component {
            hash: hash.clone(),
            size_bytes: i64::try_from(rules.content.len()).map_err(Error::internal)?,
            publisher_key: signed.publisher_key.to_string(),
            created_at: self.database.clock().now(),
        };
        if let Some(known) = store::components::find(unit.connection(), user_id, hash).await? {
            component = known;
        } else {
            store::quotas::take(unit.connection(), user_id, Quota::Components).await?;
            let country = rules.country.code();
            let (content, signature) = (&rules.content, signed.signature.to_string());
            let connection = unit.connection();
            if !store::components::insert(connection, user_id, &component, country, &signature, content)
                .await?
            {
                // Another request stored the same bytes in between.
                store::quotas::give(unit.connection(), user_id, Quota::Components).await?;
            }
        }
        Ok(Response::new(unit.commit(shown(&component, &rules)).await?))
    }

    async fn get_tax_component(
        &self,
        request: Request<wire::GetTaxComponentRequest>,
    ) -> Result<Response<wire::TaxComponent>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let hash = &request.get_ref().hash;
        parse_hash("hash", hash)?;
        let mut connection = self.database.pool().acquire().await.map_err(Error::from)?;
        let component = store::components::find(&mut connection, user_id, hash).await?;
        drop(connection);
        let component = component.ok_or(Error::NotFound("the component"))?;
        Ok(Response::new(self.described(user_id, &component).await?))
    }

    async fn list_tax_components(
        &self,
        request: Request<wire::ListTaxComponentsRequest>,
    ) -> Result<Response<wire::ListTaxComponentsResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let mut components = Vec::new();
        for component in store::components::list(self.database.pool(), user_id).await? {
            components.push(self.described(user_id, &component).await?);
        }
        Ok(Response::new(wire::ListTaxComponentsResponse { components }))
    }

    async fn delete_tax_component(
        &self,
        request: Request<wire::DeleteTaxComponentRequest>,
    ) -> Result<Response<Empty>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let hash = &request.get_ref().hash;
        parse_hash("hash", hash)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        if !store::components::delete(unit.connection(), user_id, hash).await? {
            return Err(Error::NotFound("the component").into());
        }
        store::quotas::give(unit.connection(), user_id, Quota::Components).await?;
        Ok(Response::new(unit.commit(Empty {}).await?))
    }
}

impl Api {
    async fn described(&self, user_id: UserId, component: &Component) -> Result<wire::TaxComponent, Error> {
        let rules = self.desk.own(user_id, &component.hash).await?;
        let rules = rules.ok_or(Error::NotFound("the component"))?;
        Ok(shown(component, &rules))
    }
}

fn shown(component: &Component, rules: &Rules) -> wire::TaxComponent {
    wire::TaxComponent {
        hash: component.hash.clone(),
        size_bytes: component.size_bytes,
        publisher_key: component.publisher_key.clone(),
        description: Some(rules.country.wire()),
        create_time: Some(wire_time(component.created_at)),
    }
}
