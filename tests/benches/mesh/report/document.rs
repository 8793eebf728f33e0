//! `docs/performance.md`.

use std::fmt::Write as _;

use super::{GROUPS, GROWTH, Report, figure};
use crate::history::{self, History};
use crate::memory::{self, Memory};
use crate::mesh::CONNECTIONS;
use crate::process::MESH;
use crate::stats::Ratio;
use crate::taxes::{self, Taxes};
use crate::writes::{self, Way};
use crate::{engine, guarding, hops, load, pages, rules};

impl Report {
    pub(super) fn document(&self) -> String {
        let mut text = self.heading();
        self.ratios(&mut text);
        self.absolute_writes(&mut text);
        self.absolute_pages(&mut text);
        self.absolute_hops(&mut text);
        self.absolute_engine(&mut text);
        self.absolute_history(&mut text);
        self.absolute_taxes(&mut text);
        self.absolute_guarding(&mut text);
        self.sandbox(&mut text);
        self.loading(&mut text);
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

    fn absolute_history(&self, text: &mut String) {
        let History {
            data,
            component,
            native,
        } = self.history;
        let _ = write!(
            text,
            "\n## A rule over the past\n\n\
             A backtest of one rule over {} expenses of a person: read from the expense service page by page, each met with \
             the rule, the counts kept after each page. The component asks for the expenses of each one's day. Natively the \
             component's code decides over as many expenses in memory, and nothing is read or kept.\n\n\
             | | expenses/s |\n|---|---|\n| a rule as data | {data:.0} |\n| a component | {component:.0} |\n\
             | the component's code, natively, in memory | {native:.0} |\n",
            history::EXPENSES,
        );
    }

    fn absolute_taxes(&self, text: &mut String) {
        let Taxes {
            alone,
            together,
            fuel,
            other,
        } = &self.taxes;
        let millis = |seconds: f64| seconds * 1e3;
        let _ = write!(
            text,
            "\n## Taxes\n\n\
             United States federal, {} households of 2025 with everything in scope but what both are known to read \
             differently. Ours: each in a fresh instance of the sandbox, explained line by line, all of them on all cores; medians of {} and {} \
             runs. Tax-Calculator {}: its policy is read and its functions are compiled before. The ratio for one household \
             counts the records that Tax-Calculator needs for it; for all of them there is one with and one without.\n\n\
             | | one household | all of them |\n|---|---|---|\n\
             | in the sandbox | {:.1} µs, {fuel} units of fuel | {:.0} ms |\n\
             | Tax-Calculator, the calculation alone | {:.1} ms | {:.0} ms |\n\
             | Tax-Calculator, with its records | {:.1} ms | {:.0} ms |\n\n\
             {} of {} are answered alike to the cent, but for the rounding of lines that Tax-Calculator does not round.\n",
            other.households,
            taxes::ALONE,
            taxes::TOGETHER,
            other.version,
            alone * 1e6,
            millis(*together),
            millis(other.alone),
            millis(other.together),
            millis(other.alone_whole),
            millis(other.together_whole),
            other.agreed,
            other.households,
        );
    }

    fn absolute_guarding(&self, text: &mut String) {
        let [
            cached,
            uncached,
            asking,
            unasked,
            agreed,
            asking_writes,
            unasked_writes,
            quiet,
            busy,
        ] = self.guarding.medians();
        let _ = write!(
            text,
            "\n## Guarding\n\n\
             Verification: {} tokens one after the other, then the same again. The edge: pages of one expense and new \
             expenses, {} rounds of {} s each way, in turn; the other edges are Envoys on the same configuration, one less `ext_authz`, one \
             asking a bare server in the process of the clients that says yes at once: what asking at all costs is there, and \
             what is missing to it is the gateway service's and Redis's. Sign-ins: one client asks for a page {} times, while nobody signs in and while four people do so without a pause; password \
             hashes take half of the cores at most.\n\n\
             | | |\n|---|---|\n\
             | µs for a token seen before | {cached:.1} |\n| µs for a new token | {uncached:.1} |\n\
             | reads/s through the edge | {asking:.0} |\n| reads/s without ext_authz | {unasked:.0} |\n\
             | reads/s with an authorization call that says yes at once | {agreed:.0} |\n\
             | writes/s through the edge | {asking_writes:.0} |\n| writes/s without ext_authz | {unasked_writes:.0} |\n\
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

    fn loading(&self, text: &mut String) {
        let [compiled, cached] = self.loading.medians();
        let _ = write!(
            text,
            "\nLoading it, checks and description included: {compiled:.1} ms by compiling, {cached:.2} ms from the \
             ahead-of-time cache; medians of {} hosts that had just started.\n",
            rules::LOADS,
        );
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
