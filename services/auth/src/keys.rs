//! The keys that sign access tokens. Replicas share them through the database, sealed, and change them together.

mod material;
mod rotation;

use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use pfms_proto::auth::v1::{JsonWebKey, JsonWebKeySet};
use pfms_runtime::error::chain;
use pfms_runtime::identity::{
    ACCESS_AUDIENCE, ACCESS_ISSUER, ACCESS_LIFETIME_SECONDS, ACCESS_TYPE, AccessClaims,
};
use pfms_runtime::sealed::{MasterSeal, MasterSealed};
use pfms_runtime::secrets::MasterKey;
use pfms_runtime::{Database, Error, Parts, Settings, audit};
use pfms_types::UserId;

pub use self::rotation::{PUBLISHED_AFTER, Term};
use crate::personal_token::{Grant, PersonalTokenId};
use crate::session::SessionId;
use crate::store::signing_keys::{self, StoredKey};

/// Who rotates keys when it is time.
const SERVICE: &str = "auth";
/// How old what a process knows of the keys may be when it publishes them.
pub const RELOAD_AFTER: SignedDuration = SignedDuration::from_secs(30);

/// How private keys are sealed.
pub const SEALED: MasterSealed = MasterSealed {
    table: "signing_keys",
    id: "kid",
    column: "private_key_sealed",
    purpose: "signing-keys",
    place: "signing_keys/private_key",
};

/// What signs and what is published, as the database had it a moment ago.
struct Ring {
    keys: Vec<Key>,
    loaded_at: Timestamp,
}

struct Key {
    term: Term,
    public: JsonWebKey,
    /// Absent for a key that signs no more.
    private: Option<EncodingKey>,
}

/// A key that follows another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Succession {
    /// The new key's id.
    pub kid: String,
    /// From when it signs.
    pub signs_from: Timestamp,
    /// Whether it was made by this call, and not before by another.
    pub made: bool,
}

/// The installation's keys.
pub struct Keys {
    database: Database,
    sealer: MasterSeal,
    period: SignedDuration,
    ring: RwLock<Arc<Ring>>,
}

impl Keys {
    /// The installation's keys; the first process of all makes the first key.
    ///
    /// # Errors
    /// When the database does not answer, or the keys were sealed with another master key.
    pub async fn load(database: &Database, settings: &Settings) -> Result<Self, Error> {
        let days = i64::from(settings.signing_key_days);
        let keys = Self {
            database: database.clone(),
            sealer: sealer(&settings.master_key),
            period: SignedDuration::from_hours(24 * days),
            ring: RwLock::new(Arc::new(Ring {
                keys: Vec::new(),
                loaded_at: Timestamp::MIN,
            })),
        };
        keys.refresh().await?;
        Ok(keys)
    }

