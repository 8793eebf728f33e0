//! The figures as a table for the terminal and as `docs/performance.md`.

use std::fmt::Write as _;
use std::path::Path;

use crate::engine::{self, Engine};
use crate::guarding::{self, Guarding};
use crate::hops::{self, Hops};
use crate::memory::{self, Memory};
use crate::mesh::CONNECTIONS;
use crate::pages::{self, Pages};
use crate::process::{LOAD, MESH, Usage};
use crate::rules::{self, Evaluation};
use crate::stats::Ratio;
use crate::writes::{self, Way, Writes};
use crate::{Result, load};

/// Growth over [`memory::REQUESTS`] requests that still counts as none: allocators and caches settle.
const GROWTH: f64 = 0.10;
const GROUPS: [&str; 6] = [MESH, "PostgreSQL", "RabbitMQ", "Envoy", "Redis", LOAD];

/// All that was measured.
#[derive(Default)]
pub struct Report {
    /// The sandbox.
    pub rules: Vec<Evaluation>,
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

impl Report {
    fn lines(&self) -> Vec<Line> {
        let line = |what: &str, ratio, reach| Line {
            what: what.to_owned(),
            ratio,
            reach,
        };
        let growth = self.growth();
        vec![
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
                "a read over REST beside people who sign in, p50 ÷ without them",
                self.guarding.busy_to_quiet(),
                Reach::AtMost(1.5),
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
        ]
    }

    fn growth(&self) -> f64 {
        figure(&self.memory.loaded, MESH) / figure(&self.memory.warm, MESH)
    }

