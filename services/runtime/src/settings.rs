//! Configuration: flags and environment variables, documented by `--help`, checked before a port is bound.

mod sandbox;
mod sign_in;
mod sms;
mod tax;
mod webhooks;

use std::path::PathBuf;
use std::time::Duration;

pub use self::sandbox::{Limits, Sandbox};
pub use self::sign_in::SignIn;
pub use self::sms::Sms;
pub use self::tax::Tax;
pub use self::webhooks::Webhooks;
use crate::Clock;
use crate::mail::Mailer;
use crate::retention::Retention;
use crate::secrets::MasterKey;

/// Settings of a process that serves.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Mesh")]
pub struct Settings {
    /// PostgreSQL, as a role that may create roles and schemas. Each service is reached through a role of its
    /// own, or through `<SERVICE>_DATABASE_URL` (for example `EXPENSE_DATABASE_URL`) where that is set.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// Redis: sessions and rate limits.
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    pub redis_url: String,

    /// RabbitMQ.
    #[arg(long, env = "AMQP_URL", hide_env_values = true)]
    pub amqp_url: String,

    /// 64 hexadecimal digits from which every other secret is derived, or several versions, the current one
    /// first: 2:<digits>,1:<digits>. When absent it is read from the file that `PFMS_MASTER_KEY_FILE` names.
    #[arg(long, env = "PFMS_MASTER_KEY", hide_env_values = true, default_value = "", hide_default_value = true, value_parser = MasterKey::from_setting)]
    pub master_key: MasterKey,

    /// Prefix of exchanges, queues and Redis keys, for several meshes on the same servers.
    #[arg(long, env = "PFMS_NAMESPACE", default_value = "")]
    pub namespace: String,

    /// Address that services listen on.
    #[arg(long, env = "PFMS_HOST", default_value = "127.0.0.1")]
    pub host: std::net::IpAddr,

    /// Added to every port, for several meshes on one machine.
    #[arg(long, env = "PFMS_PORT_OFFSET", default_value_t = 0)]
    pub port_offset: u16,

    /// Port of /healthz, /readyz and /metrics.
    #[arg(long, env = "PFMS_ADMIN_PORT", default_value_t = 3100)]
    pub admin_port: u16,

    /// Where services find each other; {service} and {port} are filled in.
    #[arg(long, env = "PFMS_SERVICE_URL", default_value = "http://127.0.0.1:{port}")]
    pub service_url: String,

    /// Where compiled components are kept between starts.
    #[arg(long, env = "PFMS_MODULE_CACHE")]
    pub module_cache: Option<PathBuf>,

    /// Requests that a user may make at the edge in any 60 seconds.
    #[arg(long, env = "PFMS_RATE_LIMIT_PER_MINUTE", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub rate_limit_per_minute: u32,

    /// Days for which a key signs access tokens before the next one does.
    #[arg(long, env = "PFMS_SIGNING_KEY_DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=366))]
    pub signing_key_days: u32,

    /// Days after its last refresh at which a session ends.
    #[arg(long, env = "PFMS_SESSION_IDLE_DAYS", default_value_t = 14, value_parser = clap::value_parser!(u16).range(1..=365))]
    pub session_idle_days: u16,

    /// Days after its sign-in at which a session ends, however much it is used.
    #[arg(long, env = "PFMS_SESSION_DAYS", default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=365))]
    pub session_days: u16,

    /// Server that mail goes out through, for example `smtps://user:password@mail.example.com`, or
    /// `smtp://mail.example.com?tls=required` for STARTTLS. Without it and without a folder no mail is sent.
    #[arg(long, env = "PFMS_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,

    /// Whom mail is from, for example "PFMS <no-reply@example.com>"; required with a server.
    #[arg(long, env = "PFMS_MAIL_FROM")]
    pub mail_from: Option<String>,

    /// Folder that mail is written to instead of being sent, for development.
    #[arg(long, env = "PFMS_MAIL_FOLDER")]
    pub mail_folder: Option<PathBuf>,

    /// Where the pages are that links in mails lead to.
    #[arg(long, env = "PFMS_PUBLIC_URL", default_value = "http://127.0.0.1:3000")]
    pub public_url: String,

    /// Refuse signing in until the address is proven. Without it somebody who registers an address can find out
    /// afterwards, by signing in, whether it had an account.
    #[arg(long, env = "PFMS_REQUIRE_VERIFIED_EMAIL", default_value_t = false, action = clap::ArgAction::Set)]
    pub require_verified_email: bool,

    /// List of breached passwords that is asked by k-anonymity, for example `https://api.pwnedpasswords.com`; none is
    /// asked when absent.
    #[arg(long, env = "PFMS_BREACHED_PASSWORDS_URL")]
    pub breached_passwords_url: Option<String>,

    /// PostgreSQL connections per service.
    #[arg(long, env = "PFMS_DATABASE_CONNECTIONS", default_value_t = 16, value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub database_connections: u32,

    /// Requests that a service works on at the same time; more are refused at once.
    #[arg(long, env = "PFMS_CONCURRENCY", default_value_t = 1024)]
    pub concurrency: usize,

    /// Seconds that a request may take when its client sets no deadline.
    #[arg(long, env = "PFMS_DEADLINE_SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=300))]
    pub deadline_seconds: u64,

    /// Seconds that requests in progress get to finish on SIGTERM.
    #[arg(long, env = "PFMS_DRAIN_SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(0..=600))]
    pub drain_seconds: u64,

