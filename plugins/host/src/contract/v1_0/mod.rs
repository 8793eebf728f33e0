//! Version 1.0 of the contract: its bindings, and how its types become the host's and back.
//!
//! What is shown to a component is lent, not copied: a rule may be shown hundreds of expenses for each event.

mod automation;
mod lend;
mod take;
mod tax;

pub(crate) use automation::Rule;
pub(crate) use tax::Country;

use wasmtime::Result;

use self::bindings::pfms::rules::{log, types, values};
use crate::LogLevel;
use crate::sandbox::Sandbox;

pub(super) mod bindings {
    #![allow(missing_docs, unsafe_code, unused_qualifications, clippy::pedantic)]

    wasmtime::component::bindgen!({
        path: "../wit",
        world: "automation-rule",
        imports: { default: trappable },
        ownership: Borrowing { duplicate_if_necessary: true },
    });
}

/// Log and values are those of the other world.
mod tax_bindings {
    #![allow(missing_docs, unsafe_code, unused_qualifications, clippy::pedantic)]

    wasmtime::component::bindgen!({
        path: "../wit",
        world: "tax-rules",
        imports: { default: trappable },
        ownership: Borrowing { duplicate_if_necessary: true },
        with: {
            "pfms:rules/log@1.0.0": super::bindings::pfms::rules::log,
            "pfms:rules/values@1.0.0": super::bindings::pfms::rules::values,
        },
    });
}

impl log::Host for Sandbox {
    fn log(&mut self, level: log::Level, message: String) -> Result<()> {
        let level = match level {
            log::Level::Debug => LogLevel::Debug,
            log::Level::Info => LogLevel::Info,
            log::Level::Warn => LogLevel::Warn,
            log::Level::Error => LogLevel::Error,
        };
        Self::log(self, level, message)
    }
}

impl types::Host for Sandbox {}

impl values::Host for Sandbox {}
