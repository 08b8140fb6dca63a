//! Lists of which only so much is wanted: read page by page until there is enough.

use super::{
    Pinterest,
    service::{Ask, PageEnd, Tally},
};
use crate::Error;
use compact_str::CompactString;
use serde::{Deserialize, de::DeserializeOwned};
use std::collections::HashSet;

/// A list as far as it was wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// Its items, each once.
    pub items: Vec<T>,
    /// Whether there are others.
    pub more: bool,
}

#[derive(Deserialize)]
struct Page<T> {
    items: Vec<T>,
    bookmark: Option<String>,
}

impl Pinterest {
    /// Reads a list up to `most` items. One more is looked at, to tell whether there are others.
    pub(super) async fn up_to<T: DeserializeOwned, U: From<T>>(
        &self,
        ask: &Ask<'_>,
        most: usize,
        id: impl Fn(&T) -> &CompactString,
    ) -> Result<Listed<U>, Error> {
        let (mut rows, mut known) = (Vec::new(), HashSet::new());
        self.service
            .pages(&Tally::default(), ask, |body| {
                let page: Page<T> = serde_json::from_slice(body)?;
                let (items, before) = (page.items.len(), rows.len());
                rows.extend(page.items.into_iter().filter(|row| known.insert(id(row).clone())));
                let enough = rows.len() > most;
                Ok(PageEnd { next: page.bookmark.filter(|_| !enough), items, fresh: rows.len() - before })
            })
            .await?;
        let more = rows.len() > most;
        rows.truncate(most);
        Ok(Listed { items: rows.into_iter().map(U::from).collect(), more })
    }
}
