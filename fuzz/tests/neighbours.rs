//! Each target on what it accepts, and on what is one change away from it: cut, flipped, doubled.
#![allow(clippy::unwrap_used)]

use pfms_fuzz::TARGETS;

#[test]
fn no_target_panics_on_its_seeds_or_near_them() {
    for target in TARGETS {
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{}", target.name);
        (target.run)(&[]);
        for seed in seeds {
            (target.run)(&seed);
            for index in 0..seed.len() {
                (target.run)(&seed[..index]);
                for bit in [0x01, 0x20, 0x80] {
                    let mut flipped = seed.clone();
                    flipped[index] ^= bit;
                    (target.run)(&flipped);
                }
                let mut doubled = seed.clone();
                doubled.insert(index, seed[index]);
                (target.run)(&doubled);
            }
        }
    }
}

#[test]
fn no_two_targets_share_a_name() {
    let mut names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), TARGETS.len());
}
