//! The answer of `searchStream`: one JSON array of batches, each with rows. Read in one pass; a row is handed on before the next is
//! looked at, borrowed from the body.
//!
//! An empty answer is `[]`, or one batch with a field mask and no rows. A batch with neither is another document. A stream that fails
//! half-way ends in an error instead of a batch: then nothing of it counts.

use super::service::BadBody;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use std::{fmt, marker::PhantomData};

/// Hands every row of a body to `take`, which may find it contradictory.
pub(crate) fn each_row<'de, R: Deserialize<'de>>(
    body: &'de [u8],
    mut take: impl FnMut(R) -> Result<(), String>,
) -> Result<(), BadBody> {
    // Checked once here, so that the parser need not check each string.
    let text = std::str::from_utf8(body).map_err(|error| BadBody::Malformed(serde_json::Error::custom(error)))?;
    let mut from = serde_json::Deserializer::from_str(text);
    let mut conflict = None;
    let batches = Batches(Rows { take: &mut take, conflict: &mut conflict, row: PhantomData });
    let read = batches.deserialize(&mut from).and_then(|()| from.end());
    match (conflict, read) {
        (Some(conflict), _) => Err(BadBody::Conflict(conflict)),
        (None, read) => read.map_err(BadBody::Malformed),
    }
}

/// What is done with the rows, passed down to where they are.
struct Rows<'t, F, R> {
    take: &'t mut F,
    conflict: &'t mut Option<String>,
    row: PhantomData<R>,
}

impl<F, R> Rows<'_, F, R> {
    const fn again(&mut self) -> Rows<'_, F, R> {
        Rows { take: self.take, conflict: self.conflict, row: PhantomData }
    }
}

/// The array of batches.
struct Batches<'t, F, R>(Rows<'t, F, R>);
/// One batch.
struct Batch<'t, F, R>(Rows<'t, F, R>);

/// The reason a stream gives for breaking off.
#[derive(Deserialize)]
struct Broken {
    #[serde(default)]
    message: String,
}

impl<'de, R: Deserialize<'de>, F: FnMut(R) -> Result<(), String>> DeserializeSeed<'de> for Batches<'_, F, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de, R: Deserialize<'de>, F: FnMut(R) -> Result<(), String>> Visitor<'de> for Batches<'_, F, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of batches")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut batches: A) -> Result<(), A::Error> {
        while batches.next_element_seed(Batch(self.0.again()))?.is_some() {}
        Ok(())
    }
}

impl<'de, R: Deserialize<'de>, F: FnMut(R) -> Result<(), String>> DeserializeSeed<'de> for Batch<'_, F, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, R: Deserialize<'de>, F: FnMut(R) -> Result<(), String>> Visitor<'de> for Batch<'_, F, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a batch of rows")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut batch: A) -> Result<(), A::Error> {
        let mut known = false;
        while let Some(key) = batch.next_key::<&str>()? {
            match key {
                "results" => {
                    known = true;
                    batch.next_value_seed(self.0.again())?;
                }
                "error" => {
                    let broken: Broken = batch.next_value()?;
                    return Err(A::Error::custom(format_args!("the stream broke off with an error: {}", broken.message)));
                }
                other => {
                    known |= other == "fieldMask";
                    batch.next_value::<IgnoredAny>()?;
                }
            }
        }
        if known { Ok(()) } else { Err(A::Error::custom("a batch with neither rows nor a field mask")) }
    }
}

impl<'de, R: Deserialize<'de>, F: FnMut(R) -> Result<(), String>> DeserializeSeed<'de> for Rows<'_, F, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de, R: Deserialize<'de>, F: FnMut(R) -> Result<(), String>> Visitor<'de> for Rows<'_, F, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        while let Some(row) = rows.next_element()? {
            if let Err(conflict) = (self.take)(row) {
                *self.conflict = Some(conflict);
                return Err(A::Error::custom("a contradictory row"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Row<'a> {
        id: &'a str,
    }

    fn ids(body: &str) -> Result<Vec<String>, String> {
        let mut ids = Vec::new();
        let take = |row: Row<'_>| {
            ids.push(row.id.to_owned());
            if row.id == "bad" { Err("row bad".to_owned()) } else { Ok(()) }
        };
        each_row(body.as_bytes(), take).map_err(|bad| match bad {
            BadBody::Malformed(error) => error.to_string(),
            BadBody::Conflict(what) => format!("conflict: {what}"),
        })?;
        Ok(ids)
    }

    #[test]
    fn rows_of_all_batches_come_in_order() {
        let body = r#"[{"results":[{"id":"1"},{"id":"2"}],"fieldMask":"a","requestId":"x"},
            {"fieldMask":"a","results":[{"id":"3","new":{"x":[1]}}],"queryResourceConsumption":"230"}]"#;
        assert_eq!(ids(body).unwrap(), ["1", "2", "3"]);
    }

    #[test]
    fn emptiness_has_two_shapes() {
        assert_eq!(ids("[]").unwrap(), [""; 0]);
        assert_eq!(ids(r#"[{"fieldMask":"campaign.id","requestId":"x"}]"#).unwrap(), [""; 0]);
    }

    #[test]
    fn anything_else_is_malformed() {
        for (body, said) in [
            (r#"[{"rows":[],"requestId":"x"}]"#, "neither rows nor a field mask"),
            (r#"{"results":[]}"#, "an array of batches"),
            (r#"[{"results":{}}]"#, "an array of rows"),
            (r#"[{"results":[{"id":"1"}],"fieldMask":"a"},{"error":{"code":500,"message":"gone"}}]"#, "error: gone"),
            (r#"[{"results":[{"id":"1"}"#, "EOF"),
            (r#"[] []"#, "trailing"),
            (r#"[{"results":[{"id":"1"},{"id":"bad"}]}]"#, "conflict: row bad"),
        ] {
            let error = ids(body).unwrap_err();
            assert!(error.contains(said), "{body}: {error}");
        }
    }
}
