use super::*;
use jiff::civil::date;
use proptest::prelude::*;
use trimtab_domain::{
    finding::FindingKind,
    graph::{Condition, Rule},
    metric::{Definition, Registry},
};

mod firing;
mod pipeline;

const DAYS: usize = 70;

/// What an ordinary day of an ordinary client comes to.
const ORDINARY: [(&str, f64); 30] = [
    ("spend", 1000.0),
    ("impressions", 100_000.0),
    ("clicks", 2000.0),
    ("link_clicks", 1500.0),
    ("conversions", 50.0),
    ("revenue", 4000.0),
    ("video_views", 9000.0),
    ("thruplays", 3000.0),
    ("action_count", 60.0),
    ("action_value", 4000.0),
    ("orders", 80.0),
    ("store_revenue", 6000.0),
    ("refunds", 300.0),
    ("store_tax", 900.0),
    ("store_shipping", 300.0),
    ("discounts", 400.0),
    ("cancelled_orders", 4.0),
    ("new_customers", 40.0),
    ("returning_orders", 40.0),
    ("new_customer_revenue", 2800.0),
    ("sessions", 3000.0),
    ("engaged_sessions", 1800.0),
    ("key_events", 500.0),
    ("site_purchases", 60.0),
    ("site_revenue", 4500.0),
    ("email_recipients", 5000.0),
    ("email_opens", 2000.0),
    ("email_clicks", 150.0),
    ("email_orders", 10.0),
    ("email_revenue", 700.0),
];

fn entity(level: Level, id: &str) -> EntityRef {
    let source = (level != Level::Tenant).then_some(Source::Meta);
    let account = if matches!(level, Level::Account | Level::Campaign) { "acc" } else { "" };
    let id = if level == Level::Account { "acc" } else { id };
    EntityRef { level, source, account: account.into(), id: id.into(), name: format!("Object {id}").into() }
}

/// A week that looks like one, with some noise that looks like chance.
fn weather(day: usize, metric: usize) -> f64 {
    let weekday = [1.05, 1.0, 0.98, 1.0, 1.02, 1.1, 0.85][day % 7];
    let noise = ((day * 7919 + metric * 104_729 + 13) % 101) as f64 / 101.0 - 0.5;
    weekday * (1.0 + 0.06 * noise)
}

/// An object whose base metrics are ordinary, each times what `factor` says of a day.
fn object(level: Level, id: &str, factor: impl Fn(&str, usize) -> f64) -> Observed {
    let series = |(place, (metric, usual)): (usize, &(&str, f64))| {
        let day = |day: usize| Some(usual * weather(day, place) * factor(metric, day));
        (CompactString::from(*metric), (0..DAYS).map(day).collect())
    };
    Observed {
        entity: entity(level, id),
        first: date(2026, 1, 1),
        figures: ORDINARY.iter().enumerate().map(series).collect(),
        constants: BTreeMap::from([("gross_margin".into(), 40.0)]),
        targets: BTreeMap::new(),
        currency: Some("EUR".parse().unwrap()),
        provisional_from: None,
        source_hash: "h".to_owned(),
    }
}

fn now() -> Now {
    Now { at: "2026-03-12T09:00:00Z".parse().unwrap(), day_began: "2026-03-12T00:00:00Z".parse().unwrap() }
}

fn evaluated(observed: &[Observed]) -> Evaluation {
    evaluate(Graph::builtin(), observed, &BTreeMap::new(), now(), &Settings::default())
}

fn shown(observed: &[Observed]) -> Vec<String> {
    evaluated(observed).shown().map(|insight| insight.definition.to_string()).collect()
}