    /// Collector of traces (OTLP over gRPC); none are exported when absent.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT")]
    pub otlp_endpoint: Option<String>,

    /// How people sign in.
    #[command(flatten)]
    pub sign_in: SignIn,
    /// Where countries' tax rules are from.
    #[command(flatten)]
    pub tax: Tax,
    /// Where webhooks may lead.
    #[command(flatten)]
    pub webhooks: Webhooks,
    /// What components may use.
    #[command(flatten)]
    pub sandbox: Sandbox,
    /// How long things are kept.
    #[command(flatten)]
    pub retention: Retention,
    /// Days in which an account that was deleted can still be taken back, with `pfms privacy cancel`.
    #[arg(long, env = "PFMS_ERASURE_GRACE_DAYS", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=90))]
    pub erasure_grace_days: u16,

    /// Seconds from an account's deletion to its erasure: longer than access tokens live (300) and requests take,
    /// so that nothing writes about the user any more.
    #[arg(long, env = "PFMS_ERASURE_SETTLE_SECONDS", default_value_t = 330, value_parser = clap::value_parser!(u32).range(..=3600))]
    pub erasure_settle_seconds: u32,

    /// Every service of the mesh, in this process or not, that holds data about users. The program says which.
    #[arg(skip)]
    pub holders: Vec<crate::Holder>,

    /// Services of this process and where they listen; filled in once the ports are bound.
    #[arg(skip)]
    pub local: std::collections::HashMap<&'static str, String>,

    /// Tells the time: the machine's clock, or one that a test moves.
    #[arg(skip)]
    pub clock: Clock,
}

/// A setting that is missing or wrong.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {problem}")]
pub struct SettingError {
    /// The environment variable.
    pub name: String,
    /// What is wrong and what to do.
    pub problem: String,
}

impl Settings {
    /// Checks what the command line parser cannot.
    ///
    /// # Errors
    /// Names the first setting that is wrong.
    pub fn validate(&self) -> Result<(), SettingError> {
        let wrong = |name: &str, problem: &str| {
            Err(SettingError {
                name: name.to_owned(),
                problem: problem.to_owned(),
            })
        };
        let starts = |url: &str, schemes: &[&str]| schemes.iter().any(|scheme| url.starts_with(scheme));
        if let Some(url) = &self.database_url
            && !starts(url, &["postgres://", "postgresql://"])
        {
            return wrong("DATABASE_URL", "must start with postgres://");
        }
        if let Some(url) = &self.database_url {
            verified("DATABASE_URL", url)?;
        }
        if !starts(
            &self.redis_url,
            &["redis://", "rediss://", "redis-cluster://", "rediss-cluster://"],
        ) {
            return wrong("REDIS_URL", "must start with redis:// or rediss://");
        }
        if !starts(&self.amqp_url, &["amqp://", "amqps://"]) {
            return wrong("AMQP_URL", "must start with amqp:// or amqps://");
        }
        if !self
            .namespace
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        {
            return wrong(
                "PFMS_NAMESPACE",
                "may hold letters, digits, '.', '-' and '_' only",
            );
        }
        let web = |url: &str| {
            url::Url::parse(url)
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.query().is_none())
        };
        if self
            .breached_passwords_url
            .as_deref()
            .is_some_and(|url| !web(url))
        {
            return wrong(
                "PFMS_BREACHED_PASSWORDS_URL",
                "must be an http:// or https:// URL without a query",
            );
        }
        if !web(&self.public_url) {
            return wrong(
                "PFMS_PUBLIC_URL",
                "must be an http:// or https:// URL without a query",
            );
        }
        Mailer::open(self)?;
        self.sign_in.sms.validate()?;
        self.tax.validate()?;
        if !self.service_url.contains("{port}") && !self.service_url.contains("{service}") {
            return wrong("PFMS_SERVICE_URL", "must contain {service} or {port}");
        }
        Ok(())
    }

    /// The URL of a service's database: its own variable, or the shared server with a role and schema of its own.
    ///
    /// # Errors
    /// When neither is set.
    pub fn database_url_of(&self, service: &str) -> Result<String, SettingError> {
        let name = format!("{}_DATABASE_URL", service.to_uppercase());
        if let Ok(url) = std::env::var(&name) {
            verified(&name, &url)?;
            return Ok(url);
        }
        let base = self.database_url.as_ref().ok_or_else(|| SettingError {
            name: name.clone(),
            problem: "is not set, and neither is DATABASE_URL".to_owned(),
        })?;
        verified("DATABASE_URL", base)?;
        crate::storage::service_url(base, service, &self.master_key).map_err(|problem| SettingError {
            name: "DATABASE_URL".to_owned(),
            problem,
        })
    }

    /// Where a service is found.
    #[must_use]
    pub fn url_of(&self, service: &str, port: u16) -> String {
        if let Some(url) = self.local.get(service) {
            return url.clone();
        }
        std::env::var(format!("{}_URL", service.to_uppercase())).unwrap_or_else(|_| {
            self.service_url
                .replace("{service}", service)
                .replace("{port}", &port.saturating_add(self.port_offset).to_string())
        })
    }

    /// How long a request may take.
    #[must_use]
    pub fn deadline(&self) -> Duration {
        Duration::from_secs(self.deadline_seconds)
    }
}

/// Refuses the URL of a database that asks for TLS with whoever answers.
fn verified(name: &str, url: &str) -> Result<(), SettingError> {
    crate::storage::ensure_verified(url).map_err(|problem| SettingError {
        name: name.to_owned(),
        problem,
    })
}
