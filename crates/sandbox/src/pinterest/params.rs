//! Query parameters in Pinterest's notation: some lists are one parameter with commas, others one parameter per element.

use super::error::ApiError;
use crate::{limits, world::calendar};
use trimtab_domain::Day;

/// The parameters of a query, in order.
#[derive(Debug)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn read(query: &str) -> Self {
        Self(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// A parameter that may be given once.
    pub(crate) fn one(&self, name: &str) -> Result<Option<&str>, ApiError> {
        let mut given = self.0.iter().filter(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str());
        let first = given.next();
        if given.next().is_some() {
            return Err(ApiError::invalid(format_args!("Parameter '{name}' must be given once")));
        }
        Ok(first)
    }

    pub(crate) fn need(&self, name: &str) -> Result<&str, ApiError> {
        self.one(name)?.ok_or_else(|| ApiError::invalid(format_args!("Missing required parameter '{name}'")))
    }

    /// A list in one parameter, joined by commas.
    pub(crate) fn joined(&self, name: &str) -> Result<Vec<&str>, ApiError> {
        Ok(self.one(name)?.map(|list| list.split(',').collect()).unwrap_or_default())
    }

    /// A list of one parameter per element.
    pub(crate) fn each(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str()).collect()
    }

    /// A list of ids, one parameter per id; `None` when there is no such parameter.
    pub(crate) fn ids(&self, name: &str, max: usize) -> Result<Option<Vec<u64>>, ApiError> {
        let given = self.each(name);
        ids(name, given.iter().copied(), max).map(|ids| (!ids.is_empty()).then_some(ids))
    }

    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, ApiError> {
        match self.one(name)? {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(invalid(name, other)),
        }
    }

    /// A parameter of a few words.
    pub(crate) fn among<'w>(&self, name: &str, words: &[&'w str]) -> Result<Option<&'w str>, ApiError> {
        let Some(given) = self.one(name)? else { return Ok(None) };
        words.iter().copied().find(|w| *w == given).map(Some).ok_or_else(|| invalid(name, given))
    }

    /// The statuses to list: live ones unless others are asked for, so that what is archived stays unseen.
    pub(crate) fn entity_statuses(&self) -> Result<Vec<&'static str>, ApiError> {
        const STATUSES: [&str; 5] = ["ACTIVE", "PAUSED", "ARCHIVED", "DRAFT", "DELETED_DRAFT"];
        let given = self.each("entity_statuses");
        if given.is_empty() {
            return Ok(STATUSES[..2].to_vec());
        }
        let known = |given: &str| STATUSES.into_iter().find(|s| *s == given).ok_or_else(|| invalid("entity_statuses", given));
        given.into_iter().map(known).collect()
    }

    pub(crate) fn page_size(&self) -> Result<usize, ApiError> {
        let Some(given) = self.one("page_size")? else {
            return Ok(limits::PINTEREST_PAGE_DEFAULT);
        };
        match given.parse() {
            Ok(size) if (1..=limits::PINTEREST_PAGE_MAX).contains(&size) => Ok(size),
            _ => Err(invalid("page_size", given)),
        }
    }
}

/// Ids from text: digits only, so that ids joined by commas are refused.
pub(crate) fn ids<'t>(name: &str, given: impl Iterator<Item = &'t str>, max: usize) -> Result<Vec<u64>, ApiError> {
    let mut ids = Vec::new();
    for text in given {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let id = text
            .parse()
            .ok()
            .filter(|_| digits)
            .ok_or_else(|| ApiError::invalid(format_args!("'{text}' does not match '^\\d+$' in '{name}'")))?;
        ids.push(id);
    }
    if ids.len() > max {
        return Err(ApiError::invalid(format_args!("'{name}' may hold at most {max} ids")));
    }
    Ok(ids)
}

/// A day as its number.
pub(crate) fn day(name: &str, text: &str) -> Result<i32, ApiError> {
    let day: Option<Day> = (text.len() == 10).then(|| text.parse().ok()).flatten();
    day.map(calendar::number)
        .ok_or_else(|| ApiError::invalid(format_args!("'{text}' is not a date of the form YYYY-MM-DD in '{name}'")))
}

pub(crate) fn invalid(name: &str, given: &str) -> ApiError {
    ApiError::invalid(format_args!("'{given}' is not a valid value of '{name}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_have_two_notations() {
        let params = Params::read("columns=A,B&campaign_ids=1&campaign_ids=22&ad_ids=1,2&page_size=251&order=UP");
        assert_eq!(params.joined("columns").unwrap(), ["A", "B"]);
        assert_eq!(params.ids("campaign_ids", 250).unwrap().unwrap(), [1, 22]);
        assert!(params.ids("campaign_ids", 1).is_err());
        assert!(params.ids("ad_ids", 250).is_err(), "joined ids are refused");
        assert!(params.page_size().is_err() && params.among("order", &["ASCENDING"]).is_err());
        assert!(params.one("campaign_ids").is_err(), "a single value given twice");
        assert_eq!(Params::read("").entity_statuses().unwrap(), ["ACTIVE", "PAUSED"]);
        assert!(day("start_date", "2026-1-1").is_err() && day("start_date", "2026-02-30").is_err());
    }
}
