//! Schemas of OpenAPI 3.0 as [`Shape`]s, read more strictly than they are meant: a field that a schema does not list is unknown, unless
//! `additionalProperties` says otherwise.

use super::shape::{Fields, Shape, Words};
use serde_json::{Map, Value};

/// Pattern of ids.
const DIGITS: &str = r"^\d+$";
/// Patterns of days.
const DAYS: [&str; 2] = [r"^(\d{4})-(\d{2})-(\d{2})$", r"^\d{4}-\d{2}-\d{2}$"];

/// Reads schemas; `named` are those that others refer to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schemas<'s> {
    pub(super) named: Option<&'s Map<String, Value>>,
}

impl Schemas<'_> {
    /// What a schema describes. `name` is what it is called where it has no name of its own.
    pub(super) fn shape(&self, schema: &Value, name: &str) -> Shape {
        if let Some(reference) = schema["$ref"].as_str() {
            return Shape::Named(reference.rsplit('/').next().unwrap_or(reference).to_owned());
        }
        let own = self.plain(schema, name);
        let whole = match schema["allOf"].as_array() {
            None => own,
            Some(parts) => parts.iter().fold(own, |whole, part| self.both(whole, self.shape(part, name), name)),
        };
        if schema["nullable"] == true { whole.nullable() } else { whole }
    }

    fn plain(&self, schema: &Value, name: &str) -> Shape {
        for alternatives in ["oneOf", "anyOf"] {
            if let Some(shapes) = schema[alternatives].as_array() {
                return Shape::AnyOf(shapes.iter().map(|schema| self.shape(schema, name)).collect());
            }
        }
        if let Some(listed) = schema["enum"].as_array() {
            let mut words = Words::default();
            for value in listed.iter().filter(|value| !value.is_null()) {
                match value.as_str() {
                    Some(text) => {
                        words.text.insert(text.to_owned());
                    }
                    None => words.other.push(value.clone()),
                }
            }
            let words = Shape::Words(words);
            return if listed.contains(&Value::Null) { words.nullable() } else { words };
        }
        let most = |key: &str| schema[key].as_u64().and_then(|most| usize::try_from(most).ok());
        match schema["type"].as_str() {
            Some("string") => match (schema["pattern"].as_str(), schema["format"].as_str()) {
                (Some(DIGITS), _) => Shape::Digits,
                (Some(pattern), _) if DAYS.contains(&pattern) => Shape::Day,
                (_, Some("date")) => Shape::Day,
                _ => Shape::Text,
            },
            Some("integer") => Shape::Integer(schema["minimum"].as_i64(), schema["maximum"].as_i64()),
            Some("number") => Shape::Number,
            Some("boolean") => Shape::Boolean,
            Some("array") => Shape::List(Box::new(self.shape(&schema["items"], name)), most("maxItems")),
            _ if schema["properties"].is_object() || !schema["additionalProperties"].is_null() => self.fields(schema, name),
            _ => Shape::Undescribed(name.to_owned()),
        }
    }

    fn fields(&self, schema: &Value, name: &str) -> Shape {
        let of = |property: &str| format!("{name}.{property}");
        let properties = schema["properties"].as_object().into_iter().flatten();
        let required = schema["required"].as_array().into_iter().flatten();
        let rest = match &schema["additionalProperties"] {
            Value::Null | Value::Bool(false) => None,
            Value::Bool(true) => Some(Shape::Any),
            schema => Some(self.shape(schema, name)),
        };
        let whole = Shape::Fields(Fields {
            name: name.to_owned(),
            fields: properties.map(|(property, schema)| (property.clone(), self.shape(schema, &of(property)))).collect(),
            required: required.filter_map(|name| name.as_str().map(str::to_owned)).collect(),
            rest: rest.map(Box::new),
        });
        let named = schema["discriminator"]["mapping"]
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(word, reference)| Some((word.clone(), reference.as_str()?.rsplit('/').next()?.to_owned())));
        match schema["discriminator"]["propertyName"].as_str() {
            Some(tag) => Shape::Tagged(tag.to_owned(), named.collect(), Box::new(whole)),
            None => whole,
        }
    }

    /// What is described by two schemas at once.
    fn both(&self, one: Shape, other: Shape, name: &str) -> Shape {
        match (self.opened(one), self.opened(other)) {
            (Shape::Undescribed(_) | Shape::Any, shape) | (shape, Shape::Undescribed(_) | Shape::Any) => shape,
            (Shape::Nullable(one), other) | (other, Shape::Nullable(one)) => self.both(*one, other, name).nullable(),
            (Shape::Fields(mut one), Shape::Fields(other)) => {
                name.clone_into(&mut one.name);
                for (field, shape) in other.fields {
                    let whole = match one.fields.remove(&field) {
                        Some(known) => self.both(known, shape, &field),
                        None => shape,
                    };
                    one.fields.insert(field, whole);
                }
                one.required.extend(other.required);
                one.rest = one.rest.or(other.rest);
                Shape::Fields(one)
            }
            (Shape::List(one, most), Shape::List(other, least)) => {
                Shape::List(Box::new(self.both(*one, *other, name)), most.or(least))
            }
            // Of two that describe one scalar, a list of words says more than a type.
            (words @ Shape::Words(_), _) | (_, words @ Shape::Words(_)) => words,
            (_, other) => other,
        }
    }

    /// The shape behind a name, without the alternatives a field of it would choose between.
    fn opened(&self, shape: Shape) -> Shape {
        match shape {
            Shape::Named(name) => match self.named.and_then(|named| named.get(&name)) {
                Some(schema) => self.opened(self.shape(schema, &name)),
                None => Shape::Undescribed(name),
            },
            Shape::Tagged(_, _, whole) => *whole,
            shape => shape,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{found::Kind, shape::Book},
        *,
    };
    use serde_json::json;

    fn check(name: &str, value: &Value) -> Vec<(Kind, String)> {
        let named = json!({
            "Id": {"type": "object", "properties": {"id": {"type": "string", "pattern": r"^\d+$"}}, "required": ["id"]},
            "Status": {"type": "string", "enum": ["ON", "OFF"]},
            "Campaign": {"type": "object", "allOf": [
                {"$ref": "#/components/schemas/Id"},
                {"type": "object", "properties": {"status": {"$ref": "#/components/schemas/Status"}, "cap": {"type": "integer", "nullable": true}}},
            ]},
            "Page": {"type": "object", "properties": {"items": {"type": "array", "items": {"type": "object"}}}, "required": ["items"]},
            "Campaigns": {"allOf": [
                {"$ref": "#/components/schemas/Page"},
                {"type": "object", "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Campaign"}}}},
            ]},
            "Row": {"type": "object", "properties": {"DATE": {"type": "string", "format": "date"}}, "additionalProperties": true},
            "Grant": {"type": "object", "properties": {"grant": {"type": "string"}}, "required": ["grant"],
                "discriminator": {"propertyName": "grant", "mapping": {"refresh": "#/components/schemas/Refresh"}}},
            "Refresh": {"type": "object", "properties": {"grant": {"type": "string"}},
                "allOf": [{"type": "object", "properties": {"token": {"type": "string"}}, "required": ["token"]}]},
        });
        let schemas = Schemas { named: named.as_object() };
        let book =
            Book(named.as_object().unwrap().iter().map(|(name, schema)| (name.clone(), schemas.shape(schema, name))).collect());
        book.check(&Shape::Named(name.to_owned()), value, name).short()
    }

    #[test]
    fn parts_are_brought_together_and_the_whole_is_closed() {
        assert_eq!(check("Campaigns", &json!({"items": [{"id": "1", "status": "ON", "cap": null}]})), []);
        let wrong = json!({"items": [{"status": "HALF", "cap": "9", "more": 1}]});
        assert_eq!(
            check("Campaigns", &wrong),
            [
                (Kind::UnknownField, "Campaign.more".to_owned()),
                (Kind::WrongEnum, "Campaign.status = 'HALF'".to_owned()),
                (Kind::MissingRequired, "Campaign.id".to_owned()),
                (Kind::WrongType, "Campaign.cap".to_owned()),
            ]
        );
        assert_eq!(check("Campaigns", &json!({})), [(Kind::MissingRequired, "Campaigns.items".to_owned())]);
    }

    #[test]
    fn open_objects_stay_open_and_known_fields_are_checked() {
        assert_eq!(check("Row", &json!({"DATE": "2026-11-20", "SPEND": 1.5})), []);
        assert_eq!(check("Row", &json!({"DATE": "today"})), [(Kind::WrongType, "Row.DATE".to_owned())]);
    }

    #[test]
    fn a_word_decides_which_schema_holds() {
        assert_eq!(check("Grant", &json!({"grant": "refresh", "token": "x"})), []);
        assert_eq!(check("Grant", &json!({"grant": "refresh"})), [(Kind::MissingRequired, "Refresh.token".to_owned())]);
        assert_eq!(check("Grant", &json!({"grant": "other", "token": "x"})), [(Kind::UnknownField, "Grant.token".to_owned())]);
    }
}
