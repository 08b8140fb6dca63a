//! Facts beside the ad days: keywords and search terms, hours, and breakdowns that platforms report in different company.

use crate::world::{account, ask, coverage, day, fresh, meta, placing, range};
use trimtab_domain::{
    Source,
    fact::{AdHourly, Breakdown, BreakdownDaily, Facts, KeywordDaily, KeywordKind, Measures},
    query::{Cell, Dimension, QueryResult},
};

fn clicks(n: i64) -> Measures {
    Measures { impressions: n * 10, clicks: n, spend_micros: n * 1_000_000, ..Measures::default() }
}

/// Each row's first key with its first figure.
fn told(result: &QueryResult) -> Vec<(String, i64)> {
    let count = |cell: &Cell| if let Cell::Count(n) = cell { *n } else { panic!("{cell:?}") };
    let mut rows: Vec<_> = result.rows.iter().map(|row| (row.keys[0].name.clone(), count(&row.cells[0]))).collect();
    rows.sort();
    rows
}

fn pairs(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    expected.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect()
}

fn word(kind: KeywordKind, text: &str, match_type: &str, n: i64) -> KeywordDaily {
    KeywordDaily {
        date: day("2026-03-01"),
        placing: placing("c", "g", ""),
        kind,
        id: text.into(),
        text: text.into(),
        match_type: match_type.into(),
        measures: clicks(n),
    }
}

#[tokio::test]
async fn keywords_and_search_terms_are_two_views() {
    let (_folder, lake) = fresh();
    let google = account(Source::Google, "9", "EUR");
    let words = |n| Facts {
        keywords: vec![
            word(KeywordKind::Keyword, "red shoes", "exact", n),
            word(KeywordKind::Keyword, "shoes", "broad", 5),
            word(KeywordKind::SearchTerm, "shoes in red", "broad", 4),
        ],
        keywords_read: KeywordKind::ALL.to_vec(),
        ..Facts::default()
    };
    let days = range("2026-03-01..2026-03-01");
    lake.replace(&google, days, words(7)).await.unwrap();
    let changed = lake.replace(&google, days, words(7)).await.unwrap();
    assert_eq!(changed.days_changed, 0, "the same again commits nothing");
    lake.replace(&google, days, words(8)).await.unwrap();
    let covered = coverage(&[&google]);
    let by = |dimension, filter: &'static str| ask("2026-03-01..2026-03-31", &["clicks"], &[dimension], filter);
    let result = lake.query(&by(Dimension::Keyword, ""), &covered).await.unwrap();
    assert_eq!(told(&result), pairs(&[("red shoes", 8), ("shoes", 5)]));
    let result = lake.query(&by(Dimension::SearchTerm, ""), &covered).await.unwrap();
    assert_eq!(told(&result), pairs(&[("shoes in red", 4)]));
    let result = lake.query(&by(Dimension::Keyword, "match_type = exact"), &covered).await.unwrap();
    assert_eq!(told(&result), pairs(&[("red shoes", 8)]));
    // A read without keywords leaves them alone; one that found none removes them.
    lake.replace(&google, days, Facts::default()).await.unwrap();
    assert_eq!(lake.query(&by(Dimension::Keyword, ""), &covered).await.unwrap().rows.len(), 2);
    let none = Facts { keywords_read: KeywordKind::ALL.to_vec(), ..Facts::default() };
    lake.replace(&google, days, none).await.unwrap();
    let gone = lake.query(&by(Dimension::Keyword, ""), &covered).await.unwrap();
    assert!(gone.rows.is_empty() && gone.notes.iter().any(|note| note.contains("by keyword")), "{:?}", gone.notes);
}

#[tokio::test]
async fn rows_of_a_kind_that_was_not_read_are_refused() {
    let (_folder, lake) = fresh();
    let stray = Facts { keywords: vec![word(KeywordKind::Keyword, "x", "", 1)], ..Facts::default() };
    let error = lake.replace(&meta(), range("2026-03-01..2026-03-01"), stray).await.unwrap_err();
    assert!(error.to_string().contains("keyword"), "{error}");
}

#[tokio::test]
async fn hours_are_asked_by_hour_and_kept_apart_from_days() {
    let (_folder, lake) = fresh();
    let hour = |hour, n| AdHourly { date: day("2026-03-01"), hour, placing: placing("c", "", ""), measures: clicks(n) };
    let days = range("2026-03-01..2026-03-01");
    lake.replace_hours(&meta(), days, vec![hour(9, 3), hour(14, 4)]).await.unwrap();
    lake.replace_hours(&meta(), days, vec![hour(9, 5), hour(23, 1)]).await.unwrap();
    let covered = coverage(&[&meta()]);
    let by = |filter: &'static str| ask("2026-03-01..2026-03-01", &["clicks"], &[Dimension::Hour], filter);
    assert_eq!(told(&lake.query(&by(""), &covered).await.unwrap()), pairs(&[("09:00", 5), ("23:00", 1)]));
    assert_eq!(told(&lake.query(&by("hour = 23"), &covered).await.unwrap()), pairs(&[("23:00", 1)]));
    let whole = ask("2026-03-01..2026-03-01", &["clicks"], &[Dimension::Campaign], "");
    assert!(lake.query(&whole, &covered).await.unwrap().rows.is_empty(), "hours are no days");
    let error = lake.replace_hours(&meta(), days, vec![hour(24, 1)]).await.unwrap_err();
    assert!(error.to_string().contains("0 to 23"), "{error}");
}

