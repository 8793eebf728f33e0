//! Metrics, named as OpenTelemetry's semantic conventions name them.

use std::sync::OnceLock;
use std::time::Instant;

use opentelemetry::metrics::Histogram;
use opentelemetry::{KeyValue, global};
use prometheus::{Encoder, TextEncoder};

/// Upper bounds of the latency buckets, in seconds.
const SECONDS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

struct Instruments {
    calls: Histogram<f64>,
    events: Histogram<f64>,
}

fn instruments() -> &'static Instruments {
    static INSTRUMENTS: OnceLock<Instruments> = OnceLock::new();
    INSTRUMENTS.get_or_init(|| {
        let meter = global::meter("pfms");
        let seconds = |name: &'static str, description: &'static str| {
            meter
                .f64_histogram(name)
                .with_unit("s")
                .with_description(description)
                .with_boundaries(SECONDS.to_vec())
                .build()
        };
        Instruments {
            calls: seconds("rpc.server.call.duration", "How long RPCs took"),
            events: seconds("messaging.process.duration", "How long handling an event took"),
        }
    })
}

/// Notes that an RPC was answered.
pub(crate) fn call_answered(method: &'static str, code: &'static str, started: Instant) {
    let labels = [
        KeyValue::new("rpc.system.name", "grpc"),
        KeyValue::new("rpc.method", method.trim_start_matches('/')),
        KeyValue::new("rpc.response.status_code", code),
    ];
    instruments()
        .calls
        .record(started.elapsed().as_secs_f64(), &labels);
}

/// Notes that an event was handled: `outcome` is "handled", "duplicate", "failed" or "dead".
pub(crate) fn event_handled(consumer: &'static str, outcome: &'static str, started: Instant) {
    let labels = [
        KeyValue::new("messaging.destination.name", consumer),
        KeyValue::new("pfms.outcome", outcome),
    ];
    instruments()
        .events
        .record(started.elapsed().as_secs_f64(), &labels);
}

/// All metrics in Prometheus' text format.
///
/// # Errors
/// When they cannot be written.
pub fn text() -> Result<String, prometheus::Error> {
    let mut text = Vec::new();
    TextEncoder::new().encode(&prometheus::default_registry().gather(), &mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
