//! What a value of JSON may look like, whichever specification says so, and where it looks otherwise.
//!
//! Each platform's specification has a notation of its own; all of them come down to [`Shape`]. A shape is closed: a field it does not list is
//! unknown. What a specification names and does not describe is [`Shape::Undescribed`]; it passes, and is told as unchecked.

use super::found::{Found, Kind, shown};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a value may look like.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// The specification says that anything goes.
    Any,
    /// The specification says no more than this name.
    Undescribed(String),
    Boolean,
    /// A whole number within bounds.
    Integer(Option<i64>, Option<i64>),
    Number,
    Text,
    /// Text of digits: ids, and long integers where JSON has none.
    Digits,
    /// `2026-11-20`.
    Day,
    /// One of these.
    Words(Words),
    /// So many of these at most.
    List(Box<Shape>, Option<usize>),
    Fields(Fields),
    /// Any of these.
    AnyOf(Vec<Shape>),
    Nullable(Box<Shape>),
    /// By the word a field holds, one of these named shapes; else the last.
    Tagged(String, BTreeMap<String, String>, Box<Shape>),
    /// A shape of the book.
    Named(String),
}

/// A closed list of words; of numbers, where a specification lists those.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Words {
    pub(super) text: BTreeSet<String>,
    pub(super) other: Vec<Value>,
}

/// An object.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Fields {
    /// The specification's name for it.
    pub(super) name: String,
    pub(super) fields: BTreeMap<String, Shape>,
    pub(super) required: BTreeSet<String>,
    /// What fields may look like that are not listed; `None` where there may be no others.
    pub(super) rest: Option<Box<Shape>>,
}

impl Shape {
    pub(super) fn words<W: Into<String>>(words: impl IntoIterator<Item = W>) -> Self {
        Self::Words(Words { text: words.into_iter().map(Into::into).collect(), other: Vec::new() })
    }

    pub(super) fn list(item: Self) -> Self {
        Self::List(Box::new(item), None)
    }

    /// An object of these fields, all of which may be left out.
    pub(super) fn fields<const N: usize>(name: &str, fields: [(&str, Self); N]) -> Self {
        let fields = fields.into_iter().map(|(name, shape)| (name.to_owned(), shape)).collect();
        Self::Fields(Fields { name: name.to_owned(), fields, ..Fields::default() })
    }

    /// The same object, which must have these.
    pub(super) fn requiring<const N: usize>(mut self, required: [&str; N]) -> Self {
        if let Self::Fields(fields) = &mut self {
            fields.required.extend(required.map(str::to_owned));
        }
        self
    }

    pub(super) fn nullable(self) -> Self {
        if matches!(self, Self::Nullable(_)) { self } else { Self::Nullable(Box::new(self)) }
    }
}

/// Shapes by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Book(pub(super) BTreeMap<String, Shape>);

impl Book {
    /// Holds a value against a shape. `place` is what the specification calls it.
    pub(super) fn check(&self, shape: &Shape, value: &Value, place: &str) -> Found {
        let mut found = Found::default();
        self.walk(shape, value, place, &mut String::new(), &mut found);
        found
    }

    /// The same of a parameter, whose value travels as text.
    pub(super) fn check_text(&self, shape: &Shape, text: &str, place: &str) -> Found {
        self.check(shape, &self.value_of(shape, text), place)
    }

    fn resolved<'b>(&'b self, shape: &'b Shape) -> Option<&'b Shape> {
        match shape {
            Shape::Named(name) => self.0.get(name).and_then(|shape| self.resolved(shape)),
            Shape::Nullable(shape) => self.resolved(shape),
            shape => Some(shape),
        }
    }

    /// Text as the value its shape wants, or as text where it is no such value.
    fn value_of(&self, shape: &Shape, text: &str) -> Value {
        let number = || serde_json::from_str::<Value>(text).ok().filter(Value::is_number);
        let read = match self.resolved(shape) {
            Some(Shape::Integer(..) | Shape::Number) => number(),
            Some(Shape::Words(words)) if !words.other.is_empty() => number(),
            Some(Shape::Boolean) => text.parse().ok().map(Value::Bool),
            _ => None,
        };
        read.unwrap_or_else(|| Value::from(text))
    }

