//! Taxes, calculated by countries' components and explained.
