//! `HistoryRunService`.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures::Stream;
use jiff::civil::Date;
use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::create_backtest_request::Subject;
use pfms_proto::automation::v1::history_run_service_server::HistoryRunService;
use pfms_runtime::page::Page;
use pfms_runtime::page_token::PageTokens;
use pfms_runtime::{Begun, Call, Context, Database, Error, Violations, parse};
use pfms_types::UserId;
use tokio::sync::Notify;
use tonic::{Request, Response, Status};

use super::{Kind, Progress, Run, RunId, State, past, store};
use crate::api::references;
use crate::rule::{Draft, RuleId};
use crate::store as rules;

/// How often a run that is watched is looked at.
const LOOK: Duration = Duration::from_millis(500);
/// How long a run is watched at most; who wants more asks again.
const WATCHED: Duration = Duration::from_mins(5);

/// The service.
pub struct HistoryRuns {
    database: Database,
    page_tokens: PageTokens,
    /// Wakes who works on runs.
    begun: Arc<Notify>,
}

impl HistoryRuns {
    /// In the service's own database; each run that is begun is told.
    #[must_use]
    pub fn new(context: &Context, begun: Arc<Notify>) -> Self {
        Self {
            database: context.database.clone(),
            page_tokens: context.page_tokens.clone(),
            begun,
        }
    }

    async fn stored_rule(
        &self,
        user_id: UserId,
        field: &str,
        id: &str,
    ) -> Result<(RuleId, wire::Rule), Error> {
        let id: RuleId = id.parse().map_err(|error| Error::invalid(field, error))?;
        let rule = rules::rules::find(self.database.pool(), user_id, id).await?;
        Ok((id, rule.ok_or(Error::NotFound("the rule"))?.wire()))
    }

    fn new_run(&self, kind: Kind, rule_id: Option<RuleId>, rule: wire::Rule, days: Days) -> Run {
        Run {
            id: RunId::generate(),
            kind,
            state: State::Pending,
            rule_id,
            rule,
            start: days.start,
            end: days.end,
            progress: Progress::default(),
            error_message: String::new(),
            created_at: self.database.clock().now(),
            ended_at: None,
        }
    }

    async fn find(&self, user_id: UserId, id: &str) -> Result<Run, Error> {
        let id = run_id(id)?;
        let run = store::find(self.database.pool(), user_id, id).await?;
        run.ok_or(Error::NotFound("the run"))
    }
}

#[tonic::async_trait]
impl HistoryRunService for HistoryRuns {
    type WatchHistoryRunStream =
        Pin<Box<dyn Stream<Item = Result<wire::WatchHistoryRunResponse, Status>> + Send>>;

