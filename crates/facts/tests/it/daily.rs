//! Days of objects as analyses take them: what a metric query says of them, whatever their number, and unchanged files are read once.

use crate::world::*;
use std::{collections::BTreeMap, fs, path::Path};
use trimtab_domain::{
    DayRange, Source,
    account::Account,
    entity::{EntityKind, EntitySnapshot, EntityState, Status},
    fact::ConversionDaily,
    query::{Cell, Dimension, DimensionTest, Filter, MOST_ROWS, MetricQuery, QueryParts},
};
use trimtab_facts::{DayFigures, Error, Lake, LakeSettings, ObjectDays, TenantLake, Whose};

/// Figures of every object and day, by id, name, action and day.
type Told = BTreeMap<[String; 4], DayFigures>;

async fn read(lake: &TenantLake, account: &Account, whose: Whose, days: DayRange) -> Result<Told, Error> {
    let objects = lake.daily(account, whose, days).await?.read().await?;
    assert!(objects.is_sorted_by_key(|of| (of.id.clone(), of.action.clone())));
    let of_object = |ObjectDays { id, name, action, days: of }: ObjectDays| {
        assert!(of.is_sorted_by_key(|(place, _)| *place) && !of.is_empty());
        let day = move |place| days.days().nth(place).unwrap().to_string();
        of.into_iter().map(move |(place, figures)| ([id.to_string(), name.to_string(), action.to_string(), day(place)], figures))
    };
    Ok(objects.into_iter().flat_map(of_object).collect())
}

/// The same by a metric query.
async fn asked(lake: &TenantLake, account: &Account, whose: Whose, days: DayRange) -> Told {
    let only = |dimension, values: &[&str]| Filter::Dimension {
        dimension,
        test: DimensionTest::In(values.iter().map(ToString::to_string).collect()),
    };
    let mut filters = vec![only(Dimension::Platform, &[account.source.as_str()]), only(Dimension::Account, &[account.id.as_str()])];
    let figures = ["spend", "impressions", "clicks", "link_clicks", "conversions", "revenue", "reach"];
    let (metrics, dimensions) = match whose {
        Whose::Ads => (&figures[..], vec![Dimension::Ad, Dimension::Date]),
        Whose::Campaigns => (&figures[..], vec![Dimension::Campaign, Dimension::Date]),
        Whose::Actions { types, window } => {
            filters.extend([only(Dimension::ActionType, types), only(Dimension::Window, &[window])]);
            (&["action_count"][..], vec![Dimension::Campaign, Dimension::Date, Dimension::ActionType])
        }
    };
    let parts = QueryParts {
        metrics: metrics.iter().map(ToString::to_string).collect(),
        dimensions,
        filters,
        limit: Some(MOST_ROWS),
        ..QueryParts::default()
    };
    let answer = lake.query(&MetricQuery::new(days, parts).unwrap(), &coverage(&[account])).await.unwrap();
    assert!(!answer.truncated);
    let row = |row: &trimtab_domain::query::Row| {
        let whole = |place: usize| match row.cells.get(place) {
            Some(Cell::Count(whole) | Cell::Money(whole)) => Some(*whole),
            _ => None,
        };
        let number = |place: usize| if let Some(Cell::Number(number)) = row.cells.get(place) { *number } else { 0.0 };
        let of = |place: usize| whole(place).unwrap_or_default();
        let actions = metrics.len() == 1;
        let figures = DayFigures {
            spend_micros: of(0),
            impressions: of(1),
            clicks: of(2),
            link_clicks: of(3),
            conversions: number(if actions { 0 } else { 4 }),
            revenue_micros: of(5),
            reach: whole(6),
        };
        let action = row.keys.get(2).map_or_else(String::new, |key| key.id.clone());
        ([row.keys[0].id.clone(), row.keys[0].name.clone(), action, row.keys[1].id.clone()], figures)
    };
    answer.rows.iter().map(row).filter(|([id, ..], _)| whose != Whose::Ads || !id.is_empty()).collect()
}

const ACTIONS: Whose = Whose::Actions { types: &["cart", "page"], window: "default" };