    /// For the terminal.
    pub fn table(&self) -> String {
        let mut text = String::from("\n");
        for line in self.lines() {
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
        let missed = self.lines().iter().filter(|line| line.met() == "✗").count();
        let _ = writeln!(
            text,
            "\n{missed} missed; docs/performance.md is written. {} s in all.",
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

    fn document(&self) -> String {
        let mut text = self.heading();
        self.ratios(&mut text);
        self.absolute_writes(&mut text);
        self.absolute_pages(&mut text);
        self.absolute_hops(&mut text);
        self.absolute_engine(&mut text);
        self.absolute_guarding(&mut text);
        self.sandbox(&mut text);
        self.resident(&mut text);
        text
    }

    fn heading(&self) -> String {
        format!(
            "# Performance\n\n\
             Written by `make bench`, which runs `cargo bench -p pfms-tests`; this run took {} s. The machine: {} cores, \
             {:.0} GiB of memory. Clients, mesh and servers shared them.\n\n\
             Every figure stands beside a floor that was measured in the same run, in turn with it, on the same servers. \
             The ratios count: absolute figures drift with the machine and with what else it does. A ratio is the median \
             of the ratios of its rounds; the smallest and largest stand beside it.\n\n",
            self.seconds,
            std::thread::available_parallelism().map_or(1, usize::from),
            total_memory_gib(),
        )
    }

    fn ratios(&self, text: &mut String) {
        text.push_str("| | ratio | of the rounds | reach |\n|---|---|---|---|\n");
        for line in self.lines() {
            let Ratio { median, least, most } = line.ratio;
            let _ = writeln!(
                text,
                "| {} | {median:.2} | {least:.2} to {most:.2} | {} {} |",
                line.what,
                line.reach(),
                line.met(),
            );
        }
    }

    fn absolute_writes(&self, text: &mut String) {
        let _ = write!(
            text,
            "\n## CreateExpense\n\n\
             {} rounds of {} s each, {} clients over HTTP/2 connections that they share, {CONNECTIONS} connections of the \
             service to PostgreSQL, fsync on, no idempotency key. The whole mesh runs: each expense is also relayed, \
             confirmed by RabbitMQ and met with rules, on the same cores. The floor is pgbench, prepared, with as many \
             clients, sending the expense service's own statement to the same server with the same schema and role, and \
             nobody relays its events. Before each measurement the mesh comes to rest.\n\n\
             Processor time per commit, in µs, tells where it goes; the time per commit is all cores' time at full load.\n\n\
             | | commits/s |",
            writes::ROUNDS,
            writes::TIME.as_secs(),
            load::CLIENTS,
        );
        for group in GROUPS {
            let _ = write!(text, " {group} µs |");
        }
        text.push_str("\n|---|---|---|---|---|---|---|---|\n");
        let ways: [(&str, &Way); 4] = [
            ("pgbench, the statement alone", &self.writes.floor),
            ("gRPC direct", &self.writes.direct),
            ("gRPC through the edge", &self.writes.proxied),
            ("REST through the edge", &self.writes.rest),
        ];
        for (name, way) in ways {
            let _ = write!(text, "| {name} | {:.0} |", way.rate());
            for group in GROUPS {
                let _ = write!(text, " {:.0} |", way.cost(group));
            }
            text.push('\n');
        }
    }

    fn absolute_pages(&self, text: &mut String) {
        let _ = write!(
            text,
            "\n## ListExpenses\n\n\
             One client asks over gRPC for pages of 50 of a user who owns one row in {}, {} rounds of {} calls for each \
             table: half for the first page, half by token for pages at any depth.\n\n\
             | rows | p99 ms | p50 ms, first page | p50 ms, any page |\n|---|---|---|---|\n",
            pages::SHARE,
            pages::ROUNDS,
            pages::CALLS,
        );
        for (rows, table) in pages::ROWS.iter().zip(&self.pages.0) {
            let [p99, first, deep] = table.medians();
            let _ = writeln!(text, "| {rows} | {p99:.2} | {first:.2} | {deep:.2} |");
        }
    }

    fn absolute_hops(&self, text: &mut String) {
        let [mesh, bare] = self.hops.medians();
        let _ = write!(
            text,
            "\n## Commit to notification\n\n\
             An expense that a rule without code notifies of, one after the other, {} rounds of {} each way. Both ends are \
             commit times kept by PostgreSQL. Bare: commit, publish and confirm, consume, commit, publish and confirm, \
             consume, commit, over the same servers and quorum queues.\n\n\
             | | p50 ms |\n|---|---|\n| through the mesh | {mesh:.2} |\n| bare | {bare:.2} |\n",
            hops::ROUNDS,
            hops::EVENTS,
        );
    }

    fn absolute_engine(&self, text: &mut String) {
        let [few, many, service, bare] = self.engine.medians();
        let [little, much] = engine::RULES;
        let _ = write!(
            text,
            "\n## The rule engine\n\n\
             Many rules: {} expenses in each of {} rounds, one after the other, of a person with {little} rules and of one \
             with {much}; one rule matches, the others wait for other merchants. Throughput: {} events, each of one of {} \
             people with {} rules, published at once; one rule of each person matches each event, and its execution is \
             logged, counted and published. Bare: the same events from a quorum queue, a row committed for each, \
             acknowledged, with as many connections and as many at a time.\n\n\
             | | |\n|---|---|\n\
             | p50 ms with {little} rules | {few:.2} |\n| p50 ms with {much} rules | {many:.2} |\n\
             | events/s through the service | {service:.0} |\n| events/s bare | {bare:.0} |\n",
            engine::EVENTS,
            engine::ROUNDS,
            engine::BURST,
            engine::USERS,
            engine::RULES_EACH,
        );
    }

    fn absolute_guarding(&self, text: &mut String) {
        let [cached, uncached, asking, unasked, quiet, busy] = self.guarding.medians();
        let _ = write!(
            text,
            "\n## Guarding\n\n\
             Verification: {} tokens one after the other, then the same again. The edge: a page of one expense, {} rounds of \
             {} s each way, in turn; the other edge is an Envoy on the same configuration less `ext_authz`. Sign-ins: one \
             client asks for a page {} times, while nobody signs in and while four people do so without a pause; password \
             hashes take half of the cores at most.\n\n\
             | | |\n|---|---|\n\
             | µs for a token seen before | {cached:.1} |\n| µs for a new token | {uncached:.1} |\n\
             | reads/s through the edge | {asking:.0} |\n| reads/s without ext_authz | {unasked:.0} |\n\
             | p50 ms of a read | {quiet:.2} |\n| p50 ms of a read beside sign-ins | {busy:.2} |\n",
            guarding::TOKENS,
            guarding::ROUNDS,
            guarding::TIME.as_secs(),
            guarding::REQUESTS,
        );
    }

    fn sandbox(&self, text: &mut String) {
        let _ = write!(
            text,
            "\n## Rules in the sandbox\n\n\
             The first-party rule `habit-counter`, a new instance for each evaluation, beside the same code compiled \
             natively; medians of {} evaluations of each, in turn. It is given the facts as typed records, which is most of \
             what many facts cost.\n\n\
             | expenses given | component µs | native µs | ratio | fuel |\n|---|---|---|---|---|\n",
            rules::ROUNDS,
        );
        for one in &self.rules {
            let _ = writeln!(
                text,
                "| {} | {:.1} | {:.1} | {:.1} | {} |",
                one.expenses,
                one.component,
                one.native,
                one.component / one.native,
                one.fuel,
            );
        }
    }

    fn resident(&self, text: &mut String) {
        let _ = write!(
            text,
            "\n## Memory\n\n\
             Resident MiB, at rest: just started, after {} requests through the edge, and after {} more; {} reads to a \
             write. Growth of the mesh process by more than {:.0} % would count as a leak. PostgreSQL's processes share \
             buffers that are counted for each; Redis holds the requests of the last minute for the rate limit.\n\n\
             | | idle | warm | after |\n|---|---|---|---|\n",
            memory::WARM_UP,
            memory::REQUESTS,
            memory::READS,
            GROWTH * 100.0,
        );
        for group in &GROUPS[..5] {
            let name = if *group == MESH { "the mesh process" } else { group };
            let Memory { idle, warm, loaded } = &self.memory;
            let _ = writeln!(
                text,
                "| {name} | {:.0} | {:.0} | {:.0} |",
                figure(idle, group),
                figure(warm, group),
                figure(loaded, group),
            );
        }
    }
}

fn figure(usage: &Usage, group: &str) -> f64 {
    usage.get(group).copied().unwrap_or(0.0)
}

fn total_memory_gib() -> f64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib = text.lines().find_map(|line| {
        line.strip_prefix("MemTotal:")?
            .split_whitespace()
            .next()?
            .parse::<f64>()
            .ok()
    });
    kib.unwrap_or(0.0) / 1024.0 / 1024.0
}
