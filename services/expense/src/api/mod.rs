//! gRPC handlers.

mod category;
mod expense;
mod internal;
mod repeated;
mod wire;

pub use category::Categories;
pub use expense::Expenses;
