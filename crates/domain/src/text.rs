//! Names that people give things. They are shown to others, so none may hide what it says: no control characters, no marks that turn the
//! direction of what follows or cannot be seen, one line.

/// A name that cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// Nothing is left of it.
    #[error("it is empty")]
    Empty,
    /// It is too long.
    #[error("it is longer than {0} characters")]
    Long(usize),
    /// It holds what cannot be seen.
    #[error("it holds control characters, or marks that turn the direction of text")]
    Hidden,
}

/// The name without space around it; at most `most` characters, at least one.
///
/// # Errors
/// When it is none.
pub fn name(text: &str, most: usize) -> Result<&str, BadName> {
    let text = text.trim();
    if text.is_empty() {
        return Err(BadName::Empty);
    }
    if text.chars().count() > most {
        return Err(BadName::Long(most));
    }
    if text.chars().any(|c| c.is_control() || is_hidden(c)) {
        return Err(BadName::Hidden);
    }
    Ok(text)
}

/// Whether a character changes how others are shown and is not seen itself. Joiners stay: languages and emoji need them.
const fn is_hidden(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{feff}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_languages_pass_and_disguises_do_not() {
        for good in ["Acme", "  Brown & Söhne ", "مقهى البحر", "北海咖啡", "👩‍👩‍👧 Family", "नमस्ते", "O'Neil"]
        {
            assert_eq!(name(good, 40), Ok(good.trim()), "{good}");
        }
        for bad in ["Acme\u{202e}gnp.exe", "a\u{2066}b", "a\0b", "a\nb", "\u{feff}a", "a\u{200f}"] {
            assert_eq!(name(bad, 40), Err(BadName::Hidden), "{bad:?}");
        }
        assert_eq!((name(" ", 40), name(&"x".repeat(41), 40)), (Err(BadName::Empty), Err(BadName::Long(40))));
        assert_eq!(name(&"é".repeat(40), 40), Ok("é".repeat(40).as_str()), "characters, not bytes");
    }
}
