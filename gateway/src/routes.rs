//! What the edge routes, derived from the methods' own annotations so that no list can fall behind them.

use std::collections::{BTreeMap, BTreeSet};

use pfms_proto::method::{Access, Method};
use prost_reflect::DescriptorPool;
use serde::Serialize;

/// What JSON bodies are sent as, parameters included.
pub(crate) const JSON_TYPE: &str = r"(?i)application/json\s*(;.*)?";
/// What raw bodies are sent as.
const RAW_TYPE: &str = r"(?i)application/(wasm|octet-stream)\s*(;.*)?";

/// Answered by Envoy itself, to anyone: that the edge runs.
pub const HEALTH_PATH: &str = "/healthz";

/// What the gateway service answers by itself, to anyone. With the methods of [`Access::Public`] and [`HEALTH_PATH`]
/// this is all that answers without a token.
pub const OWN_ROUTES: &[OwnRoute] = &[
    OwnRoute {
        path: "/openapi.json",
        below: false,
        grpc: false,
    },
    OwnRoute {
        path: "/docs",
        below: true,
        grpc: false,
    },
    OwnRoute {
        path: "/grpc.reflection.v1.ServerReflection/",
        below: true,
        grpc: true,
    },
];

/// A route of the gateway service's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct OwnRoute {
    /// The path.
    pub path: &'static str,
    /// Whether paths below it are its too.
    pub below: bool,
    /// Whether it is gRPC.
    pub grpc: bool,
}

/// Why no routes can be derived.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RouteError {
    /// The descriptor cannot be read.
    #[error("the descriptor cannot be read: {0}")]
    Descriptor(String),
    /// A method of the table is not in the descriptor.
    #[error("{0} is not in the descriptor: run `make codegen`")]
    UnknownMethod(String),
    /// Two services claim one REST prefix.
    #[error("the REST prefix {prefix} belongs to both {first} and {second}")]
    SharedPrefix {
        /// The prefix.
        prefix: String,
        /// The service that claims it first.
        first: String,
        /// The other.
        second: String,
    },
}

/// A REST route that is not like the others of its service: open to anyone, or a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RestMethod {
    /// gRPC path.
    pub method: String,
    /// Upper-case HTTP method.
    pub verb: String,
    /// The path when it has no variables.
    pub path: Option<String>,
    /// What matches the path when it has variables.
    pub regex: Option<String>,
    /// The service that answers.
    pub upstream: String,
    /// Whether no token is asked for.
    pub public: bool,
    /// Whether it streams, and so has no deadline of the edge's.
    pub streaming: bool,
    /// Content types as regular expressions; `None` when there is no body.
    pub accepts: Vec<Option<&'static str>>,
}

/// A REST prefix of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Prefix {
    /// For example "/api/v1/expenses", or "/pfms.expense.v1.ExpenseService/".
    pub prefix: String,
    /// The service that answers.
    pub upstream: String,
}

/// A gRPC method that is not like the others of its service: open to anyone, or a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GrpcMethod {
    /// gRPC path.
    pub method: String,
    /// The service that answers.
    pub upstream: String,
    /// Whether no token is asked for.
    pub public: bool,
    /// Whether it streams, and so has no deadline of the edge's.
    pub streaming: bool,
}

/// Everything that the edge routes to services.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routes {
    /// Exceptions among REST routes.
    pub rest_methods: Vec<RestMethod>,
    /// REST prefixes, the longest first.
    pub rest_prefixes: Vec<Prefix>,
    /// Exceptions among gRPC methods.
    pub grpc_methods: Vec<GrpcMethod>,
    /// gRPC services, by prefix.
    pub grpc_services: Vec<Prefix>,
    /// Fully qualified gRPC services that are reachable.
    pub transcoded: Vec<String>,
}

