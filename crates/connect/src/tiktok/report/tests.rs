use super::*;

fn range() -> DayRange {
    "2026-11-01..2026-11-03".parse().unwrap()
}

fn page(rows: &[&str]) -> String {
    let rows_count = rows.len();
    let rows = rows.join(",");
    format!(
        r#"{{"code":0,"message":"OK","request_id":"2","data":{{"page_info":{{"page":1,"page_size":1000,"total_number":{rows_count},"total_page":1}},"list":[{rows}]}}}}"#
    )
}

fn facts(rows: &[&str], counted: Counted) -> Result<Facts, Error> {
    parse_report([page(rows).as_bytes()], range(), counted)
}

fn taken(cut: Cut, rows: &[&str]) -> Result<Collector, BadBody> {
    let mut collector = Collector::new(cut, range(), Counted::SitePurchases);
    collector.take(page(rows).as_bytes())?;
    Ok(collector)
}

/// A row as TikTok documents it, unknown figures included.
const FULL: &str = r#"{"dimensions":{"ad_id_v2":"1728545390695442","stat_time_day":"2026-11-01 00:00:00"},
  "metrics":{"campaign_id":"1728545382536225","adgroup_id":"1728545385613346","spend":"14.68","impressions":"1079","clicks":"31",
   "reach":"1001","complete_payment":"2","value_per_complete_payment":"29.95","complete_payment_roas":"4.08","purchase":"0",
   "total_purchase_value":"0.00","conversion":"3","cta_conversion":"2","vta_conversion":"1","vta_complete_payment":"1",
   "video_play_actions":"900","video_watched_2s":"400","video_views_p100":"21","a_new_metric":"1"}}"#;

#[test]
fn a_full_row_becomes_one_ad_day_and_its_conversions() {
    let facts = facts(&[FULL], Counted::SitePurchases).unwrap();
    let [day] = &facts.ad_daily[..] else { panic!() };
    assert_eq!((day.date.to_string().as_str(), day.span_days, day.placing.ad.as_str()), ("2026-11-01", 1, "1728545390695442"));
    assert_eq!((day.placing.campaign.as_str(), day.placing.ad_group.as_str()), ("1728545382536225", "1728545385613346"));
    let measures = Measures {
        impressions: 1_079,
        clicks: 31,
        link_clicks: None,
        spend_micros: 14_680_000,
        reach: Some(1_001),
        conversions: Some(2.0),
        revenue_micros: Some(59_900_000),
        video_views: Some(400),
        thruplays: Some(21),
    };
    assert_eq!(day.measures, measures);
    let conversions: Vec<_> =
        facts.conversions.iter().map(|c| (c.action_type.as_str(), c.window.as_str(), c.count, c.value_micros)).collect();
    assert_eq!(
        conversions,
        [
            ("complete_payment", "default", 2.0, Some(59_900_000)),
            ("complete_payment", "view", 1.0, None),
            ("conversion", "default", 3.0, None),
            ("conversion", "click", 2.0, None),
            ("conversion", "view", 1.0, None),
        ],
        "what did not happen has no row"
    );
}

