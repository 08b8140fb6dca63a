use super::*;
use trimtab_domain::{day::parse_day, fact::Placing};

fn placing(ad_group: &str) -> Placing {
    Placing { campaign: "1".into(), ad_group: ad_group.into(), ad: AdId::none() }
}

#[test]
fn ages_of_ad_groups_are_summed_to_campaigns() {
    let part = |ad_group: &str, part: &str, clicks: i64, conversions: f64| BreakdownDaily {
        date: parse_day("2026-11-01").unwrap(),
        span_days: 1,
        placing: placing(ad_group),
        breakdown: Breakdown::Age,
        part: part.into(),
        part2: "".into(),
        measures: Measures { clicks, conversions: Some(conversions), ..Measures::default() },
    };
    let sums: Vec<_> =
        by_campaign(vec![part("a", "25-34", 1, 0.1), part("b", "25-34", 2, 0.2), part("a", "65+", 4, 1.0)]).collect();
    assert_eq!(sums, [part("", "25-34", 3, 0.3), part("", "65+", 4, 1.0)]);
}

#[test]
fn an_action_has_a_row_for_each_way_to_count() {
    let action = |name: &str, biddable: f64, all: f64| ActionDay {
        date: parse_day("2026-11-01").unwrap(),
        placing: placing("a"),
        action: "customers/1/conversionActions/7".into(),
        name: name.into(),
        biddable: (biddable, biddable * 2.0),
        all: (all, all * 2.0),
    };
    let rows = expanded(&[action("Purchase", 1.5, 2.0), action("", 0.0, 1.0)]).unwrap();
    let told: Vec<_> =
        rows.iter().map(|row| (row.action_type.as_str(), row.window.as_str(), row.count, row.value_micros)).collect();
    assert_eq!(
        told,
        [
            ("Purchase", "default", 1.5, Some(3_000_000)),
            ("Purchase", "all_conversions", 2.0, Some(4_000_000)),
            ("customers/1/conversionActions/7", "all_conversions", 1.0, Some(2_000_000)),
        ]
    );
}
