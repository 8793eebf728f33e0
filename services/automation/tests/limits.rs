//! Limits that the operator sets are those under which components run.
#![allow(clippy::unwrap_used)]

mod support;

use pfms_proto::automation::v1 as wire;
use pfms_proto::automation::v1::ExecutionStatus;
use pfms_runtime::settings::Limits;
use pfms_runtime::testing::reason;
use pfms_types::UserId;
use serde_json::json;
use support::components::{component, habit_counter};
use support::{Mesh, expense};
use tonic::Code;

/// One that uses about a million units of fuel.
fn burning() -> Vec<u8> {
    component(
        "(call $burn) (global.get $empty)",
        "(func $burn (local $left i32)
            (local.set $left (i32.const 200000))
            (loop $again (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))",
    )
}

/// One that comes to have 19 MiB of memory.
fn growing() -> Vec<u8> {
    component("(drop (memory.grow (i32.const 100))) (global.get $empty)", "")
}

/// What becomes of a rule that a component decides.
async fn executed(mesh: &Mesh, component: &[u8]) -> wire::Execution {
    let user = UserId::generate();
    let module = mesh.upload(user, component).await.unwrap();
    let rule = json!({"component": {"moduleId": module.id}});
    mesh.create_rule(user, rule).await.unwrap();
    mesh.publish(user, &expense()).await;
    let listed = mesh.executions(user, 1).await.remove(0);
    mesh.execution(user, &listed.id).await
}

#[tokio::test]
async fn a_rule_fails_at_the_operators_limit() {
    let mesh = Mesh::start_with(|settings| {
        let native = "fuel=300000,memory-bytes=16777216,module-bytes=50000";
        settings.sandbox.native_limits = Limits::parse(native).unwrap();
        settings.sandbox.heavy_limits = Limits::parse("module-bytes=50000").unwrap();
    })
    .await;
    let burnt = executed(&mesh, &burning()).await;
    assert_eq!(
        (burnt.status(), burnt.error_reason.as_str(), burnt.fuel),
        (ExecutionStatus::Failed, "FUEL_EXHAUSTED", 300_000)
    );
    let limits = burnt.limits.unwrap();
    assert_eq!((limits.fuel, limits.memory_bytes), (300_000, 16 << 20));
    let grown = executed(&mesh, &growing()).await;
    assert_eq!(
        (grown.status(), grown.error_reason.as_str()),
        (ExecutionStatus::Failed, "MEMORY_LIMIT")
    );
    let large = mesh
        .upload(UserId::generate(), habit_counter())
        .await
        .unwrap_err();
    assert_eq!(
        (large.code(), reason(&large).as_str()),
        (Code::ResourceExhausted, "MODULE_TOO_LARGE")
    );
    assert!(large.message().contains("50000 bytes"), "{}", large.message());
    mesh.harness.stop().await;
}

#[tokio::test]
async fn the_same_rules_are_within_the_limits_that_there_are_at_first() {
    let mesh = Mesh::start().await;
    for component in [burning(), growing()] {
        let execution = executed(&mesh, &component).await;
        assert_eq!(execution.status(), ExecutionStatus::NoAction, "{execution:?}");
    }
    mesh.upload(UserId::generate(), habit_counter()).await.unwrap();
    mesh.harness.stop().await;
}
