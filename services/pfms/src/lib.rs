//! The one program of PFMS, as a library so that it can be tested: its commands, the progress they show,
//! and the servers that a local mesh stands on.

pub mod commands;
pub mod demo;
pub mod edge;
pub mod infra;
pub mod mail;
pub mod mesh;
pub mod progress;
pub mod services;
