//! What the rules of an event want to know, put together and handed out.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::ToSpan;
use jiff::civil::Date;
use pfms_plugin_host as host;
use pfms_plugin_host::{ExpenseFilter, FactRequest, Period};
use pfms_proto::expense::v1 as wire;
use pfms_proto::expense::v1::selection::Only;
use pfms_runtime::Error;
use pfms_types::Money;

use super::{Subject, convert};

/// Expenses that an average is of at most.
const AVERAGED: i32 = 500;

/// What an average is of, beside the currency, which is that of the event's expense. The event's own expense does not
/// count, nor do those of later days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AverageOf {
    /// Of which expenses.
    pub by: By,
    /// Of the day of the event's expense and those before it; at least 1.
    pub days: u16,
}

/// Which expenses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// At the merchant of the event's expense; none when it has no merchant.
    Merchant,
    /// In its category; those without a category when it has none.
    Category,
    /// All.
    All,
}

/// An average, as what it is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Average {
    /// The sum.
    pub total: Money,
    /// Of how many expenses; at least one.
    pub count: i64,
}

/// What the rules of an event want to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Days and limit of each filter.
    recent: BTreeMap<u8, (u16, u16)>,
    /// How many of each period.
    spending: BTreeMap<u8, u8>,
    averages: BTreeSet<AverageOf>,
}

const FILTERS: [ExpenseFilter; 3] = [
    ExpenseFilter::Any,
    ExpenseFilter::SameMerchant,
    ExpenseFilter::SameCategory,
];
const PERIODS: [Period; 4] = [Period::Day, Period::Week, Period::Month, Period::Year];

fn filter_key(filter: ExpenseFilter) -> u8 {
    match filter {
        ExpenseFilter::Any => 0,
        ExpenseFilter::SameMerchant => 1,
        ExpenseFilter::SameCategory => 2,
    }
}

fn period_key(period: Period) -> u8 {
    match period {
        Period::Day => 0,
        Period::Week => 1,
        Period::Month => 2,
        Period::Year => 3,
    }
}

impl Wanted {
    /// Adds what a component asks for. The widest request of each kind answers the narrower ones too.
    pub fn add(&mut self, requests: &[FactRequest]) {
        for request in requests {
            match *request {
                FactRequest::RecentExpenses { days, limit, filter } => {
                    let widest = self.recent.entry(filter_key(filter)).or_default();
                    *widest = (widest.0.max(days), widest.1.max(limit));
                }
                FactRequest::Spending { period, count } => self.add_periods(period, count),
                FactRequest::Budgets => {
                    self.add_periods(Period::Day, 1);
                    self.add_periods(Period::Month, 1);
                }
                FactRequest::Goals => {}
            }
        }
    }

    /// Adds an average that a condition needs.
    pub fn add_average(&mut self, of: AverageOf) {
        self.averages.insert(of);
    }

    fn add_periods(&mut self, period: Period, count: u8) {
        let most = self.spending.entry(period_key(period)).or_default();
        *most = count.max(*most);
    }

    /// Whether there is nothing to ask for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }

    pub(super) fn request(&self, subject: &Subject<'_>) -> wire::GatherFactsRequest {
        let mut request = wire::GatherFactsRequest::default();
        for filter in FILTERS {
            if let Some((days, limit)) = self.recent.get(&filter_key(filter)) {
                let mut selection = since(subject, *days);
                selection.only = only(subject, filter);
                request.recent.push(wire::RecentQuery {
                    selection: Some(selection),
                    limit: i32::from(*limit),
                });
            }
        }
        for period in PERIODS {
            if let Some(count) = self.spending.get(&period_key(period)) {
                request.spending.push(wire::SpendingQuery {
                    period: wire_period(period).into(),
                    date: subject.day().to_string(),
                    count: i32::from(*count),
                    until_date: subject.is_past,
                });
            }
        }
        for of in self.averages_of(subject) {
            let filter = match of.by {
                By::Merchant => ExpenseFilter::SameMerchant,
                By::Category => ExpenseFilter::SameCategory,
                By::All => ExpenseFilter::Any,
            };
            request.averages.push(wire::AverageQuery {
                selection: Some(wire::Selection {
                    end_date: subject.day().to_string(),
                    only: only(subject, filter),
                    ..since(subject, of.days)
                }),
                currency: subject
                    .expense
                    .map(|expense| expense.amount.currency.clone())
                    .unwrap_or_default(),
                limit: AVERAGED,
            });
        }
        request
    }

