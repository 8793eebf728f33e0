//! Exact arithmetic: amounts are whole minor units, rates are whole millionths, and what lies between is kept
//! until a formula says how it is rounded. Nothing here overflows for amounts within [`crate::LIMIT`].

use std::cmp::Ordering;
use std::iter::Sum;
use std::ops::{Add, Sub};

/// Millionths.
const MILLION: i128 = 1_000_000;

/// What happens to a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
    /// To the nearest, halves away from zero.
    HalfUp,
    /// To the nearest, halves towards zero.
    HalfDown,
    /// To the nearest, halves to the even neighbour.
    HalfEven,
}

/// How an amount is rounded, and to multiples of what. There is no default: each step of a law says its own.
///
/// ```
/// use pfms_tax::Rounding;
///
/// assert_eq!(Rounding::down(100).of(1_99), 1_00);
/// assert_eq!(Rounding::half_up(10_00).of(1_235_00), 1_240_00);
/// assert_eq!(Rounding::half_even(10).of(25), 20);
/// assert_eq!(Rounding::up(1_00).of(-1), -1_00);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounding {
    mode: Mode,
    unit: i64,
}

impl Rounding {
    /// Towards zero, to multiples of `unit` minor units (taken as at least 1).
    #[must_use]
    pub const fn down(unit: i64) -> Self {
        Self::new(Mode::Down, unit)
    }

    /// Away from zero, to multiples of `unit` minor units (taken as at least 1).
    #[must_use]
    pub const fn up(unit: i64) -> Self {
        Self::new(Mode::Up, unit)
    }

    /// To the nearest multiple of `unit` minor units (taken as at least 1), halves away from zero.
    #[must_use]
    pub const fn half_up(unit: i64) -> Self {
        Self::new(Mode::HalfUp, unit)
    }

    /// To the nearest multiple of `unit` minor units (taken as at least 1), halves towards zero.
    #[must_use]
    pub const fn half_down(unit: i64) -> Self {
        Self::new(Mode::HalfDown, unit)
    }

    /// To the nearest multiple of `unit` minor units (taken as at least 1), halves to the even one.
    #[must_use]
    pub const fn half_even(unit: i64) -> Self {
        Self::new(Mode::HalfEven, unit)
    }

    const fn new(mode: Mode, unit: i64) -> Self {
        let unit = if unit < 1 { 1 } else { unit };
        Self { mode, unit }
    }

    /// The amount, rounded.
    #[must_use]
    pub fn of(self, amount: i64) -> i64 {
        self.quotient(i128::from(amount), 1)
    }

    /// `amount × numerator ÷ denominator`, rounded once; zero when the denominator is zero.
    ///
    /// ```
    /// use pfms_tax::Rounding;
    ///
    /// assert_eq!(Rounding::half_up(1).share(100_00, 1, 3), 33_33);
    /// ```
    #[must_use]
    pub fn share(self, amount: i64, numerator: i64, denominator: i64) -> i64 {
        self.quotient(product(amount, numerator), i128::from(denominator))
    }

    pub(crate) fn quotient(self, numerator: i128, denominator: i128) -> i64 {
        if let (Ok(numerator), Ok(denominator)) = (i64::try_from(numerator), i64::try_from(denominator))
            && let Some(denominator) = small_product(denominator, self.unit)
        {
            let quotient = divide_small(numerator, denominator, self.mode);
            if let Some(rounded) = small_product(quotient, self.unit) {
                return rounded;
            }
        }
        let unit = i128::from(self.unit);
        to_i64(divide(numerator, denominator.saturating_mul(unit), self.mode).saturating_mul(unit))
    }
}

/// Zero when the divisor is zero.
fn divide(numerator: i128, denominator: i128, mode: Mode) -> i128 {
    let (Some(quotient), Some(rest)) = (
        numerator.checked_div(denominator),
        numerator.checked_rem(denominator),
    ) else {
        return 0;
    };
    if rest == 0 {
        return quotient;
    }
    let half = rest
        .unsigned_abs()
        .saturating_mul(2)
        .cmp(&denominator.unsigned_abs());
    if mode.goes_away(half, quotient % 2 != 0) {
        quotient + numerator.signum() * denominator.signum()
    } else {
        quotient
    }
}

/// The same in 64 bits. WebAssembly has no arithmetic of 128: each step is dozens of instructions, and nearly all
/// amounts can do without.
fn divide_small(numerator: i64, denominator: i64, mode: Mode) -> i64 {
    let (Some(quotient), Some(rest)) = (
        numerator.checked_div(denominator),
        numerator.checked_rem(denominator),
    ) else {
        return 0;
    };
    if rest == 0 {
        return quotient;
    }
    let (rest, whole) = (rest.unsigned_abs(), denominator.unsigned_abs());
    if mode.goes_away(rest.cmp(&(whole - rest)), quotient % 2 != 0) {
        quotient + numerator.signum() * denominator.signum()
    } else {
        quotient
    }
}

