//! Expenses and their categories.
