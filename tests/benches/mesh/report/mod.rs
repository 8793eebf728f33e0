//! The figures as a table for the terminal and as `docs/performance.md`.

mod document;

use std::fmt::Write as _;
use std::path::Path;

use crate::Result;
use crate::engine::Engine;
use crate::guarding::Guarding;
use crate::history::History;
use crate::hops::Hops;
use crate::memory::Memory;
use crate::pages::Pages;
use crate::process::{LOAD, MESH, Usage};
use crate::rules::{Evaluation, Loading};
use crate::stats::Ratio;
use crate::taxes::Taxes;
use crate::writes::Writes;

/// Growth over [`crate::memory::REQUESTS`] requests that still counts as none: allocators and caches settle.
const GROWTH: f64 = 0.10;
const GROUPS: [&str; 6] = [MESH, "PostgreSQL", "RabbitMQ", "Envoy", "Redis", LOAD];

/// All that was measured.
#[derive(Default)]
pub struct Report {
    /// The sandbox.
    pub rules: Vec<Evaluation>,
    /// Loading components.
    pub loading: Loading,
    /// Taxes of households.
    pub taxes: Taxes,
    /// Resident memory.
    pub memory: Memory,
    /// Tokens, `ext_authz` and sign-ins.
    pub guarding: Guarding,
    /// `CreateExpense`.
    pub writes: Writes,
    /// `ListExpenses`.
    pub pages: Pages,
    /// Commit to notification.
    pub hops: Hops,
    /// The rule engine.
    pub engine: Engine,
    /// A rule over the past.
    pub history: History,
    /// How long the run took.
    pub seconds: u64,
}

/// What a ratio has to reach.
#[derive(Clone, Copy)]
enum Reach {
    AtLeast(f64),
    AtMost(f64),
}

struct Line {
    what: String,
    ratio: Ratio,
    reach: Reach,
}

impl Line {
    fn met(&self) -> &'static str {
        let met = match self.reach {
            Reach::AtLeast(bound) => self.ratio.median >= bound,
            Reach::AtMost(bound) => self.ratio.median <= bound,
        };
        if met { "✓" } else { "✗" }
    }

    fn reach(&self) -> String {
        match self.reach {
            Reach::AtLeast(bound) => format!("≥ {bound}"),
            Reach::AtMost(bound) => format!("≤ {bound}"),
        }
    }
}

fn line(what: &str, ratio: Ratio, reach: Reach) -> Line {
    Line {
        what: what.to_owned(),
        ratio,
        reach,
    }
}

impl Report {
    fn lines(&self) -> Vec<Line> {
        let growth = self.growth();
        let mut lines = vec![
            line(
                "CreateExpense over gRPC ÷ pgbench with its statement",
                self.writes.direct_to_floor(),
                Reach::AtLeast(0.5),
            ),
            line(
                "CreateExpense over REST through the edge ÷ gRPC direct",
                self.writes.rest_to_direct(),
                Reach::AtLeast(0.4),
            ),
            line(
                "CreateExpense over gRPC through the edge ÷ gRPC direct",
                self.writes.proxied_to_direct(),
                Reach::AtLeast(0.4),
            ),
            line(
                "ListExpenses p99 at 2,000,000 rows ÷ at 10,000 rows",
                self.pages.ratio(),
                Reach::AtMost(1.5),
            ),
            line(
                "commit → notification stored, p50 ÷ the same hops bare",
                self.hops.ratio(),
                Reach::AtMost(2.0),
            ),
            line(
                "an expense against 10,000 rules of one person ÷ against 10, commit → notification",
                self.engine.many_to_few(),
                Reach::AtMost(1.5),
            ),
            line(
                "events/s through the automation service, 1,000 people × 20 rules ÷ consume and commit alone",
                self.engine.service_to_bare(),
                Reach::AtLeast(0.4),
            ),
            line(
                "a component with 2 expenses: µs beyond the same code natively, instance included",
                self.beyond_native(),
                Reach::AtMost(20.0),
            ),
            line(
                "loading a component from the ahead-of-time cache ÷ compiling it",
                self.loading.cached_to_compiled(),
                Reach::AtMost(0.05),
            ),
            line(
                "tax of one household: Tax-Calculator ÷ in the sandbox, time",
                self.taxes.alone_ratio(),
                Reach::AtLeast(1_000.0),
            ),
            line(
                "tax of 10,000 households: Tax-Calculator, vectorised, with its records ÷ in the sandbox, time",
                self.taxes.together_ratio(),
                Reach::AtLeast(1.0),
            ),
            line(
                "tax of 10,000 households: Tax-Calculator, its calculation alone ÷ in the sandbox, time",
                self.taxes.together_alone_ratio(),
                Reach::AtLeast(1.0),
            ),
            line(
                "share of those households that both answer alike",
                self.taxes.agreement(),
                Reach::AtLeast(1.0),
            ),
            line(
                "resident memory of the mesh process after 100,000 more requests ÷ before",
                Ratio {
                    median: growth,
                    least: growth,
                    most: growth,
                },
                Reach::AtMost(1.0 + GROWTH),
            ),
        ];
        lines.extend(self.guarding_lines());
        lines
    }

