use super::*;
use trimtab_domain::fact::Facts;

fn range() -> DayRange {
    "2026-11-01..2026-11-03".parse().unwrap()
}

fn row(ad: &str, day: &str, impressions: u32) -> String {
    format!(
        r#"{{"campaign":{{"resourceName":"customers/1/campaigns/2","id":"2"}},"adGroup":{{"resourceName":"customers/1/adGroups/3","id":"3"}},
        "adGroupAd":{{"resourceName":"customers/1/adGroupAds/3~{ad}","ad":{{"type":"RESPONSIVE_SEARCH_AD","id":"{ad}"}}}},
        "segments":{{"date":"{day}"}},"metrics":{{"impressions":"{impressions}","clicks":"1","costMicros":"70","conversions":0.5}}}}"#
    )
}

fn stream(batches: &[&[String]]) -> String {
    let batches = batches.iter().map(|rows| format!(r#"{{"results":[{}],"fieldMask":"campaign.id"}}"#, rows.join(",")));
    format!("[{}]", batches.collect::<Vec<_>>().join(","))
}

fn ads(body: &str) -> Result<Vec<AdDaily>, String> {
    parse::<Ads>(body.as_bytes(), range()).map_err(|bad| match bad {
        BadBody::Malformed(error) => error.to_string(),
        BadBody::Conflict(what) => what,
    })
}

#[test]
fn a_query_names_its_fields_and_days() {
    assert_eq!(
        query::<Devices>(range()),
        "SELECT segments.date, campaign.id, campaign.advertising_channel_type, segments.device, metrics.video_trueview_views, \
         metrics.impressions, metrics.clicks, metrics.cost_micros, metrics.conversions, metrics.conversions_value \
         FROM campaign WHERE segments.date BETWEEN '2026-11-01' AND '2026-11-03'"
    );
    let actions = query::<AdActions>(range());
    assert!(!["cost", "clicks", "impressions"].iter().any(|metric| actions.contains(metric)), "{actions}");
}

#[test]
fn a_batch_served_twice_counts_once() {
    let first = [row("4", "2026-11-01", 10), row("5", "2026-11-01", 20)];
    let second = [row("4", "2026-11-02", 30)];
    let facts = ads(&stream(&[&first, &first, &second, &first])).unwrap();
    assert_eq!(facts.iter().map(|fact| fact.measures.impressions).collect::<Vec<_>>(), [10, 20, 30]);
    assert_eq!((facts[0].placing.ad_group.as_str(), facts[0].placing.ad.as_str()), ("3", "4"));
}

#[test]
fn contradictions_are_told() {
    let error = ads(&stream(&[&[row("4", "2026-11-01", 10), row("4", "2026-11-01", 11)]])).unwrap_err();
    assert_eq!(error, "two different rows for ad 4 on 2026-11-01 in ad_group_ad");
    let error = ads(&stream(&[&[row("4", "2026-10-31", 10)]])).unwrap_err();
    assert_eq!(error, "a row of 2026-10-31 in a read of 2026-11-01..2026-11-03");
    let error = ads(&stream(&[&[row("", "2026-11-01", 10)]])).unwrap_err();
    assert!(error.contains("without its ad"), "{error}");
    let error = ads(&stream(&[&[row("4", "2026-11-01", 10).replace("metrics", "figures")]])).unwrap_err();
    assert!(error.contains("missing field `metrics`"), "{error}");
}

#[test]
fn words_of_parts_are_those_of_other_platforms() {
    for (word, part) in [
        ("AGE_RANGE_25_34", "25-34"),
        ("AGE_RANGE_65_UP", "65+"),
        ("AGE_RANGE_UNDETERMINED", "unknown"),
        ("UNKNOWN", "unknown"),
        ("", ""),
    ] {
        assert_eq!(age(word), part);
    }
}

#[test]
fn whole_answers_can_be_parsed_apart_from_the_network() {
    let answers = [stream(&[&[row("4", "2026-11-01", 10)]]), stream(&[&[row("4", "2026-11-02", 10)]]), "[]".to_owned()];
    let Facts { ad_daily, .. } = crate::google::parse_ads(answers.iter().map(String::as_bytes), range()).unwrap();
    assert_eq!(ad_daily.len(), 2);
    assert!(crate::google::parse_ads(["{}".as_bytes()], range()).unwrap_err().to_string().contains("unexpected shape"));
}
