use super::*;
use crate::{
    Source,
    fact::{Breakdown, KeywordKind},
};
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

fn rows(metrics: &[&str], dimensions: &[Dimension], filter: &str) -> Vec<Rows> {
    ask(metrics, dimensions, filter).unwrap().plan().parts().iter().map(|part| part.rows.clone()).collect()
}

#[test]
fn the_table_follows_from_the_question() {
    use Dimension as D;
    assert_eq!(rows(&["spend", "roas"], &[D::Campaign], ""), [Rows::Ads]);
    assert_eq!(rows(&["ctr"], &[D::Age, D::Gender], ""), [Rows::Breakdown(vec![Breakdown::AgeGender])]);
    assert_eq!(rows(&["ctr"], &[D::Age], ""), [Rows::Breakdown(vec![Breakdown::AgeGender, Breakdown::Age])]);
    assert_eq!(rows(&["ctr"], &[D::SearchTerm], "match_type = exact"), [Rows::Keywords(KeywordKind::SearchTerm)]);
    assert_eq!(rows(&["ctr"], &[D::MatchType], ""), [Rows::Keywords(KeywordKind::Keyword)]);
    assert_eq!(ask(&["ctr"], &[D::Keyword, D::Country], "").unwrap_err(), QueryError::Incompatible(D::Country, D::Keyword));
    assert!(ask(&["action_count"], &[D::Keyword], "").is_err());
    assert_eq!(rows(&["cpm"], &[D::Hour, D::Campaign], ""), [Rows::Hours]);
    assert!(ask(&["cpm"], &[D::Hour, D::Ad], "").unwrap_err().to_string().contains("hours are kept by campaign"));
    assert!(ask(&["cpm"], &[D::Hour], "country = NL").is_err());
    assert_eq!(rows(&["ctr"], &[], "country = NL"), [Rows::Breakdown(vec![Breakdown::Country])]);
    assert_eq!(rows(&["action_count"], &[D::ActionType], ""), [Rows::Conversions]);
}

#[test]
fn blended_metrics_join_tables_on_what_they_share() {
    use Dimension as D;
    assert_eq!(rows(&["mer", "ncac"], &[D::Date], ""), [Rows::Orders, Rows::Ads]);
    assert_eq!(rows(&["claimed_to_counted", "cost_per_session"], &[D::Platform], ""), [Rows::Ads, Rows::Orders, Rows::Sessions]);
    assert_eq!(rows(&["spend", "action_count"], &[D::Campaign], "").len(), 2);
    assert_eq!(rows(&["spend_gap"], &[D::Account, D::Date], ""), [Rows::Ads, Rows::Accounts]);
    assert_eq!(rows(&["orders", "sessions"], &[D::UtmCampaign], "utm_source = klaviyo"), [Rows::Orders, Rows::Sessions]);
    let plan = ask(&["mer"], &[], "").unwrap().plan().clone();
    assert_eq!(plan.part_of("spend"), Some(1));
    assert!(plan.concerns(Source::Shopify) && plan.concerns(Source::Meta) && !plan.concerns(Source::Ga4));
}

#[test]
fn a_query_keeps_the_constants_it_needs() {
    let known = Constants::default().with("gross_margin", 40.0).unwrap();
    let of = |metrics: &[&str], filter: &str| ask(metrics, &[Dimension::Campaign], filter).unwrap().with_constants(&known);
    assert_eq!(of(&["spend", "roas"], "").constants(), &Constants::default());
    assert_eq!(of(&["profit"], "").constants(), &known);
    assert_eq!(of(&["spend"], "poas > 1").constants(), &known);
    assert_eq!(ask(&["profit", "poas"], &[], "").unwrap().needs().len(), 1);
    assert_eq!(rows(&["break_even_roas"], &[Dimension::Campaign], ""), [Rows::Ads]);
    assert_eq!(rows(&["store_profit"], &[Dimension::Date], ""), [Rows::Orders, Rows::Ads]);
    assert!(ask(&["store_profit"], &[Dimension::Campaign], "").is_err());
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
            refusal(ask(&["mer"], &[Dimension::Campaign], "")),
            refusal(ask(&["mer"], &[Dimension::Account], "")),
            refusal(ask(&["mer"], &[], "customer = new")),
            refusal(ask(&["email_share"], &[Dimension::Platform], "")),
            refusal(ask(&["orders", "reported_orders"], &[Dimension::Platform], "")),
            refusal(ask(&["sessions"], &[Dimension::Country], "")),
            refusal(ask(&["spend"], &[Dimension::UtmCampaign], "")),
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