    async fn create_backtest(
        &self,
        request: Request<wire::CreateBacktestRequest>,
    ) -> Result<Response<wire::HistoryRun>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let request = request.into_inner();
        let days = Days::parse(&request.start_date, &request.end_date)?;
        let (rule_id, rule) = match request.subject {
            Some(Subject::RuleId(id)) => {
                let (id, rule) = self.stored_rule(user_id, "ruleId", &id).await?;
                (Some(id), rule)
            }
            Some(Subject::Rule(rule)) => (None, rule),
            None => return Err(Error::invalid("ruleId", "is required, or rule").into()),
        };
        let draft = readable(rule.clone())?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        if rule_id.is_some() {
            // Its webhooks may have gone since it was saved.
            references::check_stored(unit.connection(), user_id, &draft).await?;
        } else {
            let stored = references::check_stored(unit.connection(), user_id, &draft).await;
            stored.map_err(below_rule)?;
            let webhooks = references::check_webhooks(unit.connection(), user_id, &draft).await;
            webhooks.map_err(below_rule)?;
        }
        let run = self.new_run(Kind::Backtest, rule_id, rule, days);
        store::insert(unit.connection(), user_id, &run).await?;
        let answer = unit.commit(run.wire()).await?;
        self.begun.notify_waiters();
        Ok(Response::new(answer))
    }

    async fn apply_rule(
        &self,
        request: Request<wire::ApplyRuleRequest>,
    ) -> Result<Response<wire::HistoryRun>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let request = request.into_inner();
        let days = Days::parse(&request.start_date, &request.end_date)?;
        let (id, rule) = self.stored_rule(user_id, "ruleId", &request.rule_id).await?;
        readable(rule.clone())?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        let run = self.new_run(Kind::Apply, Some(id), rule, days);
        store::insert(unit.connection(), user_id, &run).await?;
        let answer = unit.commit(run.wire()).await?;
        self.begun.notify_waiters();
        Ok(Response::new(answer))
    }

    async fn get_history_run(
        &self,
        request: Request<wire::GetHistoryRunRequest>,
    ) -> Result<Response<wire::HistoryRun>, Status> {
        let user_id = Call::of(&request)?.user()?;
        Ok(Response::new(
            self.find(user_id, &request.get_ref().id).await?.wire(),
        ))
    }

    async fn list_history_runs(
        &self,
        request: Request<wire::ListHistoryRunsRequest>,
    ) -> Result<Response<wire::ListHistoryRunsResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let mut violations = Violations::default();
        let rule_id = parse::optional_id(&mut violations, "ruleId", &request.rule_id);
        if !violations.is_empty() {
            return Err(Error::from(violations).into());
        }
        let scope = ("ListHistoryRuns", user_id.uuid(), rule_id.map(RuleId::uuid));
        let page = Page::parse(&self.page_tokens, request.page_size, &request.page_token, scope)?;
        let mut runs = store::list(self.database.pool(), user_id, rule_id, page.before, page.size).await?;
        let next_page_token = page.cut(&self.page_tokens, &mut runs, |run| run.id.uuid())?;
        Ok(Response::new(wire::ListHistoryRunsResponse {
            runs: runs.iter().map(Run::wire).collect(),
            next_page_token,
        }))
    }

    async fn watch_history_run(
        &self,
        request: Request<wire::WatchHistoryRunRequest>,
    ) -> Result<Response<Self::WatchHistoryRunStream>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let run = self.find(user_id, &request.get_ref().id).await?;
        let watched = Watched {
            database: self.database.clone(),
            user_id,
            until: tokio::time::Instant::now() + WATCHED,
            next: Some(run),
        };
        let stream = futures::stream::unfold(watched, |mut watched| async move {
            let run = watched.next.take()?;
            let answer = wire::WatchHistoryRunResponse {
                run: Some(run.wire()),
            };
            let answer = match watched.change(&run).await {
                Ok(next) => {
                    watched.next = next;
                    Ok(answer)
                }
                Err(error) => Err(error.into()),
            };
            Some((answer, watched))
        });
        Ok(Response::new(Box::pin(stream)))
    }

    async fn cancel_history_run(
        &self,
        request: Request<wire::CancelHistoryRunRequest>,
    ) -> Result<Response<wire::HistoryRun>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let id = run_id(&request.get_ref().id)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        let now = self.database.clock().now();
        let run = match store::cancel(unit.connection(), user_id, id, now).await? {
            Some(run) => run,
            // It has ended, which is what is wanted, or is not there.
            None => self.find(user_id, &id.to_string()).await?,
        };
        Ok(Response::new(unit.commit(run.wire()).await?))
    }
}

/// A run that somebody watches.
struct Watched {
    database: Database,
    user_id: UserId,
    until: tokio::time::Instant,
    next: Option<Run>,
}

impl Watched {
    /// The run once it differs from what was sent; nothing when it has ended or was watched long enough.
    async fn change(&self, sent: &Run) -> Result<Option<Run>, Error> {
        if sent.state.is_end() {
            return Ok(None);
        }
        while tokio::time::Instant::now() < self.until {
            tokio::time::sleep(LOOK).await;
            match store::find(self.database.pool(), self.user_id, sent.id).await? {
                Some(run) if run != *sent => return Ok(Some(run)),
                Some(_) => {}
                None => return Ok(None),
            }
        }
        Ok(None)
    }
}

/// The days that a run looks at.
#[derive(Clone, Copy)]
struct Days {
    start: Option<Date>,
    end: Option<Date>,
}

impl Days {
    fn parse(start: &str, end: &str) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let start = parse::optional_date(&mut violations, "startDate", start);
        let end = parse::optional_date(&mut violations, "endDate", end);
        if let (Some(start), Some(end)) = (start, end)
            && start > end
        {
            violations.add("endDate", "must not be before startDate");
        }
        if violations.is_empty() {
            Ok(Self { start, end })
        } else {
            Err(violations.into())
        }
    }
}

/// A rule that can run over the past.
fn readable(rule: wire::Rule) -> Result<Draft, Error> {
    let draft = Draft::parse(rule).map_err(|violations| below_rule(violations.into()))?;
    if draft.trigger.name() != past::EVENT {
        return Err(Error::FailedPrecondition {
            reason: "NO_HISTORY",
            message: format!("only rules that listen to {} can run over the past", past::EVENT),
        });
    }
    Ok(draft)
}

/// Names the fields that are wrong by their place in the request.
fn below_rule(error: Error) -> Error {
    match error {
        Error::Invalid(violations) => {
            let mut all = Violations::default();
            all.nest("rule", violations);
            all.into()
        }
        other => other,
    }
}

fn run_id(text: &str) -> Result<RunId, Error> {
    text.parse().map_err(|error| Error::invalid("id", error))
}
