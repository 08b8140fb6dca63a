//! The catalogue as a page for people.

use super::{Tool, catalogue};
use serde_json::Value;
use trimtab_domain::Source;

const HEAD: &str = "\
# Tools

Every read of a platform by name, with a typed input. `trimtab tools list` and `GET /api/v1/tools` name them, `trimtab tools show NAME` and
`GET /api/v1/tools/{name}` give the JSON Schemas of input and answer, `trimtab tools call NAME --tenant T --input JSON` and
`POST /api/v1/tools/{name}?tenant=T` read. An answer is `{success, data, metadata: {api_calls, duration_ms, rate_limit_remaining, complete,
next_step, warnings}}`; `rate_limit_remaining` is the share of the platform's limit that is left, in percent, `null` where the platform does not tell.
Amounts are decimals in the account's currency, days are the account's own, `null` is a figure the platform does not tell. What was left out for
being too much is said: `complete` is then false, and `next_step` says how to get at it.

No tool writes to a platform. This page is made from the tools themselves; a test holds it up to date.
";

/// The page.
#[must_use]
pub fn document() -> String {
    let mut page = HEAD.to_owned();
    let mut platform: Option<Source> = None;
    for tool in catalogue() {
        if platform != Some(tool.platform()) {
            platform = Some(tool.platform());
            page += &format!("\n## {}\n", tool.platform().label());
        }
        page += &entry(tool);
    }
    page
}

fn entry(tool: &Tool) -> String {
    let mut text = format!("\n### {}\n{}.\n\n", tool.name(), tool.about());
    let required = tool.input().get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let fields = tool.input().get("properties").and_then(Value::as_object);
    text += "| field | type | what |\n|---|---|---|\n";
    for (name, field) in fields.into_iter().flatten() {
        let must = if required.iter().any(|field| field == name) { ", required" } else { "" };
        let what = field.get("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " ");
        text += &format!("| `{name}` | {}{must} | {what} |\n", kind(tool.input(), field));
    }
    text + &format!("\nExample: `{}`\n", tool.example())
}

/// A field's type in a few words.
fn kind(schema: &Value, field: &Value) -> String {
    let field = referred(schema, field);
    if let Some(choices) = field.get("enum").and_then(Value::as_array) {
        return words(choices);
    }
    if let Some(choices) = field.get("oneOf").and_then(Value::as_array) {
        return words(&choices.iter().filter_map(|choice| choice.get("const").cloned()).collect::<Vec<_>>());
    }
    let plain = match field.get("type") {
        Some(Value::String(word)) => word.clone(),
        Some(Value::Array(words)) => {
            words.iter().filter_map(Value::as_str).find(|word| *word != "null").unwrap_or("any").to_owned()
        }
        _ => "any".to_owned(),
    };
    match (plain.as_str(), field.get("items"), field.get("format").and_then(Value::as_str)) {
        ("array", Some(items), _) => format!("list of {}", kind(schema, items)),
        ("string", _, Some("date")) => "day (YYYY-MM-DD)".to_owned(),
        ("integer", _, _) => {
            let bound = |name| field.get(name).and_then(Value::as_u64).map_or_else(String::new, |bound| bound.to_string());
            format!("whole number, {} to {}", bound("minimum"), bound("maximum"))
        }
        ("boolean", _, _) => "true or false".to_owned(),
        ("string", _, _) => "text".to_owned(),
        _ => plain,
    }
}

fn words(choices: &[Value]) -> String {
    choices.iter().filter_map(Value::as_str).map(|choice| format!("`{choice}`")).collect::<Vec<_>>().join(", ")
}

/// What a reference within the schema stands for; the field itself where it is none.
fn referred<'s>(schema: &'s Value, field: &'s Value) -> &'s Value {
    let pointer = field.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
    pointer.and_then(|pointer| schema.pointer(pointer)).unwrap_or(field)
}