/// Conversions of three actions in two windows, several to a campaign's day.
fn conversions(days: DayRange) -> Vec<ConversionDaily> {
    let one = |(n, date)| {
        ["cart", "page", "purchase"].into_iter().flat_map(move |action| {
            ["default", "1d_view"].into_iter().flat_map(move |window| {
                (0..4).map(move |ad: i32| ConversionDaily {
                    date,
                    placing: placing(&format!("c{}", ad / 2), "g", &format!("ad{ad}")),
                    action_type: action.into(),
                    window: window.into(),
                    count: f64::from(ad + n) / 3.0,
                    value_micros: None,
                })
            })
        })
    };
    (0..).zip(days.days()).flat_map(one).collect()
}

/// An account whose months have roll-ups, with rows of every kind.
async fn filled() -> (tempfile::TempDir, TenantLake) {
    let (folder, lake) = crate::rollups::filled(3).await;
    let days = range("2025-10-01..2025-10-31");
    let mut facts = ads(days, 300, 5);
    facts.conversions = conversions(days);
    // An ad in two ad groups, whose people may be the same; a campaign that has no ads to report.
    let twice = facts.ad_daily[7].clone();
    facts
        .ad_daily
        .push(trimtab_domain::fact::AdDaily { placing: placing("c3", "another", twice.placing.ad.as_str()), ..twice.clone() });
    facts.ad_daily.push(trimtab_domain::fact::AdDaily { placing: placing("whole", "", ""), ..twice });
    lake.replace(&meta(), days, facts).await.unwrap();
    (folder, lake)
}

#[tokio::test]
async fn days_are_those_of_a_metric_query() {
    let (_folder, lake) = filled().await;
    let named = |id: &str, name: &str| EntityState {
        kind: EntityKind::Ad,
        id: id.into(),
        parent: "g".into(),
        campaign: "c".into(),
        name: name.into(),
        status: Status::Active,
        platform_status: "".into(),
        objective: "".into(),
        daily_budget_micros: None,
        lifetime_budget_micros: None,
        starts: None,
        ends: None,
        attributes: BTreeMap::new(),
    };
    let states = vec![named("ad3", "Spring"), named("ad4", "")];
    let seen_at = "2025-11-01T10:00:00Z".parse().unwrap();
    lake.record(&meta(), EntitySnapshot { seen_at, complete: vec![EntityKind::Ad], states }).await.unwrap();
    for account in [meta(), account(Source::Google, "2", "EUR")] {
        for days in ["2025-08-25..2025-10-20", "2025-10-07..2025-10-07", "2025-09-03..2025-12-24", "2024-01-01..2024-02-01"] {
            for whose in [Whose::Campaigns, Whose::Ads, ACTIONS] {
                let days = range(days);
                let (read, asked) = (read(&lake, &account, whose, days).await.unwrap(), asked(&lake, &account, whose, days).await);
                let differs = read.iter().zip(&asked).find(|(a, b)| a != b);
                assert!(differs.is_none() && read.len() == asked.len(), "{whose:?} {days}: {differs:?}");
                assert!(!read.is_empty() || days.to() < day("2025-01-01") || account.source == Source::Google, "{whose:?} {days}");
            }
        }
    }
}

#[tokio::test]
async fn days_read_from_files_a_roll_up_covers_are_not_taken_for_all_of_it() {
    let (folder, lake) = filled().await;
    let rollups = folder.path().join("acme/ad_daily/_rollup");
    let (part, whole) = (range("2025-10-05..2025-10-20"), range("2025-10-01..2025-10-31"));
    let google = account(Source::Google, "2", "EUR");
    let told = read(&lake, &google, Whose::Campaigns, range("2025-08-25..2025-10-31")).await.unwrap();
    assert!(told.keys().any(|[.., day]| day == "2025-10-31"));
    // Without its roll-up, a part of the month is read first.
    for entry in fs::read_dir(&rollups).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    let bare = Lake::open(LakeSettings::new(folder.path())).unwrap().tenant(&ctx("acme"));
    let within = |days: DayRange| {
        let own = told.iter().filter(move |([.., date], _)| days.contains(day(date)));
        own.map(|(of, figures)| (of.clone(), *figures)).collect::<Told>()
    };
    for days in [part, whole, part] {
        assert_eq!(read(&bare, &google, Whose::Campaigns, days).await.unwrap(), within(days), "{days}");
    }
}

