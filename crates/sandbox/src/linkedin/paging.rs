//! Two ways through a list: tokens that lead on (`metadata.nextPageToken`, absent on the last page) and the older `start` and `count`
//! with a link to the next page.

use super::{error::ApiError, restli::Query};
use crate::limits;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// A page of objects by their places, and what leads to the next one.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) places: Vec<usize>,
    next: Option<String>,
}

/// Cuts a page by token out of objects whose ids ascend with their places.
pub(crate) fn cut(query: &Query, all: &[(u64, usize)]) -> Result<Page, ApiError> {
    let size = number(query, "pageSize")?.unwrap_or(limits::LINKEDIN_PAGE_DEFAULT);
    if !(1..=limits::LINKEDIN_PAGE_MAX).contains(&size) {
        return Err(ApiError::bad(format!("pageSize must be between 1 and {}", limits::LINKEDIN_PAGE_MAX)));
    }
    let descending = match query.word("sortOrder")? {
        None | Some("ASCENDING") => false,
        Some("DESCENDING") => true,
        Some(_) => return Err(ApiError::parameter("sortOrder")),
    };
    let after = query.text("pageToken")?.map(read).transpose()?;
    let follows = |id: u64| after.is_none_or(|after| if descending { id < after } else { id > after });
    let mut rest: Vec<(u64, usize)> = all.iter().copied().filter(|(id, _)| follows(*id)).collect();
    if descending {
        rest.reverse();
    }
    let more = rest.len() > size;
    rest.truncate(size);
    let next = rest.last().filter(|_| more).map(|(id, _)| URL_SAFE_NO_PAD.encode(format!("after:{id}")));
    Ok(Page { places: rest.into_iter().map(|(_, place)| place).collect(), next })
}

impl Page {
    pub(crate) fn answer(self, elements: Vec<Value>) -> Value {
        let metadata = self.next.map_or_else(|| json!({}), |token| json!({"nextPageToken": token}));
        json!({"elements": elements, "metadata": metadata})
    }
}

fn read(token: &str) -> Result<u64, ApiError> {
    let text = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let id = text.and_then(|t| t.strip_prefix("after:").and_then(|id| id.parse().ok()));
    id.ok_or_else(|| ApiError::bad("The pageToken is invalid or has expired"))
}

fn number(query: &Query, name: &str) -> Result<Option<usize>, ApiError> {
    query.text(name)?.map(|text| text.parse().map_err(|_| ApiError::parameter(name))).transpose()
}

/// A page by `start` and `count`. `path` with the rest of the query leads to the next one.
pub(crate) fn offset(query: &Query, elements: Vec<Value>, path: &str) -> Result<Value, ApiError> {
    let start = number(query, "start")?.unwrap_or(0);
    let count = number(query, "count")?.unwrap_or(limits::LINKEDIN_COUNT_DEFAULT);
    if !(1..=limits::LINKEDIN_PAGE_MAX).contains(&count) {
        return Err(ApiError::parameter("count"));
    }
    let total = elements.len();
    let mut links = Vec::new();
    let mut link = |rel: &str, start: usize| {
        let href = format!("{path}&start={start}&count={count}");
        links.push(json!({"type": "application/json", "rel": rel, "href": href}));
    };
    if start > 0 {
        link("prev", start.saturating_sub(count));
    }
    if start + count < total {
        link("next", start + count);
    }
    let page: Vec<Value> = elements.into_iter().skip(start).take(count).collect();
    Ok(json!({"elements": page, "paging": {"start": start, "count": count, "total": total, "links": links}}))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkedin::restli::Protocol;

    #[test]
    fn every_object_is_on_one_page_in_either_order() {
        let query = |raw: &str| Query::read(raw, Protocol::Two).unwrap();
        let all: Vec<(u64, usize)> = (0..7).map(|i| (100 + i as u64 * 3, i)).collect();
        for order in ["ASCENDING", "DESCENDING"] {
            let (mut seen, mut token): (Vec<usize>, Option<String>) = (Vec::new(), None);
            loop {
                let more = token.map(|t| format!("&pageToken={t}")).unwrap_or_default();
                let page = cut(&query(&format!("pageSize=3&sortOrder={order}{more}")), &all).unwrap();
                seen.extend(&page.places);
                token = page.next;
                if token.is_none() {
                    break;
                }
            }
            if order == "DESCENDING" {
                seen.reverse();
            }
            assert_eq!(seen, (0..7).collect::<Vec<_>>());
        }
        for bad in ["pageToken=nonsense", "pageSize=0", "pageSize=1001", "sortOrder=UP"] {
            assert!(cut(&query(bad), &all).is_err(), "{bad}");
        }
    }
}
