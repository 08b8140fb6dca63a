//! Arithmetic over the sums of metrics: `spend / impressions * 1000`.

use std::fmt;

/// A checked formula.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula(Node);

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Number(f64),
    Metric(String),
    Binary(Operator, Box<Node>, Box<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// Where a formula stops making sense.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("formula '{text}' is wrong at character {at}: expected {expected}")]
pub struct FormulaError {
    text: String,
    at: usize,
    expected: &'static str,
}

impl Formula {
    /// Reads a formula of metric names, numbers, `+ - * /` and parentheses.
    ///
    /// # Errors
    /// Says where and what was expected.
    pub fn parse(text: &str) -> Result<Self, FormulaError> {
        let mut parser = Parser { text, at: 0 };
        let node = parser.sum(0)?;
        if parser.peek().is_some() { Err(parser.error("an operator or the end")) } else { Ok(Self(node)) }
    }

    /// The metrics named, in order of first use.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        fn walk<'a>(node: &'a Node, names: &mut Vec<&'a str>) {
            match node {
                Node::Number(_) => {}
                Node::Metric(name) if names.contains(&name.as_str()) => {}
                Node::Metric(name) => names.push(name),
                Node::Binary(_, left, right) => {
                    walk(left, names);
                    walk(right, names);
                }
            }
        }
        let mut names = Vec::new();
        walk(&self.0, &mut names);
        names
    }

    /// Whether anything is taken from something in it.
    #[must_use]
    pub fn subtracts(&self) -> bool {
        fn walk(node: &Node) -> bool {
            match node {
                Node::Number(_) | Node::Metric(_) => false,
                Node::Binary(operator, left, right) => *operator == Operator::Subtract || walk(left) || walk(right),
            }
        }
        walk(&self.0)
    }

    /// The value, given each metric's sum. `None` where a metric has none or a denominator is zero.
    #[must_use]
    pub fn evaluate(&self, value: &impl Fn(&str) -> Option<f64>) -> Option<f64> {
        fn walk(node: &Node, value: &impl Fn(&str) -> Option<f64>) -> Option<f64> {
            match node {
                Node::Number(n) => Some(*n),
                Node::Metric(name) => value(name),
                Node::Binary(operator, left, right) => {
                    let (left, right) = (walk(left, value)?, walk(right, value)?);
                    match operator {
                        Operator::Add => Some(left + right),
                        Operator::Subtract => Some(left - right),
                        Operator::Multiply => Some(left * right),
                        Operator::Divide if right == 0.0 => None,
                        Operator::Divide => Some(left / right),
                    }
                }
            }
        }
        walk(&self.0, value).filter(|v| v.is_finite())
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(n) => write!(f, "{n}"),
            Self::Metric(name) => f.write_str(name),
            Self::Binary(operator, left, right) => {
                let (sign, tight) = match operator {
                    Operator::Add => ('+', false),
                    Operator::Subtract => ('-', false),
                    Operator::Multiply => ('*', true),
                    Operator::Divide => ('/', true),
                };
                let part = |f: &mut fmt::Formatter<'_>, node: &Self, right: bool| match node {
                    Self::Binary(Operator::Add | Operator::Subtract, ..) if tight || right => write!(f, "({node})"),
                    Self::Binary(..) if right => write!(f, "({node})"),
                    _ => write!(f, "{node}"),
                };
                part(f, left, false)?;
                write!(f, " {sign} ")?;
                part(f, right, true)
            }
        }
    }
}

const MAX_DEPTH: usize = 32;

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn sum(&mut self, depth: usize) -> Result<Node, FormulaError> {
        if depth > MAX_DEPTH {
            return Err(self.error("fewer parentheses"));
        }
        let mut left = self.product(depth)?;
        loop {
            let operator = match self.peek() {
                Some(b'+') => Operator::Add,
                Some(b'-') => Operator::Subtract,
                _ => return Ok(left),
            };
            self.at += 1;
            left = Node::Binary(operator, Box::new(left), Box::new(self.product(depth)?));
        }
    }

    fn product(&mut self, depth: usize) -> Result<Node, FormulaError> {
        let mut left = self.atom(depth)?;
        loop {
            let operator = match self.peek() {
                Some(b'*') => Operator::Multiply,
                Some(b'/') => Operator::Divide,
                _ => return Ok(left),
            };
            self.at += 1;
            left = Node::Binary(operator, Box::new(left), Box::new(self.atom(depth)?));
        }
    }

    fn atom(&mut self, depth: usize) -> Result<Node, FormulaError> {
        match self.peek() {
            Some(b'(') => {
                self.at += 1;
                let inner = self.sum(depth + 1)?;
                if self.peek() != Some(b')') {
                    return Err(self.error("')'"));
                }
                self.at += 1;
                Ok(inner)
            }
            Some(b) if b.is_ascii_digit() => {
                let word = self.word(|b| b.is_ascii_digit() || b == b'.');
                word.parse().map(Node::Number).map_err(|_| self.error("a number"))
            }
            Some(b) if b.is_ascii_lowercase() => {
                Ok(Node::Metric(self.word(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_').to_owned()))
            }
            _ => Err(self.error("a metric, a number or '('")),
        }
    }

    fn word(&mut self, belongs: impl Fn(u8) -> bool) -> &str {
        let start = self.at;
        while self.text.as_bytes().get(self.at).copied().is_some_and(&belongs) {
            self.at += 1;
        }
        &self.text[start..self.at]
    }

    fn peek(&mut self) -> Option<u8> {
        while self.text.as_bytes().get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        self.text.as_bytes().get(self.at).copied()
    }

    fn error(&self, expected: &'static str) -> FormulaError {
        FormulaError { text: self.text.to_owned(), at: self.at + 1, expected }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(text: &str) -> Option<f64> {
        Formula::parse(text).unwrap().evaluate(&|name| match name {
            "spend" => Some(10.0),
            "clicks" => Some(4.0),
            "zero" => Some(0.0),
            _ => None,
        })
    }

    #[test]
    fn computes_like_arithmetic() {
        assert_eq!(value("spend / clicks * 100"), Some(250.0));
        assert_eq!(value("spend - clicks - 1"), Some(5.0));
        assert_eq!(value("spend / (clicks + 1)"), Some(2.0));
        assert_eq!(value("spend / zero"), None);
        assert_eq!(value("spend + unknown"), None);
    }

    #[test]
    fn says_where_it_is_wrong() {
        let error = Formula::parse("spend / ").unwrap_err().to_string();
        assert_eq!(error, "formula 'spend / ' is wrong at character 9: expected a metric, a number or '('");
        for bad in ["", "1 2", "(spend", "spend)", "SPEND", "1..2", &"(".repeat(99)] {
            assert!(Formula::parse(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn printing_and_reading_agree(text in "(spend|clicks|7)( [-+*/] (spend|clicks|\\(clicks - 2\\))){0,4}") {
            let formula = Formula::parse(&text).unwrap();
            prop_assert_eq!(Formula::parse(&formula.to_string()).unwrap(), formula);
        }
    }
}
