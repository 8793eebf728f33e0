//! What expenses, incomes and investments are in the terms of a country.

use jiff::Timestamp;
use pfms_plugin_host::tax::IncomeKind;
use pfms_proto::tax::v1 as wire;
use pfms_runtime::parse::{self, wire_time};
use pfms_runtime::{Error, Violations};
use pfms_types::Id;
use uuid::Uuid;

use crate::country::Country;

/// Most mappings of one user.
pub const MAX_MAPPINGS: i32 = 500;
/// Longest type of an income or an asset, in characters.
const MAX_TYPE: usize = 50;

/// Never a value: it only tells ids apart.
#[derive(Debug)]
pub enum MappingMarker {}

/// The id of a mapping.
pub type MappingId = Id<MappingMarker>;

/// What is mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Expenses, by category.
    Expense,
    /// Incomes, by type.
    Income,
    /// Sales, by the type of the asset.
    Sale,
    /// Dividends, by the type of the asset.
    Dividend,
}

impl Source {
    const ALL: [Self; 4] = [Self::Expense, Self::Income, Self::Sale, Self::Dividend];

    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expense => "expense",
            Self::Income => "income",
            Self::Sale => "sale",
            Self::Dividend => "dividend",
        }
    }

    /// From what is stored.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == text)
    }

    /// As it goes out.
    #[must_use]
    pub fn wire(self) -> wire::TaxSource {
        match self {
            Self::Expense => wire::TaxSource::ExpenseCategory,
            Self::Income => wire::TaxSource::IncomeType,
            Self::Sale => wire::TaxSource::Sale,
            Self::Dividend => wire::TaxSource::Dividend,
        }
    }

    fn parse(number: i32) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|source| i32::from(source.wire()) == number)
    }
}

/// What something is in the terms of a country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Its id.
    pub id: MappingId,
    /// What it says.
    pub rule: Rule,
    /// When it was added.
    pub created_at: Timestamp,
}

/// What a mapping says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// What is mapped.
    pub source: Source,
    /// The id of a category, or a type in lower case.
    pub from: String,
    /// The country's category of deductions, or its kind of income.
    pub to: String,
}

impl Rule {
    /// Reads a mapping in the terms of its country; faults are named by their JSON paths.
    ///
    /// # Errors
    /// Names every fault.
    pub fn parse(mapping: &wire::TaxMapping, country: &Country) -> Result<Self, Error> {
        let mut violations = Violations::default();
        let source = Source::parse(mapping.source);
        if source.is_none() {
            violations.add("source", "is required");
        }
        let from = match source {
            Some(Source::Expense) => {
                let id = mapping.from.parse::<Id<()>>();
                let id = id.map_err(|_| "must be the id of one of your expense categories");
                let id = violations.keep("from", id);
                id.map(|id| id.to_string()).unwrap_or_default()
            }
            _ => parse::required_text(&mut violations, "from", &mapping.from, MAX_TYPE).to_lowercase(),
        };
        let known: Vec<&str> = match source {
            Some(Source::Expense) => country
                .law
                .deductions
                .iter()
                .map(|one| one.name.as_str())
                .collect(),
            _ => country.law.incomes.iter().map(|one| one.name.as_str()).collect(),
        };
        if source.is_some() && !known.contains(&mapping.to.as_str()) {
            violations.add("to", format!("must be one of {}", known.join(", ")));
        }
        match source.filter(|_| violations.is_empty()) {
            Some(source) => Ok(Self {
                country: country.code().to_owned(),
                source,
                from,
                to: mapping.to.clone(),
            }),
            None => Err(violations.into()),
        }
    }

    /// The category whose expenses are mapped.
    #[must_use]
    pub fn category(&self) -> Option<Uuid> {
        match self.source {
            Source::Expense => self.from.parse().ok(),
            _ => None,
        }
    }
}