#[tokio::test]
async fn age_is_answered_for_platforms_that_report_it_with_gender_and_alone() {
    let (_folder, lake) = fresh();
    let google = account(Source::Google, "9", "EUR");
    let part = |breakdown, part: &str, part2: &str, n| BreakdownDaily {
        date: day("2026-03-01"),
        span_days: 1,
        placing: placing("c", "", ""),
        breakdown,
        part: part.into(),
        part2: part2.into(),
        measures: clicks(n),
    };
    let days = range("2026-03-01..2026-03-01");
    let of = |read: &[Breakdown], breakdowns| Facts { breakdowns, breakdowns_read: read.to_vec(), ..Facts::default() };
    let together = vec![
        part(Breakdown::AgeGender, "18-24", "female", 2),
        part(Breakdown::AgeGender, "18-24", "male", 3),
        part(Breakdown::AgeGender, "25-34", "male", 1),
    ];
    lake.replace(&meta(), days, of(&[Breakdown::AgeGender], together)).await.unwrap();
    let apart = vec![
        part(Breakdown::Age, "18-24", "", 10),
        part(Breakdown::Age, "25-34", "", 20),
        part(Breakdown::Gender, "", "male", 12),
        part(Breakdown::Gender, "", "female", 18),
    ];
    lake.replace(&google, days, of(&[Breakdown::Age, Breakdown::Gender], apart)).await.unwrap();
    let covered = coverage(&[&meta(), &google]);
    let by = |dimensions: &[Dimension], filter: &'static str| ask("2026-03-01..2026-03-01", &["clicks"], dimensions, filter);
    let ages = lake.query(&by(&[Dimension::Age], ""), &covered).await.unwrap();
    assert_eq!(told(&ages), pairs(&[("18-24", 15), ("25-34", 21)]));
    let genders = lake.query(&by(&[Dimension::Gender], ""), &covered).await.unwrap();
    assert_eq!(told(&genders), pairs(&[("female", 20), ("male", 16)]));
    let both = lake.query(&by(&[Dimension::Age], "gender = male"), &covered).await.unwrap();
    assert_eq!(told(&both), pairs(&[("18-24", 3), ("25-34", 1)]), "only what was reported together");
}

#[tokio::test]
async fn parts_that_are_told_approximately_are_said_to_be() {
    let (_folder, lake) = fresh();
    let (linkedin, days) = (account(Source::Linkedin, "507", "EUR"), range("2026-03-01..2026-03-01"));
    let part = |breakdown, part: &str| BreakdownDaily {
        date: day("2026-03-01"),
        span_days: 1,
        placing: placing("c", "", ""),
        breakdown,
        part: part.into(),
        part2: String::new().into(),
        measures: clicks(3),
    };
    let facts = |breakdowns: Vec<BreakdownDaily>| Facts {
        breakdowns_read: breakdowns.iter().map(|part| part.breakdown).collect(),
        breakdowns,
        ..Facts::default()
    };
    lake.replace(&meta(), days, facts(vec![part(Breakdown::Country, "NL")])).await.unwrap();
    let of_linkedin =
        vec![part(Breakdown::Country, "NL"), part(Breakdown::Industry, "industry 4"), part(Breakdown::Device, "mobile_app")];
    lake.replace(&linkedin, days, facts(of_linkedin)).await.unwrap();
    let by = |dimension| ask("2026-03-01..2026-03-01", &["clicks"], &[dimension], "");
    let both = coverage(&[&meta(), &linkedin]);
    for dimension in [Dimension::Country, Dimension::Industry] {
        let result = lake.query(&by(dimension), &both).await.unwrap();
        let [note] = &result.notes[..] else { panic!("{:?}", result.notes) };
        assert!(note.contains("LinkedIn Ads") && note.contains("less than the whole"), "{note}");
    }
    assert!(lake.query(&by(Dimension::Device), &both).await.unwrap().notes.is_empty(), "where an ad was shown is known");
    let of_meta = ask("2026-03-01..2026-03-01", &["clicks"], &[Dimension::Country], "platform = meta");
    assert!(lake.query(&of_meta, &both).await.unwrap().notes.is_empty(), "Meta tells all of it");
}
