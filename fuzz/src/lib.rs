//! Feeds every parser that meets the network with what no client should send.
//!
//! A target takes any bytes. It must not panic, and where something is accepted, what must hold of it is asserted.
//! `make fuzz` runs each under libFuzzer for a bounded time; the tests run each on its seeds, and on their near
//! neighbours.
#![allow(clippy::panic, clippy::expect_used, clippy::unwrap_used)]

mod messages;
mod modules;
mod rules;
mod tokens;
mod values;

/// Something that is fed.
#[derive(Clone, Copy)]
pub struct Target {
    /// As on the command line.
    pub name: &'static str,
    /// Takes any bytes; panics when something does not hold.
    pub run: fn(&[u8]),
    /// What it accepts, to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "access-token",
        run: tokens::bearer,
        seeds: tokens::bearer_seeds,
    },
    Target {
        name: "refresh-token",
        run: tokens::refresh,
        seeds: tokens::refresh_seeds,
    },
    Target {
        name: "page-token",
        run: tokens::page,
        seeds: tokens::page_seeds,
    },
    Target {
        name: "idempotency-key",
        run: tokens::idempotency_key,
        seeds: tokens::idempotency_key_seeds,
    },
    Target {
        name: "money",
        run: values::money,
        seeds: values::money_seeds,
    },
    Target {
        name: "date",
        run: values::date,
        seeds: values::date_seeds,
    },
    Target {
        name: "id",
        run: values::id,
        seeds: values::id_seeds,
    },
    Target {
        name: "event",
        run: messages::event,
        seeds: messages::event_seeds,
    },
    Target {
        name: "condition-json",
        run: messages::condition_json,
        seeds: messages::condition_json_seeds,
    },
    Target {
        name: "condition-protobuf",
        run: messages::condition_protobuf,
        seeds: messages::condition_protobuf_seeds,
    },
    Target {
        name: "cron",
        run: rules::cron,
        seeds: rules::cron_seeds,
    },
    Target {
        name: "webhook-url",
        run: rules::webhook_url,
        seeds: rules::webhook_url_seeds,
    },
    Target {
        name: "module",
        run: modules::module,
        seeds: modules::module_seeds,
    },
];

/// The target of this name.
#[must_use]
pub fn find(name: &str) -> Option<Target> {
    TARGETS.iter().find(|target| target.name == name).copied()
}

/// Bytes as a text, when they are one.
fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}
