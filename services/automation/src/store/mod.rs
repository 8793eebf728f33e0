//! SQL, and nothing else.

pub mod executions;
pub mod groups;
pub mod index;
pub mod modules;
pub mod people;
pub mod quotas;
pub mod rules;
pub mod webhooks;
