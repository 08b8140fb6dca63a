//! Mapping files: how to read a table no platform claims, or one that automatic recognition gets wrong.
//!
//! A mapping adds to the recognition: the fields it names are read as it says, all others are still recognised by their names. The
//! reference for people is `docs/import.md`.

use super::{error::ImportError, field::Field, limits, number::Decimal};
use serde::Deserialize;
use std::collections::BTreeMap;
use trimtab_domain::{Currency, Day, DayRange, Source, Zone};

/// A parsed mapping file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// The platform the figures come from.
    pub source: Option<Source>,
    /// The account they belong to.
    pub account: AccountMapping,
    /// Which column holds the day.
    pub date: Option<DateMapping>,
    /// The period of a file without dates.
    pub period: Option<PeriodMapping>,
    /// Header by field.
    pub columns: BTreeMap<Field, String>,
    /// A fixed value by field, for what the file does not say.
    pub constants: BTreeMap<Field, String>,
    /// Headers to leave alone.
    pub ignore: Vec<String>,
    /// Lines above the header to pass over.
    pub skip_rows: u64,
    /// The sign between cells: one character, or `tab`.
    pub delimiter: Option<String>,
    /// The encoding (`utf-8`, `windows-1252`, …).
    pub encoding: Option<String>,
    /// The decimal sign.
    pub decimal: Option<Decimal>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// Rows to keep.
    pub filters: Vec<Filter>,
}

/// The account of the rows.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccountMapping {
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its currency.
    pub currency: Option<Currency>,
    /// The zone its days are cut in.
    pub timezone: Option<Zone>,
}

/// Where the day stands.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateMapping {
    /// The column with the day.
    #[serde(default)]
    pub column: Option<String>,
    /// Several columns that make up the day, in the order of `format`, joined by blanks.
    #[serde(default)]
    pub columns: Vec<String>,
    /// The notation, in `strftime` letters; recognised where left out.
    #[serde(default)]
    pub format: Option<String>,
    /// The year, where the columns hold none; put behind them with a blank.
    #[serde(default)]
    pub year: Option<i16>,
}

/// The days a file without dates covers.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodMapping {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

/// A row is kept only where all filters hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// The header of the column looked at.
    pub column: String,
    /// The cell must be one of these.
    #[serde(default)]
    pub equals: Vec<String>,
    /// The cell must be none of these.
    #[serde(default)]
    pub not: Vec<String>,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// When it is too large, no YAML, has a key or field nobody knows, or contradicts itself.
    pub fn parse(yaml: &str) -> Result<Self, ImportError> {
        let wrong = |reason: String| ImportError::Mapping { reason };
        if yaml.len() > limits::MAX_MAPPING_BYTES {
            return Err(wrong(format!("it is larger than {} bytes", limits::MAX_MAPPING_BYTES)));
        }
        let mapping: Self = serde_yaml_ng::from_str(yaml).map_err(|error| wrong(error.to_string()))?;
        mapping.period_range()?;
        mapping.delimiter_byte()?;
        if let Some(date) = &mapping.date {
            if date.column.is_some() != date.columns.is_empty() {
                return Err(wrong("date: give either column or columns".to_owned()));
            }
            if mapping.period.is_some() {
                return Err(wrong("give either date or period, not both".to_owned()));
            }
        }
        if let Some(filter) = mapping.filters.iter().find(|f| f.equals.is_empty() && f.not.is_empty()) {
            return Err(wrong(format!("the filter on '{}' says neither equals nor not", filter.column)));
        }
        if let Some(field) = mapping.constants.keys().find(|f| f.measures()) {
            return Err(wrong(format!("constants: {} is measured, it cannot be the same for every row", field.as_str())));
        }
        Ok(mapping)
    }

    pub(super) fn period_range(&self) -> Result<Option<DayRange>, ImportError> {
        self.period
            .map(|p| DayRange::new(p.from, p.to).map_err(|error| ImportError::Mapping { reason: format!("period: {error}") }))
            .transpose()
    }

    pub(super) fn delimiter_byte(&self) -> Result<Option<u8>, ImportError> {
        match self.delimiter.as_deref() {
            None => Ok(None),
            Some("tab" | "\\t" | "\t") => Ok(Some(b'\t')),
            Some(text) => match text.as_bytes() {
                [byte] if byte.is_ascii_punctuation() && *byte != b'"' => Ok(Some(*byte)),
                _ => Err(ImportError::Mapping { reason: format!("delimiter: '{text}' is not one punctuation character or tab") }),
            },
        }
    }

    /// Every header the mapping speaks of.
    pub(super) fn headers(&self) -> impl Iterator<Item = &str> {
        let date = self.date.iter().flat_map(|d| d.column.iter().chain(&d.columns));
        self.columns.values().chain(date).chain(self.filters.iter().map(|f| &f.column)).map(String::as_str)
    }
}

/// A mapping for a table with these headers, to be edited by a person.
pub(super) fn suggestion(headers: &[String]) -> String {
    use std::fmt::Write as _;
    let mut text = String::from(
        "# Mapping file: put the right header behind each field, delete the lines you do not need, and import again with it.\n\
         source: csv\naccount: {id: my-account, name: My account}\n",
    );
    let quoted = |header: &str| format!("{:?}", header.trim());
    let find = |field: Field| headers.iter().find(|h| super::names::look_up(h).is_some_and(|n| n.field == field));
    match find(Field::Date) {
        Some(header) => _ = writeln!(text, "date: {{column: {}}}", quoted(header)),
        None => text.push_str("date: {column: \"?\", format: \"%Y-%m-%d\"}   # or  period: {from: 2026-01-01, to: 2026-01-31}\n"),
    }
    text.push_str("columns:\n");
    for field in [
        Field::Campaign,
        Field::AdGroup,
        Field::Ad,
        Field::Impressions,
        Field::Clicks,
        Field::Spend,
        Field::Conversions,
        Field::Revenue,
    ] {
        let header = find(field).map_or_else(|| "\"?\"".to_owned(), |h| quoted(h));
        _ = writeln!(text, "  {}: {header}", field.as_str());
    }
    let rest: Vec<_> = headers
        .iter()
        .filter(|h| super::names::look_up(h).is_none() && !h.trim().is_empty())
        .take(limits::MAX_HEADERS_NAMED)
        .collect();
    if !rest.is_empty() {
        text.push_str("# Headers of the file that were not recognised:\n");
        for header in rest {
            _ = writeln!(text, "#   {}", quoted(header));
        }
    }
    text
}
