//! Roll-ups: whatever is read, a file's roll-up answers exactly as its rows do, and its rows answer where there is no roll-up.

use crate::world::*;
use proptest::{prelude::*, test_runner::Config};
use std::{fs, path::Path};
use tempfile::TempDir;
use trimtab_domain::{
    Source,
    account::Account,
    fact::{AdDaily, Facts},
    query::{Compare, Dimension, MetricQuery, QueryParts, QueryResult, filter},
    rates::Rate,
};
use trimtab_facts::{Lake, LakeSettings, TenantLake};

/// A little more than two months of 300 ads, twelve to a campaign: its months are files large enough for roll-ups. Some figures are not told, and one campaign has
/// a single ad, whose reach may be shown.
fn world(account: &Account, seed: u64) -> Facts {
    let days = range("2025-08-20..2025-10-31");
    let mut rows: Vec<AdDaily> = ads(days, 300, 0).ad_daily;
    let mut state = seed;
    for row in &mut rows {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let some = |bits: u32, most: u64| (state >> bits) % most;
        let ad: usize = row.placing.ad.as_str()[2..].parse().unwrap();
        row.placing = placing(&format!("c{}", ad / 12), &format!("g{}", ad / 3), &format!("ad{ad}"));
        let measures = &mut row.measures;
        measures.spend_micros += i64::try_from(some(20, 1_000_000)).unwrap();
        measures.conversions = (some(40, 5) > 0).then(|| some(33, 1_000) as f64 / 7.0);
        measures.revenue_micros = (some(45, 3) > 0).then(|| i64::try_from(some(11, 90_000_000)).unwrap());
        measures.reach = (some(50, 2) > 0).then_some(measures.impressions / 2);
        measures.video_views = None;
        if ad == 299 {
            row.placing = placing("alone", "aloneg", "ad299");
        }
    }
    if account.source == Source::Google {
        rows.iter_mut().for_each(|row| row.measures.link_clicks = None);
    }
    only(rows)
}

fn accounts() -> [Account; 3] {
    [meta(), account(Source::Google, "2", "EUR"), account(Source::Tiktok, "3", "USD")]
}

/// The day of the upkeep: August and September are files of a month then, October one of each day.
const UPKEEP: &str = "2025-11-20";

pub(crate) async fn filled(seed: u64) -> (TempDir, TenantLake) {
    let (folder, lake) = fresh();
    for account in &accounts() {
        lake.replace(account, range("2025-08-01..2025-10-31"), world(account, seed + account.source as u64)).await.unwrap();
    }
    lake.compact(day(UPKEEP)).await.unwrap();
    (folder, lake)
}

fn rollups(root: &Path) -> Vec<std::path::PathBuf> {
    let folder = root.join("acme/ad_daily/_rollup");
    fs::read_dir(folder).map(|entries| entries.map(|e| e.unwrap().path()).collect()).unwrap_or_default()
}

fn question() -> impl Strategy<Value = MetricQuery> {
    use Dimension as D;
    let metrics =
        ["spend", "impressions", "clicks", "link_clicks", "conversions", "revenue", "reach", "video_views", "ctr", "roas", "cpa"];
    let dimensions = [D::Date, D::Week, D::Month, D::Weekday, D::Platform, D::Account, D::Campaign, D::AdGroup, D::Ad];
    let filters =
        ["", "campaign ~ c1", "platform = meta", "campaign != c3 and clicks > 40", "ad ~ 7", "account = 2 and weekday = Monday"];
    let (first, length) = (0_i64..80, 0_i64..90);
    (
        proptest::sample::subsequence(metrics.to_vec(), 1..5),
        proptest::sample::subsequence(dimensions.to_vec(), 0..3),
        proptest::sample::select(filters.to_vec()),
        (first, length),
        any::<bool>(),
        proptest::option::of(Just("EUR")),
    )
        .prop_filter_map("not a question", |(metrics, dimensions, filters, (first, length), compare, currency)| {
            let from = day("2025-08-10") + jiff::Span::new().days(first);
            let to = from + jiff::Span::new().days(length);
            let parts = QueryParts {
                metrics: metrics.iter().map(ToString::to_string).collect(),
                dimensions,
                filters: filter::parse(filters).unwrap(),
                compare: compare.then_some(Compare::Previous),
                currency: currency.map(|c| c.parse().unwrap()),
                limit: Some(5_000),
                ..QueryParts::default()
            };
            MetricQuery::new(format!("{from}..{to}").parse().unwrap(), parts).ok()
        })
}

