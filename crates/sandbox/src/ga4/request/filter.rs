//! Filters: tests of single fields, joined by and, or and not. Regular expressions are not served.

use super::{super::error::ApiError, list, object};
use serde_json::Value;

/// A filter on dimensions or on metrics.
#[derive(Debug)]
pub(crate) enum Filter<F> {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    One(F, Test),
}

/// What is asked of one field.
#[derive(Debug)]
pub(crate) enum Test {
    Text { how: Match, value: String, exact_case: bool },
    List { values: Vec<String>, exact_case: bool },
    Number { how: Compare, value: f64 },
    Between(f64, f64),
    Empty,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Match {
    Exact,
    Begins,
    Ends,
    Contains,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Compare {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl<F: Copy> Filter<F> {
    /// Reads a filter; `parse` knows the names of fields.
    pub(crate) fn read(value: &Value, at: &str, parse: fn(&str) -> Result<F, ApiError>) -> Result<Self, ApiError> {
        let fields = object(value, at)?;
        let mut given = fields.iter();
        let (Some((key, inner)), None) = (given.next(), given.next()) else {
            return Err(ApiError::invalid(format_args!(
                "A FilterExpression in '{at}' must hold exactly one of andGroup, orGroup, notExpression and filter."
            )));
        };
        let group = || -> Result<Vec<Self>, ApiError> {
            let expressions = list(inner, "expressions")?;
            if expressions.is_empty() {
                return Err(ApiError::invalid(format_args!("A group of '{at}' holds no expressions.")));
            }
            expressions.iter().map(|e| Self::read(e, at, parse)).collect()
        };
        match key.as_str() {
            "andGroup" => group().map(Self::All),
            "orGroup" => group().map(Self::Any),
            "notExpression" => Self::read(inner, at, parse).map(|inner| Self::Not(Box::new(inner))),
            "filter" => {
                let name = inner.get("fieldName").and_then(Value::as_str).unwrap_or_default();
                Ok(Self::One(parse(name)?, Test::read(inner, at)?))
            }
            other => Err(ApiError::unknown_name(other)),
        }
    }

    /// The fields it looks at.
    pub(crate) fn fields(&self) -> Vec<F> {
        match self {
            Self::All(of) | Self::Any(of) => of.iter().flat_map(Self::fields).collect(),
            Self::Not(inner) => inner.fields(),
            Self::One(field, _) => vec![*field],
        }
    }

    /// Whether something passes whose fields have these values.
    pub(crate) fn passes(&self, value: &dyn Fn(F) -> String) -> bool {
        match self {
            Self::All(of) => of.iter().all(|f| f.passes(value)),
            Self::Any(of) => of.iter().any(|f| f.passes(value)),
            Self::Not(inner) => !inner.passes(value),
            Self::One(field, test) => test.passes(&value(*field)),
        }
    }
}

impl Test {
    fn read(filter: &Value, at: &str) -> Result<Self, ApiError> {
        let fields = object(filter, at)?;
        let mut tests = fields.iter().filter(|(key, _)| *key != "fieldName");
        let (Some((key, test)), None) = (tests.next(), tests.next()) else {
            return Err(ApiError::invalid(format_args!("A filter in '{at}' must hold a fieldName and exactly one test.")));
        };
        let exact_case = test.get("caseSensitive").and_then(Value::as_bool).unwrap_or(false);
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        match key.as_str() {
            "stringFilter" => {
                let how = match test.get("matchType").and_then(Value::as_str).unwrap_or("EXACT") {
                    "EXACT" | "MATCH_TYPE_UNSPECIFIED" => Match::Exact,
                    "BEGINS_WITH" => Match::Begins,
                    "ENDS_WITH" => Match::Ends,
                    "CONTAINS" => Match::Contains,
                    other => return Err(ApiError::invalid(format_args!("The match type {other} is not served by this sandbox."))),
                };
                let value = text(test.get("value")).ok_or_else(|| ApiError::invalid("A string filter has no value."))?;
                Ok(Self::Text { how, value, exact_case })
            }
            "inListFilter" => {
                let values: Option<Vec<String>> = list(test, "values")?.iter().map(|v| text(Some(v))).collect();
                let values = values.filter(|v| !v.is_empty()).ok_or_else(|| ApiError::invalid("A list filter has no values."))?;
                Ok(Self::List { values, exact_case })
            }
            "numericFilter" => {
                let how = match test.get("operation").and_then(Value::as_str).unwrap_or_default() {
                    "EQUAL" => Compare::Equal,
                    "LESS_THAN" => Compare::Less,
                    "LESS_THAN_OR_EQUAL" => Compare::LessOrEqual,
                    "GREATER_THAN" => Compare::Greater,
                    "GREATER_THAN_OR_EQUAL" => Compare::GreaterOrEqual,
                    other => return Err(ApiError::invalid(format_args!("'{other}' is not an operation of a numeric filter."))),
                };
                Ok(Self::Number { how, value: number(test.get("value"))? })
            }
            "betweenFilter" => Ok(Self::Between(number(test.get("fromValue"))?, number(test.get("toValue"))?)),
            "emptyFilter" => Ok(Self::Empty),
            other => Err(ApiError::unknown_name(other)),
        }
    }

    fn passes(&self, given: &str) -> bool {
        let same = |exact: bool, text: &str| if exact { text.to_owned() } else { text.to_lowercase() };
        let is = |judge: &dyn Fn(f64) -> bool| given.parse().is_ok_and(judge);
        match self {
            Self::Text { how, value, exact_case } => {
                let (given, value) = (same(*exact_case, given), same(*exact_case, value));
                match how {
                    Match::Exact => given == value,
                    Match::Begins => given.starts_with(&value),
                    Match::Ends => given.ends_with(&value),
                    Match::Contains => given.contains(&value),
                }
            }
            Self::List { values, exact_case } => values.iter().any(|value| same(*exact_case, value) == same(*exact_case, given)),
            Self::Number { how, value } => is(&|given| match how {
                Compare::Equal => given == *value,
                Compare::Less => given < *value,
                Compare::LessOrEqual => given <= *value,
                Compare::Greater => given > *value,
                Compare::GreaterOrEqual => given >= *value,
            }),
            Self::Between(from, to) => is(&|given| *from <= given && given <= *to),
            Self::Empty => given.is_empty() || given == "(not set)",
        }
    }
}

/// A number as the platform takes it: whole ones as text or as a number, others as a number.
fn number(value: Option<&Value>) -> Result<f64, ApiError> {
    let bad = || ApiError::invalid("A numeric value must hold int64Value or doubleValue.");
    let value = value.ok_or_else(bad)?;
    let whole = value.get("int64Value").and_then(|n| n.as_str().map_or_else(|| n.as_f64(), |text| text.parse().ok()));
    whole.or_else(|| value.get("doubleValue").and_then(Value::as_f64)).ok_or_else(bad)
}