    /// The averages that can be asked for: without an expense there is nothing that an average could be compared with.
    fn averages_of(&self, subject: &Subject<'_>) -> impl Iterator<Item = AverageOf> {
        let has_expense = subject.expense.is_some();
        self.averages.iter().copied().filter(move |_| has_expense)
    }

    pub(super) fn gathered(
        &self,
        subject: &Subject<'_>,
        answer: wire::GatherFactsResponse,
    ) -> Result<Gathered, Error> {
        if answer.recent.len() != self.recent.len()
            || answer.spending.len() != self.spending.len()
            || answer.averages.len() != self.averages_of(subject).count()
        {
            return Err(convert::wrong("not every query has its answer"));
        }
        let mut gathered = Gathered::default();
        for (filter, recent) in self.recent.keys().zip(answer.recent) {
            let expenses = recent.expenses.into_iter().map(convert::expense);
            gathered
                .recent
                .insert(*filter, expenses.collect::<Result<_, _>>()?);
        }
        for (period, spending) in self.spending.keys().zip(answer.spending) {
            let periods = spending.periods.into_iter().map(convert::period);
            gathered
                .spending
                .insert(*period, periods.collect::<Result<_, _>>()?);
        }
        for (of, average) in self.averages_of(subject).zip(answer.averages) {
            if average.count > 0 {
                let total = convert::amount(average.total)?;
                let count = average.count;
                gathered.averages.insert(of, Average { total, count });
            }
        }
        Ok(gathered)
    }
}

fn since(subject: &Subject<'_>, days: u16) -> wire::Selection {
    wire::Selection {
        start_date: first_day(subject.day(), days).to_string(),
        end_date: if subject.is_past {
            subject.day().to_string()
        } else {
            String::new()
        },
        except_id: subject
            .expense
            .map(|expense| expense.id.clone())
            .unwrap_or_default(),
        ..wire::Selection::default()
    }
}

/// The first of so many days up to a day.
fn first_day(day: Date, days: u16) -> Date {
    day.saturating_sub((i64::from(days) - 1).max(0).days())
        .max(jiff::civil::date(1900, 1, 1))
}

fn only(subject: &Subject<'_>, filter: ExpenseFilter) -> Option<Only> {
    let of = |field: fn(&host::Expense) -> &Option<String>| {
        subject
            .expense
            .and_then(|expense| field(expense).clone())
            .unwrap_or_default()
    };
    match filter {
        ExpenseFilter::Any => None,
        ExpenseFilter::SameMerchant => Some(Only::Merchant(of(|expense| &expense.merchant))),
        ExpenseFilter::SameCategory => Some(Only::CategoryId(of(|expense| &expense.category_id))),
    }
}

fn wire_period(period: Period) -> wire::Period {
    match period {
        Period::Day => wire::Period::Day,
        Period::Week => wire::Period::Week,
        Period::Month => wire::Period::Month,
        Period::Year => wire::Period::Year,
    }
}

/// What the rules of an event wanted to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gathered {
    recent: HashMap<u8, Vec<host::Expense>>,
    spending: HashMap<u8, Vec<host::PeriodSpending>>,
    averages: HashMap<AverageOf, Average>,
}

impl Gathered {
    /// What a component asked for.
    #[must_use]
    pub fn facts(&self, subject: &Subject<'_>, requests: &[FactRequest]) -> host::Facts {
        let mut facts = host::Facts::default();
        for request in requests {
            match *request {
                FactRequest::RecentExpenses { days, limit, filter } => {
                    facts.recent_expenses = Some(self.recent(subject, days, limit, filter));
                }
                FactRequest::Spending { period, count } => {
                    let periods = self.periods(period).iter().take(usize::from(count));
                    facts.spending = Some(periods.cloned().collect());
                }
                FactRequest::Budgets => facts.budgets = Some(self.budgets(subject)),
                FactRequest::Goals => {}
            }
        }
        facts
    }

