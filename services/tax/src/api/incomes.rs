//! `TaxIncomeService`.

use jiff::civil::Date;
use pbjson_types::Empty;
use pfms_proto::tax::v1 as wire;
use pfms_proto::tax::v1::tax_income_service_server::TaxIncomeService;
use pfms_runtime::parse::{self, UpdateMask};
use pfms_runtime::{Begun, Call, Error, Violations};
use pfms_types::PageSize;
use tonic::{Request, Response, Status, async_trait};

use super::Api;
use crate::income::{Details, Income, IncomeId, Origin, UPDATABLE};
use crate::store;
use crate::store::incomes::Position;
use crate::store::quotas::Quota;

#[async_trait]
impl TaxIncomeService for Api {
    async fn create_tax_income(
        &self,
        request: Request<wire::CreateTaxIncomeRequest>,
    ) -> Result<Response<wire::TaxIncome>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let income = request.into_inner().income.unwrap_or_default();
        let day = income.date.parse().ok();
        let rules = self.terms(user_id, &income.country, None, day).await?;
        let details = Details::parse(income, &rules.country)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        store::quotas::take(unit.connection(), user_id, Quota::Incomes).await?;
        let now = self.database.clock().now();
        let income = Income {
            id: IncomeId::generate(),
            origin: Origin::Entered,
            details,
            created_at: now,
            updated_at: now,
        };
        store::incomes::insert(unit.connection(), user_id, &income).await?;
        Ok(Response::new(unit.commit(income.wire()).await?))
    }

    async fn get_tax_income(
        &self,
        request: Request<wire::GetTaxIncomeRequest>,
    ) -> Result<Response<wire::TaxIncome>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let id = income_id(&request.get_ref().id)?;
        let income = store::incomes::find(self.database.pool(), user_id, id).await?;
        Ok(Response::new(income.ok_or(Error::NotFound("the income"))?.wire()))
    }

    async fn list_tax_incomes(
        &self,
        request: Request<wire::ListTaxIncomesRequest>,
    ) -> Result<Response<wire::ListTaxIncomesResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let mut violations = Violations::default();
        let start = parse::optional_date(&mut violations, "startDate", &request.start_date);
        let end = parse::optional_date(&mut violations, "endDate", &request.end_date);
        let size = violations
            .keep("pageSize", PageSize::parse(request.page_size))
            .unwrap_or(PageSize::DEFAULT);
        if !violations.is_empty() {
            return Err(Error::from(violations).into());
        }
        let scope = ("ListTaxIncomes", user_id.uuid(), start, end);
        let after: Option<Position> = self.pages.open(&request.page_token, &scope)?;
        let mut incomes =
            store::incomes::list(self.database.pool(), user_id, (start, end), after, size).await?;
        let more = incomes.len() > size.rows();
        incomes.truncate(size.rows());
        let next_page_token = match incomes.last().filter(|_| more) {
            Some(last) => {
                let position = Position {
                    date: last.details.date,
                    id: last.id.uuid(),
                };
                self.pages.seal(&position, &scope)?
            }
            None => String::new(),
        };
        Ok(Response::new(wire::ListTaxIncomesResponse {
            incomes: incomes.iter().map(Income::wire).collect(),
            next_page_token,
        }))
    }

    async fn update_tax_income(
        &self,
        request: Request<wire::UpdateTaxIncomeRequest>,
    ) -> Result<Response<wire::TaxIncome>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let (id, change, mask) = parse_change(request.into_inner())?;
        let before = store::incomes::find(self.database.pool(), user_id, id).await?;
        let before = before.ok_or(Error::NotFound("the income"))?;
        let current = before.details.kind.as_ref().map(|(country, _)| country.as_str());
        let code = if mask.touches("country", !change.country.is_empty()) {
            &change.country
        } else {
            current.unwrap_or_default()
        };
        let day: Option<Date> = Some(before.details.date);
        let rules = self.terms(user_id, code, None, day).await?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let before = store::incomes::lock(unit.connection(), user_id, id).await?;
        let before = before.ok_or(Error::NotFound("the income"))?;
        let after = Income {
            details: before.changed(change, &mask, &rules.country)?,
            updated_at: self.database.clock().now(),
            ..before
        };
        store::incomes::update(unit.connection(), user_id, &after).await?;
        Ok(Response::new(unit.commit(after.wire()).await?))
    }

    async fn delete_tax_income(
        &self,
        request: Request<wire::DeleteTaxIncomeRequest>,
    ) -> Result<Response<Empty>, Status> {
        let call = Call::of(&request)?;
        let user_id = call.user()?;
        let key = call.idempotency(request.get_ref())?;
        let id = income_id(&request.get_ref().id)?;
        let mut unit = match self.database.begin(user_id, key).await? {
            Begun::Fresh(unit) => unit,
            Begun::Replay(answer) => return Ok(Response::new(answer)),
        };
        let income = store::incomes::lock(unit.connection(), user_id, id).await?;
        let income = income.ok_or(Error::NotFound("the income"))?;
        if income.origin != Origin::Entered {
            return Err(Error::FailedPrecondition {
                reason: "INCOME_OF_ANOTHER_SERVICE",
                message: "another service told of this income: delete it there".to_owned(),
            }
            .into());
        }
        store::incomes::delete(unit.connection(), user_id, id).await?;
        store::quotas::give(unit.connection(), user_id, Quota::Incomes).await?;
        Ok(Response::new(unit.commit(Empty {}).await?))
    }
}

fn income_id(text: &str) -> Result<IncomeId, Error> {
    text.parse().map_err(|error| Error::invalid("id", error))
}

fn parse_change(
    request: wire::UpdateTaxIncomeRequest,
) -> Result<(IncomeId, wire::TaxIncome, UpdateMask), Error> {
    let mut violations = Violations::default();
    let id = parse::id(&mut violations, "id", &request.id);
    let mask = UpdateMask::parse(&mut violations, request.update_mask, UPDATABLE);
    let income = request.income.unwrap_or_default();
    if !income.id.is_empty() && income.id != request.id {
        violations.add("income.id", "must be absent or the id in the path");
    }
    match id.filter(|_| violations.is_empty()) {
        Some(id) => Ok((id, income, mask)),
        None => Err(violations.into()),
    }
}
