//! SQL, and nothing else.

pub mod category;
pub mod create;
pub mod expense;
pub mod facts;
pub mod list;
mod row;