    /// An average; none when it is of no expense.
    #[must_use]
    pub fn average(&self, of: AverageOf) -> Option<Average> {
        self.averages.get(&of).copied()
    }

    fn recent(
        &self,
        subject: &Subject<'_>,
        days: u16,
        limit: u16,
        filter: ExpenseFilter,
    ) -> Vec<host::Expense> {
        let since = convert::day(first_day(subject.day(), days));
        // The latest are first in the widest list, so they are first in each narrower one.
        self.recent
            .get(&filter_key(filter))
            .into_iter()
            .flatten()
            .filter(|expense| expense.date >= since)
            .take(usize::from(limit))
            .cloned()
            .collect()
    }

    fn periods(&self, period: Period) -> &[host::PeriodSpending] {
        self.spending.get(&period_key(period)).map_or(&[], Vec::as_slice)
    }

    fn budgets(&self, subject: &Subject<'_>) -> Vec<host::Budget> {
        let limits = [
            ("daily", subject.limits.daily, Period::Day),
            ("monthly", subject.limits.monthly, Period::Month),
        ];
        let budgets = limits.into_iter().filter_map(|(name, limit, period)| {
            let limit = convert::money(limit?);
            let current = self.periods(period).first()?;
            let spent = current
                .categories
                .iter()
                .filter(|category| category.total.currency == limit.currency)
                .fold(0_i64, |sum, category| sum.saturating_add(category.total.minor));
            Some(host::Budget {
                name: name.to_owned(),
                category_id: None,
                spent: host::Money {
                    minor: spent,
                    ..limit.clone()
                },
                limit,
                first_day: current.first_day,
                last_day: current.last_day,
            })
        });
        budgets.collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use pfms_runtime::parse::wire_money;
    use pfms_types::UserId;

    use super::super::Limits;
    use super::*;

    fn usd(minor: i64) -> Money {
        Money::from_minor(minor, "USD".parse().unwrap())
    }

    fn coffee() -> host::Expense {
        host::Expense {
            id: "01890a5d-ac96-774b-bcce-b302099a8057".into(),
            amount: convert::money(usd(350)),
            category_id: None,
            category: None,
            merchant: Some("Café".into()),
            description: None,
            date: convert::day(date(2026, 3, 10)),
            tags: Vec::new(),
        }
    }

    fn subject(expense: Option<&host::Expense>) -> Subject<'_> {
        Subject {
            user_id: UserId::generate(),
            expense,
            today: date(2026, 3, 31),
            limits: Limits {
                daily: Some(usd(1_000)),
                monthly: None,
            },
            is_past: false,
        }
    }

    fn recent(id: &str, date: &str) -> wire::RecentExpense {
        wire::RecentExpense {
            id: id.into(),
            amount: Some(wire_money(usd(1))),
            date: date.into(),
            ..wire::RecentExpense::default()
        }
    }

    const ANY: ExpenseFilter = ExpenseFilter::Any;

