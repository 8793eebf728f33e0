//! `SessionService`.

use jiff::Timestamp;
use pbjson_types::Empty;
use pfms_proto::auth::v1::session_service_server::SessionService;
use pfms_proto::auth::v1::{
    GetSessionRequest, ListSessionsRequest, ListSessionsResponse, ReauthenticateRequest,
    ReauthenticateResponse, RevokeAllSessionsRequest, RevokeAllSessionsResponse, RevokeOtherSessionsRequest,
    RevokeOtherSessionsResponse, RevokeSessionRequest, Session as WireSession,
};
use pfms_runtime::identity::{ACCESS_LIFETIME_SECONDS, Caller};
use pfms_runtime::parse::wire_time;
use pfms_runtime::{Begun, Call, Error, Violations, parse};
use pfms_types::{PageSize, UserId};
use sqlx::PgConnection;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{Auth, own_session};
use crate::device;
use crate::origin::Origin;
use crate::password::{Outcome, Password};
use crate::security::{self, Kind, SecurityEvent};
use crate::session::{SessionId, SessionMarker};
use crate::store::{accounts, challenges, sessions};
use crate::throttle::Act;

#[async_trait::async_trait]
impl SessionService for Auth {
    async fn list_sessions(
        &self,
        request: Request<ListSessionsRequest>,
    ) -> Result<Response<ListSessionsResponse>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let request = request.into_inner();
        let size = PageSize::parse(request.page_size).map_err(|error| Error::invalid("pageSize", error))?;
        let scope = ("ListSessions", user_id.uuid());
        let before: Option<Uuid> = self.pages.open(&request.page_token, &scope)?;
        let limit = size.limit_with_lookahead();
        let mut found = sessions::list(self.database.pool(), user_id, before, limit, self.now())
            .await
            .map_err(Error::from)?;
        let more = found.len() > size.rows();
        found.truncate(size.rows());
        let next_page_token = match found.last().filter(|_| more) {
            Some(last) => self.pages.seal(&last.id.uuid(), &scope)?,
            None => String::new(),
        };
        Ok(Response::new(ListSessionsResponse {
            sessions: found.into_iter().map(|one| wire(&call, one)).collect(),
            next_page_token,
        }))
    }

    async fn get_session(
        &self,
        request: Request<GetSessionRequest>,
    ) -> Result<Response<WireSession>, Status> {
        let call = Call::of(&request)?;
        let (user_id, id) = (call.user()?, parse_id(&request.get_ref().id)?);
        let found = sessions::find(self.database.pool(), user_id, id, self.now())
            .await
            .map_err(Error::from)?
            .ok_or(Error::NotFound("the session"))?;
        Ok(Response::new(wire(&call, found)))
    }

    async fn revoke_session(
        &self,
        request: Request<RevokeSessionRequest>,
    ) -> Result<Response<Empty>, Status> {
        let call = Call::of(&request)?;
        let origin = Origin::of(request.metadata());
        let (user_id, id) = (call.user()?, parse_id(&request.get_ref().id)?);
        let key = call.idempotency(request.get_ref())?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let now = self.now();
        if !sessions::revoke(unit.connection(), user_id, id, now)
            .await
            .map_err(Error::from)?
        {
            return Err(Error::NotFound("the session").into());
        }
        self.mirror.set_revoked(user_id, id).await.map_err(Error::from)?;
        let event = SecurityEvent::from(Kind::SessionRevoked).on(id);
        for event in security::record(unit.connection(), user_id, event, &origin, now).await? {
            unit.publish(event);
        }
        Ok(Response::new(unit.commit(Empty {}).await?))
    }

    async fn revoke_other_sessions(
        &self,
        request: Request<RevokeOtherSessionsRequest>,
    ) -> Result<Response<RevokeOtherSessionsResponse>, Status> {
        let call = Call::of(&request)?;
        let (user_id, kept) = own_session(&call)?;
        let origin = Origin::of(request.metadata());
        let key = call.idempotency(request.get_ref())?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let now = self.now();
        let revoked_count = self
            .end_sessions(unit.connection(), user_id, Some(kept), now)
            .await?;
        if revoked_count > 0 {
            let event = SecurityEvent::from(Kind::SessionRevoked).on("others");
            for event in security::record(unit.connection(), user_id, event, &origin, now).await? {
                unit.publish(event);
            }
        }
        let answer = RevokeOtherSessionsResponse { revoked_count };
        Ok(Response::new(unit.commit(answer).await?))
    }

    async fn revoke_all_sessions(
        &self,
        request: Request<RevokeAllSessionsRequest>,
    ) -> Result<Response<RevokeAllSessionsResponse>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let origin = Origin::of(request.metadata());
        let key = call.idempotency(request.get_ref())?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let now = self.now();
        let revoked_count = self.end_sessions(unit.connection(), user_id, None, now).await?;
        if revoked_count > 0 {
            let event = SecurityEvent::from(Kind::SessionRevoked).on("all");
            for event in security::record(unit.connection(), user_id, event, &origin, now).await? {
                unit.publish(event);
            }
        }
        let answer = RevokeAllSessionsResponse { revoked_count };
        Ok(Response::new(unit.commit(answer).await?))
    }

    async fn reauthenticate(
        &self,
        request: Request<ReauthenticateRequest>,
    ) -> Result<Response<ReauthenticateResponse>, Status> {
        let call = Call::of(&request)?;
        let origin = Origin::of(request.metadata());
        Ok(Response::new(
            self.confirm_password(&call, &origin, &request.get_ref().password)
                .await?,
        ))
    }
}

