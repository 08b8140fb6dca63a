//! A report: a table of text, asked for page by page until it has as many rows as it says it has.
//!
//! Pages go by offset in an order that is the same each time. Rows are told apart by their dimensions, so the offset of the next page is the
//! number of different rows there are already: a page served twice brings nothing and is asked for again. A table that changes while it is
//! read, as that of today does, is read anew.

use super::{
    Ga4,
    service::{BadBody, Tally, drift},
};
use crate::{
    Error, limits,
    scalar::{Count, Text},
};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap, hash_map::Entry};
use trimtab_domain::{Currency, DayRange, Source, Zone, account::Account, fact::Quality, id::AccountId};

/// What to ask, and what a row of the answer means.
pub(super) struct Question<F> {
    /// The dimensions, by their names in the API, which are case-sensitive.
    pub(super) dimensions: &'static [&'static str],
    /// The metrics, likewise.
    pub(super) metrics: &'static [&'static str],
    /// A row's dimensions and metrics, in this order, as what they stand for.
    pub(super) fact: fn(&[&str], &[&str]) -> Result<F, String>,
}

/// A whole table.
#[derive(Debug)]
pub(super) struct Table<F> {
    pub(super) rows: Vec<F>,
    /// What it leaves out.
    pub(super) quality: Quality,
    /// The metrics that are kept from the credential, whatever figures they have here.
    pub(super) hidden: BTreeSet<String>,
    /// What its amounts are in, and where its days are cut.
    pub(super) terms: Terms,
}

/// What a property's figures are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Terms {
    pub(super) currency: Currency,
    pub(super) zone: Zone,
}

/// One page.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    #[serde(borrow, default)]
    dimension_headers: Vec<Header<'a>>,
    #[serde(borrow, default)]
    metric_headers: Vec<Header<'a>>,
    #[serde(borrow, default)]
    rows: Vec<Row<'a>>,
    /// Rows of all pages; left out when there are none.
    #[serde(default)]
    row_count: Count,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow)]
    name: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    #[serde(borrow, default)]
    dimension_values: Vec<Cell<'a>>,
    #[serde(borrow, default)]
    metric_values: Vec<Cell<'a>>,
}

#[derive(Deserialize)]
struct Cell<'a> {
    #[serde(borrow, default)]
    value: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    currency_code: String,
    time_zone: String,
    #[serde(default)]
    data_loss_from_other_row: bool,
    #[serde(default)]
    subject_to_thresholding: bool,
    #[serde(default)]
    sampling_metadatas: Vec<Sampling>,
    #[serde(default)]
    schema_restriction_response: Restrictions,
}

/// The figures the credential may not see. They are told as nothing.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Restrictions {
    active_metric_restrictions: Vec<Restriction>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Restriction {
    #[serde(default)]
    metric_name: String,
}

/// How much of the visits an answer looked at.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sampling {
    #[serde(default)]
    samples_read_count: Count,
    #[serde(default)]
    sampling_space_size: Count,
}

impl Metadata {
    fn quality(&self) -> Quality {
        Quality {
            other: self.data_loss_from_other_row,
            thresholded: self.subject_to_thresholding,
            // One that looked at everything is no sample; one that does not say how much it looked at is.
            sampled: self
                .sampling_metadatas
                .iter()
                .any(|one| one.samples_read_count.0 < one.sampling_space_size.0 || one.sampling_space_size.0 == 0),
        }
    }

    fn terms(&self) -> Result<Terms, String> {
        let currency = self.currency_code.parse().map_err(|error| format!("{error}"))?;
        Ok(Terms { currency, zone: self.time_zone.parse().map_err(|error| format!("{error}"))? })
    }
}

/// What an answer may hold that has no rows.
const EMPTY: [&str; 9] =
    ["dimensionHeaders", "metricHeaders", "rowCount", "metadata", "propertyQuota", "kind", "totals", "maximums", "minimums"];

/// Makes sure that an answer without rows holds nothing that is not understood: rows by another name would be taken for none.
fn nothing_else(body: &[u8]) -> Result<(), BadBody> {
    let held: BTreeMap<String, IgnoredAny> = serde_json::from_slice(body)?;
    match held.keys().find(|name| !EMPTY.contains(&name.as_str())) {
        Some(name) => Err(BadBody::Conflict(format!("a report without rows holds '{name}', which is not understood"))),
        None => Ok(()),
    }
}

/// What came of adding a page.
enum Added {
    /// So many rows that were not there before.
    Rows(usize),
    /// The table is another one than at the page before.
    Changed,
}

/// A table as far as it has been read.
struct Reading<F> {
    rows: HashMap<Box<[Box<str>]>, F>,
    count: Option<i64>,
    quality: Quality,
    hidden: BTreeSet<String>,
    terms: Option<Terms>,
}

impl<F: PartialEq> Reading<F> {
    fn new() -> Self {
        Self { rows: HashMap::new(), count: None, quality: Quality::default(), hidden: BTreeSet::new(), terms: None }
    }

    /// How many rows there are already.
    fn read(&self) -> usize {
        self.rows.len()
    }

    /// Whether these are all.
    fn whole(&self) -> bool {
        self.count == i64::try_from(self.read()).ok()
    }

