//! What is going on, a line per part: its name, its state, how long it took.
//!
//! On a terminal the lines change in place; elsewhere each change is a line of its own.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

const NAME_WIDTH: usize = 14;
const REDRAW: Duration = Duration::from_millis(100);

/// Shows parts as they come up. Clones show in the same place.
#[derive(Clone)]
pub struct Progress(Arc<Mutex<Board>>);

/// One part's line. Dropped before it is ready or failed, it is shown as cancelled.
pub struct Part {
    board: Progress,
    index: usize,
}

struct Board {
    out: Box<dyn Write + Send>,
    live: bool,
    lines: Vec<Line>,
    /// How many lines of the terminal show parts that may still change.
    drawn: usize,
}

struct Line {
    name: String,
    state: String,
    since: Instant,
    /// Set when nothing will change any more.
    took: Option<Duration>,
    outcome: Outcome,
    /// On a terminal: whether it has been left behind above the lines that still change.
    passed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Running,
    Ready,
    Failed,
    Cancelled,
}

impl Progress {
    /// On standard output.
    #[must_use]
    pub fn stdout() -> Self {
        Self::to(Box::new(io::stdout()), io::stdout().is_terminal())
    }

    /// On standard error, for commands whose output belongs to somebody else.
    #[must_use]
    pub fn stderr() -> Self {
        Self::to(Box::new(io::stderr()), io::stderr().is_terminal())
    }

    /// On any writer; `live` says whether it is a terminal that can move its cursor.
    #[must_use]
    pub fn to(out: Box<dyn Write + Send>, live: bool) -> Self {
        let board = Arc::new(Mutex::new(Board {
            out,
            live,
            lines: Vec::new(),
            drawn: 0,
        }));
        if live {
            let board = Arc::downgrade(&board);
            std::thread::spawn(move || keep_drawing(&board));
        }
        Self(board)
    }

    /// A new part, which starts now.
    #[must_use]
    pub fn part(&self, name: impl Into<String>) -> Part {
        let mut board = self.board();
        board.lines.push(Line {
            name: name.into(),
            state: "waiting".into(),
            since: Instant::now(),
            took: None,
            outcome: Outcome::Running,
            passed: false,
        });
        let index = board.lines.len() - 1;
        board.redraw();
        Part {
            board: self.clone(),
            index,
        }
    }

    /// A line of text that stays, above the parts that are still under way.
    pub fn note(&self, text: impl Display) {
        let mut board = self.board();
        board.settle_drawn();
        let _ = writeln!(board.out, "{text}");
        board.redraw();
    }

