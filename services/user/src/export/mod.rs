//! Archives of everything that the mesh holds about a user: ordered and downloaded over gRPC ([`api`]), made in the
//! background ([`job`]) from what every service hands out ([`gather`]), kept sealed and in pieces ([`store`]).

mod api;
mod archive;
mod gather;
mod job;
mod store;

pub use api::Exports;
pub use gather::Sources;
pub use job::Job;

use pfms_types::Id;

/// Marks ids of exports.
pub enum ExportMarker {}

/// The id of an archive.
pub type ExportId = Id<ExportMarker>;

/// Days for which an archive is kept.
const KEPT_DAYS: i64 = 7;
/// Archives that may be ordered in 24 hours.
const MOST_A_DAY: i64 = 3;

/// How far an archive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its turn comes.
    Pending,
    /// It is being made.
    Running,
    /// It can be downloaded.
    Ready,
    /// It could not be made.
    Failed,
}

impl std::str::FromStr for State {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "pending" => Ok(Self::Pending),
            "running" => Ok(Self::Running),
            "ready" => Ok(Self::Ready),
            "failed" => Ok(Self::Failed),
            other => Err(format!("{other} is no state of an export")),
        }
    }
}
