//! The engine's settings.

use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, Strategy,
    WasmFeatures,
};

use crate::limits::Allocation;
use crate::precheck::MAX_MEMORIES;
use crate::{HostError, Limits};

/// Memory that a slot keeps between instances, where the kernel tells which pages a call wrote to: those are written
/// back, and most calls neither fault a page in nor give one back.
const KEEP_RESIDENT: usize = 1 << 20;
/// The same where the kernel (before Linux 6.7) does not tell: all of it is written back after each call.
const KEEP_RESIDENT_BLINDLY: usize = 128 << 10;

pub(crate) fn new(limits: &Limits) -> Result<Engine, HostError> {
    let mut config = Config::new();
    determinism(&mut config);
    bounds(&mut config, limits);
    config
        .strategy(Strategy::Cranelift)
        .cranelift_opt_level(OptLevel::Speed);
    // Calls are synchronous; without the bookkeeping for concurrent ones they cost less than half.
    config.concurrency_support(false);
    // An upload must not occupy every core.
    config.parallel_compilation(false);
    config.generate_address_map(false);
    config.wasm_backtrace_max_frames(None);
    config.allocation_strategy(match limits.allocation {
        Allocation::Pooled => InstanceAllocationStrategy::Pooling(pool(limits)),
        Allocation::OnDemand => InstanceAllocationStrategy::OnDemand,
    });
    Engine::new(&config).map_err(|error| HostError::Engine(format!("{error:#}")))
}

fn determinism(config: &mut Config) {
    config.cranelift_nan_canonicalization(true);
    config.wasm_relaxed_simd(false);
    config.wasm_features(WasmFeatures::THREADS, false);
    config.consume_fuel(true);
}

fn bounds(config: &mut Config, limits: &Limits) {
    config.epoch_interruption(true);
    config.max_wasm_stack(limits.stack_bytes);
    // Memory never moves: it lies in a slot of the pool, which is as large as it may grow.
    config.memory_may_move(false);
    // What no supported language needs is not there to be attacked.
    config.wasm_memory64(false);
    config.wasm_multi_memory(false);
    config.wasm_custom_page_sizes(false);
    config.wasm_wide_arithmetic(false);
}

fn pool(limits: &Limits) -> PoolingAllocationConfig {
    let calls = limits.concurrent_calls;
    let keep = if PoolingAllocationConfig::is_pagemap_scan_available() {
        KEEP_RESIDENT
    } else {
        KEEP_RESIDENT_BLINDLY
    };
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls)
        .total_core_instances(calls.saturating_mul(limits.core_modules))
        .total_memories(calls.saturating_mul(MAX_MEMORIES))
        .total_tables(calls.saturating_mul(limits.tables))
        .max_core_instances_per_component(limits.core_modules)
        .max_memories_per_component(MAX_MEMORIES)
        .max_tables_per_component(limits.tables)
        .max_memory_size(limits.memory_bytes)
        .table_elements(limits.table_elements)
        .linear_memory_keep_resident(keep)
        .table_keep_resident(keep)
        .pagemap_scan(Enabled::Auto);
    pool
}