fn lake(root: &Path) -> TenantLake {
    let lake = Lake::open(LakeSettings { result_cache_bytes: 0, ..LakeSettings::new(root) }).unwrap();
    let rate = |(n, day)| Rate { currency: "USD".parse().unwrap(), day, per_euro: format!("1.1{:02}7", n % 50).parse().unwrap() };
    lake.set_rates(range("2025-05-01..2025-11-01").days().enumerate().map(rate).collect());
    lake.tenant(&ctx("acme"))
}

/// The same answers, figures and notes, or the same refusal.
fn told(answer: Result<std::sync::Arc<QueryResult>, trimtab_facts::Error>) -> Result<QueryResult, String> {
    answer.map(|result| (*result).clone()).map_err(|e| e.to_string())
}

#[test]
fn roll_ups_answer_as_rows_do() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (folder, _) = runtime.block_on(filled(7));
    let bare = tempfile::tempdir().unwrap();
    copy(folder.path(), bare.path());
    let made = rollups(folder.path()).len();
    assert!(made >= 6, "{made} roll-ups");
    fs::remove_dir_all(bare.path().join("acme/ad_daily/_rollup")).unwrap();
    let (rolled, rows) = (lake(folder.path()), lake(bare.path()));
    let accounts = accounts();
    let covered = coverage(&accounts.iter().collect::<Vec<_>>());
    let mut runner = proptest::test_runner::TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(120) });
    runner
        .run(&question(), |question| {
            let (a, b) = runtime
                .block_on(async { (told(rolled.query(&question, &covered).await), told(rows.query(&question, &covered).await)) });
            // Only what differs is worth printing.
            if let (Ok(a), Ok(b)) = (&a, &b) {
                let differs = a.rows.iter().zip(&b.rows).find(|(a, b)| a != b);
                prop_assert!(differs.is_none(), "{differs:?}");
                prop_assert_eq!((&a.totals, &a.compared_totals, &a.notes), (&b.totals, &b.compared_totals, &b.notes));
            }
            prop_assert!(a == b, "{:?} {:?}", a.map(|a| a.rows.len()), b.map(|b| b.rows.len()));
            Ok(())
        })
        .unwrap();
    drop(rolled);
    drop(rows);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[tokio::test]
async fn they_are_read_in_the_files_place_only_where_nothing_finer_is_asked() {
    let (folder, _) = filled(1).await;
    // What the files themselves hold cannot be read any more.
    for entry in fs::read_dir(folder.path().join("acme/ad_daily")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.ends_with(".parquet") && (name.starts_with("2025-09-") || name.starts_with("2025-10-")) {
            fs::write(path, b"broken").unwrap();
        }
    }
    let lake = lake(folder.path());
    let covered = coverage(&[&meta()]);
    let one = "platform = meta";
    // A month in one file, and days of another with a file each.
    for period in ["2025-09-01..2025-09-30", "2025-10-04..2025-10-21"] {
        for dimensions in
            [&[][..], &[Dimension::Campaign], &[Dimension::Platform, Dimension::Account], &[Dimension::Date], &[Dimension::Week]]
        {
            let answer = lake.query(&ask(period, &["spend", "ctr"], dimensions, one), &covered).await.unwrap();
            assert!(!answer.rows.is_empty());
        }
        lake.query(&ask(period, &["spend"], &[Dimension::Status], "platform = meta and campaign ~ c"), &covered).await.unwrap();
        for dimensions in [&[Dimension::Ad, Dimension::Date][..], &[Dimension::AdGroup, Dimension::Weekday]] {
            let refused = lake.query(&ask(period, &["spend"], dimensions, one), &covered).await.unwrap_err();
            assert!(refused.to_string().contains("read a Parquet file"), "{refused}");
        }
    }
    // Weeks of ads stand for a month as a whole, not for a part of it, and there are none of days that have files of their own.
    let by_ad = [(&[Dimension::Ad][..], one), (&[Dimension::AdGroup, Dimension::Week], one), (&[], "platform = meta and ad ~ 7")];
    for (dimensions, filter) in by_ad {
        for whole in ["2025-09-01..2025-09-30", "2025-08-31..2025-09-30"] {
            lake.query(&ask(whole, &["spend", "ctr"], dimensions, filter), &covered).await.unwrap();
        }
        for other in ["2025-09-02..2025-09-30", "2025-09-01..2025-09-28", "2025-10-04..2025-10-21"] {
            let refused = lake.query(&ask(other, &["spend"], dimensions, filter), &covered).await.unwrap_err();
            assert!(refused.to_string().contains("read a Parquet file"), "{refused}");
        }
    }
}

