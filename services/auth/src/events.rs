//! What auth publishes.

use jiff::Timestamp;
use pfms_proto::events::v1::UserCreated;
use pfms_runtime::Error;
use pfms_runtime::events::Outgoing;
use pfms_types::UserId;

/// An account was created. The address stays here: no consumer needs it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn user_created(
    user_id: UserId,
    first_name: String,
    last_name: String,
    at: Timestamp,
) -> Result<Outgoing, Error> {
    let data = UserCreated {
        user_id: user_id.to_string(),
        first_name,
        last_name,
    };
    Outgoing::new(user_id, at, &data)
}
