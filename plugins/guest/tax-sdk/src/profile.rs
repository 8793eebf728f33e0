//! Fields of a profile: what a country asks of a person. Make each a `static`, list it in
//! [`crate::Country::profile`], and read it with [`crate::Facts::get`].
//!
//! ```
//! use pfms_tax::profile::{Answer, Choice, Flag, Whole, Wholes};
//!
//! #[derive(Clone, Copy, PartialEq)]
//! enum Status {
//!     Single,
//!     Joint,
//! }
//!
//! // Without a default: an input must say it.
//! static STATUS: Choice<Status> = Choice::new("filing-status", "Filing status", "As on the return.", &[
//!     Answer { value: Status::Single, name: "single", label: "Single" },
//!     Answer { value: Status::Joint, name: "joint", label: "Married filing jointly" },
//! ]);
//! static BLIND: Flag = Flag::new("blind", "Blind", "On the last day of the year.").or(false);
//! static AGE: Whole = Whole::new("age", "Age", "On the last day of the year.", 0, 130).or(40);
//! static CHILDREN: Wholes = Wholes::new("children", "Ages of children", "On the last day.", 0, 130).or(&[]);
//! static TIPS: Flag = Flag::new("tipped", "Tipped occupation", "As listed.").or(false).only(&[2025, 2026]);
//! ```

use crate::bindings::pfms::rules::tax_types as wire;
use crate::{FieldKind, FieldValue, ProfileField};

/// A field of any kind.
pub trait Field {
    /// Its name.
    fn name(&self) -> &'static str;

    /// The years that ask for it; empty: all.
    fn years(&self) -> &'static [u16];

    /// Whether an input must hold it.
    fn is_required(&self) -> bool;

    /// What a value must be, when it is not that.
    fn problem(&self, value: &FieldValue) -> Option<String>;

    /// As the contract has it.
    fn describe(&self) -> ProfileField;

    /// Whether a year asks for it.
    fn is_asked_in(&self, year: u16) -> bool {
        self.years().is_empty() || self.years().contains(&year)
    }
}

/// A field that can be read.
pub trait Read: Field {
    /// What it holds.
    type Value<'v>
    where
        Self: 'v;

    /// Reads a value that was checked; without one, the default.
    fn read<'v>(&'v self, value: Option<&'v FieldValue>) -> Self::Value<'v>;
}

macro_rules! field {
    ($(#[$doc:meta])* $name:ident$(<$generic:ident>)? { $($extra:ident: $extra_type:ty),* } default $default:ty) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name$(<$generic: 'static>)? {
            name: &'static str,
            label: &'static str,
            help: &'static str,
            $($extra: $extra_type,)*
            default: Option<$default>,
            years: &'static [u16],
        }

        impl$(<$generic>)? $name$(<$generic>)? {
            /// A field that an input must hold.
            #[must_use]
            pub const fn new(
                name: &'static str,
                label: &'static str,
                help: &'static str,
                $($extra: $extra_type,)*
            ) -> Self {
                Self { name, label, help, $($extra,)* default: None, years: &[] }
            }

            /// The same with what is taken when the person says nothing.
            #[must_use]
            pub const fn or(mut self, default: $default) -> Self {
                self.default = Some(default);
                self
            }

            /// The same, asked for in these years only.
            #[must_use]
            pub const fn only(mut self, years: &'static [u16]) -> Self {
                self.years = years;
                self
            }

            fn describe_as(&self, kind: FieldKind, default: Option<FieldValue>) -> ProfileField {
                ProfileField {
                    name: self.name.to_owned(),
                    label: self.label.to_owned(),
                    help: self.help.to_owned(),
                    kind,
                    default_value: default,
                    years: self.years.to_vec(),
                }
            }
        }
    };
}

macro_rules! common {
    () => {
        fn name(&self) -> &'static str {
            self.name
        }

        fn years(&self) -> &'static [u16] {
            self.years
        }

        fn is_required(&self) -> bool {
            self.default.is_none()
        }
    };
}

field! {
    /// Yes or no.
    Flag {} default bool
}

field! {
    /// A whole number, such as an age.
    Whole { least: i64, greatest: i64 } default i64
}

field! {
    /// Whole numbers, such as the ages of children; up to 20.
    Wholes { least: i64, greatest: i64 } default &'static [i64]
}

field! {
    /// An amount in minor units.
    Amount { least: i64, greatest: i64 } default i64
}

