//! The service with a real expense service, and services that tests can play.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod people;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use pfms_proto::event::EventData;
use pfms_proto::expense::v1 as expense;
use pfms_proto::expense::v1::category_service_client::CategoryServiceClient;
use pfms_proto::expense::v1::expense_service_client::ExpenseServiceClient;
use pfms_proto::tax::v1 as wire;
use pfms_proto::tax::v1::tax_component_service_client::TaxComponentServiceClient;
use pfms_proto::tax::v1::tax_country_service_client::TaxCountryServiceClient;
use pfms_proto::tax::v1::tax_deduction_service_client::TaxDeductionServiceClient;
use pfms_proto::tax::v1::tax_field_value::Value as Said;
use pfms_proto::tax::v1::tax_income_service_client::TaxIncomeServiceClient;
use pfms_proto::tax::v1::tax_mapping_service_client::TaxMappingServiceClient;
use pfms_proto::tax::v1::tax_profile_service_client::TaxProfileServiceClient;
use pfms_proto::tax::v1::tax_service_client::TaxServiceClient;
use pfms_proto::types::v1::Money;
use pfms_runtime::events::{Outgoing, outbox};
use pfms_runtime::testing::{AuthorizedChannel, Harness, eventually, invalid_fields, reason};
use pfms_runtime::{Clock, Database, Parts, Service, Settings};
use pfms_types::UserId;
use sqlx::migrate::Migrator;
use tonic::{Code, Request, Status};

pub use people::Zones;

static NO_TABLES: Migrator = Migrator::DEFAULT;

/// An id that nobody has.
pub const NOBODYS: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// The services under test.
pub struct Mesh {
    pub harness: Harness,
    /// Where the users live; others in UTC.
    pub zones: Zones,
    told: Arc<OnceLock<Database>>,
}

/// The folder of first-party components, in which the United States, the United Kingdom and Bangladesh are built.
pub fn countries() -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER
        .get_or_init(|| {
            let layout = pfms_plugin_build::Layout::of_repository();
            pfms_plugin_build::build(&layout, &["tax-us".into(), "tax-uk".into(), "tax-bd".into()]).unwrap();
            layout.output
        })
        .clone()
}

impl Mesh {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// At this moment, which stands still.
    pub async fn start_at(now: &str) -> Self {
        let clock = Clock::fixed(now.parse().unwrap());
        Self::start_with(|settings| settings.clock = clock).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let told = Arc::new(OnceLock::new());
        let zones = Zones::default();
        let services = vec![
            pfms_tax_service::service(),
            pfms_expense::service(),
            zones.service(),
            teller(Arc::clone(&told)),
        ];
        let harness = Harness::start_with(services, |settings| {
            settings.tax.tax_components = Some(countries());
            change(settings);
        })
        .await;
        Self { harness, zones, told }
    }

    fn channel(&self, user_id: UserId) -> AuthorizedChannel {
        self.harness.as_user("tax", user_id)
    }

    pub fn taxes(&self, user_id: UserId) -> TaxServiceClient<AuthorizedChannel> {
        TaxServiceClient::new(self.channel(user_id))
    }

    pub fn profiles(&self, user_id: UserId) -> TaxProfileServiceClient<AuthorizedChannel> {
        TaxProfileServiceClient::new(self.channel(user_id))
    }

    pub fn countries(&self, user_id: UserId) -> TaxCountryServiceClient<AuthorizedChannel> {
        TaxCountryServiceClient::new(self.channel(user_id))
    }

    pub fn deductions(&self, user_id: UserId) -> TaxDeductionServiceClient<AuthorizedChannel> {
        TaxDeductionServiceClient::new(self.channel(user_id))
    }

    pub fn incomes(&self, user_id: UserId) -> TaxIncomeServiceClient<AuthorizedChannel> {
        TaxIncomeServiceClient::new(self.channel(user_id))
    }

    pub fn mappings(&self, user_id: UserId) -> TaxMappingServiceClient<AuthorizedChannel> {
        TaxMappingServiceClient::new(self.channel(user_id))
    }

    pub fn components(&self, user_id: UserId) -> TaxComponentServiceClient<AuthorizedChannel> {
        TaxComponentServiceClient::new(self.channel(user_id))
    }

