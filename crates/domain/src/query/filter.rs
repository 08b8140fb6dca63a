//! Conditions of a query: `campaign ~ "brand" and platform in (meta, google) and spend > 100`.

use super::{Dimension, QueryError};
use crate::metric::Registry;
use std::fmt;

/// A condition; all conditions of a query must hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// On the rows that are summed. Entities match by id or by exact name.
    Dimension {
        /// Which dimension.
        dimension: Dimension,
        /// How its value is tested.
        test: DimensionTest,
    },
    /// On a group's metric, after summing.
    Metric {
        /// Metric id.
        metric: String,
        /// How it compares.
        comparison: Comparison,
        /// With what; money in units of the result's currency.
        value: f64,
    },
}

/// How a dimension's value is tested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DimensionTest {
    /// Equals one of these.
    In(Vec<String>),
    /// Equals none of these.
    NotIn(Vec<String>),
    /// Contains this, whatever the case.
    Contains(String),
}

/// How two numbers compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
}

impl Comparison {
    /// Whether `left` and `right` stand in this relation.
    #[must_use]
    #[expect(clippy::float_cmp, reason = "the user asks for equality of the figure shown")]
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Greater => left > right,
            Self::AtLeast => left >= right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::Equal => left == right,
            Self::NotEqual => left != right,
        }
    }

    /// Every way of comparing.
    pub const ALL: [Self; 6] = [Self::Greater, Self::AtLeast, Self::Less, Self::AtMost, Self::Equal, Self::NotEqual];

    /// The sign.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "=",
            Self::NotEqual => "!=",
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |v: &String| format!("\"{}\"", v.replace('\\', "\\\\").replace('"', "\\\""));
        match self {
            Self::Dimension { dimension, test: DimensionTest::Contains(text) } => write!(f, "{dimension} ~ {}", quoted(text)),
            Self::Dimension { dimension, test: DimensionTest::In(values) } => {
                write!(f, "{dimension} in ({})", values.iter().map(quoted).collect::<Vec<_>>().join(", "))
            }
            Self::Dimension { dimension, test: DimensionTest::NotIn(values) } => {
                write!(f, "{dimension} not in ({})", values.iter().map(quoted).collect::<Vec<_>>().join(", "))
            }
            Self::Metric { metric, comparison, value } => write!(f, "{metric} {} {value}", comparison.as_str()),
        }
    }
}

