//! Modules over gRPC: what is stored, and what is refused with which reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use pfms_proto::automation::v1 as wire;
use pfms_runtime::settings::Limits;
use pfms_runtime::testing::{eventually, invalid_fields, reason};
use pfms_types::UserId;
use serde_json::json;
use support::Mesh;
use support::components::{component, habit_counter};
use tonic::Code;

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

#[tokio::test]
async fn a_module_describes_itself_and_the_same_bytes_are_the_same_module() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let module = mesh.upload(user, habit_counter()).await.unwrap();
    assert_eq!(module.name, "habit-counter");
    assert_eq!(module.world, "pfms:rules/automation-rule@1.0.0");
    assert_eq!(module.triggers, ["expense.created"]);
    assert_eq!(module.facts, ["recent-expenses"]);
    assert_eq!(usize::try_from(module.size_bytes).unwrap(), habit_counter().len());
    assert_eq!(module.hash.len(), 64);
    assert_eq!(module.tier(), wire::ModuleTier::Native);
    assert!(!module.summary.is_empty());
    assert_eq!(module.publisher_key, "");
    assert_eq!(mesh.upload(user, habit_counter()).await.unwrap(), module);

    // Another user's module is another one.
    let other = mesh.upload(UserId::generate(), habit_counter()).await.unwrap();
    assert_ne!(other.id, module.id);
    assert_eq!(other.hash, module.hash);

    let list = mesh
        .modules(user)
        .list_modules(wire::ListModulesRequest::default())
        .await
        .unwrap();
    assert_eq!(list.into_inner().modules, [module]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn what_is_no_module_is_refused_with_a_reason() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let wasi = wat::parse_str(
        r#"(component (import "wasi:cli/stdout@0.2.0" (instance (export "get" (func (result u32))))))"#,
    )
    .unwrap();
    let whole = habit_counter();
    let spinning = component(
        "global.get $empty",
        "(func $spin (loop $again (br $again))) (start $spin)",
    );
    let cases = [
        (b"hello, world".to_vec(), "NOT_WASM"),
        (Vec::new(), "NOT_WASM"),
        (whole[..whole.len() / 2].to_vec(), "MALFORMED_COMPONENT"),
        (wasi, "FORBIDDEN_IMPORT"),
        (wat::parse_str("(module)").unwrap(), "NOT_A_COMPONENT"),
        (spinning, "FUEL_EXHAUSTED"),
    ];
    for (bytes, expected) in cases {
        let status = mesh.upload(user, &bytes).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{expected}: {status}");
        assert_eq!(reason(&status), expected, "{status}");
    }
    let list = mesh
        .modules(user)
        .list_modules(wire::ListModulesRequest::default())
        .await
        .unwrap();
    assert!(list.into_inner().modules.is_empty());
    mesh.harness.stop().await;
}

#[tokio::test]
async fn fifty_megabytes_are_refused_with_the_limit() {
    let mesh = Mesh::start().await;
    let status = mesh
        .upload(UserId::generate(), &vec![0; 50_000_000])
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert_eq!(reason(&status), "MODULE_TOO_LARGE");
    assert!(status.message().contains("2097152 bytes"), "{}", status.message());
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_module_in_use_cannot_vanish() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let module = mesh.upload(user, habit_counter()).await.unwrap();
    let component =
        json!({"component": {"moduleId": module.id, "config": {"count": 3, "keyword": "coffee"}}});
    let rule = mesh.create_rule(user, component).await.unwrap();
    let delete = async || {
        let request = wire::DeleteModuleRequest {
            id: module.id.clone(),
        };
        mesh.modules(user).delete_module(request).await
    };
    let status = delete().await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    assert_eq!(reason(&status), "MODULE_IN_USE");

    let request = wire::DeleteRuleRequest { id: rule.id };
    mesh.rules(user).delete_rule(request).await.unwrap();
    delete().await.unwrap();
    assert_eq!(reason(&delete().await.unwrap_err()), "MODULE_NOT_FOUND");
    mesh.harness.stop().await;
}

