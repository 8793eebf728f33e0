//! Components of ill will: each is refused or fails visibly, and nobody else notices.

use std::time::Duration;

use pfms_tests::client::id_of;
use pfms_tests::component::{describing, evaluating, evaluating_with, of_text, returning};
use pfms_tests::{Mesh, within};
use serde_json::{Value, json};

/// From the commit of an expense to its notification, for another user.
const PROMPT: Duration = Duration::from_secs(2);
const EFFECT: Duration = Duration::from_secs(30);

#[tokio::test]
async fn what_cannot_be_a_rule_is_refused_with_the_limit_it_breaks() {
    let person = Mesh::shared().person().await;
    let wasi =
        r#"(component (import "wasi:cli/stdout@0.2.0" (instance (export "get" (func (result u32))))))"#;
    let long = format!("(component (core module (func {})))", "nop ".repeat(1_100_000));
    let cases = [
        ("nothing", Vec::new(), "NOT_WASM", "WebAssembly"),
        ("text", b"hello, world".to_vec(), "NOT_WASM", "WebAssembly"),
        (
            "a core module",
            of_text("(module)"),
            "NOT_A_COMPONENT",
            "component",
        ),
        (
            "a WASI import",
            of_text(wasi),
            "FORBIDDEN_IMPORT",
            "wasi:cli/stdout@0.2.0",
        ),
        (
            "another world",
            of_text("(component)"),
            "WRONG_WORLD",
            "pfms:rules/automation@1.0.0",
        ),
        ("a long function", of_text(&long), "COMPILE_LIMIT", "at most"),
        (
            "an endless description",
            describing("(call $spin) unreachable"),
            "FUEL_EXHAUSTED",
            "fuel",
        ),
        ("a crash", describing("unreachable"), "TRAPPED", "crashed"),
    ];
    for (what, bytes, reason, word) in cases {
        let answer = person.upload(bytes).await;
        assert_eq!(answer.status, 400, "{what}: {}", answer.text);
        let refusal = answer.error();
        // On a busy machine the clock may stop a loop before its fuel does.
        let stopped = [reason, "DEADLINE_EXCEEDED"].contains(&refusal.reason());
        assert!(stopped, "{what}: {refusal:?}");
        assert!(
            refusal.reason() != reason || refusal.message().contains(word),
            "{what}: {refusal:?}"
        );
    }
    let whole = evaluating("global.get $empty");
    let cut = person.upload(whole[..whole.len() / 2].to_vec()).await;
    let _ = cut.refused(400, "MALFORMED_COMPONENT");
    assert_eq!(person.holdings().await[3], 0);
}

#[tokio::test]
async fn what_is_larger_than_its_tier_allows_is_refused_by_its_size() {
    let person = Mesh::shared().person().await;
    for (tier, size, limit) in [
        ("MODULE_TIER_NATIVE", 50_000_000, "2097152"),
        ("MODULE_TIER_HEAVY", 70_000_000, "67108864"),
    ] {
        let mut bytes = vec![0; size];
        bytes[..8].copy_from_slice(b"\0asm\x0d\0\x01\0");
        let request = person.request("POST", &format!("/api/v1/automation/modules?tier={tier}"));
        let request = request.header("content-type", "application/wasm").body(bytes);
        let refusal = person.send(request).await.error();
        assert_eq!(refusal.reason(), "MODULE_TOO_LARGE");
        assert!(refusal.message().contains(limit), "{refusal:?}");
    }
    assert_eq!(person.holdings().await[3], 0);
}

#[tokio::test]
async fn what_fails_when_it_runs_says_why_and_keeps_nobody_waiting() {
    let mesh = Mesh::shared();
    let (villain, neighbour) = (mesh.person().await, mesh.person().await);
    let _ = neighbour.watch_expenses().await;
    let recursion = "(func $deep (param i32) (result i32)
        (i32.add (i32.const 1) (call $deep (i32.add (i32.const 1) (local.get 0)))))";
    let grow = "(loop $again (drop (memory.grow (i32.const 16))) (br $again)) unreachable";
    let cases = [
        ("FUEL_EXHAUSTED", evaluating("(call $spin) unreachable")),
        ("MEMORY_LIMIT", evaluating(grow)),
        (
            "STACK_OVERFLOW",
            evaluating_with("(call $deep (i32.const 0))", recursion),
        ),
        ("TRAPPED", evaluating("unreachable")),
        ("OUTPUT_LIMIT", returning(10_000_000)),
    ];
    let mut rules = Vec::new();
    for (reason, bytes) in cases {
        let module = villain.upload(bytes).await.ok();
        let rule = json!({
            "name": reason,
            "trigger": {"event": "expense.created"},
            "component": {"moduleId": module["id"]},
        });
        rules.push((reason, villain.create("/api/v1/automation/rules", &rule).await));
    }

    for round in 0..5 {
        let _ = villain.spend("hostile").await;
        let title = format!("peace {round}");
        let spent = neighbour.spend(&title).await;
        let took = between(&spent, &neighbour.notified(&title).await);
        assert!(took < PROMPT, "the neighbour waited for {took:?}");
    }

    for (reason, rule) in &rules {
        let path = format!("/api/v1/automation/executions?ruleId={rule}");
        let executions = within(EFFECT, &format!("5 executions of {reason}"), || async {
            let list = villain.try_get(&path).await?.ok();
            list["executions"]
                .as_array()
                .filter(|list| list.len() == 5)
                .cloned()
        })
        .await;
        for execution in executions {
            assert_eq!(execution["status"], "EXECUTION_STATUS_FAILED", "{execution}");
            let stopped =
                [*reason, "DEADLINE_EXCEEDED"].contains(&execution["errorReason"].as_str().unwrap());
            assert!(stopped, "{reason}: {execution}");
            assert_eq!(execution["actionCount"], 0, "{execution}");
            assert!(
                !execution["errorMessage"].as_str().unwrap().is_empty(),
                "{execution}"
            );
        }
    }
    assert_eq!(villain.titles().await, Vec::<String>::new());

    // The villain's own good rules work too.
    let good = villain.watch_expenses().await;
    let spent = villain.spend("honest").await;
    let told = villain.notified("honest").await;
    assert_eq!(
        (&told["data"]["expenseId"], &told["data"]["ruleId"]),
        (&json!(id_of(&spent)), &json!(good))
    );
}

fn between(spent: &Value, told: &Value) -> Duration {
    let at = |value: &Value| -> jiff::Timestamp { value["createTime"].as_str().unwrap().parse().unwrap() };
    at(told).duration_since(at(spent)).unsigned_abs()
}
