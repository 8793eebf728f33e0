//! From the condition that was sent to one that can be evaluated.

use std::fmt::Display;

use jiff::Timestamp;
use pfms_proto::automation::v1::{self as wire, Operator, comparison::Operand, condition::Kind as Sent};
use pfms_runtime::{Violations, parse};
use pfms_types::{Currency, Money};

use super::{
    Comparison, Condition, Day, MAX_COMPARISONS, MAX_DEPTH, Match, Measure, Order, Ordered, Pattern,
    Predicate, Relative, Test, allowed,
};
use crate::fact::{fold, number};
use crate::schema::{Kind, Schema};

/// Longest text to compare with, in characters.
const MAX_TEXT: usize = 1_000;
/// Most texts of which a field may be one.
const MAX_TEXTS: usize = 100;
/// Longest time over which averages are taken, in days.
const MAX_DAYS: i32 = 366;
/// The time over which averages are taken when a rule does not say.
const DEFAULT_DAYS: i32 = 90;

impl Condition {
    /// Reads a condition on what a rule listens to; violations name fields from `path` on, for example
    /// `condition.all.conditions[1].compare.money.amount`.
    pub fn parse(
        violations: &mut Violations,
        path: &str,
        schema: &Schema,
        source: wire::Condition,
    ) -> Option<Self> {
        let mut parser = Parser {
            violations,
            schema,
            leaves: 0,
        };
        let test = parser.condition(path, &source, 1);
        if parser.leaves > MAX_COMPARISONS {
            violations.add(path, format!("must have at most {MAX_COMPARISONS} comparisons"));
            return None;
        }
        test.map(|test| Self { source, test })
    }
}

struct Parser<'a> {
    violations: &'a mut Violations,
    schema: &'a Schema,
    /// Comparisons so far, good or not: reading ends when there are too many.
    leaves: usize,
}

