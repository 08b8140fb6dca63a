//! A history in files that exist in memory alone, and what every shape has in common.

use std::{
    collections::BTreeMap,
    io::{self, Cursor, Read},
    sync::Arc,
};
use trimtab_connect::history::{self, Entry, Files, Found, History, HistoryError, Key, Location, Options, Piece};
use trimtab_domain::{DayRange, ErrorKind, Source, id::AccountId};

/// Files by path.
#[derive(Debug, Default)]
pub(crate) struct InMemory(BTreeMap<String, Vec<u8>>);

impl Files for InMemory {
    fn list(&self) -> io::Result<Vec<Entry>> {
        Ok(self.0.keys().map(|path| Entry { path: path.clone() }).collect())
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send>> {
        let bytes = self.0.get(path).ok_or(io::ErrorKind::NotFound)?;
        if bytes == b"locked" {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        Ok(Box::new(Cursor::new(bytes.clone())))
    }
}

/// The place of some files.
pub(crate) fn files<B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (&'static str, B)>) -> Location {
    let files = files.into_iter().map(|(path, bytes)| (path.to_owned(), bytes.into())).collect();
    Location::Files(Arc::new(InMemory(files)))
}

pub(crate) fn options() -> Options {
    Options::new("UTC".parse().unwrap(), "EUR".parse().unwrap(), "2026-01-01T00:00:00Z".parse().unwrap())
}

pub(crate) fn key(source: Source, account: &str) -> Key {
    Key { tenant: "".into(), source, account: AccountId::new(account) }
}

pub(crate) fn days(text: &str) -> DayRange {
    text.parse().unwrap()
}

/// Every account's facts of all its days, held against the original's own sums.
pub(crate) async fn everything(history: &dyn History) -> (Found, BTreeMap<Key, Piece>) {
    let found = history.accounts().await.unwrap();
    let mut pieces = BTreeMap::new();
    for account in &found.accounts {
        let piece = history.read(&account.key, account.days).await.unwrap();
        holds(&piece);
        pieces.insert(account.key.clone(), piece);
    }
    (found, pieces)
}

/// The facts add up to what was counted apart from them.
pub(crate) fn holds(piece: &Piece) {
    let rows = &piece.facts.ad_daily;
    let sum = |figure: fn(&history::Sums) -> i64| piece.counted.iter().map(|counted| figure(&counted.taken)).sum::<i64>();
    assert_eq!(rows.iter().map(|row| row.measures.spend_micros).sum::<i64>(), sum(|sums| sums.spend_micros));
    assert_eq!(rows.iter().map(|row| row.measures.impressions).sum::<i64>(), sum(|sums| sums.impressions));
    assert_eq!(rows.iter().map(|row| row.measures.clicks).sum::<i64>(), sum(|sums| sums.clicks));
    assert_eq!(
        rows.iter().filter_map(|row| row.measures.revenue_micros).sum::<i64>(),
        sum(|sums| sums.revenue_micros.unwrap_or(0))
    );
    let conversions: f64 = rows.iter().filter_map(|row| row.measures.conversions).sum();
    let counted: f64 = piece.counted.iter().filter_map(|counted| counted.taken.conversions).sum();
    assert!((conversions - counted).abs() < 1e-6, "{conversions} {counted}");
}

#[tokio::test]
async fn a_folder_without_history_is_refused_with_what_was_looked_for() {
    for (path, named) in [("photos/cat.png", "photos/cat.png"), ("google_ads/keyword_stats.csv", "keyword_stats.csv")] {
        let error = history::open(&files([(path, "x")]), options()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        let text = error.to_string();
        assert!(text.contains("looked for CSV files named after Fivetran's tables") && text.contains(named), "{text}");
    }
    let none: [(&'static str, &str); 0] = [];
    let error = history::open(&files(none), options()).await.unwrap_err().to_string();
    assert!(error.ends_with("found no files"), "{error}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_listed_is_refused() {
    #[derive(Debug)]
    struct Gone;
    impl Files for Gone {
        fn list(&self) -> io::Result<Vec<Entry>> {
            Err(io::ErrorKind::NotFound.into())
        }
        fn open(&self, _: &str) -> io::Result<Box<dyn Read + Send>> {
            Err(io::ErrorKind::NotFound.into())
        }
    }
    let error = history::open(&Location::Files(Arc::new(Gone)), options()).await.unwrap_err();
    assert!(matches!(error, HistoryError::Folder { .. }), "{error}");
}
