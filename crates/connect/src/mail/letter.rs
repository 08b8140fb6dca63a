//! What is sent to whom.

use super::Error;
use crate::limits;
use lettre::{Address, message::Mailbox};
use std::fmt;

/// A letter: a subject, and the same content as text and as HTML.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub(super) subject: String,
    /// For everybody.
    pub(super) text: String,
    /// For programs that show it.
    pub(super) html: String,
}

/// Somebody to write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient(pub(super) Mailbox);

impl Letter {
    /// A letter of these parts. The subject becomes one line; `html` is sent as it is and must be whole.
    #[must_use]
    pub fn new(subject: &str, text: String, html: String) -> Self {
        Self { subject: one_line(subject, limits::MAIL_SUBJECT_MAX), text, html }
    }

    /// The subject.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The plain text, for showing it where no mail is set up.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// By its subject: the content may hold a link that lets somebody in.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter").field("subject", &self.subject).finish_non_exhaustive()
    }
}

impl Recipient {
    /// Somebody by address, and name where it is known. Only the address must be right: of a name what no header can hold is left out.
    ///
    /// # Errors
    /// [`Error::Address`] when it is no address.
    pub fn new(address: &str, name: Option<&str>) -> Result<Self, Error> {
        let name = name.map(|name| one_line(name, limits::MAIL_NAME_MAX)).filter(|name| !name.is_empty());
        Ok(Self(Mailbox::new(name, parsed(address)?)))
    }
}

/// An address, by what all servers take: one `@`, no quotes, no white space.
pub(super) fn parsed(address: &str) -> Result<Address, Error> {
    let refused = || Error::Address { address: one_line(address, limits::MAIL_NAME_MAX) };
    let address = address.trim();
    let plain = address.matches('@').count() == 1
        && !address.contains(|c: char| c.is_whitespace() || c.is_control() || "\"<>,;:\\()".contains(c));
    if !plain || address.len() > limits::EMAIL_BYTES_MAX {
        return Err(refused());
    }
    address.parse().map_err(|_| refused())
}

/// Text as one line without control characters or those that turn the direction of writing, no longer than so many letters.
pub(super) fn one_line(text: &str, letters_max: usize) -> String {
    let hidden = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let plain: String = text.chars().map(|c| if c.is_control() || hidden(c) { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(letters_max).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_all_servers_take() {
        for good in ["ada@agency.example", " ada+x@agency.example ", "a.b@sub.agency.example"] {
            assert!(Recipient::new(good, None).is_ok(), "{good}");
        }
        let long = format!("{}@agency.example", "a".repeat(250));
        for bad in [
            "",
            "ada",
            "@agency.example",
            "ada@",
            "a@b@c.example",
            "ada@agency.example, eve@evil.example",
            "ada@agency.example\r\nbcc: eve@evil.example",
            "\"a b\"@agency.example",
            "Ada <ada@agency.example>",
            "ada@agency.example>",
            &long,
        ] {
            let error = Recipient::new(bad, None).unwrap_err();
            assert!(matches!(error, Error::Address { .. }) && !error.to_string().contains('\n'), "{bad}: {error}");
        }
    }

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(one_line(" a\r\n\tb \u{202e}c\u{0}\u{85}d ", 100), "a b c d");
        assert_eq!(one_line("a b c", 2), "a");
    }
}
