//! Where countries' rules are found: those that came with the mesh, and those that users brought.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pfms_runtime::{Database, Error};
use pfms_types::UserId;
use semver::Version;

use crate::component::parse_hash;
use crate::profile::Said;
use crate::sandbox::{Rules, Sandbox};
use crate::store;

/// Finds rules.
pub struct Desk {
    database: Database,
    sandbox: Arc<Sandbox>,
    first_party: BTreeMap<String, Arc<Rules>>,
}

impl Desk {
    /// Installs the components in a folder. One that is not accepted is left out and told in the log, so that it costs
    /// nobody another country.
    ///
    /// # Errors
    /// When the folder cannot be read, or the sandbox fails.
    pub async fn open(
        database: Database,
        sandbox: Arc<Sandbox>,
        folder: Option<&Path>,
    ) -> Result<Self, Error> {
        let mut first_party: BTreeMap<String, Arc<Rules>> = BTreeMap::new();
        for path in folder.map(components).transpose()?.unwrap_or_default() {
            let content = tokio::fs::read(&path).await.map_err(Error::internal)?;
            match sandbox.load(content).await? {
                Ok(rules) => {
                    let code = rules.country.code().to_owned();
                    let known = first_party.get(&code);
                    if known.is_none_or(|known| version(known) < version(&rules)) {
                        first_party.insert(code, rules);
                    }
                }
                Err(error) => {
                    let path = path.display();
                    tracing::error!(%path, %error, "a country's component is not accepted and left out");
                }
            }
        }
        let countries: Vec<_> = first_party.keys().cloned().collect();
        tracing::info!(?countries, "countries are installed");
        Ok(Self {
            database,
            sandbox,
            first_party,
        })
    }

    /// The countries that came with the mesh, by code.
    pub fn first_party(&self) -> impl Iterator<Item = &Arc<Rules>> {
        self.first_party.values()
    }

    /// The country with this code that came with the mesh.
    ///
    /// # Errors
    /// When there is none.
    pub fn country(&self, code: &str) -> Result<&Arc<Rules>, Error> {
        self.first_party.get(code).ok_or(Error::NotFound("the country"))
    }

    /// The rules that a user's component is.
    ///
    /// # Errors
    /// When the user has no such component, or it is not accepted any more.
    pub async fn own(&self, user_id: UserId, hash: &str) -> Result<Option<Arc<Rules>>, Error> {
        if parse_hash("hash", hash).is_err() {
            return Ok(None);
        }
        let pool = self.database.pool();
        // That it is in memory does not say whose it is.
        if !store::components::has(pool, user_id, hash).await? {
            return Ok(None);
        }
        if let Some(rules) = self.sandbox.loaded(hash) {
            return Ok(Some(rules));
        }
        match store::components::content(pool, user_id, hash).await? {
            Some(content) => self.load(content).await.map(Some),
            None => Ok(None),
        }
    }

    /// The rules by which a person calculates.
    ///
    /// # Errors
    /// `COUNTRY_NOT_INSTALLED` when there are none any more.
    pub async fn of_profile(&self, user_id: UserId, said: &Said) -> Result<Arc<Rules>, Error> {
        let found = match &said.component {
            Some(hash) => self.own(user_id, hash).await?,
            None => self.first_party.get(&said.country).cloned(),
        };
        found.ok_or_else(|| not_installed(&said.country))
    }

    /// The rules in whose terms a user speaks of a country: those of the latest profile for it, or else those that came
    /// with the mesh, or else a component that the user brought.
    ///
    /// # Errors
    /// When there are none; the field is named.
    pub async fn in_terms_of(&self, user_id: UserId, field: &str, code: &str) -> Result<Arc<Rules>, Error> {
        // What cannot be a code may not even be a text that the database takes.
        let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
        if is_code && let Some(rules) = self.known_terms(user_id, code).await? {
            return Ok(rules);
        }
        let known: Vec<_> = self.first_party.keys().map(String::as_str).collect();
        Err(Error::invalid(
            field,
            format!("must be one of {}", known.join(", ")),
        ))
    }

    async fn known_terms(&self, user_id: UserId, code: &str) -> Result<Option<Arc<Rules>>, Error> {
        let pool = self.database.pool();
        let hash = store::profiles::component_for(pool, user_id, code).await?;
        if let Some(hash) = hash
            && let Some(rules) = self.own(user_id, &hash).await?
        {
            return Ok(Some(rules));
        }
        if let Some(rules) = self.first_party.get(code) {
            return Ok(Some(Arc::clone(rules)));
        }
        if let Some(hash) = store::components::latest_for(pool, user_id, code).await?
            && let Some(rules) = self.own(user_id, &hash).await?
        {
            return Ok(Some(rules));
        }
        Ok(None)
    }

    /// The rules that made a calculation, also when others have taken over.
    ///
    /// # Errors
    /// When the database does not answer, or they are not accepted any more.
    pub async fn with_hash(&self, user_id: UserId, hash: &str) -> Result<Option<Arc<Rules>>, Error> {
        let current = self.first_party.values().find(|rules| rules.country.hash == hash);
        if let Some(rules) = current {
            return Ok(Some(Arc::clone(rules)));
        }
        if let Some(rules) = self.own(user_id, hash).await? {
            return Ok(Some(rules));
        }
        match store::components::kept(self.database.pool(), hash).await? {
            Some(content) => self.load(content).await.map(Some),
            None => Ok(None),
        }
    }

    async fn load(&self, content: Vec<u8>) -> Result<Arc<Rules>, Error> {
        // It was accepted when it was stored: limits have become stricter since.
        self.sandbox
            .load(content)
            .await?
            .map_err(|error| Error::FailedPrecondition {
                reason: "COMPONENT_NOT_ACCEPTED",
                message: format!("the component is not accepted any more: {error}"),
            })
    }
}

fn not_installed(country: &str) -> Error {
    Error::FailedPrecondition {
        reason: "COUNTRY_NOT_INSTALLED",
        message: format!("there are no rules for {country} any more; choose another country in the profile"),
    }
}

fn version(rules: &Rules) -> Option<Version> {
    Version::parse(&rules.country.law.version).ok()
}

/// The files named tax-*.wasm of a folder, in order.
fn components(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let unreadable = |error| {
        let folder = folder.display();
        Error::internal(format!("PFMS_TAX_COMPONENTS: {folder} cannot be read: {error}"))
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path
            .file_name()
            .and_then(std::ffi::OsStr::to_str)
            .unwrap_or_default();
        if name.starts_with("tax-") && path.extension().is_some_and(|end| end == "wasm") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
