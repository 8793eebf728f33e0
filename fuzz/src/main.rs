//! Runs the target that `PFMS_FUZZ_TARGET` names under libFuzzer. Its seeds go into the folder that `PFMS_FUZZ_CORPUS`
//! names.
#![no_main]

use std::path::Path;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use pfms_fuzz::Target;

static TARGET: OnceLock<Target> = OnceLock::new();

fn start() {
    let name = std::env::var("PFMS_FUZZ_TARGET").unwrap_or_default();
    let target = pfms_fuzz::find(&name).unwrap_or_else(|| {
        let names: Vec<_> = pfms_fuzz::TARGETS.iter().map(|target| target.name).collect();
        panic!("PFMS_FUZZ_TARGET must be one of: {}", names.join(", "))
    });
    if let Ok(corpus) = std::env::var("PFMS_FUZZ_CORPUS") {
        for (number, seed) in (target.seeds)().into_iter().enumerate() {
            std::fs::write(Path::new(&corpus).join(format!("seed-{number}")), seed)
                .expect("the corpus can be written");
        }
    }
    assert!(TARGET.set(target).is_ok(), "started twice");
}

fuzz_target!(init: start(), |data: &[u8]| {
    if let Some(target) = TARGET.get() {
        (target.run)(data);
    }
});
