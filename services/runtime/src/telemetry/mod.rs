//! Logs, traces and metrics of the process.

pub mod metrics;
pub mod trace;

use std::path::Path;
use std::sync::Arc;

use opentelemetry::global;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// What is logged unless `RUST_LOG` says otherwise.
const DEFAULT_FILTER: &str = "info,lapin=error,fred=error,sqlx=warn,h2=warn,hyper=warn";

/// Why telemetry could not be started.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The log file cannot be written.
    #[error("the log {path} cannot be written: {source}")]
    Log {
        /// The file.
        path: String,
        /// What went wrong.
        source: std::io::Error,
    },
    /// `RUST_LOG` is wrong.
    #[error("RUST_LOG: {0}")]
    Filter(String),
    /// The exporter of traces is misconfigured.
    #[error("OTEL_EXPORTER_OTLP_ENDPOINT: {0}")]
    Exporter(String),
    /// Metrics are misconfigured, or telemetry was started before.
    #[error("telemetry: {0}")]
    Setup(String),
}

/// The running telemetry; traces are flushed by [`Telemetry::stop`].
pub struct Telemetry {
    traces: SdkTracerProvider,
    metrics: SdkMeterProvider,
}

impl Telemetry {
    /// Starts JSON logs, to `log` or to standard output, metrics, and traces to an OTLP collector if one is given.
    ///
    /// # Errors
    /// When a target cannot be used.
    pub fn start(log: Option<&Path>, otlp_endpoint: Option<&str>) -> Result<Self, TelemetryError> {
        let filter = match std::env::var("RUST_LOG") {
            Ok(text) => {
                EnvFilter::try_new(text).map_err(|error| TelemetryError::Filter(error.to_string()))?
            }
            Err(_) => EnvFilter::new(DEFAULT_FILTER),
        };
        let resource = Resource::builder().with_service_name("pfms").build();
        let traces = match otlp_endpoint {
            Some(endpoint) => {
                let exporter = opentelemetry_otlp::SpanExporter::builder()
                    .with_tonic()
                    .with_endpoint(endpoint)
                    .build()
                    .map_err(|error| TelemetryError::Exporter(error.to_string()))?;
                SdkTracerProvider::builder()
                    .with_resource(resource.clone())
                    .with_batch_exporter(exporter)
                    .build()
            }
            // Ids are made all the same, for logs and for whoever comes next in the trace.
            None => SdkTracerProvider::builder()
                .with_sampler(Sampler::AlwaysOff)
                .build(),
        };
        let exporter = opentelemetry_prometheus::exporter()
            .with_registry(prometheus::default_registry().clone())
            .build()
            .map_err(|error| TelemetryError::Setup(error.to_string()))?;
        let metrics = SdkMeterProvider::builder()
            .with_resource(resource)
            .with_reader(exporter)
            .build();
        global::set_meter_provider(metrics.clone());

        let writer: tracing_subscriber::fmt::writer::BoxMakeWriter = match log {
            None => tracing_subscriber::fmt::writer::BoxMakeWriter::new(std::io::stdout),
            Some(path) => {
                let file = std::fs::OpenOptions::new()
                    .create(true)
                    .append(true)
                    .open(path)
                    .map_err(|source| TelemetryError::Log {
                        path: path.display().to_string(),
                        source,
                    })?;
                tracing_subscriber::fmt::writer::BoxMakeWriter::new(Arc::new(file))
            }
        };
        let lines = tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .with_writer(writer);
        let spans = tracing_opentelemetry::layer().with_tracer(traces.tracer("pfms"));
        // One filter for both: with a filter for each, what one of them leaves out confuses the other.
        tracing_subscriber::registry()
            .with(filter)
            .with(spans)
            .with(lines)
            .try_init()
            .map_err(|error| TelemetryError::Setup(error.to_string()))?;
        Ok(Self { traces, metrics })
    }

    /// Sends what is waiting.
    pub fn stop(&self) {
        if let Err(error) = self.traces.shutdown() {
            tracing::debug!(%error, "flushing traces");
        }
        if let Err(error) = self.metrics.shutdown() {
            tracing::debug!(%error, "flushing metrics");
        }
    }
}
