//! The user service.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use pfms_proto::user::v1::GetProfileRequest;
use pfms_proto::user::v1::user_service_client::UserServiceClient;
use pfms_runtime::Error;
use pfms_runtime::client::MeshChannel;
use pfms_types::UserId;

/// Asks the user service. It is asked each time, so that a person who moves counts days where they are.
#[derive(Clone)]
pub struct People {
    channel: MeshChannel,
}

impl People {
    /// Over a channel to the user service.
    pub fn new(channel: MeshChannel) -> Self {
        Self { channel }
    }

    /// The day that a moment is on a user's calendar.
    ///
    /// # Errors
    /// When the user service does not answer.
    pub async fn day_of(&self, user_id: UserId, at: Timestamp) -> Result<Date, Error> {
        let mut client = UserServiceClient::new(self.channel.acting_for(user_id));
        let profile = client.get_profile(GetProfileRequest {}).await?.into_inner();
        Ok(at.to_zoned(zone(&profile.time_zone)).date())
    }
}

/// A zone by its name; UTC for a name that the database of zones does not have.
fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_zone() {
        let late: Timestamp = "2025-12-31T23:30:00Z".parse().unwrap();
        let day = |name| late.to_zoned(zone(name)).date().to_string();
        assert_eq!(day("Asia/Dhaka"), "2026-01-01");
        assert_eq!(day("America/New_York"), "2025-12-31");
        assert_eq!(day("Atlantis/Capital"), "2025-12-31");
    }
}
