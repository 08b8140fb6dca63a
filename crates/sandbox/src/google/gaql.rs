//! The query language: text into clauses. Whether the fields exist and go together is decided in [`super::plan`].

mod lexer;

use super::error::AdsError;
use lexer::{Token, tokens};

/// A query as it was written.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) select: Vec<String>,
    pub(crate) from: String,
    pub(crate) conditions: Vec<Condition>,
    /// Fields with whether they descend.
    pub(crate) order: Vec<(String, bool)>,
    pub(crate) limit: Option<usize>,
}

/// One condition of the WHERE clause.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    pub(crate) field: String,
    pub(crate) operator: Operator,
    pub(crate) values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    In,
    NotIn,
    Like,
    NotLike,
    ContainsAny,
    ContainsAll,
    ContainsNone,
    IsNull,
    IsNotNull,
    During,
    Between,
}

/// Reads a query.
pub(crate) fn parse(text: &str) -> Result<Query, AdsError> {
    let mut reader = Reader { tokens: tokens(text)?, at: 0 };
    if !reader.keyword("SELECT") {
        return Err(AdsError::query("EXPECTED_SELECT", "Error in query: expected SELECT at the beginning of the query."));
    }
    let mut select = vec![reader.word()?];
    while reader.comma() {
        select.push(reader.word()?);
    }
    if !reader.keyword("FROM") {
        return Err(match reader.peek() {
            None => AdsError::query("EXPECTED_FROM", "Error in query: FROM clause is missing."),
            Some(token) => unexpected(token),
        });
    }
    let from = reader.word()?;
    let mut conditions = Vec::new();
    if reader.keyword("WHERE") {
        conditions.push(reader.condition()?);
        while reader.keyword("AND") {
            conditions.push(reader.condition()?);
        }
    }
    let mut order = Vec::new();
    if reader.keyword("ORDER") {
        if !reader.keyword("BY") {
            return Err(AdsError::query("EXPECTED_BY", "Error in query: expected BY after ORDER."));
        }
        loop {
            let field = reader.word()?;
            let descending = reader.keyword("DESC");
            if !descending {
                reader.keyword("ASC");
            }
            order.push((field, descending));
            if !reader.comma() {
                break;
            }
        }
    }
    let limit = if reader.keyword("LIMIT") { Some(reader.limit()?) } else { None };
    if reader.keyword("PARAMETERS") {
        // Only about drafts and the like, which no account here has.
        reader.at = reader.tokens.len();
    }
    match reader.peek() {
        None => Ok(Query { select, from, conditions, order, limit }),
        Some(token) => Err(unexpected(token)),
    }
}

