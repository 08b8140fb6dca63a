//! Bookmarks: where the next page begins. A page is cut before objects of other statuses are left out, so it may be short or empty
//! although more follow.

use super::{error::ApiError, params::Params};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// A page of objects by their places, and the bookmark of the next one.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) places: Vec<usize>,
    bookmark: Option<String>,
}

/// Cuts a page out of objects whose ids ascend with their places.
pub(crate) fn cut(params: &Params, all: &[(u64, usize)]) -> Result<Page, ApiError> {
    let size = params.page_size()?;
    let descending = params.among("order", &["ASCENDING", "DESCENDING"])? == Some("DESCENDING");
    let after = params.one("bookmark")?.map(read).transpose()?;
    let follows = |id: u64| after.is_none_or(|after| if descending { id < after } else { id > after });
    let mut rest: Vec<(u64, usize)> = all.iter().copied().filter(|(id, _)| follows(*id)).collect();
    if descending {
        rest.reverse();
    }
    let more = rest.len() > size;
    rest.truncate(size);
    let bookmark = rest.last().filter(|_| more).map(|(id, _)| URL_SAFE_NO_PAD.encode(format!("after:{id}")));
    Ok(Page { places: rest.into_iter().map(|(_, place)| place).collect(), bookmark })
}

impl Page {
    pub(crate) fn answer(self, items: Vec<Value>) -> Value {
        json!({"items": items, "bookmark": self.bookmark})
    }
}

fn read(bookmark: &str) -> Result<u64, ApiError> {
    let text = URL_SAFE_NO_PAD.decode(bookmark).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let id = text.and_then(|t| t.strip_prefix("after:").and_then(|id| id.parse().ok()));
    id.ok_or_else(|| ApiError::invalid("Invalid bookmark"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_is_on_one_page_in_either_order() {
        let all: Vec<(u64, usize)> = (0..7).map(|i| (100 + i as u64 * 3, i)).collect();
        for order in ["ASCENDING", "DESCENDING"] {
            let (mut seen, mut bookmark): (Vec<usize>, String) = (Vec::new(), String::new());
            loop {
                let page = cut(&Params::read(&format!("page_size=3&order={order}&bookmark={bookmark}")), &all).unwrap();
                seen.extend(&page.places);
                let Some(next) = page.bookmark else { break };
                bookmark = next;
            }
            if order == "DESCENDING" {
                seen.reverse();
            }
            assert_eq!(seen, (0..7).collect::<Vec<_>>());
        }
        assert!(cut(&Params::read("bookmark=nonsense"), &all).is_err());
    }
}
