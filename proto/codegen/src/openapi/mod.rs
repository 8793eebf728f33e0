//! The `OpenAPI` document: what the REST edge serves, from the same descriptor that the edge reads.
//!
//! Bodies follow the protobuf JSON mapping. Services of the mesh (`…InternalService`) and methods without a
//! route are not in it, nor are messages that no operation refers to.

mod comments;
mod errors;
mod examples;
mod hints;
mod json;
mod parts;
mod paths;
mod schema;
mod templates;
mod words;

use prost_reflect::{DescriptorPool, ServiceDescriptor};

use self::comments::Comments;
use self::json::{Json, array, object, text};
use self::paths::Paths;
use crate::Error;

/// Domains in the order in which a newcomer meets them; others follow by name.
const ORDER: &[&str] = &["auth", "user", "expense", "automation", "notification"];

/// The `OpenAPI` 3.1 document, as JSON.
///
/// # Errors
/// When a route names a field that its request does not have, or two operations have one id.
pub fn generate(pool: &DescriptorPool) -> Result<String, Error> {
    let comments = Comments::of(pool);
    let mut paths = Paths::new(pool, &comments)?;
    let mut tags = Vec::new();
    for service in services(pool) {
        let tag = tag(&service);
        let description = comments.at(&service.parent_file(), service.path());
        tags.push(object([("name", text(tag)), ("description", text(description))]));
        for method in service.methods() {
            paths.add(tag, &method)?;
        }
    }
    let (paths, schemas) = paths.into_json();
    Ok(object([
        ("openapi", text("3.1.0")),
        ("info", parts::info()),
        ("servers", array([object([("url", text("/"))])])),
        ("security", array([object([("bearer", array([]))])])),
        ("tags", Json::Array(tags)),
        ("paths", paths),
        ("components", parts::components(schemas)),
    ])
    .pretty())
}

fn services(pool: &DescriptorPool) -> Vec<ServiceDescriptor> {
    let mut services: Vec<_> = pool
        .services()
        .filter(|service| {
            service.package_name().starts_with("pfms.") && !service.name().ends_with("InternalService")
        })
        .collect();
    services.sort_by_cached_key(|service| {
        let domain = service
            .package_name()
            .split('.')
            .nth(1)
            .unwrap_or_default()
            .to_owned();
        let place = ORDER
            .iter()
            .position(|known| *known == domain)
            .unwrap_or(ORDER.len());
        // A domain's own service stands before its others.
        let other = !tag(service).eq_ignore_ascii_case(&domain);
        (place, domain, other, service.name().to_owned())
    });
    services
}

/// What a service is called in the document: its name without "Service".
fn tag(service: &ServiceDescriptor) -> &str {
    service.name().strip_suffix("Service").unwrap_or(service.name())
}
