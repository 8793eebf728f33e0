//! Who of a couple that is assessed together.

use pfms_plugin_host::tax::Person;
use pfms_proto::tax::v1 as wire;
use pfms_runtime::Violations;

/// Reads whose something is; the taxpayer's when nothing is said.
pub fn parse(violations: &mut Violations, number: i32) -> Person {
    match wire::TaxPerson::try_from(number) {
        Ok(wire::TaxPerson::Unspecified | wire::TaxPerson::Taxpayer) => Person::Taxpayer,
        Ok(wire::TaxPerson::Partner) => Person::Partner,
        Err(_) => {
            violations.add("person", "is not one of the known persons");
            Person::Taxpayer
        }
    }
}

/// As it goes out.
#[must_use]
pub fn wire(person: Person) -> wire::TaxPerson {
    match person {
        Person::Taxpayer => wire::TaxPerson::Taxpayer,
        Person::Partner => wire::TaxPerson::Partner,
    }
}

/// As stored.
#[must_use]
pub fn as_str(person: Person) -> &'static str {
    match person {
        Person::Taxpayer => "taxpayer",
        Person::Partner => "partner",
    }
}

/// From what is stored.
#[must_use]
pub fn from_stored(text: &str) -> Option<Person> {
    [Person::Taxpayer, Person::Partner]
        .into_iter()
        .find(|person| as_str(*person) == text)
}
