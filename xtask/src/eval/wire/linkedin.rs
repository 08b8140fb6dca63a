//! LinkedIn, held against compiled facts: it publishes no document that a machine can read.
//!
//! The facts list figures with their types, words and codes; routes, parameters and fields of objects are those of the fact sheet (§1 to §5).
//! Of accounts and campaign groups it lists no fields, so theirs are told as unchecked.

mod object;

use super::{
    Specification,
    exchange::Exchange,
    found::{Found, Kind, Verdict, shown},
    only_json,
    shape::{Book, Fields, Shape, is_digits},
};
use anyhow::{Context, Result};
use object::{Words, analytics, error, introspection, list, refusal, token};
use serde_json::Value;
use std::{collections::BTreeMap, path::Path};

/// Where the facts lie below the folder of specifications.
const DOCUMENT: &str = "linkedin/linkedin_facts.json";
/// The notation of queries that all requests use.
const PROTOCOL: &str = "2.0.0";
/// Fields that a request of figures must name, since rows cannot be told apart without them.
const KEYS: [&str; 2] = ["dateRange", "pivotValues"];
/// What the authorisation server must be told (fact sheet, §2).
const TOKEN: [&str; 4] = ["grant_type", "refresh_token", "client_id", "client_secret"];
const INTROSPECTION: [&str; 3] = ["client_id", "client_secret", "token"];
/// Statuses of accounts (fact sheet, §3).
const ACCOUNT_STATUSES: [&str; 5] = ["ACTIVE", "CANCELED", "DRAFT", "PENDING_DELETION", "REMOVED"];

/// A list or an object that can be read.
#[derive(Debug)]
struct Route {
    /// Segments below `/rest`; `*` for an id.
    path: &'static [&'static str],
    /// What `q` may say; empty where an object is read by its id.
    finders: &'static [&'static str],
    params: &'static [&'static str],
    required: &'static [&'static str],
    /// The shape of its objects in the book.
    object: &'static str,
}

const BY_CURSOR: &[&str] = &["q", "search", "pageSize", "pageToken", "sortOrder"];

/// What is read (fact sheet, §3 and §4).
const ROUTES: [Route; 9] = [
    Route { path: &["adAccounts"], finders: &["search"], params: BY_CURSOR, required: &["q"], object: "Account" },
    Route { path: &["adAccounts", "*"], finders: &[], params: &[], required: &[], object: "Account" },
    Route {
        path: &["adAccountUsers"],
        finders: &["authenticatedUser"],
        params: &["q", "start", "count"],
        required: &["q"],
        object: "AccountUser",
    },
    Route {
        path: &["adAccounts", "*", "adCampaignGroups"],
        finders: &["search"],
        params: BY_CURSOR,
        required: &["q"],
        object: "Group",
    },
    Route {
        path: &["adAccounts", "*", "adCampaigns"],
        finders: &["search"],
        params: BY_CURSOR,
        required: &["q"],
        object: "Campaign",
    },
    Route {
        path: &["adAccounts", "*", "creatives"],
        finders: &["criteria"],
        params: &["q", "campaigns", "creatives", "intendedStatuses", "sortOrder", "pageSize", "pageToken"],
        required: &["q"],
        object: "Creative",
    },
    Route {
        path: &["conversions"],
        finders: &["account"],
        params: &["q", "account", "start", "count"],
        required: &["q", "account"],
        object: "Conversion",
    },
    Route {
        path: &["adAnalytics"],
        finders: &["analytics", "statistics"],
        params: &[
            "q",
            "pivot",
            "pivots",
            "timeGranularity",
            "dateRange",
            "accounts",
            "campaignGroups",
            "campaigns",
            "creatives",
            "fields",
        ],
        required: &["q", "timeGranularity", "dateRange", "fields"],
        object: "",
    },
    Route { path: &["adAccounts", "*", "adCampaigns", "*"], finders: &[], params: &[], required: &[], object: "Campaign" },
];

/// The facts, ready to check by.
#[derive(Debug)]
pub(super) struct Linkedin {
    book: Book,
    words: Words,
    metrics: BTreeMap<String, Shape>,
    fields_max: usize,
}

impl Linkedin {
    /// Reads the facts.
    ///
    /// # Errors
    /// When they are not there, or of another form.
    pub(super) fn read(specs: &Path) -> Result<Self> {
        Self::of(&super::document(&specs.join(DOCUMENT))?)
    }