    pub fn expenses(&self, user_id: UserId) -> ExpenseServiceClient<AuthorizedChannel> {
        ExpenseServiceClient::new(self.harness.as_user("expense", user_id))
    }

    /// A category of a user, and its id.
    pub async fn category(&self, user_id: UserId, name: &str) -> String {
        let request = expense::CreateCategoryRequest {
            category: Some(expense::Category {
                name: name.into(),
                ..expense::Category::default()
            }),
        };
        let mut client = CategoryServiceClient::new(self.harness.as_user("expense", user_id));
        client.create_category(request).await.unwrap().into_inner().id
    }

    /// Records an expense.
    pub async fn spend(&self, user_id: UserId, category: &str, amount: &str, date: &str) -> String {
        let request = expense::CreateExpenseRequest {
            expense: Some(expense::Expense {
                amount: usd(amount),
                category_id: category.into(),
                date: date.into(),
                merchant: "Red Cross".into(),
                ..expense::Expense::default()
            }),
        };
        let created = self.expenses(user_id).create_expense(request).await.unwrap();
        created.into_inner().id
    }

    /// Publishes an event as another service does.
    pub async fn publish<D: EventData>(&self, user_id: UserId, data: &D) {
        self.publish_at(user_id, data, Clock::system().now()).await;
    }

    /// The same of another moment.
    pub async fn publish_at<D: EventData>(&self, user_id: UserId, data: &D, at: jiff::Timestamp) {
        self.publish_again(Outgoing::new(user_id, at, data).unwrap())
            .await;
    }

    /// Publishes an event that may have been published before.
    pub async fn publish_again(&self, event: Outgoing) {
        let database = self.told.get().expect("the teller runs");
        let mut connection = database.pool().acquire().await.unwrap();
        outbox::insert(&mut connection, &[event]).await.unwrap();
        database.wake_relay();
    }

    /// A profile of a single person of 40 in the United States in 2025.
    pub async fn single(&self, user_id: UserId) -> wire::TaxProfile {
        self.set_profile(user_id, 2025, single()).await.unwrap()
    }

    pub async fn set_profile(
        &self,
        user_id: UserId,
        year: i32,
        profile: wire::TaxProfile,
    ) -> Result<wire::TaxProfile, Status> {
        let request = wire::UpdateTaxProfileRequest {
            year,
            profile: Some(profile),
        };
        let answer = self.profiles(user_id).update_tax_profile(request).await?;
        Ok(answer.into_inner())
    }

    pub async fn earn(&self, user_id: UserId, income: wire::TaxIncome) -> Result<wire::TaxIncome, Status> {
        let request = wire::CreateTaxIncomeRequest { income: Some(income) };
        Ok(self
            .incomes(user_id)
            .create_tax_income(request)
            .await?
            .into_inner())
    }

    pub async fn deduct(
        &self,
        user_id: UserId,
        deduction: wire::TaxDeduction,
    ) -> Result<wire::TaxDeduction, Status> {
        let request = wire::CreateTaxDeductionRequest {
            deduction: Some(deduction),
        };
        let answer = self.deductions(user_id).create_tax_deduction(request).await?;
        Ok(answer.into_inner())
    }

    pub async fn map(
        &self,
        user_id: UserId,
        source: wire::TaxSource,
        from: &str,
        to: &str,
    ) -> Result<wire::TaxMapping, Status> {
        let request = wire::CreateTaxMappingRequest {
            mapping: Some(wire::TaxMapping {
                country: "US".into(),
                source: source.into(),
                from: from.into(),
                to: to.into(),
                ..wire::TaxMapping::default()
            }),
        };
        let answer = self.mappings(user_id).create_tax_mapping(request).await?;
        Ok(answer.into_inner())
    }

    pub async fn calculate(&self, user_id: UserId, year: i32) -> Result<wire::TaxCalculation, Status> {
        let request = wire::CalculateTaxRequest {
            year,
            accept_unverified: true,
        };
        Ok(self.taxes(user_id).calculate_tax(request).await?.into_inner())
    }

