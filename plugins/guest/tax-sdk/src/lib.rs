//! What tax rules of a country for PFMS are written with.
//!
//! A country is a crate with
//!
//! - `parameters/*.toml`: every figure of its law by year, with source and mark (see `pfms-tax-parameters`,
//!   which turns them into constants in `build.rs`). A new year is a change of these files;
//! - a [`Country`]: what it covers, what it asks of a person ([`profile`]), which incomes and deductions it
//!   tells apart;
//! - formulas: a type that implements [`TaxRules`] and is handed to [`export_tax_rules!`]. They read checked
//!   [`Facts`] and add lines to a [`Ledger`];
//! - `cases/*.yaml`: worked examples, which run in the sandbox.
//!
//! Amounts are `i64` in minor units, rates are [`Rate`] in millionths, and every rounding is written out:
//! `rate.of(amount).round(Rounding::down(100))`. There is no floating point anywhere.
//!
//! ```
//! use pfms_tax::profile::Flag;
//! use pfms_tax::{
//!     Band, ByBand, Country, Facts, Figures, IncomeKind, Ledger, Mark, Node, Person, Rate, Rounding, Schedule,
//!     Section, TaxError, TaxRules, Value, YearOf, date,
//! };
//!
//! // `pfms_tax::figures!()` brings these from the data files of the crate.
//! pub static ALLOWANCE: Node<i64> = Node {
//!     id: "allowance",
//!     label: "Allowance",
//!     values: &[Value { value: 10_000_00, source: "Tax Act, section 1", mark: Mark::Primary }],
//! };
//! pub static RATES: Node<Schedule> = Node {
//!     id: "rates",
//!     label: "Rates",
//!     values: &[Value {
//!         value: Schedule(&[
//!             Band { upper: Some(20_000_00), rate: Rate(100_000) },
//!             Band { upper: None, rate: Rate(300_000) },
//!         ]),
//!         source: "Tax Act, section 2",
//!         mark: Mark::Primary,
//!     }],
//! };
//! static FIGURES: Figures = Figures {
//!     years: &[YearOf {
//!         year: 2025,
//!         label: "2025",
//!         first_day: date(2025, 1, 1),
//!         last_day: date(2025, 12, 31),
//!     }],
//!     nodes: &[&ALLOWANCE, &RATES],
//! };
//!
//! static WAGES: IncomeKind = IncomeKind::new("wages", "Wages", "What an employer pays.");
//! static BLIND: Flag = Flag::new("blind", "Blind", "On the last day of the year.").or(false);
//! static COUNTRY: Country = Country {
//!     name: "tax-example",
//!     version: "1.0.0",
//!     summary: "An example.",
//!     code: "XX",
//!     currency: "XXX",
//!     exponent: 2,
//!     regions: &[],
//!     figures: &FIGURES,
//!     profile: &[&BLIND],
//!     incomes: &[&WAGES],
//!     deductions: &[],
//!     marginal_step: 100_00,
//! };
//!
//! struct Example;
//!
//! impl TaxRules for Example {
//!     fn country() -> &'static Country {
//!         &COUNTRY
//!     }
//!
//!     fn assess(facts: &Facts<'_>, ledger: &mut Ledger) -> Result<(), TaxError> {
//!         let wages = facts.sum(&WAGES);
//!         ledger.income("income.wages", "Wages", wages);
//!         let allowance = ALLOWANCE.at(facts.year()) * if facts.get(&BLIND) { 2 } else { 1 };
//!         ledger.deduction("allowance", "Allowance", allowance).uses(&ALLOWANCE);
//!         let taxable = (wages - allowance).max(0);
//!         ledger
//!             .taxable("taxable-income", "Taxable income", taxable)
//!             .because(&[&wages, &" less ", &allowance]);
//!         ledger.by_band(facts, &ByBand {
//!             id: "income-tax",
//!             label: "Income tax",
//!             schedule: &RATES,
//!             below: 0,
//!             amount: taxable,
//!             rounding: Rounding::down(1),
//!             person: None,
//!             section: Section::Tax,
//!             is_on_capital_gains: false,
//!         });
//!         Ok(())
//!     }
//!
//!     fn next_unit(_: &Facts<'_>) -> (&'static IncomeKind, Person) {
//!         (&WAGES, Person::Taxpayer)
//!     }
//! }
//!
//! pfms_tax::export_tax_rules!(Example);
//!
//! # #[cfg(not(target_arch = "wasm32"))] {
//! use pfms_tax::testing::Case;
//!
//! let assessment = Case::new::<Example>(2025).income("wages", 40_000_00).run::<Example>().unwrap();
//! assert_eq!((assessment.owed, assessment.marginal_rate), (5_000_00, 300_000));
//! assert_eq!(assessment.lines[4].formula, "10,000 above 20,000, at 30 %");
//! # }
//! ```

#[doc(hidden)]
pub mod bindings;
mod country;
mod dates;
mod decimal;
mod exact;
mod facts;
mod figures;
mod ledger;
pub mod profile;
mod rules;
mod schedule;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
mod text;

pub use bindings::pfms::rules::tax_types::{
    Assessment, Deduction, Description, FieldKind, FieldProblem, FieldValue, Ignored, Income, Input, Line,
    Mark, Parameter, ParameterValue, Person, ProfileEntry, ProfileField, Section, TaxError,
};
pub use bindings::pfms::rules::values::Date;
pub use country::{Category, Country, IncomeKind, Region};
pub use decimal::Decimal;
pub use exact::{Exact, Mode, Rate, Rounding};
pub use facts::{Earned, Facts, LIMIT};
pub use figures::{AnyNode, Figures, Node, Publish, Value, Whole, Year, YearOf};
pub use ledger::{ByBand, Entry, Ledger};
#[doc(hidden)]
pub use rules::Exported;
pub use rules::TaxRules;
pub use schedule::{Band, Schedule, Slice};
pub use text::{Count, Show, Text};

/// A call allocates from the memory that the component begins with, which the linker is asked for (`--initial-heap`), and
/// only beyond it memory grows. std's own allocator would grow it in each call.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static HEAP: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

/// A day, for constants; see [`Date::is_valid`].
#[must_use]
pub const fn date(year: u16, month: u8, day: u8) -> Date {
    Date { year, month, day }
}

/// Brings in what `pfms-tax-parameters` generated in `build.rs`: a `static` for each figure, named as its id in
/// upper case with underscores, and `FIGURES`, which holds them all. Used once, in a module of its own:
/// `mod figures { pfms_tax::figures!(); }`
#[macro_export]
macro_rules! figures {
    () => {
        include!(concat!(env!("OUT_DIR"), "/figures.rs"));
    };
}

/// Makes a type that implements [`TaxRules`] the component of the crate. Used once, at the top level of a
/// `cdylib`; on other targets than WebAssembly it does nothing.
#[macro_export]
macro_rules! export_tax_rules {
    ($rules:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Component = $crate::Exported<$rules>;
    $crate::bindings::export_component!(Component with_types_in $crate::bindings);
        };
    };
}
