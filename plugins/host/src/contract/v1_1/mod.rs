//! A rehearsal: version 1.1 of the contract, which is in the tests of this crate only and which no user is offered.
//!
//! It shows what adding a version takes. What did not change since 1.0 is that version's own text, compiled against
//! the new bindings; `log` and `values` did not change at all and are shared.

mod automation;
// On purpose: the same text means other types here.
#[allow(clippy::duplicate_mod)]
#[path = "../v1_0/lend.rs"]
mod lend;
#[allow(clippy::duplicate_mod)]
#[path = "../v1_0/take.rs"]
mod take;

pub(crate) use automation::Rule;

use self::bindings::pfms::rules::types;
use super::v1_0::bindings::pfms::rules::values;
use crate::sandbox::Sandbox;

mod bindings {
    #![allow(missing_docs, unsafe_code, unused_qualifications, clippy::pedantic)]

    wasmtime::component::bindgen!({
        path: "tests/contract-1.1",
        world: "automation-rule",
        imports: { default: trappable },
        ownership: Borrowing { duplicate_if_necessary: true },
        with: {
            "pfms:rules/log@1.1.0": crate::contract::v1_0::bindings::pfms::rules::log,
            "pfms:rules/values@1.1.0": crate::contract::v1_0::bindings::pfms::rules::values,
        },
    });
}

impl types::Host for Sandbox {}
