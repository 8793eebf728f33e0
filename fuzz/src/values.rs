//! Amounts, dates and ids.

use pfms_proto::types::v1::Money as WireMoney;
use pfms_runtime::{Violations, parse};
use pfms_types::{Currency, UserId};

use crate::text;

/// Amounts, as `<amount> <currency>`: what is accepted is written and read back as the same.
pub fn money(data: &[u8]) {
    let Some((amount, currency)) = text(data).and_then(|text| text.rsplit_once(' ')) else {
        return;
    };
    let mut violations = Violations::default();
    let wire = WireMoney {
        amount: amount.into(),
        currency: currency.into(),
    };
    let Some(money) = parse::money(&mut violations, "money", Some(&wire)) else {
        assert!(!violations.is_empty());
        return;
    };
    let again = parse::money(&mut violations, "money", Some(&parse::wire_money(money)));
    assert_eq!(again, Some(money), "{amount} {currency}");
    // Sums are right or refused, and never wrap.
    if let Ok(sum) = money.checked_add(money) {
        assert_eq!(i128::from(sum.minor()), 2 * i128::from(money.minor()));
    }
}

pub fn money_seeds() -> Vec<Vec<u8>> {
    [
        "12.50 EUR",
        "-0.01 USD",
        "5 JPY",
        "92233720368547758.07 USD",
        "1.234 KWD",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

/// Dates: what is accepted is written as it was read.
pub fn date(data: &[u8]) {
    let Some(value) = text(data) else { return };
    let mut violations = Violations::default();
    match parse::date(&mut violations, "date", value) {
        Some(read) => assert_eq!(read.to_string(), value),
        None => assert!(!violations.is_empty()),
    }
}

pub fn date_seeds() -> Vec<Vec<u8>> {
    ["2025-12-11", "2024-02-29", "1900-01-01", "2199-12-31"]
        .map(|text| text.as_bytes().to_vec())
        .to_vec()
}

/// Ids and currencies.
pub fn id(data: &[u8]) {
    let Some(value) = text(data) else { return };
    if let Ok(id) = value.parse::<UserId>() {
        assert_eq!(id.to_string().parse::<UserId>().ok(), Some(id));
    }
    if let Ok(currency) = value.parse::<Currency>() {
        assert_eq!(currency.code().len(), 3);
    }
}

pub fn id_seeds() -> Vec<Vec<u8>> {
    ["01890a5d-ac96-774b-bcce-b302099a8057", "EUR"]
        .map(|text| text.as_bytes().to_vec())
        .to_vec()
}
