//! The lines of an assessment. What is owed and every other total is the sum of lines: there is no other way
//! to change it than to add a line, and no way to add a line without its effect.

use crate::{
    AnyNode, Assessment, Count, Facts, Ignored, Line, Node, Person, Rate, Rounding, Schedule, Section, Show,
    Text, Year,
};

/// Collects the lines of an assessment.
///
/// Lines are added in the order in which they come about; the report orders them by section. Lines of zero are
/// left out, but for what is taxed and the totals.
pub struct Ledger {
    exponent: u8,
    year: Year,
    explain: bool,
    scratch: Text,
    lines: Vec<Line>,
    ignored: Vec<Ignored>,
    totals: Totals,
}

#[derive(Debug, Clone, Copy, Default)]
struct Totals {
    income: i64,
    deductions: i64,
    taxable: i64,
    capital_gains_tax: i64,
    contributions: i64,
    owed: i64,
}

/// The line that was just added, for what explains it.
pub struct Entry<'l> {
    ledger: &'l mut Ledger,
    effect: i64,
    is_kept: bool,
}

/// Tax by the bands of a schedule, as [`Ledger::by_band`] takes it.
pub struct ByBand<'s> {
    /// Id of the lines: ".1", ".2" … follow by band.
    pub id: &'s str,
    /// Label of the lines: the rate follows.
    pub label: &'s str,
    /// The rates.
    pub schedule: &'s Node<Schedule>,
    /// What already fills the bands below, in minor units.
    pub below: i64,
    /// What is taxed, in minor units.
    pub amount: i64,
    /// How the tax is rounded. The whole is rounded; the lines differ from their exact amounts by as much.
    pub rounding: Rounding,
    /// Whose it is; none for both.
    pub person: Option<Person>,
    /// Where the lines belong: a tax, a surcharge or a contribution.
    pub section: Section,
    /// Whether it is tax on capital gains and other investment income taxed apart.
    pub is_on_capital_gains: bool,
}

impl Ledger {
    pub(crate) fn new(exponent: u8, year: Year, explain: bool) -> Self {
        Self {
            exponent,
            year,
            explain,
            scratch: Text::new(exponent),
            lines: Vec::with_capacity(if explain { 48 } else { 0 }),
            ignored: Vec::new(),
            totals: Totals::default(),
        }
    }

    /// An empty ledger that keeps no lines, for trying out which of several ways costs less.
    #[must_use]
    pub fn trial(&self) -> Self {
        Self::new(self.exponent, self.year, false)
    }

    /// What is owed by the lines so far.
    #[must_use]
    pub fn owed(&self) -> i64 {
        self.totals.owed
    }

