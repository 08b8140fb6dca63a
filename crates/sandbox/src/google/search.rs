//! `googleAds:search` and `googleAds:searchStream`: the body, pages and batches.

use super::{
    attribute::Scope,
    change,
    error::{AdsError, Failure},
    gaql,
    plan::{Plan, Setting},
    tree::Node,
    walk::{Found, Position, Walk},
};
use crate::{
    http::Request,
    limits,
    world::{
        chance::{Chance, tag},
        delivery,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use std::ops::ControlFlow;

/// A request, understood.
#[derive(Debug)]
pub(crate) struct Body {
    query: String,
    page_token: Option<String>,
    count: bool,
    validate_only: bool,
}

/// A JSON object from a request's body.
pub(crate) fn object(request: &Request) -> Result<Map<String, Value>, AdsError> {
    match serde_json::from_slice(&request.body) {
        Ok(Value::Object(object)) => Ok(object),
        _ if request.body.is_empty() => Ok(Map::new()),
        _ => Err(AdsError::gateway(400, "Invalid JSON payload received. Unexpected token.", None)),
    }
}

impl Body {
    pub(crate) fn read(request: &Request, stream: bool) -> Result<Self, AdsError> {
        let mut body = Self { query: String::new(), page_token: None, count: false, validate_only: false };
        for (name, value) in object(request)? {
            let text = || value.as_str().unwrap_or_default().to_owned();
            match name.as_str() {
                "query" => body.query = text(),
                "customerId" | "customer_id" => {}
                "pageSize" | "page_size" if !stream => {
                    return Err(AdsError::request(
                        "PAGE_SIZE_NOT_SUPPORTED",
                        "Setting the page size is not supported. Search Responses will have fixed page size of '10000' rows.",
                    ));
                }
                "pageToken" | "page_token" if !stream => body.page_token = Some(text()).filter(|t| !t.is_empty()),
                "validateOnly" | "validate_only" if !stream => body.validate_only = value == true,
                "searchSettings" | "search_settings" if !stream => {
                    for (setting, value) in value.as_object().into_iter().flatten() {
                        match setting.as_str() {
                            "returnTotalResultsCount" | "return_total_results_count" => body.count = *value == true,
                            "omitResults" | "omit_results" if *value == false => {}
                            _ => return Err(AdsError::unknown_name(setting)),
                        }
                    }
                }
                _ => return Err(AdsError::unknown_name(&name)),
            }
        }
        if body.query.trim().is_empty() {
            return Err(AdsError::query("UNEXPECTED_END_OF_QUERY", "Error in query: query is empty."));
        }
        Ok(body)
    }

    /// Whether a page after the first is asked for; such pages cost no operation.
    pub(crate) const fn is_later_page(&self) -> bool {
        self.page_token.is_some()
    }

    fn plan(&self, scope: &Scope<'_>) -> Result<Plan, AdsError> {
        let query = gaql::parse(&self.query)?;
        let today = match scope.account() {
            Some(account) => delivery::today(account, scope.now),
            None => i32::try_from(scope.now.div_euclid(86_400)).unwrap_or(0),
        };
        let plan = Plan::of(&query, Setting { manager: matches!(scope.node, Node::Manager(_)), today })?;
        let now = scope.account().map_or_else(String::new, |account| change::local_time(account, scope.now));
        match query.from.as_str() {
            "change_event" => {
                change::check(&query, "change_event.change_date_time", "changeEventError", limits::GOOGLE_EVENT_DAYS, &now)?;
            }
            "change_status" => {
                change::check(
                    &query,
                    "change_status.last_change_date_time",
                    "changeStatusError",
                    limits::GOOGLE_STATUS_DAYS,
                    &now,
                )?;
            }
            _ => {}
        }
        Ok(plan)
    }

    /// Answers with all rows in batches.
    pub(crate) fn stream(&self, scope: &Scope<'_>, request_id: &str) -> Result<Vec<u8>, AdsError> {
        let plan = self.plan(scope)?;
        let mut out = b"[".to_vec();
        let mut rows = 0;
        let mut write = |json: &[u8]| {
            if rows % limits::GOOGLE_PAGE_ROWS == 0 {
                if rows > 0 {
                    out.push(b']');
                    tail(&mut out, &plan.mask, request_id, limits::GOOGLE_PAGE_ROWS);
                    out.extend_from_slice(b",\n");
                }
                out.extend_from_slice(b"{\"results\":[");
            } else {
                out.push(b',');
            }
            out.extend_from_slice(json);
            rows += 1;
        };
        let walk = Walk::new(*scope, &plan);
        let limit = plan.limit.unwrap_or(usize::MAX);
        if plan.order.is_empty() {
            let mut left = limit.min(limits::GOOGLE_STREAM_ROWS_MAX + 1);
            let mut take = |found: Found<'_>| {
                write(found.json);
                left -= 1;
                if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            if walk.from([0, 0], &mut take).is_break() && rows > limits::GOOGLE_STREAM_ROWS_MAX {
                return Err(too_long());
            }
        } else {
            sorted(&walk, &plan)?.iter().take(limit).for_each(|json| write(json));
        }
        if rows == 0 {
            out.push(b'{');
        } else {
            out.push(b']');
        }
        tail(&mut out, &plan.mask, request_id, rows % limits::GOOGLE_PAGE_ROWS);
        out.push(b']');
        Ok(out)
    }

    /// Answers with one page.
    pub(crate) fn page(&self, scope: &Scope<'_>) -> Result<Vec<u8>, AdsError> {
        let plan = self.plan(scope)?;
        if self.validate_only {
            return Ok(b"{}".to_vec());
        }
        let start = self.page_token.as_deref().map(|token| self.open(scope, token)).transpose()?.unwrap_or_default();
        let walk = Walk::new(*scope, &plan);
        let limit = plan.limit.unwrap_or(usize::MAX);
        let left = limit.saturating_sub(start.given).min(limits::GOOGLE_PAGE_ROWS);
        let mut results = Vec::new();
        let mut given = 0;
        let mut next: Option<Position> = None;
        let mut put = |json: &[u8]| {
            results.extend_from_slice(if given == 0 { b"\"results\":[" } else { b"," });
            results.extend_from_slice(json);
            given += 1;
            given
        };
        if plan.order.is_empty() {
            let mut taken = 0;
            let mut take = |found: Found<'_>| {
                if taken == left {
                    next = Some(found.position);
                    return ControlFlow::Break(());
                }
                taken = put(found.json);
                ControlFlow::Continue(())
            };
            // Whether it stopped shows in `next`.
            if left > 0 && walk.from(start.position, &mut take).is_continue() {
                next = None;
            }
        } else {
            let rows = sorted(&walk, &plan)?;
            for json in rows.iter().skip(start.given).take(left) {
                put(json);
            }
            if rows.len() > start.given + given {
                next = Some([0, 0]);
            }
        }
        let after = start.given + given;
        let mut out = b"{".to_vec();
        if given > 0 {
            out.extend_from_slice(&results);
            out.extend_from_slice(b"],");
        }
        if let Some(position) = next.filter(|_| after < limit) {
            let token = self.seal(scope, Start { position, given: after });
            out.extend_from_slice(format!("\"nextPageToken\":{},", json!(token)).as_bytes());
        }
        if self.count {
            let total = count(&walk).min(limit);
            out.extend_from_slice(format!("\"totalResultsCount\":\"{total}\",").as_bytes());
        }
        out.extend_from_slice(format!("\"fieldMask\":{}", json!(plan.mask)).as_bytes());
        out.push(b'}');
        Ok(out)
    }

    fn fingerprint(&self, scope: &Scope<'_>) -> u64 {
        Chance::new(tag(&self.query)).on(scope.tree.id(scope.world, scope.node)).bits()
    }

    fn seal(&self, scope: &Scope<'_>, start: Start) -> String {
        let [block, row] = start.position;
        URL_SAFE_NO_PAD.encode(format!("{:x}.{block}.{row}.{}.{}", self.fingerprint(scope), start.given, scope.now))
    }

    fn open(&self, scope: &Scope<'_>, token: &str) -> Result<Start, AdsError> {
        let invalid = || AdsError::request("INVALID_PAGE_TOKEN", "Page token is invalid.");
        let text = URL_SAFE_NO_PAD.decode(token).ok().and_then(|b| String::from_utf8(b).ok()).ok_or_else(invalid)?;
        let mut parts = text.split('.');
        let own = parts.next().is_some_and(|p| u64::from_str_radix(p, 16) == Ok(self.fingerprint(scope)));
        let rest: Vec<i64> = parts.map_while(|p| p.parse().ok()).collect();
        let [block, row, given, made] = rest[..] else { return Err(invalid()) };
        let whole = |n: i64| usize::try_from(n).map_err(|_| invalid());
        if !own {
            return Err(invalid());
        }
        if scope.now - made > limits::GOOGLE_PAGE_TOKEN_SECONDS {
            return Err(AdsError::request("EXPIRED_PAGE_TOKEN", "Page token has expired."));
        }
        Ok(Start { position: [whole(block)?, whole(row)?], given: whole(given)? })
    }
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, Default)]
struct Start {
    position: Position,
    /// Rows of the pages before.
    given: usize,
}

