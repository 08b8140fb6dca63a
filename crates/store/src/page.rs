//! Lists are read page by page with a keyset cursor: the place of the last item, not an offset, so that new items shift nothing.

use crate::{limits, row};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::{ColumnTrait, Condition};
use std::{fmt, str::FromStr};

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Where the next page starts; `None` at the end.
    pub next: Option<Cursor>,
}

/// A place in a list. Opaque to callers: print it, hand it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    at: i64,
    id: String,
}

/// Text that is not a cursor we gave out.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("'{0}' is not a cursor: use next_cursor of the previous page, unchanged")]
pub struct BadCursor(String);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(format!("{}.{}", self.at, self.id)))
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let read = || {
            let plain = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
            let (at, id) = plain.split_once('.')?;
            Some(Self { at: at.parse().ok()?, id: id.to_owned() })
        };
        read().ok_or_else(|| BadCursor(row::remark(text)))
    }
}

impl Cursor {
    /// The place itself, where it is a number.
    pub(crate) const fn at(&self) -> i64 {
        self.at
    }

    /// Everything newer than this place.
    pub(crate) fn newer<C: ColumnTrait>(&self, at: C, id: C) -> Condition {
        Condition::any().add(at.gt(self.at)).add(Condition::all().add(at.eq(self.at)).add(id.gt(self.id.as_str())))
    }

    /// Everything older than this place.
    pub(crate) fn older<C: ColumnTrait>(&self, at: C, id: C) -> Condition {
        Condition::any().add(at.lt(self.at)).add(Condition::all().add(at.eq(self.at)).add(id.lt(self.id.as_str())))
    }
}

/// How many rows to ask for: one more than fit, to learn whether there is another page.
pub(crate) fn fetch_size(limit: u32) -> u64 {
    u64::from(limit.clamp(1, limits::PAGE_MAX)) + 1
}

/// Makes a page of the rows fetched with [`fetch_size`].
pub(crate) fn page<R, T, E>(
    mut rows: Vec<R>,
    limit: u32,
    place: impl Fn(&R) -> (i64, String),
    read: impl Fn(R) -> Result<T, E>,
) -> Result<Page<T>, E> {
    let size = usize::try_from(limit.clamp(1, limits::PAGE_MAX)).unwrap_or(1);
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(place).map(|(at, id)| Cursor { at, id });
    Ok(Page { items: rows.into_iter().map(read).collect::<Result<_, _>>()?, next })
}