#[tokio::test]
async fn another_users_module_does_not_exist() {
    let mesh = Mesh::start().await;
    let (owner, other) = (UserId::generate(), UserId::generate());
    let module = mesh.upload(owner, habit_counter()).await.unwrap();
    let id = module.id.clone();
    let mut modules = mesh.modules(other);
    let read = modules
        .get_module(wire::GetModuleRequest { id: id.clone() })
        .await;
    assert_eq!(reason(&read.unwrap_err()), "MODULE_NOT_FOUND");
    let deleted = modules
        .delete_module(wire::DeleteModuleRequest { id: id.clone() })
        .await;
    assert_eq!(reason(&deleted.unwrap_err()), "MODULE_NOT_FOUND");
    let rule = json!({"component": {"moduleId": id}});
    let status = mesh.create_rule(other, rule).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["component.moduleId"]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_module_that_an_action_runs_cannot_vanish_either() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let module = mesh.upload(user, habit_counter()).await.unwrap();
    let run = json!([{"run": {"moduleId": module.id, "config": {"count": 3, "keyword": "coffee"}}}]);
    let rule = mesh.create_rule(user, json!({"actions": run})).await.unwrap();
    let request = wire::DeleteModuleRequest { id: module.id };
    let deleted = mesh.modules(user).delete_module(request.clone()).await;
    assert_eq!(reason(&deleted.unwrap_err()), "MODULE_IN_USE");
    let change = wire::UpdateRuleRequest {
        id: rule.id,
        rule: Some(support::rule_of(&json!({"actions": [{"notify": {}}]}))),
        update_mask: None,
    };
    mesh.rules(user).update_rule(change).await.unwrap();
    mesh.modules(user).delete_module(request).await.unwrap();
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_module_runs_under_the_tier_that_its_author_asks_for() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let upload = async |tier: i32| {
        let mut pieces = support::pieces(habit_counter());
        pieces[0].tier = tier;
        let request = tonic::Request::new(tokio_stream::iter(pieces));
        mesh.modules(user).create_module(request).await
    };
    assert_eq!(invalid_fields(&upload(7).await.unwrap_err()), ["tier"]);
    let module = upload(wire::ModuleTier::Heavy.into()).await.unwrap().into_inner();
    assert_eq!(module.tier(), wire::ModuleTier::Heavy);
    let component = json!({"moduleId": module.id, "config": {"keyword": "coffee", "count": 3}});
    mesh.create_rule(user, json!({"component": component}))
        .await
        .unwrap();
    mesh.publish(user, &support::expense()).await;
    let execution = &mesh.executions(user, 1).await[0];
    let limits = mesh.execution(user, &execution.id).await.limits.unwrap();
    assert_eq!(limits.fuel, 2_000_000_000);
    // What is no component is none of a large one either: it is not read to its end.
    let huge = mesh.upload(user, &vec![0; 3 << 20]).await.unwrap_err();
    assert_eq!(reason(&huge), "MODULE_TOO_LARGE");
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_signature_is_held_against_the_bytes_and_kept() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let upload = async |signature: String| {
        let mut pieces = support::pieces(habit_counter());
        pieces[0].publisher_key = hex(pair.public_key().as_ref());
        pieces[0].signature = signature;
        let request = tonic::Request::new(tokio_stream::iter(pieces));
        mesh.modules(user).create_module(request).await
    };
    let unsigned = mesh.upload(user, habit_counter()).await.unwrap();
    assert_eq!(unsigned.signature, "");
    let forged = upload(hex(pair.sign(b"something else").as_ref())).await;
    assert_eq!(invalid_fields(&forged.unwrap_err()), ["signature"]);
    // It may come later than the bytes.
    let signature = hex(pair.sign(habit_counter()).as_ref());
    let module = upload(signature.clone()).await.unwrap().into_inner();
    assert_eq!(module.id, unsigned.id);
    assert_eq!(module.signature, signature);
    assert_eq!(module.publisher_key, hex(pair.public_key().as_ref()));
    let request = wire::GetModuleRequest {
        id: module.id.clone(),
    };
    let kept = mesh.modules(user).get_module(request).await.unwrap();
    assert_eq!(kept.into_inner(), module);
    // Who sends the bytes alone takes it from nobody.
    assert_eq!(mesh.upload(user, habit_counter()).await.unwrap(), module);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn who_sends_what_takes_long_is_asked_to_come_again_and_finds_it_ready() {
    let mesh = Mesh::start_with(|settings| {
        settings.deadline_seconds = 2;
        let unhurried = "fuel=1000000000000,deadline-ms=600000";
        settings.sandbox.native_limits = Limits::parse(unhurried).unwrap();
    })
    .await;
    let user = UserId::generate();
    // Starting it takes seconds, however fast the machine is.
    let slow = component(
        "global.get $empty",
        "(func $spin (local $left i64)
            (local.set $left (i64.const 6000000000))
            (loop $again (br_if $again
                (i64.ne (i64.const 0) (local.tee $left (i64.sub (local.get $left) (i64.const 1)))))))
         (start $spin)",
    );
    let status = mesh.upload(user, &slow).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::Unavailable, "MODULE_COMPILING"),
        "{status}"
    );
    // Each time waits for more than a second.
    let mut answer = mesh.upload(user, &slow).await;
    for _ in 0..60 {
        let Err(status) = &answer else { break };
        assert_eq!(reason(status), "MODULE_COMPILING", "{status}");
        answer = mesh.upload(user, &slow).await;
    }
    assert_eq!(answer.unwrap().name, "fixture");
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_rule_listens_to_what_its_module_asks_to_see() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let module = mesh.upload(user, habit_counter()).await.unwrap();
    let rule = json!({"trigger": "expense.deleted", "component": {"moduleId": module.id}});
    let status = mesh.create_rule(user, rule).await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["trigger.event"]);
    mesh.harness.stop().await;
}

