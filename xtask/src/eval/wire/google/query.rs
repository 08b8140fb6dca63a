//! Queries in Google's language, as far as it takes to know every name and word in them.

/// The names and words of a query.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) select: Vec<String>,
    pub(super) from: String,
    pub(super) conditions: Vec<Condition>,
    pub(super) order: Vec<String>,
}

/// One condition of `WHERE`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) field: String,
    /// In capitals, of several words the first.
    pub(super) operator: String,
    pub(super) values: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A name, a number, a keyword.
    Word(String),
    /// Quoted.
    Text(String),
    Sign(char),
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// With what stands where something else should.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let tokens = tokens(text)?;
        let mut reader = Reader { tokens: &tokens, at: 0 };
        let mut query = Self::default();
        reader.keyword("SELECT")?;
        query.select = reader.names()?;
        reader.keyword("FROM")?;
        query.from = reader.word()?;
        if reader.is("WHERE") {
            loop {
                query.conditions.push(reader.condition()?);
                if !reader.is("AND") {
                    break;
                }
            }
        }
        if reader.is("ORDER") {
            reader.keyword("BY")?;
            loop {
                query.order.push(reader.word()?);
                if !reader.is("ASC") {
                    reader.is("DESC");
                }
                if !reader.sign(',') {
                    break;
                }
            }
        }
        if reader.is("LIMIT") {
            let limit = reader.word()?;
            limit.parse::<u64>().map_err(|_| format!("LIMIT {limit}"))?;
        }
        match reader.tokens.get(reader.at) {
            None => Ok(query),
            Some(rest) => Err(format!("{rest:?} after the end")),
        }
    }
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Result<Token, String> {
        let token = self.tokens.get(self.at).cloned().ok_or("the query ends too early")?;
        self.at += 1;
        Ok(token)
    }

    fn word(&mut self) -> Result<String, String> {
        match self.next()? {
            Token::Word(word) => Ok(word),
            other => Err(format!("{other:?} in the place of a name")),
        }
    }

    /// Takes a keyword, if it is next.
    fn is(&mut self, keyword: &str) -> bool {
        let there = matches!(self.tokens.get(self.at), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword));
        self.at += usize::from(there);
        there
    }

    fn sign(&mut self, sign: char) -> bool {
        let there = self.tokens.get(self.at) == Some(&Token::Sign(sign));
        self.at += usize::from(there);
        there
    }

    fn keyword(&mut self, keyword: &str) -> Result<(), String> {
        if self.is(keyword) { Ok(()) } else { Err(format!("{:?} in the place of {keyword}", self.tokens.get(self.at))) }
    }

    fn names(&mut self) -> Result<Vec<String>, String> {
        let mut names = vec![self.word()?];
        while self.sign(',') {
            names.push(self.word()?);
        }
        Ok(names)
    }

    fn value(&mut self) -> Result<String, String> {
        match self.next()? {
            Token::Word(value) | Token::Text(value) => Ok(value),
            Token::Sign(sign) => Err(format!("'{sign}' in the place of a value")),
        }
    }

    fn condition(&mut self) -> Result<Condition, String> {
        let field = self.word()?;
        if let Some(Token::Sign('=' | '!' | '<' | '>')) = self.tokens.get(self.at) {
            while matches!(self.tokens.get(self.at), Some(Token::Sign('=' | '!' | '<' | '>'))) {
                self.at += 1;
            }
            return Ok(Condition { field, operator: "=".to_owned(), values: vec![self.value()?] });
        }
        let negated = self.is("NOT");
        let operator = self.word()?.to_ascii_uppercase();
        let values = match operator.as_str() {
            "IN" => self.listed()?,
            "CONTAINS" if !negated => {
                self.word()?;
                self.listed()?
            }
            "BETWEEN" if !negated => {
                let from = self.value()?;
                self.keyword("AND")?;
                vec![from, self.value()?]
            }
            "IS" if !negated => {
                self.is("NOT");
                self.keyword("NULL")?;
                Vec::new()
            }
            "DURING" if !negated => vec![self.value()?],
            // Patterns are no words of an enumeration.
            "LIKE" | "REGEXP_MATCH" => self.value().map(|_| Vec::new())?,
            other => return Err(format!("{other} in the place of an operator")),
        };
        Ok(Condition { field, operator, values })
    }

    fn listed(&mut self) -> Result<Vec<String>, String> {
        if !self.sign('(') {
            return Err("a list without an opening bracket".to_owned());
        }
        let mut values = vec![self.value()?];
        while self.sign(',') {
            values.push(self.value()?);
        }
        if self.sign(')') { Ok(values) } else { Err("a list without a closing bracket".to_owned()) }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let part_of_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '/');
        let after = if part_of_word(first) {
            let end = rest.find(|c| !part_of_word(c)).unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..end].to_owned()));
            &rest[end..]
        } else if matches!(first, '\'' | '"') {
            let (inside, after) = rest[1..].split_once(first).ok_or("a text without its end")?;
            tokens.push(Token::Text(inside.to_owned()));
            after
        } else {
            tokens.push(Token::Sign(first));
            &rest[first.len_utf8()..]
        };
        rest = after.trim_start();
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_words_are_found_wherever_they_stand() {
        let query = Query::parse(
            "SELECT segments.date, campaign.id, metrics.clicks FROM campaign WHERE segments.date BETWEEN '2026-11-01' AND '2026-11-20' \
             AND campaign.status IN ('ENABLED', PAUSED) AND metrics.clicks >= 10 AND campaign.name NOT LIKE '%x%' AND campaign.end IS NOT NULL \
             ORDER BY campaign.id DESC, segments.date LIMIT 10",
        )
        .unwrap();
        assert_eq!(query.select, ["segments.date", "campaign.id", "metrics.clicks"]);
        assert_eq!((query.from.as_str(), query.order.len()), ("campaign", 2));
        let words: Vec<_> = query.conditions.iter().map(|c| (c.field.as_str(), c.operator.as_str(), c.values.len())).collect();
        assert_eq!(
            words,
            [
                ("segments.date", "BETWEEN", 2),
                ("campaign.status", "IN", 2),
                ("metrics.clicks", "=", 1),
                ("campaign.name", "LIKE", 0),
                ("campaign.end", "IS", 0)
            ]
        );
        assert_eq!(query.conditions[1].values, ["ENABLED", "PAUSED"]);
    }

    #[test]
    fn what_is_no_query_is_refused() {
        for bad in [
            "",
            "SELECT FROM x",
            "SELECT a x",
            "SELECT a FROM b WHERE",
            "SELECT a FROM b WHERE c IN (d",
            "SELECT a FROM b LIMIT x",
            "SELECT a FROM b c",
        ] {
            assert!(Query::parse(bad).is_err(), "{bad}");
        }
    }
}
