//! Bounded concurrency for threads.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Admits a fixed number of holders at a time.
#[derive(Debug)]
pub(crate) struct Gate {
    places: Mutex<Places>,
    freed: Condvar,
}

#[derive(Debug)]
struct Places {
    free: u32,
    /// Threads that wait for one. Where there is none, nobody needs to be woken, which would be a system call for each
    /// holder that leaves.
    waiting: u32,
}

/// A place behind the gate, given back when dropped.
#[derive(Debug)]
pub(crate) struct Pass<'a>(&'a Gate);

impl Gate {
    pub(crate) fn new(places: u32) -> Self {
        Self {
            places: Mutex::new(Places {
                free: places,
                waiting: 0,
            }),
            freed: Condvar::new(),
        }
    }

    /// A place, or none when none became free in time.
    pub(crate) fn enter(&self, patience: Duration) -> Option<Pass<'_>> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if places.free == 0 {
            places.waiting += 1;
            (places, _) = self
                .freed
                .wait_timeout_while(places, patience, |places| places.free == 0)
                .unwrap_or_else(PoisonError::into_inner);
            places.waiting -= 1;
        }
        places.free = places.free.checked_sub(1)?;
        Some(Pass(self))
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut places = self.0.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.free += 1;
        let awaited = places.waiting > 0;
        drop(places);
        if awaited {
            self.0.freed.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn admits_as_many_as_it_has_places_and_admits_again() {
        let gate = Gate::new(2);
        let first = gate.enter(Duration::ZERO).unwrap();
        let _second = gate.enter(Duration::ZERO).unwrap();
        assert!(gate.enter(Duration::from_millis(1)).is_none());
        drop(first);
        assert!(gate.enter(Duration::ZERO).is_some());
    }

    #[test]
    fn whoever_waits_is_let_in_when_somebody_leaves() {
        let gate = Gate::new(1);
        for _ in 0..50 {
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| drop(gate.enter(Duration::from_mins(1)).unwrap()));
                }
            });
        }
        assert!(gate.enter(Duration::ZERO).is_some());
    }
}