    /// Income, gains included: counts to the total income as far as it is positive.
    pub fn income(&mut self, id: &str, label: &str, amount: i64) -> Entry<'_> {
        self.totals.income += amount.max(0);
        self.add(Section::Income, id, label, amount, 0)
    }

    /// What is taken off before anything else: counts to the total deductions.
    pub fn adjustment(&mut self, id: &str, label: &str, amount: i64) -> Entry<'_> {
        self.totals.deductions += amount;
        self.add(Section::Adjustment, id, label, amount, 0)
    }

    /// An allowance or deduction: counts to the total deductions.
    pub fn deduction(&mut self, id: &str, label: &str, amount: i64) -> Entry<'_> {
        self.totals.deductions += amount;
        self.add(Section::Deduction, id, label, amount, 0)
    }

    /// What is taxed: counts to the taxable income. Parts of it that were counted already are notes.
    pub fn taxable(&mut self, id: &str, label: &str, amount: i64) -> Entry<'_> {
        self.totals.taxable += amount;
        self.add(Section::Taxable, id, label, amount, 0)
    }

    /// A tax: owed.
    pub fn tax(&mut self, id: &str, label: &str, amount: i64) -> Entry<'_> {
        self.add(Section::Tax, id, label, amount, amount)
    }

    /// A surcharge, minimum tax or charge: owed.
    pub fn surcharge(&mut self, id: &str, label: &str, amount: i64) -> Entry<'_> {
        self.add(Section::Surcharge, id, label, amount, amount)
    }

    /// A contribution to social insurance: owed, and counted to the contributions.
    pub fn contribution(&mut self, id: &str, label: &str, amount: i64) -> Entry<'_> {
        self.totals.contributions += amount;
        self.add(Section::Contribution, id, label, amount, amount)
    }

    /// A credit or relief of so much, which lessens what is owed.
    pub fn credit(&mut self, id: &str, label: &str, amount: i64) -> Entry<'_> {
        self.add(Section::Credit, id, label, amount, -amount)
    }

    /// A step on the way, without effect and not counted to any total.
    pub fn note(&mut self, section: Section, id: &str, label: &str, amount: i64) -> Entry<'_> {
        self.add(section, id, label, amount, 0)
    }

    /// Tax by band, a line for each band that holds something; the sum is rounded as a whole. Returns the
    /// sum, in minor units.
    pub fn by_band(&mut self, facts: &Facts<'_>, tax: &ByBand<'_>) -> i64 {
        let schedule = tax.schedule.at(facts.year());
        let mut exact = crate::Exact::ZERO;
        let mut sum = 0;
        for slice in schedule.slices(tax.below, tax.amount) {
            exact = exact + slice.rate.of(slice.amount);
            let amount = exact.round(tax.rounding) - sum;
            sum += amount;
            if tax.section == Section::Contribution {
                self.totals.contributions += amount;
            }
            if !self.explain {
                if tax.is_on_capital_gains {
                    self.totals.capital_gains_tax += amount;
                }
                self.totals.owed += amount;
                continue;
            }
            let id = self.text(&[&tax.id, &".", &Count::from(slice.number)]);
            let label = self.text(&[&tax.label, &", ", &slice.rate]);
            let mut entry = self
                .add(tax.section, &id, &label, amount, amount)
                .uses(tax.schedule);
            if let Some(person) = tax.person {
                entry = entry.person(person);
            }
            if tax.is_on_capital_gains {
                entry = entry.on_capital_gains();
            }
            match slice.upper {
                Some(upper) => entry.because(&[
                    &slice.amount,
                    &" of the band from ",
                    &slice.lower,
                    &" to ",
                    &upper,
                    &", at ",
                    &slice.rate,
                ]),
                None => entry.because(&[&slice.amount, &" above ", &slice.lower, &", at ", &slice.rate]),
            };
        }
        sum
    }

    /// Says that something was given and had no influence, or that the rules leave it out. Once for each
    /// `what`.
    pub fn ignore(&mut self, what: &str, why: &str) {
        if self.explain && !self.ignored.iter().any(|one| one.what == what) {
            self.ignored.push(Ignored {
                what: what.to_owned(),
                why: why.to_owned(),
            });
        }
    }

    fn add(&mut self, section: Section, id: &str, label: &str, amount: i64, effect: i64) -> Entry<'_> {
        self.totals.owed += effect;
        let is_shown = amount != 0 || matches!(section, Section::Taxable | Section::Total);
        let is_kept = self.explain && is_shown;
        if is_kept {
            self.lines.push(Line {
                id: id.to_owned(),
                label: label.to_owned(),
                section,
                person: None,
                amount,
                effect,
                formula: String::new(),
                parameters: Vec::new(),
            });
        }
        Entry {
            ledger: self,
            effect,
            is_kept,
        }
    }

    /// The text of these parts, no larger than it is: what hands it to the host would move it otherwise.
    fn text(&mut self, parts: &[&dyn Show]) -> String {
        self.scratch.clear();
        for part in parts {
            part.show(&mut self.scratch);
        }
        self.scratch.as_str().to_owned()
    }

    /// The assessment, without its marginal rate.
    pub(crate) fn finish(mut self, facts: &Facts<'_>) -> Assessment {
        let (withheld, prepaid) = (facts.withheld(), facts.input().prepaid);
        let owed = self.totals.owed;
        let paid = withheld + prepaid;
        let balance = owed - paid;
        self.note(Section::Total, "total.owed", "Owed for the year", owed)
            .because(&[&"taxes, surcharges and contributions less credits"]);
        if withheld != 0 {
            self.note(Section::Total, "total.withheld", "Withheld", withheld);
        }
        if prepaid != 0 {
            self.note(Section::Total, "total.prepaid", "Paid in advance", prepaid);
        }
        let label = if balance < 0 {
            "To be refunded"
        } else {
            "Still to be paid"
        };
        self.note(Section::Total, "total.balance", label, balance)
            .because(&[&owed, &" owed less ", &paid, &" paid"]);
        if facts.leaves_partner_out() {
            self.ignore(
                "partner",
                "The taxpayer is assessed alone; what is the partner's is left out.",
            );
        }
        for name in facts.not_asked_for() {
            self.ignore(name, "The year does not ask for it.");
        }
        self.lines.sort_by_key(|line| line.section as u8);
        Assessment {
            total_income: self.totals.income,
            total_deductions: self.totals.deductions,
            taxable_income: self.totals.taxable,
            capital_gains_tax: self.totals.capital_gains_tax,
            contributions: self.totals.contributions,
            owed,
            paid,
            balance,
            marginal_rate: 0,
            effective_rate: Rounding::half_even(1).share(owed, 1_000_000, self.totals.income),
            lines: self.lines,
            ignored: self.ignored,
        }
    }
}

