//! Bulk operations: a query whose whole answer is written to a file, a line an order.

use super::{
    error::GraphError,
    graphql::{self, Field, Operation, Verb},
    list::{Found, View},
    order,
    schema::{self, Type},
    search,
};
use crate::{
    limits,
    platform::Doom,
    world::chance::{Chance, tag},
};
use serde_json::{Map, Value, json};

/// One bulk operation.
#[derive(Debug, Clone)]
pub(crate) struct Bulk {
    number: u64,
    /// The shop's place.
    pub(crate) shop: usize,
    query: String,
    created: i64,
    /// Whether the token it was started with may see orders of any age.
    pub(crate) all: bool,
    /// How often its state was asked for: work goes on between two questions.
    asked: u32,
    doom: Option<Doom>,
    cancelled: bool,
    /// What the file's address cannot be guessed without.
    signature: String,
}

/// Every bulk operation of late.
#[derive(Debug, Default)]
pub(crate) struct Bulks {
    all: Vec<Bulk>,
    started: u64,
    /// How the next one ends, when a fault decided that.
    pub(crate) doom: Option<Doom>,
}

impl Bulk {
    fn id(&self) -> String {
        format!("gid://shopify/BulkOperation/{}", self.number)
    }

    fn status(&self) -> &'static str {
        match (self.cancelled, self.asked, self.doom) {
            (true, ..) => "CANCELED",
            (_, 0, _) => "CREATED",
            (_, 1, _) | (.., Some(Doom::Stuck)) => "RUNNING",
            (.., Some(Doom::Failed)) => "FAILED",
            (.., Some(Doom::Skipped)) => "CANCELED",
            (.., None) => "COMPLETED",
        }
    }

    fn is_under_way(&self) -> bool {
        ["CREATED", "RUNNING"].contains(&self.status())
    }

    fn show(&self, base: &str, count: usize) -> Value {
        let status = self.status();
        let done = status == "COMPLETED";
        let expires = self.created + limits::SHOPIFY_FILE_SECONDS;
        let url = (done && count > 0).then(|| format!("{base}/bulk/{}/{}.jsonl?Expires={expires}", self.signature, self.number));
        json!({
            "id": self.id(), "status": status, "errorCode": (status == "FAILED").then_some("INTERNAL_SERVER_ERROR"),
            "type": "QUERY", "query": self.query, "createdAt": order::time(self.created),
            "completedAt": done.then(|| order::time(self.created)),
            "objectCount": if done { count } else { 0 }.to_string(), "rootObjectCount": if done { count } else { 0 }.to_string(),
            "fileSize": null, "url": url, "partialDataUrl": null,
        })
    }

    /// The field of its query that lists orders.
    fn orders(&self) -> Option<Field> {
        inner(&self.query).ok()?.fields.into_iter().find(|f| f.name == "orders")
    }

    /// What its file holds.
    fn found(&self, view: &View<'_>) -> Found {
        let Some(field) = self.orders() else { return Found::default() };
        let text = field.argument("query").and_then(Value::as_str).unwrap_or_default().to_owned();
        View { now: self.created, all: self.all, ..*view }.find(&search::read(view.store, &text))
    }

    /// Its file: JSON, a line an order.
    pub(crate) fn file(&self, view: &View<'_>) -> Vec<u8> {
        let found = self.found(view);
        let Some(orders) = self.orders() else { return Vec::new() };
        let inner = orders.fields.iter().flat_map(|f| match f.name.as_str() {
            "nodes" => f.fields.clone(),
            "edges" => f.fields.iter().filter(|n| n.name == "node").flat_map(|n| n.fields.clone()).collect(),
            _ => Vec::new(),
        });
        let fields: Vec<Field> = inner.collect();
        let mut file = Vec::new();
        for one in found.orders() {
            let line = schema::select(Type::Order, &order::show(view.store, one, self.created), &fields);
            file.extend(line.to_string().into_bytes());
            file.push(b'\n');
        }
        file
    }
}

