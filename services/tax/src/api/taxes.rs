//! `TaxService`.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;
use pfms_proto::tax::v1 as wire;
use pfms_proto::tax::v1::tax_service_server::TaxService;
use pfms_runtime::page::Page;
use pfms_runtime::parse::wire_money;
use pfms_runtime::{Call, Error};
use pfms_types::{Money, UserId};
use tonic::{Request, Response, Status, async_trait};

use super::Api;
use crate::calculation::{CalculationId, Outcome, compare};
use crate::component::parse_hash;
use crate::estimate::{Progress, extended, per_month, project, up_to};
use crate::person;
use crate::profile::{Profile, parse_year};
use crate::report::report;
use crate::sandbox::Rules;
use crate::situation::Situation;
use crate::{scenario, store};

#[async_trait]
impl TaxService for Api {
    async fn calculate_tax(
        &self,
        request: Request<wire::CalculateTaxRequest>,
    ) -> Result<Response<wire::TaxCalculation>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let year = parse_year("year", request.year)?;
        let ready = self.ready(user_id, year, request.accept_unverified).await?;
        let calculation = self.calculated(user_id, &ready).await?;
        Ok(Response::new(calculation.wire(false)))
    }

    async fn calculate_tax_what_if(
        &self,
        request: Request<wire::CalculateTaxWhatIfRequest>,
    ) -> Result<Response<wire::CalculateTaxWhatIfResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let year = parse_year("year", request.year)?;
        let Some(changes) = request.changes else {
            return Err(Error::invalid("changes", "is required").into());
        };
        let profile = self.profile(user_id, year).await?;
        let accept = request.accept_unverified;
        let other = request.base.unwrap_or_default();
        let base = self.scenario(user_id, &profile, "base", other, accept).await?;
        let outcome = self
            .scenario(user_id, &profile, "changes", changes, accept)
            .await?;
        Ok(Response::new(compare(&base, &outcome)))
    }

    async fn estimate_tax(
        &self,
        request: Request<wire::EstimateTaxRequest>,
    ) -> Result<Response<wire::TaxEstimate>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let today = self.people.day_of(user_id, self.database.clock().now()).await?;
        let year = match request.year {
            0 => self.running_year(user_id, today).await?,
            year => parse_year("year", year)?,
        };
        Ok(Response::new(
            self.estimate(user_id, year, request.accept_unverified, today)
                .await?,
        ))
    }

    async fn list_tax_calculations(
        &self,
        request: Request<wire::ListTaxCalculationsRequest>,
    ) -> Result<Response<wire::ListTaxCalculationsResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let year = match request.year {
            0 => None,
            year => Some(parse_year("year", year)?),
        };
        let scope = ("ListTaxCalculations", user_id.uuid(), year);
        let page = Page::parse(&self.pages, request.page_size, &request.page_token, scope)?;
        let pool = self.database.pool();
        let mut found = store::calculations::list(pool, user_id, year, page.before, page.size).await?;
        let next_page_token = page.cut(&self.pages, &mut found, |one| one.id.uuid())?;
        let mut digests = HashMap::new();
        let mut calculations = Vec::new();
        for calculation in &found {
            let year = calculation.outcome.input.year;
            if let std::collections::hash_map::Entry::Vacant(unknown) = digests.entry(year) {
                unknown.insert(self.digest_now(user_id, year).await?);
            }
            let stale = digests.get(&year).copied().flatten() != Some(calculation.digest);
            calculations.push(calculation.wire_brief(stale));
        }
        Ok(Response::new(wire::ListTaxCalculationsResponse {
            calculations,
            next_page_token,
        }))
    }

    async fn get_tax_calculation(
        &self,
        request: Request<wire::GetTaxCalculationRequest>,
    ) -> Result<Response<wire::TaxCalculation>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let id = calculation_id(&request.get_ref().id)?;
        let calculation = store::calculations::find(self.database.pool(), user_id, id).await?;
        let calculation = calculation.ok_or(Error::NotFound("the calculation"))?;
        let now = self.digest_now(user_id, calculation.outcome.input.year).await?;
        Ok(Response::new(calculation.wire(now != Some(calculation.digest))))
    }

    async fn verify_tax_calculation(
        &self,
        request: Request<wire::VerifyTaxCalculationRequest>,
    ) -> Result<Response<wire::VerifyTaxCalculationResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let id = calculation_id(&request.get_ref().id)?;
        let calculation = store::calculations::find(self.database.pool(), user_id, id).await?;
        let stored = calculation.ok_or(Error::NotFound("the calculation"))?.outcome;
        let rules = self.desk.with_hash(user_id, &stored.component.hash).await?;
        let rules = rules.ok_or_else(|| Error::FailedPrecondition {
            reason: "COMPONENT_GONE",
            message: "the component that made this calculation was deleted".to_owned(),
        })?;
        let year = rules.country.supported(stored.input.year)?;
        let situation = Situation {
            input: stored.input.clone(),
            left_out: stored.left_out.clone(),
        };
        let repeated = self.outcome(&rules, year, situation).await?;
        Ok(Response::new(wire::VerifyTaxCalculationResponse {
            matches: repeated == stored,
            calculation: Some(repeated.wire()),
        }))
    }

    async fn generate_full_tax_report(
        &self,
        request: Request<wire::GenerateFullTaxReportRequest>,
    ) -> Result<Response<wire::TaxReport>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let year = parse_year("year", request.year)?;
        let ready = self.ready(user_id, year, request.accept_unverified).await?;
        let calculation = self.calculated(user_id, &ready).await?;
        let deductions = self.wire_deductions(user_id, &ready.known.deductions).await?;
        let now = self.database.clock().now();
        let report = report(
            &ready.rules,
            ready.year()?,
            &ready.profile,
            &ready.known,
            &calculation,
            now,
        );
        Ok(Response::new(wire::TaxReport { deductions, ..report }))
    }
}