#[test]
fn the_chosen_event_counts_and_no_other() {
    let row = FULL.replace(r#""purchase":"0""#, r#""purchase":"5""#).replace(r#""0.00""#, r#""49.5""#);
    let of = |counted| {
        let measures = facts(&[&row], counted).unwrap().ad_daily[0].measures;
        (measures.conversions, measures.revenue_micros)
    };
    assert_eq!(of(Counted::SitePurchases), (Some(2.0), Some(59_900_000)));
    assert_eq!(of(Counted::AppPurchases), (Some(5.0), Some(49_500_000)));
    assert_eq!(of(Counted::Goals), (Some(3.0), None));
}

#[test]
fn a_dash_is_unreported_and_zero_is_zero() {
    let dash = FULL.replace(r#""2""#, r#""-""#).replace(r#""400""#, r#""-""#).replace(r#""1001""#, r#""-""#);
    let measures = facts(&[&dash], Counted::SitePurchases).unwrap().ad_daily[0].measures;
    assert_eq!((measures.conversions, measures.revenue_micros), (None, None));
    assert_eq!((measures.video_views, measures.reach, measures.thruplays), (None, None, Some(21)));
    let image = FULL.replace(r#""900""#, r#""0""#).replace(r#""400""#, r#""0""#).replace(r#""21""#, r#""0""#);
    let measures = facts(&[&image], Counted::SitePurchases).unwrap().ad_daily[0].measures;
    assert_eq!((measures.video_views, measures.thruplays), (None, None), "an image has no plays, not none of them");
    let zero = FULL.replace(r#""complete_payment":"2""#, r#""complete_payment":"0""#).replace("29.95", "-");
    let measures = facts(&[&zero], Counted::SitePurchases).unwrap().ad_daily[0].measures;
    assert_eq!((measures.conversions, measures.revenue_micros), (Some(0.0), Some(0)), "nothing sold is worth nothing");
}

#[test]
fn revenue_goes_by_the_return_where_the_average_is_missing() {
    let revenue = |row: &str| facts(&[row], Counted::SitePurchases).unwrap().ad_daily[0].measures.revenue_micros;
    let no_average = FULL.replace("29.95", "-");
    assert_eq!(revenue(&no_average), Some(59_894_400), "4.08 × 14.68");
    assert_eq!(revenue(&no_average.replace("4.08", "-")), None);
}

#[test]
fn a_page_served_twice_counts_once_and_a_contradiction_is_an_error() {
    let mut collector = taken(Cut::Ads, &[FULL]).unwrap();
    let end = collector.take(page(&[FULL]).as_bytes()).unwrap();
    assert_eq!((end.rows, end.fresh, collector.held(), collector.facts.conversions.len()), (1, 0, 1, 5));
    let other = FULL.replace("1079", "1080");
    let error = facts(&[FULL, &other], Counted::SitePurchases).unwrap_err();
    assert!(matches!(error, Error::Drift { .. }));
    let said = error.to_string();
    assert!(said.contains("two different rows for the row of ad 1728545390695442 on 2026-11-01"), "{said}");
}

#[test]
fn rows_outside_the_question_are_errors() {
    for (wrong, word) in [
        (FULL.replace("2026-11-01", "2026-11-09"), "2026-11-09"),
        (FULL.replace("01 00:00", "01 07:00"), "without its day"),
        (FULL.replace(r#","stat_time_day":"2026-11-01 00:00:00""#, ""), "without its day"),
        (FULL.replace("1728545390695442", ""), "without its ids"),
        (FULL.replace("1728545385613346", "-"), "without its ids"),
        (FULL.replace("14.68", "a lot"), "an amount"),
        (FULL.replace("1079", "some"), "a whole number"),
    ] {
        let error = facts(&[&wrong], Counted::SitePurchases).unwrap_err();
        assert!(matches!(error, Error::Drift { .. }) && error.to_string().contains(word), "{error}");
    }
}

#[test]
fn cut_or_foreign_bodies_are_malformed_and_leave_nothing() {
    let body = page(&[FULL]);
    let mut collector = Collector::new(Cut::Ads, range(), Counted::Goals);
    for end in [0, 1, 10, body.len() / 2, body.len() - 1] {
        assert!(matches!(collector.take(&body.as_bytes()[..end]), Err(BadBody::Malformed(_))), "cut at {end}");
    }
    assert!(matches!(collector.take(b"\xff\xfe"), Err(BadBody::Malformed(_))));
    assert!(matches!(collector.take(br#"{"code":0,"message":"OK","data":{}}"#), Err(BadBody::Malformed(_))));
    assert_eq!(collector.facts.rows(), 0);
}

fn part_row(parts: &str) -> String {
    format!(
        r#"{{"dimensions":{{"campaign_id":"9","stat_time_day":"2026-11-02 00:00:00",{parts}}},"metrics":{{"spend":"1.5","impressions":"10","clicks":"1"}}}}"#
    )
}

#[test]
fn breakdown_rows_name_their_parts() {
    for (breakdown, parts, part, part2) in [
        (Breakdown::Country, r#""country_code":"nl""#, "NL", ""),
        (Breakdown::Country, r#""country_code":"None""#, "UNKNOWN", ""),
        (Breakdown::AgeGender, r#""age":"AGE_25_34","gender":"FEMALE""#, "25-34", "female"),
        (Breakdown::AgeGender, r#""age":"AGE_55_100","gender":"NONE""#, "55+", "unknown"),
    ] {
        let row = part_row(parts);
        let collector = taken(Cut::Parts(breakdown), &[&row, &row]).unwrap();
        let [fact] = &collector.facts.breakdowns[..] else { panic!("one row, served twice") };
        assert_eq!((fact.part.as_str(), fact.part2.as_str(), fact.measures.spend_micros), (part, part2, 1_500_000));
        assert!(fact.placing.ad.is_none() && fact.placing.ad_group.is_none());
        assert_eq!(fact.measures.conversions, None, "not known by part");
    }
}

#[test]
fn rows_of_another_breakdown_are_errors() {
    let row = part_row(r#""age":"AGE_25_34""#);
    for breakdown in super::super::BREAKDOWNS {
        let taken = taken(Cut::Parts(breakdown), &[&row]);
        assert!(matches!(taken, Err(BadBody::Conflict(what)) if what.contains(breakdown.as_str())));
    }
}

#[test]
fn hours_keep_their_hour_and_have_no_reach() {
    let at = |hour: &str| FULL.replace(r#""stat_time_day":"2026-11-01 00"#, &format!(r#""stat_time_hour":"2026-11-01 {hour}"#));
    let collector = taken(Cut::Hours, &[&at("00"), &at("13"), &at("13")]).unwrap();
    let hours: Vec<u8> = collector.hours.iter().map(|fact| fact.hour).collect();
    assert_eq!(hours, [0, 13]);
    assert_eq!((collector.hours[1].measures.reach, collector.hours[1].measures.conversions), (None, Some(2.0)));
    assert_eq!(collector.facts.rows(), 0);
}

#[test]
fn the_question_leaves_no_object_out() {
    let account = AccountId::from("7");
    let of = |params: &Params<'_>, name: &str| params.iter().find(|(n, _)| *n == name).unwrap().1.clone().into_owned();
    let params = Cut::Ads.params(&account, range(), None);
    assert_eq!(of(&params, "dimensions"), r#"["ad_id_v2","stat_time_day"]"#);
    assert_eq!((of(&params, "start_date"), of(&params, "end_date")), ("2026-11-01".to_owned(), "2026-11-03".to_owned()));
    let filters: serde_json::Value = serde_json::from_str(&of(&params, "filtering")).unwrap();
    assert_eq!(filters[0]["field_name"], "ad_status");
    assert_eq!(filters[0]["filter_value"], r#"["STATUS_ALL"]"#, "a JSON text within the JSON");
    let some = Cut::Parts(Breakdown::AgeGender).params(&account, range(), Some(&["1".into(), "2".into()]));
    let filters: serde_json::Value = serde_json::from_str(&of(&some, "filtering")).unwrap();
    assert_eq!((&filters[0]["field_name"], &filters[1]["filter_value"]), (&"campaign_status".into(), &r#"["1","2"]"#.into()));
    assert_eq!((of(&some, "report_type"), of(&some, "data_level")), ("AUDIENCE".to_owned(), "AUCTION_CAMPAIGN".to_owned()));
    for breakdown in super::super::BREAKDOWNS {
        assert!(!parts(breakdown).is_empty());
    }
}
