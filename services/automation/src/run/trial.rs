//! A rule tried with an event. Nothing is written.

use pfms_runtime::Error;
use uuid::Uuid;

use super::{Engine, Ready, bare};
use crate::execution::{Execution, Outcome};
use crate::occasion::Occasion;
use crate::rule::Draft;
use crate::schema::TOPIC;
use crate::store;

/// What a rule would do.
pub struct Trial {
    /// Whether its condition holds.
    pub holds: bool,
    /// The run as the log would have it; none when a module was deleted meanwhile.
    pub execution: Option<Execution>,
}

impl Engine {
    /// Tries a rule. Its stage, its group, its window and how often it may act are left aside.
    ///
    /// # Errors
    /// When the database, the sandbox or the expense service does not answer.
    pub async fn trial(&self, occasion: &Occasion, id: Uuid, draft: Draft) -> Result<Trial, Error> {
        let person = store::people::find(self.database.pool(), occasion.user_id).await?;
        let is_meant = draft.trigger.topic.is_empty() || draft.trigger.topic == occasion.fact.text(TOPIC);
        let rules = vec![Ready::of_draft(id, draft)];
        let known = self.known(occasion, &person, &rules).await?;
        let holds = is_meant
            && rules
                .iter()
                .all(|rule| rule.decide(occasion, &known) == Some(true));
        let nothing = rules.first().map(|rule| Execution {
            conditions: rule.conditions(occasion, &known),
            ..bare(rule, Outcome::NoAction, occasion)
        });
        let ran = if holds {
            self.run(occasion, person, &known, rules).await?
        } else {
            Vec::new()
        };
        Ok(Trial {
            holds,
            execution: ran.into_iter().next().or(nothing),
        })
    }
}
