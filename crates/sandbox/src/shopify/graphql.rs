//! As much of GraphQL as reads need: operations with variables, fields with aliases and arguments, inline and named fragments.
//!
//! It knows no schema: [`parse`] gives a tree, [`Document::operation`] picks what is to be run with its variables filled in.

mod lexer;
mod parser;

use serde_json::{Map, Value};
use std::collections::HashMap;

/// Where something stands in a document: line and column, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Spot {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// What is wrong with a document before anybody asks what its names mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Syntax {
    pub(crate) message: String,
    pub(crate) at: Spot,
    /// The platform's code for it, where it has one.
    pub(crate) code: Option<&'static str>,
}

/// Whether an operation reads or changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Query,
    Mutation,
}

/// A value as it stands in a document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Variable(String, Spot),
    /// A word without quotes: an enum's.
    Word(String),
    /// Anything else.
    Plain(Value),
    List(Vec<Literal>),
    Object(Vec<(String, Literal)>),
}

/// One selected field, with what is selected of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field<A = Value> {
    /// The name in the answer.
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) arguments: Vec<(String, A)>,
    pub(crate) fields: Vec<Field<A>>,
    pub(crate) at: Spot,
}

impl Field {
    /// An argument that was given and is not null.
    pub(crate) fn argument(&self, name: &str) -> Option<&Value> {
        self.arguments.iter().find(|(n, v)| n == name && !v.is_null()).map(|(_, v)| v)
    }
}

/// A selection as it stands in a document.
#[derive(Debug, Clone, PartialEq)]
enum Selection {
    Field(Box<Parsed>),
    /// A fragment in place.
    Inline(Vec<Selection>),
    /// A fragment by its name.
    Spread(String, Spot),
}

/// A field as it stands in a document.
#[derive(Debug, Clone, PartialEq)]
struct Parsed {
    key: String,
    name: String,
    arguments: Vec<(String, Literal)>,
    selections: Vec<Selection>,
    at: Spot,
}

#[derive(Debug, Clone, PartialEq)]
struct Definition {
    verb: Verb,
    name: Option<String>,
    /// Names of variables with their defaults, and whether they must be given.
    variables: Vec<(String, Option<Literal>, bool)>,
    selections: Vec<Selection>,
    at: Spot,
}

/// A whole document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Document {
    operations: Vec<Definition>,
    fragments: HashMap<String, Vec<Selection>>,
}

/// What is to be run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Operation {
    pub(crate) verb: Verb,
    pub(crate) fields: Vec<Field>,
}

/// Fragments within fragments, at most.
const DEPTH_MAX: usize = 20;

/// Reads a document.
pub(crate) fn parse(text: &str) -> Result<Document, Syntax> {
    parser::document(text)
}

impl Document {
    /// The operation to run, with its variables.
    pub(crate) fn operation(&self, name: Option<&str>, given: &Map<String, Value>) -> Result<Operation, Syntax> {
        let refused = |message: String, at: Spot, code| Err(Syntax { message, at, code });
        let chosen = match name {
            Some(name) => self.operations.iter().find(|o| o.name.as_deref() == Some(name)),
            None if self.operations.len() > 1 => {
                return refused("An operation name is required".to_owned(), Spot::default(), None);
            }
            None => self.operations.first(),
        };
        let Some(chosen) = chosen else {
            let named = name.map_or_else(|| "No operation found".to_owned(), |name| format!("No operation named \"{name}\""));
            return refused(named, Spot::default(), None);
        };
        let mut values = HashMap::new();
        for (variable, default, required) in &chosen.variables {
            let value = match (given.get(variable), default) {
                (Some(value), _) => Some(value.clone()),
                (None, Some(default)) => Some(fill(default, &HashMap::new())?),
                (None, None) => None,
            };
            if *required && value.as_ref().is_none_or(Value::is_null) {
                let message = format!("Variable ${variable} of required type was provided invalid value");
                return refused(message, chosen.at, Some("INVALID_VARIABLE"));
            }
            values.insert(variable.as_str(), value.unwrap_or(Value::Null));
        }
        Ok(Operation { verb: chosen.verb, fields: self.fields(&chosen.selections, &values, 0)? })
    }

