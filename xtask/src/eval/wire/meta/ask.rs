//! What a request asks for: its parameters, the fields it names, the conditions it sets.

use super::{
    super::{
        exchange::Exchange,
        found::{Found, Kind},
        shape::{Shape, is_day},
    },
    INSIGHTS, Meta, Route, USER,
    node::{Param, shape},
};
use serde_json::Value;

/// Parameters of every read that the lists leave out (fact sheet, §2 and §3); `limit` and the cursors belong to lists alone.
const EVERYWHERE: [&str; 3] = ["access_token", "appsecret_proof", "fields"];
const OF_LISTS: [&str; 3] = ["after", "before", "limit"];
/// Operators of conditions (fact sheet, §4, and the reference of `filtering` it cites).
const OPERATORS: [&str; 16] = [
    "EQUAL",
    "NOT_EQUAL",
    "GREATER_THAN",
    "GREATER_THAN_OR_EQUAL",
    "LESS_THAN",
    "LESS_THAN_OR_EQUAL",
    "IN_RANGE",
    "NOT_IN_RANGE",
    "CONTAIN",
    "NOT_CONTAIN",
    "IN",
    "NOT_IN",
    "STARTS_WITH",
    "ANY",
    "ALL",
    "NONE",
];
/// The nodes that conditions begin with.
const LEVELS: [(&str, &str); 4] = [("campaign", "Campaign"), ("adset", "AdSet"), ("ad", "Ad"), ("account", "AdAccount")];
const DEBUG_PARAM: &str = "input_token";
const QUALITY_PARAM: &str = "dataset_id";

/// A field asked for, with those below it.
#[derive(Debug, PartialEq, Eq)]
struct Wish {
    name: String,
    below: Vec<Wish>,
}

impl Meta {
    /// Holds a request against what its route takes.
    pub(super) fn request(&self, route: &Route<'_>, exchange: &Exchange, name: &str, found: &mut Found) {
        if exchange.header("authorization").is_none() && !exchange.params().iter().any(|(name, _)| name == "access_token") {
            found.add(Kind::MissingRequired, format!("{name}: access_token"), "query", "");
        }
        let (params, node): (&[Param], &str) = match route {
            Route::Node(USER) => (&[], USER),
            Route::Node(kind) => (self.nodes.get(*kind).map_or(&[][..], |node| node.own_params.as_slice()), kind),
            Route::Edge(edge) => (&edge.params, &edge.returns),
            Route::Report(edge) => (&edge.params, INSIGHTS),
            Route::Accounts => (&[], "AdAccount"),
            Route::DebugToken | Route::Quality => (&[], ""),
        };
        let given: Vec<(String, String)> = exchange.params().into_iter().chain(exchange.form()).collect();
        for (param, value) in &given {
            let place = format!("{name}: {param}");
            match (params.iter().find(|known| known.name == *param), param.as_str()) {
                (_, "fields") if !matches!(route, Route::DebugToken | Route::Quality) => self.fields(node, value, &place, found),
                (Some(known), _) => self.param(known, value, &place, found),
                (None, param) if EVERYWHERE.contains(&param) => {}
                (None, param) if OF_LISTS.contains(&param) && matches!(route, Route::Edge(_) | Route::Accounts) => {
                    if param == "limit" {
                        found.append(self.book.check_text(&Shape::Integer(Some(1), None), value, &place));
                    }
                }
                (None, DEBUG_PARAM) if matches!(route, Route::DebugToken) => {}
                (None, QUALITY_PARAM) if matches!(route, Route::Quality) => {}
                _ => found.add(Kind::UnknownField, place, "query", value),
            }
        }
        let wanted = params.iter().filter(|param| param.required).map(|param| param.name.as_str());
        let wanted = wanted.chain(matches!(route, Route::DebugToken).then_some(DEBUG_PARAM));
        let wanted = wanted.chain(matches!(route, Route::Quality).then_some(QUALITY_PARAM));
        for missing in wanted.filter(|wanted| !given.iter().any(|(name, _)| name == wanted)) {
            found.add(Kind::MissingRequired, format!("{name}: {missing}"), "query", "");
        }
    }