impl Parser<'_> {
    fn condition(&mut self, path: &str, condition: &wire::Condition, depth: usize) -> Option<Test> {
        if depth > MAX_DEPTH {
            return self.fault(path, format!("must not nest deeper than {MAX_DEPTH} levels"));
        }
        match &condition.kind {
            None => self.fault(path, "must be one of all, any, not, compare"),
            Some(Sent::All(list)) => self.list(&format!("{path}.all"), list, depth).map(Test::All),
            Some(Sent::Any(list)) => self.list(&format!("{path}.any"), list, depth).map(Test::Any),
            Some(Sent::Not(inner)) => self
                .condition(&format!("{path}.not"), inner, depth + 1)
                .map(|test| Test::Not(Box::new(test))),
            Some(Sent::Compare(comparison)) => {
                self.leaves += 1;
                self.comparison(&format!("{path}.compare"), comparison)
                    .map(Test::Compare)
            }
        }
    }

    fn list(&mut self, path: &str, list: &wire::ConditionList, depth: usize) -> Option<Vec<Test>> {
        if list.conditions.is_empty() {
            return self.fault(&format!("{path}.conditions"), "must hold at least one condition");
        }
        let mut tests = Vec::new();
        for (index, condition) in list.conditions.iter().enumerate() {
            if self.leaves > MAX_COMPARISONS {
                return None;
            }
            tests.extend(self.condition(&format!("{path}.conditions[{index}]"), condition, depth + 1));
        }
        (tests.len() == list.conditions.len()).then_some(tests)
    }

    fn comparison(&mut self, path: &str, comparison: &wire::Comparison) -> Option<Comparison> {
        let Some((place, kind)) = self.schema.place(&comparison.field) else {
            let names = self.schema.names();
            return self.fault_at(path, "field", format!("must be one of {names}"));
        };
        let operator = comparison.operator();
        let allowed = allowed(kind);
        let Some((_, operands)) = allowed.iter().find(|(one, _)| *one == operator) else {
            let names: Vec<_> = allowed.iter().map(|(one, _)| one.as_str_name()).collect();
            let problem = format!("must be {} for {}", names.join(", "), comparison.field);
            return self.fault_at(path, "operator", problem);
        };
        let given = comparison.operand.as_ref().map(name);
        let fits = match given {
            None => operands.is_empty(),
            Some(given) => operands.contains(&given),
        };
        if !fits {
            return match (operands.first(), given) {
                (Some(operand), _) => {
                    let operator = operator.as_str_name();
                    let problem = format!("is required for {operator} of {}", comparison.field);
                    self.fault_at(path, operand, problem)
                }
                (None, Some(given)) => self.fault_at(
                    path,
                    given,
                    format!("must be absent for {}", operator.as_str_name()),
                ),
                (None, None) => None,
            };
        }
        let predicate = self.predicate(path, kind, operator, comparison.operand.as_ref())?;
        Some(Comparison { place, predicate })
    }

    fn predicate(
        &mut self,
        path: &str,
        kind: Kind,
        operator: Operator,
        operand: Option<&Operand>,
    ) -> Option<Predicate> {
        match operand {
            None => match operator {
                Operator::IsWeekend => Some(Predicate::Weekend),
                _ => Some(Predicate::Empty),
            },
            Some(Operand::Money(money)) => {
                let money = parse::money(self.violations, &format!("{path}.money"), Some(money))?;
                Some(Predicate::Money(Ordered::To(order(operator)?, money)))
            }
            Some(Operand::Relative(relative)) => {
                let relative = self.relative(&format!("{path}.relative"), relative)?;
                Some(Predicate::Relative(order(operator)?, relative))
            }
            Some(Operand::Number(text)) if operator == Operator::DayOfMonth => {
                let day = match text.as_str() {
                    "-1" => Ok(Day::Last),
                    text => day(text).map(|day| Day::From(day, day)),
                };
                self.keep(path, "number", day).map(Predicate::DayOfMonth)
            }
            Some(Operand::Number(text)) => {
                let number = number(text).ok_or("must be a plain decimal such as 12.5");
                let number = self.keep(path, "number", number)?;
                Some(Predicate::Number(Ordered::To(order(operator)?, number)))
            }
            Some(Operand::Range(range)) => self.range(&format!("{path}.range"), kind, operator, range),
            Some(Operand::Texts(texts)) => self.texts(&format!("{path}.texts.values"), kind, &texts.values),
            Some(Operand::Text(text)) => self.text(&format!("{path}.text"), kind, operator, text),
        }
    }

    fn text(&mut self, path: &str, kind: Kind, operator: Operator, text: &str) -> Option<Predicate> {
        self.bounded(path, text)?;
        match kind {
            Kind::Date => {
                let date = parse::date(self.violations, path, text)?;
                Some(Predicate::Date(Ordered::To(order(operator)?, date)))
            }
            Kind::Instant => {
                let at = self.instant(path, text)?;
                Some(Predicate::Instant(Ordered::To(order(operator)?, at)))
            }
            // Nothing is meant: not categorised, for example.
            Kind::Id if text.is_empty() => Some(Predicate::Empty),
            Kind::Id => {
                let id = parse::id::<()>(self.violations, path, text)?;
                Some(Predicate::Ids(vec![id.uuid()]))
            }
            Kind::Flag => match text {
                "true" => Some(Predicate::Flag(true)),
                "false" => Some(Predicate::Flag(false)),
                _ => self.say(path, "must be true or false"),
            },
            _ => {
                // An empty text is meant where texts are the same: no category, no merchant.
                if operator != Operator::Equals && text.trim().is_empty() {
                    return self.say(path, "must not be empty");
                }
                match operator {
                    Operator::Matches => self
                        .violations
                        .keep(path, Pattern::parse(text))
                        .map(Predicate::Matches),
                    Operator::Contains | Operator::HasTag if kind == Kind::Texts => {
                        Some(Predicate::Tags(vec![fold(text)]))
                    }
                    Operator::Contains => Some(Predicate::Text(Match::Contains, fold(text))),
                    Operator::StartsWith => Some(Predicate::Text(Match::StartsWith, fold(text))),
                    _ => Some(Predicate::Text(Match::Equals, fold(text))),
                }
            }
        }
    }

    fn texts(&mut self, path: &str, kind: Kind, texts: &[String]) -> Option<Predicate> {
        if texts.is_empty() || texts.len() > MAX_TEXTS {
            return self.say(path, format!("must be 1 to {MAX_TEXTS}"));
        }
        let mut ids = Vec::new();
        let mut folded = Vec::new();
        let mut is_good = true;
        for (index, text) in texts.iter().enumerate() {
            let path = format!("{path}[{index}]");
            if self.bounded(&path, text).is_none() {
                is_good = false;
            } else if kind == Kind::Id {
                let id = parse::id::<()>(self.violations, &path, text);
                is_good &= id.is_some();
                ids.extend(id.map(pfms_types::Id::uuid));
            } else if kind == Kind::Texts && text.trim().is_empty() {
                self.violations.add(path, "must not be empty");
                is_good = false;
            } else {
                folded.push(fold(text));
            }
        }
        is_good.then_some(match kind {
            Kind::Id => Predicate::Ids(ids),
            Kind::Texts => Predicate::Tags(folded),
            _ => Predicate::OneOf(folded),
        })
    }

    fn range(
        &mut self,
        path: &str,
        kind: Kind,
        operator: Operator,
        range: &wire::Range,
    ) -> Option<Predicate> {
        if kind != Kind::Money && !range.currency.is_empty() {
            return self.fault_at(path, "currency", "must be empty but for amounts of money");
        }
        let (from_path, to_path) = (format!("{path}.from"), format!("{path}.to"));
        match kind {
            _ if operator == Operator::DayOfMonth => {
                let from = self.violations.keep(from_path, day(&range.from));
                let to = self.violations.keep(to_path, day(&range.to));
                let (from, to) = self.ascending(path, from?, to?)?;
                Some(Predicate::DayOfMonth(Day::From(from, to)))
            }
            Kind::Money => {
                let currency =
                    parse::currency(self.violations, &format!("{path}.currency"), &range.currency)?;
                let from = self.amount(&from_path, &range.from, currency);
                let to = self.amount(&to_path, &range.to, currency);
                let (from, to) = (from?, to?);
                self.ascending(path, from.minor(), to.minor())?;
                Some(Predicate::Money(Ordered::Between(from, to)))
            }
            Kind::Date => {
                let from = parse::date(self.violations, &from_path, &range.from);
                let to = parse::date(self.violations, &to_path, &range.to);
                let (from, to) = self.ascending(path, from?, to?)?;
                Some(Predicate::Date(Ordered::Between(from, to)))
            }
            Kind::Instant => {
                let from = self.instant(&from_path, &range.from);
                let to = self.instant(&to_path, &range.to);
                let (from, to) = self.ascending(path, from?, to?)?;
                Some(Predicate::Instant(Ordered::Between(from, to)))
            }
            _ => {
                let problem = "must be a plain decimal such as 12.5";
                let from = self
                    .violations
                    .keep(from_path, number(&range.from).ok_or(problem));
                let to = self.violations.keep(to_path, number(&range.to).ok_or(problem));
                let (from, to) = self.ascending(path, from?, to?)?;
                Some(Predicate::Number(Ordered::Between(from, to)))
            }
        }
    }

    fn relative(&mut self, path: &str, relative: &wire::Relative) -> Option<Relative> {
        let percent = self.keep(path, "percent", Relative::percent(&relative.percent));
        if !(0..=MAX_DAYS).contains(&relative.days) {
            return self.fault_at(
                path,
                "days",
                format!("must be 1 to {MAX_DAYS}, or 0 for {DEFAULT_DAYS}"),
            );
        }
        let days = if relative.days == 0 {
            DEFAULT_DAYS
        } else {
            relative.days
        };
        let days = u16::try_from(days).ok()?;
        let measure = match relative.of() {
            wire::Measure::MerchantAverage => Measure::MerchantAverage(days),
            wire::Measure::CategoryAverage => Measure::CategoryAverage(days),
            wire::Measure::Average => Measure::Average(days),
            wire::Measure::DailyBudget => Measure::DailyBudget,
            wire::Measure::MonthlyBudget => Measure::MonthlyBudget,
            wire::Measure::Unspecified => return self.fault_at(path, "of", "is required"),
        };
        let is_budget = matches!(measure, Measure::DailyBudget | Measure::MonthlyBudget);
        if !is_budget && !self.schema.is_of_expense() {
            let problem = format!("needs an expense, which {} is not about", self.schema.name());
            return self.fault_at(path, "of", problem);
        }
        Some(Relative {
            percent: percent?,
            measure,
        })
    }

    fn amount(&mut self, path: &str, text: &str, currency: Currency) -> Option<Money> {
        self.violations.keep(path, Money::parse(text, currency))
    }

    fn instant(&mut self, path: &str, text: &str) -> Option<Timestamp> {
        let at = text
            .parse()
            .map_err(|_| "must be a point in time such as 2025-12-11T08:30:00Z");
        self.violations.keep(path, at)
    }

    fn ascending<T: Ord>(&mut self, path: &str, from: T, to: T) -> Option<(T, T)> {
        if from > to {
            return self.fault_at(path, "to", "must not be less than from");
        }
        Some((from, to))
    }

    /// Texts are of a length and without control characters.
    fn bounded(&mut self, path: &str, text: &str) -> Option<()> {
        if text.chars().count() > MAX_TEXT {
            return self.say(path, format!("must have at most {MAX_TEXT} characters"));
        }
        if text.chars().any(char::is_control) {
            return self.say(path, "must not hold control characters");
        }
        Some(())
    }

    fn keep<T, E: Display>(&mut self, path: &str, field: &str, result: Result<T, E>) -> Option<T> {
        self.violations.keep(format!("{path}.{field}"), result)
    }

    fn say<T>(&mut self, path: &str, problem: impl Display) -> Option<T> {
        self.violations.add(path, problem);
        None
    }

    fn fault<T>(&mut self, path: &str, problem: impl Display) -> Option<T> {
        // A fault takes a comparison's place, so that their number is bounded too.
        self.leaves += 1;
        self.say(path, problem)
    }

    fn fault_at<T>(&mut self, path: &str, field: &str, problem: impl Display) -> Option<T> {
        self.say(&format!("{path}.{field}"), problem)
    }
}

/// The member of the oneof.
fn name(operand: &Operand) -> &'static str {
    match operand {
        Operand::Money(_) => "money",
        Operand::Text(_) => "text",
        Operand::Texts(_) => "texts",
        Operand::Number(_) => "number",
        Operand::Range(_) => "range",
        Operand::Relative(_) => "relative",
    }
}

fn order(operator: Operator) -> Option<Order> {
    match operator {
        Operator::Equals => Some(Order::Equal),
        Operator::GreaterThan => Some(Order::Greater),
        Operator::AtLeast => Some(Order::AtLeast),
        Operator::LessThan => Some(Order::Less),
        Operator::AtMost => Some(Order::AtMost),
        _ => None,
    }
}

fn day(text: &str) -> Result<i8, &'static str> {
    let is_plain = text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let day = text.parse().ok().filter(|day| is_plain && (1..=31).contains(day));
    day.ok_or("must be 1 to 31, or the number -1 for the last day")
}
