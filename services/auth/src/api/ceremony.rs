//! What is kept between a passkey's options and its answer.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use pfms_runtime::Error;
use pfms_types::UserId;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;

use super::{Auth, random};
use crate::session::Digest;
use crate::store::passkeys;

/// What a ceremony's state is sealed for.
const PLACE: &str = "passkey_ceremonies/state";

/// What stands for a ceremony.
pub(super) struct CeremonyToken(String);

impl CeremonyToken {
    /// A token that a client presents.
    pub(super) fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// What the client gets.
    pub(super) fn text(self) -> String {
        self.0
    }

    fn digest(&self) -> Digest {
        Sha256::digest(&self.0).into()
    }
}

impl Auth {
    /// Keeps a ceremony's state. One without a user is a sign-in.
    pub(super) async fn begin_ceremony(
        &self,
        connection: &mut PgConnection,
        user_id: Option<UserId>,
        state: &[u8],
    ) -> Result<CeremonyToken, Error> {
        let token = CeremonyToken(URL_SAFE_NO_PAD.encode(random::<32>()?));
        let sealed = self.ceremonies.seal(PLACE, state)?;
        passkeys::begin_ceremony(connection, &token.digest(), user_id, &sealed, self.now()).await?;
        Ok(token)
    }

    /// Takes a ceremony's state, which nobody gets twice.
    pub(super) async fn take_ceremony(
        &self,
        token: &CeremonyToken,
        user_id: Option<UserId>,
        now: Timestamp,
    ) -> Result<Vec<u8>, Error> {
        let mut connection = self.database.pool().acquire().await?;
        let sealed = passkeys::take_ceremony(&mut connection, &token.digest(), user_id, now)
            .await?
            .ok_or(Error::FailedPrecondition {
                reason: "CEREMONY_OVER",
                message: "this took too long, or was answered already; begin again".into(),
            })?;
        Ok(self.ceremonies.open(PLACE, &sealed)?)
    }
}
