//! The end of a server's log, and what it tells to do.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Lines shown when a server fails: enough for a stack's head, little enough to read.
const TAIL_LINES: usize = 12;
/// Bytes read from the log's end, whatever its size.
const TAIL_BYTES: u64 = 16 * 1024;
/// Characters kept of one line.
const LINE_CHARS: usize = 240;

/// The last lines of a log file; empty when there is none to read.
pub(crate) fn tail(path: &Path) -> Vec<String> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|mut file| {
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
        file.take(TAIL_BYTES).read_to_end(&mut bytes)
    });
    match read {
        Ok(_) => last_lines(&String::from_utf8_lossy(&bytes)),
        Err(_) => Vec::new(),
    }
}

fn last_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text
        .lines()
        .rev()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .take(TAIL_LINES)
        .map(|line| {
            line.chars()
                .filter(|c| !c.is_control())
                .take(LINE_CHARS)
                .collect()
        })
        .collect();
    lines.reverse();
    lines
}

/// What to do about a server that ended with this log.
pub(crate) fn advice(tail: &[String]) -> &'static str {
    const KNOWN: &[(&str, &str)] = &[
        (
            "No space left on device",
            "The disk is full: free some space and start again.",
        ),
        (
            "Cannot allocate memory",
            "Memory ran out: free some and start again.",
        ),
        (
            "Address already in use",
            "Its port was taken at that moment: start again, another one is chosen.",
        ),
        (
            "eaddrinuse",
            "Its port was taken at that moment: start again, another one is chosen.",
        ),
        (
            "Permission denied",
            "A file belongs to another user: remove the data directory made by that user.",
        ),
        (
            "could not access directory",
            "The account it runs as cannot enter the data directory: use --data-dir.",
        ),
        (
            "nodistribution",
            "Erlang could not start its distribution: check that localhost resolves.",
        ),
    ];
    KNOWN
        .iter()
        .find(|(sign, _)| tail.iter().any(|line| line.contains(sign)))
        .map_or(
            "Start again; if it stays so, look into the log.",
            |(_, advice)| advice,
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_last_lines_in_order_and_bounded() {
        let text = (0..100)
            .map(|n| format!("line {n}"))
            .collect::<Vec<_>>()
            .join("\n\n");
        let lines = last_lines(&text);
        assert_eq!(lines.len(), TAIL_LINES);
        assert_eq!(lines.first().map(String::as_str), Some("line 88"));
        assert_eq!(lines.last().map(String::as_str), Some("line 99"));
    }

    #[test]
    fn cuts_long_lines_and_drops_control_characters() {
        let lines = last_lines(&format!("\u{1b}[31m{}", "x".repeat(1000)));
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].chars().count(), LINE_CHARS);
        assert!(lines[0].starts_with("[31mx"));
    }

    #[test]
    fn a_missing_log_is_empty() {
        assert!(tail(Path::new("/nonexistent/log")).is_empty());
    }

    #[test]
    fn knows_a_full_disk() {
        let tail = vec!["PANIC: could not write: No space left on device".to_owned()];
        assert!(advice(&tail).contains("disk is full"));
        assert!(advice(&[]).contains("look into the log"));
    }
}
