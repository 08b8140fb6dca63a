//! Rows as JSON and as CSV. Ids are text in direct answers and numbers in targeting and in files, as the platform has it.

mod figure;

use super::{Found, Level, Query};
use crate::world::{account::Account, calendar};
use figure::{Figure, of};

/// How ids are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ids {
    Text,
    Number,
}

/// Writes the rows of one query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writer<'a> {
    pub(crate) account: &'a Account,
    pub(crate) query: &'a Query,
    pub(crate) ids: Ids,
    /// Writes null for conversions without a value instead of leaving them out.
    pub(crate) nulls: bool,
}

impl Writer<'_> {
    /// The id of the object a row is about.
    pub(crate) fn key(&self, found: &Found<'_>) -> u64 {
        let a = self.account;
        let id = match self.query.level {
            Level::Account => None,
            Level::Campaign => found.campaign.map(|c| a.campaigns[c].object.id),
            Level::AdGroup => found.ad_set.map(|s| a.ad_sets[s].object.id),
            Level::Ad => found.ad.map(|ad| a.ads[ad].object.id),
        };
        id.unwrap_or(a.id)
    }

    /// The date a row is called by.
    pub(crate) fn date(&self, found: &Found<'_>) -> String {
        calendar::day(self.query.intervals[found.interval].label).to_string()
    }

    /// Whether sums are told by date.
    pub(crate) fn dated(&self) -> bool {
        self.query.granularity != super::Granularity::Total
    }

    fn hour<'f>(&self, found: &'f Found<'_>) -> Option<&'f serde_json::Value> {
        found.value.filter(|_| self.query.targeting.is_none())
    }

    /// Whether every figure asked for is zero, which leaves the row out. A row without figures stays.
    pub(crate) fn is_empty(&self, found: &Found<'_>) -> bool {
        let figures = || self.query.columns.iter().filter(|c| !c.is_attribute());
        figures().next().is_some() && figures().all(|c| of(self, found, c).is_nothing())
    }

    /// Appends a row as a JSON object, with more fields at its end.
    pub(crate) fn json(&self, found: &Found<'_>, more: &[(&str, serde_json::Value)], out: &mut Vec<u8>) {
        out.push(b'{');
        self.name(self.query.level.key(), out);
        self.figure(&Figure::Id(self.key(found)), out);
        if self.dated() {
            self.next_name("DATE", out);
            self.figure(&Figure::Text(self.date(found)), out);
        }
        if let Some(hour) = self.hour(found) {
            self.next_name("HOUR", out);
            out.extend_from_slice(hour.to_string().as_bytes());
        }
        for column in self.query.columns.iter().filter(|c| c.name != self.query.level.key()) {
            let figure = of(self, found, column);
            if !figure.is_nothing() {
                self.next_name(column.name, out);
                self.figure(&figure, out);
            } else if self.nulls && column.is_conversion() {
                self.next_name(column.name, out);
                out.extend_from_slice(b"null");
            }
        }
        for (name, value) in more {
            self.next_name(name, out);
            out.extend_from_slice(value.to_string().as_bytes());
        }
        out.push(b'}');
    }

    fn name(&self, name: &str, out: &mut Vec<u8>) {
        out.push(b'"');
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\":");
    }

    fn next_name(&self, name: &str, out: &mut Vec<u8>) {
        out.push(b',');
        self.name(name, out);
    }

    fn figure(&self, figure: &Figure, out: &mut Vec<u8>) {
        match figure {
            Figure::Id(id) if self.ids == Ids::Text => out.extend_from_slice(format!("\"{id}\"").as_bytes()),
            Figure::Text(text) => out.extend_from_slice(serde_json::Value::from(text.as_str()).to_string().as_bytes()),
            other => out.extend_from_slice(other.text().as_bytes()),
        }
    }

    /// The header of a CSV file.
    pub(crate) fn csv_head(&self, out: &mut Vec<u8>) {
        let mut names = vec![self.query.level.key()];
        names.extend(self.dated().then_some("DATE"));
        names.extend((self.query.granularity == super::Granularity::Hour).then_some("HOUR"));
        names.extend(self.query.targeting.is_some().then_some(["TARGETING_TYPE", "TARGETING_VALUE"]).into_iter().flatten());
        names.extend(self.query.columns.iter().map(|c| c.name).filter(|n| *n != self.query.level.key()));
        out.extend_from_slice(names.join(",").as_bytes());
        out.push(b'\n');
    }

    /// Appends a row of CSV: here figures without a value are 0.
    pub(crate) fn csv(&self, found: &Found<'_>, out: &mut Vec<u8>) {
        let mut cells = vec![self.key(found).to_string()];
        cells.extend(self.dated().then(|| self.date(found)));
        cells.extend(self.hour(found).map(ToString::to_string));
        if let (Some(targeting), Some(value)) = (self.query.targeting, found.value) {
            cells.push(targeting.word().to_owned());
            cells.push(value.as_str().map_or_else(|| value.to_string(), quoted));
        }
        for column in self.query.columns.iter().filter(|c| c.name != self.query.level.key()) {
            cells.push(match of(self, found, column) {
                Figure::Nothing if column.is_attribute() => String::new(),
                Figure::Nothing => "0".to_owned(),
                figure => quoted(&figure.text()),
            });
        }
        out.extend_from_slice(cells.join(",").as_bytes());
        out.push(b'\n');
    }
}

fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
