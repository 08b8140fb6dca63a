//! The insights edge: direct answers and report runs.

mod actions;
mod field;
mod json;
mod page;
pub(crate) mod query;
mod range;
pub(crate) mod report;
mod row;

use super::{auth::Grant, error::GraphError, paging};
use crate::{
    http::Request,
    limits,
    world::{World, account::Place},
};
use page::{Found, Position, Walk};
use query::Query;
use std::ops::ControlFlow;

/// A page of a direct call. Also answers how many rows it holds.
pub(crate) fn direct(
    world: &World,
    grant: &Grant,
    request: &Request,
    account: usize,
    object: Option<Place>,
    now: i64,
) -> Result<(Vec<u8>, usize), GraphError> {
    let of = &world.accounts[account];
    let query = Query::read(request, account, of, object, now)?;
    let limit = paging::limit(request, limits::META_PAGE_DEFAULT, limits::META_PAGE_MAX)?;
    let walk = Walk::new(of, &query);
    if query.rows_max(of, walk.parts()) > limits::META_DIRECT_ROWS_MAX {
        return Err(GraphError::reduce_data());
    }
    write_page(&walk, &query, grant, request, limit)
}

/// Writes the page that a request's cursor stands for.
fn write_page(
    walk: &Walk<'_>,
    query: &Query,
    grant: &Grant,
    request: &Request,
    limit: usize,
) -> Result<(Vec<u8>, usize), GraphError> {
    let start: Option<Position> = request.given("after").map(paging::read).transpose()?;
    if let Some((metric, down)) = &query.sort {
        return sorted_page(walk, grant, request, limit, (metric, *down));
    }
    let mut out = Vec::with_capacity(limit * 1_800);
    out.extend_from_slice(b"{\"data\":[");
    let (mut rows, mut first, mut next) = (0, None, None);
    let mut each = |found: Found<'_>| {
        if !walk.passes(&found) {
            return ControlFlow::Continue(());
        }
        if rows == limit {
            next = Some(found.position);
            return ControlFlow::Break(());
        }
        if rows > 0 {
            out.push(b',');
        }
        first.get_or_insert(found.position);
        walk.write(&found, &mut out);
        rows += 1;
        ControlFlow::Continue(())
    };
    let full = walk.from(start.unwrap_or_default(), &mut each).is_break();
    out.push(b']');
    if let Some(first) = first {
        let end = next.unwrap_or([query.intervals.len(), 0, 0]);
        paging::write(&mut out, request, &grant.token, &paging::cursor(&first), &paging::cursor(&end), full);
    }
    out.push(b'}');
    Ok((out, rows))
}

/// The same in the order of a figure: all rows are held, so their number is limited.
fn sorted_page(
    walk: &Walk<'_>,
    grant: &Grant,
    request: &Request,
    limit: usize,
    (metric, down): (&str, bool),
) -> Result<(Vec<u8>, usize), GraphError> {
    let skip = request.given("after").map(paging::read::<3>).transpose()?.map_or(0, |p| p[0]);
    let mut all: Vec<(f64, Vec<u8>)> = Vec::new();
    let full = walk.from([0; 3], &mut |found| {
        if walk.passes(&found) {
            let mut row = Vec::new();
            walk.write(&found, &mut row);
            all.push((walk.figure(&found, metric), row));
        }
        if all.len() > limits::META_SORT_ROWS_MAX { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    if full.is_break() {
        return Err(GraphError::reduce_data());
    }
    all.sort_by(|a, b| if down { b.0.total_cmp(&a.0) } else { a.0.total_cmp(&b.0) });
    let mut out = b"{\"data\":[".to_vec();
    let page = &all[skip.min(all.len())..(skip.saturating_add(limit)).min(all.len())];
    for (i, (_, row)) in page.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        out.extend_from_slice(row);
    }
    out.push(b']');
    if !page.is_empty() {
        let end = skip + page.len();
        let cursor = |at: usize| paging::cursor(&[at, 0, 0]);
        paging::write(&mut out, request, &grant.token, &cursor(skip), &cursor(end), end < all.len());
    }
    out.push(b'}');
    Ok((out, page.len()))
}
