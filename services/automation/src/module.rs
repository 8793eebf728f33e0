//! A component that a user stored.

use jiff::Timestamp;
use pfms_plugin_host::{ModuleSignature, PublisherKey, Tier};
use pfms_proto::automation::v1 as wire;
use pfms_runtime::Violations;
use pfms_runtime::parse::wire_time;
use pfms_types::Id;

use crate::sandbox::Loaded;

/// Most modules of one user.
pub const MAX_MODULES: i32 = 100;

/// Never a value: it only tells ids apart.
#[derive(Debug)]
pub enum ModuleMarker {}

/// The id of a module.
pub type ModuleId = Id<ModuleMarker>;

/// A stored component, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Its id.
    pub id: ModuleId,
    /// SHA-256 of the bytes, 64 hexadecimal digits in lower case.
    pub hash: String,
    /// As it describes itself.
    pub name: String,
    /// As it describes itself.
    pub version: String,
    /// The world it implements.
    pub world: String,
    /// The events it asks to see.
    pub triggers: Vec<String>,
    /// The facts it asks for, by name.
    pub facts: Vec<String>,
    /// JSON Schema of its configuration.
    pub config_schema: String,
    /// Size in bytes.
    pub size_bytes: i64,
    /// When it was stored.
    pub created_at: Timestamp,
    /// As it describes itself.
    pub summary: String,
    /// What it may use.
    pub tier: Tier,
    /// The publisher's key, in hex; empty when it is not signed.
    pub publisher_key: String,
    /// The publisher's signature, in hex; empty when it is not signed.
    pub signature: String,
}

/// Who published a component, as its signature proves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publisher {
    /// The Ed25519 public key, in hex; empty when it is not signed.
    pub key: String,
    /// The signature, in hex.
    pub signature: String,
}

impl Publisher {
    /// Reads a signature that comes with a component's bytes, and holds it against them. Without key and signature
    /// nobody signed it.
    ///
    /// # Errors
    /// Names the field that is wrong, the signature also when it is not of exactly these bytes.
    pub fn verify(key: &str, signature: &str, bytes: &[u8]) -> Result<Self, Violations> {
        if key.is_empty() && signature.is_empty() {
            return Ok(Self::default());
        }
        let mut violations = Violations::default();
        let key = key.parse().map_err(|_| "must be 64 hexadecimal digits");
        let signature = signature.parse().map_err(|_| "must be 128 hexadecimal digits");
        let key: Option<PublisherKey> = violations.keep("publisherKey", key);
        let signature: Option<ModuleSignature> = violations.keep("signature", signature);
        let (Some(key), Some(signature)) = (key, signature) else {
            return Err(violations);
        };
        if key.verify(bytes, &signature).is_err() {
            let problem = "must be the publisher's signature of exactly these bytes";
            violations.add("signature", problem);
            return Err(violations);
        }
        Ok(Self {
            key: key.to_string(),
            signature: signature.to_string(),
        })
    }
}

impl Module {
    /// A new module from what the sandbox made of its bytes.
    #[must_use]
    pub fn new(loaded: &Loaded, publisher: Publisher, at: Timestamp) -> Self {
        let tier = loaded.tier();
        let loaded = loaded.module();
        let description = loaded.description();
        Self {
            id: ModuleId::generate(),
            hash: loaded.hash().to_owned(),
            name: description.name.clone(),
            version: description.version.clone(),
            world: loaded.world().to_owned(),
            triggers: description.triggers.clone(),
            facts: description
                .facts
                .iter()
                .map(|fact| fact.name().to_owned())
                .collect(),
            config_schema: description.config_schema.clone(),
            size_bytes: i64::try_from(loaded.size()).unwrap_or(i64::MAX),
            created_at: at,
            summary: description.summary.clone(),
            tier,
            publisher_key: publisher.key,
            signature: publisher.signature,
        }
    }

    /// Who published it.
    #[must_use]
    pub fn publisher(&self) -> Publisher {
        Publisher {
            key: self.publisher_key.clone(),
            signature: self.signature.clone(),
        }
    }

    /// The same, published by somebody; as it was when nobody signed it.
    #[must_use]
    pub fn signed(self, publisher: Publisher) -> Self {
        if publisher.key.is_empty() {
            return self;
        }
        Self {
            publisher_key: publisher.key,
            signature: publisher.signature,
            ..self
        }
    }

    /// As it goes out.
    #[must_use]
    pub fn wire(&self) -> wire::Module {
        wire::Module {
            id: self.id.to_string(),
            name: self.name.clone(),
            version: self.version.clone(),
            hash: self.hash.clone(),
            size_bytes: self.size_bytes,
            world: self.world.clone(),
            triggers: self.triggers.clone(),
            facts: self.facts.clone(),
            config_schema: self.config_schema.clone(),
            create_time: Some(wire_time(self.created_at)),
            summary: self.summary.clone(),
            tier: match self.tier {
                Tier::Native => wire::ModuleTier::Native,
                Tier::Heavy => wire::ModuleTier::Heavy,
            }
            .into(),
            publisher_key: self.publisher_key.clone(),
            signature: self.signature.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes
            .iter()
            .fold(String::new(), |text, byte| format!("{text}{byte:02X}"))
    }

    #[test]
    fn a_signature_is_of_exactly_the_bytes() {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let key = hex(pair.public_key().as_ref());
        let signature = hex(pair.sign(b"component").as_ref());
        let publisher = Publisher::verify(&key, &signature, b"component").unwrap();
        assert_eq!(publisher.key, key.to_lowercase());
        assert_eq!(Publisher::verify("", "", b"any"), Ok(Publisher::default()));
        let fields = |key: &str, signature: &str, bytes: &[u8]| {
            let violations = Publisher::verify(key, signature, bytes).unwrap_err();
            violations
                .iter()
                .map(|(field, _)| field.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(fields(&key, &signature, b"components"), ["signature"]);
        assert_eq!(fields(&key, "", b"component"), ["signature"]);
        assert_eq!(fields("", &signature, b"component"), ["publisherKey"]);
        assert_eq!(fields(&key, &"é".repeat(64), b"component"), ["signature"]);
    }
}
