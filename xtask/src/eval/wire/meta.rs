//! Meta, held against the field and parameter lists its own client libraries are made from.
//!
//! They describe nodes and edges of the Marketing API and say nothing of the Graph around them: paging, tokens, `me`, errors, how a report is
//! asked for. Of that the fact sheet (§2 to §4, §7) is all there is to go by. What a number in a path stands for is learned from the answers
//! that gave it out.

mod ask;
mod node;

use super::{
    Specification,
    exchange::Exchange,
    found::{Found, Kind, Verdict},
    only_json,
    shape::{Book, Fields, Shape, is_digits},
};
use anyhow::{Context, Result};
use node::{Edge, Node};
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path};

/// Where the lists lie below the folder of specifications.
const FOLDER: &str = "meta";
const ENUMS: &str = "enum_types";
/// Versions still served (fact sheet, §1).
const VERSIONS: [&str; 2] = ["v25.0", "v26.0"];
/// The words that rows of insights have fields for besides their own.
const BREAKDOWNS: &str = "adaccountinsights_breakdowns_enum_param";
const INSIGHTS: &str = "AdsInsights";
const RUN: &str = "AdReportRun";
/// What stands in paths for the account of the credential's user.
const USER: &str = "User";

/// The lists, ready to check by.
#[derive(Debug)]
pub(super) struct Meta {
    nodes: BTreeMap<String, Node>,
    book: Book,
    /// What the ids are of that answers gave out.
    objects: BTreeMap<String, String>,
}

/// What a request is for.
enum Route<'m> {
    /// An object itself.
    Node(&'m str),
    /// An edge of an object.
    Edge(&'m Edge),
    /// A report of insights, asked for at an edge.
    Report(&'m Edge),
    /// `me/adaccounts`.
    Accounts,
    DebugToken,
    /// How good the data of a pixel are.
    Quality,
}

impl Meta {
    /// Reads the lists, and what the ids of a recording stand for.
    ///
    /// # Errors
    /// When they are not there, or of another form.
    pub(super) fn read(specs: &Path, exchanges: &[Exchange]) -> Result<Self> {
        let folder = specs.join(FOLDER);
        let mut documents = BTreeMap::new();
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                documents.insert(name, super::document(&path)?);
            }
        }
        let mut meta = Self::of(&documents)?;
        exchanges.iter().filter(|exchange| exchange.platform == "meta").for_each(|exchange| meta.learn(exchange));
        Ok(meta)
    }

    fn of(documents: &BTreeMap<String, Value>) -> Result<Self> {
        let mut book = BTreeMap::new();
        let enums = documents.get(ENUMS).and_then(Value::as_array).context("the list of enumerations is missing")?;
        for listed in enums {
            let words = listed["values"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let name = listed["name"].as_str().unwrap_or_default().to_owned();
            let words = words.filter(|word| !super::lag::is_gone("meta", &name, word));
            book.insert(name.clone(), Shape::words(words));
        }
        let mut nodes = BTreeMap::new();
        for (name, document) in documents.iter().filter(|(name, _)| *name != ENUMS) {
            let node = Node::read(document);
            book.insert(name.clone(), node.shape(name));
            nodes.insert(name.clone(), node);
        }
        if let (Some(Shape::Words(words)), Some(Shape::Fields(row))) = (book.get(BREAKDOWNS).cloned(), book.get_mut(INSIGHTS)) {
            row.fields.extend(words.text.into_iter().map(|breakdown| (breakdown, Shape::Text)));
        }
        Ok(Self { nodes, book: Book(book), objects: BTreeMap::new() })
    }

    /// Takes note of the ids an answer gives out.
    fn learn(&mut self, exchange: &Exchange) {
        if exchange.status != 200 {
            return;
        }
        let Some(document) = exchange.document() else { return };
        let (kind, ids): (String, Vec<String>) = match self.route(exchange) {
            Some(Route::Report(_)) => (RUN.to_owned(), text_of(&document["report_run_id"]).into_iter().collect()),
            Some(Route::Edge(edge)) => {
                let items = document["data"].as_array().into_iter().flatten();
                (edge.returns.clone(), items.filter_map(|item| text_of(&item["id"])).collect())
            }
            _ => return,
        };
        self.objects.extend(ids.into_iter().map(|id| (id, kind.clone())));
    }

    fn route(&self, exchange: &Exchange) -> Option<Route<'_>> {
        let segments = exchange.segments();
        let (version, rest) = segments.split_first()?;
        if !VERSIONS.contains(version) {
            return None;
        }
        let get = exchange.method == "GET";
        match rest {
            ["debug_token"] if get => return Some(Route::DebugToken),
            ["dataset_quality"] if get => return Some(Route::Quality),
            ["me", "adaccounts"] if get => return Some(Route::Accounts),
            _ => {}
        }
        let kind = self.kind_of(rest.first()?)?;
        match rest {
            [_] if get => Some(Route::Node(kind)),
            [_, edge] => {
                let edge = self.nodes.get(kind)?.edge(&exchange.method, edge)?;
                let asks = !get && edge.endpoint == "insights";
                Some(if asks { Route::Report(edge) } else { Route::Edge(edge) })
            }
            _ => None,
        }
    }

    fn kind_of(&self, id: &str) -> Option<&str> {
        match id {
            "me" => Some(USER),
            id if id.strip_prefix("act_").is_some_and(is_digits) => Some("AdAccount"),
            id => self.objects.get(id).map(String::as_str),
        }
    }

    fn answer(&self, route: &Route<'_>, exchange: &Exchange, found: &mut Found) {
        let Some(document) = only_json(exchange, found) else { return };
        let shape = match route {
            _ if exchange.status != 200 => error(),
            Route::Node(USER) => Shape::fields(USER, [("id", Shape::Digits), ("name", Shape::Text)]).requiring(["id"]),
            Route::Node(kind) => Shape::Named((*kind).to_owned()),
            Route::Edge(edge) => page(Shape::Named(edge.returns.clone())),
            Route::Accounts => page(Shape::Named("AdAccount".to_owned())),
            // Documented as text of digits and shown as a number (fact sheet, §4).
            Route::Report(_) => {
                let id = Shape::AnyOf(vec![Shape::Digits, Shape::Integer(None, None)]);
                Shape::fields("ReportAnswer", [("report_run_id", id)]).requiring(["report_run_id"])
            }
            Route::DebugToken => debug_token(),
            Route::Quality => dataset_quality(),
        };
        found.append(self.book.check(&shape, &document, "answer"));
    }
}

