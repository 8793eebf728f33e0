//! Generated protobuf and gRPC code, and the descriptor it comes from. `make codegen` writes `gen/`.

pub mod event;
pub mod method;

/// The compiled `.proto` files without comments, as an encoded `FileDescriptorSet`.
pub const DESCRIPTOR: &[u8] = include_bytes!("gen/descriptor.bin");

/// The `OpenAPI` 3.1 document of the REST edge, as JSON.
pub const OPENAPI: &str = include_str!("gen/openapi.json");

/// Each package under its own name; what is in them is documented in the `.proto` files.
macro_rules! packages {
    ($($domain:ident: $file:literal $(+ $json:literal)?;)*) => {$(
        #[allow(missing_docs, clippy::all, clippy::pedantic, clippy::unwrap_used, unused_qualifications)]
        pub mod $domain {
            pub mod v1 {
                include!(concat!("gen/", $file, ".rs"));
                $(include!(concat!("gen/", $json, ".rs"));)?
            }
        }
    )*};
}

/// Nested as in the `.proto` files, because generated code refers to other packages by relative path.
mod pfms {
    packages! {
        types: "pfms.types.v1" + "pfms.types.v1.serde";
        auth: "pfms.auth.v1";
        user: "pfms.user.v1";
        expense: "pfms.expense.v1";
        automation: "pfms.automation.v1" + "pfms.automation.v1.serde";
        notification: "pfms.notification.v1";
        privacy: "pfms.privacy.v1";
        tax: "pfms.tax.v1";
        events: "pfms.events.v1" + "pfms.events.v1.serde";
    }
}
pub use pfms::{auth, automation, events, expense, notification, privacy, tax, types, user};

/// Google's `HttpBody`, which no crate in use brings.
pub mod google {
    /// `google.api`.
    #[allow(missing_docs, clippy::all, clippy::pedantic)]
    pub mod api {
        include!("gen/google.api.rs");
    }
}

#[path = "gen/events.rs"]
#[rustfmt::skip]
mod events_impl;
#[path = "gen/methods.rs"]
#[rustfmt::skip]
mod methods;

pub use events_impl::visit_triggers;
pub use methods::METHODS;