    fn fields(&self, selections: &[Selection], values: &HashMap<&str, Value>, depth: usize) -> Result<Vec<Field>, Syntax> {
        let mut fields: Vec<Field> = Vec::new();
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    let arguments = field
                        .arguments
                        .iter()
                        .map(|(name, value)| Ok((name.clone(), fill(value, values)?)))
                        .collect::<Result<_, _>>()?;
                    let below = self.fields(&field.selections, values, depth + 1)?;
                    merge(
                        &mut fields,
                        Field { key: field.key.clone(), name: field.name.clone(), arguments, fields: below, at: field.at },
                    );
                }
                Selection::Inline(inner) => {
                    self.fields(inner, values, depth + 1)?.into_iter().for_each(|field| merge(&mut fields, field));
                }
                Selection::Spread(name, at) => {
                    let found = self.fragments.get(name).filter(|_| depth < DEPTH_MAX);
                    let Some(inner) = found else {
                        let message = format!("Fragment {name} was used, but not defined");
                        return Err(Syntax { message, at: *at, code: Some("useAndDefineFragment") });
                    };
                    self.fields(inner, values, depth + 1)?.into_iter().for_each(|field| merge(&mut fields, field));
                }
            }
        }
        Ok(fields)
    }
}

/// Adds a field; what is selected twice under one name is one selection.
fn merge(fields: &mut Vec<Field>, field: Field) {
    match fields.iter_mut().find(|f| f.key == field.key && f.name == field.name) {
        Some(same) => field.fields.into_iter().for_each(|below| merge(&mut same.fields, below)),
        None => fields.push(field),
    }
}

/// A value with variables in place of their names.
fn fill(literal: &Literal, values: &HashMap<&str, Value>) -> Result<Value, Syntax> {
    Ok(match literal {
        Literal::Plain(value) => value.clone(),
        Literal::Word(word) => Value::from(word.as_str()),
        Literal::List(items) => Value::Array(items.iter().map(|item| fill(item, values)).collect::<Result<_, _>>()?),
        Literal::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| Ok((name.clone(), fill(value, values)?)));
            Value::Object(fields.collect::<Result<_, Syntax>>()?)
        }
        Literal::Variable(name, at) => match values.get(name.as_str()) {
            Some(value) => value.clone(),
            None => {
                let message = format!("Variable ${name} is used by anonymous query but not declared");
                return Err(Syntax { message, at: *at, code: Some("variableNotDefined") });
            }
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn run(text: &str, variables: Value) -> Result<Operation, Syntax> {
        parse(text)?.operation(None, variables.as_object().unwrap())
    }

    #[test]
    fn reads_operations_with_variables_aliases_and_fragments() {
        let text = r#"query Orders($first: Int = 5, $after: String!) { # a comment
            latest: orders(first: $first, after: $after, sortKey: UPDATED_AT, reverse: true, query: "a:\"b\" \u0041") {
                nodes { ...Core ... on Order { id name total { amount } } total { currency } } }
            shop { id } }
            fragment Core on Order { id test }"#;
        let operation = run(text, json!({"after": "x"})).unwrap();
        let orders = &operation.fields[0];
        assert_eq!((orders.key.as_str(), orders.name.as_str(), operation.verb), ("latest", "orders", Verb::Query));
        assert_eq!(orders.argument("first"), Some(&json!(5)));
        assert_eq!(orders.argument("query"), Some(&json!("a:\"b\" A")));
        assert_eq!(orders.argument("sortKey"), Some(&json!("UPDATED_AT")));
        let node = &orders.fields[0];
        let names: Vec<&str> = node.fields.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["id", "test", "name", "total"]);
        assert_eq!(node.fields[3].fields.len(), 2, "what is selected twice is one selection");
    }

    #[test]
    fn block_strings_and_mutations() {
        let text = "mutation { bulkOperationRunQuery(query: \"\"\"{ orders { edges { node { id } } } }\"\"\") { userErrors { message } } }";
        let operation = run(text, json!({})).unwrap();
        assert_eq!(operation.verb, Verb::Mutation);
        assert_eq!(operation.fields[0].argument("query").unwrap(), "{ orders { edges { node { id } } } }");
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        assert_eq!(run("{ shop { id }", json!({})).unwrap_err().at, Spot { line: 1, column: 14 });
        assert!(run("{ shop { } }", json!({})).unwrap_err().message.contains("unexpected"));
        assert!(run("query($a: Int!) { orders(first: $a) { x } }", json!({})).unwrap_err().message.contains("$a"));
        assert!(run("{ orders(first: $a) { x } }", json!({})).unwrap_err().message.contains("not declared"));
        assert!(run("{ ...Nothing }", json!({})).unwrap_err().message.contains("Nothing"));
        assert!(run("{ a(b: 1 }", json!({})).is_err() && run("", json!({})).is_err() && run("{ a \"open }", json!({})).is_err());
        let deep = format!("{}a{}", "{a".repeat(400), "}".repeat(400));
        assert!(run(&deep, json!({})).is_err(), "depth is bounded");
    }
}
