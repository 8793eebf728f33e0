//! Rules and their executions.

use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::automation_service_server::AutomationService;
use pfms_runtime::page_token::PageTokens;
use pfms_runtime::{Begun, Call, Database, Error, Violations, parse};
use pfms_types::UserId;
use sqlx::PgConnection;
use tonic::{Request, Response, Status};

use super::page::Page;
use crate::execution::Logged;
use crate::rule::{Draft, Rule, RuleId};
use crate::store;

/// The automation service.
pub struct Rules {
    /// Where rules are.
    pub database: Database,
    /// Makes and reads page tokens.
    pub page_tokens: PageTokens,
}

#[tonic::async_trait]
impl AutomationService for Rules {
    async fn create_rule(
        &self,
        request: Request<wire::CreateRuleRequest>,
    ) -> Result<Response<wire::Rule>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let rule = required(request.into_inner().rule)?;
        let draft = Draft::parse(rule).map_err(Error::from)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        check_component(unit.connection(), user_id, &draft).await?;
        store::quotas::take_rule(unit.connection(), user_id).await?;
        let now = self.database.clock().now();
        let rule = store::rules::insert(unit.connection(), user_id, draft, now).await?;
        Ok(Response::new(unit.commit(rule.wire()).await?))
    }

    async fn get_rule(&self, request: Request<wire::GetRuleRequest>) -> Result<Response<wire::Rule>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let id = rule_id("id", &request.into_inner().id)?;
        let rule = store::rules::find(self.database.pool(), user_id, id).await?;
        Ok(Response::new(rule.ok_or(Error::NotFound("the rule"))?.wire()))
    }

    async fn list_rules(
        &self,
        request: Request<wire::ListRulesRequest>,
    ) -> Result<Response<wire::ListRulesResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let scope = ("ListRules", user_id.uuid());
        let page = Page::parse(&self.page_tokens, request.page_size, &request.page_token, scope)?;
        let mut rules = store::rules::list(self.database.pool(), user_id, page.before, page.size).await?;
        let next_page_token = page.cut(&self.page_tokens, &mut rules, |rule| rule.id.uuid())?;
        Ok(Response::new(wire::ListRulesResponse {
            rules: rules.iter().map(Rule::wire).collect(),
            next_page_token,
        }))
    }

    async fn update_rule(
        &self,
        request: Request<wire::UpdateRuleRequest>,
    ) -> Result<Response<wire::Rule>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let request = request.into_inner();
        let id = rule_id("id", &request.id)?;
        let change = required(request.rule)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        let rule = store::rules::lock(unit.connection(), user_id, id).await?;
        let mut rule = rule.ok_or(Error::NotFound("the rule"))?;
        rule.draft = rule.updated(change, request.update_mask).map_err(Error::from)?;
        rule.updated_at = self.database.clock().now();
        check_component(unit.connection(), user_id, &rule.draft).await?;
        store::rules::update(unit.connection(), user_id, &rule).await?;
        Ok(Response::new(unit.commit(rule.wire()).await?))
    }

    async fn delete_rule(
        &self,
        request: Request<wire::DeleteRuleRequest>,
    ) -> Result<Response<pbjson_types::Empty>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let id = rule_id("id", &request.into_inner().id)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        if !store::rules::delete(unit.connection(), user_id, id).await? {
            return Err(Error::NotFound("the rule").into());
        }
        store::quotas::give_rule(unit.connection(), user_id).await?;
        Ok(Response::new(unit.commit(pbjson_types::Empty {}).await?))
    }

    async fn list_executions(
        &self,
        request: Request<wire::ListExecutionsRequest>,
    ) -> Result<Response<wire::ListExecutionsResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let mut violations = Violations::default();
        let rule_id = parse::optional_id(&mut violations, "ruleId", &request.rule_id);
        if !violations.is_empty() {
            return Err(Error::from(violations).into());
        }
        let scope = ("ListExecutions", user_id.uuid(), rule_id.map(RuleId::uuid));
        let page = Page::parse(&self.page_tokens, request.page_size, &request.page_token, scope)?;
        let pool = self.database.pool();
        if let Some(id) = rule_id {
            let rule = store::rules::find(pool, user_id, id).await?;
            rule.ok_or(Error::NotFound("the rule"))?;
        }
        let mut executions = store::executions::list(pool, user_id, rule_id, page.before, page.size).await?;
        let next_page_token = page.cut(&self.page_tokens, &mut executions, |one| one.id.uuid())?;
        Ok(Response::new(wire::ListExecutionsResponse {
            executions: executions.into_iter().map(Logged::wire).collect(),
            next_page_token,
        }))
    }
}

fn required(rule: Option<wire::Rule>) -> Result<wire::Rule, Error> {
    rule.ok_or_else(|| Error::invalid("rule", "is required"))
}

fn rule_id(field: &str, text: &str) -> Result<RuleId, Error> {
    text.parse().map_err(|error| Error::invalid(field, error))
}

/// A component must be one of the user's modules, and listen to the rule's trigger.
async fn check_component(connection: &mut PgConnection, user_id: UserId, draft: &Draft) -> Result<(), Error> {
    let Some(component) = &draft.component else {
        return Ok(());
    };
    let module = store::modules::find(connection, user_id, component.module_id).await?;
    let module = module
        .ok_or_else(|| Error::invalid("component.moduleId", "must be the id of one of your modules"))?;
    let trigger = draft.trigger.name();
    if module.triggers.iter().any(|declared| declared == trigger) {
        return Ok(());
    }
    let declared = module.triggers.join(", ");
    Err(Error::invalid(
        "trigger.event",
        format!("must be one that the module asks to see: {declared}"),
    ))
}
