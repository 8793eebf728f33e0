//! An input, checked against what the country declares.

use crate::profile::{Field, Read};
use crate::{
    Category, Country, Date, Deduction, FieldProblem, FieldValue, Income, IncomeKind, Input, Person,
    TaxError, Year,
};

/// The most that all amounts of an input may come to without their signs, in minor units: a million millions
/// of a currency with two digits. What is calculated from them stays far within `i64`.
pub const LIMIT: i64 = 100_000_000_000_000;

/// What a tax is calculated from: an [`Input`] that fits the country. Everything in it is valid.
pub struct Facts<'a> {
    country: &'static Country,
    input: &'a Input,
    year: Year,
    region: Option<&'static str>,
    incomes: Vec<Earned<'a>>,
    is_taxpayer_alone: bool,
}

/// An income and its kind.
#[derive(Clone, Copy)]
pub struct Earned<'a> {
    /// The kind, one of the country's.
    pub kind: &'static IncomeKind,
    /// The income.
    pub income: &'a Income,
}

impl<'a> Facts<'a> {
    /// Checks an input.
    ///
    /// # Errors
    /// In this order: the year, the currency, the region; fields that are missing; all fields that are not
    /// what they must be; amounts beyond [`LIMIT`].
    pub fn check(country: &'static Country, input: &'a Input) -> Result<Self, TaxError> {
        let year = country
            .figures
            .year(input.year)
            .ok_or(TaxError::UnsupportedYear(input.year))?;
        if input.currency != country.currency {
            return Err(TaxError::WrongCurrency(input.currency.clone()));
        }
        let region = check_region(country, input.region.as_deref())?;
        check_profile(country, input)?;
        let incomes = check_money(country, input, year)?;
        check_range(input)?;
        Ok(Self {
            country,
            input,
            year,
            region,
            incomes,
            is_taxpayer_alone: false,
        })
    }

    /// The same without what is the partner's.
    pub(crate) fn of_taxpayer_alone(mut self) -> Self {
        self.incomes
            .retain(|earned| earned.income.person == Person::Taxpayer);
        self.is_taxpayer_alone = true;
        self
    }

    /// Whether something that was given is left out because it is the partner's.
    pub(crate) fn leaves_partner_out(&self) -> bool {
        let mut incomes = self.input.incomes.iter().map(|income| income.person);
        let mut deductions = self.input.deductions.iter().map(|deduction| deduction.person);
        self.is_taxpayer_alone
            && (incomes.any(|person| person == Person::Partner)
                || deductions.any(|person| person == Person::Partner))
    }

    fn counts(&self, person: Person) -> bool {
        !self.is_taxpayer_alone || person == Person::Taxpayer
    }

    /// The same with one more income.
    pub(crate) fn with(&self, kind: &'static IncomeKind, income: &'a Income) -> Self {
        let mut incomes = self.incomes.clone();
        incomes.push(Earned { kind, income });
        Self { incomes, ..*self }
    }

    /// The tax year.
    #[must_use]
    pub fn year(&self) -> Year {
        self.year
    }

    /// The year's last day.
    #[must_use]
    pub fn last_day(&self) -> Date {
        let days = self.country.figures.days(self.year);
        days.map_or(
            Date {
                year: self.input.year,
                month: 12,
                day: 31,
            },
            |(_, last)| last,
        )
    }

