//! Lines for the author, kept by the host with the execution. They share a budget of 16 kB for each
//! evaluation, and a rule that exceeds it is stopped.

pub use crate::bindings::pfms::rules::log::Level;

/// Writes a line for an author at work.
pub fn debug(message: &str) {
    write(Level::Debug, message);
}

/// Writes a line that is worth knowing.
pub fn info(message: &str) {
    write(Level::Info, message);
}

/// Writes a line about something odd that was handled.
pub fn warn(message: &str) {
    write(Level::Warn, message);
}

/// Writes a line about something wrong.
pub fn error(message: &str) {
    write(Level::Error, message);
}

#[cfg(target_arch = "wasm32")]
fn write(level: Level, message: &str) {
    crate::bindings::pfms::rules::log::log(level, message);
}

#[cfg(not(target_arch = "wasm32"))]
use native::write;

/// Outside a sandbox the lines are kept for the test that reads them.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod native {
    use std::cell::RefCell;

    use super::Level;

    thread_local! {
        static LINES: RefCell<Vec<(Level, String)>> = const { RefCell::new(Vec::new()) };
    }

    pub(crate) fn write(level: Level, message: &str) {
        LINES.with_borrow_mut(|lines| lines.push((level, message.to_owned())));
    }

    pub(crate) fn take() -> Vec<(Level, String)> {
        LINES.take()
    }
}
