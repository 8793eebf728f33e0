//! Rust messages, gRPC clients and servers, and the JSON form of what is stored or published as JSON.

use std::path::Path;

use prost::Message;

use crate::{Compiled, Error};

/// Messages that are written as JSON by the services themselves. The edge writes all others.
const JSON: &[&str] = &[
    ".pfms.types.v1.Money",
    ".pfms.events.v1",
    ".pfms.automation.v1.Trigger",
    ".pfms.automation.v1.Condition",
    ".pfms.automation.v1.ConditionList",
    ".pfms.automation.v1.Comparison",
    ".pfms.automation.v1.Operator",
    ".pfms.automation.v1.Action",
    ".pfms.automation.v1.Notify",
    ".pfms.automation.v1.Priority",
    ".pfms.automation.v1.Component",
    ".pfms.automation.v1.Schedule",
    ".pfms.automation.v1.CalendarRule",
    ".pfms.automation.v1.Frequency",
    ".pfms.automation.v1.Weekday",
    ".pfms.automation.v1.Texts",
    ".pfms.automation.v1.Range",
    ".pfms.automation.v1.Relative",
    ".pfms.automation.v1.Measure",
    ".pfms.automation.v1.Channel",
    ".pfms.automation.v1.Categorize",
    ".pfms.automation.v1.AddTags",
    ".pfms.automation.v1.Save",
    ".pfms.automation.v1.WriteLog",
    ".pfms.automation.v1.CreateExpense",
    ".pfms.automation.v1.Emit",
    ".pfms.automation.v1.CallWebhook",
    ".pfms.automation.v1.ConditionResult",
];

/// One file per package, by name.
pub fn generate(compiled: &Compiled) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let folder = tempfile::tempdir().map_err(Error::io(Path::new("temporary folder")))?;
    let out = folder.path();

    tonic_prost_build::configure()
        .out_dir(out)
        .extern_path(".google.protobuf", "::pbjson_types")
        .compile_well_known_types(true)
        .bytes(".google.api.HttpBody")
        // In order, so that a repeated request has the same bytes, which its idempotency key stands for.
        .btree_map(".pfms.tax.v1")
        .emit_rerun_if_changed(false)
        .compile_fds(own(&compiled.set))
        .map_err(Error::io(out))?;

    pbjson_build::Builder::new()
        .register_descriptors(&compiled.set.encode_to_vec())
        .map_err(Error::io(out))?
        .out_dir(out)
        .extern_path(".google.protobuf", "::pbjson_types")
        // A newer publisher may say more than an older consumer knows.
        .ignore_unknown_fields()
        .build(JSON)
        .map_err(Error::io(out))?;

    let mut files = Vec::new();
    for entry in std::fs::read_dir(out).map_err(Error::io(out))? {
        let path = entry.map_err(Error::io(out))?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with("google.protobuf") {
            continue;
        }
        files.push((name, std::fs::read(&path).map_err(Error::io(&path))?));
    }
    Ok(files)
}

/// The files that become Rust code: ours, the one message of Google's that no crate brings, and the
/// well-known types, which the generator wants to see though it refers to `pbjson_types` for them.
fn own(set: &prost_types::FileDescriptorSet) -> prost_types::FileDescriptorSet {
    let file = set
        .file
        .iter()
        .filter(|file| {
            let name = file.name();
            name.starts_with("pfms/")
                || name.starts_with("google/protobuf/")
                || name == "google/api/httpbody.proto"
        })
        .cloned()
        .collect();
    prost_types::FileDescriptorSet { file }
}