    fn of(facts: &Value) -> Result<Self> {
        let listed = facts["analytics_metrics"].as_object().context("the facts list no metrics")?;
        let mut metrics: BTreeMap<String, Shape> =
            listed.iter().map(|(name, kind)| (name.clone(), object::metric(name, kind.as_str().unwrap_or_default()))).collect();
        let documented = facts["analytics_extra_metrics_documented"].as_array().into_iter().flatten().filter_map(Value::as_str);
        metrics.extend(documented.map(|name| (name.to_owned(), Shape::Undescribed(format!("adAnalytics.{name}")))));
        let words = Words::of(facts);
        let fields_max = facts["analytics_fields_max"].as_u64().and_then(|most| usize::try_from(most).ok()).unwrap_or(20);
        Ok(Self { book: Book(object::all(&words)), words, metrics, fields_max })
    }

    fn request(&self, route: &Route, exchange: &Exchange, found: &mut Found) {
        let name = route.path.join("/");
        let place = |what: &str| format!("{name}: {what}");
        if exchange.header("authorization").is_none_or(|value| !value.starts_with("Bearer ")) {
            found.add(Kind::MissingRequired, place("header authorization"), "headers", "");
        }
        match exchange.header("linkedin-version") {
            None => found.add(Kind::MissingRequired, place("header linkedin-version"), "headers", ""),
            Some(version) if version.len() == 6 && is_digits(version) => {}
            Some(version) => found.add(Kind::WrongType, place("header linkedin-version"), "headers", version),
        }
        if exchange.header("x-restli-protocol-version") != Some(PROTOCOL) {
            found.add(Kind::MissingRequired, place("header x-restli-protocol-version"), "headers", "");
        }
        if route.object == "Creative" && exchange.header("x-restli-method") != Some("FINDER") {
            found.add(Kind::MissingRequired, place("header x-restli-method"), "headers", "");
        }
        // A long query travels as a form under the guise of a POST.
        let query = if exchange.method == "POST" { &exchange.body } else { &exchange.query };
        if ["%28", "%29", "%2c"].iter().any(|encoded| query.to_ascii_lowercase().contains(encoded)) {
            found.add(Kind::WrongType, place("query"), "query", "brackets or commas are encoded");
        }
        let given = if exchange.method == "POST" { exchange.form() } else { exchange.params() };
        for (param, value) in &given {
            if route.params.contains(&param.as_str()) {
                self.param(route, param, value, &place(param), found);
            } else {
                found.add(Kind::UnknownField, place(param), "query", value);
            }
        }
        for missing in route.required.iter().filter(|required| !given.iter().any(|(param, _)| param == *required)) {
            found.add(Kind::MissingRequired, place(missing), "query", "");
        }
    }

    fn param(&self, route: &Route, param: &str, value: &str, place: &str, found: &mut Found) {
        let listed = || inside(value, "List(").split(',').map(str::to_owned).collect::<Vec<_>>();
        let of_words = |shape: &Shape, words: Vec<String>, found: &mut Found| {
            words.iter().for_each(|word| found.append(self.book.check_text(shape, word, place)));
        };
        match param {
            "q" => of_words(&Shape::words(route.finders.iter().copied()), vec![value.to_owned()], found),
            "search" if value.contains("status:") => {
                let statuses = if route.object == "Account" { Shape::words(ACCOUNT_STATUSES) } else { self.words.status.clone() };
                of_words(&statuses, listed(), found);
            }
            "pivot" => of_words(&self.words.pivot, vec![value.to_owned()], found),
            "pivots" => of_words(&self.words.pivot, listed(), found),
            "timeGranularity" => {
                let word = value.strip_prefix("(value:").and_then(|rest| rest.strip_suffix(')')).unwrap_or(value);
                of_words(&self.words.granularity, vec![word.to_owned()], found);
            }
            "sortOrder" => of_words(&Shape::words(["ASCENDING", "DESCENDING"]), vec![value.to_owned()], found),
            "pageSize" => found.append(self.book.check_text(&Shape::Integer(Some(1), Some(1_000)), value, place)),
            "start" | "count" => found.append(self.book.check_text(&Shape::Integer(Some(0), None), value, place)),
            "dateRange" if !(value.starts_with("(start:(") && value.ends_with("))")) => {
                found.add(Kind::WrongType, place, "query", value);
            }
            "fields" => {
                let fields: Vec<&str> = value.split(',').collect();
                if fields.len() > self.fields_max {
                    found.add(Kind::OutOfBounds, place, "query", format!("{} fields", fields.len()));
                }
                for field in fields.iter().filter(|field| !self.metrics.contains_key(**field)) {
                    found.add(Kind::UnknownField, format!("{place} {field}"), "query", *field);
                }
                for key in KEYS.iter().filter(|key| !fields.contains(*key)) {
                    found.add(Kind::MissingRequired, format!("{place} {key}"), "query", value);
                }
            }
            _ => {}
        }
    }

