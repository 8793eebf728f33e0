//! The circuit breaker.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Failures in a row that open the circuit.
const FAILURES: u32 = 5;
/// How long it stays open.
const OPEN: Duration = Duration::from_secs(2);

/// Refuses calls for a while after several failed in a row; then one may try.
#[derive(Debug, Default)]
pub struct Breaker {
    failures: AtomicU32,
    opened: Mutex<Option<Instant>>,
}

impl Breaker {
    /// Whether a call may be made.
    pub fn permits(&self) -> bool {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        match *opened {
            Some(at) if at.elapsed() < OPEN => false,
            Some(_) => {
                // This call tries; the others wait for its outcome.
                *opened = Some(Instant::now());
                true
            }
            None => true,
        }
    }

    /// Notes how a call went.
    pub fn note(&self, failed: bool) {
        if failed {
            if self.failures.fetch_add(1, Ordering::Relaxed) + 1 >= FAILURES {
                *self.opened.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
            }
        } else if self.failures.swap(0, Ordering::Relaxed) > 0 {
            *self.opened.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_after_failures_in_a_row_only() {
        let breaker = Breaker::default();
        for _ in 0..FAILURES - 1 {
            breaker.note(true);
        }
        breaker.note(false);
        breaker.note(true);
        assert!(breaker.permits());
        for _ in 0..FAILURES {
            breaker.note(true);
        }
        assert!(!breaker.permits());
    }
}
