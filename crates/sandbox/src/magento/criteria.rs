//! `searchCriteria[filter_groups][0][filters][0][field]=…`: what a search asks for.

use super::error::ApiError;
use crate::limits;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// How a field is held against a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    Eq,
    Neq,
    Gt,
    Gteq,
    Lt,
    Lteq,
    In,
    Nin,
    Like,
    Nlike,
    Null,
    Notnull,
    Finset,
    Nfinset,
}

impl Condition {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "eq" => Self::Eq,
            "neq" => Self::Neq,
            "gt" => Self::Gt,
            "gteq" | "from" | "moreq" => Self::Gteq,
            "lt" => Self::Lt,
            "lteq" | "to" => Self::Lteq,
            "in" => Self::In,
            "nin" => Self::Nin,
            "like" => Self::Like,
            "nlike" => Self::Nlike,
            "null" => Self::Null,
            "notnull" => Self::Notnull,
            "finset" => Self::Finset,
            "nfinset" => Self::Nfinset,
            _ => return None,
        })
    }
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) field: String,
    pub(crate) condition: Condition,
    pub(crate) value: String,
    /// The condition as it was written.
    word: String,
}

/// A whole search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Criteria {
    /// All groups must hold; of a group, one filter.
    pub(crate) groups: Vec<Vec<Filter>>,
    /// Fields with whether they ascend.
    pub(crate) sort: Vec<(String, bool)>,
    pub(crate) page_size: Option<usize>,
    pub(crate) page: usize,
}

/// The parts of a parameter of the search: `searchCriteria[pageSize]` is `[page_size]`. Names are read in both notations.
fn parts(name: &str) -> Option<Vec<String>> {
    let rest = name.strip_prefix("searchCriteria").or_else(|| name.strip_prefix("search_criteria"))?;
    let words = rest.split('[').skip(1).map(|part| snake(part.trim_end_matches(']')));
    Some(words.collect())
}