#[tokio::test]
async fn a_replaced_day_changes_the_roll_up_with_its_file() {
    let (folder, lake) = filled(3).await;
    let covered = coverage(&[&meta()]);
    let clicks = |answer: &QueryResult| format!("{:?}", answer.totals);
    for (month, replaced) in [("2025-09-01..2025-09-30", "2025-09-11"), ("2025-10-01..2025-10-31", "2025-10-11")] {
        let month = ask(month, &["clicks"], &[], "platform = meta");
        let before = clicks(&lake.query(&month, &covered).await.unwrap());
        let one = range(&format!("{replaced}..{replaced}"));
        assert!(lake.replace(&meta(), one, ads(one, 300, 9)).await.unwrap().bytes_written > 0);
        assert_ne!(clicks(&lake.query(&month, &covered).await.unwrap()), before);
        let mut day_again = world(&meta(), 3 + Source::Meta as u64);
        day_again.ad_daily.retain(|row| one.contains(row.date));
        lake.replace(&meta(), one, day_again).await.unwrap();
        assert_eq!(clicks(&lake.query(&month, &covered).await.unwrap()), before);
        assert_eq!(clicks(&open(folder.path()).query(&month, &covered).await.unwrap()), before);
    }
    // Old roll-ups go with the files they cover: what is left is one of each month, one of each account's days of October, and one of those of
    // September that are recent enough to get files of their own when their month is written anew.
    let many = rollups(folder.path()).len();
    lake.vacuum(0).await.unwrap();
    let (days, own): (Vec<_>, Vec<_>) =
        rollups(folder.path()).into_iter().partition(|path| path.file_name().unwrap().to_str().unwrap().starts_with("days-"));
    assert!(days.len() + own.len() < many, "{many} before");
    assert_eq!(days.len(), accounts().len() + 1);
    assert!(!own.is_empty());
    for path in own {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(folder.path().join("acme/ad_daily").join(name.trim_start_matches("weeks-")).exists());
    }
}

#[tokio::test]
async fn one_that_is_broken_is_made_up_for_by_its_files() {
    let (folder, lake) = filled(4).await;
    let covered = coverage(&[&meta()]);
    let question = ask("2025-08-15..2025-10-20", &["spend", "clicks"], &[Dimension::Campaign], "platform = meta");
    let before = told(lake.query(&question, &covered).await);
    for path in rollups(folder.path()) {
        fs::write(path, b"broken").unwrap();
    }
    assert_eq!(told(open(folder.path()).query(&question, &covered).await), before);
}

#[tokio::test]
async fn missing_ones_are_written_with_the_next_upkeep() {
    let (folder, lake) = filled(5).await;
    let names = || {
        let mut names = rollups(folder.path());
        names.sort();
        names
    };
    lake.vacuum(0).await.unwrap();
    let before: Vec<_> = names().into_iter().map(|path| (fs::read(&path).unwrap(), path)).collect();
    assert!(before.len() > 5);
    let second = lake.compact(day(UPKEEP)).await.unwrap();
    assert_eq!(second.rolled_up, 0, "none was missing");
    fs::remove_file(&before[0].1).unwrap();
    fs::remove_file(&before[3].1).unwrap();
    assert_eq!(lake.compact(day(UPKEEP)).await.unwrap().rolled_up, 2);
    assert_eq!(names().into_iter().map(|path| (fs::read(&path).unwrap(), path)).collect::<Vec<_>>(), before);
}
