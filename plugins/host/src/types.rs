//! What goes into a rule and comes out of it, whichever version of the contract the rule was built for.

/// The events that rules can be triggered by, by name.
pub const TRIGGERS: [&str; 3] = ["expense.created", "expense.updated", "expense.deleted"];

/// An exact amount of money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// In the currency's minor units; may be negative.
    pub minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// Digits after the decimal point, as ISO 4217 gives them.
    pub exponent: u8,
}

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// 1 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

/// A point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// 0 to 999,999,999, always added.
    pub nanoseconds: u32,
}

/// Money spent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expense {
    /// UUIDv7 in lower case: ids order as the expenses were recorded.
    pub id: String,
    /// What was spent.
    pub amount: Money,
    /// None when not categorised.
    pub category_id: Option<String>,
    /// The category's name; none when not categorised.
    pub category: Option<String>,
    /// Who was paid.
    pub merchant: Option<String>,
    /// What it was for.
    pub description: Option<String>,
    /// The day in the person's own zone.
    pub date: Date,
    /// Without doubles.
    pub tags: Vec<String>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// `expense.created`.
    ExpenseCreated(Expense),
    /// `expense.updated`: the expense as it is now.
    ExpenseUpdated(Expense),
    /// `expense.deleted`: the expense as it was.
    ExpenseDeleted(Expense),
}

impl Event {
    /// The name, one of [`TRIGGERS`].
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::ExpenseCreated(_) => TRIGGERS[0],
            Self::ExpenseUpdated(_) => TRIGGERS[1],
            Self::ExpenseDeleted(_) => TRIGGERS[2],
        }
    }

    /// The expense that it is about.
    #[must_use]
    pub fn expense(&self) -> &Expense {
        match self {
            Self::ExpenseCreated(expense) | Self::ExpenseUpdated(expense) | Self::ExpenseDeleted(expense) => {
                expense
            }
        }
    }
}

/// The owner of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// ISO 4217 code of the preferred currency.
    pub currency: String,
    /// IANA zone name.
    pub time_zone: String,
    /// Offset of the zone from UTC at the time of the event, in seconds, positive to the east.
    pub utc_offset_seconds: i32,
    /// The day in the zone at the time of the event.
    pub today: Date,
}

/// What surrounds an evaluation. For a replay to agree it is to be derived from the event, not from the clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The event's id.
    pub event_id: String,
    /// The rule's id.
    pub rule_id: String,
    /// When the event was committed.
    pub occurred_at: Instant,
    /// Whose rule it is.
    pub user: User,
}

/// Something that a rule wants to know beside the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactRequest {
    /// Expenses of the same person, dated on or after the day of the event's expense less `days - 1`.
    RecentExpenses {
        /// 1 to 366.
        days: u16,
        /// 1 to 500; the latest days win.
        limit: u16,
    },
}

impl FactRequest {
    /// The request's kind, for example "recent-expenses".
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::RecentExpenses { .. } => "recent-expenses",
        }
    }
}

/// The answers to a rule's requests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The latest day first; none when not asked for. The event's own expense is left out by the host.
    pub recent_expenses: Option<Vec<Expense>>,
}

/// How urgent a notification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// May wait.
    Low,
    /// Usual.
    Medium,
    /// Soon.
    High,
    /// Now.
    Urgent,
}

/// A message for the rule's owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// One line, 1 to 200 characters.
    pub title: String,
    /// Plain text, up to 2,000 characters.
    pub body: String,
    /// How urgent it is.
    pub priority: Priority,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Tell the rule's owner.
    Notify(Notification),
}

/// What a component says of itself, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Lower case words joined by hyphens, 1 to 64 characters.
    pub name: String,
    /// A semantic version.
    pub version: String,
    /// What it does, up to 500 characters.
    pub summary: String,
    /// JSON Schema of the configuration: a JSON object of up to 16,384 bytes.
    pub config_schema: String,
    /// At least one of [`TRIGGERS`], without doubles.
    pub triggers: Vec<String>,
    /// At most one of each kind.
    pub facts: Vec<FactRequest>,
}

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// For the author at work.
    Debug,
    /// Worth knowing.
    Info,
    /// Odd, but handled.
    Warn,
    /// Wrong.
    Error,
}

impl LogLevel {
    /// The level in lower case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// A line that a component wrote for its author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// How much it matters.
    pub level: LogLevel,
    /// The text.
    pub message: String,
}
