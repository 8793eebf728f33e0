//! A component that a user stored.

use jiff::Timestamp;
use pfms_plugin_host as host;
use pfms_proto::automation::v1 as wire;
use pfms_runtime::parse::wire_time;
use pfms_types::Id;
use sha2::{Digest, Sha256};

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
}

impl Module {
    /// A new module from what the sandbox made of its bytes.
    #[must_use]
    pub fn new(loaded: &host::Module, at: Timestamp) -> Self {
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
        }
    }
}

/// SHA-256 of a component's bytes, as [`Module::hash`] has it.
#[must_use]
pub fn hash(bytes: &[u8]) -> String {
    use std::fmt::Write;

    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
