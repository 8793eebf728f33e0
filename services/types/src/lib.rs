//! The value types that every service shares: money, currencies, ids, page sizes. No I/O, no clock.

mod currency;
mod id;
mod money;
mod page;
mod split;

pub use currency::{Currency, UnknownCurrency};
pub use id::{Id, InvalidId, UserId};
pub use money::{Money, MoneyError};
pub use page::PageSize;
pub use split::{SplitError, split_by_weights, split_evenly};
