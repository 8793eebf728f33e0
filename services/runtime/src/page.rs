//! Pages of things whose ids tell their order.

use pfms_types::PageSize;
use serde::Serialize;
use uuid::Uuid;

use crate::Error;
use crate::page_token::PageTokens;

/// A page that is asked for.
pub struct Page<S> {
    /// How many rows.
    pub size: PageSize,
    /// Only what comes after this id.
    pub before: Option<Uuid>,
    scope: S,
}

impl<S: Serialize> Page<S> {
    /// Reads a list's fields; `scope` is what must be the same on the next page.
    pub fn parse(tokens: &PageTokens, size: i32, token: &str, scope: S) -> Result<Self, Error> {
        let size = PageSize::parse(size).map_err(|problem| Error::invalid("pageSize", problem))?;
        let before = tokens.open(token, &scope)?;
        Ok(Self { size, before, scope })
    }

    /// Cuts off the row that only tells whether there is a next page, and gives that page's token.
    pub fn cut<T>(
        &self,
        tokens: &PageTokens,
        rows: &mut Vec<T>,
        id: impl Fn(&T) -> Uuid,
    ) -> Result<String, Error> {
        if rows.len() <= self.size.rows() {
            return Ok(String::new());
        }
        rows.truncate(self.size.rows());
        match rows.last() {
            Some(last) => tokens.seal(&id(last), &self.scope),
            None => Ok(String::new()),
        }
    }
}
