use super::*;
use crate::meta::ConversionChoice;

fn range() -> DayRange {
    "2026-11-01..2026-11-03".parse().unwrap()
}

fn page(rows: &[&str], next: Option<&str>) -> String {
    let next = next.map(|after| format!(r#","next":"https://graph.example/?after={after}""#)).unwrap_or_default();
    format!(r#"{{"data":[{}],"paging":{{"cursors":{{"before":"a","after":"b"}}{next}}}}}"#, rows.join(","))
}

fn facts(rows: &[&str], counted: &Counted) -> Result<Facts, Error> {
    parse_insights([page(rows, None).as_bytes()], range(), counted)
}

fn purchases() -> Counted {
    Counted::action("omni_purchase", true)
}

/// A row as Meta documents it, unknown fields included.
const FULL: &str = r#"{"account_id":"111","campaign_id":"120210001","adset_id":"120210002","ad_id":"120210003","ad_name":"Spring \"A\"",
  "date_start":"2026-11-01","date_stop":"2026-11-01","account_currency":"EUR","impressions":"15230","reach":"11894","clicks":"412",
  "inline_link_clicks":"301","spend":"184.37","cpm":"12.105713","attribution_setting":"7d_click_1d_view",
  "actions":[{"action_type":"link_click","value":"301","1d_view":"0","7d_click":"301"},
             {"action_type":"video_view","value":"77"},
             {"action_type":"omni_purchase","value":"9","7d_click":"7","1d_view":"2","28d_click":"8","1d_ev":"5"},
             {"action_type":"purchase","value":"9","7d_click":"7","1d_view":"2"}],
  "action_values":[{"action_type":"omni_purchase","value":"612.50","7d_click":"480.00","1d_view":"132.50"}],
  "video_thruplay_watched_actions":[{"action_type":"video_view","value":"21"}],
  "purchase_roas":[{"action_type":"omni_purchase","value":"3.322124"}],"a_new_field":{"deep":[1,2,{"x":null}]}}"#;

#[test]
fn a_full_row_becomes_one_ad_day_and_its_conversions() {
    let facts = facts(&[FULL], &purchases()).unwrap();
    let [day] = &facts.ad_daily[..] else { panic!() };
    assert_eq!((day.date.to_string().as_str(), day.span_days, day.placing.ad.as_str()), ("2026-11-01", 1, "120210003"));
    assert_eq!((day.placing.campaign.as_str(), day.placing.ad_group.as_str()), ("120210001", "120210002"));
    let measures = Measures {
        impressions: 15_230,
        clicks: 412,
        link_clicks: Some(301),
        spend_micros: 184_370_000,
        reach: Some(11_894),
        conversions: Some(9.0),
        revenue_micros: Some(612_500_000),
        video_views: Some(77),
        thruplays: Some(21),
    };
    assert_eq!(day.measures, measures);
    let of = |name: &str| -> Vec<(&str, f64, Option<i64>)> {
        let rows = facts.conversions.iter().filter(|c| c.action_type == name);
        rows.map(|c| (c.window.as_str(), c.count, c.value_micros)).collect()
    };
    assert_eq!(
        of("omni_purchase"),
        [
            ("default", 9.0, Some(612_500_000)),
            ("7d_click", 7.0, Some(480_000_000)),
            ("28d_click", 8.0, None),
            ("1d_view", 2.0, Some(132_500_000)),
        ]
    );
    assert_eq!(of("link_click"), [("default", 301.0, None)], "a click on the ad has no windows worth keeping");
    assert_eq!(of("purchase").len(), 3);
}

#[test]
fn what_is_missing_is_unreported_but_an_absent_conversion_is_zero() {
    let bare = r#"{"ad_id":"3","date_start":"2026-11-02","date_stop":"2026-11-02","impressions":"10","spend":"0"}"#;
    let measures = facts(&[bare], &purchases()).unwrap().ad_daily[0].measures;
    assert_eq!((measures.conversions, measures.revenue_micros), (Some(0.0), Some(0)));
    assert_eq!((measures.clicks, measures.spend_micros), (0, 0));
    assert_eq!((measures.link_clicks, measures.reach, measures.video_views, measures.thruplays), (None, None, None, None));
    let measures = facts(&[bare], &Counted::default()).unwrap().ad_daily[0].measures;
    assert_eq!((measures.conversions, measures.revenue_micros), (None, None), "an account that reports no conversion action");
    let measures = facts(&[bare], &Counted::action("lead", false)).unwrap().ad_daily[0].measures;
    assert_eq!((measures.conversions, measures.revenue_micros), (Some(0.0), None), "leads without values");
}

#[test]
fn disjoint_parts_add_up() {
    let row = r#"{"ad_id":"3","date_start":"2026-11-02","date_stop":"2026-11-02","actions":[
        {"action_type":"offsite_conversion.fb_pixel_purchase","value":"3"},{"action_type":"onsite_conversion.purchase","value":"2"},
        {"action_type":"onsite_web_purchase","value":"3"}]}"#;
    let counted = Counted::settle(&ConversionChoice::Auto, &["onsite_conversion.purchase"], &[]);
    assert_eq!(facts(&[row], &counted).unwrap().ad_daily[0].measures.conversions, Some(5.0));
}

