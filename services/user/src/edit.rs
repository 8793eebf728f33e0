//! What an update does to one field.

/// What an update does to one field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edit<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It takes this value.
    Set(T),
}

impl<T> Edit<T> {
    /// The field after the update.
    #[must_use]
    pub fn apply(self, to: T) -> T {
        match self {
            Self::Keep => to,
            Self::Set(value) => value,
        }
    }
}

impl<T> From<Option<T>> for Edit<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Keep, Self::Set)
    }
}
