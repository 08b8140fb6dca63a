//! Hours that are let go: only where the day is known as a day, and no figure of a day changes.

use crate::world::*;
use trimtab_domain::{
    DayRange, Source,
    account::Account,
    fact::AdHourly,
    query::{Cell, Dimension, MetricQuery, QueryResult},
};
use trimtab_facts::TenantLake;

async fn hours(lake: &TenantLake, account: &Account, days: DayRange) {
    let row = |date, hour: u8| AdHourly {
        date,
        hour,
        placing: placing("c0", "", ""),
        measures: ad_day("c0", "", date, i64::from(hour) + 1).measures,
    };
    let rows = days.days().flat_map(|date| (0..24).map(move |hour| row(date, hour))).collect();
    lake.replace_hours(account, days, rows).await.unwrap();
}

fn by(dimension: Dimension) -> MetricQuery {
    let dimensions = if dimension == Dimension::Hour { vec![Dimension::Date, dimension] } else { vec![dimension] };
    ask("2026-01-01..2026-02-28", &["spend", "clicks", "conversions"], &dimensions, "")
}

fn days_of(result: &QueryResult) -> Vec<String> {
    let mut days: Vec<_> = result.rows.iter().map(|row| row.keys[0].id.clone()).collect();
    days.dedup();
    days
}

#[tokio::test]
async fn hours_are_let_go_where_the_day_is_known() {
    let (_folder, lake) = fresh();
    let (days, google) = (range("2026-01-25..2026-02-10"), account(Source::Google, "9", "EUR"));
    lake.replace(&meta(), days, ads(days, 3, 0)).await.unwrap();
    hours(&lake, &meta(), days).await;
    // Of the other account the days of January were never read as days.
    lake.replace(&google, range("2026-02-01..2026-02-10"), ads(range("2026-02-01..2026-02-10"), 3, 0)).await.unwrap();
    hours(&lake, &google, days).await;
    let covered = coverage(&[&meta(), &google]);
    let daily = lake.query(&by(Dimension::Date), &covered).await.unwrap();
    let retired = lake.retire_hours(day("2026-02-04")).await.unwrap();
    assert_eq!(retired, 24 * (10 + 3));
    let left = lake.query(&by(Dimension::Hour), &coverage(&[&meta()])).await.unwrap();
    assert_eq!(days_of(&left).first().map(String::as_str), Some("2026-01-25"), "hours without their day stay");
    let only = |filter| ask("2026-01-01..2026-02-28", &["clicks"], &[Dimension::Date, Dimension::Hour], filter);
    let of_meta = lake.query(&only("platform = meta"), &covered).await.unwrap();
    let kept: Vec<String> = range("2026-02-04..2026-02-10").days().map(|day| day.to_string()).collect();
    assert_eq!(days_of(&of_meta), kept);
    assert_eq!(of_meta.totals, [Cell::Count(7 * (1..=24).sum::<i64>())]);
    let again = lake.query(&by(Dimension::Date), &covered).await.unwrap();
    assert_eq!((&again.rows, &again.totals), (&daily.rows, &daily.totals));
    // The same again changes nothing, nor does it write.
    let versions = lake.tables().await.unwrap();
    assert_eq!(lake.retire_hours(day("2026-02-04")).await.unwrap(), 0);
    assert_eq!(lake.tables().await.unwrap(), versions);
    // What is read again of a kept day still takes its place.
    hours(&lake, &meta(), range("2026-02-09..2026-02-10")).await;
    assert_eq!(lake.query(&only("platform = meta"), &covered).await.unwrap().totals, of_meta.totals);
}

#[tokio::test]
async fn without_hours_nothing_happens() {
    let (_folder, lake) = fresh();
    assert_eq!(lake.retire_hours(day("2026-02-04")).await.unwrap(), 0);
    lake.replace(&meta(), range("2026-01-01..2026-01-02"), ads(range("2026-01-01..2026-01-02"), 2, 0)).await.unwrap();
    assert_eq!(lake.retire_hours(day("2026-02-04")).await.unwrap(), 0);
}
