//! What every way of signing in ends with.

use jiff::Timestamp;
use pfms_proto::auth::v1::TokenSet;
use pfms_runtime::Error;
use pfms_types::UserId;
use sqlx::PgConnection;

use super::Auth;
use crate::origin::Origin;
use crate::proof::Proof;
use crate::security;
use crate::session::{Session, SessionId};
use crate::store::{accounts, sessions};

/// A session whose transaction is yet to commit.
pub(super) struct Opened {
    tokens: TokenSet,
    user_id: UserId,
    id: SessionId,
    expires_at: Timestamp,
}

impl Auth {
    /// Opens a session for someone who has proven who they are; or asks for a second factor first, where one is
    /// due and the account has one.
    pub(super) async fn admit(
        &self,
        origin: &Origin,
        user_id: UserId,
        proof: Proof,
    ) -> Result<TokenSet, Error> {
        let now = self.now();
        let mut transaction = self.database.pool().begin().await?;
        if let Some(challenge) = self.challenge(&mut transaction, user_id, proof, now).await? {
            transaction.commit().await?;
            return Ok(challenge);
        }
        let opened = self.open(&mut transaction, origin, user_id, now).await?;
        transaction.commit().await?;
        self.database.wake_relay();
        Ok(self.announce(opened, now).await)
    }

    /// Opens a session in the caller's transaction, events included. Nothing more is asked for: who calls this has
    /// asked.
    pub(super) async fn open(
        &self,
        connection: &mut PgConnection,
        origin: &Origin,
        user_id: UserId,
        now: Timestamp,
    ) -> Result<Opened, Error> {
        let id = SessionId::generate();
        let token = self.new_token(user_id, id)?;
        let session = Session::begin(token.digest(), self.lifetimes, now);
        if !accounts::note_sign_in(connection, user_id, now).await? {
            return Err(Error::Unauthenticated {
                reason: "INVALID_CREDENTIALS",
                message: "the account does not exist any more".into(),
            });
        }
        sessions::insert(connection, user_id, id, &session, origin).await?;
        security::note_success(connection, user_id, id, origin, now).await?;
        Ok(Opened {
            tokens: self.token_set(&token, &session, now)?,
            user_id,
            id,
            expires_at: session.expires_at,
        })
    }

    /// Tells the edge of a session that has been committed, and gives its tokens.
    pub(super) async fn announce(&self, opened: Opened, now: Timestamp) -> TokenSet {
        self.mirror
            .note_active(opened.user_id, opened.id, opened.expires_at, now)
            .await;
        opened.tokens
    }
}
