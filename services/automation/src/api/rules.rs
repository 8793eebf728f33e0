//! Rules and their executions.

use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::automation_service_server::AutomationService;
use pfms_proto::automation::v1::dry_run_rule_request::Tried;
use pfms_runtime::client::MeshChannel;
use pfms_runtime::page::Page;
use pfms_runtime::page_token::PageTokens;
use pfms_runtime::{Begun, Call, Database, Error, Violations, parse};
use tonic::{Request, Response, Status};

use super::{dry_run, references, triggers};
use crate::execution::{ExecutionId, Logged};
use crate::rule::{Draft, Rule, RuleId};
use crate::run::Engine;
use crate::{effects, store};

/// The automation service.
pub struct Rules {
    /// Where rules are.
    pub database: Database,
    /// Makes and reads page tokens.
    pub page_tokens: PageTokens,
    /// Tries rules.
    pub engine: Engine,
    /// Where categories and expenses are.
    pub expenses: MeshChannel,
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
        references::check_available(&draft)?;
        references::check_categories(&self.expenses, user_id, &draft).await?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        references::check_stored(unit.connection(), user_id, &draft).await?;
        references::check_webhooks(unit.connection(), user_id, &draft).await?;
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
        // What the change makes of the rule is looked at before the transaction, so that no other service is waited
        // for in it, and made again in it, from the rule as it is then.
        let pool = self.database.pool();
        let seen = store::rules::find(pool, user_id, id).await?;
        let seen = seen.ok_or(Error::NotFound("the rule"))?;
        let draft = seen
            .updated(change.clone(), request.update_mask.clone())
            .map_err(Error::from)?;
        // What a rule refers to may go after it was saved. Then it can still be changed, and switched off.
        let refers_anew = draft.actions != seen.draft.actions;
        if refers_anew {
            references::check_available(&draft)?;
            references::check_categories(&self.expenses, user_id, &draft).await?;
        }
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        let rule = store::rules::lock(unit.connection(), user_id, id).await?;
        let mut rule = rule.ok_or(Error::NotFound("the rule"))?;
        rule.change(change, request.update_mask, self.database.clock().now())
            .map_err(Error::from)?;
        references::check_stored(unit.connection(), user_id, &rule.draft).await?;
        if refers_anew {
            references::check_webhooks(unit.connection(), user_id, &rule.draft).await?;
        }
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

    async fn dry_run_rule(
        &self,
        request: Request<wire::DryRunRuleRequest>,
    ) -> Result<Response<wire::DryRunRuleResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let tried = match request.tried {
            Some(Tried::RuleId(id)) => {
                let id = rule_id("ruleId", &id)?;
                let rule = store::rules::find(self.database.pool(), user_id, id).await?;
                let rule = rule.ok_or(Error::NotFound("the rule"))?;
                (rule.id, rule.draft)
            }
            Some(Tried::Rule(rule)) => (RuleId::generate(), dry_run::draft(rule)?),
            None => return Err(Error::invalid("ruleId", "is required, or rule").into()),
        };
        let (id, draft) = tried;
        let mut connection = self.database.pool().acquire().await.map_err(Error::from)?;
        references::check_stored(&mut connection, user_id, &draft).await?;
        references::check_webhooks(&mut connection, user_id, &draft).await?;
        drop(connection);
        let now = self.database.clock().now();
        let happened = dry_run::occasion(&self.expenses, user_id, &draft, request.with, now).await?;
        let trial = self.engine.trial(&happened, id.uuid(), draft).await?;
        Ok(Response::new(dry_run::answer(&happened, trial, now)))
    }

    async fn get_execution(
        &self,
        request: Request<wire::GetExecutionRequest>,
    ) -> Result<Response<wire::Execution>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let id = request.into_inner().id;
        let id: ExecutionId = id.parse().map_err(|error| Error::invalid("id", error))?;
        let pool = self.database.pool();
        let detail = store::executions::find(pool, user_id, id).await?;
        let mut execution = detail.ok_or(Error::NotFound("the execution"))?.wire();
        for settled in effects::results(pool, user_id, id).await? {
            let place = usize::try_from(settled.position).unwrap_or(usize::MAX);
            if let Some(result) = execution.action_results.get_mut(place) {
                lay_over(result, settled);
            }
        }
        Ok(Response::new(execution))
    }

    async fn list_triggers(
        &self,
        request: Request<wire::ListTriggersRequest>,
    ) -> Result<Response<wire::ListTriggersResponse>, Status> {
        Call::of(&request)?.user()?;
        Ok(Response::new(triggers::list()))
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

/// What became of an action that was handed on.
fn lay_over(result: &mut wire::ActionResult, settled: effects::Settled) {
    let status = match settled.status {
        effects::Status::Pending => wire::ActionStatus::Pending,
        effects::Status::Done => wire::ActionStatus::Done,
        effects::Status::Failed => wire::ActionStatus::Failed,
    };
    result.status = status.into();
    result.reason = settled.reason;
    result.detail = settled.detail;
    result.attempts = settled.attempts;
    result.update_time = Some(parse::wire_time(settled.updated_at));
}
