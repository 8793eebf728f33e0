//! What only the whole mesh can show: end-to-end, faults, benchmarks.
