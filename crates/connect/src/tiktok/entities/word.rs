//! One value of an object, whatever JSON it comes as: ids are text now and were numbers once, switches are true and false or 1 and 0.

use compact_str::{CompactString, ToCompactString};
use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};
use std::fmt;

/// A value as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Word(pub(super) CompactString);

struct WordVisitor;

impl Visitor<'_> for WordVisitor {
    type Value = Word;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, true or false")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Word, E> {
        Ok(Word(text.into()))
    }

    fn visit_bool<E: Error>(self, on: bool) -> Result<Word, E> {
        Ok(Word(on.to_compact_string()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Word, E> {
        Ok(Word(number.to_compact_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Word, E> {
        Ok(Word(number.to_compact_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Word, E> {
        Ok(Word(number.to_compact_string()))
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(WordVisitor)
    }
}

/// The words of a list in one line.
pub(super) fn joined(list: Option<Vec<Word>>) -> Option<CompactString> {
    let words: Vec<CompactString> = list?.into_iter().map(|word| word.0).collect();
    Some(words.join(",").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_switches_come_in_any_notation() {
        let words: Vec<Option<Word>> = serde_json::from_str(r#"["1728545382536225",1728545382536225,true,0,2.5,null]"#).unwrap();
        let words: Vec<_> = words.into_iter().map(|word| word.map(|word| word.0)).collect();
        let said = words.iter().map(Option::as_deref).collect::<Vec<_>>();
        assert_eq!(said, [Some("1728545382536225"), Some("1728545382536225"), Some("true"), Some("0"), Some("2.5"), None]);
    }
}
