//! Cuts a document into tokens.

use super::{Spot, Syntax};

/// A piece of a document.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Text(String),
    Number(serde_json::Number),
    /// One of `{}()[]:!$=@|&`.
    Sign(char),
    /// `...`
    Spread,
    End,
}

impl Token {
    /// How the platform calls it when it did not expect it.
    pub(super) fn label(&self) -> String {
        match self {
            Self::Name(name) => format!("IDENTIFIER (\"{name}\")"),
            Self::Text(text) => format!("STRING (\"{text}\")"),
            Self::Number(number) => format!("INT (\"{number}\")"),
            Self::Sign(sign) => format!("(\"{sign}\")"),
            Self::Spread => "ELLIPSIS (\"...\")".to_owned(),
            Self::End => "end of file".to_owned(),
        }
    }
}

struct Lexer<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    at: Spot,
}

/// All tokens with where they begin, the end last.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Spot)>, Syntax> {
    let mut lexer = Lexer { chars: text.chars().peekable(), at: Spot { line: 1, column: 1 } };
    let mut tokens = Vec::new();
    loop {
        lexer.skip();
        let at = lexer.at;
        let token = lexer.token()?;
        let done = token == Token::End;
        tokens.push((token, at));
        if done {
            return Ok(tokens);
        }
    }
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<char> {
        let next = self.chars.next()?;
        if next == '\n' {
            self.at = Spot { line: self.at.line + 1, column: 1 };
        } else {
            self.at.column += 1;
        }
        Some(next)
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(c) = self.chars.peek().copied().filter(|c| wanted(*c)) {
            taken.push(c);
            self.next();
        }
        taken
    }

    /// White space, commas and comments mean nothing.
    fn skip(&mut self) {
        while let Some(c) = self.chars.peek().copied() {
            match c {
                '#' => drop(self.take_while(|c| c != '\n')),
                ',' | '\u{feff}' => drop(self.next()),
                c if c.is_whitespace() => drop(self.next()),
                _ => return,
            }
        }
    }

    fn wrong(&self, message: impl Into<String>) -> Syntax {
        Syntax { message: message.into(), at: self.at, code: None }
    }

    fn token(&mut self) -> Result<Token, Syntax> {
        let Some(first) = self.chars.peek().copied() else { return Ok(Token::End) };
        match first {
            'a'..='z' | 'A'..='Z' | '_' => Ok(Token::Name(self.take_while(|c| c.is_ascii_alphanumeric() || c == '_'))),
            '0'..='9' | '-' => {
                let text = self.take_while(|c| c.is_ascii_digit() || "+-.eE".contains(c));
                text.parse()
                    .map(Token::Number)
                    .map_err(|_| self.wrong(format!("Expected NUMBER, actual: UNKNOWN_CHAR (\"{text}\")")))
            }
            '"' => self.text(),
            '.' => {
                let dots = self.take_while(|c| c == '.');
                if dots == "..." { Ok(Token::Spread) } else { Err(self.wrong("Expected ELLIPSIS, actual: UNKNOWN_CHAR (\".\")")) }
            }
            '{' | '}' | '(' | ')' | '[' | ']' | ':' | '!' | '$' | '=' | '@' | '|' | '&' => {
                self.next();
                Ok(Token::Sign(first))
            }
            other => Err(self.wrong(format!("Expected NAME, actual: UNKNOWN_CHAR (\"{other}\")"))),
        }
    }

    fn text(&mut self) -> Result<Token, Syntax> {
        self.next();
        if self.chars.peek() == Some(&'"') {
            self.next();
            if self.chars.peek() != Some(&'"') {
                return Ok(Token::Text(String::new()));
            }
            self.next();
            return self.block();
        }
        let mut text = String::new();
        loop {
            match self.next() {
                None | Some('\n') => return Err(self.wrong("Expected a closing quote, actual: UNTERMINATED STRING")),
                Some('"') => return Ok(Token::Text(text)),
                Some('\\') => text.push(self.escaped()?),
                Some(c) => text.push(c),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, Syntax> {
        Ok(match self.next() {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('u') => {
                let digits: String = (0..4).filter_map(|_| self.next()).collect();
                u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).ok_or_else(|| self.wrong("Bad unicode escape"))?
            }
            Some(same @ ('"' | '\\' | '/')) => same,
            _ => return Err(self.wrong("Bad escape in a string")),
        })
    }

    /// A text between three quotes, in which nothing is escaped but three quotes.
    fn block(&mut self) -> Result<Token, Syntax> {
        let mut text = String::new();
        while let Some(c) = self.next() {
            text.push(c);
            if text.ends_with("\\\"\"\"") {
                text.truncate(text.len() - 4);
                text.push_str("\"\"\"");
            } else if text.ends_with("\"\"\"") {
                text.truncate(text.len() - 3);
                return Ok(Token::Text(text.trim().to_owned()));
            }
        }
        Err(self.wrong("Expected closing quotes, actual: UNTERMINATED STRING"))
    }
}
