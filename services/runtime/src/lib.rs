//! What every service shares: configuration, telemetry, authentication, storage, events, serving.
