//! Tells the journey.

use std::io::Write as _;
use std::time::{Duration, Instant};

/// Longest answer that is shown, in characters.
const SHOWN: usize = 160;

/// Tells steps on standard output.
pub struct Story {
    started: Instant,
}

impl Story {
    pub fn begin() -> Self {
        Self {
            started: Instant::now(),
        }
    }

    /// A step and what came of it.
    pub fn step(&self, what: &str, result: &str) {
        let mut shown: String = result.chars().take(SHOWN).collect();
        if shown.len() < result.len() {
            shown.push('…');
        }
        say(&format!("✓ {what}\n    {shown}"));
    }

    /// An event's way, with the time from the commit of the expense to the stored notification.
    pub fn event(&self, what: &str, title: &str, took: Duration) {
        let milliseconds = took.as_secs_f64() * 1000.0;
        say(&format!(
            "✓ {what}: {title:?}\n    {milliseconds:.1} ms from commit to notification"
        ));
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
