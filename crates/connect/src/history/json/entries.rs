//! A JSON file, entry by entry: a list, a map by id, or either of them inside an object.

use crate::history::files::{Allowance, Capped, Files};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::{
    fmt,
    io::{BufRead as _, BufReader},
};

/// Takes an entry: its place for people, and what it says.
type Take<'a> = dyn FnMut(String, Map<String, Value>) + 'a;

/// Hands every entry of a file to `take`.
///
/// # Errors
/// When the file cannot be opened, or is no JSON from somewhere on; what stands before that has been handed over. The text says why.
pub(super) fn walk(files: &dyn Files, path: &str, take: &mut Take<'_>) -> Result<(), String> {
    let file = files.open(path).map_err(|error| format!("cannot be opened ({error}): check that this user may read it"))?;
    let (capped, allowance) = Capped::new(file);
    let mut reader = BufReader::with_capacity(64 << 10, capped);
    let marked = reader.fill_buf().is_ok_and(|start| start.starts_with(b"\xef\xbb\xbf"));
    if marked {
        reader.consume(3);
    }
    let mut json = serde_json::Deserializer::from_reader(reader);
    let mut walk = Walk { path, take, allowance, number: 0 };
    let read = Level(&mut walk, None).deserialize(&mut json).and_then(|()| json.end());
    read.map_err(|error| format!("cannot be read from entry {} on ({error}): what stands before it is taken", walk.number + 1))
}

struct Walk<'a, 'b> {
    path: &'a str,
    take: &'a mut Take<'b>,
    allowance: Allowance,
    number: u64,
}

impl Walk<'_, '_> {
    fn entry(&mut self, value: Value, id: Option<String>) {
        self.allowance.renew();
        self.number += 1;
        let Value::Object(mut entry) = value else {
            return (self.take)(format!("{} entry {}", self.path, self.number), Map::new());
        };
        if let Some(id) = id {
            entry.entry("id").or_insert(Value::String(id));
        }
        (self.take)(format!("{} entry {}", self.path, self.number), entry);
    }
}

/// A value that is a list of entries, an object that holds such, or (below a key) an entry itself.
struct Level<'w, 'a, 'b>(&'w mut Walk<'a, 'b>, Option<String>);

impl<'de> DeserializeSeed<'de> for Level<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of entries, or an object that holds them")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(value) = list.next_element::<Value>()? {
            self.0.entry(value, None);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        if let Some(id) = self.1 {
            let mut entry = Map::new();
            while let Some((key, value)) = map.next_entry::<String, Value>()? {
                entry.insert(key, value);
            }
            self.0.entry(Value::Object(entry), Some(id));
            return Ok(());
        }
        while let Some(key) = map.next_key::<String>()? {
            map.next_value_seed(Level(&mut *self.0, Some(key)))?;
        }
        Ok(())
    }

    // What stands beside the entries (a version, a time of writing) is none.
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