/// Reads conditions joined by `and`.
///
/// # Errors
/// Names the condition that cannot be read and why.
pub fn parse(text: &str) -> Result<Vec<Filter>, QueryError> {
    let tokens = tokens(text)?;
    let mut rest = tokens.as_slice();
    let mut filters = Vec::new();
    if rest.is_empty() {
        return Ok(filters);
    }
    loop {
        filters.push(condition(text, &mut rest)?);
        match rest.split_first() {
            None => return Ok(filters),
            Some((Token::Word(word), after)) if word.eq_ignore_ascii_case("and") => rest = after,
            Some((token, _)) => return Err(bad(text, format!("expected 'and' before {token}"))),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Sign(&'static str),
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => write!(f, "'{word}'"),
            Self::Quoted(word) => write!(f, "\"{word}\""),
            Self::Sign(sign) => write!(f, "'{sign}'"),
        }
    }
}

fn bad(text: &str, why: String) -> QueryError {
    QueryError::BadFilter { text: text.to_owned(), why }
}

fn tokens(text: &str) -> Result<Vec<Token>, QueryError> {
    const SIGNS: [&str; 11] = [">=", "<=", "!=", "==", ">", "<", "=", "~", "(", ")", ","];
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if first == '"' || first == '\'' {
            let mut value = String::new();
            let mut chars = rest.char_indices().skip(1);
            let end = loop {
                match chars.next() {
                    None => return Err(bad(text, "a quote is not closed".to_owned())),
                    Some((_, '\\')) => value.extend(chars.next().map(|(_, c)| c)),
                    Some((i, c)) if c == first => break i + 1,
                    Some((_, c)) => value.push(c),
                }
            };
            tokens.push(Token::Quoted(value));
            rest = &rest[end..];
        } else if let Some(sign) = SIGNS.iter().find(|s| rest.starts_with(**s)) {
            tokens.push(Token::Sign(if *sign == "==" { "=" } else { sign }));
            rest = &rest[sign.len()..];
        } else {
            let end = rest
                .find(|c: char| c.is_whitespace() || "\"'()=,<>!~".contains(c))
                .filter(|end| *end > 0)
                .unwrap_or(if first == '!' { 1 } else { rest.len() });
            tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

fn condition(text: &str, rest: &mut &[Token]) -> Result<Filter, QueryError> {
    let Some((Token::Word(name), after)) = rest.split_first() else {
        return Err(bad(text, "it must start with a dimension or a metric".to_owned()));
    };
    *rest = after;
    let sign = next_sign(text, rest)?;
    if let Ok(dimension) = name.parse::<Dimension>() {
        let test = match sign {
            "=" => DimensionTest::In(vec![value(text, rest)?]),
            "!=" => DimensionTest::NotIn(vec![value(text, rest)?]),
            "~" => DimensionTest::Contains(value(text, rest)?),
            "in" => DimensionTest::In(list(text, rest)?),
            "not in" => DimensionTest::NotIn(list(text, rest)?),
            _ => return Err(bad(text, format!("{name} is text: use =, !=, ~, in or not in"))),
        };
        return Ok(Filter::Dimension { dimension, test });
    }
    Registry::builtin().get(name).map_err(|_| bad(text, format!("'{name}' is neither a dimension nor a metric")))?;
    let comparison = match sign {
        ">" => Comparison::Greater,
        ">=" => Comparison::AtLeast,
        "<" => Comparison::Less,
        "<=" => Comparison::AtMost,
        "=" => Comparison::Equal,
        "!=" => Comparison::NotEqual,
        _ => return Err(bad(text, format!("{name} is a number: use >, >=, <, <=, = or !="))),
    };
    let number = value(text, rest)?;
    let value = number.parse::<f64>().ok().filter(|v| v.is_finite());
    let value = value.ok_or_else(|| bad(text, format!("'{number}' is not a number")))?;
    Ok(Filter::Metric { metric: name.clone(), comparison, value })
}

fn next_sign(text: &str, rest: &mut &[Token]) -> Result<&'static str, QueryError> {
    let (sign, used) = match *rest {
        [Token::Sign(sign), ..] if !matches!(*sign, "(" | ")" | ",") => (*sign, 1),
        [Token::Word(word), ..] if word.eq_ignore_ascii_case("in") => ("in", 1),
        [Token::Word(not), Token::Word(word), ..] if not.eq_ignore_ascii_case("not") && word.eq_ignore_ascii_case("in") => {
            ("not in", 2)
        }
        _ => return Err(bad(text, "expected one of = != ~ > >= < <= in".to_owned())),
    };
    *rest = &rest[used..];
    Ok(sign)
}

fn value(text: &str, rest: &mut &[Token]) -> Result<String, QueryError> {
    match rest.split_first() {
        Some((Token::Word(value) | Token::Quoted(value), after)) => {
            *rest = after;
            Ok(value.clone())
        }
        _ => Err(bad(text, "a value is missing".to_owned())),
    }
}

fn list(text: &str, rest: &mut &[Token]) -> Result<Vec<String>, QueryError> {
    let Some((Token::Sign("("), after)) = rest.split_first() else {
        return Err(bad(text, "write the list in parentheses".to_owned()));
    };
    *rest = after;
    let mut values = vec![value(text, rest)?];
    loop {
        match rest.split_first() {
            Some((Token::Sign(","), after)) => {
                *rest = after;
                values.push(value(text, rest)?);
            }
            Some((Token::Sign(")"), after)) => {
                *rest = after;
                return Ok(values);
            }
            _ => return Err(bad(text, "the list is not closed".to_owned())),
        }
    }
}
