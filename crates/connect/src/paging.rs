//! Turning the pages of a list whose pages name the next one.
//!
//! A list is over when a page names no next one, never because a page is short. A page that brings nothing new is asked for again: a
//! proxy may have served the one before.

use crate::limits;
use std::collections::HashSet;

/// What is next after a page, and how much of it was new.
#[derive(Debug, Default)]
pub(crate) struct PageEnd {
    /// Cursor of the next page.
    pub(crate) next: Option<String>,
    /// Items on the page.
    pub(crate) items: usize,
    /// Items not seen before.
    pub(crate) fresh: usize,
}

/// How far a reader has got.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    cursor: Option<String>,
    named: HashSet<String>,
    turned: u32,
    /// Pages in a row that brought nothing new or were named before.
    stale: u32,
}

impl Pages {
    /// The cursor of the page to ask for; `None` for the first.
    pub(crate) fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// Takes note of how the page ended; whether there is another to ask for.
    ///
    /// # Errors
    /// What is wrong with `list`: its pages go round in a circle, or it has no end.
    pub(crate) fn turn(&mut self, end: PageEnd, list: &str) -> Result<bool, String> {
        self.turned += 1;
        if self.turned > limits::PAGES_MAX {
            return Err(format!("{list} has more than {} pages", limits::PAGES_MAX));
        }
        if end.items > 0 && end.fresh == 0 && self.stale < limits::STALE_PAGES_MAX {
            self.stale += 1;
            return Ok(true);
        }
        let Some(next) = end.next.filter(|next| !next.is_empty()) else { return Ok(false) };
        if self.named.insert(next.clone()) {
            self.stale = 0;
        } else {
            self.stale += 1;
            if self.stale > limits::STALE_PAGES_MAX {
                return Err(format!("the pages of {list} go round in a circle"));
            }
        }
        self.cursor = Some(next);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(next: Option<&str>, items: usize, fresh: usize) -> PageEnd {
        PageEnd { next: next.map(str::to_owned), items, fresh }
    }

    #[test]
    fn a_list_ends_where_no_next_page_is_named() {
        let mut pages = Pages::default();
        assert_eq!(pages.turn(end(Some("a"), 3, 3), "ads"), Ok(true));
        assert_eq!(pages.cursor(), Some("a"));
        assert_eq!(pages.turn(end(Some("a"), 3, 0), "ads"), Ok(true), "the page before, served again");
        assert_eq!(pages.cursor(), Some("a"), "is asked for again");
        assert_eq!(pages.turn(end(Some("b"), 0, 0), "ads"), Ok(true), "an empty page is not the last");
        assert_eq!(pages.turn(end(Some(""), 1, 1), "ads"), Ok(false));
    }

    #[test]
    fn circles_are_noticed() {
        let mut pages = Pages::default();
        let broken = (0..100).find_map(|_| pages.turn(end(Some("a"), 1, 1), "ads").err());
        assert!(broken.unwrap().contains("circle"));
    }
}
