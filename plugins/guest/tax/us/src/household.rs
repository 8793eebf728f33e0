//! Who files, and what came in.

use pfms_tax::{Facts, FieldProblem, Ledger, Person, Section, TaxError, Year};

use crate::asked::{
    ADJUSTMENTS, AGE, BLIND, DEPENDANTS, GAINS, INTEREST, LONG_GAINS, ORDINARY_DIVIDENDS, OTHER, PARTNER_AGE,
    PARTNER_BLIND, PENSION, QUALIFIED_DIVIDENDS, SELF_EMPLOYMENT, SHORT_GAINS, SPOUSE_ITEMISES, STATUS,
    STUDENTS, WAGES,
};
use crate::figures;
use crate::status::Status;

/// What the formulas start from.
pub(crate) struct Household<'f> {
    pub(crate) facts: &'f Facts<'f>,
    pub(crate) year: Year,
    pub(crate) status: Status,
    /// Who files this return: one, or both of a couple.
    pub(crate) people: &'static [Person],
    /// Wages of the taxpayer and of the partner.
    wages: [i64; 2],
    /// Profit of the business of the taxpayer and of the partner.
    profit: [i64; 2],
    /// How many who file are seniors.
    pub(crate) seniors: i64,
    /// How many who file are blind.
    pub(crate) blind: i64,
    pub(crate) interest: i64,
    pub(crate) ordinary_dividends: i64,
    pub(crate) qualified_dividends: i64,
    /// Short-term gains less losses.
    pub(crate) short_gains: i64,
    /// Long-term gains less losses.
    pub(crate) long_gains: i64,
    pension: i64,
    other: i64,
    /// Sales whose day of purchase is not known, by the incomes' ids.
    undated: Vec<&'f str>,
    loss_limit: i64,
}

impl<'f> Household<'f> {
    /// Reads who files and sums the incomes.
    pub(crate) fn read(facts: &'f Facts<'f>) -> Result<Self, TaxError> {
        let status = facts
            .get(&STATUS)
            .ok_or_else(|| TaxError::MissingFields(vec!["filing-status".to_owned()]))?;
        let people: &[Person] = if status == Status::Joint {
            if !facts.is_given(&PARTNER_AGE) {
                return Err(TaxError::MissingFields(vec!["partner-age".to_owned()]));
            }
            &[Person::Taxpayer, Person::Partner]
        } else {
            demand_no_partner(facts)?;
            &[Person::Taxpayer]
        };
        check_students(facts)?;
        let (short, long, undated) = gains_by_days(facts);
        let of_both = |kind| [Person::Taxpayer, Person::Partner].map(|person| facts.sum_of(kind, person));
        let least_age = figures::STANDARD_DEDUCTION_AGE.at(facts.year()).0;
        Ok(Self {
            facts,
            year: facts.year(),
            status,
            people,
            wages: of_both(&WAGES),
            profit: of_both(&SELF_EMPLOYMENT),
            seniors: count(people, |person| age(facts, person) >= least_age),
            blind: count(people, |person| match person {
                Person::Taxpayer => facts.get(&BLIND),
                Person::Partner => facts.get(&PARTNER_BLIND),
            }),
            interest: facts.sum(&INTEREST),
            ordinary_dividends: facts.sum(&ORDINARY_DIVIDENDS),
            qualified_dividends: facts.sum(&QUALIFIED_DIVIDENDS),
            short_gains: short + facts.sum(&SHORT_GAINS),
            long_gains: long + facts.sum(&LONG_GAINS),
            pension: facts.sum(&PENSION),
            other: facts.sum(&OTHER),
            undated,
            loss_limit: figures::LOSS_LIMIT.at(status, facts.year()),
        })
    }

    /// A person's wages.
    pub(crate) fn wages(&self, person: Person) -> i64 {
        self.wages[index(person)]
    }

    /// Wages of all who file.
    pub(crate) fn all_wages(&self) -> i64 {
        self.wages.iter().sum()
    }

    /// Profit of a person's business.
    pub(crate) fn profit(&self, person: Person) -> i64 {
        self.profit[index(person)]
    }

