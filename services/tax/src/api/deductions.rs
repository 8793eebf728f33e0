//! `TaxDeductionService`.

use jiff::civil;
use pbjson_types::Empty;
use pfms_proto::tax::v1 as wire;
use pfms_proto::tax::v1::tax_deduction_service_server::TaxDeductionService;
use pfms_runtime::page::Page;
use pfms_runtime::parse::{self, UpdateMask};
use pfms_runtime::{Begun, Call, Error, Violations};
use pfms_types::UserId;
use tonic::{Request, Response, Status, async_trait};

use super::Api;
use crate::country::Year;
use crate::deduction::{Deduction, DeductionId, Details, Status as Fate, UPDATABLE};
use crate::profile::parse_year;
use crate::store;
use crate::store::deductions::Filter;
use crate::store::quotas::Quota;

#[async_trait]
impl TaxDeductionService for Api {
    async fn create_tax_deduction(
        &self,
        request: Request<wire::CreateTaxDeductionRequest>,
    ) -> Result<Response<wire::TaxDeduction>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let deduction = request.into_inner().deduction.unwrap_or_default();
        let year = u16::try_from(deduction.year).ok().filter(|year| *year > 0);
        let day = deduction.date.parse().ok();
        let rules = self.terms(user_id, &deduction.country, year, day).await?;
        let details = Details::parse(deduction, &rules.country)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        store::quotas::take(unit.connection(), user_id, Quota::Deductions).await?;
        let now = self.database.clock().now();
        let deduction = Deduction {
            id: DeductionId::generate(),
            details,
            made_of: None,
            created_at: now,
            updated_at: now,
        };
        store::deductions::insert(unit.connection(), user_id, &deduction).await?;
        Ok(Response::new(
            unit.commit(deduction.wire(Some(&rules.country))).await?,
        ))
    }

    async fn get_tax_deduction(
        &self,
        request: Request<wire::GetTaxDeductionRequest>,
    ) -> Result<Response<wire::TaxDeduction>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let id = deduction_id(&request.get_ref().id)?;
        let deduction = store::deductions::find(self.database.pool(), user_id, id).await?;
        let deduction = deduction.ok_or(Error::NotFound("the deduction"))?;
        let mut shown = self.wire_deductions(user_id, &[deduction]).await?;
        Ok(Response::new(shown.remove(0)))
    }

    async fn list_tax_deductions(
        &self,
        request: Request<wire::ListTaxDeductionsRequest>,
    ) -> Result<Response<wire::ListTaxDeductionsResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let mut violations = Violations::default();
        let status = Fate::parse(&mut violations, request.status);
        if !violations.is_empty() {
            return Err(Error::from(violations).into());
        }
        let year = match request.year {
            0 => None,
            year => Some(self.span_of(user_id, parse_year("year", year)?).await?),
        };
        let scope = ("ListTaxDeductions", user_id.uuid(), request.year, request.status);
        let page = Page::parse(&self.pages, request.page_size, &request.page_token, scope)?;
        let filter = Filter {
            year: year.as_ref(),
            status,
        };
        let pool = self.database.pool();
        let mut deductions = store::deductions::list(pool, user_id, filter, page.before, page.size).await?;
        let next_page_token = page.cut(&self.pages, &mut deductions, |one| one.id.uuid())?;
        Ok(Response::new(wire::ListTaxDeductionsResponse {
            deductions: self.wire_deductions(user_id, &deductions).await?,
            next_page_token,
        }))
    }

    async fn update_tax_deduction(
        &self,
        request: Request<wire::UpdateTaxDeductionRequest>,
    ) -> Result<Response<wire::TaxDeduction>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let (id, change, mask) = parse_change(request.into_inner())?;
        let before = store::deductions::find(self.database.pool(), user_id, id).await?;
        let before = before.ok_or(Error::NotFound("the deduction"))?;
        let code = if mask.touches("country", !change.country.is_empty()) && before.made_of.is_none() {
            &change.country
        } else {
            &before.details.country
        };
        let rules = self.terms(user_id, code, before.details.year, None).await?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let before = store::deductions::lock(unit.connection(), user_id, id).await?;
        let before = before.ok_or(Error::NotFound("the deduction"))?;
        let after = Deduction {
            details: before.changed(change, &mask, &rules.country)?,
            updated_at: self.database.clock().now(),
            ..before
        };
        store::deductions::update(unit.connection(), user_id, &after).await?;
        Ok(Response::new(
            unit.commit(after.wire(Some(&rules.country))).await?,
        ))
    }

    async fn delete_tax_deduction(
        &self,
        request: Request<wire::DeleteTaxDeductionRequest>,
    ) -> Result<Response<Empty>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let id = deduction_id(&request.get_ref().id)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let deduction = store::deductions::lock(unit.connection(), user_id, id).await?;
        let deduction = deduction.ok_or(Error::NotFound("the deduction"))?;
        if deduction.made_of.is_some() {
            return Err(Error::FailedPrecondition {
                reason: "DEDUCTION_OF_EXPENSE",
                message: "an expense made this deduction: reject it, or delete the expense or the mapping"
                    .to_owned(),
            }
            .into());
        }
        store::deductions::delete(unit.connection(), user_id, id).await?;
        store::quotas::give(unit.connection(), user_id, Quota::Deductions).await?;
        Ok(Response::new(unit.commit(Empty {}).await?))
    }
}

impl Api {
    /// Deductions as they go out, in the terms of their countries.
    pub(super) async fn wire_deductions(
        &self,
        user_id: UserId,
        deductions: &[Deduction],
    ) -> Result<Vec<wire::TaxDeduction>, Error> {
        // Only those that an expense made need their country to tell their year.
        let made = deductions.iter().filter(|one| one.details.year.is_none());
        let codes = made.map(|one| one.details.country.as_str());
        let rules = self.rules_of(user_id, codes).await?;
        let shown = deductions.iter().map(|deduction| {
            let rules = rules.get(&deduction.details.country);
            deduction.wire(rules.map(|rules| &rules.country))
        });
        Ok(shown.collect())
    }

    /// A tax year as its profile's country counts it; the calendar year when there is no profile.
    async fn span_of(&self, user_id: UserId, year: u16) -> Result<Year, Error> {
        if let Some(profile) = store::profiles::find(self.database.pool(), user_id, year).await? {
            let rules = self.desk.of_profile(user_id, &profile.said).await?;
            if let Some(year) = rules.country.year(year) {
                return Ok(year.clone());
            }
        }
        let number = i16::try_from(year).map_err(Error::internal)?;
        let day = |month, day| civil::Date::new(number, month, day).map_err(Error::internal);
        Ok(Year {
            year,
            label: year.to_string(),
            first_day: day(1, 1)?,
            last_day: day(12, 31)?,
            verified: false,
        })
    }
}

fn deduction_id(text: &str) -> Result<DeductionId, Error> {
    text.parse().map_err(|error| Error::invalid("id", error))
}

fn parse_change(
    request: wire::UpdateTaxDeductionRequest,
) -> Result<(DeductionId, wire::TaxDeduction, UpdateMask), Error> {
    let mut violations = Violations::default();
    let id = parse::id(&mut violations, "id", &request.id);
    let mask = UpdateMask::parse(&mut violations, request.update_mask, UPDATABLE);
    let deduction = request.deduction.unwrap_or_default();
    if !deduction.id.is_empty() && deduction.id != request.id {
        violations.add("deduction.id", "must be absent or the id in the path");
    }
    match id.filter(|_| violations.is_empty()) {
        Some(id) => Ok((id, deduction, mask)),
        None => Err(violations.into()),
    }
}
