//! A field's value: how it is written, compared and put in order.

use super::gaql::Operator;
use std::{cmp::Ordering, io::Write};

/// What a field of a row holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// Not set: the key is left out.
    Absent,
    /// A 64-bit integer, written as a string.
    Int(i64),
    /// A double or a 32-bit integer, written as a number.
    Number(f64),
    Bool(bool),
    Text(String),
    /// A list of texts, left out when empty.
    List(Vec<String>),
    Document(serde_json::Value),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl Value {
    /// An id.
    pub(crate) fn id(id: u64) -> Self {
        Self::Int(i64::try_from(id).unwrap_or(i64::MAX))
    }

    pub(crate) fn words(words: &[&str]) -> Self {
        Self::List(words.iter().map(|w| (*w).to_owned()).collect())
    }

    /// Whether a metric is as good as nothing.
    pub(crate) fn is_zero(&self) -> bool {
        match self {
            Self::Absent | Self::Int(0) => true,
            Self::Number(n) => *n == 0.0,
            _ => false,
        }
    }

    /// Whether anything of it is written.
    pub(crate) fn is_shown(&self) -> bool {
        match self {
            Self::Absent => false,
            Self::List(items) => !items.is_empty(),
            _ => true,
        }
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Int(n) => print(out, format_args!("\"{n}\"")),
            Self::Number(n) => print(out, format_args!("{n}")),
            Self::Bool(flag) => print(out, format_args!("{flag}")),
            Self::Text(text) => quote(out, text),
            Self::List(items) => {
                out.push(b'[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        out.push(b',');
                    }
                    quote(out, item);
                }
                out.push(b']');
            }
            Self::Document(value) => print(out, format_args!("{value}")),
            Self::Absent => out.extend_from_slice(b"null"),
        }
    }

    /// The order of ORDER BY: what is not set comes first.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        let number = |value: &Self| match value {
            Self::Number(n) => Some(*n),
            Self::Bool(flag) => Some(f64::from(u8::from(*flag))),
            _ => None,
        };
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Absent, Self::Absent) => Ordering::Equal,
            (Self::Absent, _) => Ordering::Less,
            (_, Self::Absent) => Ordering::Greater,
            (a, b) => number(a).unwrap_or(0.0).total_cmp(&number(b).unwrap_or(0.0)),
        }
    }

    /// Whether a condition holds. A value that is not set passes only where that is asked for.
    pub(crate) fn passes(&self, operator: Operator, values: &[String]) -> bool {
        match operator {
            Operator::IsNull => *self == Self::Absent,
            Operator::IsNotNull => *self != Self::Absent,
            Operator::NotEqual | Operator::NotIn => values.iter().all(|v| self.against(v) != Some(Ordering::Equal)),
            Operator::Equal | Operator::In => values.iter().any(|v| self.against(v) == Some(Ordering::Equal)),
            Operator::Greater => self.against(&values[0]) == Some(Ordering::Greater),
            Operator::GreaterOrEqual => matches!(self.against(&values[0]), Some(Ordering::Greater | Ordering::Equal)),
            Operator::Less => self.against(&values[0]) == Some(Ordering::Less),
            Operator::LessOrEqual => matches!(self.against(&values[0]), Some(Ordering::Less | Ordering::Equal)),
            Operator::Between => {
                matches!(self.against(&values[0]), Some(Ordering::Greater | Ordering::Equal))
                    && matches!(self.against(&values[1]), Some(Ordering::Less | Ordering::Equal))
            }
            Operator::Like => self.like(&values[0]),
            Operator::NotLike => !self.like(&values[0]),
            Operator::ContainsAny => values.iter().any(|v| self.holds(v)),
            Operator::ContainsAll => values.iter().all(|v| self.holds(v)),
            Operator::ContainsNone => !values.iter().any(|v| self.holds(v)),
            Operator::During => false,
        }
    }

    fn against(&self, text: &str) -> Option<Ordering> {
        match self {
            Self::Int(n) => Some(match text.parse::<i64>() {
                Ok(other) => n.cmp(&other),
                Err(_) => (*n as f64).total_cmp(&text.parse().ok()?),
            }),
            Self::Number(n) => Some(n.total_cmp(&text.parse().ok()?)),
            Self::Bool(flag) => Some(flag.cmp(&text.eq_ignore_ascii_case("true"))),
            Self::Text(own) => Some(own.as_str().cmp(text)),
            Self::Absent | Self::List(_) | Self::Document(_) => None,
        }
    }

    fn holds(&self, text: &str) -> bool {
        match self {
            Self::List(items) => items.iter().any(|item| item == text),
            Self::Text(own) => own == text,
            _ => false,
        }
    }

    fn like(&self, pattern: &str) -> bool {
        let Self::Text(own) = self else { return false };
        let (own, pattern): (Vec<char>, Vec<char>) =
            (own.to_lowercase().chars().collect(), pattern.to_lowercase().chars().collect());
        matches(&own, &pattern)
    }
}

/// `%` stands for any text, `_` for one character.
fn matches(text: &[char], pattern: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('%', rest)) => (0..=text.len()).any(|skip| matches(&text[skip..], rest)),
        Some((first, rest)) => text.split_first().is_some_and(|(c, after)| (*first == '_' || c == first) && matches(after, rest)),
    }
}

fn print(out: &mut Vec<u8>, arguments: std::fmt::Arguments<'_>) {
    // Writing into memory cannot fail.
    out.write_fmt(arguments).unwrap_or_default();
}

fn quote(out: &mut Vec<u8>, text: &str) {
    if text.bytes().all(|b| b >= b' ' && b != b'"' && b != b'\\') {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        out.extend_from_slice(serde_json::Value::from(text).to_string().as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &Value) -> String {
        let mut out = Vec::new();
        value.write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn long_integers_are_strings_and_doubles_are_numbers() {
        assert_eq!(written(&Value::Int(15_230_000)), "\"15230000\"");
        assert_eq!(written(&Value::Number(180.4)), "180.4");
        assert_eq!(written(&Value::Number(0.0)), "0");
        assert_eq!(written(&Value::from("a \"b\"")), "\"a \\\"b\\\"\"");
        assert_eq!(written(&Value::words(&["A", "B"])), "[\"A\",\"B\"]");
    }

    #[test]
    fn conditions_compare_by_type() {
        let passes = |value: &Value, operator, values: &[&str]| {
            value.passes(operator, &values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>())
        };
        assert!(passes(&Value::Int(10), Operator::Greater, &["9"]));
        assert!(passes(&Value::from("Search | NL"), Operator::Like, &["search%n_"]));
        assert!(!passes(&Value::from("Search"), Operator::Like, &["earch"]));
        assert!(passes(&Value::Absent, Operator::IsNull, &[]) && !passes(&Value::Absent, Operator::Equal, &["0"]));
        assert!(passes(&Value::words(&["A"]), Operator::ContainsAny, &["B", "A"]));
    }
}
