//! One trace from the edge through calls and events to the last consumer (W3C Trace Context).

use std::collections::HashMap;
use std::sync::Arc;

use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TraceContextExt;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::field::Empty;
use tracing::{Instrument, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use uuid::Uuid;

tokio::task_local! {
    static CORRELATION: Arc<str>;
}

/// What travels with calls and events.
#[derive(Clone, Debug, Default)]
pub struct TraceContext {
    /// The `traceparent` header; empty outside of a trace.
    pub traceparent: String,
    /// The request that all this comes from; empty outside of one.
    pub correlation_id: String,
}

/// The context of what is being done.
#[must_use]
pub fn current() -> TraceContext {
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut carrier);
    TraceContext {
        traceparent: carrier.remove("traceparent").unwrap_or_default(),
        correlation_id: CORRELATION.try_with(ToString::to_string).unwrap_or_default(),
    }
}

/// Runs a future as part of a request.
pub async fn correlated<F: Future>(correlation_id: Arc<str>, future: F) -> F::Output {
    CORRELATION.scope(correlation_id, future).await
}

/// Where something belongs that is done together with others.
#[derive(Clone, Debug)]
pub struct Scope {
    span: Span,
    correlation_id: Arc<str>,
}

impl Scope {
    pub(crate) const fn new(span: Span, correlation_id: Arc<str>) -> Self {
        Self { span, correlation_id }
    }

    /// That of what is being done.
    #[must_use]
    pub fn current() -> Self {
        let correlation_id = CORRELATION.try_with(Arc::clone).unwrap_or_default();
        Self::new(Span::current(), correlation_id)
    }

    /// Calls a function in it.
    pub fn call<T>(&self, function: impl FnOnce() -> T) -> T {
        CORRELATION.sync_scope(Arc::clone(&self.correlation_id), || self.span.in_scope(function))
    }

    /// Runs a future in it.
    pub async fn run<F: Future>(&self, future: F) -> F::Output {
        correlated(Arc::clone(&self.correlation_id), future)
            .instrument(self.span.clone())
            .await
    }
}

/// The client's request id when it is one that can be logged, else a new one.
pub(crate) fn correlation_id(given: Option<&str>) -> Arc<str> {
    let usable = |id: &&str| (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    given
        .filter(usable)
        .map_or_else(|| Uuid::now_v7().to_string().into(), Into::into)
}

/// The span of an RPC.
pub(crate) fn server_span(method: &str, traceparent: Option<&str>, correlation_id: &str) -> Span {
    let span = tracing::info_span!("rpc", method, correlation_id, trace_id = Empty, user_id = Empty);
    join(&span, traceparent);
    span
}

/// The span of handling an event.
pub(crate) fn consumer_span(
    consumer: &str,
    event: &str,
    traceparent: Option<&str>,
    correlation_id: Option<&str>,
) -> Span {
    let correlation_id = correlation_id.unwrap_or_default();
    let span = tracing::info_span!("event", consumer, event, correlation_id, trace_id = Empty);
    join(&span, traceparent);
    span
}

fn join(span: &Span, traceparent: Option<&str>) {
    if let Some(traceparent) = traceparent {
        let carrier = HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
        // Fails only for a span that nobody looks at.
        let _ = span.set_parent(TraceContextPropagator::new().extract(&carrier));
    }
    let context = span.context();
    let trace_id = context.span().span_context().trace_id();
    span.record("trace_id", tracing::field::display(trace_id));
}
