//! Servers named by URL instead of started by us: checked before anything relies on them.

use std::time::Duration;

use reqwest::Url;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::error::InfraError;
use super::{postgres, rabbitmq};

const BOUND: Duration = Duration::from_secs(5);

/// Checks that PostgreSQL answers at `url` and accepts its credentials.
pub(crate) async fn check_database(url: &str) -> Result<(), InfraError> {
    let endpoint = Endpoint::parse("DATABASE_URL", url, &["postgres", "postgresql"], 5432)?;
    endpoint.bounded(postgres::probe(url)).await
}

/// Checks that something accepts connections at `url`.
pub(crate) async fn check_redis(url: &str) -> Result<(), InfraError> {
    let endpoint = Endpoint::parse("REDIS_URL", url, &["redis", "rediss", "valkey", "valkeys"], 6379)?;
    endpoint
        .bounded(TcpStream::connect((endpoint.host.as_str(), endpoint.port)))
        .await
}

/// Checks that a broker answers at `url`; through TLS only that something accepts connections.
pub(crate) async fn check_broker(url: &str) -> Result<(), InfraError> {
    let endpoint = Endpoint::parse("AMQP_URL", url, &["amqp", "amqps"], 5672)?;
    if url.starts_with("amqps") {
        endpoint
            .bounded(TcpStream::connect((endpoint.host.as_str(), endpoint.port)))
            .await
    } else {
        endpoint
            .bounded(rabbitmq::probe(&endpoint.host, endpoint.port))
            .await
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Endpoint {
    variable: &'static str,
    host: String,
    port: u16,
}

impl Endpoint {
    fn parse(variable: &'static str, url: &str, schemes: &[&str], port: u16) -> Result<Self, InfraError> {
        // The URL itself is not shown: it may hold a password.
        let wrong = |reason: String| InfraError::Unreachable {
            variable,
            endpoint: "no server".into(),
            reason,
        };
        let parsed = Url::parse(url).map_err(|error| wrong(format!("it is not a URL ({error})")))?;
        if !schemes.contains(&parsed.scheme()) {
            return Err(wrong(format!(
                "it has to begin with {}://",
                schemes.join(":// or ")
            )));
        }
        let port = match parsed.scheme() {
            "amqps" => parsed.port().unwrap_or(5671),
            _ => parsed.port().unwrap_or(port),
        };
        let host = parsed
            .host_str()
            .filter(|host| !host.is_empty())
            .unwrap_or("localhost");
        Ok(Self {
            variable,
            host: host.trim_matches(['[', ']']).to_owned(),
            port,
        })
    }

    async fn bounded<T, E: std::fmt::Display>(
        &self,
        attempt: impl Future<Output = Result<T, E>>,
    ) -> Result<(), InfraError> {
        let reason = match timeout(BOUND, attempt).await {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {} s", BOUND.as_secs()),
        };
        let endpoint = format!("{}:{}", self.host, self.port);
        Err(InfraError::Unreachable {
            variable: self.variable,
            endpoint,
            reason,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_host_and_port() {
        let endpoint = |url| Endpoint::parse("AMQP_URL", url, &["amqp", "amqps"], 5672).unwrap();
        let (plain, tls) = (endpoint("amqp://u:p@broker/%2f"), endpoint("amqps://[::1]:99"));
        assert_eq!((plain.host.as_str(), plain.port), ("broker", 5672));
        assert_eq!((tls.host.as_str(), tls.port), ("::1", 99));
        assert_eq!(endpoint("amqps://broker").port, 5671);
    }

    #[test]
    fn a_wrong_scheme_names_the_variable_and_hides_the_password() {
        let error = Endpoint::parse("REDIS_URL", "http://:hunter2@h", &["redis"], 6379)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("REDIS_URL") && error.contains("redis://"),
            "{error}"
        );
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[tokio::test]
    async fn an_unreachable_server_is_named() {
        let unused = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let error = check_redis(&format!("redis://{unused}"))
            .await
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("REDIS_URL") && error.contains(&unused.to_string()),
            "{error}"
        );
    }
}
