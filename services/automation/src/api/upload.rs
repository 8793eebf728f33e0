//! A component as it comes in.

use pfms_plugin_host::LoadError;
use pfms_proto::automation::v1::CreateModuleRequest;
use pfms_runtime::Error;
use pfms_runtime::error::status;
use tonic::{Code, Status, Streaming};

/// Collects the pieces of a component.
///
/// # Errors
/// `MODULE_TOO_LARGE` as soon as there are more than `limit` bytes; the rest is not read.
pub async fn collect(mut pieces: Streaming<CreateModuleRequest>, limit: usize) -> Result<Vec<u8>, Status> {
    let mut bytes = Vec::new();
    loop {
        let piece = match pieces.message().await {
            Ok(Some(piece)) => piece,
            Ok(None) => return Ok(bytes),
            // A single piece beyond what a message may hold.
            Err(status) if status.code() == Code::OutOfRange => return Err(too_large(limit).into()),
            Err(status) => return Err(Error::from(status).into()),
        };
        let data = piece.content.unwrap_or_default().data;
        if bytes.len() + data.len() > limit {
            return Err(too_large(limit).into());
        }
        bytes.extend_from_slice(&data);
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
