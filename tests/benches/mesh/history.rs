//! A rule over a person's past, as data and as a component, beside the same decision in native code.

use std::hint::black_box;
use std::time::{Duration, Instant};

use habit_counter::HabitCounter;
use pfms_plugin_build::Layout;
use pfms_proto::automation::v1::create_backtest_request::Subject;
use pfms_proto::automation::v1::history_run_service_client::HistoryRunServiceClient;
use pfms_proto::automation::v1::module_service_client::ModuleServiceClient;
use pfms_proto::automation::v1::{
    Action, Comparison, Component, Condition, CreateBacktestRequest, CreateModuleRequest,
    GetHistoryRunRequest, HistoryRun, HistoryRunState, Operator, Rule, Trigger, WriteLog, action, comparison,
    condition,
};
use pfms_proto::google::api::HttpBody;
use pfms_rules::testing::{Case, expense};
use tonic::Request;
use tonic::metadata::{Ascii, MetadataValue};

use crate::hops::AUTOMATION_PORT;
use crate::mesh::Mesh;
use crate::people::People;
use crate::{Result, say};

/// Expenses of the past.
pub const EXPENSES: i64 = 100_000;
const KEYWORD: &str = "coffee";
const LOOK: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_mins(20);

/// Expenses per second.
#[derive(Default)]
pub struct History {
    /// A rule as data.
    pub data: f64,
    /// A component.
    pub component: f64,
    /// The component's decision, natively, over as many expenses in memory.
    pub native: f64,
}

/// Measures all three.
pub async fn measure(mesh: &Mesh, people: &mut People) -> Result<History> {
    say("a rule over 100,000 expenses");
    fill(mesh, people).await?;
    people.sign_in(mesh).await?;
    let token = people.0[3].authorization.clone();
    let component = Rule {
        component: Some(Component {
            module_id: upload(mesh, &token).await?,
            config: Some(serde_json::from_str(&format!(
                r#"{{"keyword":"{KEYWORD}","count":3}}"#
            ))?),
        }),
        ..rule()
    };
    let data = run(mesh, people, data_rule()).await?;
    let component = run(mesh, people, component).await?;
    let started = Instant::now();
    let past: Vec<_> = (1..=2).rev().map(|number| expense(number, KEYWORD)).collect();
    for number in 0..EXPENSES {
        let new = expense(u32::try_from(number)?, KEYWORD);
        let case = Case::new(pfms_rules::Event::ExpenseCreated(new))
            .config(format!(r#"{{"keyword":"{KEYWORD}","count":3}}"#))
            .recent_expenses(past.clone());
        black_box(case.run::<HabitCounter>());
    }
    let native = EXPENSES as f64 / started.elapsed().as_secs_f64();
    Ok(History {
        data,
        component,
        native,
    })
}

/// Expenses of one person, eight a day, of which every other is for coffee, and no others.
async fn fill(mesh: &Mesh, people: &People) -> Result<()> {
    let mut admin = mesh.admin().await?;
    sqlx::query("DELETE FROM expense.expenses WHERE user_id = $1")
        .bind(people.0[3].id)
        .execute(&mut admin)
        .await?;
    sqlx::query(
        "INSERT INTO expense.expenses (user_id, id, amount_minor, currency, category_id, description, merchant, date,
                                       payment_method, tags, attachments, source, created_at, updated_at)
         SELECT $1, encode(int8send(107000000000000000 + number) || int8send(number), 'hex')::uuid, 100 + number % 5000,
                'EUR', $2, CASE WHEN number % 2 = 0 THEN 'coffee' ELSE 'something else' END,
                'Shop ' || number % 300, date '1990-01-01' + (number / 8)::integer, '', '{}', '{}', 'manual', now(), now()
         FROM generate_series(1, $3) AS number",
    )
    .bind(people.0[3].id)
    .bind(people.0[3].category)
    .bind(EXPENSES)
    .execute(&mut admin)
    .await?;
    sqlx::query("ANALYZE expense.expenses")
        .execute(&mut admin)
        .await?;
    Ok(())
}

fn rule() -> Rule {
    Rule {
        name: "Over the past".to_owned(),
        trigger: Some(Trigger {
            event: "expense.created".to_owned(),
            ..Trigger::default()
        }),
        ..Rule::default()
    }
}

fn data_rule() -> Rule {
    Rule {
        condition: Some(Condition {
            kind: Some(condition::Kind::Compare(Comparison {
                field: "description".to_owned(),
                operator: Operator::Contains.into(),
                operand: Some(comparison::Operand::Text(KEYWORD.to_owned())),
            })),
        }),
        actions: vec![Action {
            kind: Some(action::Kind::Log(WriteLog {
                message: "{{ amount }}".to_owned(),
            })),
        }],
        ..rule()
    }
}

async fn upload(mesh: &Mesh, token: &MetadataValue<Ascii>) -> Result<String> {
    let bytes = std::fs::read(Layout::of_repository().output.join("habit-counter.wasm"))?;
    let pieces = [CreateModuleRequest {
        content: Some(HttpBody {
            content_type: "application/wasm".to_owned(),
            data: bytes.into(),
            ..HttpBody::default()
        }),
        ..CreateModuleRequest::default()
    }];
    let mut request = Request::new(tokio_stream::iter(pieces));
    request.metadata_mut().insert("authorization", token.clone());
    let mut client = ModuleServiceClient::connect(mesh.service(AUTOMATION_PORT)).await?;
    Ok(client.create_module(request).await?.into_inner().id)
}

/// Expenses per second.
async fn run(mesh: &Mesh, people: &mut People, rule: Rule) -> Result<f64> {
    mesh.settle().await?;
    let mut client = HistoryRunServiceClient::connect(mesh.service(AUTOMATION_PORT)).await?;
    people.sign_in(mesh).await?;
    let started = Instant::now();
    let mut request = Request::new(CreateBacktestRequest {
        subject: Some(Subject::Rule(rule)),
        ..CreateBacktestRequest::default()
    });
    let token = &people.0[3].authorization;
    request.metadata_mut().insert("authorization", token.clone());
    let mut run: HistoryRun = client.create_backtest(request).await?.into_inner();
    while run.end_time.is_none() {
        if started.elapsed() > PATIENCE {
            return Err("a run over the past does not end".into());
        }
        tokio::time::sleep(LOOK).await;
        // The token may have ended: runs of slow rules take longer than it lives.
        if started.elapsed().as_secs() % 200 == 199 {
            people.sign_in(mesh).await?;
        }
        let mut request = Request::new(GetHistoryRunRequest { id: run.id.clone() });
        let token = &people.0[3].authorization;
        request.metadata_mut().insert("authorization", token.clone());
        run = client.get_history_run(request).await?.into_inner();
    }
    if run.state() != HistoryRunState::Succeeded || run.examined != EXPENSES || run.matched == 0 {
        return Err(format!("a run over the past ended so: {run:?}").into());
    }
    Ok(EXPENSES as f64 / started.elapsed().as_secs_f64())
}
