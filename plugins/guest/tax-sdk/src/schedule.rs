//! Rates by band.

use crate::{Exact, Rate};

/// A rate and where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// Where the band ends, in minor units, the end included; none: it does not.
    pub upper: Option<i64>,
    /// The rate within the band.
    pub rate: Rate,
}

/// Rates by band, the lowest first; each band begins where the one before ends, the first at zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Schedule(pub &'static [Band]);

/// The part of an amount that lies within a band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// Number of the band, the lowest is 1.
    pub number: usize,
    /// Where the band begins, in minor units.
    pub lower: i64,
    /// Where it ends; none: it does not.
    pub upper: Option<i64>,
    /// The part, in minor units; never negative.
    pub amount: i64,
    /// The rate of the band.
    pub rate: Rate,
}

impl Schedule {
    /// Tax on an amount, not rounded yet; nothing on what is negative.
    ///
    /// ```
    /// use pfms_tax::{Band, Rate, Rounding, Schedule};
    ///
    /// const RATES: Schedule = Schedule(&[
    ///     Band { upper: Some(100_00), rate: Rate(100_000) },
    ///     Band { upper: None, rate: Rate(200_000) },
    /// ]);
    /// assert_eq!(RATES.tax_on(150_00).round(Rounding::half_up(1)), 20_00);
    /// assert_eq!(RATES.tax_on_top(80_00, 40_00).round(Rounding::half_up(1)), 6_00);
    /// assert_eq!(RATES.marginal_at(100_00), Rate(200_000));
    /// ```
    #[must_use]
    pub fn tax_on(self, amount: i64) -> Exact {
        self.tax_on_top(0, amount)
    }

    /// Tax on an amount that lies on top of `below`: the bands that `below` fills are used up.
    #[must_use]
    pub fn tax_on_top(self, below: i64, amount: i64) -> Exact {
        self.slices(below, amount)
            .map(|slice| slice.rate.of(slice.amount))
            .sum()
    }

    /// The rate of the next minor unit above an amount.
    #[must_use]
    pub fn marginal_at(self, amount: i64) -> Rate {
        let band = self
            .0
            .iter()
            .find(|band| band.upper.is_none_or(|upper| amount.max(0) < upper));
        band.or(self.0.last()).map_or(Rate(0), |band| band.rate)
    }

    /// The parts of an amount on top of `below` by band, without those that are zero.
    pub fn slices(self, below: i64, amount: i64) -> impl Iterator<Item = Slice> {
        let below = below.max(0);
        let top = below.saturating_add(amount.max(0));
        let mut lower = 0;
        self.0.iter().enumerate().filter_map(move |(index, band)| {
            let from = lower.max(below);
            let to = band.upper.map_or(top, |upper| upper.min(top));
            let slice = Slice {
                number: index + 1,
                lower,
                upper: band.upper,
                amount: to - from,
                rate: band.rate,
            };
            lower = band.upper.unwrap_or(i64::MAX);
            (slice.amount > 0).then_some(slice)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rounding;

    const RATES: Schedule = Schedule(&[
        Band {
            upper: Some(100),
            rate: Rate(0),
        },
        Band {
            upper: Some(300),
            rate: Rate(100_000),
        },
        Band {
            upper: None,
            rate: Rate(500_000),
        },
    ]);

    #[test]
    fn a_band_ends_at_its_end() {
        let tax = |amount| RATES.tax_on(amount).round(Rounding::half_up(1));
        assert_eq!([-5, 0, 100, 110, 300, 310].map(tax), [0, 0, 0, 1, 20, 25]);
        let rates = [-5, 0, 99, 100, 299, 300].map(|amount| RATES.marginal_at(amount).0);
        assert_eq!(rates, [0, 0, 0, 100_000, 100_000, 500_000]);
    }

    #[test]
    fn what_lies_on_top_is_taxed_as_the_difference() {
        for below in [0, 50, 100, 250, 300, 400] {
            for amount in [0, 1, 60, 500] {
                assert_eq!(
                    RATES.tax_on(below) + RATES.tax_on_top(below, amount),
                    RATES.tax_on(below + amount)
                );
            }
        }
    }

    #[test]
    fn a_schedule_without_bands_taxes_nothing() {
        assert_eq!(Schedule::default().tax_on(i64::MAX), Exact::ZERO);
        assert_eq!(Schedule::default().marginal_at(0), Rate(0));
    }
}
