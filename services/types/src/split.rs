//! Splitting an amount into parts that sum to it, by the largest remainder.

use crate::Money;

/// Why an amount cannot be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// There is nobody to split among, or all weights are zero.
    #[error("needs at least one part with a weight above zero")]
    NoParts,
}

/// Splits into `parts` equal shares; where it does not come out even, the first ones get a minor unit more.
///
/// # Errors
/// When `parts` is zero.
pub fn split_evenly(total: Money, parts: usize) -> Result<Vec<Money>, SplitError> {
    split_by_weights(total, &vec![1; parts])
}

/// Splits in proportion to the weights. Each share is rounded towards zero, and the minor units left over go
/// to the largest remainders, the earlier part first where they are equal (Hamilton's method).
///
/// # Errors
/// When there is no weight above zero.
pub fn split_by_weights(total: Money, weights: &[u32]) -> Result<Vec<Money>, SplitError> {
    let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if sum == 0 {
        return Err(SplitError::NoParts);
    }
    let minor = i128::from(total.minor());
    let mut shares: Vec<i128> = Vec::with_capacity(weights.len());
    let mut remainders: Vec<(i128, usize)> = Vec::with_capacity(weights.len());
    for (index, weight) in weights.iter().enumerate() {
        let product = minor * i128::from(*weight);
        shares.push(product / sum);
        remainders.push(((product % sum).abs(), index));
    }
    let left = minor - shares.iter().sum::<i128>();
    remainders.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let unit = left.signum();
    // Fewer units are left over than there are parts with a remainder.
    for (_, index) in remainders
        .iter()
        .take(usize::try_from(left.abs()).unwrap_or(usize::MAX))
    {
        if let Some(share) = shares.get_mut(*index) {
            *share += unit;
        }
    }
    Ok(shares
        .into_iter()
        // No share is larger than the whole, which fits.
        .map(|share| Money::from_minor(i64::try_from(share).unwrap_or(total.minor()), total.currency()))
        .collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Currency;

    fn minors(parts: &[Money]) -> Vec<i64> {
        parts.iter().map(|part| part.minor()).collect()
    }

    #[test]
    fn the_first_parts_get_the_odd_units() {
        let split = split_evenly(Money::from_minor(100, Currency::USD), 3).unwrap();
        assert_eq!(minors(&split), [34, 33, 33]);
        let split = split_evenly(Money::from_minor(-100, Currency::USD), 3).unwrap();
        assert_eq!(minors(&split), [-34, -33, -33]);
    }

    #[test]
    fn a_weight_of_zero_gets_nothing() {
        let split = split_by_weights(Money::from_minor(101, Currency::USD), &[1, 0, 1]).unwrap();
        assert_eq!(minors(&split), [51, 0, 50]);
    }

    #[test]
    fn nobody_is_an_error() {
        assert_eq!(
            split_evenly(Money::from_minor(1, Currency::USD), 0),
            Err(SplitError::NoParts)
        );
        assert_eq!(
            split_by_weights(Money::from_minor(1, Currency::USD), &[0]),
            Err(SplitError::NoParts)
        );
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_whole(minor: i64, weights in prop::collection::vec(any::<u32>(), 1..50)) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let parts = split_by_weights(Money::from_minor(minor, Currency::USD), &weights).unwrap();
            let sum: i128 = parts.iter().map(|part| i128::from(part.minor())).sum();
            prop_assert_eq!(sum, i128::from(minor));
        }

        #[test]
        fn no_share_is_a_unit_away_from_the_exact_one(minor in -1_000_000i64..1_000_000, weights in prop::collection::vec(0u32..1000, 1..20)) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
            let parts = split_by_weights(Money::from_minor(minor, Currency::USD), &weights).unwrap();
            for (part, weight) in parts.iter().zip(&weights) {
                let off = i128::from(part.minor()) * sum - i128::from(minor) * i128::from(*weight);
                prop_assert!(off.abs() < sum);
            }
        }
    }
}
