//! The components of the rules of one event.

use std::collections::HashMap;
use std::sync::Arc;

use pfms_plugin_host::Hashed;
use pfms_runtime::Error;
use pfms_types::UserId;

use super::{Engine, Ready};
use crate::action::Action;
use crate::execution::Outcome;
use crate::module::ModuleId;
use crate::rule::Component;
use crate::sandbox::Loaded;
use crate::store;
use crate::store::modules::Known;

/// Components by the id of their module; those that do not exist any more are not in it.
pub type Modules = HashMap<ModuleId, Module>;

/// A component that a rule runs.
#[derive(Clone)]
pub struct Module {
    /// SHA-256 of the bytes, in hex.
    pub hash: String,
    /// The component, or why it cannot run any more.
    pub loaded: Result<Arc<Loaded>, Outcome>,
}

impl Engine {
    /// Loads what rules run.
    pub(super) async fn modules(&self, user_id: UserId, rules: &[Ready]) -> Result<Modules, Error> {
        let mut ids: Vec<_> = rules
            .iter()
            .flat_map(Ready::components)
            .map(|one| one.module_id)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let mut modules = Modules::new();
        if ids.is_empty() {
            return Ok(modules);
        }
        let pool = self.database.pool();
        for Known { id, hash, tier } in store::modules::known(pool, user_id, &ids).await? {
            let loaded = if let Some(loaded) = self.sandbox.loaded(&hash, tier) {
                Ok(loaded)
            } else {
                let content = store::modules::content(pool, user_id, &hash).await?;
                let Some(content) = content else { continue };
                let loaded = self.sandbox.load(|| Hashed::new(content), tier).await?;
                loaded.map_err(|error| Outcome::failed(error.reason(), &error.to_string()))
            };
            modules.insert(id, Module { hash, loaded });
        }
        Ok(modules)
    }
}

impl Ready {
    fn components(&self) -> impl Iterator<Item = &Component> {
        let run = self.actions.iter().filter_map(|action| match action {
            Action::Run(component) => Some(component),
            _ => None,
        });
        self.component.iter().chain(run)
    }
}
