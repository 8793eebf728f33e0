//! The Envoy configuration, and the service Envoy asks before it lets a request through.
