//! A component as it comes in.

use pfms_proto::tax::v1::CreateTaxComponentRequest;
use pfms_runtime::Error;
use pfms_runtime::error::status;
use tonic::{Code, Status, Streaming};

use crate::sandbox::Refused;

/// What came in: key and signature of the first piece, and all bytes.
pub struct Upload {
    /// As it was given.
    pub publisher_key: String,
    /// As it was given.
    pub signature: String,
    /// The component.
    pub content: Vec<u8>,
}

/// Collects the pieces of a component; `admit` looks at key and signature before anything else is read.
///
/// # Errors
/// What `admit` says; `MODULE_TOO_LARGE` as soon as there are more than `limit` bytes, and the rest is not read.
pub async fn collect(
    mut pieces: Streaming<CreateTaxComponentRequest>,
    limit: usize,
    admit: impl Fn(&str, &str) -> Result<(), Error>,
) -> Result<Upload, Status> {
    let mut upload: Option<Upload> = None;
    loop {
        let piece = match pieces.message().await {
            Ok(Some(piece)) => piece,
            Ok(None) => break,
            // A single piece beyond what a message may hold.
            Err(status) if status.code() == Code::OutOfRange => return Err(too_large(limit).into()),
            Err(status) => return Err(Error::from(status).into()),
        };
        let data = piece.content.unwrap_or_default().data;
        let collected = if let Some(upload) = &mut upload {
            upload
        } else {
            admit(&piece.publisher_key, &piece.signature)?;
            upload.insert(Upload {
                publisher_key: piece.publisher_key,
                signature: piece.signature,
                content: Vec::new(),
            })
        };
        if collected.content.len() + data.len() > limit {
            return Err(too_large(limit).into());
        }
        collected.content.extend_from_slice(&data);
    }
    if let Some(upload) = upload {
        return Ok(upload);
    }
    admit("", "")?;
    Err(Error::invalid("content", "is required").into())
}

fn too_large(limit: usize) -> Error {
    Error::ResourceExhausted {
        reason: "MODULE_TOO_LARGE",
        message: format!(
            "the component has more than {limit} bytes, which is the most that is accepted; build with optimisation \
             for size and strip it"
        ),
    }
}

/// Why a component is not accepted.
pub fn refused(error: &Refused) -> Status {
    let reason = match error {
        Refused::Load(pfms_plugin_host::LoadError::TooLarge { limit, .. }) => {
            return too_large(*limit).into();
        }
        Refused::Load(error) => error.reason(),
        Refused::Description(_) => "INVALID_DESCRIPTION",
    };
    status(Code::InvalidArgument, reason, error.to_string())
}
