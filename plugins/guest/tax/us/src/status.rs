//! Filing statuses, and the figures that differ by them.

use pfms_tax::{Node, Year};

/// Filing status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Single.
    Single,
    /// Married, one return for both.
    Joint,
    /// Married, a return for each.
    Separate,
    /// Unmarried, with a household for a dependant.
    Head,
    /// Widowed in one of the two years before, with a dependent child.
    Survivor,
}

/// A figure that differs by filing status: single, joint, separate, head of household, surviving spouse.
pub(crate) struct ByStatus<T: 'static>(pub(crate) [&'static Node<T>; 5]);

impl<T: Copy + Default> ByStatus<T> {
    /// The figure of a status.
    pub(crate) fn node(&self, status: Status) -> &'static Node<T> {
        let [single, joint, separate, head, survivor] = self.0;
        match status {
            Status::Single => single,
            Status::Joint => joint,
            Status::Separate => separate,
            Status::Head => head,
            Status::Survivor => survivor,
        }
    }

    /// Its value in a year.
    pub(crate) fn at(&self, status: Status, year: Year) -> T {
        self.node(status).at(year)
    }
}
