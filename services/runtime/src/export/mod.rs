//! What a service hands out of a user's data when the user asks for a copy: the rows of the tables that it declares,
//! with sealed columns opened and secrets left out, as JSON or CSV.

mod file;
mod rows;
mod server;

pub(crate) use server::Server;
