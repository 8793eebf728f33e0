//! A component as it comes in.

use pfms_plugin_host::{LoadError, Tier};
use pfms_proto::automation::v1::{CreateModuleRequest, ModuleTier};
use pfms_runtime::Error;
use pfms_runtime::error::status;
use tonic::{Code, Status, Streaming};

use crate::schema::Schema;

/// How every component begins.
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

/// A component with what was said beside its bytes.
pub struct Upload {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What it may use, when its author says.
    pub tier: Option<Tier>,
    /// The publisher's key, as it was sent.
    pub publisher_key: String,
    /// The publisher's signature, as it was sent.
    pub signature: String,
}

/// Collects the pieces of a component. `limit` gives the most bytes of a tier, or of any when none is named.
///
/// # Errors
/// `MODULE_TOO_LARGE` as soon as there are more; the rest is not read.
pub async fn collect(
    mut pieces: Streaming<CreateModuleRequest>,
    limit: impl Fn(Option<Tier>) -> usize,
) -> Result<Upload, Status> {
    let mut upload = Upload {
        bytes: Vec::new(),
        tier: None,
        publisher_key: String::new(),
        signature: String::new(),
    };
    let mut is_first = true;
    loop {
        let piece = match pieces.message().await {
            Ok(Some(piece)) => piece,
            Ok(None) => return Ok(upload),
            // A single piece beyond what a message may hold.
            Err(status) if status.code() == Code::OutOfRange => {
                return Err(too_large(limit(upload.tier)).into());
            }
            Err(status) => return Err(Error::from(status).into()),
        };
        if is_first {
            is_first = false;
            upload.tier = tier(piece.tier)?;
            upload.publisher_key = piece.publisher_key;
            upload.signature = piece.signature;
        }
        let data = piece.content.unwrap_or_default().data;
        if upload.bytes.is_empty() && upload.tier.is_none() && !data.starts_with(COMPONENT) {
            // It is none of a tier: no more of it is read than it takes to say so.
            upload.tier = Some(Tier::Native);
        }
        let limit = limit(upload.tier);
        if upload.bytes.len() + data.len() > limit {
            return Err(too_large(limit).into());
        }
        upload.bytes.extend_from_slice(&data);
    }
}

fn tier(sent: i32) -> Result<Option<Tier>, Error> {
    match ModuleTier::try_from(sent) {
        Ok(ModuleTier::Unspecified) => Ok(None),
        Ok(ModuleTier::Native) => Ok(Some(Tier::Native)),
        Ok(ModuleTier::Heavy) => Ok(Some(Tier::Heavy)),
        Err(_) => Err(Error::invalid("tier", "is not a known tier")),
    }
}

fn too_large(limit: usize) -> Error {
    Error::ResourceExhausted {
        reason: "MODULE_TOO_LARGE",
        message: format!(
            "the module has more than {limit} bytes, which is the most that is accepted; build with optimisation \
             for size and strip it"
        ),
    }
}

/// Why a component is not accepted.
pub fn refused(error: &LoadError) -> Status {
    match error {
        LoadError::TooLarge { limit, .. } => too_large(*limit).into(),
        other => status(Code::InvalidArgument, other.reason(), other.to_string()),
    }
}

/// A component asks for an event that there is not.
pub fn unknown_trigger(name: &str) -> Status {
    let known: Vec<_> = Schema::all().iter().map(Schema::name).collect();
    let message = format!(
        "the module asks to be triggered by {name:.100}; rules are triggered by {}",
        known.join(", ")
    );
    status(Code::InvalidArgument, "UNKNOWN_TRIGGER", message)
}

/// A component takes longer to compile than its author can be kept waiting.
pub fn compiling() -> Status {
    let message = "the module is large and still being compiled; send it again in half a minute".to_owned();
    status(Code::Unavailable, "MODULE_COMPILING", message)
}