    /// All deductions of a user, the first one first.
    pub async fn all_deductions(&self, user_id: UserId) -> Vec<wire::TaxDeduction> {
        let request = wire::ListTaxDeductionsRequest::default();
        let answer = self
            .deductions(user_id)
            .list_tax_deductions(request)
            .await
            .unwrap();
        let mut deductions = answer.into_inner().deductions;
        deductions.reverse();
        deductions
    }

    /// The deductions of a user, once they are as wanted.
    pub async fn deductions_until(
        &self,
        user_id: UserId,
        what: &str,
        wanted: impl Fn(&[wire::TaxDeduction]) -> bool,
    ) -> Vec<wire::TaxDeduction> {
        eventually(what, || async {
            let deductions = self.all_deductions(user_id).await;
            wanted(&deductions).then_some(deductions)
        })
        .await
    }

    /// The incomes of a user, the latest first, once there are so many.
    pub async fn incomes_of(&self, user_id: UserId, count: usize) -> Vec<wire::TaxIncome> {
        eventually(&format!("{count} incomes"), || async {
            let request = wire::ListTaxIncomesRequest::default();
            let answer = self.incomes(user_id).list_tax_incomes(request).await.unwrap();
            let incomes = answer.into_inner().incomes;
            (incomes.len() == count).then_some(incomes)
        })
        .await
    }
}

/// A service of which nothing but its outbox is used.
fn teller(told: Arc<OnceLock<Database>>) -> Service {
    Service::new("teller", 3099, move |context| {
        let told = Arc::clone(&told);
        async move {
            let _ = told.set(context.database);
            Ok(Parts::new())
        }
    })
    .migrations(&NO_TABLES)
}

pub fn single() -> wire::TaxProfile {
    wire::TaxProfile {
        country: "US".into(),
        fields: fields(&[
            ("filing-status", Said::Choice("single".into())),
            ("age", Said::Whole(40)),
        ]),
        ..wire::TaxProfile::default()
    }
}

pub fn fields(said: &[(&str, Said)]) -> BTreeMap<String, wire::TaxFieldValue> {
    said.iter()
        .map(|(name, said)| {
            let value = wire::TaxFieldValue {
                value: Some(said.clone()),
            };
            ((*name).to_owned(), value)
        })
        .collect()
}

pub fn wages(amount: &str, withheld: &str) -> wire::TaxIncome {
    wire::TaxIncome {
        country: "US".into(),
        kind: "wages".into(),
        amount: usd(amount),
        date: "2025-03-31".into(),
        withheld: usd(withheld),
        ..wire::TaxIncome::default()
    }
}

pub fn gift(amount: &str) -> wire::TaxDeduction {
    wire::TaxDeduction {
        country: "US".into(),
        year: 2025,
        category: "charity".into(),
        amount: usd(amount),
        ..wire::TaxDeduction::default()
    }
}

pub fn usd(amount: &str) -> Option<Money> {
    money(amount, "USD")
}

/// As the fields hold it: set.
#[allow(clippy::unnecessary_wraps)]
pub fn money(amount: &str, currency: &str) -> Option<Money> {
    Some(Money {
        amount: amount.into(),
        currency: currency.into(),
    })
}

/// An amount of dollars in cents.
pub fn cents(money: Option<&Money>) -> i64 {
    let money = money.expect("there is an amount");
    pfms_types::Money::parse(&money.amount, money.currency.parse().unwrap())
        .unwrap()
        .minor()
}

/// A request with an idempotency key.
pub fn keyed<T>(message: T, key: &str) -> Request<T> {
    let mut request = Request::new(message);
    request
        .metadata_mut()
        .insert("idempotency-key", key.parse().unwrap());
    request
}

#[track_caller]
pub fn assert_invalid<T: std::fmt::Debug>(result: Result<T, Status>, fields: &[&str]) {
    let status = result.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    assert_eq!(invalid_fields(&status), fields, "{}", status.message());
}

#[track_caller]
pub fn assert_code<T: std::fmt::Debug>(result: Result<T, Status>, code: Code, wanted: &str) {
    let status = result.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status)),
        (code, wanted.to_owned()),
        "{}",
        status.message()
    );
}
