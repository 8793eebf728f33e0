//! Calls of `ExpenseService`.
#![allow(dead_code, clippy::wildcard_imports)]

use std::collections::HashMap;

use pbjson_types::{FieldMask, Struct, Value};
use pfms_proto::expense::v1::{
    BatchCreateExpensesRequest, DeleteExpenseRequest, Expense, ExpenseSource, GetExpenseRequest, Location,
    UpdateExpenseRequest,
};
use tonic::{Response, Status};

use super::*;

/// An expense with every field set.
pub fn full(category_id: &str) -> Expense {
    Expense {
        amount: money("1234.567", "KWD"),
        category_id: category_id.into(),
        description: "Line one\nline \"two\" \\ % _ é".into(),
        merchant: "Café".into(),
        date: "2024-02-29".into(),
        time: "08:30".into(),
        location: Some(Location {
            latitude: 29.375_9,
            longitude: -47.977_4,
            address: "Souq".into(),
        }),
        payment_method: "card".into(),
        tags: vec!["food".into(), " food ".into(), "work".into()],
        attachments: vec!["https://files.example/1.pdf".into()],
        source: ExpenseSource::Voice.into(),
        metadata: Some(Struct {
            fields: [
                ("number".to_owned(), 1.5.into()),
                (
                    "list".to_owned(),
                    vec![Value::from(()), true.into(), "x".into()].into(),
                ),
                (
                    "map".to_owned(),
                    HashMap::from([("text".to_owned(), r"\u0000".into())]).into(),
                ),
            ]
            .into(),
        }),
        ..Expense::default()
    }
}

pub async fn update(
    client: &mut Expenses,
    id: &str,
    expense: Expense,
    mask: Option<&[&str]>,
) -> Result<Expense, Status> {
    let request = UpdateExpenseRequest {
        id: id.into(),
        expense: Some(expense),
        update_mask: mask.map(|paths| FieldMask {
            paths: paths.iter().map(|&path| path.to_owned()).collect(),
        }),
    };
    client.update_expense(request).await.map(Response::into_inner)
}

pub async fn get(client: &mut Expenses, id: &str) -> Result<Expense, Status> {
    let request = GetExpenseRequest {
        id: id.into(),
        ..GetExpenseRequest::default()
    };
    client.get_expense(request).await.map(Response::into_inner)
}

pub async fn delete(client: &mut Expenses, id: &str) -> Result<(), Status> {
    let request = DeleteExpenseRequest { id: id.into() };
    client.delete_expense(request).await.map(|_| ())
}

pub async fn batch(client: &mut Expenses, expenses: Vec<Expense>) -> Result<Vec<Expense>, Status> {
    let request = BatchCreateExpensesRequest { expenses };
    let answer = client.batch_create_expenses(request).await?;
    Ok(answer.into_inner().expenses)
}
