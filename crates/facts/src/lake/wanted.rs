//! From what a source reported to the rows that shall be the only ones.

use crate::{Error, file::Slice, replace::Wanted, rows, schema::Table};
use std::collections::BTreeSet;
use trimtab_domain::{
    DayRange, SourceKind,
    account::Account,
    fact::{EmailDaily, Facts, Order, SessionDaily},
};

/// What shall be the only rows of each table; the one a source is read for comes last.
pub(super) fn wanted(account: &Account, range: DayRange, facts: Facts) -> Result<Vec<(Table, Vec<Wanted>)>, Error> {
    let one = |table, rows| Ok(vec![(table, vec![Wanted { slice: slice(account, ""), rows }])]);
    match account.source.kind() {
        SourceKind::Ads | SourceKind::Rates => wanted_of_ads(account, range, facts),
        SourceKind::Shop => {
            let figures =
                |r: &Order| [r.total_micros, r.refunded_micros, r.tax_micros, r.shipping_micros, r.discount_micros].map(Some);
            rows::check_figures(range, "an order", facts.orders.iter().map(|r| (r.date, figures(r))))?;
            one(Table::Orders, rows::orders(&facts.orders)?)
        }
        SourceKind::Site => {
            let figures = |r: &SessionDaily| [Some(r.sessions), r.engaged_sessions, r.revenue_micros];
            rows::check_figures(range, "a row of visits", facts.sessions.iter().map(|r| (r.date, figures(r))))?;
            let fractions = facts.sessions.iter().flat_map(|r| [r.key_events, r.purchases]).flatten();
            if let Some(bad) = fractions.into_iter().find(|f| !f.is_finite() || f.abs() > 1e15) {
                return Err(Error::BadFacts(format!("visits cannot be kept: {bad} is not a finite number of believable size")));
            }
            one(Table::SessionDaily, rows::sessions(&facts.sessions)?)
        }
        SourceKind::Mail => {
            let figures = |r: &EmailDaily| [r.recipients, r.opens, r.clicks, r.orders, r.revenue_micros];
            rows::check_figures(range, "a row of mailings", facts.emails.iter().map(|r| (r.date, figures(r))))?;
            one(Table::EmailDaily, rows::emails(&facts.emails)?)
        }
    }
}

fn wanted_of_ads(account: &Account, range: DayRange, facts: Facts) -> Result<Vec<(Table, Vec<Wanted>)>, Error> {
    let Facts { ad_daily, conversions, breakdowns, breakdowns_read, keywords, keywords_read, .. } = facts;
    rows::check(range, ad_daily.iter().map(|r| (r.date, r.span_days, &r.placing, Some(&r.measures), None, None)))?;
    rows::check(range, conversions.iter().map(|r| (r.date, 1, &r.placing, None, Some(r.count), r.value_micros)))?;
    rows::check(range, breakdowns.iter().map(|r| (r.date, r.span_days, &r.placing, Some(&r.measures), None, None)))?;
    if let Some(stray) = breakdowns.iter().find(|r| !breakdowns_read.contains(&r.breakdown)) {
        let name = stray.breakdown.as_str();
        return Err(Error::BadFacts(format!("there are rows by {name}, but {name} is not among the breakdowns that were read")));
    }
    rows::check(range, keywords.iter().map(|r| (r.date, 1, &r.placing, Some(&r.measures), None, None)))?;
    if let Some(stray) = keywords.iter().find(|r| !keywords_read.contains(&r.kind)) {
        let name = stray.kind.as_str();
        return Err(Error::BadFacts(format!("there are rows of kind {name}, which is not among the kinds that were read")));
    }
    let slice = |split| slice(account, split);
    let mut split = Vec::new();
    for breakdown in breakdowns_read.iter().collect::<BTreeSet<_>>() {
        let own: Vec<_> = breakdowns.iter().filter(|r| r.breakdown == *breakdown).collect();
        split.push(Wanted { slice: slice(breakdown.as_str()), rows: rows::breakdowns(&own)? });
    }
    let mut words = Vec::new();
    for kind in keywords_read.iter().collect::<BTreeSet<_>>() {
        let own: Vec<_> = keywords.iter().filter(|r| r.kind == *kind).collect();
        words.push(Wanted { slice: slice(kind.as_str()), rows: rows::keywords(&own)? });
    }
    let conversions = vec![Wanted { slice: slice(""), rows: rows::conversions(&conversions)? }];
    let ads = vec![Wanted { slice: slice(""), rows: rows::ads(&ad_daily)? }];
    Ok(vec![
        (Table::ConversionDaily, conversions),
        (Table::BreakdownDaily, split),
        (Table::KeywordDaily, words),
        (Table::AdDaily, ads),
    ])
}

/// An account's part of a table, of one split of it where the table has several.
pub(super) fn slice(account: &Account, split: &str) -> Slice {
    Slice {
        platform: account.source.as_str().to_owned(),
        account: account.id.as_str().to_owned(),
        currency: account.currency.as_str().to_owned(),
        breakdown: split.to_owned(),
    }
}
