//! The metric query: against a naive reference, and the rules a reader relies on.

use crate::{reference::World, world::*};
use proptest::{prelude::*, sample::subsequence};
use trimtab_domain::{
    DayRange, Source,
    account::Account,
    entity::{EntityKind, EntitySnapshot, EntityState, Status},
    fact::{AdDaily, Facts, Measures},
    query::{Cell, Compare, Dimension, MetricQuery, QueryParts, QueryResult, Sort, filter},
};
use trimtab_facts::TenantLake;

fn entity(kind: EntityKind, id: &str, name: &str, status: Status, objective: &str) -> EntityState {
    EntityState {
        kind,
        id: id.into(),
        parent: "".into(),
        campaign: "".into(),
        name: name.into(),
        status,
        platform_status: "".into(),
        objective: objective.into(),
        daily_budget_micros: None,
        lifetime_budget_micros: None,
        starts: None,
        ends: None,
        attributes: Default::default(),
    }
}

/// Two accounts on two platforms that share ids, campaigns with and without a known name, figures that are missing.
fn world(seed: u64) -> World {
    let accounts = [account(Source::Meta, "1", "EUR"), account(Source::Google, "2", "EUR")];
    let mut state = seed.wrapping_add(1);
    let mut next = |most: i64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(state >> 33).unwrap() % most
    };
    let mut world = World { rows: Vec::new(), entities: Vec::new() };
    for account in &accounts {
        let own = [
            entity(EntityKind::Campaign, "c0", "Spring brand", Status::Active, "SALES"),
            entity(EntityKind::Campaign, "c1", "Spring sale", Status::Paused, "SALES"),
            entity(EntityKind::Campaign, "c2", "Leads", Status::Active, "LEADS"),
            entity(EntityKind::Ad, "a1", "Red shoe", Status::Active, ""),
        ];
        let known = if account.source == Source::Meta { 4 } else { 2 };
        world.entities.extend(own.into_iter().take(known).map(|e| (account.clone(), e)));
        for date in range("2025-11-20..2026-02-10").days() {
            for ad in 0..4 {
                if next(3) == 0 {
                    continue;
                }
                let n = next(50);
                let mut row = ad_day(&format!("c{}", ad / 2 + next(2)), &format!("a{ad}"), date, n);
                row.placing.ad_group = format!("g{}", ad / 2).as_str().into();
                row.measures.link_clicks = (next(4) > 0).then_some(n / 3);
                row.measures.reach = (next(4) > 0).then_some(n * 40);
                row.measures.conversions = (next(5) > 0).then_some(n as f64 / 7.0);
                row.measures.revenue_micros = (next(5) > 0).then_some(n * 1_999_999);
                if !world
                    .rows
                    .iter()
                    .rev()
                    .take(8)
                    .any(|(a, r)| a.id == account.id && r.date == row.date && r.placing == row.placing)
                {
                    world.rows.push((account.clone(), row));
                }
            }
        }
    }
    world
}

async fn load(lake: &TenantLake, world: &World) -> Vec<Account> {
    let mut accounts: Vec<Account> = Vec::new();
    for (account, _) in &world.rows {
        if !accounts.contains(account) {
            accounts.push(account.clone());
        }
    }
    for account in &accounts {
        let own = |days: DayRange| -> Vec<AdDaily> {
            world.rows.iter().filter(|(a, r)| a == account && days.contains(r.date)).map(|(_, r)| r.clone()).collect()
        };
        for days in range("2025-11-20..2026-02-10").chunks_newest_first(25) {
            lake.replace(account, days, only(own(days))).await.unwrap();
        }
        let states = world.entities.iter().filter(|(a, _)| a == account).map(|(_, e)| e.clone()).collect();
        let snapshot = EntitySnapshot { seen_at: "2026-02-11T00:00:00Z".parse().unwrap(), complete: Vec::new(), states };
        lake.record(account, snapshot).await.unwrap();
    }
    accounts
}