    /// A closing table of labels and values, after an empty line.
    pub fn summary(&self, rows: &[(&str, &str)]) {
        let width = rows
            .iter()
            .map(|(label, _)| label.chars().count())
            .max()
            .unwrap_or(0);
        let mut board = self.board();
        board.settle_drawn();
        let _ = writeln!(board.out);
        for (label, value) in rows {
            let _ = writeln!(board.out, "  {label:width$}  {value}");
        }
        let _ = board.out.flush();
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Part {
    /// Shows what the part is doing now.
    pub fn state(&self, state: impl Into<String>) {
        self.change(state.into(), Outcome::Running);
    }

    /// The part is up; `detail` is what a reader may want to know, such as an address. It may be empty.
    pub fn ready(self, detail: impl Into<String>) {
        self.change(detail.into(), Outcome::Ready);
    }

    /// The part did not come up. The error itself belongs to the caller's message.
    pub fn failed(self) {
        self.change(String::new(), Outcome::Failed);
    }

    /// Ready or failed, as `outcome` says; hands it on.
    pub(crate) fn settle<T, E>(self, outcome: Result<T, E>, external: bool, port: u16) -> Result<T, E> {
        match &outcome {
            Ok(_) if external => self.ready("given by URL"),
            Ok(_) => self.ready(format!("127.0.0.1:{port}")),
            Err(_) => self.failed(),
        }
        outcome
    }

    fn change(&self, state: String, outcome: Outcome) {
        let mut board = self.board.board();
        let on_terminal = board.live;
        let Some(line) = board
            .lines
            .get_mut(self.index)
            .filter(|line| line.outcome == Outcome::Running)
        else {
            return;
        };
        line.state = state;
        line.outcome = outcome;
        if outcome != Outcome::Running {
            line.took = Some(line.since.elapsed());
        }
        if on_terminal {
            board.redraw();
        } else {
            let text = line.render();
            let _ = writeln!(board.out, "{text}");
            let _ = board.out.flush();
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.change(String::new(), Outcome::Cancelled);
    }
}

impl Board {
    /// Draws the parts over those drawn before. Long lines are clipped by the terminal, not wrapped, or the
    /// count of lines to go up would be wrong.
    fn redraw(&mut self) {
        if !self.live || self.lines.iter().all(|line| line.passed) {
            return;
        }
        let mut frame = self.go_up();
        frame.push_str("\x1b[?7l");
        self.drawn = 0;
        for line in self.lines.iter().filter(|line| !line.passed) {
            frame.push_str(&line.render());
            frame.push_str("\x1b[K\n");
            self.drawn += 1;
        }
        frame.push_str("\x1b[?7h");
        let _ = self.out.write_all(frame.as_bytes());
        let _ = self.out.flush();
    }

    /// Leaves behind the lines that will not change; the next drawing begins below them.
    fn settle_drawn(&mut self) {
        if !self.live || self.drawn == 0 {
            return;
        }
        let mut frame = self.go_up();
        frame.push_str("\x1b[J");
        for line in self
            .lines
            .iter_mut()
            .filter(|line| !line.passed && line.took.is_some())
        {
            frame.push_str(&line.render());
            frame.push('\n');
            line.passed = true;
        }
        let _ = self.out.write_all(frame.as_bytes());
        self.drawn = 0;
    }

    fn go_up(&self) -> String {
        if self.drawn == 0 {
            String::new()
        } else {
            format!("\x1b[{}A\r", self.drawn)
        }
    }
}

impl Line {
    fn render(&self) -> String {
        let seconds = self.took.unwrap_or_else(|| self.since.elapsed()).as_secs_f64();
        let word = match self.outcome {
            Outcome::Running => self.state.as_str(),
            Outcome::Ready => "ready",
            Outcome::Failed => "FAILED",
            Outcome::Cancelled => "cancelled",
        };
        let detail = if self.outcome == Outcome::Running {
            ""
        } else {
            self.state.as_str()
        };
        format!("  {:NAME_WIDTH$} {seconds:6.1} s  {word:10} {detail}", self.name)
            .trim_end()
            .to_owned()
    }
}

/// Keeps the elapsed times moving until the progress is dropped.
fn keep_drawing(board: &Weak<Mutex<Board>>) {
    while let Some(board) = board.upgrade() {
        let mut board = board.lock().unwrap_or_else(PoisonError::into_inner);
        if board.lines.iter().any(|line| line.took.is_none()) {
            board.redraw();
        }
        drop(board);
        std::thread::sleep(REDRAW);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Paper {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    #[test]
    fn away_from_a_terminal_each_change_is_a_plain_line() {
        let paper = Paper::default();
        let progress = Progress::to(Box::new(paper.clone()), false);
        let redis = progress.part("Redis");
        redis.state("starting");
        redis.ready("127.0.0.1:20000");
        progress.part("RabbitMQ").failed();
        drop(progress.part("Envoy"));
        progress.summary(&[("edge", "http://127.0.0.1:3000")]);
        let text = paper.text();
        let lines: Vec<_> = text.lines().collect();
        assert!(
            lines[0].starts_with("  Redis ") && lines[0].ends_with("starting"),
            "{text}"
        );
        assert!(
            lines[1].contains("ready") && lines[1].ends_with("127.0.0.1:20000"),
            "{text}"
        );
        assert!(
            lines[2].starts_with("  RabbitMQ") && lines[2].ends_with("FAILED"),
            "{text}"
        );
        assert!(lines[3].ends_with("cancelled"), "{text}");
        assert_eq!(lines[4..], ["", "  edge  http://127.0.0.1:3000"]);
        assert!(!text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn on_a_terminal_a_note_stands_above_what_is_under_way() {
        let paper = Paper::default();
        let progress = Progress::to(Box::new(paper.clone()), true);
        progress.part("Redis").ready("");
        let slow = progress.part("RabbitMQ");
        progress.note("noted");
        let text = paper.text();
        let after = text.split("noted").nth(1).unwrap();
        assert!(after.contains("RabbitMQ") && !after.contains("Redis"), "{text:?}");
        slow.ready("");
    }
}
