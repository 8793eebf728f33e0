//! What the audit log keeps, and its digests.

use jiff::Timestamp;
use pfms_runtime::secrets::mac;
use pfms_types::UserId;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// SHA-256.
pub type Digest = [u8; 32];

/// What an account is named by in the log: HMAC-SHA-256 of its id under a key of its own, which is deleted with it.
#[must_use]
pub fn subject(key: &[u8; 32], user_id: UserId) -> Digest {
    mac(key, &[user_id.uuid().as_bytes()])
}

/// What may tell who a person is, with the salt that keeps its digest from being guessed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Personal {
    /// Random.
    pub salt: [u8; 32],
    /// What it was done to.
    pub target: String,
    /// From which address; empty when unknown.
    pub ip_address: String,
    /// With which program; empty when unknown.
    pub user_agent: String,
}

impl Personal {
    /// Stands for it in the chain.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut hash = Fields::new("pfms audit personal 1");
        hash.add(&self.salt);
        hash.add(self.target.as_bytes());
        hash.add(self.ip_address.as_bytes());
        hash.add(self.user_agent.as_bytes());
        hash.digest()
    }
}

/// A row of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// From 1 on, without gaps.
    pub seq: i64,
    /// The event that brought it.
    pub event_id: Uuid,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it was appended.
    pub recorded_at: Timestamp,
    /// Who did it.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// Whether it succeeded.
    pub succeeded: bool,
    /// The account that it is about, see [`subject`].
    pub subject: Option<Digest>,
    /// See [`Personal::digest`]; stays when the personal part is erased.
    pub personal_digest: Digest,
    /// Absent once it was erased.
    pub personal: Option<Personal>,
}

impl Entry {
    /// Binds this row to the one before it. The personal part enters as its digest.
    #[must_use]
    pub fn digest(&self, previous: &Digest) -> Digest {
        let mut hash = Fields::new("pfms audit row 1");
        hash.add(previous);
        hash.add(&self.seq.to_be_bytes());
        hash.add(self.event_id.as_bytes());
        hash.add(&self.occurred_at.as_microsecond().to_be_bytes());
        hash.add(&self.recorded_at.as_microsecond().to_be_bytes());
        hash.add(self.actor.as_bytes());
        hash.add(self.action.as_bytes());
        hash.add(&[u8::from(self.succeeded)]);
        hash.add(self.subject.as_ref().map_or(&[][..], |subject| &subject[..]));
        hash.add(&self.personal_digest);
        hash.digest()
    }
}

/// A hash over fields, each with its length before it, so that no two lists of fields give the same input.
struct Fields(Sha256);

impl Fields {
    fn new(purpose: &str) -> Self {
        let mut fields = Self(Sha256::new());
        fields.add(purpose.as_bytes());
        fields
    }

    fn add(&mut self, field: &[u8]) {
        self.0.update((field.len() as u64).to_be_bytes());
        self.0.update(field);
    }

    fn digest(self) -> Digest {
        self.0.finalize().into()
    }
}
