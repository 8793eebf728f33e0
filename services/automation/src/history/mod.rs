//! Rules over the past: what a rule would have done, and having it done.
//!
//! A run is worked on page by page ([`worker`]), by any process. After each page the run is due again, behind those that
//! wait: a long one holds up nobody. Each expense is looked at as if it had been recorded at noon of its own day.

mod api;
mod past;
mod progress;
mod store;
mod worker;

use jiff::Timestamp;
use jiff::civil::Date;
use pfms_proto::automation::v1 as wire;
use pfms_runtime::parse::wire_time;
use pfms_types::Id;

pub use self::api::HistoryRuns;
pub use self::progress::Progress;
pub use self::worker::Worker;
use crate::rule::RuleId;

/// Most runs of a user that have not ended.
const MAX_UNENDED: i64 = 5;

/// Never a value: it only tells ids apart.
#[derive(Debug)]
pub enum RunMarker {}

/// The id of a run.
pub type RunId = Id<RunMarker>;

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// To see what the rule would have done.
    Backtest,
    /// To do it.
    Apply,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No page is done.
    Pending,
    /// Some are.
    Running,
    /// All are.
    Succeeded,
    /// It was ended early.
    Cancelled,
    /// It could not go on.
    Failed,
}

/// A rule over the past.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// What it is for.
    pub kind: Kind,
    /// How far it is.
    pub state: State,
    /// The stored rule, if it is one.
    pub rule_id: Option<RuleId>,
    /// The rule as it was when the run began.
    pub rule: wire::Rule,
    /// The first day.
    pub start: Option<Date>,
    /// The last day.
    pub end: Option<Date>,
    /// What it found so far.
    pub progress: Progress,
    /// Why it failed; empty otherwise.
    pub error_message: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Backtest => "BACKTEST",
            Self::Apply => "APPLY",
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "APPLY" => Self::Apply,
            _ => Self::Backtest,
        }
    }

    const fn wire(self) -> wire::HistoryRunKind {
        match self {
            Self::Backtest => wire::HistoryRunKind::Backtest,
            Self::Apply => wire::HistoryRunKind::Apply,
        }
    }
}

impl State {
    /// Whether nothing comes after it.
    #[must_use]
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Succeeded | Self::Cancelled | Self::Failed)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Cancelled => "CANCELLED",
            Self::Failed => "FAILED",
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "RUNNING" => Self::Running,
            "SUCCEEDED" => Self::Succeeded,
            "CANCELLED" => Self::Cancelled,
            "FAILED" => Self::Failed,
            _ => Self::Pending,
        }
    }

    const fn wire(self) -> wire::HistoryRunState {
        match self {
            Self::Pending => wire::HistoryRunState::Pending,
            Self::Running => wire::HistoryRunState::Running,
            Self::Succeeded => wire::HistoryRunState::Succeeded,
            Self::Cancelled => wire::HistoryRunState::Cancelled,
            Self::Failed => wire::HistoryRunState::Failed,
        }
    }
}

impl Run {
    /// As it goes out.
    #[must_use]
    pub fn wire(&self) -> wire::HistoryRun {
        let day = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let progress = &self.progress;
        wire::HistoryRun {
            id: self.id.to_string(),
            kind: self.kind.wire().into(),
            state: self.state.wire().into(),
            rule_id: self.rule_id.map(|id| id.to_string()).unwrap_or_default(),
            rule: Some(self.rule.clone()),
            start_date: day(self.start),
            end_date: day(self.end),
            total: progress.total.unwrap_or(0),
            examined: progress.examined,
            matched: progress.matched,
            failed: progress.failed,
            actions: progress.action_counts(),
            examples: progress.examples(),
            error_message: self.error_message.clone(),
            create_time: Some(wire_time(self.created_at)),
            end_time: self.ended_at.map(wire_time),
        }
    }
}