#[test]
fn a_page_served_twice_counts_once() {
    let body = page(&[FULL], Some("b"));
    let counted = purchases();
    let mut collector = Collector::new(Cut::Ads, range(), &counted);
    let first = collector.take(body.as_bytes()).unwrap();
    assert_eq!((first.items, first.fresh, first.next.as_deref()), (1, 1, Some("b")));
    let again = collector.take(body.as_bytes()).unwrap();
    assert_eq!((again.items, again.fresh), (1, 0));
    assert_eq!((collector.facts.ad_daily.len(), collector.facts.conversions.len()), (1, 9));
}

#[test]
fn a_row_that_contradicts_itself_is_an_error() {
    let other = FULL.replace("15230", "15231");
    let error = facts(&[FULL, &other], &purchases()).unwrap_err();
    assert!(error.to_string().contains("two different rows for ad 120210003 on 2026-11-01"), "{error}");
}

#[test]
fn rows_outside_the_question_are_errors() {
    for (wrong, word) in [
        (FULL.replace(r#""date_stop":"2026-11-01""#, r#""date_stop":"2026-11-03""#), "2026-11-01..2026-11-03"),
        (FULL.replace("2026-11-01", "2026-11-09"), "2026-11-09"),
        (FULL.replace("120210003", ""), "without ad_id"),
        (FULL.replace("184.37", "a lot"), "an amount"),
        (FULL.replace("15230", "-"), "a whole number"),
    ] {
        let error = facts(&[&wrong], &purchases()).unwrap_err();
        assert!(matches!(error, Error::Drift { .. }) && error.to_string().contains(word), "{error}");
    }
}

#[test]
fn cut_or_foreign_bodies_are_malformed_and_leave_nothing() {
    let body = page(&[FULL], None);
    let counted = purchases();
    let mut collector = Collector::new(Cut::Ads, range(), &counted);
    for end in [0, 1, 10, body.len() / 2, body.len() - 1] {
        assert!(matches!(collector.take(&body.as_bytes()[..end]), Err(BadBody::Malformed(_))), "cut at {end}");
    }
    assert!(matches!(collector.take(b"\xff\xfe"), Err(BadBody::Malformed(_))));
    assert!(matches!(collector.take(b"{\"success\":true}"), Err(BadBody::Malformed(_))));
    assert_eq!(collector.facts.rows(), 0);
}

#[test]
fn breakdown_rows_name_their_parts() {
    let row = r#"{"campaign_id":"9","date_start":"2026-11-02","date_stop":"2026-11-02","impressions":"10","spend":"1.5","country":"nl",
        "age":"25-34","gender":"female","device_platform":"mobile_app","publisher_platform":"facebook","platform_position":"feed"}"#;
    let counted = purchases();
    for (breakdown, part, part2) in [
        (Breakdown::Country, "NL", ""),
        (Breakdown::AgeGender, "25-34", "female"),
        (Breakdown::Device, "mobile_app", ""),
        (Breakdown::Placement, "facebook feed", ""),
    ] {
        let mut collector = Collector::new(Cut::Parts(breakdown), range(), &counted);
        collector.take(page(&[row, row], None).as_bytes()).unwrap();
        let [fact] = &collector.facts.breakdowns[..] else { panic!("one row, served twice") };
        assert_eq!((fact.part.as_str(), fact.part2.as_str(), fact.measures.spend_micros), (part, part2, 1_500_000));
        assert!(fact.placing.ad.is_none() && fact.placing.ad_group.is_none());
    }
}

#[test]
fn rows_of_another_breakdown_are_errors() {
    let row = r#"{"campaign_id":"9","date_start":"2026-11-02","date_stop":"2026-11-02","impressions":"10","country":"nl"}"#;
    let counted = purchases();
    for breakdown in [Breakdown::AgeGender, Breakdown::Device, Breakdown::Placement] {
        let taken = Collector::new(Cut::Parts(breakdown), range(), &counted).take(page(&[row], None).as_bytes());
        assert!(matches!(taken, Err(BadBody::Conflict(what)) if what.contains(breakdown.as_str())));
    }
}

#[test]
fn the_question_is_daily_and_leaves_no_object_out() {
    let params = Cut::Ads.params(range());
    let of = |name: &str| params.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_ref()).unwrap();
    assert_eq!(of("time_range"), r#"{"since":"2026-11-01","until":"2026-11-03"}"#);
    assert_eq!((of("time_increment"), of("level")), ("1", "ad"));
    assert!(of("filtering").contains("ARCHIVED") && of("filtering").contains("DELETED"));
    for breakdown in Breakdown::ALL {
        let params = Cut::Parts(breakdown).params(range());
        assert!(params.iter().any(|(n, v)| *n == "breakdowns" && serde_json::from_str::<Vec<String>>(v).is_ok()));
    }
}
