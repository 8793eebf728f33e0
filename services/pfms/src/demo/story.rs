//! Tells the journey.

use std::io::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Longest answer that is shown, in characters.
const SHOWN: usize = 160;

/// Tells steps on standard output.
pub struct Story {
    started: Instant,
    steps: AtomicU32,
}

impl Story {
    pub fn begin() -> Self {
        Self {
            started: Instant::now(),
            steps: AtomicU32::new(0),
        }
    }

    /// A step and what came of it.
    pub fn step(&self, what: &str, result: &str) {
        let mut shown: String = result.chars().take(SHOWN).collect();
        if shown.len() < result.len() {
            shown.push('…');
        }
        say(&format!("{:>2}. {what}\n    {shown}", self.next()));
    }

    /// An event's way, with the time from the commit of the expense to the stored notification.
    pub fn event(&self, what: &str, title: &str, took: Duration) {
        let milliseconds = took.as_secs_f64() * 1000.0;
        say(&format!(
            "{:>2}. {what}: {title:?}\n    {milliseconds:.1} ms from commit to notification",
            self.next()
        ));
    }

    fn next(&self) -> u32 {
        self.steps.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub fn end(&self) {
        say(&format!(
            "\nAll of it worked, in {:.1} s.",
            self.started.elapsed().as_secs_f64()
        ));
    }
}

fn say(text: &str) {
    // Nobody listens when standard output is closed.
    let _ = writeln!(std::io::stdout(), "{text}");
}