const METRICS: [&str; 12] = [
    "spend",
    "impressions",
    "clicks",
    "link_clicks",
    "conversions",
    "revenue",
    "reach",
    "video_views",
    "ctr",
    "cpc",
    "cpa",
    "frequency",
];
const DIMENSIONS: [Dimension; 11] = [
    Dimension::Date,
    Dimension::Week,
    Dimension::Month,
    Dimension::Weekday,
    Dimension::Platform,
    Dimension::Account,
    Dimension::Campaign,
    Dimension::AdGroup,
    Dimension::Ad,
    Dimension::Objective,
    Dimension::Status,
];
const FILTERS: [&str; 16] = [
    "platform = meta",
    "platform != \"Google Ads\"",
    "account = \"Account 2\"",
    "campaign = \"Spring sale\"",
    "campaign ~ SPRING",
    "campaign != c1",
    "ad in (a1, a3)",
    "ad = \"Red shoe\"",
    "ad_group not in (g0, g7)",
    "status = active",
    "status in (paused, unknown)",
    "objective != SALES",
    "weekday in (1, 2, 7)",
    "month = 2026-01-01",
    "spend > 60",
    "ctr <= 1",
];

fn questions() -> impl Strategy<Value = MetricQuery> {
    let days = (0_i64..80, 1_u16..60)
        .prop_map(|(offset, length)| DayRange::ending(day("2025-11-25").saturating_add(jiff::Span::new().days(offset)), length));
    let compare = prop_oneof![
        Just(None),
        Just(Some(Compare::Previous)),
        Just(Some(Compare::Year)),
        Just(Some(Compare::Range(range("2025-12-01..2025-12-20")))),
    ];
    (
        days,
        subsequence(&METRICS[..], 1..4),
        subsequence(&DIMENSIONS[..], 0..4),
        subsequence(&FILTERS[..], 0..3),
        compare,
        prop::option::of(0_u32..20),
        any::<(bool, bool, prop::sample::Index)>(),
    )
        .prop_map(|(days, metrics, dimensions, filters, compare, limit, (sorted, descending, by))| {
            let names: Vec<String> =
                metrics.iter().map(ToString::to_string).chain(dimensions.iter().map(ToString::to_string)).collect();
            let sort = sorted.then(|| Sort { by: by.get(&names).clone(), descending });
            let parts = QueryParts {
                metrics: metrics.iter().map(ToString::to_string).collect(),
                dimensions,
                filters: filter::parse(&filters.join(" and ")).unwrap(),
                compare,
                sort,
                limit,
                currency: None,
            };
            MetricQuery::new(days, parts).unwrap()
        })
}

#[test]
fn answers_are_those_of_the_naive_reference() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let world = world(7);
    let (_folder, lake) = fresh();
    let accounts = runtime.block_on(load(&lake, &world));
    let covered = coverage(&accounts.iter().collect::<Vec<_>>());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 250, ..ProptestConfig::default() });
    let outcome = runner.run(&questions(), |query| {
        let given = runtime.block_on(lake.query(&query, &covered)).unwrap();
        let expected = world.answer(&query);
        prop_assert_eq!(&given.totals, &expected.totals);
        prop_assert_eq!(&given.compared_totals, &expected.compared_totals);
        prop_assert_eq!(given.truncated, expected.lines.len() > given.rows.len());
        prop_assert_eq!(given.rows.len(), expected.lines.len().min(query.limit() as usize));
        let mut wanted: Vec<_> = expected.lines.iter().map(|line| format!("{line:?}")).collect();
        for row in &given.rows {
            let ids: Vec<_> = row.keys.iter().map(|k| k.id.clone()).collect();
            let line = format!("{:?}", (ids, &row.cells, &row.compared));
            let Some(at) = wanted.iter().position(|w| *w == line) else {
                return Err(TestCaseError::fail(format!("{line} is not among {wanted:#?}")));
            };
            wanted.swap_remove(at);
        }
        prop_assert!(in_order(&query, &given.rows), "{:#?}", given.rows);
        Ok(())
    });
    outcome.unwrap();
}