    /// Profit of all businesses; negative when it is a loss.
    pub(crate) fn all_profit(&self) -> i64 {
        self.profit.iter().sum()
    }

    /// Gains less losses, as far as they count: a loss up to the limit.
    pub(crate) fn gains(&self) -> i64 {
        (self.short_gains + self.long_gains).max(-self.loss_limit)
    }

    /// Income that is taxed by the rates of long-term gains: qualified dividends, and long-term gains as far as
    /// short-term losses leave them.
    pub(crate) fn favoured(&self) -> i64 {
        let gains = self.long_gains.min(self.short_gains + self.long_gains);
        self.qualified_dividends + gains.max(0)
    }

    /// Interest, dividends and gains, as the net investment income tax counts them. May be negative.
    pub(crate) fn investment_income(&self) -> i64 {
        self.interest + self.ordinary_dividends + self.qualified_dividends + self.gains()
    }

    /// Ages of the dependants.
    pub(crate) fn dependants(&self) -> &[i64] {
        self.facts.get(&DEPENDANTS)
    }

    /// Dependants aged 19 to 23 who study.
    pub(crate) fn students(&self) -> i64 {
        self.facts.get(&STUDENTS)
    }

    /// Age of a person who files.
    pub(crate) fn age(&self, person: Person) -> i64 {
        age(self.facts, person)
    }

    /// Whether the return must itemise because the spouse's does.
    pub(crate) fn must_itemise(&self) -> bool {
        self.status == Status::Separate && self.facts.get(&SPOUSE_ITEMISES)
    }

    /// Adds the lines of what came in.
    pub(crate) fn show(&self, ledger: &mut Ledger) {
        for &person in self.people {
            ledger
                .income("income.wages", "Wages, salaries, tips", self.wages(person))
                .person(person);
            ledger
                .income(
                    "income.self-employment",
                    "Profit from self-employment",
                    self.profit(person),
                )
                .person(person);
        }
        ledger.income("income.interest", "Interest", self.interest);
        ledger.income(
            "income.ordinary-dividends",
            "Ordinary dividends",
            self.ordinary_dividends,
        );
        ledger.income(
            "income.qualified-dividends",
            "Qualified dividends",
            self.qualified_dividends,
        );
        let (short, long) = (self.short_gains, self.long_gains);
        ledger.note(
            Section::Income,
            "gains.short-term",
            "Short-term gains less losses",
            short,
        );
        ledger.note(
            Section::Income,
            "gains.long-term",
            "Long-term gains less losses",
            long,
        );
        let gains = self.gains();
        let node = figures::LOSS_LIMIT.node(self.status);
        let line = ledger.income("income.gains", "Gains less losses", gains);
        if gains > short + long {
            line.uses(node).because(&[
                &short,
                &" and ",
                &long,
                &"; of the loss, ",
                &self.loss_limit,
                &" count",
            ]);
            ledger.ignore(
                "loss-carryover",
                "The rest of the loss counts in later years; it has to be entered there.",
            );
        } else {
            line.because(&[&short, &" short-term and ", &long, &" long-term"]);
        }
        for id in &self.undated {
            ledger.ignore(
                id,
                "The day of purchase is not known: the gain is taken as short-term.",
            );
        }
        ledger.income("income.pension", "Pensions", self.pension);
        ledger.income("income.other", "Other income", self.other);
        if !self.must_itemise() && self.facts.is_given(&SPOUSE_ITEMISES) && self.status != Status::Separate {
            ledger.ignore(
                "spouse-itemises",
                "It matters to the married filing separately only.",
            );
        }
        if self.status != Status::Joint {
            for (name, is_given) in [
                ("partner-age", self.facts.is_given(&PARTNER_AGE)),
                ("partner-blind", self.facts.is_given(&PARTNER_BLIND)),
            ] {
                if is_given {
                    ledger.ignore(name, "It matters to a joint return only.");
                }
            }
        }
    }

