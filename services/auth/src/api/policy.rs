//! Which passwords may be chosen.

use pfms_runtime::{Error, Violations};

use super::Auth;
use crate::email::Email;
use crate::password::Password;
use crate::strength::weakness;

impl Auth {
    /// Refuses a password that is easy to guess or known to thieves, as a violation of `field`.
    pub(super) async fn require_strong(
        &self,
        field: &str,
        password: &Password,
        email: &Email,
    ) -> Result<(), Error> {
        let (estimated, owner) = (password.clone(), email.clone());
        let weakness = self
            .hasher
            .in_turn(move || weakness(estimated.expose(), &owner))
            .await?;
        let mut violations = Violations::default();
        if let Some(weakness) = weakness {
            violations.add(field, weakness);
        } else if self.breaches.has(password.expose()).await {
            violations.add(
                field,
                "was stolen elsewhere and is in lists that thieves try; choose another one",
            );
        }
        if violations.is_empty() {
            Ok(())
        } else {
            Err(violations.into())
        }
    }
}
