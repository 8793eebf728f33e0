//! Exact decimal numbers, for tariffs that are given as formulas.

use std::ops::{Add, Mul, Neg, Sub};

use crate::Rounding;

/// An exact decimal number, for laws that give a formula: `(932.30 y + 1,400) y`.
///
/// ```
/// use pfms_tax::{Decimal, Rounding};
///
/// let y = (Decimal::whole(14_096) - Decimal::whole(12_096)).shift(-4);
/// let tax = (Decimal::new(932_30, 2) * y + Decimal::whole(1_400)) * y;
/// assert_eq!(tax.to_minor(2, Rounding::down(100)), 317_00);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Decimal {
    mantissa: i128,
    scale: u32,
}

/// The most digits after the point: those beyond are cut off, which no tariff comes near.
const MAX_SCALE: u32 = 24;

impl Decimal {
    /// `mantissa` with `scale` digits after the point: `new(932_30, 2)` is 932.30.
    #[must_use]
    pub const fn new(mantissa: i128, scale: u32) -> Self {
        Self { mantissa, scale }
    }

    /// A whole number.
    #[must_use]
    pub fn whole(number: i64) -> Self {
        Self::new(i128::from(number), 0)
    }

    /// An amount in minor units as a number of whole units, of a currency with `exponent` digits.
    #[must_use]
    pub fn of_minor(minor: i64, exponent: u8) -> Self {
        Self::new(i128::from(minor), u32::from(exponent))
    }

    /// The number of whole units as an amount in minor units, rounded.
    #[must_use]
    pub fn to_minor(self, exponent: u8, rounding: Rounding) -> i64 {
        rounding.quotient(
            self.mantissa.saturating_mul(power(u32::from(exponent))),
            power(self.scale),
        )
    }

    /// Multiplied by ten to the given power: `shift(-4)` divides by 10,000.
    #[must_use]
    pub fn shift(self, power_of_ten: i32) -> Self {
        let by = power_of_ten.unsigned_abs();
        if power_of_ten < 0 {
            Self::new(self.mantissa, self.scale.saturating_add(by)).trimmed()
        } else {
            Self::new(
                self.mantissa.saturating_mul(power(by.saturating_sub(self.scale))),
                self.scale.saturating_sub(by),
            )
        }
    }

    fn trimmed(self) -> Self {
        let excess = self.scale.saturating_sub(MAX_SCALE);
        Self::new(self.mantissa / power(excess), self.scale - excess)
    }

    /// Both with the same number of digits after the point.
    fn aligned(self, other: Self) -> (i128, i128, u32) {
        let scale = self.scale.max(other.scale);
        let at = |number: Self| number.mantissa.saturating_mul(power(scale - number.scale));
        (at(self), at(other), scale)
    }
}

fn power(exponent: u32) -> i128 {
    10_i128.saturating_pow(exponent)
}

impl Add for Decimal {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let (left, right, scale) = self.aligned(other);
        Self::new(left.saturating_add(right), scale)
    }
}

impl Sub for Decimal {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Neg for Decimal {
    type Output = Self;

    fn neg(self) -> Self {
        Self::new(self.mantissa.saturating_neg(), self.scale)
    }
}

impl Mul for Decimal {
    type Output = Self;

    // Digits after the point add up when numbers are multiplied.
    #[allow(clippy::suspicious_arithmetic_impl)]
    fn mul(self, other: Self) -> Self {
        Self::new(
            self.mantissa.saturating_mul(other.mantissa),
            self.scale + other.scale,
        )
        .trimmed()
    }
}

/// As written, for example "932.30".
impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let scale = self.scale as usize;
        let digits = format!("{:0>width$}", self.mantissa.unsigned_abs(), width = scale + 1);
        let (whole, part) = digits.split_at(digits.len() - scale);
        let point = if part.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{part}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_whatever_their_digits() {
        let sum = Decimal::new(93_230, 2) + Decimal::new(5, 4);
        assert_eq!(sum.to_string(), "932.3005");
        assert_eq!((sum - sum).to_minor(2, Rounding::down(1)), 0);
        assert_eq!(Decimal::whole(12).shift(-4).to_string(), "0.0012");
        assert_eq!(Decimal::new(-1_234, 3).shift(2).to_string(), "-123.4");
        assert_eq!(Decimal::new(12, 1).shift(3).to_string(), "1200");
        assert_eq!(
            Decimal::of_minor(1_050, 2).to_minor(2, Rounding::half_up(100)),
            1_100
        );
    }
}