/// The query within, which must list something and fit the schema.
fn inner(query: &str) -> Result<Operation, String> {
    let operation = graphql::parse(query)
        .and_then(|d| d.operation(None, &Map::new()))
        .map_err(|e| format!("Invalid bulk query: {}", e.message))?;
    if operation.verb != Verb::Query {
        return Err("Invalid bulk query: only queries can be run in bulk".to_owned());
    }
    schema::check(&operation).map_err(|errors| {
        let first = errors.first().map(GraphError::json).unwrap_or_default();
        format!("Invalid bulk query: {}", first["message"].as_str().unwrap_or("it does not fit the schema"))
    })?;
    if !operation.fields.iter().any(|f| f.name == "orders") {
        return Err("Bulk queries must contain at least one connection.".to_owned());
    }
    Ok(operation)
}

impl Bulks {
    /// `bulkOperationRunQuery`.
    pub(crate) fn run(&mut self, view: &View<'_>, shop: usize, base: &str, field: &Field) -> Value {
        let query = field.argument("query").and_then(Value::as_str).unwrap_or_default();
        let refused = |message: String, code: &str| json!({"bulkOperation": null, "userErrors": [{"field": ["query"], "message": message, "code": code}]});
        if let Err(message) = inner(query) {
            return refused(message, "INVALID");
        }
        let under_way: Vec<&Bulk> = self.all.iter().filter(|b| b.shop == shop && b.is_under_way()).collect();
        if let Some(last) = under_way.last().filter(|_| under_way.len() >= limits::SHOPIFY_BULKS_AT_ONCE) {
            let message = format!("A bulk query operation for this app and shop is already in progress: {}.", last.id());
            return refused(message, "OPERATION_IN_PROGRESS");
        }
        self.started += 1;
        let dice: Chance = view.store.chance.on(tag("bulk")).on(self.started);
        let bulk = Bulk {
            number: 4_400_000_000_000 + self.started,
            shop,
            query: query.to_owned(),
            created: view.now,
            all: view.all,
            asked: 0,
            doom: self.doom.take(),
            cancelled: false,
            signature: format!("{:016x}{:016x}", dice.bits(), dice.on(1).bits()),
        };
        let shown = bulk.show(base, 0);
        self.all.push(bulk);
        if self.all.len() > limits::SHOPIFY_BULKS_KEPT {
            self.all.remove(0);
        }
        json!({"bulkOperation": shown, "userErrors": []})
    }

    /// `bulkOperationCancel`.
    pub(crate) fn cancel(&mut self, shop: usize, base: &str, field: &Field) -> Value {
        let id = field.argument("id").and_then(Value::as_str).unwrap_or_default();
        match self.all.iter_mut().find(|b| b.shop == shop && b.id() == id) {
            Some(bulk) => {
                bulk.cancelled = bulk.cancelled || bulk.is_under_way();
                json!({"bulkOperation": bulk.show(base, 0), "userErrors": []})
            }
            None => {
                json!({"bulkOperation": null, "userErrors": [{"field": ["id"], "message": "Bulk operation does not exist", "code": "NOT_FOUND"}]})
            }
        }
    }

    /// Takes note that one is asked about, and hands it over: by its id, or the last one of a shop.
    pub(crate) fn ask(&mut self, shop: usize, id: Option<&str>) -> Option<Bulk> {
        let bulk = self.all.iter_mut().rev().find(|b| b.shop == shop && id.is_none_or(|id| b.id() == id))?;
        bulk.asked = bulk.asked.saturating_add(1);
        Some(bulk.clone())
    }

    /// The finished one whose file has this path below `bulk/`.
    pub(crate) fn by_path(&self, path: &str, now: i64) -> Option<Bulk> {
        let (signature, file) = path.split_once('/')?;
        let number: u64 = file.strip_suffix(".jsonl")?.parse().ok()?;
        let found = self.all.iter().find(|b| b.number == number && b.signature == signature)?;
        (found.status() == "COMPLETED" && now < found.created + limits::SHOPIFY_FILE_SECONDS).then(|| found.clone())
    }
}

/// What is told of one.
pub(crate) fn show(bulk: &Bulk, view: &View<'_>, base: &str) -> Value {
    let count = if bulk.status() == "COMPLETED" { bulk.found(view).len() } else { 0 };
    bulk.show(base, count)
}
