//! An expense service that answers from a list.

use std::sync::{Arc, Mutex};

use pfms_proto::expense::v1::category_service_server::{CategoryService, CategoryServiceServer};
use pfms_proto::expense::v1::expense_internal_service_server::{
    ExpenseInternalService, ExpenseInternalServiceServer,
};
use pfms_proto::expense::v1::expense_service_server::{ExpenseService, ExpenseServiceServer};
use pfms_proto::expense::v1::selection::Only;
use pfms_proto::expense::v1::*;
use pfms_proto::types::v1::Money;
use pfms_runtime::{Call, Parts, parse};
use tonic::{Request, Response, Status};

use super::Recent;

/// The one category that there is.
pub const FOOD: &str = "01890a5d-ac96-774b-bcce-b302099a8058";

#[derive(Clone)]
pub struct Played(pub Arc<Mutex<Recent>>);

impl Played {
    pub fn parts(self) -> Parts {
        Parts::new()
            .grpc(ExpenseInternalServiceServer::new(self.clone()))
            .grpc(ExpenseServiceServer::new(self.clone()))
            .grpc(CategoryServiceServer::new(self))
    }

    /// The latest day first.
    fn selected(&self, selection: &Selection) -> Vec<RecentExpense> {
        let recent = self.0.lock().unwrap();
        let is_selected = |expense: &&RecentExpense| {
            let is_meant = match &selection.only {
                None => true,
                Some(Only::Merchant(merchant)) => {
                    !merchant.is_empty() && expense.merchant.to_lowercase() == merchant.to_lowercase()
                }
                Some(Only::CategoryId(id)) => expense.category_id == *id,
            };
            let is_early = selection.end_date.is_empty() || expense.date <= selection.end_date;
            is_meant && is_early && expense.date >= selection.start_date && expense.id != selection.except_id
        };
        let mut expenses: Vec<_> = recent.expenses.iter().filter(is_selected).cloned().collect();
        expenses.sort_by(|one, another| (&another.date, &another.id).cmp(&(&one.date, &one.id)));
        expenses
    }

    fn average(&self, query: &AverageQuery) -> Average {
        let expenses = self.selected(query.selection.as_ref().unwrap());
        let currency = query.currency.parse().unwrap();
        let minors: Vec<i64> = expenses
            .iter()
            .filter_map(|expense| expense.amount.as_ref())
            .filter(|amount| amount.currency == query.currency)
            .map(|amount| {
                pfms_types::Money::parse(&amount.amount, currency)
                    .unwrap()
                    .minor()
            })
            .collect();
        let total = pfms_types::Money::from_minor(minors.iter().sum(), currency);
        Average {
            total: Some(parse::wire_money(total)),
            count: i64::try_from(minors.len()).unwrap(),
        }
    }
}

#[tonic::async_trait]
impl ExpenseInternalService for Played {
    async fn gather_facts(
        &self,
        request: Request<GatherFactsRequest>,
    ) -> Result<Response<GatherFactsResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        {
            let mut recent = self.0.lock().unwrap();
            if recent.failures > 0 {
                recent.failures -= 1;
                return Err(Status::unavailable("the expense service is away"));
            }
            recent.asked.push((user_id, request.clone()));
        }
        let recent = request.recent.iter().map(|query| {
            let mut expenses = self.selected(query.selection.as_ref().unwrap());
            expenses.truncate(usize::try_from(query.limit).unwrap());
            RecentExpenses { expenses }
        });
        Ok(Response::new(GatherFactsResponse {
            recent: recent.collect(),
            spending: request.spending.iter().map(|_| Spending::default()).collect(),
            averages: request.averages.iter().map(|query| self.average(query)).collect(),
        }))
    }

    async fn list_history(
        &self,
        request: Request<ListHistoryRequest>,
    ) -> Result<Response<ListHistoryResponse>, Status> {
        let request = request.into_inner();
        let mut recent = self.0.lock().unwrap();
        if recent.failures > 0 {
            recent.failures -= 1;
            return Err(Status::unavailable("the expense service is away"));
        }
        let is_meant = |expense: &&RecentExpense| {
            let is_early = request.end_date.is_empty() || expense.date <= request.end_date;
            is_early && expense.id > request.after_id && expense.date >= request.start_date
        };
        let mut expenses: Vec<_> = recent.expenses.iter().filter(is_meant).cloned().collect();
        expenses.sort_by(|one, another| one.id.cmp(&another.id));
        let total = if request.count {
            i64::try_from(expenses.len()).unwrap()
        } else {
            0
        };
        expenses.truncate(usize::try_from(request.limit).unwrap());
        Ok(Response::new(ListHistoryResponse { expenses, total }))
    }

    async fn apply_rule_actions(
        &self,
        request: Request<ApplyRuleActionsRequest>,
    ) -> Result<Response<ApplyRuleActionsResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        let request = request.into_inner();
        let mut recent = self.0.lock().unwrap();
        if recent.refusals > 0 {
            recent.refusals -= 1;
            return Err(Status::not_found("the expense does not exist"));
        }
        let known = recent
            .expenses
            .iter_mut()
            .find(|expense| expense.id == request.expense_id);
        let changed = known.is_none_or(|expense| {
            let before = expense.clone();
            if !request.category_id.is_empty() {
                expense.category_id.clone_from(&request.category_id);
            }
            let added = request.add_tags.iter().filter(|tag| !before.tags.contains(tag));
            expense.tags.extend(added.cloned());
            *expense != before
        });
        recent.changed.push((user_id, request));
        Ok(Response::new(ApplyRuleActionsResponse { changed }))
    }

    async fn create_for_rule(
        &self,
        request: Request<CreateForRuleRequest>,
    ) -> Result<Response<CreateForRuleResponse>, Status> {
        let user_id = Call::of(&request)?.user()?;
        self.0
            .lock()
            .unwrap()
            .recorded
            .push((user_id, request.into_inner()));
        Ok(Response::new(CreateForRuleResponse {
            expense_id: pfms_types::Id::<()>::generate().to_string(),
        }))
    }
}

