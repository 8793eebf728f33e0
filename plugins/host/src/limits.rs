//! What a component may use.

use std::time::Duration;

use crate::{LoadError, precheck};

/// How the memory of instances is provided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allocation {
    /// From slots that are set aside when the host starts, each as large as memory may grow. Starting an instance
    /// costs microseconds; address space is taken for `concurrent_calls` slots of `memory_bytes`.
    Pooled,
    /// From the operating system for each instance. Costs more for each call, and nothing between calls.
    OnDemand,
}

/// What a component may use. [`Limits::native`] and [`Limits::heavy`] are where operators start from; every field
/// may be set to something else, and a change takes effect with the next start of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of the binary, in bytes.
    pub module_bytes: usize,
    /// Functions in the binary.
    pub functions: u32,
    /// Code of one function, in bytes: compile time grows faster than this.
    pub function_bytes: usize,
    /// Local variables of one function.
    pub function_locals: u32,
    /// Core modules in the binary. `wit-component` makes three; a language with shared libraries has one for each.
    pub core_modules: u32,
    /// Tables in the binary.
    pub tables: u32,
    /// Types, imports, exports, instances and aliases of the component and its parts.
    pub definitions: u32,
    /// Linear memory, in bytes.
    pub memory_bytes: usize,
    /// Elements of each table.
    pub table_elements: usize,
    /// Fuel for one call, about one unit for each WebAssembly instruction. This is the verdict that a replay
    /// reaches again.
    pub fuel: u64,
    /// Time for one call, start of the instance included. The wall behind the fuel: it depends on the
    /// machine and its load, and stops what fuel does not measure.
    pub deadline: Duration,
    /// What one call may hand to the host, in bytes as laid out in the component's memory.
    pub output_bytes: usize,
    /// What the log lines of one call may hold together, in bytes.
    pub log_bytes: usize,
    /// Native stack for the component's calls, in bytes. The calling thread needs this much and some more.
    pub stack_bytes: usize,
    /// Calls that run at the same time; further ones wait.
    pub concurrent_calls: u32,
    /// Compilations that run at the same time, each on one core; further ones wait.
    pub concurrent_compilations: u32,
    /// How long a call or a compilation waits for its turn.
    pub patience: Duration,
    /// How the memory of instances is provided.
    pub allocation: Allocation,
}

impl Limits {
    /// For components in languages that compile to small modules: Rust, C, `TinyGo`. A call takes microseconds.
    #[must_use]
    pub const fn native() -> Self {
        Self {
            module_bytes: 2 << 20,
            functions: 10_000,
            function_bytes: 128 << 10,
            function_locals: 5_000,
            core_modules: 10,
            tables: 10,
            definitions: 10_000,
            memory_bytes: 32 << 20,
            table_elements: 10_000,
            fuel: 50_000_000,
            deadline: Duration::from_millis(250),
            output_bytes: 256_000,
            log_bytes: 16_000,
            stack_bytes: 512 << 10,
            concurrent_calls: 32,
            concurrent_compilations: 1,
            patience: Duration::from_secs(10),
            allocation: Allocation::Pooled,
        }
    }

    /// For components with an interpreter inside: JavaScript, Python. They take seconds to compile and
    /// milliseconds to start, and belong on a host of their own, away from requests that somebody waits for.
    #[must_use]
    pub const fn heavy() -> Self {
        Self {
            module_bytes: 64 << 20,
            functions: 60_000,
            function_bytes: 1 << 20,
            function_locals: 20_000,
            core_modules: 40,
            tables: 20,
            definitions: 100_000,
            memory_bytes: 256 << 20,
            table_elements: 100_000,
            fuel: 2_000_000_000,
            deadline: Duration::from_secs(5),
            stack_bytes: 1 << 20,
            concurrent_calls: 4,
            patience: Duration::from_mins(2),
            allocation: Allocation::OnDemand,
            ..Self::native()
        }
    }

    /// The same with one limit set to a number, by the name under which operators know it: that of the field with
    /// hyphens, milliseconds as `deadline-ms` and `patience-ms`, and `pooled`, 0 or 1, for the allocation. Numbers that
    /// are too large for a limit set it as high as it goes.
    ///
    /// # Errors
    /// When there is no limit of that name.
    pub fn with(mut self, name: &str, value: u64) -> Result<Self, UnknownLimit> {
        let size = usize::try_from(value).unwrap_or(usize::MAX);
        let count = u32::try_from(value).unwrap_or(u32::MAX);
        match name {
            "module-bytes" => self.module_bytes = size,
            "functions" => self.functions = count,
            "function-bytes" => self.function_bytes = size,
            "function-locals" => self.function_locals = count,
            "core-modules" => self.core_modules = count,
            "tables" => self.tables = count,
            "definitions" => self.definitions = count,
            "memory-bytes" => self.memory_bytes = size,
            "table-elements" => self.table_elements = size,
            "fuel" => self.fuel = value,
            "deadline-ms" => self.deadline = Duration::from_millis(value),
            "output-bytes" => self.output_bytes = size,
            "log-bytes" => self.log_bytes = size,
            "stack-bytes" => self.stack_bytes = size,
            "concurrent-calls" => self.concurrent_calls = count,
            "concurrent-compilations" => self.concurrent_compilations = count,
            "patience-ms" => self.patience = Duration::from_millis(value),
            "pooled" if value == 0 => self.allocation = Allocation::OnDemand,
            "pooled" => self.allocation = Allocation::Pooled,
            _ => return Err(UnknownLimit(name.to_owned())),
        }
        Ok(self)
    }
}

/// A limit that there is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("components have no limit {0:?}")]
pub struct UnknownLimit(String);

impl Default for Limits {
    fn default() -> Self {
        Self::native()
    }
}

/// Which of the two sets of limits a component runs under. Each has a host of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tier {
    /// Small and fast, as compiled languages make them.
    Native,
    /// Large, with an interpreter inside.
    Heavy,
}

impl Tier {
    /// The tier in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Heavy => "heavy",
        }
    }

    /// The limits that operators start from.
    #[must_use]
    pub const fn limits(self) -> Limits {
        match self {
            Self::Native => Limits::native(),
            Self::Heavy => Limits::heavy(),
        }
    }

    /// The tier of a component whose author named none: native when it fits into the limits of that tier, heavy when
    /// its size or shape does not. What neither tier accepts is native, whose refusal names the fault.
    ///
    /// Only the shape is looked at. A small interpreter fits into the native tier and may then run out of fuel there;
    /// its author asks for the heavy tier when uploading.
    #[must_use]
    pub fn of(bytes: &[u8], native: &Limits) -> Self {
        match precheck(bytes, native) {
            Err(
                LoadError::TooLarge { .. } | LoadError::CompileLimit { .. } | LoadError::MemoryLimit { .. },
            ) => Self::Heavy,
            _ => Self::Native,
        }
    }
}