    fn guarding_lines(&self) -> [Line; 5] {
        [
            line(
                "verifying a token seen before ÷ a new one, time",
                self.guarding.cached_to_uncached(),
                Reach::AtMost(0.5),
            ),
            line(
                "reads over REST through the edge ÷ the same edge without ext_authz",
                self.guarding.asking_to_unasked(),
                Reach::AtLeast(0.85),
            ),
            line(
                "reads through the edge ÷ the same edge asking a server that says yes at once",
                self.guarding.asking_to_agreed(),
                Reach::AtLeast(0.9),
            ),
            line(
                "writes over REST through the edge ÷ the same edge without ext_authz",
                self.guarding.asking_to_unasked_writes(),
                Reach::AtLeast(0.85),
            ),
            line(
                "a read over REST beside people who sign in, p50 ÷ without them",
                self.guarding.busy_to_quiet(),
                Reach::AtMost(1.5),
            ),
        ]
    }

    fn beyond_native(&self) -> Ratio {
        let beyond = self.rules.first().map_or(0.0, |one| one.component - one.native);
        Ratio {
            median: beyond,
            least: beyond,
            most: beyond,
        }
    }

    fn growth(&self) -> f64 {
        figure(&self.memory.loaded, MESH) / figure(&self.memory.warm, MESH)
    }

    /// For the terminal.
    pub fn table(&self) -> String {
        let mut text = String::from("\n");
        // A ratio of what was not measured is none.
        let measured: Vec<Line> = self
            .lines()
            .into_iter()
            .filter(|line| line.ratio.median > 0.0)
            .collect();
        for line in &measured {
            let Ratio { median, least, most } = line.ratio;
            let _ = writeln!(
                text,
                "{} {:<74} {median:>6.2} ({least:.2} to {most:.2}), reach {}",
                line.met(),
                line.what,
                line.reach(),
            );
        }
        for one in &self.rules {
            let _ = writeln!(
                text,
                "· rule with {:>3} expenses: {:>7.1} µs as a component, {:>6.1} µs native, ratio {:.1}",
                one.expenses,
                one.component,
                one.native,
                one.component / one.native,
            );
        }
        let missed = measured.iter().filter(|line| line.met() == "✗").count();
        let _ = writeln!(
            text,
            "\n{missed} missed of {}, after {} s.",
            measured.len(),
            self.seconds
        );
        text
    }

    /// Writes `docs/performance.md`.
    pub fn write(&self) -> Result<()> {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
        std::fs::create_dir_all(&docs)?;
        Ok(std::fs::write(docs.join("performance.md"), self.document())?)
    }
}

fn figure(usage: &Usage, group: &str) -> f64 {
    usage.get(group).copied().unwrap_or(0.0)
}
