//! The `filtering` parameter: a list of `{field, operator, value}` that all must hold.

use super::error::GraphError;
use serde_json::Value;

/// One condition.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    /// With dots (`ad.id`).
    pub(crate) field: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    In,
    NotIn,
    Contain,
    NotContain,
    StartsWith,
}

/// Reads the parameter.
pub(crate) fn parse(text: Option<&str>) -> Result<Vec<Filter>, GraphError> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let bad = || GraphError::parameter("Param filtering must be an array of {field, operator, value}");
    let Ok(Value::Array(items)) = serde_json::from_str(text) else {
        return Err(bad());
    };
    items.iter().map(|item| one(item).ok_or_else(bad)).collect()
}

fn one(item: &Value) -> Option<Filter> {
    let operator = match item.get("operator")?.as_str()? {
        "EQUAL" => Operator::Equal,
        "NOT_EQUAL" => Operator::NotEqual,
        "GREATER_THAN" => Operator::Greater,
        "GREATER_THAN_OR_EQUAL" => Operator::GreaterOrEqual,
        "LESS_THAN" => Operator::Less,
        "LESS_THAN_OR_EQUAL" => Operator::LessOrEqual,
        "IN" => Operator::In,
        "NOT_IN" => Operator::NotIn,
        "CONTAIN" => Operator::Contain,
        "NOT_CONTAIN" => Operator::NotContain,
        "STARTS_WITH" => Operator::StartsWith,
        _ => return None,
    };
    let text = |v: &Value| match v {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    };
    let values = match item.get("value")? {
        Value::Array(list) => list.iter().map(text).collect::<Option<Vec<_>>>()?,
        single => vec![text(single)?],
    };
    Some(Filter { field: item.get("field")?.as_str()?.replace('-', "_"), operator, values })
}

impl Filter {
    /// The values listed.
    pub(crate) fn values(&self) -> &[String] {
        &self.values
    }

    /// Whether a text passes. Names are compared without regard to case, as Meta does.
    pub(crate) fn passes_text(&self, text: &str) -> bool {
        let lower = text.to_lowercase();
        let mut values = self.values.iter().map(|v| v.to_lowercase());
        match self.operator {
            Operator::Equal | Operator::In => values.any(|v| v == lower),
            Operator::NotEqual | Operator::NotIn => values.all(|v| v != lower),
            Operator::Contain => values.any(|v| lower.contains(&v)),
            Operator::NotContain => values.all(|v| !lower.contains(&v)),
            Operator::StartsWith => values.any(|v| lower.starts_with(&v)),
            _ => text.parse().is_ok_and(|n| self.passes_number(n)),
        }
    }

    /// Whether a number passes.
    pub(crate) fn passes_number(&self, n: f64) -> bool {
        let mut values = self.values.iter().filter_map(|v| v.parse::<f64>().ok());
        match self.operator {
            Operator::Equal | Operator::In => values.any(|v| (v - n).abs() < 1e-9),
            Operator::NotEqual | Operator::NotIn => values.all(|v| (v - n).abs() >= 1e-9),
            Operator::Greater => values.all(|v| n > v),
            Operator::GreaterOrEqual => values.all(|v| n >= v),
            Operator::Less => values.all(|v| n < v),
            Operator::LessOrEqual => values.all(|v| n <= v),
            Operator::Contain | Operator::NotContain | Operator::StartsWith => false,
        }
    }
}