fn unexpected(token: &Token) -> AdsError {
    AdsError::query("UNEXPECTED_INPUT", format_args!("Error in query: unexpected input {}.", token.text()))
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Result<Token, AdsError> {
        let token = self.peek().cloned();
        self.at += 1;
        token.ok_or_else(|| AdsError::query("UNEXPECTED_END_OF_QUERY", "Error in query: unexpected end of query."))
    }

    /// Takes a word if it comes next, in upper or lower case.
    fn keyword(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(w)) if w.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    fn comma(&mut self) -> bool {
        let found = matches!(self.peek(), Some(Token::Comma));
        self.at += usize::from(found);
        found
    }

    fn word(&mut self) -> Result<String, AdsError> {
        match self.next()? {
            Token::Word(word) => Ok(word),
            other => Err(unexpected(&other)),
        }
    }

    fn limit(&mut self) -> Result<usize, AdsError> {
        let word = self.word()?;
        match word.parse::<usize>() {
            Ok(0) => Err(AdsError::query("LIMIT_VALUE_TOO_LOW", "Error in query: limit value must be positive.")),
            Ok(limit) => Ok(limit),
            Err(_) => Err(AdsError::query("BAD_LIMIT_VALUE", format_args!("Error in query: invalid limit value {word}."))),
        }
    }

    fn value(&mut self) -> Result<String, AdsError> {
        match self.next()? {
            Token::Word(text) | Token::Quoted(text) => Ok(text),
            Token::Open => Err(AdsError::query("EXPECTED_SINGLE_VALUE", "Error in query: expected a single value.")),
            other => Err(unexpected(&other)),
        }
    }

    fn list(&mut self) -> Result<Vec<String>, AdsError> {
        let expected = || AdsError::query("EXPECTED_LIST", "Error in query: expected a list of values in parentheses.");
        if self.next()? != Token::Open {
            return Err(expected());
        }
        if self.peek() == Some(&Token::Close) {
            return Err(AdsError::query("PROHIBITED_EMPTY_LIST_IN_CONDITION", "Error in query: empty list in condition."));
        }
        let mut values = vec![self.value()?];
        while self.comma() {
            values.push(self.value()?);
        }
        if self.next()? == Token::Close { Ok(values) } else { Err(expected()) }
    }

    fn condition(&mut self) -> Result<Condition, AdsError> {
        let field = self.word()?;
        let negated = self.keyword("NOT");
        let bad = |text: &str| AdsError::query("BAD_OPERATOR", format_args!("Error in query: invalid operator {text}."));
        let (operator, values) = match self.next()? {
            Token::Sign(sign) if !negated => {
                let operator = match sign {
                    "=" => Operator::Equal,
                    "!=" => Operator::NotEqual,
                    ">" => Operator::Greater,
                    ">=" => Operator::GreaterOrEqual,
                    "<" => Operator::Less,
                    _ => Operator::LessOrEqual,
                };
                (operator, vec![self.value()?])
            }
            Token::Word(word) => match (word.to_ascii_uppercase().as_str(), negated) {
                ("IN", false) => (Operator::In, self.list()?),
                ("IN", true) => (Operator::NotIn, self.list()?),
                ("LIKE", false) => (Operator::Like, vec![self.value()?]),
                ("LIKE", true) => (Operator::NotLike, vec![self.value()?]),
                ("CONTAINS", false) => {
                    let operator = match self.word()?.to_ascii_uppercase().as_str() {
                        "ANY" => Operator::ContainsAny,
                        "ALL" => Operator::ContainsAll,
                        "NONE" => Operator::ContainsNone,
                        other => return Err(bad(&format!("CONTAINS {other}"))),
                    };
                    (operator, self.list()?)
                }
                ("IS", false) => {
                    let operator = if self.keyword("NOT") { Operator::IsNotNull } else { Operator::IsNull };
                    if !self.keyword("NULL") {
                        return Err(bad("IS"));
                    }
                    (operator, Vec::new())
                }
                ("DURING", false) => (Operator::During, vec![self.value()?]),
                ("BETWEEN", false) => {
                    let from = self.value()?;
                    if !self.keyword("AND") {
                        return Err(AdsError::query("EXPECTED_AND", "Error in query: expected AND in BETWEEN condition."));
                    }
                    (Operator::Between, vec![from, self.value()?])
                }
                (other, _) => return Err(bad(other)),
            },
            other => return Err(unexpected(&other)),
        };
        Ok(Condition { field, operator, values })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_told_apart() {
        let query = parse(
            "select campaign.id, metrics.clicks\nFROM campaign WHERE segments.date BETWEEN '2026-10-01' AND \"2026-10-31\" AND campaign.status NOT IN ('REMOVED', PAUSED) \
             and metrics.clicks > 3 ORDER BY metrics.clicks DESC, campaign.id LIMIT 10 PARAMETERS include_drafts=true",
        )
        .unwrap();
        assert_eq!((query.select.len(), query.from.as_str(), query.limit), (2, "campaign", Some(10)));
        assert_eq!(query.conditions[0].values, ["2026-10-01", "2026-10-31"]);
        assert_eq!((query.conditions[1].operator, query.conditions[1].values.len()), (Operator::NotIn, 2));
        assert_eq!(query.order, [("metrics.clicks".to_owned(), true), ("campaign.id".to_owned(), false)]);
    }

    #[test]
    fn what_is_wrong_has_a_code() {
        for (text, code) in [
            ("FETCH x FROM y", "EXPECTED_SELECT"),
            ("SELECT campaign.id", "EXPECTED_FROM"),
            ("SELECT campaign.id FROM", "UNEXPECTED_END_OF_QUERY"),
            ("SELECT campaign.id FROM campaign WHERE campaign.id IN ()", "PROHIBITED_EMPTY_LIST_IN_CONDITION"),
            ("SELECT campaign.id FROM campaign WHERE campaign.id IN 3", "EXPECTED_LIST"),
            ("SELECT campaign.id FROM campaign WHERE campaign.id ~ 3", "BAD_SYMBOL"),
            ("SELECT campaign.id FROM campaign WHERE campaign.id ABOUT 3", "BAD_OPERATOR"),
            ("SELECT campaign.id FROM campaign WHERE campaign.name = 'x", "STRING_NOT_TERMINATED"),
            ("SELECT campaign.id FROM campaign LIMIT 0", "LIMIT_VALUE_TOO_LOW"),
            ("SELECT campaign.id FROM campaign LIMIT few", "BAD_LIMIT_VALUE"),
            ("SELECT campaign.id FROM campaign OR 1", "UNEXPECTED_INPUT"),
        ] {
            let error = format!("{:?}", parse(text).unwrap_err());
            assert!(error.contains(code), "{text}: {error}");
        }
    }
}
