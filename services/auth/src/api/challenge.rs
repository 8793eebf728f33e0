//! The second-factor step of a sign-in.

use jiff::Timestamp;
use pbjson_types::Struct;
use pfms_proto::auth::v1::{
    CompleteChallengeRequest, FactorMethod, MfaChallenge, PreparePasskeyRequest, PreparePasskeyResponse,
    TokenSet,
};
use pfms_runtime::parse::wire_time;
use pfms_runtime::{Error, Unit, Violations};
use pfms_types::UserId;
use serde_json::Value;
use sqlx::PgConnection;

use super::factors::note;
use super::passkeys::refusal;
use super::{Auth, random};
use crate::backup_code::BackupCode;
use crate::challenge::{ChallengeToken, LIFETIME, Verdict, WINDOW};
use crate::json;
use crate::origin::Origin;
use crate::proof::Proof;
use crate::security::{Kind, SecurityEvent};
use crate::session::Digest;
use crate::store::challenges::{self, Stored};
use crate::store::{backup_codes, factors, passkeys, totp};
use crate::totp::Secret;

/// A second factor as a client presents it.
enum Answer {
    Totp(String),
    BackupCode(String),
    Passkey(Value),
    Sms(String),
}

impl Answer {
    fn name(&self) -> &'static str {
        match self {
            Self::Totp(_) => "totp",
            Self::BackupCode(_) => "backup_code",
            Self::Passkey(_) => "passkey",
            Self::Sms(_) => "sms",
        }
    }

    /// What it is when it was accepted.
    fn used(&self) -> Kind {
        match self {
            Self::Totp(_) => Kind::TotpUsed,
            Self::BackupCode(_) => Kind::BackupCodeUsed,
            Self::Passkey(_) => Kind::PasskeyUsed,
            Self::Sms(_) => Kind::SmsUsed,
        }
    }
}

fn parse(request: CompleteChallengeRequest) -> Result<(String, Answer), Violations> {
    let mut violations = Violations::default();
    if request.challenge_token.is_empty() {
        violations.add("challengeToken", "is required");
    }
    let method = request.method();
    let code = |violations: &mut Violations, code: String| {
        if code.trim().is_empty() {
            violations.add("code", "is required");
        }
        code
    };
    let answer = match method {
        FactorMethod::Totp => Some(Answer::Totp(code(&mut violations, request.code))),
        FactorMethod::BackupCode => Some(Answer::BackupCode(code(&mut violations, request.code))),
        FactorMethod::Passkey => Some(Answer::Passkey(credential(&mut violations, request.credential))),
        FactorMethod::Sms => Some(Answer::Sms(code(&mut violations, request.code))),
        FactorMethod::Unspecified => {
            violations.add("method", "must be one of the challenge's methods");
            None
        }
    };
    match answer {
        Some(answer) if violations.is_empty() => Ok((request.challenge_token, answer)),
        _ => Err(violations),
    }
}

/// The credential of a request, which is checked later.
pub(super) fn credential(violations: &mut Violations, credential: Option<Struct>) -> Value {
    if credential.is_none() {
        violations.add("credential", "is required");
    }
    json::received(credential.unwrap_or_default())
}

impl Auth {
    /// The challenge that stands before tokens, when one does.
    pub(super) async fn challenge(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        proof: Proof,
        now: Timestamp,
    ) -> Result<Option<TokenSet>, Error> {
        if !proof.needs_second_factor() {
            return Ok(None);
        }
        let enrolled = factors::enrolled(connection, user_id).await?;
        if !enrolled.any() {
            return Ok(None);
        }
        let token = ChallengeToken::new(user_id, &random()?);
        challenges::insert(connection, user_id, &token.digest(), proof.name(), now).await?;
        let methods = [
            (enrolled.totp.is_some(), FactorMethod::Totp),
            (enrolled.passkeys > 0, FactorMethod::Passkey),
            // Without a gateway no code arrives, and still nobody comes in without a second factor.
            (enrolled.sms.is_some() && self.sms.is_some(), FactorMethod::Sms),
            (enrolled.backup_codes > 0, FactorMethod::BackupCode),
        ];
        let challenge = MfaChallenge {
            challenge_token: token.text(),
            methods: methods
                .into_iter()
                .filter_map(|(has, method)| has.then_some(method.into()))
                .collect(),
            expire_time: Some(wire_time(now + LIFETIME)),
        };
        Ok(Some(TokenSet {
            challenge: Some(challenge),
            ..TokenSet::default()
        }))
    }

    pub(super) async fn complete_challenge(
        &self,
        origin: &Origin,
        request: CompleteChallengeRequest,
    ) -> Result<TokenSet, Error> {
        let (token, answer) = parse(request)?;
        let token = ChallengeToken::parse(&token).ok_or_else(over)?;
        let user_id = token.user_id();
        let mut unit = self.unit(user_id).await?;
        let now = self.now();
        let stored = self.open_challenge(&mut unit, &token, now).await?;
        let (factor, used) = (answer.name(), answer.used());
        let connection = unit.connection();
        let digest = token.digest();
        if !self
            .is_right(connection, user_id, digest, answer, &stored, now)
            .await?
        {
            challenges::count_try(connection, user_id, &digest).await?;
            let failed = SecurityEvent::from(Kind::SecondFactorFailed).on(factor);
            note(&mut unit, user_id, failed, origin, now).await?;
            unit.commit(TokenSet::default()).await?;
            let left = stored.challenge.tries_left().saturating_sub(1);
            return Err(Error::Unauthenticated {
                reason: "FACTOR_WRONG",
                message: format!("this second factor is not right; tries left before a new sign-in: {left}"),
            });
        }
        challenges::use_up(connection, user_id, now).await?;
        note(&mut unit, user_id, used, origin, now).await?;
        let opened = self.open(unit.connection(), origin, user_id, now).await?;
        unit.commit(TokenSet::default()).await?;
        tracing::debug!(%user_id, proof = stored.proof, factor, "second factor accepted");
        // Only now is the try of the first factor no guess, and the address one that the owner uses.
        self.throttle.succeeded(&stored.email_lookup, origin.ip).await;
        Ok(self.announce(opened, now).await)
    }