impl Entry<'_> {
    /// Whose it is. The id gets ".taxpayer" or ".partner" at its end.
    #[allow(clippy::return_self_not_must_use, clippy::must_use_candidate)]
    pub fn person(mut self, person: Person) -> Self {
        if let Some(line) = self.line() {
            line.person = Some(person);
            line.id.push_str(match person {
                Person::Taxpayer => ".taxpayer",
                Person::Partner => ".partner",
            });
        }
        self
    }

    /// How the amount came about, for example `&[&gain, &" at ", &rate]`; see [`Show`].
    #[allow(clippy::return_self_not_must_use, clippy::must_use_candidate)]
    pub fn because(mut self, parts: &[&dyn Show]) -> Self {
        if self.is_kept {
            let formula = self.ledger.text(parts);
            if let Some(line) = self.line() {
                line.formula = formula;
            }
        }
        self
    }

    /// A figure that took part. Left out when the law does not have it in the year.
    #[allow(clippy::return_self_not_must_use, clippy::must_use_candidate)]
    pub fn uses(mut self, node: &dyn AnyNode) -> Self {
        if node.is_in(self.ledger.year)
            && let Some(line) = self.line()
        {
            line.parameters.push(node.id().to_owned());
        }
        self
    }

    /// Counts the line to the tax on capital gains and other investment income taxed apart.
    #[allow(clippy::return_self_not_must_use, clippy::must_use_candidate)]
    pub fn on_capital_gains(self) -> Self {
        self.ledger.totals.capital_gains_tax += self.effect;
        self
    }

    fn line(&mut self) -> Option<&mut Line> {
        if self.is_kept {
            self.ledger.lines.last_mut()
        } else {
            None
        }
    }
}

/// Owed on the next unit: the difference by the step, in millionths.
pub(crate) fn marginal_rate(owed: i64, owed_with_step: i64, step: i64) -> i64 {
    Rounding::half_even(1).share(owed_with_step.saturating_sub(owed), 1_000_000, step)
}

/// A rate from an amount and its base, for formulas that speak of one.
impl From<(i64, i64)> for Rate {
    fn from((part, base): (i64, i64)) -> Self {
        Self(Rounding::half_even(1).share(part, 1_000_000, base))
    }
}

impl From<usize> for Count {
    fn from(count: usize) -> Self {
        Self(i64::try_from(count).unwrap_or(i64::MAX))
    }
}