    fn walk(&self, shape: &Shape, value: &Value, place: &str, at: &mut String, found: &mut Found) {
        let fits = match shape {
            Shape::Any => true,
            Shape::Undescribed(name) => {
                found.undescribed.insert(name.clone());
                true
            }
            Shape::Boolean => value.is_boolean(),
            Shape::Number => value.is_number(),
            Shape::Text => value.is_string(),
            Shape::Digits => value.as_str().is_some_and(|text| is_digits(text.strip_prefix('-').unwrap_or(text))),
            Shape::Day => value.as_str().is_some_and(is_day),
            Shape::Integer(min, max) => {
                let whole = value.is_i64() || value.is_u64();
                let beyond = |n: i64| min.is_some_and(|least| n < least) || max.is_some_and(|most| n > most);
                if whole && value.as_i64().is_some_and(beyond) {
                    found.add(Kind::OutOfBounds, place, at.as_str(), shown(value));
                }
                whole
            }
            Shape::Words(words) => {
                let listed = value.as_str().map_or_else(|| words.other.contains(value), |text| words.text.contains(text));
                if !listed {
                    found.add(Kind::WrongEnum, format!("{place} = {}", shown(value)), at.as_str(), shown(value));
                }
                true
            }
            Shape::List(item, most) => self.walk_list(item, *most, value, place, at, found),
            Shape::Fields(fields) => self.walk_fields(fields, value, at, found),
            Shape::AnyOf(shapes) => {
                self.walk_any(shapes, value, place, at, found);
                true
            }
            Shape::Nullable(shape) => {
                if !value.is_null() {
                    self.walk(shape, value, place, at, found);
                }
                true
            }
            Shape::Tagged(tag, named, other) => {
                let name = value[tag.as_str()].as_str().and_then(|word| named.get(word));
                let shape = name.and_then(|name| self.0.get(name)).unwrap_or(other);
                self.walk(shape, value, place, at, found);
                true
            }
            Shape::Named(name) => {
                match self.0.get(name) {
                    Some(shape) => self.walk(shape, value, place, at, found),
                    None => {
                        found.undescribed.insert(name.clone());
                    }
                }
                true
            }
        };
        if !fits {
            found.add(Kind::WrongType, place, at.as_str(), shown(value));
        }
    }

    fn walk_list(&self, item: &Shape, most: Option<usize>, value: &Value, place: &str, at: &mut String, found: &mut Found) -> bool {
        let Some(items) = value.as_array() else { return false };
        if most.is_some_and(|most| items.len() > most) {
            found.add(Kind::OutOfBounds, place, at.as_str(), format!("{} items", items.len()));
        }
        let length = at.len();
        for (number, value) in items.iter().enumerate() {
            at.push_str(&format!("[{number}]"));
            self.walk(item, value, place, at, found);
            at.truncate(length);
        }
        true
    }

    fn walk_fields(&self, fields: &Fields, value: &Value, at: &mut String, found: &mut Found) -> bool {
        let Some(object) = value.as_object() else { return false };
        let length = at.len();
        for (name, value) in object {
            if length > 0 {
                at.push('.');
            }
            at.push_str(name);
            let place = format!("{}.{name}", fields.name);
            match (fields.fields.get(name), &fields.rest) {
                (Some(shape), _) => self.walk(shape, value, &place, at, found),
                (None, Some(rest)) => self.walk(rest, value, &place, at, found),
                (None, None) => found.add(Kind::UnknownField, place, at.as_str(), shown(value)),
            }
            at.truncate(length);
        }
        for name in fields.required.iter().filter(|name| !object.contains_key(*name)) {
            found.add(Kind::MissingRequired, format!("{}.{name}", fields.name), at.as_str(), "");
        }
        true
    }