impl Auth {
    /// Ends an account's sessions, all or all but one, and says how many. The mirror is told before the transaction
    /// commits: to answer that a session has ended while the edge lets it pass would be a lie.
    pub(super) async fn end_sessions(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        but: Option<SessionId>,
        now: Timestamp,
    ) -> Result<i32, Error> {
        // Who is about to open one with the old credentials does not either.
        challenges::use_up(connection, user_id, now).await?;
        let ended = sessions::revoke_all(connection, user_id, but, now).await?;
        for id in &ended {
            self.mirror.set_revoked(user_id, *id).await?;
        }
        Ok(i32::try_from(ended.len()).unwrap_or(i32::MAX))
    }

    async fn confirm_password(
        &self,
        call: &Call,
        origin: &Origin,
        password: &str,
    ) -> Result<ReauthenticateResponse, Error> {
        let (user_id, session_id) = own_session(call)?;
        let mut violations = Violations::default();
        let Some(password) = violations.keep("password", Password::present(password)) else {
            return Err(violations.into());
        };
        // Whoever finds a session open must not guess the password there either.
        let lookup = self.lookup_of_user(user_id);
        self.throttle.admit(Act::SignIn, &lookup, origin.ip).await?;
        let account = self.account(user_id).await?;
        let outcome = self.hasher.check(password, Some(&account.password_hash)).await?;
        if outcome == Outcome::Wrong {
            security::note_failure(&self.database, user_id, origin);
            return Err(Error::invalid("password", "is not your password"));
        }
        self.throttle.succeeded(&lookup, origin.ip).await;
        let now = self.now();
        let mut transaction = self.database.pool().begin().await?;
        if let Outcome::Renew(hash) = outcome {
            accounts::renew_hash(&mut transaction, user_id, &account.password_hash, &hash, now).await?;
        }
        if !sessions::note_authentication(&mut transaction, user_id, session_id, now).await? {
            return Err(Error::Unauthenticated {
                reason: "SESSION_REVOKED",
                message: "this session has ended; sign in again".into(),
            });
        }
        let event = SecurityEvent::from(Kind::Reauthenticated).on(session_id);
        security::note(&mut transaction, user_id, event, origin, now).await?;
        let access_token = self.keys.sign(user_id, session_id, now, now)?;
        transaction.commit().await?;
        self.database.wake_relay();
        Ok(ReauthenticateResponse {
            access_token,
            token_type: "Bearer".to_owned(),
            expires_in: i32::try_from(ACCESS_LIFETIME_SECONDS).unwrap_or(i32::MAX),
        })
    }
}

fn parse_id(text: &str) -> Result<SessionId, Error> {
    let mut violations = Violations::default();
    parse::id::<SessionMarker>(&mut violations, "id", text).ok_or_else(|| violations.into())
}

fn wire(call: &Call, found: sessions::Listed) -> WireSession {
    let current = matches!(call.caller(), Caller::User { session_id, .. } if *session_id == found.id.uuid());
    WireSession {
        id: found.id.to_string(),
        device: device::describe(found.origin.user_agent.as_deref()),
        user_agent: found.origin.user_agent.unwrap_or_default(),
        ip_address: found.origin.ip.map(|ip| ip.to_string()).unwrap_or_default(),
        current,
        create_time: Some(wire_time(found.created_at)),
        last_access_time: Some(wire_time(found.last_accessed)),
        authenticate_time: Some(wire_time(found.authenticated_at)),
        expire_time: Some(wire_time(found.expires_at)),
    }
}
