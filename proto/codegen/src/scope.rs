//! Which scope opens a method to a token of limited scope.

use prost_reflect::{DescriptorPool, ExtensionDescriptor, MethodDescriptor};

use crate::Error;
use crate::methods::http_rules;

/// The package whose methods manage credentials: nothing of it is opened by default.
const CREDENTIALS: &str = "auth";
/// Services that say who sees what, or that give everything away: nothing of them is opened by default.
const DELICATE: &[&str] = &[
    "ExportService",
    "FamilyService",
    "PrivacyService",
    "SharingService",
];

/// The options that decide.
pub struct Reach {
    access: ExtensionDescriptor,
    reach: ExtensionDescriptor,
}

impl Reach {
    /// The options as these files define them.
    pub fn of(pool: &DescriptorPool) -> Result<Self, Error> {
        let option = |name: &str| {
            pool.get_extension_by_name(name)
                .ok_or_else(|| Error::Option(format!("{name} is not defined")))
        };
        Ok(Self {
            access: option("pfms.types.v1.access")?,
            reach: option("pfms.types.v1.reach")?,
        })
    }

    /// The scope of a method; none where only a session opens it, and where no user calls it.
    pub fn scope(&self, pool: &DescriptorPool, method: &MethodDescriptor) -> Result<Option<String>, Error> {
        let options = method.options();
        let number = |option| options.get_extension(option).as_enum_number().unwrap_or_default();
        let package = method.parent_file().package_name().to_owned();
        let domain = package.split('.').nth(1).unwrap_or_default();
        let for_users = !matches!(number(&self.access), 2 | 3);
        let reach = number(&self.reach);
        if !for_users && reach != 0 {
            return Err(Error::Option(format!(
                "{}: reach is for methods that are for users",
                method.full_name()
            )));
        }
        let closed = domain == CREDENTIALS || DELICATE.contains(&method.parent_service().name());
        let verbs = http_rules(pool, method)?;
        let what = match reach {
            _ if !for_users => return Ok(None),
            1 => "read",
            2 => "write",
            0 if !closed && !verbs.is_empty() => {
                if verbs.iter().all(|rule| rule.verb == "GET") {
                    "read"
                } else {
                    "write"
                }
            }
            _ => return Ok(None),
        };
        Ok(Some(format!("{domain}:{what}")))
    }
}
