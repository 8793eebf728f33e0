//! What rules are made of: when they come due, and where webhooks lead.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pfms_automation::schedule::{Cron, Schedule};
use pfms_automation::webhook::Allowed;
use pfms_automation::webhook::address::is_public;
use pfms_runtime::settings::Webhooks;
use url::{Host, Url};

use crate::text;

/// Five fields. Whatever is accepted comes due later, on a whole minute.
pub fn cron(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let Ok(cron) = Cron::parse(text) else { return };
    let schedule = Schedule::Cron(Box::new(cron));
    let zone = TimeZone::get("Australia/Lord_Howe").expect("the zone is known");
    let mut at = Timestamp::from_second(1_759_500_000).expect("a moment");
    for _ in 0..8 {
        let next = schedule.next(at, &zone).expect("it comes due again");
        assert!(next > at, "{text}");
        assert_eq!(next.as_second().rem_euclid(60), 0, "{text}");
        at = next;
    }
}

/// Schedules that are accepted.
pub fn cron_seeds() -> Vec<Vec<u8>> {
    [
        "0 8 * * MON-FRI",
        "*/15 0-6,12 1,15 JAN-MAR *",
        "0 0 L * *",
        "30 2 15W * FRI#2",
        "0 0 29 2 FRI#L",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}

/// Where a webhook leads. Whatever is accepted is https to a host that may be public, on an allowed port.
pub fn webhook_url(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let Ok(target) = Allowed::new(&Webhooks::default()).parse(text) else {
        return;
    };
    let url = Url::parse(target.as_str()).expect("what is accepted is a URL");
    assert_eq!(url.scheme(), "https", "{text}");
    assert!(matches!(url.port_or_known_default(), Some(443 | 8443)), "{text}");
    assert!(url.username().is_empty() && url.password().is_none(), "{text}");
    match url.host().expect("it has a host") {
        Host::Domain(name) => assert!(name.contains('.'), "{text}"),
        Host::Ipv4(address) => assert!(is_public(address.into()), "{text}"),
        Host::Ipv6(address) => assert!(is_public(address.into()), "{text}"),
    }
}

/// Addresses that are accepted.
pub fn webhook_url_seeds() -> Vec<Vec<u8>> {
    [
        "https://hooks.example.com/a?b=c",
        "https://8.8.8.8:8443/",
        "https://[2606:4700::1111]/x",
        "https://münchen.example",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}