    /// The shape that fits; where none does, the one that fits best tells what is wrong.
    fn walk_any(&self, shapes: &[Shape], value: &Value, place: &str, at: &mut String, found: &mut Found) {
        let tried = shapes.iter().map(|shape| {
            let mut own = Found::default();
            self.walk(shape, value, place, at, &mut own);
            own
        });
        if let Some(best) = tried.min_by_key(|own| own.departures.len()) {
            found.append(best);
        }
    }
}

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `YYYY-MM-DD`.
pub(super) fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &str, length: usize| part.parse::<u32>().ok().filter(|_| part.len() == length && is_digits(part));
    match parts[..] {
        [year, month, day] => {
            number(year, 4).is_some()
                && number(month, 2).is_some_and(|month| (1..=12).contains(&month))
                && number(day, 2).is_some_and(|day| (1..=31).contains(&day))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn book() -> Book {
        let ad = Shape::fields(
            "Ad",
            [
                ("id", Shape::Digits),
                ("status", Shape::words(["ACTIVE", "PAUSED"])),
                ("next", Shape::Named("Ad".to_owned()).nullable()),
            ],
        );
        Book(BTreeMap::from([("Ad".to_owned(), ad.requiring(["id"]))]))
    }

    fn check(shape: &Shape, value: Value) -> Vec<(Kind, String)> {
        book().check(shape, &value, "X").short()
    }

    #[test]
    fn every_kind_of_departure_is_told_with_its_place() {
        let ads = Shape::list(Shape::Named("Ad".to_owned()));
        let value = json!([{"id": "1", "status": "ACTIVE", "next": null}, {"id": 7, "status": "GONE", "extra": 1, "next": {"status": "PAUSED"}}]);
        let found = book().check(&ads, &value, "Ads");
        let mut told: Vec<_> = found.departures.iter().map(|d| (d.kind, d.place.as_str(), d.at.as_str())).collect();
        told.sort();
        assert_eq!(
            told,
            [
                (Kind::UnknownField, "Ad.extra", "[1].extra"),
                (Kind::WrongEnum, "Ad.status = 'GONE'", "[1].status"),
                (Kind::MissingRequired, "Ad.id", "[1].next"),
                (Kind::WrongType, "Ad.id", "[1].id"),
            ]
        );
    }

    #[test]
    fn scalars_are_told_apart() {
        for (shape, good, bad) in [
            (Shape::Boolean, json!(true), json!("true")),
            (Shape::Integer(None, None), json!(3), json!(3.5)),
            (Shape::Number, json!(3.5), json!("3.5")),
            (Shape::Text, json!("x"), json!(1)),
            (Shape::Digits, json!("123"), json!("12a")),
            (Shape::Day, json!("2026-11-20"), json!("2026-13-20")),
            (Shape::list(Shape::Text), json!(["x"]), json!("x")),
        ] {
            assert_eq!(check(&shape, good), []);
            assert_eq!(check(&shape, bad), [(Kind::WrongType, "X".to_owned())]);
        }
        assert_eq!(check(&Shape::Integer(Some(1), Some(250)), json!(251)), [(Kind::OutOfBounds, "X".to_owned())]);
        assert_eq!(check(&Shape::List(Box::new(Shape::Text), Some(1)), json!(["a", "b"])), [(Kind::OutOfBounds, "X".to_owned())]);
    }

    #[test]
    fn the_alternative_that_fits_best_speaks() {
        let shape = Shape::AnyOf(vec![Shape::Text, Shape::fields("Pair", [("a", Shape::Text), ("b", Shape::Text)])]);
        assert_eq!(check(&shape, json!("x")), []);
        assert_eq!(check(&shape, json!({"a": 1})), [(Kind::WrongType, "X".to_owned())]);
    }

    #[test]
    fn parameters_are_read_by_the_type_they_should_have() {
        let days = Shape::Words(Words { text: BTreeSet::new(), other: vec![json!(1), json!(30)] });
        let text = |shape: &Shape, text: &str| book().check_text(shape, text, "days").departures.len();
        assert_eq!((text(&days, "30"), text(&days, "31"), text(&days, "many")), (0, 1, 1));
        assert_eq!(
            (text(&Shape::Boolean, "true"), text(&Shape::Boolean, "yes"), text(&Shape::Integer(None, None), "3.5")),
            (0, 1, 1)
        );
    }

    #[test]
    fn what_is_not_described_passes_and_is_told() {
        let found = book().check(&Shape::list(Shape::Undescribed("Targeting".to_owned())), &json!([{"a": 1}]), "X");
        assert!(found.departures.is_empty() && found.undescribed.contains("Targeting"));
    }
}
