//! Accounts, credentials, sessions and tokens.
