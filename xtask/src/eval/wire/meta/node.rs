//! Nodes and edges as the lists describe them, and their types as shapes.

use super::{
    super::shape::{Fields, Shape},
    map_of,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// A node of the Graph.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// The type of each field.
    pub(super) fields: BTreeMap<String, String>,
    /// The parameters of reading the node itself.
    pub(super) own_params: Vec<Param>,
    edges: Vec<Edge>,
}

/// An edge of a node.
#[derive(Debug)]
pub(super) struct Edge {
    method: String,
    pub(super) endpoint: String,
    pub(super) returns: String,
    pub(super) params: Vec<Param>,
}

/// A parameter.
#[derive(Debug, Clone)]
pub(super) struct Param {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) required: bool,
}

impl Node {
    pub(super) fn read(document: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let fields = document["fields"].as_array().into_iter().flatten();
        let mut node =
            Self { fields: fields.map(|field| (text(&field["name"]), text(&field["type"]))).collect(), ..Self::default() };
        for api in document["apis"].as_array().into_iter().flatten() {
            let params = api["params"].as_array().into_iter().flatten().map(|param| Param {
                name: text(&param["name"]),
                kind: text(&param["type"]),
                required: param["required"] == true,
            });
            let (method, params) = (text(&api["method"]), params.collect());
            match api["endpoint"].as_str() {
                Some(endpoint) => {
                    node.edges.push(Edge { method, endpoint: endpoint.to_owned(), returns: text(&api["return"]), params });
                }
                None if method == "GET" => node.own_params = params,
                // Writing a node is nobody's request here.
                None => {}
            }
        }
        node
    }

    pub(super) fn edge(&self, method: &str, endpoint: &str) -> Option<&Edge> {
        self.edges.iter().find(|edge| edge.method == method && edge.endpoint == endpoint)
    }

    /// What the node looks like in answers.
    pub(super) fn shape(&self, name: &str) -> Shape {
        let fields = self.fields.iter().map(|(field, kind)| (field.clone(), shape(kind, &format!("{name}.{field}"))));
        Shape::Fields(Fields { name: name.to_owned(), fields: fields.collect(), ..Fields::default() })
    }
}

/// What a type looks like in answers.
pub(super) fn shape(kind: &str, place: &str) -> Shape {
    if let Some(item) = kind.strip_prefix("list<").and_then(|rest| rest.strip_suffix('>')) {
        return Shape::list(shape(item, place));
    }
    if let Some(value) = kind.strip_prefix("map<string, ").and_then(|rest| rest.strip_suffix('>')) {
        return map_of(place, shape(value, place));
    }
    match kind {
        "string" | "datetime" => Shape::Text,
        "int" | "unsigned int" => Shape::Integer(None, None),
        "float" => Shape::Number,
        "bool" => Shape::Boolean,
        "Object" | "map" => Shape::Undescribed(format!("{place} ({kind})")),
        // Another node, or a list of words; where neither is there, the book tells.
        name => Shape::Named(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_from_the_outside_in() {
        assert_eq!(shape("list<list<unsigned int>>", "x"), Shape::list(Shape::list(Shape::Integer(None, None))));
        assert_eq!(shape("map<string, int>", "x"), map_of("x", Shape::Integer(None, None)));
        assert_eq!(shape("AdSet", "x"), Shape::Named("AdSet".to_owned()));
        assert_eq!(shape("Object", "Ad.spec"), Shape::Undescribed("Ad.spec (Object)".to_owned()));
    }
}
