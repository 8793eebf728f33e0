//! Money, currencies, typed ids, dates and page sizes; no I/O.