#[tokio::test]
async fn nothing_is_cut_off() {
    let (_folder, lake) = fresh();
    let days = range("2025-10-01..2025-10-30");
    let count = MOST_ROWS / 30 + 100;
    lake.replace(&meta(), days, ads(days, i64::from(count), 0)).await.unwrap();
    let objects = lake.daily(&meta(), Whose::Ads, days).await.unwrap().read().await.unwrap();
    assert_eq!(objects.len(), count as usize);
    assert!(objects.iter().all(|of| of.days.len() == 30));
}

fn remove_files_of(root: &Path, day: &str) -> usize {
    let folder = root.join("acme/ad_daily");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let of_day = files.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(day)));
    of_day.map(|path| fs::remove_file(path).unwrap()).count()
}

#[tokio::test]
async fn after_a_new_day_only_its_file_is_read() {
    let (folder, lake) = fresh();
    let (old, new) = (range("2025-10-01..2025-10-30"), range("2025-10-31..2025-10-31"));
    // So many that each day has a file of its own.
    lake.replace(&meta(), old, ads(old, 300, 0)).await.unwrap();
    let whole = range("2025-10-01..2025-10-31");
    let before = lake.daily(&meta(), Whose::Ads, old).await.unwrap();
    before.read().await.unwrap();

    lake.replace(&meta(), new, ads(new, 300, 1)).await.unwrap();
    assert_eq!(lake.daily(&meta(), Whose::Ads, old).await.unwrap().hash(), before.hash(), "nothing of these days is another");
    assert_eq!(remove_files_of(folder.path(), "2025-10-12"), 1);
    let after = lake.daily(&meta(), Whose::Ads, whole).await.unwrap();
    assert_ne!(after.hash(), before.hash());
    let objects = after.read().await.unwrap();
    assert!(objects.len() == 300 && objects.iter().all(|of| of.days.len() == 31), "what was read before is still known");

    let forgetful =
        Lake::open(LakeSettings { day_cache_bytes: 0, ..LakeSettings::new(folder.path()) }).unwrap().tenant(&ctx("acme"));
    let refused = forgetful.daily(&meta(), Whose::Ads, whole).await.unwrap().read().await.unwrap_err();
    assert!(matches!(refused, Error::Unreadable { .. }), "{refused}");
}

#[tokio::test]
async fn a_day_that_is_restated_is_another_answer() {
    let (_folder, lake) = fresh();
    let days = range("2025-10-01..2025-10-30");
    lake.replace(&meta(), days, ads(days, 300, 0)).await.unwrap();
    let first = lake.daily(&meta(), Whose::Campaigns, days).await.unwrap();
    let figures = first.read().await.unwrap();
    lake.replace(&meta(), days, ads(days, 300, 0)).await.unwrap();
    assert_eq!(lake.daily(&meta(), Whose::Campaigns, days).await.unwrap().hash(), first.hash(), "the same content again");
    let again = range("2025-10-20..2025-10-20");
    lake.replace(&meta(), again, ads(again, 300, 9)).await.unwrap();
    let second = lake.daily(&meta(), Whose::Campaigns, days).await.unwrap();
    assert_ne!(second.hash(), first.hash());
    assert_ne!(second.read().await.unwrap(), figures);
    let other = lake.daily(&account(Source::Google, "1", "EUR"), Whose::Campaigns, days).await.unwrap();
    assert!(other.read().await.unwrap().is_empty(), "another account's days are not these");
}

#[tokio::test]
async fn two_currencies_are_not_put_into_one_series() {
    let (_folder, lake) = fresh();
    let (first, second) = (range("2025-10-01..2025-10-10"), range("2025-10-11..2025-10-20"));
    lake.replace(&meta(), first, ads(first, 3, 0)).await.unwrap();
    lake.replace(&account(Source::Meta, "1", "USD"), second, ads(second, 3, 0)).await.unwrap();
    let whole = lake.daily(&meta(), Whose::Ads, range("2025-10-01..2025-10-20")).await.unwrap();
    assert!(matches!(whole.read().await.unwrap_err(), Error::MixedCurrencies { present } if present.len() == 2));
}
