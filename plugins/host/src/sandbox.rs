//! What the host keeps for one call, and how a failure of the call is classified.

use wasmtime::{
    Engine, Error, PoolConcurrencyLimitError, ResourceLimiter, Result, Store, StoreLimits,
    StoreLimitsBuilder, Trap, bail,
};

use crate::precheck::MAX_MEMORIES;
use crate::ticker::Ticker;
use crate::{EvaluateError, Limits, LogLevel, LogLine};

/// What a log line costs beside its text, so that empty lines are not free.
const LOG_LINE_BYTES: usize = 16;

/// The words of the engine's error for too much output; its type is private. A test holds the two together.
const OUTPUT_ERROR: &str = "fuel allocated for hostcalls";

/// The state of one call.
#[derive(Debug)]
pub(crate) struct Sandbox {
    limits: StoreLimits,
    memory_bytes: usize,
    memory_refused: bool,
    log_left: usize,
    log_refused: bool,
    logs: Vec<LogLine>,
}

impl Sandbox {
    /// A store for one call, with all limits in force.
    pub(crate) fn store(engine: &Engine, limits: &Limits) -> Result<Store<Self>> {
        let store_limits = StoreLimitsBuilder::new()
            .memory_size(limits.memory_bytes)
            .table_elements(limits.table_elements)
            .instances(limits.core_modules as usize)
            .memories(MAX_MEMORIES as usize)
            .tables(limits.tables as usize)
            // A failed allocation that the component survives could depend on the host's state.
            .trap_on_grow_failure(true)
            .build();
        let state = Self {
            limits: store_limits,
            memory_bytes: 0,
            memory_refused: false,
            log_left: limits.log_bytes,
            log_refused: false,
            logs: Vec::new(),
        };
        let mut store = Store::new(engine, state);
        store.limiter(|state| state);
        store.set_fuel(limits.fuel)?;
        store.set_epoch_deadline(Ticker::ticks(limits.deadline));
        store.set_hostcall_fuel(limits.output_bytes);
        Ok(store)
    }

    /// Keeps a log line, or stops the component.
    pub(crate) fn log(&mut self, level: LogLevel, message: String) -> Result<()> {
        let bytes = message.len().saturating_add(LOG_LINE_BYTES);
        let Some(left) = self.log_left.checked_sub(bytes) else {
            self.log_refused = true;
            bail!("log limit reached");
        };
        self.log_left = left;
        self.logs.push(LogLine { level, message });
        Ok(())
    }

    pub(crate) fn take_logs(&mut self) -> Vec<LogLine> {
        std::mem::take(&mut self.logs)
    }

    /// Linear memory that the component has taken, in bytes. It never gives any back.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.memory_bytes
    }

    /// Says which limit a call ran into.
    pub(crate) fn classify(&self, error: &Error, limits: &Limits) -> EvaluateError {
        if self.log_refused {
            return EvaluateError::LogLimit {
                limit: limits.log_bytes,
            };
        }
        if self.memory_refused {
            return EvaluateError::MemoryLimit {
                limit: limits.memory_bytes,
            };
        }
        if error.is::<PoolConcurrencyLimitError>() {
            return EvaluateError::Busy;
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::OutOfFuel) => EvaluateError::FuelExhausted { limit: limits.fuel },
            Some(Trap::Interrupt) => EvaluateError::DeadlineExceeded {
                limit: limits.deadline,
            },
            Some(Trap::StackOverflow) => EvaluateError::StackOverflow {
                limit: limits.stack_bytes,
            },
            Some(trap) => EvaluateError::Trapped {
                detail: trap.to_string(),
            },
            None => {
                let detail = error.root_cause().to_string();
                if detail.contains(OUTPUT_ERROR) {
                    EvaluateError::OutputLimit {
                        limit: limits.output_bytes,
                    }
                } else {
                    EvaluateError::Trapped { detail }
                }
            }
        }
    }
}

/// Delegates, and remembers that it refused: the engine's error does not say so.
impl ResourceLimiter for Sandbox {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        let answer = self.limits.memory_growing(current, desired, maximum);
        if matches!(answer, Ok(true)) {
            self.memory_bytes += desired.saturating_sub(current);
        }
        self.memory_refused |= answer.is_err();
        answer
    }

    fn memory_grow_failed(&mut self, error: Error) -> Result<()> {
        self.memory_refused = true;
        self.limits.memory_grow_failed(error)
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        let answer = self.limits.table_growing(current, desired, maximum);
        self.memory_refused |= answer.is_err();
        answer
    }

    fn table_grow_failed(&mut self, error: Error) -> Result<()> {
        self.memory_refused = true;
        self.limits.table_grow_failed(error)
    }

    fn instances(&self) -> usize {
        self.limits.instances()
    }

    fn tables(&self) -> usize {
        self.limits.tables()
    }

    fn memories(&self) -> usize {
        self.limits.memories()
    }
}