impl Mode {
    /// Whether a fraction, which compares so to one half, goes away from zero.
    fn goes_away(self, half: Ordering, is_odd: bool) -> bool {
        match self {
            Self::Down => false,
            Self::Up => true,
            Self::HalfUp => half != Ordering::Less,
            Self::HalfDown => half == Ordering::Greater,
            Self::HalfEven => half == Ordering::Greater || (half == Ordering::Equal && is_odd),
        }
    }
}

/// The product, when the digits of both say that it fits. Checking the product itself would take 128 bits.
fn small_product(left: i64, right: i64) -> Option<i64> {
    let digits = 128 - left.unsigned_abs().leading_zeros() - right.unsigned_abs().leading_zeros();
    (digits < 63).then(|| left.wrapping_mul(right))
}

/// The product, in 64 bits where it fits.
fn product(left: i64, right: i64) -> i128 {
    small_product(left, right).map_or_else(|| i128::from(left).saturating_mul(i128::from(right)), i128::from)
}

fn to_i64(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

/// A rate in millionths: 7.65 % is `Rate(76_500)`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(pub i64);

impl Rate {
    /// The rate of an amount, not rounded yet.
    ///
    /// ```
    /// use pfms_tax::{Rate, Rounding};
    ///
    /// assert_eq!(Rate(76_500).of(100_01).round(Rounding::half_up(1)), 7_65);
    /// ```
    #[must_use]
    pub fn of(self, amount: i64) -> Exact {
        Exact(product(amount, self.0))
    }

    /// What is left of one when the rate is taken off.
    #[must_use]
    pub const fn complement(self) -> Self {
        Self(1_000_000 - self.0)
    }
}

impl Add for Rate {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Rate {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

/// An amount with six digits below the minor unit: what comes of rates before it is rounded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exact(i128);

impl Exact {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount in minor units.
    #[must_use]
    pub fn amount(minor: i64) -> Self {
        Self(product(minor, 1_000_000))
    }

    /// Rounded, in minor units.
    #[must_use]
    pub fn round(self, rounding: Rounding) -> i64 {
        rounding.quotient(self.0, MILLION)
    }
}

impl Add for Exact {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Exact {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Exact {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mode_rounds_as_its_name_says_on_both_sides_of_zero() {
        let rounded = |rounding: Rounding| [-25, -15, -14, 14, 15, 16, 25].map(|amount| rounding.of(amount));
        assert_eq!(rounded(Rounding::down(10)), [-20, -10, -10, 10, 10, 10, 20]);
        assert_eq!(rounded(Rounding::up(10)), [-30, -20, -20, 20, 20, 20, 30]);
        assert_eq!(rounded(Rounding::half_up(10)), [-30, -20, -10, 10, 20, 20, 30]);
        assert_eq!(rounded(Rounding::half_down(10)), [-20, -10, -10, 10, 10, 20, 20]);
        assert_eq!(rounded(Rounding::half_even(10)), [-20, -20, -10, 10, 20, 20, 20]);
    }

    #[test]
    fn extremes_saturate() {
        assert_eq!(Rounding::half_up(1).share(i64::MAX, i64::MAX, 1), i64::MAX);
        assert_eq!(Rounding::half_up(1).share(i64::MIN, i64::MAX, 1), i64::MIN);
        assert_eq!(Rounding::half_up(1).share(5, 1, 0), 0);
    }

    #[test]
    fn narrow_and_wide_arithmetic_agree() {
        let modes = [Mode::Down, Mode::Up, Mode::HalfUp, Mode::HalfDown, Mode::HalfEven];
        let numbers = [
            -250, -101, -100, -99, -50, -3, -1, 1, 2, 5, 49, 50, 51, 99, 150, 250, 1_000_001,
        ];
        for mode in modes {
            for numerator in numbers {
                for denominator in [-100, -7, 1, 2, 3, 100] {
                    assert_eq!(
                        i128::from(divide_small(numerator, denominator, mode)),
                        divide(i128::from(numerator), i128::from(denominator), mode),
                        "{numerator} / {denominator}, {mode:?}"
                    );
                }
            }
        }
        for (left, right) in [
            (i64::MAX, 2),
            (1 << 31, 1 << 31),
            (i64::MIN, -1),
            (0, i64::MIN),
            (-5, 7),
        ] {
            assert_eq!(product(left, right), i128::from(left) * i128::from(right));
        }
    }

    #[test]
    fn fractions_are_kept_until_they_are_rounded() {
        let third = Rate(333_333).of(1) + Rate(333_333).of(1) + Rate(333_334).of(1);
        assert_eq!(third, Exact::amount(1));
        assert_eq!((Rate(500_000).of(1) - Exact::ZERO).round(Rounding::down(1)), 0);
    }
}
