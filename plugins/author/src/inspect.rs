//! What a component is, before and without running it.

use wasmparser::{Encoding, Parser, Payload};

/// What a component asks of its surroundings and offers to them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// What it imports, for example "pfms:rules/log@1.0.0".
    pub imports: Vec<String>,
    /// What it exports, for example "pfms:rules/automation@1.0.0".
    pub exports: Vec<String>,
    /// The tools that made it, where it says so, for example "Rust 1.95.0".
    pub producers: Vec<String>,
}

/// Reads the outermost level of a component.
///
/// # Errors
/// When the bytes are not WebAssembly, or a core module.
pub fn shape(bytes: &[u8]) -> Result<Shape, String> {
    let mut shape = Shape::default();
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(|error| error.to_string())? {
            Payload::Version {
                encoding: Encoding::Module,
                ..
            } if depth == 0 => return Err("this is a core module, not a component".to_owned()),
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(imports) if depth == 0 => {
                for import in imports {
                    shape
                        .imports
                        .push(import.map_err(|error| error.to_string())?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(exports) if depth == 0 => {
                for export in exports {
                    shape
                        .exports
                        .push(export.map_err(|error| error.to_string())?.name.name.to_owned());
                }
            }
            Payload::CustomSection(section) if section.name() == "producers" => {
                shape
                    .producers
                    .extend(producers(section.data(), section.data_offset()));
            }
            _ => {}
        }
    }
    shape.producers.sort();
    shape.producers.dedup();
    Ok(shape)
}

/// A section that no tool wrote as it should is no reason to refuse a component.
fn producers(data: &[u8], offset: usize) -> Vec<String> {
    let reader = wasmparser::BinaryReader::new(data, offset);
    let Ok(fields) = wasmparser::ProducersSectionReader::new(reader) else {
        return Vec::new();
    };
    fields
        .into_iter()
        .flatten()
        .filter(|field| field.name != "sdk")
        .flat_map(|field| field.values.into_iter().flatten())
        .map(|value| format!("{} {}", value.name, value.version).trim().to_owned())
        .collect()
}
