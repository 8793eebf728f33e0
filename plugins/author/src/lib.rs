//! What authors of rules work with.
//!
//! [`project`] makes a project that builds as it is, [`build`] makes its component, [`case`] reads its cases,
//! [`run`] runs them in the sandbox with the limits of a server, [`inspect`] shows what a server would see,
//! [`sign`] tells who published a component, and [`contract`] writes the reference and the types that derive from `plugins/wit`. Nothing here needs a server.

mod answer;
pub mod build;
pub mod case;
pub mod contract;
pub mod inspect;
pub mod project;
pub mod run;
pub mod sign;