    fn add(&mut self, question: &Question<F>, body: &[u8]) -> Result<Added, BadBody> {
        let page: Page<'_> = serde_json::from_slice(body)?;
        if page.rows.is_empty() {
            nothing_else(body)?;
        }
        let named = |headers: &[Header<'_>], names: &[&str]| headers.iter().map(|header| &*header.name.0).eq(names.iter().copied());
        let asked = named(&page.dimension_headers, question.dimensions) && named(&page.metric_headers, question.metrics);
        // A table without rows need not name its columns.
        let headless = page.dimension_headers.is_empty() && page.metric_headers.is_empty() && page.rows.is_empty();
        if !asked && !headless {
            return Err(BadBody::Conflict("the columns of a report are not those asked for".to_owned()));
        }
        if self.count.is_some_and(|count| count != page.row_count.0) {
            return Ok(Added::Changed);
        }
        self.count = Some(page.row_count.0);
        let more = page.metadata.quality();
        self.quality = together(self.quality, more);
        self.terms = Some(page.metadata.terms().map_err(BadBody::Conflict)?);
        self.hidden
            .extend(page.metadata.schema_restriction_response.active_metric_restrictions.into_iter().map(|one| one.metric_name));
        let before = self.read();
        for row in &page.rows {
            if row.dimension_values.len() != question.dimensions.len() || row.metric_values.len() != question.metrics.len() {
                return Err(BadBody::Conflict("a row of a report has another number of columns than it should".to_owned()));
            }
            let cells = |cells: &'_ [Cell<'_>]| cells.iter().map(|cell| Box::from(&*cell.value.0)).collect::<Box<[Box<str>]>>();
            let (key, figures) = (cells(&row.dimension_values), cells(&row.metric_values));
            let (dims, figures): (Vec<&str>, Vec<&str>) =
                (key.iter().map(|c| &**c).collect(), figures.iter().map(|c| &**c).collect());
            let fact = (question.fact)(&dims, &figures).map_err(BadBody::Conflict)?;
            match self.rows.entry(key) {
                Entry::Vacant(vacant) => {
                    vacant.insert(fact);
                }
                Entry::Occupied(known) if *known.get() == fact => {}
                Entry::Occupied(_) => return Ok(Added::Changed),
            }
        }
        Ok(Added::Rows(self.read() - before))
    }
}

/// Whatever either of two answers leaves out.
pub(super) const fn together(one: Quality, other: Quality) -> Quality {
    Quality {
        other: one.other || other.other,
        thresholded: one.thresholded || other.thresholded,
        sampled: one.sampled || other.sampled,
    }
}

impl<F: PartialEq> Question<F> {
    fn document(&self, days: DayRange, offset: usize) -> Vec<u8> {
        let named = |names: &[&str]| names.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>();
        let order = |name: &&str| json!({ "dimension": { "dimensionName": name } });
        let document = json!({
            "dateRanges": [{ "startDate": days.from().to_string(), "endDate": days.to().to_string() }],
            "dimensions": named(self.dimensions),
            "metrics": named(self.metrics),
            "orderBys": self.dimensions.iter().map(order).collect::<Vec<_>>(),
            "keepEmptyRows": false,
            "limit": limits::GA4_PAGE_ROWS.to_string(),
            "offset": offset.to_string(),
        });
        document.to_string().into_bytes()
    }
}

impl Ga4 {
    /// Reads a table, in the property's own terms whatever they are.
    pub(super) async fn table<F: PartialEq>(
        &self,
        tally: &Tally,
        property: &AccountId,
        days: DayRange,
        question: &Question<F>,
    ) -> Result<Table<F>, Error> {
        for _ in 0..limits::REREADS_MAX {
            let (mut reading, mut stale) = (Reading::new(), 0);
            let changed = loop {
                let document = question.document(days, reading.read());
                match self.service.report(tally, property, &document, |body| reading.add(question, body)).await? {
                    Added::Changed => break true,
                    Added::Rows(_) if reading.whole() => break false,
                    // Rows are missing and none came: a page from before, or none at all.
                    Added::Rows(0) if stale == limits::STALE_PAGES_MAX => break true,
                    Added::Rows(0) => stale += 1,
                    Added::Rows(_) => stale = 0,
                }
            };
            if let (false, Some(terms)) = (changed, reading.terms.take()) {
                let Reading { rows, quality, hidden, .. } = reading;
                return Ok(Table { rows: rows.into_values().collect(), quality, hidden, terms });
            }
        }
        Err(drift(property, "a report never has as many rows as it says".to_owned()))
    }

    /// The same of an account, whose currency and zone it must still have: else its amounts and days would be taken for others.
    pub(super) async fn table_of<F: PartialEq>(
        &self,
        tally: &Tally,
        account: &Account,
        days: DayRange,
        question: &Question<F>,
    ) -> Result<Table<F>, Error> {
        let table = self.table(tally, &account.id, days, question).await?;
        let known = Terms { currency: account.currency, zone: account.zone.clone() };
        if table.terms == known {
            return Ok(table);
        }
        let what = format!(
            "its currency and zone were {} and {} a moment ago and are {} and {} now: read it again from its description on",
            known.currency, known.zone, table.terms.currency, table.terms.zone
        );
        Err(Error::Transient { platform: Source::Ga4, account: Some(account.id.clone()), what, timeout: false, source: None })
    }
}

#[cfg(test)]
mod tests;