impl Specification for Meta {
    fn name(&self) -> &str {
        "field lists of v25.0"
    }

    fn check(&self, exchange: &Exchange) -> Verdict {
        let mut verdict = Verdict::default();
        let Some(route) = self.route(exchange) else {
            let ids = |segment: &str| if is_digits(segment.trim_start_matches("act_")) { "{id}" } else { segment }.to_owned();
            verdict.route = format!("{} {}", exchange.method, exchange.path.split('/').map(ids).collect::<Vec<_>>().join("/"));
            verdict.request.add(Kind::UnknownRoute, verdict.route.clone(), "path", exchange.path.clone());
            return verdict;
        };
        let of = |id: &str| self.kind_of(id).unwrap_or_default().to_owned();
        let object = exchange.segments().get(1).map(|id| of(id)).unwrap_or_default();
        verdict.route = match &route {
            Route::Node(_) => format!("GET {{{object}}}"),
            Route::Edge(edge) | Route::Report(edge) => format!("{} {{{object}}}/{}", exchange.method, edge.endpoint),
            Route::Accounts => "GET me/adaccounts".to_owned(),
            Route::DebugToken => "GET debug_token".to_owned(),
            Route::Quality => "GET dataset_quality".to_owned(),
        };
        self.request(&route, exchange, &verdict.route, &mut verdict.request);
        if exchange.is_worded() {
            self.answer(&route, exchange, &mut verdict.answer);
        }
        verdict
    }
}

/// A list (fact sheet, §3).
fn page(item: Shape) -> Shape {
    let cursors = Shape::fields("Cursors", [("before", Shape::Text), ("after", Shape::Text)]);
    let paging = Shape::fields("Paging", [("cursors", cursors), ("next", Shape::Text), ("previous", Shape::Text)]);
    Shape::fields("Page", [("data", Shape::list(item)), ("paging", paging)]).requiring(["data"])
}

/// An error (fact sheet, §7).
fn error() -> Shape {
    let fields = [
        ("message", Shape::Text),
        ("type", Shape::Text),
        ("code", Shape::Integer(None, None)),
        ("error_subcode", Shape::Integer(None, None)),
        ("is_transient", Shape::Boolean),
        ("error_user_title", Shape::Text),
        ("error_user_msg", Shape::Text),
        ("error_data", Shape::Undescribed("Error.error_data".to_owned())),
        ("fbtrace_id", Shape::Text),
    ];
    let error = Shape::fields("Error", fields).requiring(["message", "type", "code", "fbtrace_id"]);
    Shape::fields("ErrorEnvelope", [("error", error)]).requiring(["error"])
}

/// What is told of a token (fact sheet, §2).
fn debug_token() -> Shape {
    let scope = Shape::fields("GranularScope", [("scope", Shape::Text), ("target_ids", Shape::list(Shape::Digits))]);
    let error = Shape::fields(
        "TokenError",
        [("code", Shape::Integer(None, None)), ("message", Shape::Text), ("subcode", Shape::Integer(None, None))],
    );
    let fields = [
        ("app_id", Shape::Digits),
        ("type", Shape::Text),
        ("application", Shape::Text),
        ("expires_at", Shape::Integer(Some(0), None)),
        ("data_access_expires_at", Shape::Integer(Some(0), None)),
        ("is_valid", Shape::Boolean),
        ("scopes", Shape::list(Shape::Text)),
        ("granular_scopes", Shape::list(scope)),
        ("user_id", Shape::Digits),
        ("error", error),
    ];
    Shape::fields("DebugToken", [("data", Shape::fields("TokenInfo", fields).requiring(["is_valid"]))]).requiring(["data"])
}

/// How well a pixel's events match people (fact sheet, §5).
fn dataset_quality() -> Shape {
    let coverage = Shape::fields("Coverage", [("percentage", Shape::Number)]);
    let feedback = Shape::fields("MatchKeyFeedback", [("identifier", Shape::Text), ("coverage", coverage)]);
    let quality = [("composite_score", Shape::Number), ("match_key_feedback", Shape::list(feedback))];
    let event = [("event_name", Shape::Text), ("event_match_quality", Shape::fields("EventMatchQuality", quality))];
    Shape::fields("DatasetQuality", [("web", Shape::list(Shape::fields("EventQuality", event)))]).requiring(["web"])
}

/// An id, however it is written.
fn text_of(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|id| id.to_string()))
}

/// A shape of an object that has these fields and others like them.
fn map_of(name: &str, value: Shape) -> Shape {
    Shape::Fields(Fields { name: name.to_owned(), rest: Some(Box::new(value)), ..Fields::default() })
}

#[cfg(test)]
mod tests;