fn snake(word: &str) -> String {
    let mut snake = String::with_capacity(word.len() + 4);
    for c in word.chars() {
        if c.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

impl Criteria {
    /// Reads the search of a request, which must have one, be it empty.
    pub(crate) fn read(params: &[(String, String)]) -> Result<Self, ApiError> {
        let mut given = false;
        let mut filters: BTreeMap<(usize, usize), BTreeMap<String, String>> = BTreeMap::new();
        let mut sorts: BTreeMap<usize, BTreeMap<String, String>> = BTreeMap::new();
        let mut criteria = Self { groups: Vec::new(), sort: Vec::new(), page_size: None, page: 1 };
        let index =
            |text: &str| text.parse::<usize>().map_err(|_| ApiError::bad_search(format!("'{text}' is not the place of a filter")));
        let count = |value: &str| value.parse::<i64>().map_err(|_| ApiError::bad_search(format!("'{value}' is not a number")));
        for (name, value) in params {
            let Some(parts) = parts(name) else { continue };
            given = true;
            match parts.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                ["filter_groups", group, "filters", place, what] => {
                    filters.entry((index(group)?, index(place)?)).or_default().insert((*what).to_owned(), value.clone());
                }
                ["sort_orders", place, what] => {
                    sorts.entry(index(place)?).or_default().insert((*what).to_owned(), value.clone());
                }
                ["page_size"] => criteria.page_size = usize::try_from(count(value)?).ok().filter(|n| *n > 0),
                ["current_page"] => criteria.page = usize::try_from(count(value)?).unwrap_or(1).max(1),
                _ => {}
            }
        }
        if !given {
            return Err(ApiError::missing("searchCriteria"));
        }
        if filters.len() + sorts.len() > limits::MAGENTO_FILTERS_MAX {
            return Err(ApiError::bad_search("There are too many filters: ask for less at once"));
        }
        let mut last = None;
        for ((group, _), mut told) in filters {
            let mut take = |name: &str| told.remove(name);
            let field = take("field").ok_or_else(|| ApiError::missing("field"))?;
            let word = take("condition_type").unwrap_or_else(|| "eq".to_owned());
            let condition =
                Condition::parse(&word).ok_or_else(|| ApiError::bad_search(format!("'{word}' is not a type of condition")))?;
            let filter = Filter { field, condition, value: take("value").unwrap_or_default(), word };
            match criteria.groups.last_mut().filter(|_| last == Some(group)) {
                Some(same) => same.push(filter),
                None => criteria.groups.push(vec![filter]),
            }
            last = Some(group);
        }
        for (_, told) in sorts {
            let field = told.get("field").ok_or_else(|| ApiError::missing("field"))?;
            let ascends = told.get("direction").is_some_and(|d| d.eq_ignore_ascii_case("asc"));
            criteria.sort.push((field.clone(), ascends));
        }
        Ok(criteria)
    }

    /// The search as answers repeat it.
    pub(crate) fn told(&self) -> Value {
        let filter = |f: &Filter| json!({"field": f.field, "value": f.value, "condition_type": f.word});
        let groups = self.groups.iter().map(|g| json!({"filters": g.iter().map(filter).collect::<Vec<_>>()}));
        let mut told = Map::new();
        told.insert("filter_groups".to_owned(), groups.collect());
        if !self.sort.is_empty() {
            let sort = self.sort.iter().map(|(field, up)| json!({"field": field, "direction": if *up { "ASC" } else { "DESC" }}));
            told.insert("sort_orders".to_owned(), sort.collect());
        }
        if let Some(size) = self.page_size {
            told.insert("page_size".to_owned(), json!(size));
            told.insert("current_page".to_owned(), json!(self.page));
        }
        Value::Object(told)
    }
}

/// The parameters of a list without what tells its pages apart, and whether it is a page after the first: by its number, or because it begins
/// after some order.
pub(super) fn without_page(params: &[(String, String)]) -> (Vec<(String, String)>, bool) {
    let after: Vec<Vec<String>> = params
        .iter()
        .filter(|(name, value)| value == "entity_id" && parts(name).is_some_and(|p| p.last().is_some_and(|l| l == "field")))
        .filter_map(|(name, _)| parts(name))
        .collect();
    let begins = |parts: &[String]| {
        let end = parts.len().saturating_sub(1);
        parts.get(end).is_some_and(|what| what == "value") && after.iter().any(|field| field[..field.len() - 1] == parts[..end])
    };
    let mut later = false;
    let mut kept = Vec::new();
    for (name, value) in params {
        let parts = parts(name).unwrap_or_default();
        if parts == ["current_page"] {
            later = later || (value != "1" && value != "0");
        } else if begins(&parts) {
            later = later || value != "0";
        } else {
            kept.push((name.clone(), value.clone()));
        }
    }
    (kept, later)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn reads_both_notations() {
        let asked = params(&[
            ("searchCriteria[filter_groups][0][filters][0][field]", "state"),
            ("searchCriteria[filter_groups][0][filters][0][value]", "new"),
            ("searchCriteria[filter_groups][0][filters][1][field]", "state"),
            ("searchCriteria[filter_groups][0][filters][1][value]", "complete"),
            ("searchCriteria[filterGroups][3][filters][0][field]", "entity_id"),
            ("searchCriteria[filterGroups][3][filters][0][conditionType]", "gt"),
            ("searchCriteria[filterGroups][3][filters][0][value]", "7"),
            ("searchCriteria[sortOrders][0][field]", "entity_id"),
            ("searchCriteria[sortOrders][0][direction]", "ASC"),
            ("searchCriteria[pageSize]", "100"),
            ("searchCriteria[currentPage]", "2"),
        ]);
        let criteria = Criteria::read(&asked).unwrap();
        let sizes: Vec<usize> = criteria.groups.iter().map(Vec::len).collect();
        assert_eq!((sizes, criteria.page_size, criteria.page), (vec![2, 1], Some(100), 2));
        assert_eq!(criteria.groups[1][0].condition, Condition::Gt);
        assert_eq!(criteria.sort, [("entity_id".to_owned(), true)]);
        let (kept, later) = without_page(&asked);
        assert!(later && kept.len() == 9 && kept.iter().all(|(_, v)| v != "7"));
        assert!(!without_page(&params(&[("searchCriteria[currentPage]", "1")])).1);
        assert!(Criteria::read(&params(&[("fields", "items")])).is_err());
        assert!(Criteria::read(&params(&[("searchCriteria", "")])).unwrap().groups.is_empty());
        let bad = params(&[
            ("searchCriteria[filter_groups][0][filters][0][field]", "x"),
            ("searchCriteria[filter_groups][0][filters][0][condition_type]", "near"),
        ]);
        assert_eq!(Criteria::read(&bad).unwrap_err().status, 400);
    }
}
