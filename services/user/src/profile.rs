//! Profiles.

use jiff::civil::Date;
use pfms_proto::user::v1::{self as wire, UpdateProfileRequest};
use pfms_runtime::parse::{self, UpdateMask, wire_time};
use pfms_runtime::{Error, Violations};
use pfms_types::{Currency, UserId};

use crate::edit::Edit;
use crate::fields::{avatar_url, language, phone, time_zone};

/// Most characters of a name.
const MAX_NAME: usize = 100;
/// The time zone of whom none is known.
const DEFAULT_TIME_ZONE: &str = "UTC";
/// The language of whom none is known.
const DEFAULT_LANGUAGE: &str = "en";

/// What can be changed.
const UPDATABLE: &[&str] = &[
    "first_name",
    "last_name",
    "phone",
    "avatar_url",
    "date_of_birth",
    "currency",
    "time_zone",
    "language",
];

/// Who a person is to the system; empty texts were not given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E.164.
    pub phone: String,
    /// An https address.
    pub avatar_url: String,
    /// A day in the past.
    pub date_of_birth: Option<Date>,
    /// In which totals are shown.
    pub currency: Currency,
    /// The IANA zone's own spelling.
    pub time_zone: String,
    /// BCP 47, in its usual case.
    pub language: String,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            first_name: String::new(),
            last_name: String::new(),
            phone: String::new(),
            avatar_url: String::new(),
            date_of_birth: None,
            currency: Currency::USD,
            time_zone: DEFAULT_TIME_ZONE.to_owned(),
            language: DEFAULT_LANGUAGE.to_owned(),
        }
    }
}

/// What an update changes; a field that is cleared takes its first value again.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ProfileChange {
    first_name: Edit<String>,
    last_name: Edit<String>,
    phone: Edit<String>,
    avatar_url: Edit<String>,
    date_of_birth: Edit<Option<Date>>,
    currency: Edit<Currency>,
    time_zone: Edit<String>,
    language: Edit<String>,
}

impl ProfileChange {
    /// Reads an update; `today` is what a date of birth lies before.
    ///
    /// # Errors
    /// Names each field that breaks a rule.
    pub fn parse(request: UpdateProfileRequest, today: Date) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let mask = UpdateMask::parse(&mut violations, request.update_mask, UPDATABLE);
        let Some(given) = request.profile else {
            violations.add("profile", "is required");
            return Err(violations.into());
        };
        let mut inner = Violations::default();
        let change = Self::read(&mut inner, &mask, &given, today);
        violations.nest("profile", inner);
        if violations.is_empty() {
            Ok(change)
        } else {
            Err(violations.into())
        }
    }

    fn read(violations: &mut Violations, mask: &UpdateMask, given: &wire::Profile, today: Date) -> Self {
        let first = Profile::default();
        let touched = |field: &str, value: &str| mask.touches(field, !value.is_empty());
        let mut change = Self::default();
        if touched("first_name", &given.first_name) {
            change.first_name = Edit::Set(name(violations, "firstName", &given.first_name));
        }
        if touched("last_name", &given.last_name) {
            change.last_name = Edit::Set(name(violations, "lastName", &given.last_name));
        }
        if touched("phone", &given.phone) {
            change.phone = or_cleared(&given.phone, String::new(), |text| {
                violations.keep("phone", phone(text))
            });
        }
        if touched("avatar_url", &given.avatar_url) {
            change.avatar_url = or_cleared(&given.avatar_url, String::new(), |text| {
                violations.keep("avatarUrl", avatar_url(text))
            });
        }
        if touched("date_of_birth", &given.date_of_birth) {
            let date = parse::optional_date(violations, "dateOfBirth", &given.date_of_birth);
            if date.is_some_and(|date| date >= today) {
                violations.add("dateOfBirth", "must be in the past");
            }
            change.date_of_birth = Edit::Set(date);
        }
        if touched("currency", &given.currency) {
            change.currency = or_cleared(&given.currency, first.currency, |text| {
                parse::currency(violations, "currency", text)
            });
        }
        if touched("time_zone", &given.time_zone) {
            change.time_zone = or_cleared(&given.time_zone, first.time_zone, |text| {
                violations.keep("timeZone", time_zone(text))
            });
        }
        if touched("language", &given.language) {
            change.language = or_cleared(&given.language, first.language, |text| {
                violations.keep("language", language(text))
            });
        }
        change
    }

    /// The profile with this change.
    #[must_use]
    pub fn apply(self, to: &Profile) -> Profile {
        let to = to.clone();
        Profile {
            first_name: self.first_name.apply(to.first_name),
            last_name: self.last_name.apply(to.last_name),
            phone: self.phone.apply(to.phone),
            avatar_url: self.avatar_url.apply(to.avatar_url),
            date_of_birth: self.date_of_birth.apply(to.date_of_birth),
            currency: self.currency.apply(to.currency),
            time_zone: self.time_zone.apply(to.time_zone),
            language: self.language.apply(to.language),
        }
    }
}

/// The profile as it goes out.
#[must_use]
pub fn to_wire(
    user_id: UserId,
    profile: Profile,
    created_at: jiff::Timestamp,
    updated_at: jiff::Timestamp,
) -> wire::Profile {
    wire::Profile {
        user_id: user_id.to_string(),
        first_name: profile.first_name,
        last_name: profile.last_name,
        phone: profile.phone,
        avatar_url: profile.avatar_url,
        date_of_birth: profile
            .date_of_birth
            .map(|date| date.to_string())
            .unwrap_or_default(),
        currency: profile.currency.to_string(),
        time_zone: profile.time_zone,
        language: profile.language,
        create_time: Some(wire_time(created_at)),
        update_time: Some(wire_time(updated_at)),
    }
}

fn or_cleared<T>(text: &str, cleared: T, read: impl FnOnce(&str) -> Option<T>) -> Edit<T> {
    if text.is_empty() {
        Edit::Set(cleared)
    } else {
        read(text).into()
    }
}

fn name(violations: &mut Violations, field: &str, value: &str) -> String {
    let value = value.trim();
    if value.contains(['\n', '\r', '\t']) {
        violations.add(field, "must be one line");
    }
    parse::text(violations, field, value.to_owned(), MAX_NAME)
}
