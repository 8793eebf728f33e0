//! What every way of signing in ends with.

use pfms_proto::auth::v1::TokenSet;
use pfms_runtime::Error;
use pfms_types::UserId;

use super::Auth;
use crate::origin::Origin;
use crate::session::{Session, SessionId};
use crate::store::{accounts, sessions};

impl Auth {
    /// Opens a session for someone who has proven who they are.
    pub(super) async fn admit(&self, origin: &Origin, user_id: UserId) -> Result<TokenSet, Error> {
        let now = self.now();
        let id = SessionId::generate();
        let token = self.new_token(user_id, id)?;
        let session = Session::begin(token.digest(), now);
        let mut transaction = self.database.pool().begin().await?;
        if !accounts::note_sign_in(&mut transaction, user_id, now).await? {
            return Err(Error::Unauthenticated {
                reason: "INVALID_CREDENTIALS",
                message: "the account does not exist any more".into(),
            });
        }
        sessions::insert(&mut transaction, user_id, id, &session, origin).await?;
        let tokens = self.token_set(&token, session.expires_at, now)?;
        transaction.commit().await?;
        self.mirror
            .note_active(user_id, id, session.expires_at, now)
            .await;
        Ok(tokens)
    }
}
