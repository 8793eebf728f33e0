//! Notifications and their templates.
