//! From the condition that was sent to one that can be evaluated.

use pfms_proto::automation::v1::{self as wire, Operator, comparison::Operand, condition::Kind};
use pfms_runtime::{Violations, parse};

use super::{Comparison, Condition, MAX_COMPARISONS, MAX_DEPTH, Match, Order, Test, TextField};
use crate::fact::fold;

/// Longest text to compare with, in characters.
const MAX_TEXT: usize = 1_000;

impl Condition {
    /// Reads a condition; violations name fields from `path` on, for example
    /// `condition.all.conditions[1].compare.money.amount`.
    pub fn parse(violations: &mut Violations, path: &str, source: wire::Condition) -> Option<Self> {
        let mut parser = Parser {
            violations,
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
            Some(Kind::All(list)) => self.list(&format!("{path}.all"), list, depth).map(Test::All),
            Some(Kind::Any(list)) => self.list(&format!("{path}.any"), list, depth).map(Test::Any),
            Some(Kind::Not(inner)) => self
                .condition(&format!("{path}.not"), inner, depth + 1)
                .map(|test| Test::Not(Box::new(test))),
            Some(Kind::Compare(comparison)) => {
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
        let operator = comparison.operator();
        match comparison.field.as_str() {
            "amount" => {
                let order = self.order(path, operator);
                let money = match &comparison.operand {
                    Some(Operand::Money(money)) => {
                        parse::money(self.violations, &format!("{path}.money"), Some(money))
                    }
                    _ => self.fault_at(path, "money", "is required for amount"),
                };
                Some(Comparison::Amount(order?, money?))
            }
            "date" => {
                let order = self.order(path, operator);
                let text = self.text(path, comparison)?;
                let date = parse::date(self.violations, &format!("{path}.text"), text);
                Some(Comparison::Date(order?, date?))
            }
            "categoryId" => {
                let allowed = operator == Operator::Equals;
                if !allowed {
                    self.violations.add(
                        format!("{path}.operator"),
                        "must be OPERATOR_EQUALS for categoryId",
                    );
                }
                let text = self.text(path, comparison)?;
                let known = self.violations.iter().count();
                let id = parse::optional_id::<()>(self.violations, &format!("{path}.text"), text);
                let good = allowed && self.violations.iter().count() == known;
                good.then(|| Comparison::CategoryId(id.map(pfms_types::Id::uuid)))
            }
            "category" => self.text_comparison(path, TextField::Category, comparison),
            "merchant" => self.text_comparison(path, TextField::Merchant, comparison),
            "description" => self.text_comparison(path, TextField::Description, comparison),
            "tags" => {
                if operator != Operator::Contains {
                    self.violations
                        .add(format!("{path}.operator"), "must be OPERATOR_CONTAINS for tags");
                }
                let text = self.required_text(path, comparison)?;
                (operator == Operator::Contains).then(|| Comparison::Tag(fold(text)))
            }
            _ => self.fault_at(
                path,
                "field",
                "must be one of amount, category, categoryId, merchant, description, date, tags",
            ),
        }
    }

    fn text_comparison(
        &mut self,
        path: &str,
        field: TextField,
        comparison: &wire::Comparison,
    ) -> Option<Comparison> {
        let (how, text) = match comparison.operator() {
            // An empty text is meant: no category, no merchant.
            Operator::Equals => (Match::Equals, self.text(path, comparison)?),
            Operator::Contains => (Match::Contains, self.required_text(path, comparison)?),
            Operator::StartsWith => (Match::StartsWith, self.required_text(path, comparison)?),
            _ => {
                return self.fault_at(
                    path,
                    "operator",
                    "must be OPERATOR_EQUALS, OPERATOR_CONTAINS or OPERATOR_STARTS_WITH for a text",
                );
            }
        };
        Some(Comparison::Text(field, how, fold(text)))
    }

    fn order(&mut self, path: &str, operator: Operator) -> Option<Order> {
        match operator {
            Operator::Equals => Some(Order::Equal),
            Operator::GreaterThan => Some(Order::Greater),
            Operator::AtLeast => Some(Order::AtLeast),
            Operator::LessThan => Some(Order::Less),
            Operator::AtMost => Some(Order::AtMost),
            _ => self.fault_at(
                path,
                "operator",
                "must be OPERATOR_EQUALS, OPERATOR_GREATER_THAN, OPERATOR_AT_LEAST, OPERATOR_LESS_THAN or \
                 OPERATOR_AT_MOST for an amount or a date",
            ),
        }
    }

    fn text<'c>(&mut self, path: &str, comparison: &'c wire::Comparison) -> Option<&'c str> {
        let Some(Operand::Text(text)) = &comparison.operand else {
            return self.fault_at(path, "text", format!("is required for {}", comparison.field));
        };
        if text.chars().count() > MAX_TEXT {
            return self.fault_at(path, "text", format!("must have at most {MAX_TEXT} characters"));
        }
        if text.chars().any(char::is_control) {
            return self.fault_at(path, "text", "must not hold control characters");
        }
        Some(text)
    }

    fn required_text<'c>(&mut self, path: &str, comparison: &'c wire::Comparison) -> Option<&'c str> {
        let text = self.text(path, comparison)?;
        if text.trim().is_empty() {
            return self.fault_at(path, "text", "must not be empty");
        }
        Some(text)
    }

    fn fault<T>(&mut self, path: &str, problem: impl std::fmt::Display) -> Option<T> {
        // A fault takes a comparison's place, so that their number is bounded too.
        self.leaves += 1;
        self.violations.add(path, problem);
        None
    }

    fn fault_at<T>(&mut self, path: &str, field: &str, problem: impl std::fmt::Display) -> Option<T> {
        self.violations.add(format!("{path}.{field}"), problem);
        None
    }
}