    pub(super) async fn prepare_challenge_passkey(
        &self,
        request: &PreparePasskeyRequest,
    ) -> Result<PreparePasskeyResponse, Error> {
        if request.challenge_token.is_empty() {
            return Err(Error::invalid("challengeToken", "is required"));
        }
        let token = ChallengeToken::parse(&request.challenge_token).ok_or_else(over)?;
        let user_id = token.user_id();
        let mut unit = self.unit(user_id).await?;
        self.open_challenge(&mut unit, &token, self.now()).await?;
        let existing = existing(unit.connection(), user_id).await?;
        if existing.is_empty() {
            return Err(Error::FailedPrecondition {
                reason: "NO_PASSKEY",
                message: "this account has no passkey; use another of the challenge's methods".into(),
            });
        }
        let asked = self
            .relying_party
            .start_second_factor(&existing)
            .map_err(refusal)?;
        let sealed = self.ceremonies.seal(CHALLENGE_CEREMONY, &asked.state)?;
        challenges::set_ceremony(unit.connection(), user_id, &token.digest(), &sealed).await?;
        unit.commit(PreparePasskeyResponse {
            public_key: Some(json::sent(asked.public_key)),
        })
        .await
    }

    /// A challenge that may be answered; nobody else answers it until the unit ends.
    pub(super) async fn open_challenge(
        &self,
        unit: &mut Unit,
        token: &ChallengeToken,
        now: Timestamp,
    ) -> Result<Stored, Error> {
        let stored = challenges::lock(unit.connection(), token.user_id(), &token.digest(), now)
            .await?
            .ok_or_else(over)?;
        match stored.challenge.judge(now) {
            Verdict::Open => Ok(stored),
            Verdict::Over => Err(over()),
            Verdict::Exhausted => Err(Error::TooManyTries {
                retry_after: WINDOW.unsigned_abs(),
            }),
        }
    }

    async fn is_right(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        token: Digest,
        answer: Answer,
        stored: &Stored,
        now: Timestamp,
    ) -> Result<bool, Error> {
        match answer {
            Answer::Totp(code) => {
                let Some(app) = totp::lock(connection, user_id).await?.filter(|app| app.confirmed) else {
                    return Ok(false);
                };
                let secret = self.totp_secret(connection, user_id, &app.secret_sealed).await?;
                self.accept_code(connection, user_id, &secret, app.last_step, &code, now)
                    .await
            }
            Answer::BackupCode(text) => {
                let Some(code) = BackupCode::parse(&text) else {
                    return Ok(false);
                };
                let hash = code.digest(&self.backup_code_key, user_id);
                Ok(backup_codes::use_up(connection, user_id, &hash, now).await?)
            }
            Answer::Passkey(credential) => {
                self.is_own_passkey(connection, user_id, credential, stored, now)
                    .await
            }
            Answer::Sms(code) => self.is_own_sms_code(connection, user_id, token, &code, now).await,
        }
    }

    /// Whether a code is good, and no code of its step or a later one was used.
    pub(super) async fn accept_code(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        secret: &Secret,
        last_step: u64,
        code: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let accepted = secret.accept(code, last_step, now).map_err(Error::internal)?;
        let Some(step) = accepted else {
            return Ok(false);
        };
        totp::accept(connection, user_id, step, now).await?;
        Ok(true)
    }

    async fn is_own_passkey(
        &self,
        connection: &mut PgConnection,
        user_id: UserId,
        credential: Value,
        stored: &Stored,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let Some(sealed) = &stored.ceremony else {
            return Err(Error::FailedPrecondition {
                reason: "PASSKEY_NOT_PREPARED",
                message: "ask for the options with PreparePasskey first".into(),
            });
        };
        let state = self.ceremonies.open(CHALLENGE_CEREMONY, sealed)?;
        let existing = existing(connection, user_id).await?;
        let proven = match self
            .relying_party
            .finish_second_factor(credential, &state, &existing)
        {
            Ok(proven) => proven,
            Err(error) if error.is_the_clients() => {
                tracing::info!(%user_id, %error, "a passkey was refused");
                return Ok(false);
            }
            Err(error) => return Err(refusal(error)),
        };
        let Some((id, _)) = passkeys::lock(connection, user_id, &proven.credential_id).await? else {
            return Ok(false);
        };
        passkeys::note_use(connection, user_id, id, &proven.credential, now).await?;
        Ok(true)
    }
}

/// What the state of a passkey for a challenge is sealed for.
const CHALLENGE_CEREMONY: &str = "mfa_challenges/ceremony";

async fn existing(connection: &mut PgConnection, user_id: UserId) -> Result<Vec<Value>, Error> {
    let passkeys = passkeys::list(connection, user_id).await?;
    Ok(passkeys.into_iter().map(|passkey| passkey.credential).collect())
}

pub(super) fn over() -> Error {
    Error::Unauthenticated {
        reason: "CHALLENGE_INVALID",
        message: "this challenge is over or was answered; sign in again".into(),
    }
}
