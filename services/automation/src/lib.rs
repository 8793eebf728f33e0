//! Rules, their components and executions.