impl Mapping {
    /// As it goes out.
    #[must_use]
    pub fn wire(&self) -> wire::TaxMapping {
        wire::TaxMapping {
            id: self.id.to_string(),
            country: self.rule.country.clone(),
            source: self.rule.source.wire().into(),
            from: self.rule.from.clone(),
            to: self.rule.to.clone(),
            create_time: Some(wire_time(self.created_at)),
        }
    }
}

/// Which kinds of income are tried for what other services tell of, in order: the first that the country knows is
/// taken. Where the law treats alike-named things differently there is no default, and a mapping is asked for.
/// docs/tax.md shows the same table.
const DEFAULTS: &[(Source, &str, &[&str])] = &[
    (Source::Income, "salary", &["wages", "employment", "salary"]),
    (Source::Income, "bonus", &["wages", "employment", "salary"]),
    (
        Source::Income,
        "freelance",
        &["self-employment", "trading-profit", "business"],
    ),
    (
        Source::Income,
        "business",
        &["business", "self-employment", "trading-profit"],
    ),
    (
        Source::Income,
        "rental",
        &["rental", "property-profit", "house-property"],
    ),
    (Source::Income, "pension", &["pension"]),
    (
        Source::Income,
        "interest",
        &[
            "interest",
            "deposit-interest",
            "savings-interest",
            "capital-income",
        ],
    ),
    (
        Source::Income,
        "dividend",
        &["dividends", "ordinary-dividends", "capital-income"],
    ),
    (
        Source::Income,
        "investment",
        &[
            "capital-income",
            "interest",
            "deposit-interest",
            "savings-interest",
        ],
    ),
    (Source::Income, "other", &["other-income", "other"]),
    (
        Source::Sale,
        "stock",
        &[
            "share-gains",
            "equity-gain",
            "listed-share-gain",
            "capital-gains",
            "capital-gain",
        ],
    ),
    (
        Source::Sale,
        "etf",
        &[
            "other-capital-gains",
            "equity-gain",
            "listed-share-gain",
            "capital-gains",
            "capital-gain",
        ],
    ),
    (
        Source::Sale,
        "mutual_fund",
        &["other-capital-gains", "capital-gains", "capital-gain"],
    ),
    (
        Source::Sale,
        "bond",
        &["other-capital-gains", "capital-gains", "other-gain"],
    ),
    (
        Source::Sale,
        "crypto",
        &["vda-gain", "capital-gains", "capital-gain"],
    ),
    (
        Source::Dividend,
        "stock",
        &["dividends", "ordinary-dividends", "capital-income"],
    ),
    (
        Source::Dividend,
        "etf",
        &["dividends", "ordinary-dividends", "capital-income"],
    ),
    (
        Source::Dividend,
        "mutual_fund",
        &["dividends", "ordinary-dividends", "capital-income"],
    ),
    (
        Source::Dividend,
        "bond",
        &[
            "interest",
            "deposit-interest",
            "savings-interest",
            "capital-income",
        ],
    ),
];

/// Whether a kind of income is one that comes in again and again, as what the income service tells of does; gains are
/// not.
#[must_use]
pub fn is_regular(kind: &IncomeKind) -> bool {
    let told = DEFAULTS
        .iter()
        .filter(|(source, ..)| *source == Source::Income)
        .any(|(.., kinds)| kinds.contains(&kind.name.as_str()));
    !kind.has_holding_period && (told || !kind.may_be_negative)
}

/// The defaults that a country has: source, type, kind of income.
pub fn defaults(country: &Country) -> impl Iterator<Item = (Source, &'static str, &'static str)> {
    DEFAULTS.iter().filter_map(|(source, from, kinds)| {
        let kind = kinds.iter().find(|kind| country.income_kind(kind).is_some())?;
        Some((*source, *from, *kind))
    })
}

