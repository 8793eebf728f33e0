//! Writes the constants.

use std::fmt::Write;

use crate::read::{Data, Known, Mark, Node, Year};
use crate::value::{Unit, Value};

pub(crate) fn generate(data: &Data) -> String {
    let mut code =
        String::from("// Generated from parameters/*.toml; see the crate pfms-tax-parameters.\n\n");
    for node in &data.nodes {
        code.push_str(&constant(node));
    }
    let years: String = data.years.iter().map(year).collect();
    let names: Vec<_> = data.nodes.iter().map(|node| format!("&{}", name(node))).collect();
    let names = names.join(", ");
    // Writing to a string cannot fail.
    let _ = write!(
        code,
        "/// Every figure.\n#[allow(unused_qualifications)]\npub static FIGURES: ::pfms_tax::Figures = \
         ::pfms_tax::Figures {{\n    years: &[{years}],\n    nodes: &[{names}],\n}};\n"
    );
    code
}

fn constant(node: &Node) -> String {
    let is_optional = node.values.iter().any(|known| known.value == Value::None);
    let of = match node.unit {
        Unit::Amount => "i64",
        Unit::Rate => "::pfms_tax::Rate",
        Unit::Whole => "::pfms_tax::Whole",
        Unit::Decimal => "::pfms_tax::Decimal",
        Unit::Schedule => "::pfms_tax::Schedule",
    };
    let of = if is_optional {
        format!("Option<{of}>")
    } else {
        of.to_owned()
    };
    let values: String = node
        .values
        .iter()
        .map(|known| value(known, is_optional))
        .collect();
    format!(
        "#[doc = {label:?}]\n#[allow(clippy::unreadable_literal, clippy::large_digit_groups)]\npub static {}: \
         ::pfms_tax::Node<{of}> = ::pfms_tax::Node {{\n    id: {:?},\n    label: {label:?},\n    values: \
         &[{values}],\n}};\n\n",
        name(node),
        node.id,
        label = node.label,
    )
}

/// The id in upper case with underscores.
fn name(node: &Node) -> String {
    node.id.to_uppercase().replace(['-', '.'], "_")
}

fn value(known: &Known, is_optional: bool) -> String {
    let mark = match known.mark {
        Mark::Primary => "Primary",
        Mark::TwoEngines => "TwoEngines",
        Mark::OneEngine => "OneEngine",
        Mark::Secondary => "Secondary",
    };
    let expression = expression(&known.value);
    let expression = if is_optional && known.value != Value::None {
        format!("Some({expression})")
    } else {
        expression
    };
    format!(
        "\n        ::pfms_tax::Value {{ value: {expression}, source: {:?}, mark: ::pfms_tax::Mark::{mark} }},",
        known.source
    )
}

fn expression(value: &Value) -> String {
    match value {
        Value::None => "None".to_owned(),
        Value::Amount(minor) => minor.to_string(),
        Value::Rate(millionths) => format!("::pfms_tax::Rate({millionths})"),
        Value::Whole(number) => format!("::pfms_tax::Whole({number})"),
        Value::Decimal(mantissa, scale) => format!("::pfms_tax::Decimal::new({mantissa}, {scale})"),
        Value::Schedule(bands) => {
            let bands: Vec<_> = bands
                .iter()
                .map(|band| {
                    let (upper, rate) = (band.upper, band.rate);
                    format!("::pfms_tax::Band {{ upper: {upper:?}, rate: ::pfms_tax::Rate({rate}) }}")
                })
                .collect();
            let bands = bands.join(", ");
            format!("::pfms_tax::Schedule(&[{bands}])")
        }
    }
}

fn year(year: &Year) -> String {
    let day = |(year, month, day): (u16, u8, u8)| format!("::pfms_tax::date({year}, {month}, {day})");
    format!(
        "\n        ::pfms_tax::YearOf {{ year: {}, label: {:?}, first_day: {}, last_day: {} }},",
        year.number,
        year.label,
        day(year.first_day),
        day(year.last_day)
    )
}
