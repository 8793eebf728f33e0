//! Which income the allowances are set against: the law gives the way that owes least (ITA 2007, s. 25(2)).

use pfms_tax::Exact;

use crate::bands::Bands;

/// Amounts of the three layers of income, the lowest first (ITA 2007, s. 16).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Layers {
    /// Neither savings nor dividends.
    pub non_savings: i64,
    /// Savings income.
    pub savings: i64,
    /// Dividend income.
    pub dividends: i64,
}

impl Layers {
    /// All three.
    pub fn total(self) -> i64 {
        self.non_savings + self.savings + self.dividends
    }
}

/// How the layers are taxed.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Bands of non-savings income.
    pub non_savings: Bands,
    /// Bands of savings income.
    pub savings: Bands,
    /// Bands of dividend income.
    pub dividends: Bands,
    /// Where the starting rate for savings ends.
    pub starting_rate_limit: i64,
    /// Savings income taxed at nothing beside it.
    pub savings_allowance: i64,
    /// Dividend income taxed at nothing.
    pub dividend_allowance: i64,
}

impl Scale {
    /// Savings income at the starting rate: what non-savings income leaves of its band (s. 12).
    pub fn starting(&self, taxed: Layers) -> i64 {
        (self.starting_rate_limit - taxed.non_savings).clamp(0, taxed.savings)
    }

    /// Savings income at the nil rate (s. 12A): the lowest above the starting rate.
    pub fn savings_nil(&self, taxed: Layers) -> i64 {
        self.savings_allowance.min(taxed.savings - self.starting(taxed))
    }

    /// Dividend income at the nil rate (s. 13A): the lowest.
    pub fn dividends_nil(&self, taxed: Layers) -> i64 {
        self.dividend_allowance.min(taxed.dividends)
    }

    /// Tax on what is left of the layers, not rounded yet.
    pub fn tax(&self, taxed: Layers) -> Exact {
        let free = self.starting(taxed) + self.savings_nil(taxed);
        let nil = self.dividends_nil(taxed);
        let above = taxed.non_savings + taxed.savings;
        self.non_savings.tax(0, taxed.non_savings)
            + self.savings.tax(taxed.non_savings + free, taxed.savings - free)
            + self.dividends.tax(above + nil, taxed.dividends - nil)
    }

    /// What is left of the layers when `allowances` are set where they save most; of ways that save the same,
    /// the one that takes most from non-savings income.
    ///
    /// The tax is linear in what is left of non-savings and of savings income but for edges, and the edges are
    /// lines: the ends of bands and nil rates. So the least lies where two of them cross.
    pub fn least(&self, income: Layers, allowances: i64) -> Layers {
        let total = (income.total() - allowances).max(0);
        if total == 0 {
            return Layers::default();
        }
        let edges = Edges::new(self, income, total);
        let first = edges.non_savings_first();
        let mut best = (self.tax(first), first);
        edges.for_each_crossing(|taxed| {
            let tax = self.tax(taxed);
            let is_better = tax < best.0 || (tax == best.0 && taxed.non_savings < best.1.non_savings);
            if is_better {
                best = (tax, taxed);
            }
        });
        best.1
    }
}

/// Where the tax bends, as values of what is left of non-savings income, of savings income, and of both.
struct Edges {
    income: Layers,
    total: i64,
    non_savings: Vec<i64>,
    savings: Vec<i64>,
    both: Vec<i64>,
}

impl Edges {
    fn new(scale: &Scale, income: Layers, total: i64) -> Self {
        let Scale {
            starting_rate_limit,
            savings_allowance,
            dividend_allowance,
            ..
        } = *scale;
        let mut edges = Self {
            income,
            total,
            non_savings: Vec::new(),
            savings: Vec::new(),
            both: Vec::new(),
        };
        // A layer alone leaves nothing to choose.
        let layers = [income.non_savings, income.savings, income.dividends];
        if layers.iter().filter(|amount| **amount > 0).count() < 2 {
            return edges;
        }
        edges
            .non_savings
            .extend([0, income.non_savings, starting_rate_limit]);
        edges.non_savings.extend(scale.non_savings.limits());
        edges.savings.extend([0, income.savings, savings_allowance]);
        edges.both.extend([
            total,
            total - income.dividends,
            total - dividend_allowance,
            starting_rate_limit + savings_allowance,
        ]);
        for limit in scale.savings.limits() {
            edges.non_savings.push(limit - savings_allowance);
            edges.both.push(limit);
        }
        edges
            .both
            .extend(scale.dividends.limits().map(|limit| limit - dividend_allowance));
        edges
    }

    /// The usual order: non-savings income, savings, dividends.
    fn non_savings_first(&self) -> Layers {
        let mut allowances = self.income.total() - self.total;
        let mut left = |amount: i64| {
            let taken = amount.min(allowances);
            allowances -= taken;
            amount - taken
        };
        Layers {
            non_savings: left(self.income.non_savings),
            savings: left(self.income.savings),
            dividends: left(self.income.dividends),
        }
    }

