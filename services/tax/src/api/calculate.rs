//! From what is stored to what is owed.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use pfms_plugin_host::tax::Input;
use pfms_runtime::Error;
use pfms_types::UserId;

use super::Api;
use crate::calculation::{Calculation, CalculationId, Outcome, figures_of};
use crate::country::Year;
use crate::profile::{Profile, Said};
use crate::sandbox::Rules;
use crate::situation::{Known, Situation};
use crate::store;

/// A tax year of a user, ready to be calculated.
pub struct Ready {
    /// What the person says of themselves.
    pub profile: Profile,
    /// What calculates.
    pub rules: Arc<Rules>,
    /// What is stored.
    pub known: Known,
    /// What the rules are given.
    pub situation: Situation,
}

impl Ready {
    /// The tax year as the country counts it.
    ///
    /// # Errors
    /// `UNSUPPORTED_YEAR`, which making this ruled out.
    pub fn year(&self) -> Result<&Year, Error> {
        self.rules.country.supported(self.profile.year)
    }

    /// SHA-256 of all that an answer depends on.
    ///
    /// # Errors
    /// When the situation cannot be written.
    pub fn digest(&self) -> Result<[u8; 32], Error> {
        self.situation.digest(&self.rules.country.hash)
    }
}

impl Api {
    /// The profile of a year.
    ///
    /// # Errors
    /// `PROFILE_MISSING` when there is none.
    pub(super) async fn profile(&self, user_id: UserId, year: u16) -> Result<Profile, Error> {
        let profile = store::profiles::find(self.database.pool(), user_id, year).await?;
        profile.ok_or_else(|| Error::FailedPrecondition {
            reason: "PROFILE_MISSING",
            message: format!("there is no profile for the tax year {year}; set it first"),
        })
    }

    /// Gathers all that a tax depends on.
    ///
    /// # Errors
    /// A named reason for what is missing.
    pub(super) async fn ready(
        &self,
        user_id: UserId,
        year: u16,
        accept_unverified: bool,
    ) -> Result<Ready, Error> {
        let profile = self.profile(user_id, year).await?;
        let rules = self.desk.of_profile(user_id, &profile.said).await?;
        let span = rules.country.usable(year, accept_unverified)?;
        let known = self.known(user_id, profile.said.clone(), span).await?;
        let situation = Situation::of(&rules.country, span, &known)?;
        Ok(Ready {
            profile,
            rules,
            known,
            situation,
        })
    }

    /// What is stored about a tax year.
    pub(super) async fn known(&self, user_id: UserId, said: Said, year: &Year) -> Result<Known, Error> {
        let pool = self.database.pool();
        Ok(Known {
            said,
            incomes: store::incomes::of_year(pool, user_id, year).await?,
            deductions: store::deductions::of_year(pool, user_id, year).await?,
            mappings: store::mappings::of_incomes(pool, user_id).await?,
        })
    }

    /// What rules make of a situation.
    ///
    /// # Errors
    /// A named reason when they refuse it or fail.
    pub(super) async fn outcome(
        &self,
        rules: &Arc<Rules>,
        year: &Year,
        situation: Situation,
    ) -> Result<Outcome, Error> {
        let evaluation = self.sandbox.calculate(rules, situation.input.clone()).await?;
        let assessment = evaluation.outcome.map_err(Error::internal)?;
        Ok(Outcome {
            country: rules.country.code().to_owned(),
            currency: rules.country.currency,
            component: rules.component(),
            verified: year.verified,
            figures: figures_of(&assessment, rules.figures(year.year)),
            input: situation.input,
            left_out: situation.left_out,
            assessment,
            fuel: i64::try_from(evaluation.fuel).unwrap_or(i64::MAX),
        })
    }

    /// The same with another input.
    pub(super) async fn outcome_with(
        &self,
        rules: &Arc<Rules>,
        year: &Year,
        situation: &Situation,
        input: Input,
    ) -> Result<Outcome, Error> {
        let situation = Situation {
            input,
            left_out: situation.left_out.clone(),
        };
        self.outcome(rules, year, situation).await
    }

    /// The calculation of a year: the latest one when nothing has changed since, or else a new one, which is stored.
    ///
    /// # Errors
    /// A named reason when it cannot be calculated.
    pub(super) async fn calculated(&self, user_id: UserId, ready: &Ready) -> Result<Calculation, Error> {
        let digest = ready.digest()?;
        let latest = store::calculations::latest(self.database.pool(), user_id, ready.profile.year).await?;
        if let Some(latest) = latest.filter(|latest| latest.digest == digest) {
            return Ok(latest);
        }
        let rules = &ready.rules;
        let calculation = Calculation {
            id: CalculationId::generate(),
            digest,
            outcome: self
                .outcome(rules, ready.year()?, ready.situation.clone())
                .await?,
            calculated_at: self.database.clock().now(),
        };
        let mut transaction = self.database.pool().begin().await?;
        let first_party = ready.profile.said.component.is_none();
        if first_party && !rules.kept.load(Ordering::Relaxed) {
            let (country, content) = (&rules.country, &rules.content);
            store::components::keep(&mut transaction, country, content, calculation.calculated_at).await?;
        }
        store::calculations::insert(&mut transaction, user_id, &calculation).await?;
        transaction.commit().await?;
        rules.kept.store(first_party, Ordering::Relaxed);
        Ok(calculation)
    }

    /// The digest of a year as everything stands; nothing when it cannot be calculated as it stands.
    pub(super) async fn digest_now(&self, user_id: UserId, year: u16) -> Result<Option<[u8; 32]>, Error> {
        match self.ready(user_id, year, true).await {
            Ok(ready) => ready.digest().map(Some),
            Err(Error::FailedPrecondition { .. } | Error::Invalid(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
