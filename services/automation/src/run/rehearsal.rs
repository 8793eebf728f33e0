//! One rule, run again and again for one owner. Nothing is written.

use pfms_runtime::Error;
use pfms_types::UserId;
use uuid::Uuid;

use super::modules::Modules;
use super::{Engine, Ready};
use crate::execution::Execution;
use crate::occasion::Occasion;
use crate::rule::Draft;
use crate::store;
use crate::store::people::Person;

/// What stays the same from one run to the next.
pub struct Rehearsal {
    /// The rule's owner.
    pub person: Person,
    rule: Ready,
    modules: Modules,
}

impl Engine {
    /// Prepares a rule.
    ///
    /// # Errors
    /// When the database or the sandbox does not answer.
    pub async fn rehearsal(&self, user_id: UserId, id: Uuid, draft: Draft) -> Result<Rehearsal, Error> {
        let person = store::people::find(self.database.pool(), user_id).await?;
        let rule = Ready::of_draft(id, draft);
        let modules = self.modules(user_id, std::slice::from_ref(&rule)).await?;
        Ok(Rehearsal {
            person,
            rule,
            modules,
        })
    }

    /// Runs it; nothing when its condition does not hold, or a module does not exist any more. Its stage, its group, its
    /// window and how often it may act are left aside.
    ///
    /// # Errors
    /// When the sandbox or the expense service does not answer.
    pub async fn rehearse(
        &self,
        rehearsal: &Rehearsal,
        occasion: &Occasion,
    ) -> Result<Option<Execution>, Error> {
        let Rehearsal {
            person,
            rule,
            modules,
        } = rehearsal;
        let known = self.known(occasion, person, std::slice::from_ref(rule)).await?;
        if rule.decide(occasion, &known) != Some(true) {
            return Ok(None);
        }
        let ran = self
            .run_with(
                occasion,
                person.clone(),
                &known,
                vec![rule.clone()],
                modules.clone(),
            )
            .await?;
        Ok(ran.into_iter().next())
    }
}
