//! A query's text into tokens.

use super::AdsError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword, field, number or bare value.
    Word(String),
    Quoted(String),
    Sign(&'static str),
    Comma,
    Open,
    Close,
}

impl Token {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::Quoted(text) => text,
            Self::Sign(sign) => sign,
            Self::Comma => ",",
            Self::Open => "(",
            Self::Close => ")",
        }
    }
}

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, AdsError> {
    const SIGNS: [&str; 6] = ["!=", ">=", "<=", "=", ">", "<"];
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            ',' => {
                found.push(Token::Comma);
                1
            }
            '(' => {
                found.push(Token::Open);
                1
            }
            ')' => {
                found.push(Token::Close);
                1
            }
            '\'' | '"' => {
                let (value, length) = quoted(rest, first)?;
                found.push(Token::Quoted(value));
                length
            }
            c if c.is_ascii_alphanumeric() || c == '_' || c == '-' => {
                let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "_.-:".contains(c))).unwrap_or(rest.len());
                found.push(Token::Word(rest[..length].to_owned()));
                length
            }
            _ => match SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
                Some(sign) => {
                    found.push(Token::Sign(sign));
                    sign.len()
                }
                None => return Err(AdsError::query("BAD_SYMBOL", format_args!("Error in query: unexpected symbol {first}."))),
            },
        };
        rest = rest[length..].trim_start();
    }
    Ok(found)
}

/// A quoted value, and how long it is with its quotes.
fn quoted(text: &str, quote: char) -> Result<(String, usize), AdsError> {
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote => return Ok((value, at + 1)),
            '\n' => return Err(AdsError::query("PROHIBITED_NEWLINE_IN_STRING", "Error in query: newline in string.")),
            '\\' => match chars.next() {
                Some((_, escaped @ ('\\' | '\'' | '"'))) => value.push(escaped),
                _ => return Err(AdsError::query("BAD_ESCAPE_SEQUENCE", "Error in query: invalid escape sequence.")),
            },
            c => value.push(c),
        }
    }
    Err(AdsError::query("STRING_NOT_TERMINATED", "Error in query: string is not terminated."))
}
