use super::*;
use crate::fact::Breakdown;
use proptest::prelude::*;

fn period() -> DayRange {
    "2026-03-01..2026-03-31".parse().unwrap()
}

fn ask(metrics: &[&str], dimensions: &[Dimension], filter: &str) -> Result<MetricQuery, QueryError> {
    MetricQuery::new(
        period(),
        QueryParts {
            metrics: metrics.iter().map(ToString::to_string).collect(),
            dimensions: dimensions.to_vec(),
            filters: filter::parse(filter)?,
            ..QueryParts::default()
        },
    )
}

#[test]
fn the_table_follows_from_the_question() {
    assert_eq!(ask(&["spend", "roas"], &[Dimension::Campaign], "").unwrap().plan(), Plan::Ads);
    assert_eq!(ask(&["ctr"], &[Dimension::Age, Dimension::Gender], "").unwrap().plan(), Plan::Breakdown(Breakdown::AgeGender));
    assert_eq!(ask(&["ctr"], &[], "country = NL").unwrap().plan(), Plan::Breakdown(Breakdown::Country));
    assert_eq!(ask(&["action_count"], &[Dimension::ActionType], "").unwrap().plan(), Plan::Conversions);
}

#[test]
fn what_cannot_be_asked_is_refused_with_the_reason() {
    let refusal = |result: Result<MetricQuery, QueryError>| result.unwrap_err().to_string();
    insta::assert_snapshot!(
        [
            refusal(ask(&[], &[], "")),
            refusal(ask(&["spend", "spend"], &[], "")),
            refusal(ask(&["spent"], &[], "")),
            refusal(ask(&["spend"], &[Dimension::Country], "device = mobile")),
            refusal(ask(&["spend"], &[Dimension::ActionType], "")),
            refusal(ask(&["action_count"], &[Dimension::Age], "")),
            refusal(ask(&["spend", "action_count"], &[], "")),
            refusal(ask(&["spend"], &[], "campaign > 3")),
            refusal(ask(&["spend"], &[], "spend > lots")),
            refusal(ask(&["spend"], &[], "campaign = \"open")),
            "campain".parse::<Dimension>().unwrap_err().to_string(),
        ]
        .join("\n")
    );
}

#[test]
fn filters_read_as_people_write_them() {
    let filters =
        filter::parse(r#"campaign ~ "spring sale" and platform in (meta, google) AND ad not in ('a\'b') and spend>=100.5"#)
            .unwrap();
    let shown: Vec<_> = filters.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [r#"campaign ~ "spring sale""#, r#"platform in ("meta", "google")"#, r#"ad not in ("a'b")"#, "spend >= 100.5"]
    );
    assert!(filter::parse("  ").unwrap().is_empty());
}

#[test]
fn order_defaults_to_time_then_size() {
    let by = |dimensions: &[Dimension]| ask(&["spend"], dimensions, "").unwrap().sort();
    assert_eq!(by(&[Dimension::Campaign, Dimension::Date]), Sort::from("date"));
    assert_eq!(by(&[Dimension::Campaign]), Sort::from("-spend"));
}

proptest! {
    #[test]
    fn any_text_is_a_filter_or_an_error(text in "\\PC*") {
        if let Ok(filters) = filter::parse(&text) {
            let printed = filters.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
            prop_assert_eq!(filter::parse(&printed).unwrap(), filters);
        }
    }
}
