//! The SDK's manifest for a project outside this repository: what it inherits from its workspace is filled in.

use toml::{Table, Value};

/// Fills in everything that says `workspace = true`.
///
/// # Errors
/// When a manifest is not TOML, or the workspace lacks what the package inherits.
pub(super) fn standalone(package: &str, workspace: &str) -> Result<String, String> {
    let mut package: Table = package.parse().map_err(|error| format!("{error}"))?;
    let workspace: Table = workspace.parse().map_err(|error| format!("{error}"))?;
    let of_workspace = |section: &str, name: &str| {
        let value = workspace
            .get("workspace")
            .and_then(|all| all.get(section)?.get(name));
        value
            .cloned()
            .ok_or_else(|| format!("the workspace has no {section}.{name}"))
    };
    if let Some(Value::Table(about)) = package.get_mut("package") {
        for (name, value) in about.iter_mut() {
            if inherits(value) {
                *value = of_workspace("package", name)?;
            }
        }
    }
    let fill = |dependencies: Option<&mut Value>| {
        let Some(Value::Table(dependencies)) = dependencies else {
            return Ok(());
        };
        for (name, value) in dependencies.iter_mut() {
            if inherits(value) {
                *value = of_workspace("dependencies", name)?;
            }
        }
        Ok::<(), String>(())
    };
    for section in ["dependencies", "build-dependencies"] {
        fill(package.get_mut(section))?;
    }
    if let Some(Value::Table(targets)) = package.get_mut("target") {
        for (_, target) in targets.iter_mut() {
            fill(target.get_mut("dependencies"))?;
        }
    }
    // The lints are for who changes the SDK, as are the libraries that only its own tests need.
    package.remove("lints");
    package.remove("dev-dependencies");
    toml::to_string(&package).map_err(|error| error.to_string())
}

fn inherits(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::standalone;

    #[test]
    fn what_is_inherited_is_filled_in() {
        let package = "[package]\nname = \"a\"\nversion.workspace = true\n[lints]\nworkspace = true\n\
                       [dependencies]\nserde.workspace = true\n\
                       [target.'cfg(unix)'.dependencies]\nlibc.workspace = true\n";
        let workspace = "[workspace.package]\nversion = \"1.0.0\"\n[workspace.dependencies]\nlibc = \"0.2\"\n\
                         serde = { version = \"1\", features = [\"derive\"] }\n";
        let table: toml::Table = standalone(package, workspace).unwrap().parse().unwrap();
        assert_eq!(table["package"]["version"].as_str(), Some("1.0.0"));
        assert_eq!(
            table["dependencies"]["serde"]["features"][0].as_str(),
            Some("derive")
        );
        assert_eq!(
            table["target"]["cfg(unix)"]["dependencies"]["libc"].as_str(),
            Some("0.2")
        );
        assert!(table.get("lints").is_none());
    }

    #[test]
    fn what_the_workspace_lacks_is_named() {
        let package = "[package]\nname = \"a\"\n[dependencies]\nserde.workspace = true\n";
        assert_eq!(
            standalone(package, "[workspace]\n").unwrap_err(),
            "the workspace has no dependencies.serde"
        );
    }
}