/// Whether rows follow the order asked for, absent figures last.
fn in_order(query: &MetricQuery, rows: &[trimtab_domain::query::Row]) -> bool {
    let sort = query.sort();
    let figure = |cell: Cell| match cell {
        Cell::None => None,
        Cell::Count(n) | Cell::Money(n) => Some(n as f64),
        Cell::Number(n) => Some(n),
    };
    if let Some(at) = query.metrics().iter().position(|m| *m == sort.by) {
        return rows.windows(2).all(|pair| match (figure(pair[0].cells[at]), figure(pair[1].cells[at])) {
            (Some(a), Some(b)) => {
                if sort.descending {
                    a >= b
                } else {
                    a <= b
                }
            }
            (a, b) => a.is_some() || b.is_none(),
        });
    }
    let at = query.dimensions().iter().position(|d| d.as_str() == sort.by).unwrap();
    let numeric = query.dimensions()[at].is_time() || query.dimensions()[at] == Dimension::Weekday;
    let key = |i: usize| {
        if numeric { &rows[i].keys[at].id } else { &rows[i].keys[at].name }
    };
    (1..rows.len()).all(|i| if sort.descending { key(i - 1) >= key(i) } else { key(i - 1) <= key(i) })
}

#[tokio::test]
async fn names_freshness_and_provisional_days_are_told() {
    let (_folder, lake) = fresh();
    let world = world(1);
    let accounts = load(&lake, &world).await;
    let mut covered = coverage(&accounts.iter().collect::<Vec<_>>());
    covered[1].data_as_of = "2026-02-20T00:00:00Z".parse().unwrap();
    covered[1].account.zone = "America/New_York".parse().unwrap();
    let query = ask("2026-01-01..2026-02-10", &["spend"], &[Dimension::Campaign], "platform = meta");
    let result = lake.query(&query, &covered).await.unwrap();
    let names: std::collections::BTreeSet<_> = result.rows.iter().map(|r| r.keys[0].name.as_str()).collect();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["Leads", "Spring brand", "Spring sale"]);
    assert_eq!((result.currency.unwrap().as_str(), result.zones.clone()), ("EUR", vec!["Europe/Amsterdam".to_owned()]));
    assert_eq!(result.freshness, Some(covered[0].data_as_of));
    assert_eq!(result.provisional_from, Some(day("2026-02-01")));
    let both = lake.query(&ask("2026-01-01..2026-01-10", &["spend"], &[], ""), &covered).await.unwrap();
    assert_eq!(both.freshness, Some("2026-02-20T00:00:00Z".parse().unwrap()));
    assert_eq!(both.zones, ["America/New_York", "Europe/Amsterdam"]);
    assert_eq!(both.provisional_from, None, "everything up to the end of January is settled");
    covered[1].settled_through = None;
    let open = lake.query(&ask("2026-01-01..2026-01-10", &["spend"], &[], ""), &covered).await.unwrap();
    assert_eq!(open.provisional_from, Some(day("2026-01-01")));
}

#[tokio::test]
async fn reach_is_shown_for_one_row_and_never_summed() {
    let (_folder, lake) = fresh();
    let days = range("2026-01-01..2026-01-02");
    lake.replace(&meta(), days, only(vec![ad_day("c", "a", day("2026-01-01"), 5), ad_day("c", "a", day("2026-01-02"), 7)]))
        .await
        .unwrap();
    let ask = |dimensions: &[Dimension]| ask("2026-01-01..2026-01-31", &["reach", "frequency"], dimensions, "");
    let by_day = lake.query(&ask(&[Dimension::Ad, Dimension::Date]), &coverage(&[&meta()])).await.unwrap();
    assert_eq!(by_day.rows[0].cells, [Cell::Count(300), Cell::Number(500.0 / 300.0)]);
    assert_eq!(by_day.totals, [Cell::None, Cell::None]);
    assert!(by_day.notes.is_empty(), "every cell is shown: {:?}", by_day.notes);
    let by_ad = lake.query(&ask(&[Dimension::Ad]), &coverage(&[&meta()])).await.unwrap();
    assert_eq!(by_ad.rows[0].cells, [Cell::None, Cell::None]);
    assert_eq!(
        by_ad.notes,
        ["Reach and Frequency are known for one ad on one day only and cannot be added up; other cells and totals are empty"]
    );
}

