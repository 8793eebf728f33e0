//! Groups of rules.

use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::rule_group_service_server::RuleGroupService;
use pfms_runtime::page::Page;
use pfms_runtime::page_token::PageTokens;
use pfms_runtime::{Begun, Call, Database, Error};
use tonic::{Request, Response, Status};

use crate::group::{Draft, Group, GroupId};
use crate::store;

/// The service of groups.
pub struct Groups {
    /// Where groups are.
    pub database: Database,
    /// Makes and reads page tokens.
    pub page_tokens: PageTokens,
}

#[tonic::async_trait]
impl RuleGroupService for Groups {
    async fn create_rule_group(
        &self,
        request: Request<wire::CreateRuleGroupRequest>,
    ) -> Result<Response<wire::RuleGroup>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let group = required(request.into_inner().group)?;
        let draft = Draft::parse(group).map_err(Error::from)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        store::quotas::take_group(unit.connection(), user_id).await?;
        let now = self.database.clock().now();
        let group = store::groups::insert(unit.connection(), user_id, draft, now).await?;
        Ok(Response::new(unit.commit(group.wire()).await?))
    }

    async fn get_rule_group(
        &self,
        request: Request<wire::GetRuleGroupRequest>,
    ) -> Result<Response<wire::RuleGroup>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let id = group_id(&request.into_inner().id)?;
        let mut connection = self.database.pool().acquire().await.map_err(Error::from)?;
        let group = store::groups::find(&mut connection, user_id, id).await?;
        Ok(Response::new(group.ok_or(Error::NotFound("the group"))?.wire()))
    }

    async fn list_rule_groups(
        &self,
        request: Request<wire::ListRuleGroupsRequest>,
    ) -> Result<Response<wire::ListRuleGroupsResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let scope = ("ListRuleGroups", user_id.uuid());
        let page = Page::parse(&self.page_tokens, request.page_size, &request.page_token, scope)?;
        let mut groups = store::groups::list(self.database.pool(), user_id, page.before, page.size).await?;
        let next_page_token = page.cut(&self.page_tokens, &mut groups, |group| group.id.uuid())?;
        Ok(Response::new(wire::ListRuleGroupsResponse {
            groups: groups.iter().map(Group::wire).collect(),
            next_page_token,
        }))
    }

    async fn update_rule_group(
        &self,
        request: Request<wire::UpdateRuleGroupRequest>,
    ) -> Result<Response<wire::RuleGroup>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let request = request.into_inner();
        let id = group_id(&request.id)?;
        let change = required(request.group)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        let group = store::groups::lock(unit.connection(), user_id, id).await?;
        let mut group = group.ok_or(Error::NotFound("the group"))?;
        group.draft = group.updated(change, request.update_mask).map_err(Error::from)?;
        group.updated_at = self.database.clock().now();
        store::groups::update(unit.connection(), user_id, &group).await?;
        Ok(Response::new(unit.commit(group.wire()).await?))
    }

    async fn delete_rule_group(
        &self,
        request: Request<wire::DeleteRuleGroupRequest>,
    ) -> Result<Response<pbjson_types::Empty>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let id = group_id(&request.into_inner().id)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        if !store::groups::delete(unit.connection(), user_id, id).await? {
            return Err(Error::NotFound("the group").into());
        }
        store::quotas::give_group(unit.connection(), user_id).await?;
        Ok(Response::new(unit.commit(pbjson_types::Empty {}).await?))
    }
}

fn required(group: Option<wire::RuleGroup>) -> Result<wire::RuleGroup, Error> {
    group.ok_or_else(|| Error::invalid("group", "is required"))
}

fn group_id(text: &str) -> Result<GroupId, Error> {
    text.parse().map_err(|error| Error::invalid("id", error))
}
