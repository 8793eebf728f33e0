//! Privacy settings: nothing is allowed until the person allows it.
//!
//! The system's first design turned analytics on for everyone. Consent is an act (GDPR, articles 4 (11) and 25 (2)),
//! and a box that is ticked beforehand is none, so here it is off like the rest.

use jiff::Timestamp;
use pfms_proto::user::v1::{self as wire, UpdatePrivacySettingsRequest};
use pfms_runtime::parse::{UpdateMask, wire_time};
use pfms_runtime::{Error, Violations};

use crate::edit::Edit;

/// What can be changed.
const UPDATABLE: &[&str] = &[
    "profile_visibility",
    "show_net_worth",
    "allow_analytics",
    "data_sharing",
];

/// Who sees more of a profile than a first name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Visibility {
    /// Nobody.
    #[default]
    Private,
    /// Members of one's family.
    Family,
}

impl Visibility {
    /// As in events and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Family => "family",
        }
    }

    /// What [`Visibility::as_str`] wrote; anything else is private.
    #[must_use]
    pub fn read(text: &str) -> Self {
        if text == Self::Family.as_str() {
            Self::Family
        } else {
            Self::Private
        }
    }
}

/// What a person allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Privacy {
    /// Who sees more of the profile than the first name.
    pub visibility: Visibility,
    /// Whether net worth can be shared.
    pub show_net_worth: bool,
    /// Consent to analytics.
    pub allow_analytics: bool,
    /// Consent to hand data to third parties.
    pub data_sharing: bool,
}

/// What an update changes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PrivacyChange {
    visibility: Edit<Visibility>,
    show_net_worth: Edit<bool>,
    allow_analytics: Edit<bool>,
    data_sharing: Edit<bool>,
}

impl PrivacyChange {
    /// Reads an update.
    ///
    /// # Errors
    /// Names each field that breaks a rule.
    pub fn parse(request: UpdatePrivacySettingsRequest) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let mask = UpdateMask::parse(&mut violations, request.update_mask, UPDATABLE);
        let Some(given) = request.settings else {
            violations.add("settings", "is required");
            return Err(violations.into());
        };
        let switch = |field: &str, value: Option<bool>| {
            mask.touches(field, value.is_some())
                .then(|| value.unwrap_or_default())
                .into()
        };
        let mut change = Self {
            show_net_worth: switch("show_net_worth", given.show_net_worth),
            allow_analytics: switch("allow_analytics", given.allow_analytics),
            data_sharing: switch("data_sharing", given.data_sharing),
            ..Self::default()
        };
        if mask.touches("profile_visibility", given.profile_visibility != 0) {
            change.visibility = violations
                .keep("settings.profileVisibility", visibility(given.profile_visibility))
                .into();
        }
        if violations.is_empty() {
            Ok(change)
        } else {
            Err(violations.into())
        }
    }

    /// The settings with this change.
    #[must_use]
    pub fn apply(self, to: Privacy) -> Privacy {
        Privacy {
            visibility: self.visibility.apply(to.visibility),
            show_net_worth: self.show_net_worth.apply(to.show_net_worth),
            allow_analytics: self.allow_analytics.apply(to.allow_analytics),
            data_sharing: self.data_sharing.apply(to.data_sharing),
        }
    }
}

fn visibility(value: i32) -> Result<Visibility, &'static str> {
    use wire::ProfileVisibility as Wire;
    match Wire::try_from(value) {
        Ok(Wire::Unspecified | Wire::Private) => Ok(Visibility::Private),
        Ok(Wire::Family) => Ok(Visibility::Family),
        Err(_) => Err("must be PROFILE_VISIBILITY_PRIVATE or PROFILE_VISIBILITY_FAMILY"),
    }
}

/// What differs between two settings, for the audit log: a consent has to be provable.
#[must_use]
pub fn difference(before: Privacy, after: Privacy) -> String {
    let switch = |name: &str, before: bool, after: bool| {
        (before != after).then(|| format!("{name}={}", if after { "on" } else { "off" }))
    };
    let visibility = (before.visibility != after.visibility)
        .then(|| format!("profile_visibility={}", after.visibility.as_str()));
    visibility
        .into_iter()
        .chain(switch(
            "show_net_worth",
            before.show_net_worth,
            after.show_net_worth,
        ))
        .chain(switch(
            "allow_analytics",
            before.allow_analytics,
            after.allow_analytics,
        ))
        .chain(switch("data_sharing", before.data_sharing, after.data_sharing))
        .collect::<Vec<_>>()
        .join(" ")
}

/// The settings as they go out; the instant is that of the last change.
#[must_use]
pub fn to_wire(privacy: Privacy, updated_at: Option<Timestamp>) -> wire::PrivacySettings {
    let visibility = match privacy.visibility {
        Visibility::Private => wire::ProfileVisibility::Private,
        Visibility::Family => wire::ProfileVisibility::Family,
    };
    wire::PrivacySettings {
        profile_visibility: visibility.into(),
        show_net_worth: Some(privacy.show_net_worth),
        allow_analytics: Some(privacy.allow_analytics),
        data_sharing: Some(privacy.data_sharing),
        update_time: updated_at.map(wire_time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_names_what_changed_and_nothing_else() {
        let before = Privacy {
            data_sharing: true,
            show_net_worth: true,
            ..Privacy::default()
        };
        let after = Privacy {
            visibility: Visibility::Family,
            allow_analytics: true,
            data_sharing: false,
            ..before
        };
        assert_eq!(
            difference(before, after),
            "profile_visibility=family allow_analytics=on data_sharing=off"
        );
        assert_eq!(difference(after, after), "");
    }
}