#[tokio::test]
async fn a_comparison_keeps_what_stopped_and_matches_days_by_place() {
    let (_folder, lake) = fresh();
    let days = range("2026-01-01..2026-01-14");
    let mut rows = Vec::new();
    for date in days.days() {
        rows.push(ad_day("steady", "a", date, i64::from(date.day())));
        if date < day("2026-01-08") {
            rows.push(ad_day("stopped", "b", date, 1));
        }
    }
    lake.replace(&meta(), days, only(rows)).await.unwrap();
    let parts = |dimensions: &[Dimension], limit| QueryParts {
        metrics: vec!["clicks".to_owned()],
        dimensions: dimensions.to_vec(),
        compare: Some(Compare::Previous),
        limit,
        ..QueryParts::default()
    };
    let week = range("2026-01-08..2026-01-14");
    let by_campaign = MetricQuery::new(week, parts(&[Dimension::Campaign], None)).unwrap();
    let result = lake.query(&by_campaign, &coverage(&[&meta()])).await.unwrap();
    assert_eq!(result.compared_period, Some(range("2026-01-01..2026-01-07")));
    assert_eq!(result.rows.iter().map(|r| r.keys[0].id.as_str()).collect::<Vec<_>>(), ["steady", "stopped"]);
    assert_eq!((result.rows[1].cells[0], result.rows[1].compared.as_ref().unwrap()[0]), (Cell::None, Cell::Count(7)));
    assert_eq!(
        (&result.totals[..], &result.compared_totals.as_ref().unwrap()[..]),
        (&[Cell::Count(77)][..], &[Cell::Count(35)][..])
    );
    let by_day = MetricQuery::new(week, parts(&[Dimension::Date], Some(2))).unwrap();
    let result = lake.query(&by_day, &coverage(&[&meta()])).await.unwrap();
    assert!(result.truncated);
    assert_eq!(result.rows[0].keys[0].id, "2026-01-08");
    assert_eq!((result.rows[0].cells[0], result.rows[0].compared.as_ref().unwrap()[0]), (Cell::Count(8), Cell::Count(2)));
    assert_eq!(result.totals, [Cell::Count(77)], "totals cover what the limit cut off");
}

#[tokio::test]
async fn currencies_are_never_mixed() {
    let (_folder, lake) = fresh();
    let days = range("2026-01-01..2026-01-02");
    let (eur, usd) = (meta(), account(Source::Meta, "2", "USD"));
    lake.replace(&eur, days, only(vec![ad_day("c", "a", day("2026-01-01"), 5)])).await.unwrap();
    lake.replace(&usd, days, only(vec![ad_day("d", "b", day("2026-01-01"), 7)])).await.unwrap();
    let covered = coverage(&[&eur, &usd]);
    let ask = |metrics: &[&str], filters: &str| ask("2026-01-01..2026-01-31", metrics, &[Dimension::Account], filters);
    let error = lake.query(&ask(&["spend"], ""), &covered).await.unwrap_err();
    assert!(error.to_string().contains("EUR, USD"), "{error}");
    assert_eq!(error.kind(), trimtab_domain::ErrorKind::Invalid);
    let clicks = lake.query(&ask(&["clicks"], ""), &covered).await.unwrap();
    assert_eq!((clicks.rows.len(), clicks.currency), (2, None));
    for filter in ["account = 2", "campaign = d", "ad = b"] {
        let one = lake.query(&ask(&["roas"], filter), &covered).await.unwrap();
        assert_eq!(one.currency.unwrap().as_str(), "USD", "{filter}");
    }
    let parts = QueryParts { metrics: vec!["spend".to_owned()], currency: Some("GBP".parse().unwrap()), ..QueryParts::default() };
    let pounds = MetricQuery::new(range("2026-01-01..2026-01-31"), parts).unwrap();
    let error = lake.query(&pounds, &coverage(&[&eur])).await.unwrap_err();
    assert!(error.to_string().contains("exchange rates"), "{error}");
}

