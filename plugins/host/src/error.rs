//! What can go wrong, and what to do about it.

use std::path::PathBuf;
use std::time::Duration;

/// Why the sandbox cannot be set up. The program cannot run rules at all.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The engine refused its settings, or the address space is too small for them.
    #[error(
        "the WebAssembly engine cannot start: {0}. If address space is limited (ulimit -v), lift the limit"
    )]
    Engine(String),
    /// The cache directory cannot be used.
    #[error("cache directory {path}: {problem}")]
    CacheDirectory {
        /// The directory.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// No thread could be started.
    #[error("no thread for the deadline clock: {0}")]
    Thread(std::io::Error),
}

/// Why bytes were not accepted as a module. The messages are for the author of the component.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// More bytes than a module may have.
    #[error(
        "the module has {size} bytes; at most {limit} are accepted. Build with optimisation for size and strip it"
    )]
    TooLarge {
        /// Bytes offered.
        size: usize,
        /// Bytes accepted.
        limit: usize,
    },
    /// Not WebAssembly at all.
    #[error(
        "this is not WebAssembly: it must start with the bytes 00 61 73 6d. Send the .wasm file itself, neither text nor an archive"
    )]
    NotWasm,
    /// A core module.
    #[error(
        "this is a core WebAssembly module, not a component. Turn it into one, for example with `wasm-tools component new`"
    )]
    NotAComponent,
    /// WebAssembly that breaks the format's rules.
    #[error(
        "the component is not valid: {detail}. The file may be damaged, or use a feature that is not enabled here"
    )]
    Malformed {
        /// What the validator says.
        detail: String,
    },
    /// It would take too long to compile.
    #[error(
        "the component has {found} {what}; at most {limit} are accepted. Split it, or build with less inlining"
    )]
    CompileLimit {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        found: u64,
        /// How many are accepted.
        limit: u64,
    },
    /// It starts with more memory than it may ever have.
    #[error(
        "the component starts with {size} bytes of memory; at most {limit} are accepted. Give the linker less, or a smaller stack and smaller tables of constants"
    )]
    MemoryLimit {
        /// Bytes at the start.
        size: u64,
        /// Bytes accepted.
        limit: u64,
    },
    /// It wants something from the host that is not offered.
    #[error(
        "the component imports \"{import}\", which is not available: rules reach nothing but pfms:rules. Build for wasm32-unknown-unknown without files, clocks, randomness or sockets"
    )]
    ForbiddenImport {
        /// The first such import.
        import: String,
    },
    /// It does not implement an accepted version of the contract.
    #[error("the component does not implement the world of a rule: {detail}")]
    WrongWorld {
        /// What is missing or differs.
        detail: String,
    },
    /// The compiler gave up.
    #[error("the component could not be compiled: {detail}")]
    CompileFailed {
        /// What the compiler says.
        detail: String,
    },
    /// `describe` did not return.
    #[error("describe() failed: {0}")]
    Describe(#[from] EvaluateError),
    /// `describe` returned something of no use.
    #[error("describe() returned an invalid {field}: {problem}")]
    InvalidDescription {
        /// The field.
        field: &'static str,
        /// What it must be.
        problem: String,
    },
    /// Too many compilations at once.
    #[error("the server compiles other components; try again in a moment")]
    Busy,
}

impl LoadError {
    /// What the engine says when a component does not fit its world.
    #[allow(clippy::needless_pass_by_value)] // As `map_err` hands it over.
    pub(crate) fn wrong_world(error: wasmtime::Error) -> Self {
        Self::WrongWorld {
            detail: format!("{error:#}"),
        }
    }