impl Routes {
    /// Derives the routes of `methods`, which `descriptor` describes. Methods for the mesh have none.
    ///
    /// # Errors
    /// When the two do not belong together, or services claim the same prefix.
    pub fn derive(methods: &[Method], descriptor: &[u8]) -> Result<Self, RouteError> {
        let pool =
            DescriptorPool::decode(descriptor).map_err(|error| RouteError::Descriptor(error.to_string()))?;
        let mut routes = Self::default();
        let mut services = BTreeSet::new();
        let mut prefixes = BTreeMap::<String, String>::new();
        for method in methods.iter().filter(|method| method.access != Access::Mesh) {
            let upstream = upstream(method.service()).to_owned();
            let streams = Streams::of(&pool, method)?;
            let public = method.access == Access::Public;
            let exceptional = public || streams.any;
            if exceptional {
                routes.grpc_methods.push(GrpcMethod {
                    method: method.path.into(),
                    upstream: upstream.clone(),
                    public,
                    streaming: streams.any,
                });
            }
            for (verb, template) in method.http {
                if exceptional {
                    routes.rest_methods.push(RestMethod {
                        method: method.path.into(),
                        verb: (*verb).into(),
                        path: (!template.contains('{')).then(|| (*template).into()),
                        regex: template.contains('{').then(|| regex(template)),
                        upstream: upstream.clone(),
                        public,
                        streaming: streams.any,
                        accepts: vec![streams.body(verb)],
                    });
                }
                let prefix = static_prefix(template);
                if let Some(first) = prefixes.insert(prefix.clone(), upstream.clone())
                    && first != upstream
                {
                    return Err(RouteError::SharedPrefix {
                        prefix,
                        first,
                        second: upstream,
                    });
                }
            }
            services.insert(method.service().to_owned());
        }
        routes.rest_prefixes = prefixes
            .iter()
            .filter(|(prefix, upstream)| !covered(&prefixes, prefix, upstream))
            .map(|(prefix, upstream)| Prefix {
                prefix: prefix.clone(),
                upstream: upstream.clone(),
            })
            .collect();
        routes
            .rest_prefixes
            .sort_by_key(|route| std::cmp::Reverse(route.prefix.len()));
        routes.grpc_services = services
            .iter()
            .map(|service| Prefix {
                prefix: format!("/{service}/"),
                upstream: upstream(service).into(),
            })
            .collect();
        routes.transcoded = services.into_iter().collect();
        Ok(routes)
    }

    /// The services that answer something, each once.
    #[must_use]
    pub fn upstreams(&self) -> BTreeSet<&str> {
        self.grpc_services
            .iter()
            .map(|route| route.upstream.as_str())
            .collect()
    }
}

/// How a method streams.
struct Streams {
    any: bool,
    client: bool,
}

impl Streams {
    fn of(pool: &DescriptorPool, method: &Method) -> Result<Self, RouteError> {
        let unknown = || RouteError::UnknownMethod(method.path.into());
        let name = method.path.rsplit('/').next().unwrap_or_default();
        let found = pool
            .get_service_by_name(method.service())
            .and_then(|service| service.methods().find(|candidate| candidate.name() == name))
            .ok_or_else(unknown)?;
        let client = found.is_client_streaming();
        Ok(Self {
            any: client || found.is_server_streaming(),
            client,
        })
    }

    /// A stream of requests over REST is a raw body in pieces.
    fn body(&self, verb: &str) -> Option<&'static str> {
        match verb {
            _ if self.client => Some(RAW_TYPE),
            "POST" | "PUT" | "PATCH" => Some(JSON_TYPE),
            _ => None,
        }
    }
}

/// The service that owns a package: "pfms.expense.v1.CategoryService" is the expense service's.
fn upstream(service: &str) -> &str {
    service.split('.').nth(1).unwrap_or_default()
}

/// The path up to its first variable or custom verb.
fn static_prefix(template: &str) -> String {
    let end = template.find("/{").unwrap_or(template.len());
    let path = &template[..end];
    path.rsplit_once(':')
        .map_or(path, |(before, _)| before)
        .to_owned()
}

/// Whether a shorter prefix leads to the same service, with none of another service's between the two.
fn covered(prefixes: &BTreeMap<String, String>, prefix: &str, upstream: &str) -> bool {
    let mut parents = prefix
        .match_indices('/')
        .map(|(end, _)| &prefix[..end])
        .collect::<Vec<_>>();
    parents.reverse();
    parents
        .iter()
        .find_map(|parent| prefixes.get(*parent))
        .is_some_and(|owner| owner == upstream)
}