    /// Announces the next key when it is time, and takes over what other processes changed.
    ///
    /// # Errors
    /// When the database does not answer, or the keys were sealed with another master key.
    pub async fn refresh(&self) -> Result<(), Error> {
        let now = self.database.clock().now();
        let pool = self.database.pool();
        let since = now - PUBLISHED_AFTER;
        let mut stored = signing_keys::published(pool, since).await?;
        let latest = stored.iter().find(|key| key.term.until.is_none());
        let changed = match latest {
            None => {
                // Another replica may be first; then its key is found below.
                let first = material::make(&self.sealer, now, Term::beginning(now))?;
                signing_keys::insert_first(pool, &first).await?;
                true
            }
            Some(latest) if latest.term.is_due(self.period, now) => {
                succeed(&self.database, &self.sealer, SERVICE).await?;
                true
            }
            Some(_) => false,
        };
        if changed {
            stored = signing_keys::published(pool, since).await?;
        }
        let keys = stored
            .iter()
            .map(|key| self.key(key, now))
            .collect::<Result<Vec<_>, _>>()?;
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Ring { keys, loaded_at: now });
        Ok(())
    }

    /// An access token of a session, good from now on.
    ///
    /// # Errors
    /// When signing fails.
    pub fn sign(
        &self,
        user_id: UserId,
        session_id: SessionId,
        authenticated_at: Timestamp,
        now: Timestamp,
    ) -> Result<String, Error> {
        self.encode(
            now,
            &AccessClaims {
                iss: ACCESS_ISSUER.to_owned(),
                aud: ACCESS_AUDIENCE.to_owned(),
                sub: user_id.uuid(),
                sid: session_id.uuid(),
                auth_time: authenticated_at.as_second(),
                iat: now.as_second(),
                exp: now.as_second() + ACCESS_LIFETIME_SECONDS,
                scope: None,
            },
        )
    }

    /// An access token of limited scope, good from now on and no longer than the personal access token that it
    /// stands for.
    ///
    /// # Errors
    /// When signing fails.
    pub fn sign_limited(
        &self,
        user_id: UserId,
        token_id: PersonalTokenId,
        token: &Grant,
        now: Timestamp,
    ) -> Result<String, Error> {
        let until = now.as_second() + ACCESS_LIFETIME_SECONDS;
        self.encode(
            now,
            &AccessClaims {
                iss: ACCESS_ISSUER.to_owned(),
                aud: ACCESS_AUDIENCE.to_owned(),
                sub: user_id.uuid(),
                sid: token_id.uuid(),
                // Nobody has proven anything just now.
                auth_time: 0,
                iat: now.as_second(),
                exp: until.min(token.expires_at.as_second()),
                scope: Some(token.scopes.to_string()),
            },
        )
    }

    fn encode(&self, now: Timestamp, claims: &AccessClaims) -> Result<String, Error> {
        let ring = self.ring();
        let (kid, private) = rotation::signing(ring.terms(), now)
            .and_then(|index| ring.keys.get(index))
            .and_then(|key| Some((&key.public.kid, key.private.as_ref()?)))
            .ok_or_else(|| Error::internal("there is no key to sign with"))?;
        let header = Header {
            typ: Some(ACCESS_TYPE.to_owned()),
            kid: Some(kid.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        encode(&header, claims, private).map_err(Error::internal)
    }

    /// What verifies them, the signing key first. When the database is away, what it last said.
    pub async fn jwks(&self) -> JsonWebKeySet {
        let now = self.database.clock().now();
        if now.duration_since(self.ring().loaded_at).abs() >= RELOAD_AFTER
            && let Err(error) = self.refresh().await
        {
            tracing::warn!(error = %chain(&error), "signing keys are published as they were");
        }
        let ring = self.ring();
        let first = rotation::signing(ring.terms(), now);
        let rest = (0..ring.keys.len()).filter(|index| Some(*index) != first);
        let keys = first
            .into_iter()
            .chain(rest)
            .filter_map(|index| ring.keys.get(index));
        JsonWebKeySet {
            keys: keys
                .filter(|key| key.term.is_published(now))
                .map(|key| key.public.clone())
                .collect(),
        }
    }

    fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn key(&self, stored: &StoredKey, now: Timestamp) -> Result<Key, Error> {
        let private = if stored.term.has_ended(now) {
            None
        } else {
            Some(material::open(&self.sealer, stored)?)
        };
        Ok(Key {
            term: stored.term,
            public: material::wire(stored),
            private,
        })
    }
}

impl Ring {
    fn terms(&self) -> impl Iterator<Item = &Term> {
        self.keys.iter().map(|key| &key.term)
    }
}

/// Rotates keys and takes over what other replicas changed, for as long as the service runs.
#[must_use]
pub fn attend(parts: Parts, keys: &Arc<Keys>) -> Parts {
    let keys = Arc::clone(keys);
    parts.every(RELOAD_AFTER.unsigned_abs(), "signing-keys", move || {
        let keys = Arc::clone(&keys);
        async move { keys.refresh().await }
    })
}

/// Announces a successor of the key that signs, unless one is announced already. Of several that do so at once, one
/// makes the key and all name it.
///
/// # Errors
/// When the database does not answer, or there is no key yet.
pub async fn rotate(database: &Database, master: &MasterKey) -> Result<Succession, Error> {
    succeed(database, &sealer(master), audit::OPERATOR).await
}

/// Withdraws all keys at once and makes a new one: for a private key that someone else may have. Tokens that were
/// signed before are refused within the time for which published keys are cached; clients refresh theirs.
///
/// # Errors
/// When the database does not answer.
pub async fn replace(database: &Database, master: &MasterKey) -> Result<Succession, Error> {
    let now = database.clock().now();
    let key = material::make(&sealer(master), now, Term::beginning(now))?;
    let act = audit::act(audit::OPERATOR, "keys.signing.replaced", &key.kid, now)?;
    signing_keys::replace_all(database.pool(), &key, now - PUBLISHED_AFTER, act).await?;
    Ok(Succession {
        kid: key.kid,
        signs_from: now,
        made: true,
    })
}

async fn succeed(database: &Database, sealer: &MasterSeal, actor: &str) -> Result<Succession, Error> {
    let now = database.clock().now();
    let latest = latest(database).await?;
    if !latest.term.has_begun(now) {
        return Ok(named(&latest, false));
    }
    let (ended, next) = latest.term.succeeded(now);
    let next = material::make(sealer, now, next)?;
    let act = audit::act(actor, "keys.signing.announced", &next.kid, now)?;
    if signing_keys::succeed(database.pool(), &latest.kid, ended, &next, act).await? {
        database.wake_relay();
        tracing::info!(kid = next.kid, signs_from = %next.term.from, "the next signing key is announced");
        return Ok(named(&next, true));
    }
    Ok(named(&self::latest(database).await?, false))
}

async fn latest(database: &Database) -> Result<StoredKey, Error> {
    signing_keys::latest(database.pool())
        .await?
        .ok_or_else(|| Error::FailedPrecondition {
            reason: "NO_SIGNING_KEY",
            message: "there is no signing key yet; auth makes the first one when it starts".into(),
        })
}

fn named(key: &StoredKey, made: bool) -> Succession {
    Succession {
        kid: key.kid.clone(),
        signs_from: key.term.from,
        made,
    }
}

fn sealer(master: &MasterKey) -> MasterSeal {
    MasterSeal::new(master, SEALED.purpose)
}
