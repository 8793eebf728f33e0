//! What came of cases, for people to read.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use super::CaseReport;

/// A case as text: one line, and if it failed what differs, with the lines of its file.
pub struct Report<'a> {
    /// The case.
    pub case: &'a CaseReport,
    /// What paths are shown relative to.
    pub base: &'a Path,
}

/// All cases together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many were as described.
    pub passed: usize,
    /// How many were not.
    pub failed: usize,
    /// The most fuel that one took.
    pub fuel: u64,
    /// The most memory that one took, in bytes.
    pub memory_bytes: usize,
    /// The longest that one took.
    pub duration: Duration,
}

impl Totals {
    /// Of these cases.
    #[must_use]
    pub fn of(cases: &[CaseReport]) -> Self {
        cases.iter().fold(Self::default(), |sum, case| Self {
            passed: sum.passed + usize::from(case.passed()),
            failed: sum.failed + usize::from(!case.passed()),
            fuel: sum.fuel.max(case.fuel),
            memory_bytes: sum.memory_bytes.max(case.memory_bytes),
            duration: sum.duration.max(case.duration),
        })
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let case = self.case;
        let verdict = if case.passed() { "ok  " } else { "FAIL" };
        let (fuel, time) = (grouped(case.fuel), milliseconds(case.duration));
        let memory = kibibytes(case.memory_bytes);
        write!(
            f,
            "{verdict} {:<60} {fuel:>12} fuel {memory:>10} {time:>10}",
            case.name
        )?;
        if case.passed() {
            return Ok(());
        }
        let path = case.path.strip_prefix(self.base).or(case.path.strip_prefix("."));
        let path = path.unwrap_or(&case.path).display();
        for mismatch in &case.mismatches {
            let line = mismatch.position.line;
            write!(f, "\n     {path}:{line}: {}", mismatch.path)?;
            write!(f, "\n       expected {}", mismatch.expected)?;
            write!(f, "\n       got      {}", mismatch.got)?;
        }
        for log in &case.logs {
            let mut lines = log.message.lines();
            write!(
                f,
                "\n     log {}: {}",
                log.level.as_str(),
                lines.next().unwrap_or_default()
            )?;
            for line in lines {
                write!(f, "\n       {line}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            passed,
            failed,
            fuel,
            memory_bytes,
            duration,
        } = *self;
        write!(
            f,
            "{passed} passed, {failed} failed; at most {} fuel, {} and {}",
            grouped(fuel),
            kibibytes(memory_bytes),
            milliseconds(duration)
        )
    }
}

/// Memory comes in pages of 64 KiB.
fn kibibytes(bytes: usize) -> String {
    format!("{} KiB", bytes.div_ceil(1024))
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1e3)
}

/// 1,234,567.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
