//! Lists page by page. A cursor is good for the list it came from: the same operation, tenant and filter. Asked for anything else, or
//! made by somebody else, it is refused.

use crate::{
    Api,
    error::{ApiError, ApiResult},
    limits,
    once::{add, sorted_query},
    shape::List,
};
use axum::{extract::FromRequestParts, http::request::Parts};
use std::{fmt::Display, str::FromStr};
use trimtab_engine::{Cursor, CursorKey, Page};

/// Where in a list to begin and how much of it to answer. `C` is what a place in it is.
#[derive(Debug)]
pub struct Pages<C = Cursor> {
    /// The place after which to begin; `None`: at the beginning.
    pub after: Option<C>,
    limit: Option<usize>,
    key: CursorKey,
    list: [u8; 32],
}

impl<C: FromStr + Send> FromRequestParts<Api> for Pages<C> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let key = api.engine.cursor_key().await?;
        let mut list = blake3::Hasher::new();
        add(&mut list, parts.uri.path().as_bytes());
        for (name, value) in sorted_query(parts.uri.query(), &["cursor", "limit"]) {
            add(&mut list, name.as_bytes());
            add(&mut list, value.as_bytes());
        }
        let list = *list.finalize().as_bytes();
        let given = |wanted: &str| {
            let mut all =
                sorted_query(parts.uri.query(), &[]).into_iter().filter(|(name, _)| name == wanted).map(|(_, value)| value);
            match (all.next(), all.next()) {
                (Some(_), Some(_)) => Err(ApiError::malformed_field(wanted, format!("name one {wanted}"))),
                (one, _) => Ok(one),
            }
        };
        let limit =
            given("limit")?.map(|text| text.parse().map_err(|_| ApiError::malformed_field("limit", "it is a whole number")));
        let foreign = || ApiError::field("cursor", "it is not of this list as it is asked for now: start again at the first page");
        let place = given("cursor")?.map(|sealed| key.open(&list, &sealed).ok_or_else(foreign)).transpose()?;
        let after = place.map(|place| place.parse().map_err(|_| foreign())).transpose()?;
        Ok(Self { after, limit: limit.transpose()?, key, list })
    }
}

fn out_of_range(most: impl Display) -> ApiError {
    ApiError::malformed_field("limit", format!("it is a whole number from 1 to {most}"))
}

impl<C: Display> Pages<C> {
    /// How many items to answer.
    ///
    /// # Errors
    /// When more are asked for than are answered.
    pub fn limit(&self) -> ApiResult<u32> {
        let within = |limit: usize| u32::try_from(limit).ok().filter(|limit| (1..=limits::PAGE_MAX).contains(limit));
        self.limit.map_or(Some(limits::PAGE_DEFAULT), within).ok_or_else(|| out_of_range(limits::PAGE_MAX))
    }

    /// How many lines to answer, where they are short.
    ///
    /// # Errors
    /// When more are asked for than are answered.
    pub fn lines(&self) -> ApiResult<usize> {
        let within = |limit: usize| Some(limit).filter(|limit| (1..=limits::LINES_MAX).contains(limit));
        self.limit.map_or(Some(limits::LINES_DEFAULT), within).ok_or_else(|| out_of_range(limits::LINES_MAX))
    }

    /// A place, to be handed out.
    #[must_use]
    pub fn cursor(&self, place: &C) -> String {
        self.key.seal(&self.list, &place.to_string())
    }
}

impl Pages {
    /// A page as it is answered.
    pub fn list<S, T>(&self, page: Page<S>, shape: impl Fn(S) -> T) -> List<T> {
        let next_cursor = page.next.map(|place| self.cursor(&place));
        List { items: page.items.into_iter().map(shape).collect(), next_cursor }
    }
}
