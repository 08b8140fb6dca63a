//! The bank's files: the whole history as CSV within a zip, and the last day or the last ninety as XML.

use super::{
    currencies::CURRENCIES,
    days::{self, FIRST},
    rates::Rates,
};
use crate::{
    limits,
    world::calendar::{day, number},
};
use std::io::{Cursor, Write};
use zip::{ZipWriter, result::ZipResult, write::SimpleFileOptions};

/// A file the bank serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum File {
    /// `eurofxref-hist.zip`
    History,
    /// `eurofxref-hist.xml`
    HistoryXml,
    /// `eurofxref-hist-90d.xml`
    NinetyDays,
    /// `eurofxref-daily.xml`
    Daily,
}

impl File {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "eurofxref-hist.zip" => Some(Self::History),
            "eurofxref-hist.xml" => Some(Self::HistoryXml),
            "eurofxref-hist-90d.xml" => Some(Self::NinetyDays),
            "eurofxref-daily.xml" => Some(Self::Daily),
            _ => None,
        }
    }

    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::History => "application/zip",
            _ => "text/xml",
        }
    }

    /// The file's bytes when the last day with rates is `latest`.
    pub(crate) fn content(self, rates: Rates, latest: i32) -> Vec<u8> {
        let from = match self {
            Self::History | Self::HistoryXml => number(FIRST),
            Self::NinetyDays => latest - limits::ECB_DAYS_BACK,
            Self::Daily => latest,
        };
        let days: Vec<i32> = (from..=latest).rev().filter(|d| days::is_open(*d)).collect();
        match self {
            Self::History => zipped(&csv(rates, &days)).unwrap_or_default(),
            _ => xml(rates, &days),
        }
    }

    /// A good file of this kind that holds no rates.
    pub(crate) fn without_rates(self) -> Vec<u8> {
        match self {
            Self::History => zipped(header().as_bytes()).unwrap_or_default(),
            _ => envelope(""),
        }
    }

    /// A file of another layout: euros per unit, one line or element for each, under other names.
    pub(crate) fn drifted(self) -> Vec<u8> {
        match self {
            Self::History => zipped(b"TIME_PERIOD;CURRENCY;OBS_VALUE\n2026-11-19;USD;0.8695\n").unwrap_or_default(),
            _ => br#"<?xml version="1.0" encoding="UTF-8"?><rates><rate day="2026-11-19" of="USD">0.8695</rate></rates>"#.to_vec(),
        }
    }
}

fn header() -> String {
    let codes: Vec<&str> = CURRENCIES.iter().map(|c| c.code).collect();
    format!("Date,{},\n", codes.join(","))
}

/// Newest day first; every line ends with a comma, and a currency without a rate has `N/A`.
fn csv(rates: Rates, days: &[i32]) -> Vec<u8> {
    let mut out = header();
    for number in days {
        let date = day(*number);
        out.push_str(&date.to_string());
        for currency in &CURRENCIES {
            out.push(',');
            if currency.on(date) {
                out.push_str(&rates.text(currency, *number));
            } else {
                out.push_str("N/A");
            }
        }
        out.push_str(",\n");
    }
    out.into_bytes()
}

fn zipped(csv: &[u8]) -> ZipResult<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("eurofxref-hist.csv", SimpleFileOptions::default())?;
    archive.write_all(csv)?;
    Ok(archive.finish()?.into_inner())
}

fn xml(rates: Rates, days: &[i32]) -> Vec<u8> {
    let mut cubes = String::new();
    for number in days {
        let date = day(*number);
        cubes.push_str(&format!("<Cube time='{date}'>\n"));
        for currency in CURRENCIES.iter().filter(|c| c.on(date)) {
            cubes.push_str(&format!("<Cube currency='{}' rate='{}'/>\n", currency.code, rates.text(currency, *number)));
        }
        cubes.push_str("</Cube>\n");
    }
    envelope(&cubes)
}

fn envelope(cubes: &str) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <gesmes:Envelope xmlns:gesmes=\"http://www.gesmes.org/xml/2002-08-01\" xmlns=\"http://www.ecb.int/vocabulary/2002-08-01/eurofxref\">\n\
        <gesmes:subject>Reference rates</gesmes:subject>\n\
        <gesmes:Sender>\n<gesmes:name>European Central Bank</gesmes:name>\n</gesmes:Sender>\n\
        <Cube>\n{cubes}</Cube>\n</gesmes:Envelope>\n"
    )
    .into_bytes()
}