field! {
    /// One of several answers.
    Choice<T> { answers: &'static [Answer<T>] } default &'static str
}

/// One of several answers.
#[derive(Debug)]
pub struct Answer<T> {
    /// What a formula sees.
    pub value: T,
    /// As it is stored.
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
}

/// The most numbers in a field of whole numbers.
const MAX_WHOLES: usize = 20;

fn outside(value: i64, least: i64, greatest: i64) -> Option<String> {
    (!(least..=greatest).contains(&value)).then(|| format!("must be {least} to {greatest}"))
}

impl Field for Flag {
    common!();

    fn problem(&self, value: &FieldValue) -> Option<String> {
        (!matches!(value, FieldValue::Flag(_))).then(|| "must be yes or no".to_owned())
    }

    fn describe(&self) -> ProfileField {
        self.describe_as(FieldKind::Flag, self.default.map(FieldValue::Flag))
    }
}

impl Read for Flag {
    type Value<'v> = bool;

    fn read(&self, value: Option<&FieldValue>) -> bool {
        match value {
            Some(FieldValue::Flag(flag)) => *flag,
            _ => self.default.unwrap_or_default(),
        }
    }
}

impl Field for Whole {
    common!();

    fn problem(&self, value: &FieldValue) -> Option<String> {
        match value {
            FieldValue::Whole(number) => outside(*number, self.least, self.greatest),
            _ => Some("must be a whole number".to_owned()),
        }
    }

    fn describe(&self) -> ProfileField {
        let bounds = wire::Bounds {
            least: self.least,
            greatest: self.greatest,
        };
        self.describe_as(FieldKind::Whole(bounds), self.default.map(FieldValue::Whole))
    }
}

impl Read for Whole {
    type Value<'v> = i64;

    fn read(&self, value: Option<&FieldValue>) -> i64 {
        match value {
            Some(FieldValue::Whole(number)) => *number,
            _ => self.default.unwrap_or(self.least),
        }
    }
}

impl Field for Wholes {
    common!();

    fn problem(&self, value: &FieldValue) -> Option<String> {
        match value {
            FieldValue::Wholes(numbers) if numbers.len() > MAX_WHOLES => {
                Some(format!("must be at most {MAX_WHOLES} whole numbers"))
            }
            FieldValue::Wholes(numbers) => numbers
                .iter()
                .find_map(|number| outside(*number, self.least, self.greatest)),
            _ => Some("must be a list of whole numbers".to_owned()),
        }
    }

    fn describe(&self) -> ProfileField {
        let bounds = wire::Bounds {
            least: self.least,
            greatest: self.greatest,
        };
        let default = self.default.map(|numbers| FieldValue::Wholes(numbers.to_vec()));
        self.describe_as(FieldKind::Wholes(bounds), default)
    }
}

impl Read for Wholes {
    type Value<'v> = &'v [i64];

    fn read<'v>(&'v self, value: Option<&'v FieldValue>) -> &'v [i64] {
        match value {
            Some(FieldValue::Wholes(numbers)) => numbers,
            _ => self.default.unwrap_or_default(),
        }
    }
}

impl Field for Amount {
    common!();

    fn problem(&self, value: &FieldValue) -> Option<String> {
        match value {
            FieldValue::Amount(minor) => {
                outside(*minor, self.least, self.greatest).map(|problem| format!("{problem}, in minor units"))
            }
            _ => Some("must be an amount".to_owned()),
        }
    }

    fn describe(&self) -> ProfileField {
        let bounds = wire::Bounds {
            least: self.least,
            greatest: self.greatest,
        };
        self.describe_as(FieldKind::Amount(bounds), self.default.map(FieldValue::Amount))
    }
}

impl Read for Amount {
    type Value<'v> = i64;

    fn read(&self, value: Option<&FieldValue>) -> i64 {
        match value {
            Some(FieldValue::Amount(minor)) => *minor,
            _ => self.default.unwrap_or_default(),
        }
    }
}

impl<T: Copy> Choice<T> {
    fn find(&self, name: &str) -> Option<&Answer<T>> {
        self.answers.iter().find(|answer| answer.name == name)
    }
}

impl<T: Copy> Field for Choice<T> {
    common!();

    fn problem(&self, value: &FieldValue) -> Option<String> {
        let is_known = matches!(value, FieldValue::Choice(name) if self.find(name).is_some());
        let names = || self.answers.iter().map(|answer| answer.name).collect::<Vec<_>>();
        (!is_known).then(|| format!("must be one of {}", names().join(", ")))
    }

    fn describe(&self) -> ProfileField {
        let choices = self.answers.iter().map(|answer| wire::Choice {
            value: answer.name.to_owned(),
            label: answer.label.to_owned(),
        });
        let default = self.default.map(|name| FieldValue::Choice(name.to_owned()));
        self.describe_as(FieldKind::Choice(choices.collect()), default)
    }
}

/// The answer; none only for a field without default of a year that does not ask for it.
impl<T: Copy> Read for Choice<T> {
    type Value<'v> = Option<T>;

    fn read(&self, value: Option<&FieldValue>) -> Option<T> {
        let name = match value {
            Some(FieldValue::Choice(name)) => Some(name.as_str()),
            _ => self.default,
        };
        name.and_then(|name| self.find(name)).map(|answer| answer.value)
    }
}
