//! Rates by band, with limits that pension contributions and gifts raise.

use pfms_tax::{Exact, Facts, Ledger, Node, Rounding, Schedule, Slice};

/// A schedule of a year whose limits are raised for a person.
#[derive(Debug, Clone, Copy)]
pub struct Bands {
    node: &'static Node<Schedule>,
    schedule: Schedule,
    extension: i64,
    /// Position of the first band whose end is raised: gifts do not widen the Scottish starter band.
    extended_from: usize,
    names: &'static [(&'static str, &'static str)],
}

/// The bands of the United Kingdom, as part of an id and for people.
pub const UNITED_KINGDOM: &[(&str, &str)] = &[
    ("basic", "basic rate"),
    ("higher", "higher rate"),
    ("additional", "additional rate"),
];

/// The bands of dividends.
pub const DIVIDENDS: &[(&str, &str)] = &[
    ("ordinary", "ordinary rate"),
    ("upper", "upper rate"),
    ("additional", "additional rate"),
];

/// The Scottish bands.
pub const SCOTLAND: &[(&str, &str)] = &[
    ("starter", "Scottish starter rate"),
    ("basic", "Scottish basic rate"),
    ("intermediate", "Scottish intermediate rate"),
    ("higher", "Scottish higher rate"),
    ("advanced", "Scottish advanced rate"),
    ("top", "Scottish top rate"),
];

impl Bands {
    /// The bands of a schedule in a year, those from `extended_from` on wider by `extension`.
    pub fn new(
        facts: &Facts<'_>,
        node: &'static Node<Schedule>,
        names: &'static [(&'static str, &'static str)],
        extended_from: usize,
        extension: i64,
    ) -> Self {
        Self {
            node,
            schedule: node.at(facts.year()),
            extension,
            extended_from,
            names,
        }
    }

    /// Where a band ends; none: it does not.
    pub fn limit(&self, position: usize) -> Option<i64> {
        let upper = self.schedule.0.get(position)?.upper?;
        let extension = if position < self.extended_from {
            0
        } else {
            self.extension
        };
        Some(upper + extension)
    }

    /// Where the bands end.
    pub fn limits(&self) -> impl Iterator<Item = i64> + use<'_> {
        (0..self.schedule.0.len()).filter_map(|position| self.limit(position))
    }

    /// The parts of an amount on top of `below`, without those that are zero.
    pub fn slices(&self, below: i64, amount: i64) -> impl Iterator<Item = Slice> + use<'_> {
        let top = below + amount;
        let mut lower = 0;
        self.schedule
            .0
            .iter()
            .enumerate()
            .filter_map(move |(position, band)| {
                let upper = self.limit(position);
                let slice = Slice {
                    number: position + 1,
                    lower,
                    upper,
                    amount: upper.map_or(top, |upper| upper.min(top)) - lower.max(below),
                    rate: band.rate,
                };
                lower = upper.unwrap_or(i64::MAX);
                (slice.amount > 0).then_some(slice)
            })
    }

    /// Tax on an amount on top of `below`, not rounded yet.
    pub fn tax(&self, below: i64, amount: i64) -> Exact {
        self.slices(below, amount)
            .map(|slice| slice.rate.of(slice.amount))
            .sum()
    }

    /// Adds a line for each band that holds something; the sum is rounded down to the penny. Returns it.
    pub fn add(&self, ledger: &mut Ledger, id: &str, label: &str, below: i64, amount: i64) -> i64 {
        let mut exact = Exact::ZERO;
        let mut sum = 0;
        for slice in self.slices(below, amount) {
            exact = exact + slice.rate.of(slice.amount);
            let tax = exact.round(Rounding::down(1)) - sum;
            sum += tax;
            let (key, name) = self.names.get(slice.number - 1).unwrap_or(&("rate", "rate"));
            let entry = ledger
                .tax(&[id, ".", key].concat(), &[label, ", ", name].concat(), tax)
                .uses(self.node);
            match slice.upper {
                Some(upper) => entry.because(&[
                    &slice.amount,
                    &" in the band up to ",
                    &upper,
                    &", at ",
                    &slice.rate,
                ]),
                None => entry.because(&[&slice.amount, &" above ", &slice.lower, &", at ", &slice.rate]),
            };
        }
        sum
    }
}
