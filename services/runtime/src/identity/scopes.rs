//! What a token of limited scope may do.

use std::collections::BTreeSet;
use std::fmt;

/// A set of scopes, each "<domain>:read" or "<domain>:write". Neither implies the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<String>);

/// A scope that opens no method.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:.100} is not a scope; there are: {known}", known = pfms_proto::method::scopes().collect::<Vec<_>>().join(", "))]
pub struct UnknownScope(String);

impl Scopes {
    /// Scopes that are asked for.
    ///
    /// # Errors
    /// Names the first one that opens no method.
    pub fn parse<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, UnknownScope> {
        names
            .into_iter()
            .map(|name| {
                pfms_proto::method::scopes()
                    .find(|known| *known == name)
                    .map(str::to_owned)
                    .ok_or_else(|| UnknownScope(name.to_owned()))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The scopes of a token's claim. One that has gone out of use opens nothing and harms nothing.
    #[must_use]
    pub fn claimed(claim: &str) -> Self {
        Self(claim.split_ascii_whitespace().map(str::to_owned).collect())
    }

    /// Whether a scope is among them.
    #[must_use]
    pub fn contain(&self, scope: &str) -> bool {
        self.0.contains(scope)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each scope, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// As in a token's claim.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { " " };
            write!(f, "{separator}{scope}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_scopes_that_open_something_can_be_asked_for() {
        let good = Scopes::parse(["expense:write", "expense:read", "expense:read"]).unwrap();
        assert_eq!(good.to_string(), "expense:read expense:write");
        for wrong in [
            "",
            "expense",
            "expense:*",
            "auth:write",
            "Expense:read",
            "expense:read ",
        ] {
            assert!(Scopes::parse(["expense:read", wrong]).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn an_empty_claim_opens_nothing() {
        assert!(Scopes::claimed("").is_empty());
        assert!(!Scopes::claimed("").contain(""));
    }

    proptest! {
        #[test]
        fn a_claim_holds_exactly_what_was_granted(picks in proptest::collection::vec(any::<prop::sample::Index>(), 0..6)) {
            let known: Vec<_> = pfms_proto::method::scopes().collect();
            let picked: Vec<_> = picks.iter().map(|pick| *pick.get(&known)).collect();
            let claimed = Scopes::claimed(&Scopes::parse(picked.clone()).unwrap().to_string());
            for scope in known {
                prop_assert_eq!(claimed.contain(scope), picked.contains(&scope));
            }
        }
    }
}
