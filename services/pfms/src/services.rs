//! The services that this program can serve.

use pfms_runtime::{Holder, Service};

/// Every service, in the order of their ports.
#[must_use]
pub fn all() -> Vec<Service> {
    vec![
        pfms_auth::service(),
        pfms_user::service(),
        pfms_expense::service(),
        pfms_tax_service::service(),
        pfms_notification::service(),
        pfms_automation::service(),
        pfms_gateway::service(),
    ]
}

/// The services that hold data about users, in this process or not.
#[must_use]
pub fn holders() -> Vec<Holder> {
    all().iter().filter_map(Service::holder).collect()
}

/// The services with these names; none means every one.
///
/// # Errors
/// When a name is unknown.
pub fn named(names: &[String]) -> Result<Vec<Service>, String> {
    let all = all();
    let known: Vec<_> = all.iter().map(Service::name).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(format!(
            "there is no service {unknown:?}; there are: {}",
            known.join(", ")
        ));
    }
    Ok(all
        .into_iter()
        .filter(|service| names.is_empty() || names.iter().any(|name| name == service.name()))
        .collect())
}
