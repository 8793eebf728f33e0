//! What a component may use.

use std::time::Duration;

/// What a component may use. The default suits components written in languages that compile to small
/// modules: Rust, C, `TinyGo`.
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
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            module_bytes: 2 << 20,
            functions: 10_000,
            function_bytes: 128 << 10,
            function_locals: 5_000,
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
        }
    }
}