    fn answer(&self, route: &Route, exchange: &Exchange, found: &mut Found) {
        let Some(document) = only_json(exchange, found) else { return };
        let shape = if exchange.status != 200 {
            error(&self.words)
        } else if route.finders.is_empty() {
            Shape::Named(route.object.to_owned())
        } else if route.object.is_empty() {
            list(self.row(exchange))
        } else {
            list(Shape::Named(route.object.to_owned()))
        };
        found.append(self.book.check(&shape, &document, route.path.last().unwrap_or(&"answer")));
        if exchange.status != 200 && document["status"].as_u64() != Some(u64::from(exchange.status)) {
            found.add(Kind::WrongEnum, format!("Error.status = {}", document["status"]), "status", shown(&document["status"]));
        }
    }

    /// A row of figures: those asked for, of which the platform leaves out what it does not have.
    fn row(&self, exchange: &Exchange) -> Shape {
        let given = if exchange.method == "POST" { exchange.form() } else { exchange.params() };
        let asked = given.iter().find(|(name, _)| name == "fields").map_or("", |(_, value)| value.as_str());
        let shape = |name: &str| match name {
            "dateRange" => Some(analytics()),
            "pivotValues" => Some(Shape::list(Shape::Text)),
            name => self.metrics.get(name).cloned(),
        };
        let fields = asked.split(',').filter_map(|name| Some((name.to_owned(), shape(name)?)));
        Shape::Fields(Fields {
            name: "adAnalytics".to_owned(),
            fields: fields.collect(),
            required: KEYS.map(str::to_owned).into(),
            rest: None,
        })
    }

    /// A form sent to the authorisation server (fact sheet, §2).
    fn authorisation(&self, route: &str, params: &[&str], answer: &Shape, exchange: &Exchange) -> Verdict {
        let mut verdict = Verdict { route: format!("POST {route}"), ..Verdict::default() };
        let given = exchange.form();
        for (name, _) in given.iter().filter(|(name, _)| !params.contains(&name.as_str())) {
            verdict.request.add(Kind::UnknownField, format!("{route}: {name}"), "body", "");
        }
        for name in params.iter().filter(|name| !given.iter().any(|(given, _)| given == *name)) {
            verdict.request.add(Kind::MissingRequired, format!("{route}: {name}"), "body", "");
        }
        if exchange.is_worded()
            && let Some(document) = only_json(exchange, &mut verdict.answer)
        {
            // A refused grant is told as OAuth does, trouble (too many requests, no service) as everywhere else.
            let (refused, trouble) = (refusal(), error(&self.words));
            let shape = match exchange.status {
                200 => answer,
                400 | 401 => &refused,
                _ => &trouble,
            };
            verdict.answer.append(self.book.check(shape, &document, route));
        }
        verdict
    }
}

impl Specification for Linkedin {
    fn name(&self) -> &str {
        "compiled facts"
    }

    fn check(&self, exchange: &Exchange) -> Verdict {
        let mut verdict = Verdict::default();
        let segments = exchange.segments();
        let read = exchange.method == "GET" || exchange.header("x-http-method-override") == Some("GET");
        let route = match segments.as_slice() {
            ["oauth", "v2", "accessToken"] if exchange.method == "POST" => {
                return self.authorisation("accessToken", &TOKEN, &token(), exchange);
            }
            ["oauth", "v2", "introspectToken"] if exchange.method == "POST" => {
                return self.authorisation("introspectToken", &INTROSPECTION, &introspection(), exchange);
            }
            ["rest", below @ ..] if read => ROUTES.iter().find(|route| {
                route.path.len() == below.len() && route.path.iter().zip(below).all(|(own, given)| *own == "*" || own == given)
            }),
            _ => None,
        };
        match route {
            None => {
                let ids = |segment: &&str| if is_digits(segment) { "{id}" } else { *segment }.to_owned();
                verdict.route = format!("{} /{}", exchange.method, segments.iter().map(ids).collect::<Vec<_>>().join("/"));
                verdict.request.add(Kind::UnknownRoute, verdict.route.clone(), "path", exchange.path.clone());
            }
            Some(route) => {
                verdict.route = format!("GET /rest/{}", route.path.join("/"));
                self.request(route, exchange, &mut verdict.request);
                if exchange.is_worded() {
                    self.answer(route, exchange, &mut verdict.answer);
                }
            }
        }
        verdict
    }
}

/// What stands between an opening and the bracket that closes it.
fn inside<'t>(text: &'t str, opening: &str) -> &'t str {
    text.split_once(opening).map_or("", |(_, rest)| rest.split(')').next().unwrap_or_default())
}

#[cfg(test)]
mod tests;