    /// The reason in upper case, stable across versions. For [`LoadError::Describe`] the reason of the call's
    /// failure.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "MODULE_TOO_LARGE",
            Self::NotWasm => "NOT_WASM",
            Self::NotAComponent => "NOT_A_COMPONENT",
            Self::Malformed { .. } => "MALFORMED_COMPONENT",
            Self::CompileLimit { .. } => "COMPILE_LIMIT",
            Self::MemoryLimit { .. } => "MEMORY_LIMIT",
            Self::ForbiddenImport { .. } => "FORBIDDEN_IMPORT",
            Self::WrongWorld { .. } => "WRONG_WORLD",
            Self::CompileFailed { .. } => "COMPILE_FAILED",
            Self::Describe(error) => error.reason(),
            Self::InvalidDescription { .. } => "INVALID_DESCRIPTION",
            Self::Busy => "HOST_BUSY",
        }
    }

    /// Whether the same bytes may be accepted later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Busy => true,
            Self::Describe(error) => error.is_transient(),
            _ => false,
        }
    }
}

/// Why a call brought no actions. The messages are for the owner and the author of the rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluateError {
    /// The component executed too many instructions.
    #[error(
        "the rule used up its {limit} units of fuel. Look for a loop that does not end, or ask for fewer facts"
    )]
    FuelExhausted {
        /// Fuel for one call.
        limit: u64,
    },
    /// The component took too long. Depends on the machine's load, unlike fuel.
    #[error("the rule did not finish within {} ms", limit.as_millis())]
    DeadlineExceeded {
        /// Time for one call.
        limit: Duration,
    },
    /// The component wanted too much memory.
    #[error("the rule wanted more than {limit} bytes of memory")]
    MemoryLimit {
        /// Bytes of linear memory.
        limit: usize,
    },
    /// The component's calls nested too deeply.
    #[error(
        "the rule's calls nest too deeply for a stack of {limit} bytes. Look for a recursion that does not end"
    )]
    StackOverflow {
        /// Bytes of stack.
        limit: usize,
    },
    /// The component returned too much.
    #[error("the rule returned more than {limit} bytes. Return fewer or shorter actions")]
    OutputLimit {
        /// Bytes for one call.
        limit: usize,
    },
    /// The component logged too much.
    #[error("the rule logged more than {limit} bytes. Log less")]
    LogLimit {
        /// Bytes for one call.
        limit: usize,
    },
    /// The component stopped itself or broke the rules of WebAssembly; a panic ends so.
    #[error("the rule crashed: {detail}. Its last log line may say why")]
    Trapped {
        /// What happened.
        detail: String,
    },
    /// The rule says that its configuration is not valid.
    #[error("the rule's configuration is not valid: {message}")]
    InvalidConfig {
        /// The rule's own words.
        message: String,
    },
    /// The rule says that it cannot decide.
    #[error("the rule failed: {message}")]
    RuleFailed {
        /// The rule's own words.
        message: String,
    },
    /// Too many calls at once; nothing was run.
    #[error("the server runs other rules; try again in a moment")]
    Busy,
    /// The module was loaded by another host; nothing was run.
    #[error("the module belongs to another host: load it with this one")]
    ForeignModule,
}

impl EvaluateError {
    /// The reason in upper case, stable across versions.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::FuelExhausted { .. } => "FUEL_EXHAUSTED",
            Self::DeadlineExceeded { .. } => "DEADLINE_EXCEEDED",
            Self::MemoryLimit { .. } => "MEMORY_LIMIT",
            Self::StackOverflow { .. } => "STACK_OVERFLOW",
            Self::OutputLimit { .. } => "OUTPUT_LIMIT",
            Self::LogLimit { .. } => "LOG_LIMIT",
            Self::Trapped { .. } => "TRAPPED",
            Self::InvalidConfig { .. } => "INVALID_CONFIG",
            Self::RuleFailed { .. } => "RULE_ERROR",
            Self::Busy => "HOST_BUSY",
            Self::ForeignModule => "FOREIGN_MODULE",
        }
    }

    /// Whether the same call may succeed later: its failure came from the machine's load, not from the rule.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy | Self::DeadlineExceeded { .. })
    }
}
