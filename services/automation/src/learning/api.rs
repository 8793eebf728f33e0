//! `ProposalService`.

use pbjson_types::Empty;
use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::proposal_service_server::ProposalService;
use pfms_runtime::page_token::PageTokens;
use pfms_runtime::{Begun, Call, Context, Database, Error};
use pfms_types::PageSize;
use tonic::{Request, Response, Status};

use super::store::{self, Cursor};
use super::{Proposal, ProposalId};
use crate::rule::Draft;
use crate::store as rules;

/// The service.
pub struct Proposals {
    database: Database,
    page_tokens: PageTokens,
}

impl Proposals {
    /// In the service's own database.
    #[must_use]
    pub fn new(context: &Context) -> Self {
        Self {
            database: context.database.clone(),
            page_tokens: context.page_tokens.clone(),
        }
    }
}

#[tonic::async_trait]
impl ProposalService for Proposals {
    async fn list_proposals(
        &self,
        request: Request<wire::ListProposalsRequest>,
    ) -> Result<Response<wire::ListProposalsResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let size =
            PageSize::parse(request.page_size).map_err(|problem| Error::invalid("pageSize", problem))?;
        let scope = ("ListProposals", user_id.uuid());
        let after: Option<Cursor> = self.page_tokens.open(&request.page_token, &scope)?;
        let mut proposals = store::list(self.database.pool(), user_id, after, size).await?;
        let has_more = proposals.len() > size.rows();
        proposals.truncate(size.rows());
        let next_page_token = match proposals.last() {
            Some(last) if has_more => {
                let cursor = Cursor {
                    share_millionth: last.record.share_millionth(),
                    id: last.id.uuid(),
                };
                self.page_tokens.seal(&cursor, &scope)?
            }
            _ => String::new(),
        };
        Ok(Response::new(wire::ListProposalsResponse {
            proposals: proposals.iter().map(Proposal::wire).collect(),
            next_page_token,
        }))
    }

    async fn accept_proposal(
        &self,
        request: Request<wire::AcceptProposalRequest>,
    ) -> Result<Response<wire::Rule>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let id = proposal_id(&request.get_ref().id)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        let now = self.database.clock().now();
        let proposal = store::close(unit.connection(), user_id, id, "ACCEPTED", now).await?;
        let proposal = proposal.ok_or(Error::NotFound("the proposal"))?;
        let draft = Draft::parse(proposal.rule()).map_err(Error::from)?;
        rules::quotas::take_rule(unit.connection(), user_id).await?;
        let rule = rules::rules::insert(unit.connection(), user_id, draft, now).await?;
        Ok(Response::new(unit.commit(rule.wire()).await?))
    }

    async fn dismiss_proposal(
        &self,
        request: Request<wire::DismissProposalRequest>,
    ) -> Result<Response<Empty>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let id = proposal_id(&request.get_ref().id)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(answer) => return Ok(Response::new(answer)),
            Begun::Fresh(unit) => unit,
        };
        let now = self.database.clock().now();
        let proposal = store::close(unit.connection(), user_id, id, "DISMISSED", now).await?;
        proposal.ok_or(Error::NotFound("the proposal"))?;
        Ok(Response::new(unit.commit(Empty {}).await?))
    }
}

fn proposal_id(text: &str) -> Result<ProposalId, Error> {
    text.parse().map_err(|error| Error::invalid("id", error))
}
