//! Replacing days: idempotent, exact, safe under concurrency.

use crate::world::*;
use proptest::prelude::*;
use trimtab_domain::{
    fact::{Breakdown, BreakdownDaily, ConversionDaily, Facts, Measures},
    query::{Cell, Dimension, QueryResult},
};
use trimtab_facts::{Table, TenantLake};

async fn spend(lake: &TenantLake, days: &str) -> std::sync::Arc<QueryResult> {
    lake.query(&ask(days, &["spend", "conversions"], &[Dimension::Date, Dimension::Ad], ""), &coverage(&[&meta()])).await.unwrap()
}

fn ad_version(lake: &trimtab_facts::Replaced) -> Option<u64> {
    lake.versions.iter().find(|(table, _)| *table == Table::AdDaily).map(|(_, version)| *version)
}

#[tokio::test]
async fn the_same_content_commits_nothing_and_keeps_the_hash() {
    let (_folder, lake) = fresh();
    let days = range("2026-01-01..2026-01-20");
    let first = lake.replace(&meta(), days, ads(days, 5, 0)).await.unwrap();
    assert_eq!((first.rows, first.days_changed), (100, 20));
    assert!(first.bytes_written > 0);
    let before = spend(&lake, "2026-01-01..2026-01-31").await;
    let mut shuffled = ads(days, 5, 0);
    shuffled.ad_daily.reverse();
    let second = lake.replace(&meta(), days, shuffled).await.unwrap();
    assert_eq!((second.days_changed, second.bytes_written), (0, 0));
    assert_eq!(second.versions, first.versions);
    assert_eq!(spend(&lake, "2026-01-01..2026-01-31").await.source_hash, before.source_hash);
}

#[tokio::test]
async fn a_restated_day_changes_only_that_day() {
    let (_folder, lake) = fresh();
    let days = range("2026-01-01..2026-01-20");
    lake.replace(&meta(), days, ads(days, 5, 0)).await.unwrap();
    let before = spend(&lake, "2026-01-01..2026-01-31").await;
    let mut facts = ads(days, 5, 0);
    let restated = facts.ad_daily.iter_mut().find(|r| r.date == day("2026-01-07") && r.placing.ad.as_str() == "ad3").unwrap();
    restated.measures.spend_micros = 77;
    let done = lake.replace(&meta(), days, facts).await.unwrap();
    assert_eq!(done.days_changed, 1);
    let after = spend(&lake, "2026-01-01..2026-01-31").await;
    assert_ne!(after.source_hash, before.source_hash);
    let differing: Vec<_> = before.rows.iter().zip(&after.rows).filter(|(a, b)| a != b).collect();
    assert_eq!(differing.len(), 1);
    assert_eq!(differing[0].1.cells[0], Cell::Money(77));
    assert_eq!(differing[0].1.keys[0].id, "2026-01-07");
}

#[tokio::test]
async fn rows_that_are_gone_disappear_and_other_days_stay() {
    let (_folder, lake) = fresh();
    let days = range("2026-01-01..2026-01-10");
    lake.replace(&meta(), days, ads(days, 4, 0)).await.unwrap();
    let two = range("2026-01-09..2026-01-10");
    let mut facts = ads(two, 4, 0);
    facts.ad_daily.retain(|r| r.date == day("2026-01-09") && r.placing.ad.as_str() != "ad0");
    assert_eq!(lake.replace(&meta(), two, facts).await.unwrap().days_changed, 2);
    let left = spend(&lake, "2026-01-01..2026-01-31").await;
    assert_eq!(left.rows.len(), 8 * 4 + 3);
    let gone = lake.replace(&meta(), days, Facts::default()).await.unwrap();
    assert_eq!(gone.days_changed, 9);
    let left = spend(&lake, "2026-01-01..2026-01-31").await;
    assert!(left.rows.is_empty());
    assert_eq!(left.totals, [Cell::None, Cell::None]);
}

