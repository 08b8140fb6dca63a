use super::*;
use trimtab_domain::{account::Standing, entity::Status};

fn account() -> Account {
    Account {
        source: Source::Tiktok,
        id: "7002238017842757633".into(),
        name: "Shop".into(),
        currency: "EUR".parse().unwrap(),
        zone: "Europe/Berlin".parse().unwrap(),
        standing: Standing::Good,
    }
}

fn state<T: Object>(json: &str) -> EntityState {
    let account = account();
    let seen = Seen { account: &account, now: "2026-11-21T12:00:00Z".parse().unwrap() };
    serde_json::from_str::<T>(json).unwrap().state(&seen)
}

const CAMPAIGN: &str = r#"{"campaign_id":"1728545382536225","campaign_name":"Launch","advertiser_id":"7002238017842757633",
    "objective_type":"WEB_CONVERSIONS","budget_mode":"BUDGET_MODE_DAY","budget":50.0,"budget_optimize_on":true,
    "operation_status":"ENABLE","secondary_status":"CAMPAIGN_STATUS_ENABLE","campaign_type":"REGULAR_CAMPAIGN",
    "is_smart_performance_campaign":false,"create_time":"2026-01-01 00:00:00","modify_time":"2026-01-02 12:00:00","new":[1]}"#;

#[test]
fn a_campaign_carries_its_budget_and_words() {
    let campaign = state::<Campaign>(CAMPAIGN);
    assert_eq!((campaign.id.as_str(), campaign.campaign.as_str()), ("1728545382536225", "1728545382536225"));
    assert_eq!((campaign.parent.as_str(), campaign.name.as_str()), ("7002238017842757633", "Launch"));
    assert_eq!((campaign.status, campaign.objective.as_str()), (Status::Active, "WEB_CONVERSIONS"));
    assert_eq!((campaign.daily_budget_micros, campaign.lifetime_budget_micros), (Some(50_000_000), None));
    assert_eq!(campaign.attributes["budget_optimize_on"], "true");
    assert!(!campaign.attributes.contains_key("modify_time"), "it moves by itself");
}

#[test]
fn the_mode_says_what_a_budget_is_for() {
    let budgets = |mode: &str, budget: &str| {
        let json = format!(r#"{{"campaign_id":1,"budget_mode":"{mode}","budget":{budget}}}"#);
        let campaign = state::<Campaign>(&json);
        (campaign.daily_budget_micros, campaign.lifetime_budget_micros)
    };
    assert_eq!(budgets("BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "20.55"), (Some(20_550_000), None));
    assert_eq!(budgets("BUDGET_MODE_TOTAL", "1000"), (None, Some(1_000_000_000)));
    assert_eq!(budgets("BUDGET_MODE_INFINITE", "0.0"), (None, None));
    assert_eq!(budgets("BUDGET_MODE_DAY", "0"), (None, None), "the campaign above owns it");
    assert_eq!(budgets("BUDGET_MODE_DAY", "null"), (None, None));
}

#[test]
fn an_ad_group_runs_from_day_to_day_in_the_accounts_zone() {
    let group = |more: &str| {
        let json = format!(
            r#"{{"adgroup_id":"5","adgroup_name":"G","campaign_id":"1","operation_status":"ENABLE","bid_type":"BID_TYPE_CUSTOM",
                "secondary_status":"ADGROUP_STATUS_DELIVERY_OK","conversion_bid_price":7.5,"bid_price":0,"pixel_id":66,
                "placements":["PLACEMENT_TIKTOK","PLACEMENT_PANGLE"],"audience_ids":null,"skip_learning_phase":false,
                "schedule_start_time":"2026-10-31 23:30:00",{more}}}"#
        );
        state::<AdGroup>(&json)
    };
    let ended = group(r#""schedule_type":"SCHEDULE_START_END","schedule_end_time":"2026-11-20 22:59:59""#);
    assert_eq!((ended.parent.as_str(), ended.status), ("1", Status::Ended));
    assert_eq!(ended.starts.unwrap().to_string(), "2026-11-01", "half past midnight in Berlin");
    assert_eq!(ended.ends.unwrap().to_string(), "2026-11-20");
    assert_eq!(ended.attributes["placements"], "PLACEMENT_TIKTOK,PLACEMENT_PANGLE");
    assert_eq!(ended.attributes["conversion_bid_price"], "7.50");
    assert!(!ended.attributes.contains_key("bid_price") && !ended.attributes.contains_key("audience_ids"));
    let endless = group(r#""schedule_type":"SCHEDULE_FROM_NOW","schedule_end_time":"2027-01-01 00:00:00""#);
    assert_eq!((endless.status, endless.ends), (Status::Active, None));
    let endless = group(r#""schedule_end_time":"2036-10-29 23:30:00""#);
    assert_eq!((endless.status, endless.ends), (Status::Active, None), "about ten years ahead means never");
}

#[test]
fn ads_of_both_kinds_have_one_id() {
    let plain = state::<Ad>(
        r#"{"ad_id":"9","ad_name":"A","adgroup_id":"5","campaign_id":"1","video_id":"v1","image_ids":["i1","i2"],
        "operation_status":"ENABLE","secondary_status":"AD_STATUS_AUDIT_DENY"}"#,
    );
    assert_eq!((plain.id.as_str(), plain.parent.as_str(), plain.campaign.as_str()), ("9", "5", "1"));
    assert_eq!((plain.status, plain.attributes["image_ids"].as_str()), (Status::Disapproved, "i1,i2"));
    let smart = state::<Ad>(r#"{"smart_plus_ad_id":"1799","adgroup_id":"5","campaign_id":"1","operation_status":"DISABLE"}"#);
    assert_eq!((smart.id.as_str(), smart.status), ("1799", Status::Paused));
}

#[test]
fn a_list_holds_each_object_once() {
    let body = |rows: &str| {
        format!(
            r#"{{"code":0,"message":"OK","data":{{"list":[{rows}],"page_info":{{"page":1,"page_size":10,"total_number":1,"total_page":1}}}}}}"#
        )
    };
    let mut gathered = Gathered::<Campaign>::default();
    let end = gathered.take(body(CAMPAIGN).as_bytes()).unwrap();
    assert_eq!((end.rows, end.fresh), (1, 1));
    let end = gathered.take(body(CAMPAIGN).as_bytes()).unwrap();
    assert_eq!((end.rows, end.fresh, gathered.held()), (1, 0, 1));
    assert!(matches!(gathered.take(br#"{"code":0,"data":{}}"#), Err(BadBody::Malformed(_))));
    assert!(matches!(gathered.take(body(r#"{"campaign_id":""}"#).as_bytes()), Err(BadBody::Conflict(_))));
    gathered.forget();
    assert_eq!(gathered.held(), 0);
}