    /// The code of the region; none where the country has none.
    #[must_use]
    pub fn region(&self) -> Option<&'static str> {
        self.region
    }

    /// What the person said, or the default.
    #[must_use]
    pub fn get<F: Read>(&self, field: &'static F) -> F::Value<'_> {
        field.read(self.value(field))
    }

    /// Whether the person said something, the default or not.
    #[must_use]
    pub fn is_given(&self, field: &dyn Field) -> bool {
        self.value(field).is_some()
    }

    fn value(&self, field: &dyn Field) -> Option<&FieldValue> {
        let name = field.name();
        let entry = self.input.profile.iter().find(|entry| entry.name == name)?;
        field.is_asked_in(self.input.year).then_some(&entry.value)
    }

    /// Every income with its kind, in no particular order.
    pub fn incomes(&self) -> impl Iterator<Item = Earned<'a>> + use<'a, '_> {
        self.incomes.iter().copied()
    }

    /// Incomes of a kind, in no particular order.
    pub fn of_kind(&self, kind: &'static IncomeKind) -> impl Iterator<Item = &'a Income> + use<'a, '_> {
        self.incomes()
            .filter(|earned| earned.kind.name == kind.name)
            .map(|earned| earned.income)
    }

    /// Sum of the incomes of a kind, of both persons.
    #[must_use]
    pub fn sum(&self, kind: &'static IncomeKind) -> i64 {
        self.of_kind(kind).map(|income| income.amount).sum()
    }

    /// Sum of a person's incomes of a kind.
    #[must_use]
    pub fn sum_of(&self, kind: &'static IncomeKind, person: Person) -> i64 {
        let own = self.of_kind(kind).filter(|income| income.person == person);
        own.map(|income| income.amount).sum()
    }

    /// Sum of what was spent in a category, by both persons.
    #[must_use]
    pub fn spent(&self, category: &'static Category) -> i64 {
        self.of_category(category).map(|deduction| deduction.amount).sum()
    }

    /// Sum of what a person spent in a category.
    #[must_use]
    pub fn spent_by(&self, category: &'static Category, person: Person) -> i64 {
        let own = self
            .of_category(category)
            .filter(|deduction| deduction.person == person);
        own.map(|deduction| deduction.amount).sum()
    }

    /// Deductions of a category, in no particular order.
    pub fn of_category(
        &self,
        category: &'static Category,
    ) -> impl Iterator<Item = &'a Deduction> + use<'a, '_> {
        let deductions = self.input.deductions.iter();
        deductions
            .filter(move |deduction| deduction.category == category.name && self.counts(deduction.person))
    }

    /// The input as it was given.
    #[must_use]
    pub fn input(&self) -> &'a Input {
        self.input
    }

    /// Tax that was withheld from incomes.
    #[must_use]
    pub fn withheld(&self) -> i64 {
        let incomes = self.input.incomes.iter();
        let counted = incomes.filter(|income| self.counts(income.person));
        counted.map(|income| income.withheld).sum()
    }

    /// Fields that were given and that the year does not ask for.
    pub(crate) fn not_asked_for(&self) -> impl Iterator<Item = &'a str> + use<'a, '_> {
        let names = self.input.profile.iter().map(|entry| entry.name.as_str());
        names.filter(|name| {
            let mut fields = self.country.profile.iter();
            fields.any(|field| field.name() == *name && !field.is_asked_in(self.input.year))
        })
    }
}

