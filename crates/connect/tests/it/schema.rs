//! The part of JSON Schema (2020-12) that tools are described with, read strictly: a keyword it does not know fails the test, so that no
//! schema passes for being misunderstood.

use serde_json::{Map, Value};

/// Keywords that describe and bind nothing.
const SAID: [&str; 7] = ["$schema", "$defs", "title", "description", "default", "format", "examples"];

/// What is wrong with a value by a schema; empty where nothing is.
pub(crate) fn wrong(root: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(root, root, value, "", &mut found);
    found
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let Value::Object(schema) = schema else {
        assert!(schema.is_boolean(), "{at}: {schema} is no schema");
        if *schema == Value::Bool(false) {
            found.push(format!("{at} is not expected"));
        }
        return;
    };
    for (keyword, rule) in schema {
        let good = match keyword.as_str() {
            word if SAID.contains(&word) => true,
            "type" => rule.as_str().map_or_else(
                || rule.as_array().unwrap().iter().any(|kind| is(kind.as_str().unwrap(), value)),
                |kind| is(kind, value),
            ),
            "enum" => rule.as_array().unwrap().contains(value),
            "const" => rule == value,
            "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
            "pattern" => value.as_str().is_none_or(|text| matches(rule.as_str().unwrap(), text)),
            "$ref" => {
                let target =
                    root.pointer(rule.as_str().unwrap().strip_prefix('#').unwrap()).expect("the reference leads somewhere");
                check(root, target, value, at, found);
                true
            }
            "oneOf" => rule.as_array().unwrap().iter().filter(|choice| fits(root, choice, value)).count() == 1,
            "anyOf" => rule.as_array().unwrap().iter().any(|choice| fits(root, choice, value)),
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, rule, item, &format!("{at}/{index}"), found);
                }
                true
            }
            "required" => {
                let names = rule.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
                value.as_object().is_none_or(|fields| names.into_iter().all(|name| fields.contains_key(name)))
            }
            "properties" => {
                for (name, rule) in rule.as_object().unwrap() {
                    if let Some(field) = value.get(name) {
                        check(root, rule, field, &format!("{at}/{name}"), found);
                    }
                }
                true
            }
            "additionalProperties" => {
                for (name, field) in others(schema, value) {
                    check(root, rule, field, &format!("{at}/{name}"), found);
                }
                true
            }
            other => panic!("{at}: the keyword {other} is not understood here"),
        };
        if !good {
            found.push(format!("{at}: {value} against {keyword} {rule}"));
        }
    }
}

fn fits(root: &Value, schema: &Value, value: &Value) -> bool {
    let mut found = Vec::new();
    check(root, schema, value, "", &mut found);
    found.is_empty()
}

/// The fields of a value that its schema does not name.
fn others<'v>(schema: &Map<String, Value>, value: &'v Value) -> impl Iterator<Item = (&'v String, &'v Value)> {
    let named = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    value.as_object().into_iter().flatten().filter(move |(name, _)| !named.contains_key(*name))
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        other => panic!("'{other}' is no type"),
    }
}

/// The patterns in use: days and ids.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern {
        r"^\d{4}-\d{2}-\d{2}$" => trimtab_domain::day::parse_day(text).is_ok(),
        r"^\d+$" => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
        other => panic!("the pattern {other} is not understood here"),
    }
}

#[test]
fn what_does_not_fit_is_found() {
    let schema = serde_json::json!({
        "type": "object", "additionalProperties": false, "required": ["a"],
        "properties": { "a": { "type": "integer", "minimum": 1 }, "b": { "$ref": "#/$defs/word" } },
        "$defs": { "word": { "oneOf": [{ "const": "x" }, { "const": "y" }] } },
    });
    let bad = |text: &str| !wrong(&schema, &serde_json::from_str(text).unwrap()).is_empty();
    assert!(!bad(r#"{"a":1,"b":"x"}"#));
    for text in ["[]", "{}", r#"{"a":0}"#, r#"{"a":"1"}"#, r#"{"a":1,"b":"z"}"#, r#"{"a":1,"c":2}"#] {
        assert!(bad(text), "{text}");
    }
}