#[tokio::test]
async fn the_days_that_have_rows_are_told_by_part() {
    let (_folder, lake) = fresh();
    assert_eq!(lake.held(&meta(), range("2026-01-01..2026-01-31")).await.unwrap(), []);
    let days = range("2026-01-05..2026-01-10");
    let mut facts = ads(days, 2, 0);
    facts.ad_daily.retain(|row| row.date != day("2026-01-07"));
    facts.breakdowns_read = vec![Breakdown::Country, Breakdown::Device];
    let part = |row: &trimtab_domain::fact::AdDaily| BreakdownDaily {
        date: row.date,
        span_days: 1,
        placing: row.placing.clone(),
        breakdown: Breakdown::Country,
        part: "NL".into(),
        part2: "".into(),
        measures: row.measures,
    };
    facts.breakdowns = facts.ad_daily.iter().filter(|row| row.date == day("2026-01-06")).map(part).collect();
    lake.replace(&meta(), days, facts).await.unwrap();
    let held = lake.held(&meta(), range("2026-01-06..2026-01-08")).await.unwrap();
    let told: Vec<_> = held.iter().map(|h| (h.table, h.split.as_str(), h.days.iter().map(ToString::to_string).collect())).collect();
    let expected: [(Table, &str, Vec<String>); 2] = [
        (Table::AdDaily, "", vec!["2026-01-06".to_owned(), "2026-01-08".to_owned()]),
        (Table::BreakdownDaily, "country", vec!["2026-01-06".to_owned()]),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn large_accounts_get_files_by_day_and_restating_one_day_writes_one() {
    let (_folder, lake) = fresh();
    let days = range("2025-11-01..2026-01-31");
    lake.replace(&meta(), days, ads(days, 600, 0)).await.unwrap();
    let files = lake.tables().await.unwrap()[0].files;
    // 45 recent days, and the months before: November, December up to the 17th.
    assert_eq!(files, 45 + 2);
    let one = range("2026-01-15..2026-01-15");
    let done = lake.replace(&meta(), one, ads(one, 600, 1)).await.unwrap();
    let whole = lake.tables().await.unwrap()[0].bytes;
    assert_eq!(done.days_changed, 1);
    assert!(done.bytes_written * 40 < whole, "{} of {whole}", done.bytes_written);
    assert_eq!(lake.tables().await.unwrap()[0].files, files);
    // A day inside a month's file rewrites that month only.
    let old = range("2025-11-10..2025-11-10");
    lake.replace(&meta(), old, ads(old, 600, 1)).await.unwrap();
    assert_eq!(lake.tables().await.unwrap()[0].files, files);
    assert_eq!(lake.tables().await.unwrap()[0].rows, 600 * 92);
}

#[tokio::test]
async fn small_accounts_keep_one_file_per_month() {
    let (_folder, lake) = fresh();
    for date in range("2026-01-01..2026-02-10").days() {
        let one = trimtab_domain::DayRange::single(date);
        lake.replace(&meta(), one, ads(one, 3, 0)).await.unwrap();
    }
    let table = &lake.tables().await.unwrap()[0];
    assert_eq!((table.files, table.rows), (2, 41 * 3));
}

#[tokio::test]
async fn conversions_and_breakdowns_are_replaced_apart() {
    let (_folder, lake) = fresh();
    let days = range("2026-01-01..2026-01-02");
    let part = |breakdown, part: &str, clicks| BreakdownDaily {
        date: day("2026-01-01"),
        span_days: 1,
        placing: placing("c", "", ""),
        breakdown,
        part: part.into(),
        part2: "".into(),
        measures: Measures { clicks, ..Measures::default() },
    };
    let action = |window: &str, count| ConversionDaily {
        date: day("2026-01-02"),
        placing: placing("c", "g", "a"),
        action_type: "omni_purchase".into(),
        window: window.into(),
        count,
        value_micros: Some(5_000_000),
    };
    let all = Facts {
        conversions: vec![action("7d_click", 2.5), action("1d_view", 1.0)],
        breakdowns: vec![
            part(Breakdown::Country, "NL", 5),
            part(Breakdown::Country, "DE", 6),
            part(Breakdown::Device, "mobile", 11),
        ],
        breakdowns_read: vec![Breakdown::Country, Breakdown::Device],
        ..Facts::default()
    };
    lake.replace(&meta(), days, all).await.unwrap();
    let clicks = async |dimension| {
        let result =
            lake.query(&ask("2026-01-01..2026-01-31", &["clicks"], &[dimension], ""), &coverage(&[&meta()])).await.unwrap();
        result.rows.iter().map(|r| (r.keys[0].id.clone(), r.cells[0])).collect::<Vec<_>>()
    };
    assert_eq!(clicks(Dimension::Country).await, [("DE".to_owned(), Cell::Count(6)), ("NL".to_owned(), Cell::Count(5))]);
    let actions =
        ask("2026-01-01..2026-01-31", &["action_count", "action_value"], &[Dimension::Window], "action_type = omni_purchase");
    let actions = lake.query(&actions, &coverage(&[&meta()])).await.unwrap();
    assert_eq!(actions.rows[0].keys[0].id, "7d_click");
    assert_eq!(actions.rows[0].cells, [Cell::Number(2.5), Cell::Money(5_000_000)]);
    assert!(actions.notes.is_empty());
    // Reading countries again leaves devices alone.
    let countries = Facts {
        breakdowns: vec![part(Breakdown::Country, "NL", 9)],
        breakdowns_read: vec![Breakdown::Country],
        ..Facts::default()
    };
    lake.replace(&meta(), days, countries).await.unwrap();
    assert_eq!(clicks(Dimension::Country).await, [("NL".to_owned(), Cell::Count(9))]);
    assert_eq!(clicks(Dimension::Device).await, [("mobile".to_owned(), Cell::Count(11))]);
    let again = lake.query(&ask("2026-01-01..2026-01-31", &["action_count"], &[], ""), &coverage(&[&meta()])).await.unwrap();
    assert_eq!(again.totals, [Cell::None], "the second replace named no conversions, so there are none");
}

#[tokio::test]
async fn a_second_lake_sees_the_commit_and_both_write() {
    let (folder, ours) = fresh();
    let theirs = open(folder.path());
    let days = range("2026-01-01..2026-01-03");
    ours.replace(&meta(), days, ads(days, 2, 0)).await.unwrap();
    assert_eq!(spend(&theirs, "2026-01-01..2026-01-31").await.rows.len(), 6);
    let more = range("2026-01-04..2026-01-05");
    theirs.replace(&meta(), more, ads(more, 2, 0)).await.unwrap();
    assert_eq!(spend(&ours, "2026-01-01..2026-01-31").await.rows.len(), 10);
    assert_eq!(*spend(&ours, "2026-01-01..2026-01-31").await, *spend(&theirs, "2026-01-01..2026-01-31").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_replaces_of_one_account_end_as_one_of_them() {
    let (folder, ours) = fresh();
    let theirs = open(folder.path());
    let days = range("2026-01-01..2026-01-05");
    for round in 0..4 {
        let (a, b) = (ads(days, 3, round * 2), ads(days, 3, round * 2 + 1));
        let account = meta();
        let (one, other) = tokio::join!(ours.replace(&account, days, a), theirs.replace(&account, days, b));
        one.unwrap();
        other.unwrap();
        let now = spend(&ours, "2026-01-01..2026-01-31").await;
        assert_eq!(now.rows.len(), 15, "nothing doubled, nothing lost");
        let last = theirs.replace(&meta(), days, ads(days, 3, round * 2)).await.unwrap();
        let same = ours.replace(&meta(), days, ads(days, 3, round * 2)).await.unwrap();
        assert_eq!((same.days_changed, ad_version(&same)), (0, ad_version(&last)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_replaces_of_many_accounts_all_land() {
    let (folder, ours) = fresh();
    let theirs = open(folder.path());
    let days = range("2026-01-01..2026-01-05");
    let accounts: Vec<_> = (0..6).map(|i| account(trimtab_domain::Source::Meta, &format!("{i}"), "EUR")).collect();
    let work = accounts
        .iter()
        .enumerate()
        .map(|(i, account)| if i % 2 == 0 { &ours } else { &theirs }.replace(account, days, ads(days, 2, 0)));
    for done in futures::future::join_all(work).await {
        assert_eq!(done.unwrap().days_changed, 5);
    }
    let all: Vec<_> = accounts.iter().collect();
    let by_account =
        ours.query(&ask("2026-01-01..2026-01-31", &["clicks"], &[Dimension::Account], ""), &coverage(&all)).await.unwrap();
    assert_eq!(by_account.rows.len(), 6);
    assert!(by_account.rows.iter().all(|r| r.cells == by_account.rows[0].cells));
}

#[tokio::test]
async fn impossible_rows_are_refused_whole() {
    let (_folder, lake) = fresh();
    let days = range("2026-01-01..2026-01-02");
    let refusal = async |change: &dyn Fn(&mut Facts)| {
        let mut facts = ads(days, 1, 0);
        change(&mut facts);
        let error = lake.replace(&meta(), days, facts).await.unwrap_err();
        assert_eq!(error.kind(), trimtab_domain::ErrorKind::Invalid);
        error.to_string()
    };
    let outside = refusal(&|f| f.ad_daily[0].date = day("2026-01-03")).await;
    assert_eq!(
        outside,
        "a row of campaign 'c0', ad 'ad0' on 2026-01-03 cannot be kept: the date is outside 2026-01-01..2026-01-02, the days to be replaced"
    );
    assert!(refusal(&|f| f.ad_daily[0].span_days = 0).await.contains("covers 0 days"));
    assert!(refusal(&|f| f.ad_daily[0].measures.conversions = Some(f64::NAN)).await.contains("finite"));
    assert!(refusal(&|f| f.ad_daily[1].measures.spend_micros = i64::MIN).await.contains("too large"));
    assert!(lake.tables().await.unwrap().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever is replaced in whatever pieces, what remains is what was last said of each day; saying it again changes nothing.
    #[test]
    fn replacing_twice_is_replacing_once(steps in prop::collection::vec((0_i8..60, 1_u16..30, 1_i64..4, 0_i64..3), 1..6)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let (_folder, lake) = fresh();
            let mut expected = std::collections::BTreeMap::new();
            for (offset, length, count, salt) in steps {
                let to = day("2026-01-01").saturating_add(jiff::Span::new().days(offset));
                let days = trimtab_domain::DayRange::ending(to, length);
                let facts = ads(days, count, salt);
                for date in days.days() {
                    expected.insert(date, facts.ad_daily.iter().filter(|r| r.date == date).cloned().collect::<Vec<_>>());
                }
                let once = lake.replace(&meta(), days, facts.clone()).await.unwrap();
                let twice = lake.replace(&meta(), days, facts).await.unwrap();
                assert_eq!((twice.days_changed, &twice.versions), (0, &once.versions));
            }
            let stored = spend(&lake, "2025-01-01..2026-12-31").await;
            let mut found: Vec<_> = stored.rows.iter().map(|r| (r.keys[0].id.clone(), r.keys[1].id.clone(), r.cells[0])).collect();
            let mut wanted: Vec<_> = expected.values().flatten()
                .map(|r| (r.date.to_string(), r.placing.ad.to_string(), Cell::Money(r.measures.spend_micros))).collect();
            found.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
            wanted.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
            assert_eq!(found, wanted);
        });
    }
}