    fn param(&self, param: &Param, value: &str, place: &str, found: &mut Found) {
        let document = || serde_json::from_str::<Value>(value).ok();
        let wrong = |found: &mut Found| found.add(Kind::WrongType, place, "query", value);
        match (param.name.as_str(), param.kind.as_str()) {
            ("time_range", _) => match document() {
                Some(range) => {
                    let range_shape = Shape::fields("time_range", [("since", Shape::Day), ("until", Shape::Day)]);
                    found.append(self.book.check(&range_shape.requiring(["since", "until"]), &range, place));
                }
                None => wrong(found),
            },
            ("filtering", _) => match document().as_ref().and_then(Value::as_array) {
                Some(conditions) => conditions.iter().for_each(|condition| self.condition(condition, place, found)),
                None => wrong(found),
            },
            (_, "datetime") if value.parse::<i64>().is_ok() || is_day(value.get(..10).unwrap_or_default()) => {}
            (_, "datetime") => wrong(found),
            (_, "map" | "Object") => {
                if !document().is_some_and(|value| value.is_object()) {
                    wrong(found);
                }
            }
            (_, kind) if kind.starts_with("list<") => match document() {
                Some(list) => found.append(self.book.check(&shape(kind, place), &list, place)),
                // A list may also be words with commas between them.
                None => {
                    let words = Value::from(value.split(',').map(str::trim).collect::<Vec<_>>());
                    found.append(self.book.check(&shape(kind, place), &words, place));
                }
            },
            (_, kind) => found.append(self.book.check_text(&shape(kind, place), value, place)),
        }
    }

    /// A condition of `filtering`.
    fn condition(&self, condition: &Value, place: &str, found: &mut Found) {
        let shape =
            Shape::fields("filtering", [("field", Shape::Text), ("operator", Shape::words(OPERATORS)), ("value", Shape::Any)]);
        found.append(self.book.check(&shape.requiring(["field", "operator", "value"]), condition, place));
        let field = condition["field"].as_str().unwrap_or_default();
        let (level, below) = field.split_once('.').unwrap_or(("", field));
        let node = LEVELS.iter().find(|(name, _)| *name == level).map(|(_, node)| *node);
        let kind = [node, Some(INSIGHTS)].into_iter().flatten().find_map(|node| self.nodes.get(node)?.fields.get(below));
        let Some(kind) = kind else {
            return found.add(Kind::UnknownField, format!("{place}: {field}"), "query", field);
        };
        // Only of words can be told whether they are right: numbers may be compared with anything.
        if matches!(self.book.0.get(kind), Some(Shape::Words(_))) {
            let values = condition["value"].as_array().cloned().unwrap_or_else(|| vec![condition["value"].clone()]);
            let words = Shape::list(Shape::Named(kind.clone()));
            found.append(self.book.check(&words, &Value::from(values), &format!("filtering {field}")));
        }
    }

    /// The fields asked for, each of which its node must have.
    fn fields(&self, node: &str, text: &str, place: &str, found: &mut Found) {
        match parse(text) {
            Some(wishes) => self.wishes(node, &wishes, found),
            None => found.add(Kind::WrongType, place, "fields", text),
        }
    }

    fn wishes(&self, node: &str, wishes: &[Wish], found: &mut Found) {
        if node == USER {
            let strange = wishes.iter().filter(|wish| !["id", "name"].contains(&wish.name.as_str()));
            return strange.for_each(|wish| found.add(Kind::UnknownField, format!("fields: User.{}", wish.name), "fields", ""));
        }
        let Some(known) = self.nodes.get(node) else {
            found.undescribed.insert(node.to_owned());
            return;
        };
        for wish in wishes {
            match known.fields.get(&wish.name) {
                None => found.add(Kind::UnknownField, format!("fields: {node}.{}", wish.name), "fields", ""),
                Some(_) if wish.below.is_empty() => {}
                Some(kind) => self.wishes(kind.trim_start_matches("list<").trim_end_matches('>'), &wish.below, found),
            }
        }
    }
}

/// `a,b{c,d{e}}`; `None` where brackets do not match.
fn parse(text: &str) -> Option<Vec<Wish>> {
    let mut rest = text;
    let wishes = list(&mut rest)?;
    rest.is_empty().then_some(wishes)
}

fn list(rest: &mut &str) -> Option<Vec<Wish>> {
    let mut wishes = Vec::new();
    loop {
        let end = rest.find([',', '{', '}']).unwrap_or(rest.len());
        let name = rest[..end].trim().to_owned();
        *rest = &rest[end..];
        if name.is_empty() {
            return None;
        }
        let mut below = Vec::new();
        if let Some(inside) = rest.strip_prefix('{') {
            *rest = inside;
            below = list(rest)?;
            *rest = rest.strip_prefix('}')?;
        }
        wishes.push(Wish { name, below });
        match rest.strip_prefix(',') {
            Some(more) => *rest = more,
            None => return Some(wishes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_nest() {
        let wish = |name: &str, below| Wish { name: name.to_owned(), below };
        assert_eq!(
            parse("id,creative{id,name},x"),
            Some(vec![wish("id", vec![]), wish("creative", vec![wish("id", vec![]), wish("name", vec![])]), wish("x", vec![])])
        );
        for bad in ["", "a,", "a{b", "a}b", "a{b}c}"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
