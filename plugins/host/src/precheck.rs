//! What can be told about bytes without compiling them.
//!
//! Reading is linear in the size, which is bounded; compiling is not, and cannot be interrupted. What would
//! make it slow is refused here.

use wasmparser::{BinaryReaderError, ComponentExternalKind, FunctionBody, MemoryType, Parser, Payload};

use crate::contract::{Contract, World};
use crate::{Limits, LoadError};

/// Memories that a component may contain.
pub(crate) const MAX_MEMORIES: u32 = 1;

/// Components that a component may contain: one for each interface that it exports, and some to spare.
const MAX_COMPONENTS: u32 = 100;

const WASM_PAGE_BYTES: u64 = 64 << 10;

const MAGIC: &[u8] = b"\0asm";
const COMPONENT: &[u8] = &[0x0d, 0x00, 0x01, 0x00];
const CORE: &[u8] = &[0x01, 0x00, 0x00, 0x00];

/// Refuses what need not be compiled to be refused, and tells which world a component implements.
/// [`crate::Host::load`] and [`crate::Host::load_tax`] begin with the same.
///
/// # Errors
/// Says what is wrong with the bytes.
pub fn precheck(bytes: &[u8], limits: &Limits) -> Result<World, LoadError> {
    check(bytes, limits).map(Contract::world)
}

/// Tells what a component is built for, or why it is refused.
pub(crate) fn check(bytes: &[u8], limits: &Limits) -> Result<Contract, LoadError> {
    if bytes.len() > limits.module_bytes {
        return Err(LoadError::TooLarge {
            size: bytes.len(),
            limit: limits.module_bytes,
        });
    }
    check_preamble(bytes)?;
    let mut survey = Survey {
        limits,
        depth: 0,
        counts: Counts::default(),
        imports: vec![],
        exports: vec![],
    };
    for payload in Parser::new(0).parse_all(bytes) {
        survey.visit(&payload.map_err(malformed)?)?;
    }
    survey.verdict()
}

fn check_preamble(bytes: &[u8]) -> Result<(), LoadError> {
    let Some(rest) = bytes.strip_prefix(MAGIC) else {
        return Err(LoadError::NotWasm);
    };
    if rest.starts_with(CORE) {
        return Err(LoadError::NotAComponent);
    }
    if !rest.starts_with(COMPONENT) {
        return Err(LoadError::Malformed {
            detail: "unknown version of the format".into(),
        });
    }
    Ok(())
}

#[derive(Default)]
struct Counts {
    functions: u32,
    modules: u32,
    components: u32,
    items: u32,
}

struct Survey<'a> {
    limits: &'a Limits,
    /// How many modules and components enclose the payload.
    depth: u32,
    counts: Counts,
    imports: Vec<String>,
    exports: Vec<String>,
}

impl Survey<'_> {
    fn visit(&mut self, payload: &Payload<'_>) -> Result<(), LoadError> {
        match payload {
            Payload::ModuleSection { .. } => {
                self.depth += 1;
                self.counts.modules += 1;
                at_most("core modules", self.counts.modules, self.limits.core_modules)
            }
            Payload::ComponentSection { .. } => {
                self.depth += 1;
                self.counts.components += 1;
                at_most("nested components", self.counts.components, MAX_COMPONENTS)
            }
            Payload::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                Ok(())
            }
            Payload::CodeSectionStart { count, .. } => {
                self.counts.functions = self.counts.functions.saturating_add(*count);
                at_most("functions", self.counts.functions, self.limits.functions)
            }
            Payload::MemorySection(section) => section
                .clone()
                .into_iter()
                .try_for_each(|memory| self.visit_memory(memory.map_err(malformed)?)),
            Payload::CodeSectionEntry(body) => self.visit_function(body),
            Payload::ComponentImportSection(section) => {
                self.count(section.count())?;
                for import in section.clone() {
                    let import = import.map_err(malformed)?;
                    self.note_import(import.name.name);
                }
                Ok(())
            }
            Payload::ComponentExportSection(section) => {
                self.count(section.count())?;
                for export in section.clone() {
                    let export = export.map_err(malformed)?;
                    if self.depth == 0 && export.kind == ComponentExternalKind::Instance {
                        self.exports.push(export.name.name.to_owned());
                    }
                }
                Ok(())
            }
            Payload::TypeSection(section) => self.count(section.count()),
            Payload::CoreTypeSection(section) => self.count(section.count()),
            Payload::ComponentTypeSection(section) => self.count(section.count()),
            Payload::InstanceSection(section) => self.count(section.count()),
            Payload::ComponentInstanceSection(section) => self.count(section.count()),
            Payload::ComponentAliasSection(section) => self.count(section.count()),
            Payload::ComponentCanonicalSection(section) => self.count(section.count()),
            _ => Ok(()),
        }
    }

    fn visit_memory(&self, memory: MemoryType) -> Result<(), LoadError> {
        let size = memory.initial.saturating_mul(WASM_PAGE_BYTES);
        let limit = u64::try_from(self.limits.memory_bytes).unwrap_or(u64::MAX);
        if size > limit {
            Err(LoadError::MemoryLimit { size, limit })
        } else {
            Ok(())
        }
    }

    fn visit_function(&self, body: &FunctionBody<'_>) -> Result<(), LoadError> {
        let size = u64::try_from(body.range().len()).unwrap_or(u64::MAX);
        let limit = u64::try_from(self.limits.function_bytes).unwrap_or(u64::MAX);
        at_most("bytes in one function", size, limit)?;
        let mut locals = 0_u32;
        for group in body.get_locals_reader().map_err(malformed)? {
            let (count, _) = group.map_err(malformed)?;
            locals = locals.saturating_add(count);
        }
        at_most(
            "local variables in one function",
            locals,
            self.limits.function_locals,
        )
    }

    fn count(&mut self, items: u32) -> Result<(), LoadError> {
        self.counts.items = self.counts.items.saturating_add(items);
        at_most(
            "types and definitions",
            self.counts.items,
            self.limits.definitions,
        )
    }

    /// Imports of inner components are met by the outer one and count for nothing.
    fn note_import(&mut self, name: &str) {
        if self.depth == 0 {
            self.imports.push(name.to_owned());
        }
    }

    fn verdict(self) -> Result<Contract, LoadError> {
        let foreign = |import: &&String| !Contract::knows(import);
        if let Some(import) = self.imports.iter().find(foreign) {
            return Err(LoadError::ForbiddenImport {
                import: import.clone(),
            });
        }
        let contract = Contract::of_exports(&self.exports)?;
        match self.imports.into_iter().find(|import| !contract.offers(import)) {
            Some(import) => Err(LoadError::ForbiddenImport { import }),
            None => Ok(contract),
        }
    }
}

fn at_most(what: &'static str, found: impl Into<u64>, limit: impl Into<u64>) -> Result<(), LoadError> {
    let (found, limit) = (found.into(), limit.into());
    if found > limit {
        Err(LoadError::CompileLimit { what, found, limit })
    } else {
        Ok(())
    }
}

// By value, as `map_err` hands it over.
#[allow(clippy::needless_pass_by_value)]
fn malformed(error: BinaryReaderError) -> LoadError {
    LoadError::Malformed {
        detail: error.to_string(),
    }
}
