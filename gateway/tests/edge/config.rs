//! The rendered configuration.

use std::process::Command;

use pfms_gateway::config::ConfigError;

use crate::rig::{config, envoy};

#[test]
fn envoy_accepts_what_is_rendered() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path(), "127.0.0.1:1".parse().unwrap());
    for (origins, public) in [
        (vec![], 0),
        (
            vec!["https://a.example".into(), "http://localhost:5173".into()],
            10,
        ),
    ] {
        config.allowed_origins = origins;
        config.limits.public_per_minute = public;
        let path = folder.path().join("envoy.yaml");
        config.write(&path).unwrap();
        let output = Command::new(envoy())
            .args(["--mode", "validate", "-c"])
            .arg(&path)
            .output()
            .unwrap();
        let log = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{log}");
        assert!(!log.contains("[warning]"), "{log}");
    }
}

#[test]
fn what_cannot_work_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let good = config(folder.path(), "127.0.0.1:1".parse().unwrap());
    let mut without = good.clone();
    without.services.retain(|service| service.name != "expense");
    let error = without.render().unwrap_err();
    assert!(
        matches!(&error, ConfigError::MissingUpstream(name) if name == "expense"),
        "{error}"
    );
    for origin in [
        "*",
        "app.example.com",
        "https://app.example.com/",
        "https://a b",
        "null",
        "",
    ] {
        let mut wrong = good.clone();
        wrong.allowed_origins = vec![origin.into()];
        assert!(
            matches!(wrong.render().unwrap_err(), ConfigError::Origin(_)),
            "{origin}"
        );
    }
}