    /// The adjusted gross income, when so much of the self-employment tax lessens it.
    pub(crate) fn adjusted_gross_income(&self, self_employment: i64, ledger: &mut Ledger) -> i64 {
        let adjustments = self.facts.spent(&ADJUSTMENTS);
        ledger
            .adjustment(
                "adjustment.self-employment",
                "Half of self-employment tax",
                self_employment,
            )
            .uses(&figures::SELF_EMPLOYMENT_DEDUCTIBLE_SHARE)
            .because(&[&"the deductible part of contributions on self-employment"]);
        ledger.adjustment("adjustment.other", "Other adjustments", adjustments);
        let earned = self.all_wages() + self.all_profit();
        let total = earned + self.investment_income() + self.pension + self.other;
        let income = total - self_employment - adjustments;
        ledger
            .note(
                Section::Adjustment,
                "adjusted-gross-income",
                "Adjusted gross income",
                income,
            )
            .because(&[
                &total,
                &" of income less ",
                &(self_employment + adjustments),
                &" of adjustments",
            ]);
        income
    }
}

fn index(person: Person) -> usize {
    match person {
        Person::Taxpayer => 0,
        Person::Partner => 1,
    }
}

fn age(facts: &Facts<'_>, person: Person) -> i64 {
    match person {
        Person::Taxpayer => facts.get(&AGE),
        Person::Partner => facts.get(&PARTNER_AGE),
    }
}

fn count(people: &[Person], holds: impl Fn(Person) -> bool) -> i64 {
    people.iter().map(|person| i64::from(holds(*person))).sum()
}

/// Short- and long-term gains of sales by their days, and the ids of those without a day of purchase, which are
/// taken as short-term: the rates of long-term gains need proof that the asset was held.
fn gains_by_days<'f>(facts: &Facts<'f>) -> (i64, i64, Vec<&'f str>) {
    let months = figures::GAINS_LONG_TERM_MONTHS.at(facts.year()).0;
    let months = u16::try_from(months).unwrap_or(u16::MAX);
    let (mut short, mut long, mut undated) = (0, 0, Vec::new());
    for income in facts.of_kind(&GAINS) {
        // The day of purchase does not count and the day of sale does: longer than a year is from the day after
        // the anniversary.
        let is_long = income
            .acquired
            .is_some_and(|acquired| income.date > acquired.months_later(months));
        if is_long {
            long += income.amount;
        } else {
            short += income.amount;
        }
        if income.acquired.is_none() {
            undated.push(income.id.as_str());
        }
    }
    (short, long, undated)
}

/// Students are dependants, and of an age at which it matters.
fn check_students(facts: &Facts<'_>) -> Result<(), TaxError> {
    let year = facts.year();
    let ages = figures::EARNED_INCOME_CHILD_AGE.at(year).0..figures::EARNED_INCOME_STUDENT_AGE.at(year).0;
    let may_be: i64 = facts
        .get(&DEPENDANTS)
        .iter()
        .map(|age| i64::from(ages.contains(age)))
        .sum();
    if facts.get(&STUDENTS) <= may_be {
        return Ok(());
    }
    Err(TaxError::InvalidFields(vec![FieldProblem {
        field: "students".to_owned(),
        problem: format!(
            "must be at most the number of dependants aged {} to {}, which is {may_be}",
            ages.start,
            ages.end - 1
        ),
    }]))
}

fn demand_no_partner(facts: &Facts<'_>) -> Result<(), TaxError> {
    let incomes = facts.input().incomes.iter().map(|income| income.person);
    let deductions = facts.input().deductions.iter().map(|deduction| deduction.person);
    let problems = |list: &str, people: &mut dyn Iterator<Item = Person>| -> Vec<FieldProblem> {
        let partners = people
            .enumerate()
            .filter(|(_, person)| *person == Person::Partner);
        partners
            .map(|(position, _)| FieldProblem {
                field: format!("{list}[{position}].person"),
                problem: "must be the taxpayer: only a joint return holds what is the partner's".to_owned(),
            })
            .collect()
    };
    let mut found = problems("incomes", &mut { incomes });
    found.extend(problems("deductions", &mut { deductions }));
    if found.is_empty() {
        Ok(())
    } else {
        Err(TaxError::InvalidFields(found))
    }
}
