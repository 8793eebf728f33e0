//! Handlers: parse, call, map.

mod calculate;
mod components;
mod countries;
mod deductions;
mod incomes;
mod mappings;
mod profiles;
mod taxes;
mod upload;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;
use pfms_runtime::page_token::PageTokens;
use pfms_runtime::{Database, Error};
use pfms_types::UserId;

use crate::component::Publishers;
use crate::desk::Desk;
use crate::expenses::Expenses;
use crate::people::People;
use crate::sandbox::{Rules, Sandbox};
use crate::store;

/// What all handlers work with.
#[derive(Clone)]
pub struct Api {
    /// Where everything is.
    pub database: Database,
    /// Makes and reads page tokens.
    pub pages: PageTokens,
    /// Finds rules.
    pub desk: Arc<Desk>,
    /// Calculates.
    pub sandbox: Arc<Sandbox>,
    /// Tells of expenses.
    pub expenses: Expenses,
    /// Tells what day it is for a user.
    pub people: People,
    /// Whose components users may bring.
    pub publishers: Publishers,
}

impl Api {
    /// The rules in whose terms something is entered: of the country that is named, or else of the profile that a day
    /// or a year belongs to, or else of the latest profile.
    async fn terms(
        &self,
        user_id: UserId,
        country: &str,
        year: Option<u16>,
        day: Option<Date>,
    ) -> Result<Arc<Rules>, Error> {
        if !country.is_empty() {
            return self.desk.in_terms_of(user_id, "country", country).await;
        }
        let profiles = store::profiles::list(self.database.pool(), user_id).await?;
        if let Some(profile) = profiles.iter().find(|profile| Some(profile.year) == year) {
            return self.desk.of_profile(user_id, &profile.said).await;
        }
        if let Some(day) = day {
            for profile in &profiles {
                let rules = self.desk.of_profile(user_id, &profile.said).await?;
                let holds = rules.country.year_of(day).map(|year| year.year);
                if holds == Some(profile.year) {
                    return Ok(rules);
                }
            }
        }
        match profiles.first() {
            Some(latest) => self.desk.of_profile(user_id, &latest.said).await,
            None => Err(Error::invalid(
                "country",
                "is required, as there is no profile yet",
            )),
        }
    }

    /// The rules of these countries, as far as there are any.
    async fn rules_of(
        &self,
        user_id: UserId,
        codes: impl Iterator<Item = &str>,
    ) -> Result<HashMap<String, Arc<Rules>>, Error> {
        let mut found = HashMap::new();
        for code in codes {
            if found.contains_key(code) {
                continue;
            }
            match self.desk.in_terms_of(user_id, "country", code).await {
                Ok(rules) => {
                    found.insert(code.to_owned(), rules);
                }
                Err(Error::Invalid(_) | Error::FailedPrecondition { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }
}
