//! The limit of requests per user: an exact sliding window, counted in Redis together with the session check.

/// The window, in seconds.
pub const WINDOW_SECONDS: u32 = 60;

/// Reads the session's mirror and counts the request. What it takes and returns is said at its top.
pub const SCRIPT: &str = include_str!("limit.lua");

/// What the window says of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Whether the request may pass.
    pub allowed: bool,
    /// Requests that may pass in a window.
    pub limit: u32,
    /// Requests that may pass now.
    pub remaining: u32,
    /// Seconds until a place becomes free, at least 1.
    pub reset_seconds: u32,
}

/// What Redis knows of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mirror {
    /// Nothing: it was never mirrored, or the mirror has expired.
    Unknown,
    /// It is alive.
    Active,
    /// It was ended.
    Revoked,
}

/// Reads the script's answer; `None` when it is not one.
#[must_use]
pub fn parse(answer: &[i64], limit: u32) -> Option<(Mirror, Quota)> {
    let &[session, allowed, remaining, reset] = answer else {
        return None;
    };
    let mirror = match session {
        0 => Mirror::Unknown,
        1 => Mirror::Active,
        2 => Mirror::Revoked,
        _ => return None,
    };
    let quota = Quota {
        allowed: allowed == 1,
        limit,
        remaining: u32::try_from(remaining).ok()?,
        reset_seconds: u32::try_from(reset).ok()?.clamp(1, WINDOW_SECONDS),
    };
    Some((mirror, quota))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_four_numbers_in_range() {
        let quota = Quota {
            allowed: true,
            limit: 100,
            remaining: 99,
            reset_seconds: 60,
        };
        assert_eq!(parse(&[1, 1, 99, 60], 100), Some((Mirror::Active, quota)));
        assert_eq!(parse(&[0, 1, 99, 60], 100), Some((Mirror::Unknown, quota)));
        assert_eq!(
            parse(&[2, 0, 0, 0], 100).map(|(mirror, _)| mirror),
            Some(Mirror::Revoked)
        );
        for wrong in [
            &[][..],
            &[1, 1, 99],
            &[3, 1, 99, 60],
            &[1, 1, -1, 60],
            &[1, 1, 99, -1],
        ] {
            assert_eq!(parse(wrong, 100), None, "{wrong:?}");
        }
    }
}
