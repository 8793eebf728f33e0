//! Authenticator apps and backup codes.

use jiff::Timestamp;
use pbjson_types::Empty;
use pfms_proto::auth::v1::{
    ConfirmTotpRequest, ConfirmTotpResponse, EnrolTotpResponse, RegenerateBackupCodesResponse,
    RemoveTotpRequest,
};
use pfms_runtime::{Begun, Call, Error, Unit};
use pfms_types::UserId;
use sqlx::PgConnection;

use super::factors::{note, require_fresh};
use super::{Auth, random};
use crate::backup_code::{BackupCode, COUNT, RANDOM};
use crate::origin::Origin;
use crate::personal::TOTP_SECRET;
use crate::security::Kind;
use crate::store::{backup_codes, factors, totp};
use crate::totp::{SECRET, Secret};

impl Auth {
    pub(super) async fn begin_totp(&self, call: &Call) -> Result<EnrolTotpResponse, Error> {
        let user_id = require_fresh(call)?;
        let secret = Secret::new(random::<SECRET>()?);
        let text = secret.base32().map_err(Error::internal)?;
        let email = self.email_of(user_id).await?;
        let mut connection = self.database.pool().acquire().await?;
        let sealed = self
            .personal
            .seal(&mut connection, user_id, TOTP_SECRET, text.as_bytes())
            .await?;
        if !totp::enrol(&mut connection, user_id, &sealed, self.now()).await? {
            return Err(has_one());
        }
        Ok(EnrolTotpResponse {
            secret: text,
            otpauth_url: secret.url(&email).map_err(Error::internal)?,
        })
    }

    pub(super) async fn finish_totp(
        &self,
        call: &Call,
        origin: &Origin,
        request: ConfirmTotpRequest,
    ) -> Result<ConfirmTotpResponse, Error> {
        let user_id = call.user()?;
        if request.code.trim().is_empty() {
            return Err(Error::invalid("code", "is required"));
        }
        let mut unit = self.unit(user_id).await?;
        let now = self.now();
        factors::lock(unit.connection(), user_id).await?;
        let app = totp::lock(unit.connection(), user_id)
            .await?
            .ok_or(Error::FailedPrecondition {
                reason: "TOTP_NOT_ENROLLED",
                message: "begin with the authenticator app first".into(),
            })?;
        if app.confirmed {
            return Err(has_one());
        }
        let connection = unit.connection();
        let secret = self.totp_secret(connection, user_id, &app.secret_sealed).await?;
        if !self
            .accept_code(connection, user_id, &secret, app.last_step, &request.code, now)
            .await?
        {
            return Err(Error::invalid(
                "code",
                "must be the six digits that the app shows now; is the clock of its device right?",
            ));
        }
        let codes = self.first_backup_codes(&mut unit, user_id, origin, now).await?;
        note(&mut unit, user_id, Kind::TotpAdded, origin, now).await?;
        // The codes are shown and not kept, so the answer is not kept either: there is no key on this unit.
        unit.commit(ConfirmTotpResponse { backup_codes: codes }).await
    }

    pub(super) async fn remove_totp_factor(
        &self,
        call: &Call,
        origin: &Origin,
        request: RemoveTotpRequest,
    ) -> Result<Empty, Error> {
        let user_id = require_fresh(call)?;
        let key = call.idempotency(&request)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Replay(response) => return Ok(response),
            Begun::Fresh(unit) => unit,
        };
        let now = self.now();
        factors::lock(unit.connection(), user_id).await?;
        if totp::remove(unit.connection(), user_id).await? {
            note(&mut unit, user_id, Kind::TotpRemoved, origin, now).await?;
            drop_codes_of_no_factor(&mut unit, user_id, origin, now).await?;
        }
        unit.commit(Empty {}).await
    }

    pub(super) async fn renew_backup_codes(
        &self,
        call: &Call,
        origin: &Origin,
    ) -> Result<RegenerateBackupCodesResponse, Error> {
        let user_id = require_fresh(call)?;
        let mut unit = self.unit(user_id).await?;
        let now = self.now();
        factors::lock(unit.connection(), user_id).await?;
        if !factors::enrolled(unit.connection(), user_id).await?.any() {
            return Err(Error::FailedPrecondition {
                reason: "NO_FACTOR",
                message: "set up an authenticator app, a passkey or a telephone number first".into(),
            });
        }
        let codes = self.new_backup_codes(&mut unit, user_id, origin, now).await?;
        unit.commit(RegenerateBackupCodesResponse { backup_codes: codes })
            .await
    }

    /// Backup codes for an account that has none; nothing for any other.
    pub(super) async fn first_backup_codes(
        &self,
        unit: &mut Unit,
        user_id: UserId,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<Vec<String>, Error> {
        let enrolled = factors::enrolled(unit.connection(), user_id).await?;
        if enrolled.backup_codes > 0 {
            return Ok(Vec::new());
        }
        self.new_backup_codes(unit, user_id, origin, now).await
    }

    async fn new_backup_codes(
        &self,
        unit: &mut Unit,
        user_id: UserId,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<Vec<String>, Error> {
        let codes = (0..COUNT)
            .map(|_| Ok(BackupCode::new(&random::<RANDOM>()?)))
            .collect::<Result<Vec<_>, Error>>()?;
        let hashes: Vec<_> = codes
            .iter()
            .map(|code| code.digest(&self.backup_code_key, user_id).to_vec())
            .collect();
        backup_codes::replace(unit.connection(), user_id, &hashes, now).await?;
        note(unit, user_id, Kind::BackupCodesAdded, origin, now).await?;
        Ok(codes.iter().map(BackupCode::text).collect())
    }

    pub(super) async fn totp_secret(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        sealed: &[u8],
    ) -> Result<Secret, Error> {
        let text = self
            .personal
            .open(connection, user_id, TOTP_SECRET, sealed)
            .await?;
        Secret::parse(&text).ok_or_else(|| Error::internal("a stored TOTP secret is none"))
    }
}

/// Backup codes stand in for a factor: without one they would open an account that asks for none.
pub(super) async fn drop_codes_of_no_factor(
    unit: &mut Unit,
    user_id: UserId,
    origin: &Origin,
    now: Timestamp,
) -> Result<(), Error> {
    if !factors::enrolled(unit.connection(), user_id).await?.any() {
        backup_codes::remove(unit.connection(), user_id).await?;
        note(unit, user_id, Kind::BackupCodesRemoved, origin, now).await?;
    }
    Ok(())
}

fn has_one() -> Error {
    Error::FailedPrecondition {
        reason: "TOTP_EXISTS",
        message: "the account has an authenticator app; remove it first".into(),
    }
}