    fn for_each_crossing(&self, mut visit: impl FnMut(Layers)) {
        let mut at = |non_savings: i64, savings: i64| {
            let taxed = Layers {
                non_savings,
                savings,
                dividends: self.total - non_savings - savings,
            };
            if self.is_possible(taxed) {
                visit(taxed);
            }
        };
        for &non_savings in &self.non_savings {
            for &savings in &self.savings {
                at(non_savings, savings);
            }
            for &both in &self.both {
                at(non_savings, both - non_savings);
            }
        }
        for &savings in &self.savings {
            for &both in &self.both {
                at(both - savings, savings);
            }
        }
    }

    fn is_possible(&self, taxed: Layers) -> bool {
        (0..=self.income.non_savings).contains(&taxed.non_savings)
            && (0..=self.income.savings).contains(&taxed.savings)
            && (0..=self.income.dividends).contains(&taxed.dividends)
    }
}

#[cfg(test)]
mod tests {
    use pfms_tax::testing::Case;
    use pfms_tax::{Facts, TaxRules};
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::UnitedKingdom;
    use crate::bands::{DIVIDENDS, SCOTLAND, UNITED_KINGDOM};
    use crate::figures;

    fn with_scale<T>(
        is_scottish: bool,
        extension: i64,
        savings_allowance: i64,
        then: impl FnOnce(&Scale) -> T,
    ) -> T {
        let case = Case::new::<UnitedKingdom>(2025).region("ENG");
        let facts = Facts::check(UnitedKingdom::country(), &case.input).unwrap();
        let of = |node, names, from| Bands::new(&facts, node, names, from, extension);
        then(&Scale {
            non_savings: if is_scottish {
                of(&figures::INCOME_TAX_SCOTLAND, SCOTLAND, 1)
            } else {
                of(&figures::INCOME_TAX_MAIN, UNITED_KINGDOM, 0)
            },
            savings: of(&figures::INCOME_TAX_SAVINGS, UNITED_KINGDOM, 0),
            dividends: of(&figures::INCOME_TAX_DIVIDENDS, DIVIDENDS, 0),
            starting_rate_limit: 5_000_00,
            savings_allowance,
            dividend_allowance: 500_00,
        })
    }

    fn amounts() -> impl Strategy<Value = i64> {
        prop_oneof![Just(0), 0..20_000_00_i64, 0..150_000_00_i64, 0..1_000_00_i64]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3_000) })]

        #[test]
        fn no_other_way_owes_less(
            non_savings in amounts(), savings in amounts(), dividends in amounts(),
            allowances in prop_oneof![Just(12_570_00_i64), 0..16_000_00_i64],
            is_scottish in any::<bool>(), extension in prop_oneof![Just(0), 0..20_000_00_i64],
            savings_allowance in select(vec![0, 500_00, 1_000_00]),
            shares in proptest::collection::vec((0..=1_000_i64, 0..=1_000_i64), 20),
        ) {
            let income = Layers { non_savings, savings, dividends };
            with_scale(is_scottish, extension, savings_allowance, |scale| {
                let best = scale.least(income, allowances);
                let used = income.total().min(allowances);
                prop_assert_eq!(best.total(), income.total() - used);
                for (first, second) in shares {
                    // Some other way to use up the allowances.
                    let low = (used - savings - dividends).max(0);
                    let high = used.min(non_savings);
                    let from_non_savings = low + (high - low) * first / 1_000;
                    let rest = used - from_non_savings;
                    let (low, high) = ((rest - dividends).max(0), rest.min(savings));
                    let from_savings = low + (high - low) * second / 1_000;
                    let other = Layers {
                        non_savings: non_savings - from_non_savings,
                        savings: savings - from_savings,
                        dividends: dividends - (rest - from_savings),
                    };
                    prop_assert!(scale.tax(best) <= scale.tax(other), "{best:?} {other:?}");
                }
                Ok(())
            })?;
        }
    }

    #[test]
    fn dividends_are_spared_where_interest_is_free_anyway() {
        let income = Layers {
            non_savings: 10_000_00,
            savings: 3_000_00,
            dividends: 6_000_00,
        };
        let left = with_scale(false, 0, 1_000_00, |scale| scale.least(income, 12_570_00));
        let expected = Layers {
            non_savings: 0,
            savings: 3_000_00,
            dividends: 3_430_00,
        };
        assert_eq!(left, expected);
    }

    #[test]
    fn allowances_that_cover_everything_leave_nothing() {
        let income = Layers {
            non_savings: 5_000_00,
            savings: 100_00,
            dividends: 0,
        };
        assert_eq!(
            with_scale(true, 0, 1_000_00, |scale| scale.least(income, 12_570_00)),
            Layers::default()
        );
    }
}
