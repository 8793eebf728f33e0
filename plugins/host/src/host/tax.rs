//! Tax rules.

use std::sync::Arc;
use std::time::Duration;

use super::{Binary, Called, Host};
use crate::contract::{Contract, Country};
use crate::describe::invalid;
use crate::tax::{Assessment, CalculateError, Description, Figures, Input, Parameter, check_assessment};
use crate::{EvaluateError, LoadError, LogLine, tax};

/// Tax rules of a country that were accepted, compiled and have described themselves and their figures.
pub struct TaxModule {
    binary: Binary,
    description: Description,
    figures: Figures,
    country: Country,
}

/// What came of a calculation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxEvaluation {
    /// The assessment, whose lines sum to what is owed, or why there is none.
    pub outcome: Result<Assessment, CalculateError>,
    /// Fuel used. The same for the same module and input, but for [`EvaluateError::DeadlineExceeded`].
    pub fuel: u64,
    /// Linear memory that the component had at its end, in bytes; it never gives any back.
    pub memory_bytes: usize,
    /// Time taken, start of the instance included; waiting for a turn is not.
    pub duration: Duration,
    /// What the rules logged until they ended, however they ended.
    pub logs: Vec<LogLine>,
}

impl Host {
    /// Checks, compiles and describes tax rules. All figures of all years are read and checked too, so that
    /// [`TaxModule::parameters`] runs nothing.
    ///
    /// # Errors
    /// When the bytes are not a component that the host accepts; see [`LoadError`].
    pub fn load_tax(&self, bytes: &[u8]) -> Result<Arc<TaxModule>, LoadError> {
        let (binary, component, version) = self.admit(bytes, None, Contract::tax)?;
        let country = Country::link(version, &self.engine, &component).map_err(LoadError::wrong_world)?;
        let described = self.call(|store| country.describe(store).map(Ok));
        let description = tax::check_description(described.outcome?)?;
        let mut figures = Figures::default();
        for year in description.years.iter().map(|year| year.year) {
            match self
                .call(|store| country.parameters(store, year).map(Ok))
                .outcome?
            {
                Ok(parameters) => figures.add(&description, year, parameters)?,
                Err(error) => return invalid("parameters", format!("{year} must have them, but: {error}")),
            }
        }
        Ok(Arc::new(TaxModule {
            binary,
            description,
            figures,
            country,
        }))
    }

    /// Calculates a tax. Costs a fresh instance and the call, so that a batch is calculated by calling it for each.
    ///
    /// An assessment whose lines do not explain what is owed is an error, never an answer.
    #[must_use]
    pub fn calculate(&self, module: &TaxModule, input: &Input) -> TaxEvaluation {
        let called = if self.owns(&module.binary) {
            self.call(|store| module.country.calculate(store, input).map(Ok))
        } else {
            Called::not_run(EvaluateError::ForeignModule)
        };
        let outcome = match called.outcome {
            Err(error) => Err(error.into()),
            Ok(Err(error)) => Err(error.into()),
            Ok(Ok(assessment)) => {
                check_assessment(&assessment, input.year, &module.figures).map(|()| assessment)
            }
        };
        TaxEvaluation {
            outcome,
            fuel: called.fuel,
            memory_bytes: called.memory_bytes,
            duration: called.duration,
            logs: called.logs,
        }
    }
}

impl TaxModule {
    /// SHA-256 of the binary, 64 lower case hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.binary.hash
    }

    /// Size of the binary, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.binary.size
    }

    /// The world it implements, for example "pfms:rules/tax-rules@1.0.0".
    #[must_use]
    pub fn world(&self) -> &'static str {
        self.binary.contract.name()
    }

    /// What it says of itself.
    #[must_use]
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// The figures of a year in the component's order; none when the year is not one of the description.
    #[must_use]
    pub fn parameters(&self, year: u16) -> Option<&[Parameter]> {
        self.figures.of(year)
    }

    /// Whether it was compiled before and read from the cache.
    #[must_use]
    pub fn from_cache(&self) -> bool {
        self.binary.from_cache
    }
}

impl std::fmt::Debug for TaxModule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TaxModule")
            .field("hash", &self.hash())
            .field("size", &self.size())
            .field("world", &self.world())
            .field("country", &self.description.country)
            .finish_non_exhaustive()
    }
}