fn check_region(country: &'static Country, region: Option<&str>) -> Result<Option<&'static str>, TaxError> {
    let Some(code) = region else {
        return if country.regions.is_empty() {
            Ok(None)
        } else {
            Err(TaxError::UnsupportedRegion(String::new()))
        };
    };
    let known = country.regions.iter().find(|region| region.code == code);
    known
        .map(|region| Some(region.code))
        .ok_or_else(|| TaxError::UnsupportedRegion(code.to_owned()))
}

fn check_profile(country: &Country, input: &Input) -> Result<(), TaxError> {
    let is_missing = |field: &&&(dyn Field + Sync)| {
        let mut entries = input.profile.iter();
        field.is_required()
            && field.is_asked_in(input.year)
            && !entries.any(|entry| entry.name == field.name())
    };
    let missing: Vec<_> = country
        .profile
        .iter()
        .filter(is_missing)
        .map(|field| field.name().to_owned())
        .collect();
    if !missing.is_empty() {
        return Err(TaxError::MissingFields(missing));
    }
    let mut problems = Vec::new();
    for (position, entry) in input.profile.iter().enumerate() {
        let mut fields = country.profile.iter();
        let problem = match fields.find(|field| field.name() == entry.name) {
            None => Some(format!("is not a field of {}", country.code)),
            Some(_)
                if input.profile[..position]
                    .iter()
                    .any(|other| other.name == entry.name) =>
            {
                Some("must be given once".to_owned())
            }
            Some(field) if field.is_asked_in(input.year) => field.problem(&entry.value),
            Some(_) => None,
        };
        problems.extend(problem.map(|problem| FieldProblem {
            field: entry.name.clone(),
            problem,
        }));
    }
    or_invalid((), problems)
}

fn check_money<'a>(
    country: &'static Country,
    input: &'a Input,
    year: Year,
) -> Result<Vec<Earned<'a>>, TaxError> {
    let mut problems = Vec::new();
    let mut wrong = |field: String, problem: String| problems.push(FieldProblem { field, problem });
    let mut earned = Vec::with_capacity(input.incomes.len() + 1);
    let days = country.figures.days(year);
    for (position, income) in input.incomes.iter().enumerate() {
        let at = |field: &str| format!("incomes[{position}].{field}");
        let Some(kind) = country.incomes.iter().find(|kind| kind.name == income.kind) else {
            wrong(
                at("kind"),
                format!("is not an income that {} tells apart", country.code),
            );
            continue;
        };
        if income.amount < 0 && !kind.may_be_negative {
            wrong(at("amount"), "must not be negative".to_owned());
        }
        if income.withheld < 0 {
            wrong(at("withheld"), "must not be negative".to_owned());
        }
        if let Some((first, last)) = days
            && !(income.date.is_valid() && first <= income.date && income.date <= last)
        {
            wrong(at("date"), format!("must be a day from {first} to {last}"));
        }
        if let Some(acquired) = income.acquired
            && !(acquired.is_valid() && acquired <= income.date)
        {
            wrong(at("acquired"), "must be a day on or before the sale".to_owned());
        }
        earned.push(Earned { kind, income });
    }
    for (position, deduction) in input.deductions.iter().enumerate() {
        let at = |field: &str| format!("deductions[{position}].{field}");
        let mut known = country.deductions.iter();
        if !known.any(|category| category.name == deduction.category) {
            wrong(
                at("category"),
                format!("is not a deduction that {} knows", country.code),
            );
        }
        if deduction.amount < 0 {
            wrong(at("amount"), "must not be negative".to_owned());
        }
    }
    if input.prepaid < 0 {
        wrong("prepaid".to_owned(), "must not be negative".to_owned());
    }
    or_invalid(earned, problems)
}

/// Names the amount at which the sum of all becomes too large.
fn check_range(input: &Input) -> Result<(), TaxError> {
    let mut total: u64 = 0;
    let mut fits = |amount: i64| {
        total = total.saturating_add(amount.unsigned_abs());
        total <= LIMIT.unsigned_abs()
    };
    let beyond = |field: String| Err(TaxError::OutOfRange(field));
    for (position, income) in input.incomes.iter().enumerate() {
        if !fits(income.amount) {
            return beyond(format!("incomes[{position}].amount"));
        }
        if !fits(income.withheld) {
            return beyond(format!("incomes[{position}].withheld"));
        }
    }
    for (position, deduction) in input.deductions.iter().enumerate() {
        if !fits(deduction.amount) {
            return beyond(format!("deductions[{position}].amount"));
        }
    }
    for entry in &input.profile {
        if let FieldValue::Amount(amount) = entry.value
            && !fits(amount)
        {
            return beyond(entry.name.clone());
        }
    }
    if fits(input.prepaid) {
        Ok(())
    } else {
        beyond("prepaid".to_owned())
    }
}

fn or_invalid<T>(value: T, problems: Vec<FieldProblem>) -> Result<T, TaxError> {
    if problems.is_empty() {
        Ok(value)
    } else {
        Err(TaxError::InvalidFields(problems))
    }
}
