//! The sandbox: runs rule components under fuel, memory, time and output limits.
