//! Profiles and financial preferences.
