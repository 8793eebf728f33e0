//! What hostile components cost somebody else.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod support;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use pfms_plugin_host::{Event, Facts, Host, Limits, Module};
use support::hostile::{accepted, compile_bomb, refused};
use support::{context, expense, habit_counter, third_coffee};

/// How many times as long as in quiet the median evaluation may take while the corpus runs. The threads that run it
/// share the processor with the one that is measured: what is left must come from the processor's own caches and the
/// kernel's memory management, not from waiting.
const MULTIPLE: u32 = 8;
const SAMPLES: usize = 400;

fn median(host: &Host, module: &Module) -> Duration {
    let mut times: Vec<Duration> = (0..SAMPLES)
        .map(|_| {
            let start = Instant::now();
            let recent = vec![expense(2, "coffee"), expense(1, "coffee")];
            let evaluation = third_coffee(host, module, 3, recent);
            assert_eq!(evaluation.outcome.unwrap().len(), 1);
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[SAMPLES / 2]
}

#[test]
fn another_users_rule_stays_within_its_share_while_the_corpus_runs() {
    // The limits of a server, but for a deadline that a busy machine keeps for the honest rule.
    let host = Host::new(
        Limits {
            deadline: Duration::from_secs(5),
            ..Limits::native()
        },
        None,
    )
    .unwrap();
    let honest = host.load(habit_counter()).unwrap();
    let running: Vec<_> = accepted()
        .iter()
        .map(|hostile| host.load(&hostile.bytes).unwrap())
        .collect();
    let loading: Vec<_> = refused()
        .into_iter()
        .map(|hostile| hostile.bytes)
        .chain([compile_bomb()])
        .collect();
    let threads = thread::available_parallelism().map_or(2, usize::from).max(2);

    median(&host, &honest);
    let before = median(&host, &honest);
    let (stop, turns) = (AtomicBool::new(false), AtomicUsize::new(0));
    let during = thread::scope(|scope| {
        let (host, stop, turns) = (&host, &stop, &turns);
        let event = Event::ExpenseCreated(expense(1, "coffee"));
        for thread in 0..threads {
            let (running, loading, event) = (&running, &loading, event.clone());
            scope.spawn(move || {
                for turn in thread.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    // One of the threads uploads, the others run.
                    if thread == 0 {
                        let _ = host.load(&loading[turn % loading.len()]);
                    } else {
                        let module = &running[turn % running.len()];
                        let outcome = host
                            .evaluate(module, &context(), &event, &Facts::default(), "{}")
                            .outcome;
                        assert!(outcome.is_err());
                    }
                    turns.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        while turns.load(Ordering::Relaxed) < 2 * threads {
            thread::yield_now();
        }
        let during = median(host, &honest);
        stop.store(true, Ordering::Relaxed);
        during
    });
    let after = median(&host, &honest);
    println!("median evaluation: {before:?} before, {during:?} during, {after:?} after");
    assert!(
        during <= before.max(after) * MULTIPLE,
        "{during:?} while the corpus runs, {before:?} before and {after:?} after"
    );
}
