//! Types and glue generated from the contract in `plugins/wit`.

#![allow(missing_docs, unsafe_code, unused_qualifications, clippy::pedantic)]

wit_bindgen::generate!({
    path: "../../wit",
    world: "tax-rules",
    pub_export_macro: true,
    export_macro_name: "export_component",
    default_bindings_module: "pfms_tax::bindings",
    generate_all,
    additional_derives: [PartialEq],
});
