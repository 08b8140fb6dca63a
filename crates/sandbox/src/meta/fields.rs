//! The `fields` parameter: names with nested braces, as `id,name,creative{id,title}`.

use super::error::GraphError;

/// One requested field and those below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) below: Vec<Self>,
}

/// Reads a field list, given as text or as a JSON array of texts. Modifiers such as `.limit(5)` are understood and dropped.
pub(crate) fn parse(text: &str) -> Result<Vec<Field>, GraphError> {
    let joined;
    let mut text = text.trim();
    if text.starts_with('[') {
        let names: Vec<String> = serde_json::from_str(text).map_err(|_| syntax(text))?;
        joined = names.join(",");
        text = &joined;
    }
    let mut rest = text;
    let fields = list(&mut rest, 0)?;
    if rest.is_empty() { Ok(fields) } else { Err(syntax(text)) }
}

fn syntax(text: &str) -> GraphError {
    GraphError::new(400, 2500, format!("Syntax error \"Expected end of string instead of \"{{\".\" in fields: {text}"))
}

/// Nesting deeper than this is refused.
const DEPTH_MAX: usize = 5;

fn list(rest: &mut &str, depth: usize) -> Result<Vec<Field>, GraphError> {
    if depth > DEPTH_MAX {
        return Err(syntax(rest));
    }
    let mut fields: Vec<Field> = Vec::new();
    loop {
        let end = rest.find(['{', '}', ',']).unwrap_or(rest.len());
        let raw = rest[..end].trim();
        let name = raw.split('.').next().unwrap_or("").trim().to_owned();
        *rest = &rest[end..];
        let mut below = Vec::new();
        if let Some(inner) = rest.strip_prefix('{') {
            *rest = inner;
            below = list(rest, depth + 1)?;
            *rest = rest.strip_prefix('}').ok_or_else(|| syntax(rest))?;
        }
        if !name.is_empty() && !fields.iter().any(|f| f.name == name) {
            fields.push(Field { name, below });
        }
        match rest.strip_prefix(',') {
            Some(more) => *rest = more,
            None => return Ok(fields),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_nest() {
        let fields = parse("id, name,creative{id,object_story_spec{page_id}},ads.limit(2){id},id").unwrap();
        let names: Vec<_> = fields.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["id", "name", "creative", "ads"]);
        assert_eq!(fields[2].below[1].below[0].name, "page_id");
        assert_eq!(parse(r#"["id","creative{id}"]"#).unwrap(), parse("id,creative{id}").unwrap());
        for bad in ["[id", "id{", "id}", "a{b}}", &"a{".repeat(50)] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