impl Api {
    /// What comes out with changes.
    async fn scenario(
        &self,
        user_id: UserId,
        profile: &Profile,
        path: &str,
        changes: wire::TaxChanges,
        accept_unverified: bool,
    ) -> Result<Outcome, Error> {
        let rules = self.rules_of_scenario(user_id, profile, path, &changes).await?;
        let year = rules.country.usable(profile.year, accept_unverified)?;
        let known = self.known(user_id, profile.said.clone(), year).await?;
        let known = scenario::apply(path, known, changes, &rules.country, year)?;
        let situation = Situation::of(&rules.country, year, &known)?;
        self.outcome(&rules, year, situation).await
    }

    async fn rules_of_scenario(
        &self,
        user_id: UserId,
        profile: &Profile,
        path: &str,
        changes: &wire::TaxChanges,
    ) -> Result<Arc<Rules>, Error> {
        let said = &profile.said;
        let country = if changes.country.is_empty() {
            &said.country
        } else {
            &changes.country
        };
        if !changes.component_hash.is_empty() {
            let field = format!("{path}.componentHash");
            parse_hash(&field, &changes.component_hash)?;
            return self
                .chosen_component(user_id, &field, &changes.component_hash, country)
                .await;
        }
        if *country == said.country {
            return self.desk.of_profile(user_id, said).await;
        }
        let field = format!("{path}.country");
        self.desk.in_terms_of(user_id, &field, country).await
    }

    /// The tax year that runs by the latest profile for which one does.
    async fn running_year(&self, user_id: UserId, today: Date) -> Result<u16, Error> {
        for profile in store::profiles::list(self.database.pool(), user_id).await? {
            let rules = self.desk.of_profile(user_id, &profile.said).await?;
            let running = rules.country.year_of(today).map(|year| year.year);
            if running == Some(profile.year) {
                return Ok(profile.year);
            }
        }
        Err(Error::FailedPrecondition {
            reason: "PROFILE_MISSING",
            message: "there is no profile for a tax year that runs today; set it first, or name a year"
                .to_owned(),
        })
    }

    async fn estimate(
        &self,
        user_id: UserId,
        year: u16,
        accept_unverified: bool,
        today: Date,
    ) -> Result<wire::TaxEstimate, Error> {
        let ready = self.ready(user_id, year, accept_unverified).await?;
        let (rules, span, situation) = (&ready.rules, ready.year()?, &ready.situation);
        let (country, input) = (&rules.country, &situation.input);
        let projections = project(country, span, input, today);
        let to_date = self
            .outcome_with(rules, span, situation, up_to(input, today))
            .await?;
        let whole = extended(input, &projections, span);
        let projected = self.outcome_with(rules, span, situation, whole).await?;
        let months_left = Progress::at(span, today).left();
        let left_to_pay = projected.assessment.balance.max(0);
        let money = |minor| Some(wire_money(Money::from_minor(minor, country.currency)));
        Ok(wire::TaxEstimate {
            year: year.into(),
            as_of: today.to_string(),
            to_date: Some(to_date.wire()),
            projected: Some(projected.wire()),
            projections: projections
                .into_iter()
                .map(|one| wire::TaxProjection {
                    kind: one.kind,
                    person: person::wire(one.person).into(),
                    so_far: money(one.so_far),
                    expected: money(one.expected),
                    formula: one.formula,
                })
                .collect(),
            left_to_pay: money(left_to_pay),
            months_left: i32::try_from(months_left).unwrap_or(i32::MAX),
            set_aside_per_month: money(per_month(left_to_pay, months_left)),
        })
    }
}

fn calculation_id(text: &str) -> Result<CalculationId, Error> {
    text.parse().map_err(|error| Error::invalid("id", error))
}