#[tonic::async_trait]
impl ExpenseService for Played {
    async fn get_expense(&self, request: Request<GetExpenseRequest>) -> Result<Response<Expense>, Status> {
        let id = request.into_inner().id;
        let recent = self.0.lock().unwrap();
        let found = recent.expenses.iter().find(|expense| expense.id == id).cloned();
        let found = found.ok_or_else(|| Status::not_found("the expense does not exist"))?;
        Ok(Response::new(Expense {
            id: found.id,
            amount: found.amount.or(Some(Money::default())),
            category_id: found.category_id,
            description: found.description,
            merchant: found.merchant,
            date: found.date,
            tags: found.tags,
            ..Expense::default()
        }))
    }

    async fn create_expense(&self, _: Request<CreateExpenseRequest>) -> Result<Response<Expense>, Status> {
        Err(Status::unimplemented("not played"))
    }

    async fn batch_create_expenses(
        &self,
        _: Request<BatchCreateExpensesRequest>,
    ) -> Result<Response<BatchCreateExpensesResponse>, Status> {
        Err(Status::unimplemented("not played"))
    }

    async fn list_expenses(
        &self,
        _: Request<ListExpensesRequest>,
    ) -> Result<Response<ListExpensesResponse>, Status> {
        Err(Status::unimplemented("not played"))
    }

    async fn update_expense(&self, _: Request<UpdateExpenseRequest>) -> Result<Response<Expense>, Status> {
        Err(Status::unimplemented("not played"))
    }

    async fn delete_expense(
        &self,
        _: Request<DeleteExpenseRequest>,
    ) -> Result<Response<pbjson_types::Empty>, Status> {
        Err(Status::unimplemented("not played"))
    }
}

#[tonic::async_trait]
impl CategoryService for Played {
    async fn get_category(&self, request: Request<GetCategoryRequest>) -> Result<Response<Category>, Status> {
        if request.into_inner().id != FOOD || self.0.lock().unwrap().no_categories {
            return Err(Status::not_found("the category does not exist"));
        }
        Ok(Response::new(Category {
            id: FOOD.to_owned(),
            name: "Food".to_owned(),
            ..Category::default()
        }))
    }

    async fn create_category(&self, _: Request<CreateCategoryRequest>) -> Result<Response<Category>, Status> {
        Err(Status::unimplemented("not played"))
    }

    async fn list_categories(
        &self,
        _: Request<ListCategoriesRequest>,
    ) -> Result<Response<ListCategoriesResponse>, Status> {
        Err(Status::unimplemented("not played"))
    }

    async fn update_category(&self, _: Request<UpdateCategoryRequest>) -> Result<Response<Category>, Status> {
        Err(Status::unimplemented("not played"))
    }

    async fn delete_category(
        &self,
        _: Request<DeleteCategoryRequest>,
    ) -> Result<Response<pbjson_types::Empty>, Status> {
        Err(Status::unimplemented("not played"))
    }
}
