//! Modules.

use std::sync::Arc;
use std::time::Duration;

use pfms_plugin_host::{Hashed, Tier};
use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::module_service_server::ModuleService;
use pfms_proto::google::api::HttpBody;
use pfms_runtime::page::Page;
use pfms_runtime::page_token::PageTokens;
use pfms_runtime::{Begun, Call, Database, Error};
use pfms_types::UserId;
use sqlx::PgConnection;
use tonic::{Request, Response, Status, Streaming};

use super::upload::{self, Upload};
use crate::module::{Module, ModuleId, Publisher};
use crate::sandbox::{Loaded, Sandbox};
use crate::schema::Schema;
use crate::store;

/// The module service.
pub struct Modules {
    /// Where modules are.
    pub database: Database,
    /// Makes and reads page tokens.
    pub page_tokens: PageTokens,
    /// Says whether bytes are a module.
    pub sandbox: Arc<Sandbox>,
    /// How long an upload waits for the compiler: less than a request may take.
    pub patience: Duration,
}

#[tonic::async_trait]
impl ModuleService for Modules {
    async fn create_module(
        &self,
        request: Request<Streaming<wire::CreateModuleRequest>>,
    ) -> Result<Response<wire::Module>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let limit = |tier| self.sandbox.max_module_bytes(tier);
        let upload = upload::collect(request.into_inner(), limit).await?;
        let whole = wire::CreateModuleRequest {
            content: Some(HttpBody {
                data: upload.bytes.clone().into(),
                ..HttpBody::default()
            }),
            publisher_key: upload.publisher_key.clone(),
            signature: upload.signature.clone(),
            ..wire::CreateModuleRequest::default()
        };
        let key = call.idempotency(&whole)?;
        let module = self.described(user_id, &upload).await?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        let module = keep(unit.connection(), user_id, module, &upload.bytes).await?;
        Ok(Response::new(unit.commit(module.wire()).await?))
    }

    async fn get_module(
        &self,
        request: Request<wire::GetModuleRequest>,
    ) -> Result<Response<wire::Module>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let id = module_id(&request.into_inner().id)?;
        let mut connection = self.database.pool().acquire().await.map_err(Error::from)?;
        let module = store::modules::find(&mut connection, user_id, id).await?;
        Ok(Response::new(module.ok_or(Error::NotFound("the module"))?.wire()))
    }

    async fn list_modules(
        &self,
        request: Request<wire::ListModulesRequest>,
    ) -> Result<Response<wire::ListModulesResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let scope = ("ListModules", user_id.uuid());
        let page = Page::parse(&self.page_tokens, request.page_size, &request.page_token, scope)?;
        let mut modules = store::modules::list(self.database.pool(), user_id, page.before, page.size).await?;
        let next_page_token = page.cut(&self.page_tokens, &mut modules, |module| module.id.uuid())?;
        Ok(Response::new(wire::ListModulesResponse {
            modules: modules.iter().map(Module::wire).collect(),
            next_page_token,
        }))
    }

    async fn delete_module(
        &self,
        request: Request<wire::DeleteModuleRequest>,
    ) -> Result<Response<pbjson_types::Empty>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let id = module_id(&request.into_inner().id)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        store::modules::delete(unit.connection(), user_id, id).await?;
        store::quotas::give_module(unit.connection(), user_id).await?;
        Ok(Response::new(unit.commit(pbjson_types::Empty {}).await?))
    }
}

impl Modules {
    /// Loads a component. A large one takes longer to compile than a request may: then its author is asked to come
    /// again, and finds it compiled.
    async fn load(&self, bytes: Hashed<Vec<u8>>, tier: Tier) -> Result<Arc<Loaded>, Status> {
        let sandbox = Arc::clone(&self.sandbox);
        let loading = tokio::spawn(async move { sandbox.load(|| bytes, tier).await });
        match tokio::time::timeout(self.patience, loading).await {
            Err(_) => Err(upload::compiling()),
            Ok(ended) => {
                let loaded = ended.map_err(Error::internal)??;
                loaded.map_err(|error| upload::refused(&error))
            }
        }
    }

    /// The module that the bytes are, signed by the publisher if there is one. Bytes that the user stored before are not
    /// compiled again.
    async fn described(&self, user_id: UserId, upload: &Upload) -> Result<Module, Status> {
        let Upload {
            publisher_key,
            signature,
            ..
        } = upload;
        let publisher = Publisher::verify(publisher_key, signature, &upload.bytes).map_err(Error::from)?;
        let mut connection = self.database.pool().acquire().await.map_err(Error::from)?;
        let bytes = Hashed::new(&upload.bytes);
        let known = store::modules::with_hash(&mut connection, user_id, bytes.hash()).await?;
        drop(connection);
        if let Some(module) = known {
            return Ok(module.signed(publisher));
        }
        let tier = upload.tier.unwrap_or_else(|| self.sandbox.tier_of(&upload.bytes));
        let loaded = match self.sandbox.loaded(bytes.hash(), tier) {
            Some(loaded) => loaded,
            None => self.load(bytes.to_owned(), tier).await?,
        };
        let triggers = &loaded.module().description().triggers;
        if let Some(unknown) = triggers.iter().find(|name| Schema::find(name).is_none()) {
            return Err(upload::unknown_trigger(unknown));
        }
        Ok(Module::new(&loaded, publisher, self.database.clock().now()))
    }
}

/// Stores a module, unless the user has these bytes already, which then are the module; a signature that comes with them
/// is kept.
async fn keep(
    connection: &mut PgConnection,
    user_id: UserId,
    module: Module,
    bytes: &[u8],
) -> Result<Module, Error> {
    if let Some(known) = store::modules::with_hash(connection, user_id, &module.hash).await? {
        return sign(connection, user_id, known, module.publisher()).await;
    }
    store::quotas::take_module(connection, user_id).await?;
    if store::modules::insert(connection, user_id, &module, bytes).await? {
        return Ok(module);
    }
    // Another request stored the same bytes in between.
    store::quotas::give_module(connection, user_id).await?;
    let known = store::modules::with_hash(connection, user_id, &module.hash).await?;
    let known = known.ok_or(Error::NotFound("the module"))?;
    sign(connection, user_id, known, module.publisher()).await
}

/// Keeps who signed a module that is stored, unless nobody did.
async fn sign(
    connection: &mut PgConnection,
    user_id: UserId,
    known: Module,
    publisher: Publisher,
) -> Result<Module, Error> {
    if publisher.key.is_empty() || known.publisher() == publisher {
        return Ok(known);
    }
    store::modules::sign(connection, user_id, known.id, &publisher).await?;
    Ok(known.signed(publisher))
}

fn module_id(text: &str) -> Result<ModuleId, Error> {
    text.parse().map_err(|error| Error::invalid("id", error))
}
