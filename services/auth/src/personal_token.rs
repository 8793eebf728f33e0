//! Personal access tokens: what may be asked for, and how long it lasts.

use jiff::{SignedDuration, Timestamp};
use pbjson_types::Timestamp as WireTime;
use pfms_proto::auth::v1::PersonalToken as WireToken;
use pfms_runtime::identity::Scopes;
use pfms_runtime::parse::wire_time;
use pfms_runtime::{Violations, parse};
use pfms_types::Id;

/// Never a value: it only tells ids apart.
#[derive(Debug)]
pub enum PersonalTokenMarker {}

/// The id of a personal access token.
pub type PersonalTokenId = Id<PersonalTokenMarker>;

/// Most characters of a name.
const MAX_NAME: usize = 100;
/// How long a token may last: until the same day of next year, leap years included.
const MAX_LIFE: SignedDuration = SignedDuration::from_hours(24 * 366);
/// How many tokens a person may have.
pub const MAX_TOKENS: i64 = 50;

/// What a token allows, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// What its holder may do.
    pub scopes: Scopes,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// A token as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalToken {
    /// Its id.
    pub id: PersonalTokenId,
    /// What it is for.
    pub name: String,
    /// What it allows.
    pub grant: Grant,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

impl PersonalToken {
    /// The token that is asked for.
    ///
    /// # Errors
    /// Each field that is missing or wrong.
    pub fn parse(wanted: &WireToken, now: Timestamp) -> Result<Self, Violations> {
        let mut violations = Violations::default();
        let name = parse::required_text(&mut violations, "name", &wanted.name, MAX_NAME);
        if name.contains(['\n', '\r', '\t']) {
            violations.add("name", "must be one line");
        }
        let scopes = violations.keep("scopes", Scopes::parse(wanted.scopes.iter().map(String::as_str)));
        if wanted.scopes.is_empty() {
            violations.add("scopes", "is required");
        }
        let expires_at = violations.keep("expireTime", expiry(wanted.expire_time, now));
        match (scopes, expires_at) {
            (Some(scopes), Some(expires_at)) if violations.is_empty() => Ok(Self {
                id: PersonalTokenId::generate(),
                name,
                grant: Grant { scopes, expires_at },
                created_at: now,
                last_used_at: None,
            }),
            _ => Err(violations),
        }
    }

    /// As it goes out, without its text.
    #[must_use]
    pub fn wire(&self) -> WireToken {
        WireToken {
            id: self.id.to_string(),
            name: self.name.clone(),
            scopes: self.grant.scopes.iter().map(str::to_owned).collect(),
            expire_time: Some(wire_time(self.grant.expires_at)),
            create_time: Some(wire_time(self.created_at)),
            last_use_time: self.last_used_at.map(wire_time),
            token: String::new(),
        }
    }
}

fn expiry(wanted: Option<WireTime>, now: Timestamp) -> Result<Timestamp, &'static str> {
    let wanted = wanted.ok_or("is required")?;
    // To the second, which is what an access token can say.
    let at = Timestamp::from_second(wanted.seconds).map_err(|_| "must be an instant")?;
    if at <= now {
        return Err("must be in the future");
    }
    if at.duration_since(now) > MAX_LIFE {
        return Err("must be within a year");
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn wanted(scopes: &[&str], expires_in: i64) -> WireToken {
        WireToken {
            name: " backup ".into(),
            scopes: scopes.iter().map(|&scope| scope.into()).collect(),
            expire_time: Some(WireTime {
                seconds: NOW.as_second().saturating_add(expires_in),
                nanos: 0,
            }),
            ..WireToken::default()
        }
    }

    fn fields(wanted: &WireToken) -> Vec<String> {
        let violations = PersonalToken::parse(wanted, NOW).unwrap_err();
        violations.iter().map(|(field, _)| field.to_owned()).collect()
    }

    #[test]
    fn a_good_request_is_a_token_that_was_not_used() {
        let token = PersonalToken::parse(&wanted(&["expense:read"], 366 * 86_400), NOW).unwrap();
        assert_eq!(token.name, "backup");
        assert_eq!(token.grant.scopes.to_string(), "expense:read");
        assert_eq!(token.last_used_at, None);
        assert_eq!(token.wire().token, "");
    }

    #[test]
    fn each_fault_is_named() {
        assert_eq!(fields(&WireToken::default()), ["name", "scopes", "expireTime"]);
        assert_eq!(fields(&wanted(&["expense:read", "auth:write"], 60)), ["scopes"]);
        for seconds in [0, -1, 366 * 86_400 + 1, i64::MAX] {
            assert_eq!(
                fields(&wanted(&["expense:read"], seconds)),
                ["expireTime"],
                "{seconds}"
            );
        }
        let named = |name: &str| WireToken {
            name: name.into(),
            ..wanted(&["expense:read"], 60)
        };
        for name in ["", "two\nlines", "\u{7}", &"x".repeat(101)] {
            assert_eq!(fields(&named(name)), ["name"], "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn no_instant_makes_it_panic(seconds: i64, nanos: i32) {
            let token = WireToken { expire_time: Some(WireTime { seconds, nanos }), ..wanted(&["expense:read"], 60) };
            if let Ok(token) = PersonalToken::parse(&token, NOW) {
                prop_assert!(token.grant.expires_at > NOW);
            }
        }
    }
}
