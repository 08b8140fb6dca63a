//! Reports: answered at once, page by page, or prepared as a file.

mod filter;
mod metric;
mod query;
mod row;
pub(crate) mod task;
mod walk;

use super::{
    envelope::{Answer, ApiError},
    params::{self, Page},
};
use crate::{
    http::Request,
    limits,
    world::{World, delivery::Delivery},
};
use metric::Metric;
use query::{Mode, Query};
use row::Row;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use walk::Walk;

/// How many rows come before each block of a report, and at the end all of them. Counted once for all pages.
type Counts = Arc<Vec<usize>>;

/// The counts of reports asked for lately, by everything that decides them.
#[derive(Debug, Default)]
pub(crate) struct Counted(Mutex<HashMap<String, Counts>>);

impl Counted {
    fn of(&self, key: String, walk: &Walk<'_>) -> Counts {
        if let Some(known) = crate::state::lock(&self.0).get(&key) {
            return Arc::clone(known);
        }
        let mut delivery = Delivery::default();
        let mut before = 0;
        let mut counts = vec![0];
        for block in 0..walk.blocks() {
            before += walk.block(block, true, &mut delivery).len();
            counts.push(before);
        }
        let counts = Arc::new(counts);
        let mut kept = crate::state::lock(&self.0);
        if kept.len() >= limits::TIKTOK_COUNTS_KEPT {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&counts));
        counts
    }
}

/// `report/integrated/get/`: a page. `edition` tells apart the world before and after a write.
pub(crate) fn direct(
    world: &World,
    counted: &Counted,
    request: &Request,
    account: usize,
    (now, edition): (i64, u64),
) -> Result<Answer, ApiError> {
    let of = &world.accounts[account];
    let query = Query::read(request, account, of, Mode::Direct, now)?;
    let page = Page::read(request, limits::TIKTOK_PAGE_MAX)?;
    let walk = Walk::new(of, &query)?;
    let mut out = b"{\"list\":[".to_vec();
    let mut first = true;
    let mut show = |row: &Row<'_>, out: &mut Vec<u8>| {
        if !std::mem::replace(&mut first, false) {
            out.push(b',');
        }
        write(&walk, &query, row, out);
    };
    let all = if let Some((asked, largest_first)) = query.order {
        let mut rows = sortable(&walk)?;
        rows.sort_by(|a, b| {
            let order = asked.metric.value(a).total_cmp(&asked.metric.value(b));
            if largest_first { order.reverse() } else { order }
        });
        rows[page.range(rows.len())].iter().for_each(|row| show(row, &mut out));
        rows.len()
    } else {
        let params: Vec<_> = request.params.iter().filter(|(name, _)| name != "page" && name != "page_size").collect();
        let counts = counted.of(format!("{account} {now} {edition} {params:?}"), &walk);
        let all = counts.last().copied().unwrap_or(0);
        if all * query.metrics.len() > limits::TIKTOK_CELLS_MAX {
            return Err(ApiError::too_large());
        }
        let range = page.range(all);
        let mut delivery = Delivery::default();
        let mut block = counts.partition_point(|before| *before <= range.start).max(1) - 1;
        let mut at = range.start;
        while at < range.end {
            for row in walk.block(block, false, &mut delivery).iter().skip(at - counts[block]).take(range.end - at) {
                show(row, &mut out);
            }
            block += 1;
            at = range.end.min(counts[block]);
        }
        all
    };
    out.extend_from_slice(b"],\"page_info\":");
    out.extend_from_slice(page.info(all).as_bytes());
    if params::flag(request, "enable_total_metrics", false)? {
        out.extend_from_slice(b",\"total_metrics\":");
        totals(&walk, &query, &mut out);
    }
    out.push(b'}');
    Ok(if walk.truncated {
        let warning = "Number of ad ids is equal or more than 20k, only the latest 20k are considered";
        Answer::Warned(out, ("x-tt-ads-throttle", warning.to_owned()))
    } else {
        Answer::Data(out)
    })
}

/// All rows of a report, unless they are too many to be sorted.
fn sortable<'a>(walk: &Walk<'a>) -> Result<Vec<Row<'a>>, ApiError> {
    let mut delivery = Delivery::default();
    let mut rows = Vec::new();
    for block in 0..walk.blocks() {
        rows.extend(walk.block(block, false, &mut delivery));
        if rows.len() > limits::TIKTOK_SORT_ROWS_MAX {
            return Err(ApiError::too_large());
        }
    }
    Ok(rows)
}

/// One row as JSON: every value is text.
fn write(walk: &Walk<'_>, query: &Query, row: &Row<'_>, out: &mut Vec<u8>) {
    let key = |out: &mut Vec<u8>, name: &str, first: bool| {
        out.extend_from_slice(if first { b"\"" } else { b",\"" });
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\":\"");
    };
    out.extend_from_slice(b"{\"dimensions\":{");
    for (i, dimension) in query.dimensions.iter().enumerate() {
        key(out, dimension.name(), i == 0);
        out.extend_from_slice(walk.dimension(row, *dimension).as_bytes());
        out.push(b'"');
    }
    out.extend_from_slice(b"},\"metrics\":");
    metrics(query, row, out);
    out.push(b'}');
}

fn metrics(query: &Query, row: &Row<'_>, out: &mut Vec<u8>) {
    out.push(b'{');
    for (i, asked) in query.metrics.iter().enumerate() {
        out.extend_from_slice(if i == 0 { b"\"" } else { b",\"" });
        out.extend_from_slice(asked.name.as_bytes());
        out.extend_from_slice(b"\":");
        if let Metric::Attribute(attribute) = asked.metric {
            // Names may hold anything.
            out.extend_from_slice(serde_json::Value::from(&*row.attribute(attribute)).to_string().as_bytes());
        } else {
            out.push(b'"');
            asked.metric.write(row, out);
            out.push(b'"');
        }
    }
    out.push(b'}');
}

/// The metrics of all rows together.
fn totals(walk: &Walk<'_>, query: &Query, out: &mut Vec<u8>) {
    let mut delivery = Delivery::default();
    let mut total: Option<Row<'_>> = None;
    for block in 0..walk.blocks() {
        for row in walk.block(block, false, &mut delivery) {
            match &mut total {
                Some(total) => total.sum.add(&row.sum),
                None => total = Some(Row { ids: row::Ids::default(), ..row }),
            }
        }
    }
    match total {
        Some(total) => metrics(query, &total, out),
        None => out.extend_from_slice(b"{}"),
    }
}
