//! Settings of the sandbox: what components of rules and of countries may use.

use std::ops::RangeInclusive;

/// What components may use, where that is not what their tier has at first.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Sandbox")]
pub struct Sandbox {
    /// Limits of native components, countries' included, that are to differ from those in docs/rules/limits.md, for
    /// example fuel=20000000,deadline-ms=100. Their names: module-bytes, functions, function-bytes, function-locals,
    /// core-modules, tables, definitions, memory-bytes, table-elements, fuel, deadline-ms, output-bytes, log-bytes,
    /// stack-bytes, concurrent-calls, concurrent-compilations, patience-ms, pooled (0 or 1).
    #[arg(long, env = "PFMS_NATIVE_LIMITS", default_value = "", hide_default_value = true, value_parser = Limits::parse)]
    pub native_limits: Limits,

    /// The same for heavy components, which have an interpreter inside.
    #[arg(long, env = "PFMS_HEAVY_LIMITS", default_value = "", hide_default_value = true, value_parser = Limits::parse)]
    pub heavy_limits: Limits,
}

/// Limits that an operator set. What they limit is said where the sandbox is, which has the same names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits(Vec<(&'static str, u64)>);

/// Every limit and what it may be. What is beyond would not be a limit, or the process could not keep its word: a
/// component's stack is on that of a thread, which has 2 MiB.
static KNOWN: [(&str, RangeInclusive<u64>); 18] = [
    ("module-bytes", 1_024..=256 << 20),
    ("functions", 1..=1_000_000),
    ("function-bytes", 1..=16 << 20),
    ("function-locals", 1..=50_000),
    ("core-modules", 1..=1_000),
    ("tables", 1..=100),
    ("definitions", 1..=1_000_000),
    ("memory-bytes", WASM_PAGE_BYTES..=4 << 30),
    ("table-elements", 1..=10_000_000),
    ("fuel", 1..=1_000_000_000_000_000),
    ("deadline-ms", 1..=600_000),
    ("output-bytes", 1..=64 << 20),
    ("log-bytes", 0..=1 << 20),
    ("stack-bytes", 16 << 10..=1 << 20),
    ("concurrent-calls", 1..=10_000),
    ("concurrent-compilations", 1..=1_000),
    ("patience-ms", 1..=600_000),
    ("pooled", 0..=1),
];

/// Memory grows by so many bytes.
const WASM_PAGE_BYTES: u64 = 64 << 10;

impl Limits {
    /// Reads `name=number` pairs, separated by commas; none when the text is empty.
    ///
    /// # Errors
    /// Names the pair that is wrong and what it may be.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut limits: Vec<(&'static str, u64)> = Vec::new();
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let Some((name, value)) = pair.split_once('=') else {
                return Err(format!("{pair:?} must be a limit's name, = and a number"));
            };
            let known = KNOWN.iter().find(|(known, _)| *known == name.trim());
            let Some((name, range)) = known else {
                let names: Vec<_> = Self::names().collect();
                return Err(format!(
                    "{:?} is no limit; there are {}",
                    name.trim(),
                    names.join(", ")
                ));
            };
            let value = value.trim().parse().ok().filter(|value| range.contains(value));
            let Some(value) = value else {
                let (least, most) = (range.start(), range.end());
                return Err(format!("{name} must be a whole number from {least} to {most}"));
            };
            if *name == "memory-bytes" && value % WASM_PAGE_BYTES != 0 {
                return Err(format!("{name} must be a multiple of {WASM_PAGE_BYTES}"));
            }
            if limits.iter().any(|(set, _)| set == name) {
                return Err(format!("{name} must be given once"));
            }
            limits.push((*name, value));
        }
        Ok(Self(limits))
    }

    /// Those that were set.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.0.iter().copied()
    }

    /// The names of all that can be set.
    pub fn names() -> impl Iterator<Item = &'static str> {
        KNOWN.iter().map(|(name, _)| *name)
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser};

    use super::*;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        sandbox: Sandbox,
    }

    #[test]
    fn what_is_set_is_kept_and_the_rest_is_not_said() {
        let given = ["pfms", "--native-limits", "fuel=20000000, deadline-ms=100"];
        let program = Program::try_parse_from(given).unwrap();
        let native: Vec<_> = program.sandbox.native_limits.iter().collect();
        assert_eq!(native, [("fuel", 20_000_000), ("deadline-ms", 100)]);
        assert_eq!(program.sandbox.heavy_limits, Limits::default());
    }

    #[test]
    fn what_is_wrong_is_named_with_what_it_may_be() {
        let wrong = [
            ("fuel", "must be a limit's name, = and a number"),
            ("petrol=1", "is no limit; there are module-bytes, "),
            ("fuel=0", "fuel must be a whole number from 1 to "),
            (
                "deadline-ms=-1",
                "deadline-ms must be a whole number from 1 to 600000",
            ),
            ("deadline-ms=1.5", "deadline-ms must be a whole number"),
            ("memory-bytes=100000", "memory-bytes must be a multiple of 65536"),
            (
                "stack-bytes=8388608",
                "stack-bytes must be a whole number from 16384 to 1048576",
            ),
            ("fuel=1,fuel=2", "fuel must be given once"),
        ];
        for (text, problem) in wrong {
            let refused = Program::try_parse_from(["pfms", "--heavy-limits", text])
                .err()
                .unwrap();
            let message = refused.to_string();
            assert!(
                message.contains("--heavy-limits") && message.contains(problem),
                "{message}"
            );
        }
    }

    #[test]
    fn help_names_every_limit() {
        let help = Program::command().render_long_help().to_string();
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for name in Limits::names() {
            assert!(help.contains(name), "{name} is missing");
        }
        assert!(help.contains("PFMS_NATIVE_LIMITS") && help.contains("PFMS_HEAVY_LIMITS"));
    }
}