    #[test]
    fn one_request_is_as_wide_as_the_widest() {
        let mut wanted = Wanted::default();
        assert!(wanted.is_empty());
        wanted.add(&[
            FactRequest::RecentExpenses {
                days: 7,
                limit: 500,
                filter: ANY,
            },
            FactRequest::Spending {
                period: Period::Month,
                count: 3,
            },
        ]);
        wanted.add(&[
            FactRequest::RecentExpenses {
                days: 30,
                limit: 2,
                filter: ANY,
            },
            FactRequest::Budgets,
        ]);
        wanted.add(&[FactRequest::RecentExpenses {
            days: 1,
            limit: 5,
            filter: ExpenseFilter::SameMerchant,
        }]);
        wanted.add_average(AverageOf {
            by: By::Category,
            days: 90,
        });
        let coffee = coffee();
        let request = wanted.request(&subject(Some(&coffee)));
        let recent: Vec<_> = request
            .recent
            .iter()
            .map(|query| {
                let selection = query.selection.clone().unwrap();
                (
                    selection.start_date,
                    query.limit,
                    selection.only,
                    selection.except_id,
                )
            })
            .collect();
        let merchant = Some(Only::Merchant("Café".into()));
        assert_eq!(
            recent,
            [
                ("2026-02-09".into(), 500, None, coffee.id.clone()),
                ("2026-03-10".into(), 5, merchant, coffee.id.clone())
            ]
        );
        let spending: Vec<_> = request
            .spending
            .iter()
            .map(|query| (query.period(), query.count, query.date.as_str()))
            .collect();
        assert_eq!(
            spending,
            [
                (wire::Period::Day, 1, "2026-03-10"),
                (wire::Period::Month, 3, "2026-03-10")
            ]
        );
        let average = request.averages[0].selection.clone().unwrap();
        assert_eq!(average.only, Some(Only::CategoryId(String::new())));
        assert_eq!(average.end_date, "2026-03-10");
        // Of the past nothing is asked that was not yet known.
        let past = Subject {
            is_past: true,
            ..subject(Some(&coffee))
        };
        let request = wanted.request(&past);
        let ends = request
            .recent
            .iter()
            .map(|query| query.selection.clone().unwrap().end_date);
        assert_eq!(ends.collect::<Vec<_>>(), ["2026-03-10", "2026-03-10"]);
        assert!(request.spending.iter().all(|query| query.until_date));
        // Without an expense the days count back from today, and no average is asked for.
        let request = wanted.request(&subject(None));
        assert_eq!(request.spending[0].date, "2026-03-31");
        assert!(request.averages.is_empty());
    }

    #[test]
    fn each_gets_what_it_asked_for() {
        let mut wanted = Wanted::default();
        let narrow = [FactRequest::RecentExpenses {
            days: 7,
            limit: 2,
            filter: ANY,
        }];
        let short = [FactRequest::RecentExpenses {
            days: 30,
            limit: 1,
            filter: ANY,
        }];
        wanted.add(&narrow);
        wanted.add(&short);
        wanted.add(&[FactRequest::Budgets]);
        let of = AverageOf {
            by: By::All,
            days: 30,
        };
        wanted.add_average(of);
        let spent = |minor, currency: &str| wire::CategorySpending {
            total: Some(wire_money(Money::from_minor(minor, currency.parse().unwrap()))),
            count: 1,
            ..wire::CategorySpending::default()
        };
        let period = |categories| wire::Spending {
            periods: vec![wire::PeriodSpending {
                first_date: "2026-03-10".into(),
                last_date: "2026-03-10".into(),
                categories,
            }],
        };
        let answer = wire::GatherFactsResponse {
            recent: vec![wire::RecentExpenses {
                expenses: vec![
                    recent("c", "2026-03-12"),
                    recent("b", "2026-03-04"),
                    recent("a", "2026-03-03"),
                ],
            }],
            spending: vec![
                period(vec![spent(300, "USD"), spent(50, "USD"), spent(999, "EUR")]),
                period(vec![]),
            ],
            averages: vec![wire::Average {
                total: Some(wire_money(usd(100))),
                count: 3,
            }],
        };
        let coffee = coffee();
        let subject = subject(Some(&coffee));
        let gathered = wanted.gathered(&subject, answer.clone()).unwrap();
        let ids = |requests: &[FactRequest]| -> Vec<String> {
            let facts = gathered.facts(&subject, requests);
            facts
                .recent_expenses
                .unwrap()
                .into_iter()
                .map(|expense| expense.id)
                .collect()
        };
        assert_eq!(ids(&narrow), ["c", "b"]);
        assert_eq!(ids(&short), ["c"]);
        let facts = gathered.facts(&subject, &[FactRequest::Budgets]);
        assert_eq!((&facts.recent_expenses, &facts.spending), (&None, &None));
        let budgets = facts.budgets.unwrap();
        assert_eq!(budgets.len(), 1, "no limit per month is set");
        assert_eq!(
            (
                budgets[0].name.as_str(),
                budgets[0].limit.minor,
                budgets[0].spent.minor
            ),
            ("daily", 1_000, 350)
        );
        assert_eq!(
            gathered.average(of),
            Some(Average {
                total: usd(100),
                count: 3
            })
        );
        // An answer that is not one is no answer.
        let short = wire::GatherFactsResponse {
            averages: vec![],
            ..answer
        };
        assert!(wanted.gathered(&subject, short).is_err());
    }
}
