//! gRPC handlers.

mod category;
mod expense;
mod internal;
mod wire;

pub use category::Categories;
pub use expense::Expenses;
