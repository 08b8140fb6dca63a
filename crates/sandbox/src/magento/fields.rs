//! `fields=items[entity_id,extension_attributes[utm_source]],total_count`: what is wanted of an answer.

use serde_json::{Map, Value};

/// A wanted field with what is wanted of it; of one without anything below, all of it is.
#[derive(Debug, Clone, PartialEq)]
struct Wanted {
    name: String,
    below: Vec<Wanted>,
}

/// What is wanted of a value. A list gives of each of its items.
pub(super) fn pick(whole: &Value, wanted: &str) -> Value {
    choose(whole, &read(&mut wanted.chars().peekable(), 0))
}

fn read(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, depth: usize) -> Vec<Wanted> {
    let mut all: Vec<Wanted> = Vec::new();
    let mut name = String::new();
    let keep = |name: &mut String, all: &mut Vec<Wanted>, below: Vec<Wanted>| {
        let name = std::mem::take(name).trim().to_owned();
        if !name.is_empty() {
            all.push(Wanted { name, below });
        }
    };
    while let Some(c) = chars.next() {
        match c {
            ',' => keep(&mut name, &mut all, Vec::new()),
            '[' if depth < 20 => {
                let below = read(chars, depth + 1);
                keep(&mut name, &mut all, below);
            }
            ']' => break,
            c => name.push(c),
        }
    }
    keep(&mut name, &mut all, Vec::new());
    all
}

fn choose(whole: &Value, wanted: &[Wanted]) -> Value {
    match whole {
        _ if wanted.is_empty() => whole.clone(),
        Value::Array(items) => items.iter().map(|item| choose(item, wanted)).collect(),
        Value::Object(object) => {
            let chosen = wanted.iter().filter_map(|w| Some((w.name.clone(), choose(object.get(&w.name)?, &w.below))));
            Value::Object(chosen.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn picks_what_is_wanted() {
        let whole = json!({"items": [{"a": 1, "b": {"c": 2, "d": 3}, "e": 4}], "total_count": 1, "search_criteria": {}});
        assert_eq!(pick(&whole, "items[a,b[c]],total_count"), json!({"items": [{"a": 1, "b": {"c": 2}}], "total_count": 1}));
        assert_eq!(pick(&whole, "items[b, nothing ]"), json!({"items": [{"b": {"c": 2, "d": 3}}]}));
        assert_eq!(pick(&json!([{"id": 1, "x": 2}]), "id"), json!([{"id": 1}]));
        assert_eq!(pick(&whole, "items[a"), json!({"items": [{"a": 1}]}));
    }
}