fn too_long() -> AdsError {
    Failure::new("internalError", "DEADLINE_EXCEEDED", "The query took too long: narrow its date range or select fewer segments.")
        .into()
}

/// All rows in order.
fn sorted(walk: &Walk<'_>, plan: &Plan) -> Result<Vec<Vec<u8>>, AdsError> {
    let mut rows = Vec::new();
    let mut take = |found: Found<'_>| {
        rows.push((found.keys, found.json.to_vec()));
        if rows.len() > limits::GOOGLE_SORT_ROWS_MAX { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    if walk.from([0, 0], &mut take).is_break() {
        return Err(too_long());
    }
    rows.sort_by(|a, b| {
        let each = plan.order.iter().enumerate().map(|(i, (_, descending))| {
            let order = a.0[i].compare(&b.0[i]);
            if *descending { order.reverse() } else { order }
        });
        each.reduce(std::cmp::Ordering::then).unwrap_or(std::cmp::Ordering::Equal)
    });
    Ok(rows.into_iter().map(|(_, json)| json).collect())
}

fn count(walk: &Walk<'_>) -> usize {
    let mut rows = 0;
    let mut take = |_: Found<'_>| {
        rows += 1;
        if rows >= limits::GOOGLE_STREAM_ROWS_MAX { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    // A count beyond the most that can be read says no more than that.
    if walk.from([0, 0], &mut take).is_break() { limits::GOOGLE_STREAM_ROWS_MAX } else { rows }
}

/// The end of a batch after its rows, or after its opening brace when it has none.
fn tail(out: &mut Vec<u8>, mask: &str, request_id: &str, rows: usize) {
    if out.last() == Some(&b']') {
        out.push(b',');
    }
    let consumed = (rows + 20).to_string();
    let rest = format!(
        "\"fieldMask\":{},\"requestId\":{},\"queryResourceConsumption\":{}}}",
        json!(mask),
        json!(request_id),
        json!(consumed)
    );
    out.extend_from_slice(rest.as_bytes());
}
