//! An erasure ends, whichever process is killed on the way.

use std::time::Duration;

use pfms_tests::{Fleet, Part, Person, within};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_whose_services_are_killed_ends_after_they_are_back() {
    let mut fleet = Fleet::start().await;
    let person = Person::register_as(&fleet.url(), "Zerlinde", "Quastenflosser").await;
    let _ = person.watch_expenses().await;
    let _ = person.spend("before").await;
    let _ = person.notified("before").await;
    let user_id = person.user_id.to_string();
    let texts = [user_id.as_str(), person.email(), "Zerlinde", "Quastenflosser"];

    // Three services cannot answer.
    fleet.kill(Part::Workers);
    let erasure = person.delete_account().await;
    let open = |fleet: &Fleet| fleet.output("erasures", &["privacy", "erasures"]);
    within(Duration::from_mins(1), "the others have answered", || async {
        open(&fleet)
            .contains(r#""missing":["tax","notification","automation"]"#)
            .then_some(())
    })
    .await;
    // The one that collects the answers is gone when they come.
    fleet.kill(Part::Core);
    fleet.restart(Part::Workers).await;
    assert!(open(&fleet).contains(&erasure.to_string()));
    fleet.restart(Part::Core).await;
    let traces = fleet.traces(&texts);
    traces.until_erased(erasure).await;
    traces.until_none().await;
    assert_eq!(open(&fleet), "");
}