#[tokio::test]
async fn a_hundred_modules_are_the_most_and_deleting_one_makes_room() {
    let mesh = Mesh::start().await;
    let user = UserId::generate();
    let module = mesh.upload(user, habit_counter()).await.unwrap();
    let database = mesh.harness.database("automation");
    sqlx::query("UPDATE quotas SET modules = 99 WHERE user_id = $1")
        .bind(user.uuid())
        .execute(database.pool())
        .await
        .unwrap();
    // Two that come at once have one place.
    let [one, other] = ["one", "other"].map(|text| {
        component(
            "global.get $empty",
            &format!("(data (i32.const 9000) \"{text}\")"),
        )
    });
    let (first, second) = tokio::join!(mesh.upload(user, &one), mesh.upload(user, &other));
    let (taken, refused) = match (first, second) {
        (Ok(module), Err(status)) => ((module, &other), status),
        (Err(status), Ok(module)) => ((module, &one), status),
        both => panic!("{both:?}"),
    };
    assert_eq!(refused.code(), Code::ResourceExhausted, "{refused}");
    assert_eq!(reason(&refused), "TOO_MANY_MODULES");
    // What is there already is no further one, and other people have a hundred of their own.
    assert_eq!(mesh.upload(user, habit_counter()).await.unwrap(), module);
    let ((taken, bytes), somebody) = (taken, UserId::generate());
    mesh.upload(somebody, bytes).await.unwrap();
    let refused = mesh.upload(user, bytes).await.unwrap_err();
    assert_eq!(reason(&refused), "TOO_MANY_MODULES");
    let request = wire::DeleteModuleRequest { id: taken.id };
    mesh.modules(user).delete_module(request).await.unwrap();
    mesh.upload(user, bytes).await.unwrap();
    mesh.harness.stop().await;
}

/// The files below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[tokio::test]
async fn what_is_uploaded_becomes_a_file_under_its_hash_and_no_name_of_the_users() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("some/where/cache");
    let mesh = Mesh::start_with(|settings| settings.module_cache = Some(cache.clone())).await;
    let user = UserId::generate();
    // It says of itself that it is called "../../x".
    let mut leading = component("global.get $empty", "");
    let name = b"fixture";
    let at = leading.windows(name.len()).position(|part| part == name).unwrap();
    leading[at..at + name.len()].copy_from_slice(b"../../x");
    let status = mesh.upload(user, &leading).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::InvalidArgument, "INVALID_DESCRIPTION"),
        "{status}"
    );
    let module = mesh.upload(user, habit_counter()).await.unwrap();
    let refused = digest(&SHA256, &leading);
    let hashes = [module.hash, hex(refused.as_ref())];
    let found = eventually("the compiled component is kept", || async {
        let mut found = Vec::new();
        files(folder.path(), &mut found);
        let whole = found
            .iter()
            .all(|path| path.extension().is_some_and(|kind| kind == "cwasm"));
        let kept = found
            .iter()
            .any(|path| path.to_string_lossy().contains(&hashes[0]));
        (whole && kept).then_some(found)
    })
    .await;
    for path in found {
        assert!(path.starts_with(&cache), "{}", path.display());
        let (hash, rest) = path
            .file_stem()
            .unwrap()
            .to_str()
            .unwrap()
            .split_once('-')
            .unwrap();
        assert!(hashes.iter().any(|known| known == hash), "{}", path.display());
        assert!(
            rest.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{}",
            path.display()
        );
    }
    mesh.harness.stop().await;
}