/// A path template as a regular expression; a variable is one segment.
fn regex(template: &str) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(&escape(before));
        out.push_str("[^/:]+");
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    out + &escape(rest)
}

fn escape(text: &str) -> String {
    text.chars()
        .flat_map(|char| {
            let special = !(char.is_ascii_alphanumeric() || matches!(char, '/' | '-' | '_' | ':'));
            special.then_some('\\').into_iter().chain([char])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn routes() -> Routes {
        Routes::derive(pfms_proto::METHODS, pfms_proto::DESCRIPTOR).unwrap()
    }

    #[test]
    fn every_rest_route_has_a_prefix_of_its_service() {
        let routes = routes();
        for method in pfms_proto::METHODS {
            for (_, template) in method.http {
                let found = routes
                    .rest_prefixes
                    .iter()
                    .find(|route| static_prefix(template).starts_with(&route.prefix))
                    .unwrap();
                assert_eq!(found.upstream, upstream(method.service()), "{template}");
            }
        }
    }

    #[test]
    fn methods_for_the_mesh_are_routed_nowhere() {
        let routes = routes();
        assert!(
            pfms_proto::METHODS
                .iter()
                .any(|method| method.access == Access::Mesh)
        );
        assert!(
            !routes
                .transcoded
                .iter()
                .any(|service| service.contains("Internal"))
        );
        assert!(
            !routes
                .grpc_services
                .iter()
                .any(|route| route.prefix.contains("Internal"))
        );
    }

    #[test]
    fn only_public_methods_and_streams_are_exceptions() {
        let routes = routes();
        let open = routes
            .rest_methods
            .iter()
            .filter(|route| route.public)
            .map(|route| route.method.as_str());
        let public = pfms_proto::METHODS
            .iter()
            .filter(|method| method.access == Access::Public)
            .flat_map(|method| method.http.iter().map(|_| method.path));
        assert_eq!(open.collect::<Vec<_>>(), public.collect::<Vec<_>>());
        let streams = routes
            .rest_methods
            .iter()
            .filter(|route| route.streaming)
            .map(|route| (route.method.as_str(), &route.accepts[..]));
        let expected = [
            (
                "/pfms.automation.v1.HistoryRunService/WatchHistoryRun",
                &[None][..],
            ),
            (
                "/pfms.automation.v1.ModuleService/CreateModule",
                &[Some(RAW_TYPE)],
            ),
            (
                "/pfms.tax.v1.TaxComponentService/CreateTaxComponent",
                &[Some(RAW_TYPE)],
            ),
            ("/pfms.user.v1.ExportService/DownloadExport", &[None]),
        ];
        assert_eq!(streams.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_prefix_below_another_of_its_service_is_left_out_unless_it_changes_the_service() {
        let map = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect::<BTreeMap<_, _>>()
        };
        let same = map(&[("/a", "x"), ("/a/b", "x")]);
        assert!(covered(&same, "/a/b", "x"));
        assert!(!covered(&same, "/a", "x"));
        let between = map(&[("/a", "x"), ("/a/b", "y"), ("/a/b/c", "x")]);
        assert!(!covered(&between, "/a/b", "y"));
        assert!(!covered(&between, "/a/b/c", "x"));
    }

    #[test]
    fn templates_become_prefixes_and_expressions() {
        assert_eq!(static_prefix("/api/v1/things/{id}:mark"), "/api/v1/things");
        assert_eq!(static_prefix("/api/v1/things:batchCreate"), "/api/v1/things");
        assert_eq!(static_prefix("/.well-known/jwks.json"), "/.well-known/jwks.json");
        assert_eq!(regex("/a.b/{id}/c/{d}:go"), r"/a\.b/[^/:]+/c/[^/:]+:go");
    }

    #[test]
    fn two_services_cannot_claim_one_prefix() {
        let clash = |path| Method {
            path,
            access: Access::User,
            scope: None,
            http: &[("GET", "/api/v1/same")],
        };
        let methods = [
            clash("/pfms.expense.v1.ExpenseService/ListExpenses"),
            clash("/pfms.notification.v1.NotificationService/ListNotifications"),
        ];
        let error = Routes::derive(&methods, pfms_proto::DESCRIPTOR).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the REST prefix /api/v1/same belongs to both expense and notification"
        );
    }
}