#[tokio::test]
async fn rows_that_cover_a_period_are_remarked_on() {
    let (_folder, lake) = fresh();
    let days = range("2026-01-01..2026-01-31");
    let row = AdDaily { span_days: 31, ..ad_day("c", "a", day("2026-01-31"), 5) };
    lake.replace(&meta(), days, only(vec![row])).await.unwrap();
    let result = lake.query(&ask("2026-01-20..2026-01-31", &["clicks"], &[], ""), &coverage(&[&meta()])).await.unwrap();
    assert_eq!(result.totals, [Cell::Count(5)]);
    assert_eq!(result.notes, ["some imported rows cover several days; they count on the last of these days"]);
}

#[tokio::test]
async fn ratios_say_which_accounts_do_not_report_their_parts() {
    let (_folder, lake) = fresh();
    let (days, on) = (range("2026-01-01..2026-01-31"), day("2026-01-05"));
    let (whole, silent) = (meta(), account(Source::Google, "2", "EUR"));
    lake.replace(&whole, days, only(vec![ad_day("c", "a", on, 30)])).await.unwrap();
    let mut row = ad_day("c", "b", on, 10);
    (row.measures.revenue_micros, row.measures.video_views) = (None, None);
    let mut idle = ad_day("c", "idle", on, 0);
    (idle.measures.conversions, idle.measures.revenue_micros) = (None, None);
    lake.replace(&silent, days, only(vec![row, idle])).await.unwrap();
    let covered = coverage(&[&whole, &silent]);
    let partial =
        |result: &QueryResult| -> Vec<String> { result.metrics.iter().filter(|m| m.partial).map(|m| m.id.clone()).collect() };

    let metrics = ["spend", "revenue", "roas", "cpa", "aov", "ctr"];
    let both = lake.query(&ask("2026-01-01..2026-01-31", &metrics, &[Dimension::Date], ""), &covered).await.unwrap();
    assert_eq!(both.totals[..2], [Cell::Money(49_200_000), Cell::Money(120_000_000)]);
    let name = covered[1].account.name.as_str();
    assert_eq!(
        both.notes,
        [format!("no revenue is reported for 25.0 % of the spend ({name} (Google Ads)): ROAS and AOV cover that spend too")]
    );
    assert_eq!(partial(&both), ["revenue", "roas", "aov"], "rows without any spend leave nothing out of the CPA");

    let filtered = ask("2026-01-01..2026-01-31", &metrics, &[], "platform = meta");
    let one = lake.query(&filtered, &covered).await.unwrap();
    assert!(one.notes.is_empty() && partial(&one).is_empty(), "{:?}", one.notes);
    let filtered = ask("2026-01-01..2026-01-31", &metrics, &[], "platform = google");
    let other = lake.query(&filtered, &covered).await.unwrap();
    assert_eq!(other.totals[1..3], [Cell::None, Cell::None], "an empty figure misleads nobody");
    assert!(other.notes.is_empty(), "{:?}", other.notes);
}

#[tokio::test]
async fn nothing_yet_is_an_empty_answer() {
    let (_folder, lake) = fresh();
    let query = ask("2026-01-01..2026-01-31", &["spend", "ctr"], &[Dimension::Campaign], "campaign ~ x and status = active");
    let result = lake.query(&query, &[]).await.unwrap();
    assert!(result.rows.is_empty() && result.currency.is_none() && result.freshness.is_none());
    assert_eq!(result.totals, [Cell::None, Cell::None]);
    let country = lake.query(&ask("2026-01-01..2026-01-31", &["spend"], &[Dimension::Country], "country ~ n"), &[]).await.unwrap();
    assert_eq!(country.notes, ["no figures by country have been read for these days"]);
}

#[tokio::test]
async fn objects_without_an_id_are_called_so() {
    let (_folder, lake) = fresh();
    let days = range("2026-01-01..2026-01-01");
    let mut row = ad_day("c", "", day("2026-01-01"), 5);
    row.measures = Measures { clicks: 3, ..row.measures };
    lake.replace(&meta(), days, Facts { ad_daily: vec![row], ..Facts::default() }).await.unwrap();
    let result = lake.query(&ask("2026-01-01..2026-01-31", &["clicks"], &[Dimension::Ad], ""), &[]).await.unwrap();
    assert_eq!((result.rows[0].keys[0].id.as_str(), result.rows[0].keys[0].name.as_str()), ("", "(no ad)"));
}