/// The kind of income that something told by another service is: what the user mapped, or else the default.
#[must_use]
pub fn kind_of<'a>(
    country: &Country,
    mappings: &'a [Mapping],
    source: Source,
    from: &str,
) -> Option<&'a str> {
    let mapped = mappings
        .iter()
        .map(|mapping| &mapping.rule)
        .find(|rule| rule.country == country.code() && rule.source == source && rule.from == from);
    match mapped {
        Some(rule) => country.income_kind(&rule.to).map(|_| rule.to.as_str()),
        None => defaults(country)
            .find(|(default, type_, _)| *default == source && *type_ == from)
            .map(|(_, _, kind)| kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::country;

    fn mapping(source: Source, from: &str, to: &str) -> Mapping {
        Mapping {
            id: MappingId::generate(),
            rule: Rule {
                country: "XX".into(),
                source,
                from: from.into(),
                to: to.into(),
            },
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_first_kind_that_the_country_knows_is_the_default() {
        let country = country();
        let kind = |source, from| kind_of(&country, &[], source, from);
        assert_eq!(kind(Source::Income, "salary"), Some("employment"));
        assert_eq!(kind(Source::Income, "freelance"), Some("trading-profit"));
        assert_eq!(kind(Source::Sale, "stock"), Some("capital-gain"));
        assert_eq!(kind(Source::Dividend, "etf"), Some("dividends"));
        assert_eq!(kind(Source::Income, "lottery"), None);
        assert_eq!(kind(Source::Sale, "custom"), None);
    }

    #[test]
    fn a_users_mapping_goes_before_the_default() {
        let country = country();
        let mappings = [
            mapping(Source::Income, "lottery", "trading-profit"),
            mapping(Source::Sale, "stock", "trading-profit"),
            mapping(Source::Income, "salary", "no-kind-any-more"),
        ];
        let kind = |source, from| kind_of(&country, &mappings, source, from);
        assert_eq!(kind(Source::Income, "lottery"), Some("trading-profit"));
        assert_eq!(kind(Source::Sale, "stock"), Some("trading-profit"));
        assert_eq!(kind(Source::Dividend, "stock"), Some("dividends"));
        // Rather left out, and said so, than taken for something that the user did not mean.
        assert_eq!(kind(Source::Income, "salary"), None);
    }

    #[test]
    fn gains_do_not_come_in_regularly() {
        let country = country();
        let regular = |name| is_regular(country.income_kind(name).unwrap());
        assert!(regular("employment") && regular("trading-profit") && regular("dividends"));
        assert!(!regular("capital-gain"));
    }

    #[test]
    fn the_documented_table_is_this_one() {
        let document = include_str!("../../../docs/tax.md");
        let code = |text: &str| format!("`{text}`");
        let rows: Vec<_> = DEFAULTS
            .iter()
            .map(|(source, from, kinds)| {
                let kinds: Vec<_> = kinds.iter().map(|kind| code(kind)).collect();
                format!("| {} | {} | {} |", source.as_str(), code(from), kinds.join(", "))
            })
            .collect();
        assert!(document.contains(&rows.join("\n")), "{}", rows.join("\n"));
    }

    #[test]
    fn every_fault_of_a_mapping_is_named() {
        let faults = |source: i32, from: &str, to: &str| {
            let mapping = wire::TaxMapping {
                source,
                from: from.into(),
                to: to.into(),
                ..wire::TaxMapping::default()
            };
            match Rule::parse(&mapping, &country()) {
                Ok(_) => Vec::new(),
                Err(Error::Invalid(faults)) => faults.iter().map(|(field, _)| field.to_owned()).collect(),
                Err(error) => panic!("{error}"),
            }
        };
        let id = MappingId::generate().to_string();
        assert_eq!(faults(1, &id, "gifts"), Vec::<String>::new());
        assert_eq!(faults(2, " Salary ", "employment"), Vec::<String>::new());
        assert_eq!(faults(1, "food", "employment"), ["from", "to"]);
        assert_eq!(faults(3, "stock", "gifts"), ["to"]);
        assert_eq!(faults(3, &"x".repeat(51), "capital-gain"), ["from"]);
        assert_eq!(faults(0, "stock", "capital-gain"), ["source"]);
        assert_eq!(faults(99, "", "capital-gain"), ["source", "from"]);
    }
}
