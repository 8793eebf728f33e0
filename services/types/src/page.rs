//! Page sizes.

/// How many rows a page holds at most: 1 to 500.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageSize(u16);

impl PageSize {
    /// What a request that does not say gets.
    pub const DEFAULT: Self = Self(50);
    /// The most that any request gets.
    pub const MAX: Self = Self(500);

    /// From a request's field: 0 is the default, more than the most is the most.
    ///
    /// # Errors
    /// When the number is negative (AIP-158).
    pub fn parse(requested: i32) -> Result<Self, &'static str> {
        match requested {
            ..0 => Err("must not be negative"),
            0 => Ok(Self::DEFAULT),
            1..=500 => Ok(Self(u16::try_from(requested).unwrap_or(500))),
            501.. => Ok(Self::MAX),
        }
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(self) -> usize {
        usize::from(self.0)
    }

    /// One row more than the page holds, as an SQL limit: the extra row tells whether there is a next page.
    #[must_use]
    pub fn limit_with_lookahead(self) -> i64 {
        i64::from(self.0) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::PageSize;

    #[test]
    fn sizes_are_coerced_and_negatives_refused() {
        assert_eq!(PageSize::parse(0).map(PageSize::rows), Ok(50));
        assert_eq!(PageSize::parse(7).map(PageSize::rows), Ok(7));
        assert_eq!(PageSize::parse(9_999).map(PageSize::rows), Ok(500));
        assert!(PageSize::parse(-1).is_err());
    }
}
