//! Formulas in words and figures. They are written by hand rather than by `format!`, which costs several
//! times the fuel.

use crate::{Decimal, Node, Rate, Whole};

/// A text under construction.
#[derive(Debug)]
pub struct Text {
    written: String,
    exponent: u8,
}

/// What can stand in a formula: text as it is, `i64` as an amount of the country's currency with thousands
/// apart ("12,570", "5,071.50"), [`Rate`] in per cent ("7.65 %"), [`Count`] and [`Whole`] as a number,
/// [`Decimal`] as written.
pub trait Show {
    /// Writes itself.
    fn show(&self, text: &mut Text);
}

/// A number that is not an amount, in a formula.
#[derive(Debug, Clone, Copy)]
pub struct Count(pub i64);

impl Text {
    pub(crate) fn new(exponent: u8) -> Self {
        Self {
            written: String::new(),
            exponent,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.written.clear();
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.written
    }

    /// Writes text as it is.
    pub fn push(&mut self, text: &str) {
        self.written.push_str(text);
    }

    fn amount(&mut self, minor: i64) {
        let unit = 10_u64.saturating_pow(u32::from(self.exponent));
        let magnitude = minor.unsigned_abs();
        let mut digits = Digits::new();
        let part = magnitude % unit;
        if part != 0 {
            digits.put_padded(part, self.exponent);
            digits.put(b'.');
        }
        digits.put_grouped(magnitude / unit);
        self.signed(minor, &digits);
    }

    fn number(&mut self, number: i64) {
        let mut digits = Digits::new();
        digits.put_grouped(number.unsigned_abs());
        self.signed(number, &digits);
    }

    /// In per cent, as short as it is exact.
    fn rate(&mut self, millionths: i64) {
        let magnitude = millionths.unsigned_abs();
        let (mut part, mut width) = (magnitude % 10_000, 4);
        let mut digits = Digits::new();
        if part != 0 {
            while part % 10 == 0 {
                (part, width) = (part / 10, width - 1);
            }
            digits.put_padded(part, width);
            digits.put(b'.');
        }
        digits.put_grouped(magnitude / 10_000);
        self.signed(millionths, &digits);
        self.push(" %");
    }

    fn signed(&mut self, number: i64, digits: &Digits) {
        if number < 0 {
            self.push("-");
        }
        self.push(digits.as_str());
    }
}

/// The longest number, with its groups.
const MAX_DIGITS: usize = 32;

/// A number's digits, written from the last to the first.
struct Digits {
    bytes: [u8; MAX_DIGITS],
    start: usize,
}

impl Digits {
    fn new() -> Self {
        Self {
            bytes: [0; MAX_DIGITS],
            start: MAX_DIGITS,
        }
    }

    fn put(&mut self, byte: u8) {
        if let Some(slot) = self.start.checked_sub(1).and_then(|at| self.bytes.get_mut(at)) {
            *slot = byte;
            self.start -= 1;
        }
    }

    fn put_digit(&mut self, number: u64) {
        self.put(b'0' + u8::try_from(number % 10).unwrap_or(0));
    }

    /// With leading zeros up to so many digits.
    fn put_padded(&mut self, mut number: u64, width: u8) {
        for _ in 0..width {
            self.put_digit(number);
            number /= 10;
        }
    }

    /// With a comma before every third digit from the end.
    fn put_grouped(&mut self, mut number: u64) {
        let mut count = 0;
        loop {
            self.put_digit(number);
            number /= 10;
            count += 1;
            if number == 0 {
                return;
            }
            if count % 3 == 0 {
                self.put(b',');
            }
        }
    }

    fn as_str(&self) -> &str {
        let digits = self.bytes.get(self.start..).unwrap_or_default();
        std::str::from_utf8(digits).unwrap_or_default()
    }
}

impl Show for &str {
    fn show(&self, text: &mut Text) {
        text.push(self);
    }
}

impl Show for i64 {
    fn show(&self, text: &mut Text) {
        text.amount(*self);
    }
}

impl Show for Count {
    fn show(&self, text: &mut Text) {
        text.number(self.0);
    }
}

impl Show for Whole {
    fn show(&self, text: &mut Text) {
        text.number(self.0);
    }
}

impl Show for Rate {
    fn show(&self, text: &mut Text) {
        text.rate(self.0);
    }
}

impl Show for Decimal {
    fn show(&self, text: &mut Text) {
        text.push(&self.to_string());
    }
}

impl<T: Show> Show for Option<T> {
    fn show(&self, text: &mut Text) {
        match self {
            Some(value) => value.show(text),
            None => text.push("none"),
        }
    }
}

/// The figure's name for people.
impl<T> Show for Node<T> {
    fn show(&self, text: &mut Text) {
        text.push(self.label);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(what: &dyn Show) -> String {
        let mut text = Text::new(2);
        what.show(&mut text);
        text.as_str().to_owned()
    }

    #[test]
    fn amounts_are_written_with_thousands_apart_and_without_empty_cents() {
        let amounts = [0, 5, 100, 123_456, 1_000_000_00, -1_257_000, i64::MIN].map(|minor| shown(&minor));
        assert_eq!(
            amounts,
            [
                "0",
                "0.05",
                "1",
                "1,234.56",
                "1,000,000",
                "-12,570",
                "-92,233,720,368,547,758.08"
            ]
        );
    }

    #[test]
    fn rates_are_written_in_per_cent_as_short_as_exact() {
        let rates = [0, 76_500, 220_000, 9_000, 1, -380_000, 1_000_000].map(|rate| shown(&Rate(rate)));
        assert_eq!(
            rates,
            ["0 %", "7.65 %", "22 %", "0.9 %", "0.0001 %", "-38 %", "100 %"]
        );
    }

    #[test]
    fn numbers_have_no_cents() {
        assert_eq!(shown(&Count(2025)), "2,025");
        assert_eq!(shown(&Whole(65)), "65");
    }
}
