//! RabbitMQ runs short of memory: it then stops reading from whoever publishes. Apart from other tests, because it is
//! all of theirs.
#![allow(clippy::disallowed_types, reason = "tests start programs")]
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::process::Stdio;
use std::time::Duration;

use pfms_types::UserId;
use support::effects::{CONSUMER, Effects, Fault, event};
use support::within;
use tokio::process::Command;

/// RabbitMQ's share of the memory, above which it takes no messages.
const USUAL: &str = "0.4";
const NONE: &str = "0.000001";
const PATIENCE: Duration = Duration::from_mins(1);

async fn rabbitmqctl(arguments: &[&str]) -> String {
    let program = std::env::var("RABBITMQCTL").expect("`pfms with-servers` says how RabbitMQ is controlled");
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_delivered_is_handled_while_the_broker_takes_nothing_and_the_rest_arrives_later() {
    let effects = Effects::start(None).await;
    let user_id = UserId::generate();
    effects.fail("held", &[Fault::Away; 1_000]);
    effects
        .publish(&[event(user_id, "held"), event(user_id, "behind")])
        .await;
    within(PATIENCE, "the first is tried", || async {
        (effects.tries("held") > 0).then_some(())
    })
    .await;

    rabbitmqctl(&["set_vm_memory_high_watermark", NONE]).await;
    effects.publish(&[event(user_id, "meanwhile")]).await;
    within(PATIENCE, "the publisher is blocked", || async {
        let states = rabbitmqctl(&["list_connections", "--quiet", "state"]).await;
        states.contains("blocked").then_some(())
    })
    .await;
    effects.fail("held", &[]);
    assert_eq!(effects.of(user_id, 2).await, ["held", "behind"]);
    // Also acknowledged, which makes room.
    within(PATIENCE, "the queue is empty", || async {
        let queues = rabbitmqctl(&["list_queues", "--quiet", "name", "messages"]).await;
        let held = queues.lines().find_map(|line| {
            let (name, messages) = line.split_once('\t')?;
            name.ends_with(CONSUMER).then(|| messages.to_owned())
        });
        (held.unwrap() == "0").then_some(())
    })
    .await;
    assert_eq!(effects.waiting().await, 1);

    rabbitmqctl(&["set_vm_memory_high_watermark", USUAL]).await;
    assert_eq!(effects.of(user_id, 3).await, ["held", "behind", "meanwhile"]);
    effects.stop().await;
}
