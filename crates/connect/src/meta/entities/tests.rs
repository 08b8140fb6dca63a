use super::*;
use trimtab_domain::account::Standing;

fn account() -> Account {
    Account {
        source: Source::Meta,
        id: "111".into(),
        name: "Shop".into(),
        currency: "EUR".parse().unwrap(),
        zone: "America/New_York".parse().unwrap(),
        standing: Standing::Good,
    }
}

fn state<T: Object>(json: &str) -> EntityState {
    let account = account();
    let seen = Seen { account: &account, now: "2026-11-21T12:00:00Z".parse().unwrap() };
    serde_json::from_str::<T>(json).unwrap().state(&seen)
}

#[test]
fn campaigns_carry_budget_dates_and_issues() {
    let json = r#"{"id":"1","name":"Spring","objective":"OUTCOME_SALES","effective_status":"WITH_ISSUES","configured_status":"ACTIVE",
        "bid_strategy":"LOWEST_COST_WITHOUT_CAP","special_ad_categories":[],"daily_budget":"2500","lifetime_budget":"0","spend_cap":"922337203685478",
        "start_time":"2026-11-01T23:30:00-0500","updated_time":"2026-11-20T00:00:00+0000",
        "issues_info":[{"level":"CAMPAIGN","error_code":1815869,"error_summary":"Too narrow","error_type":"SOFT_ERROR"}]}"#;
    let state = state::<Campaign>(json);
    assert_eq!(
        (state.kind, state.id.as_str(), state.parent.as_str(), state.campaign.as_str()),
        (EntityKind::Campaign, "1", "111", "1")
    );
    assert_eq!(
        (state.status, state.platform_status.as_str(), state.objective.as_str()),
        (Status::WithIssues, "WITH_ISSUES", "OUTCOME_SALES")
    );
    assert_eq!((state.daily_budget_micros, state.lifetime_budget_micros), (Some(25_000_000), None));
    assert_eq!(state.starts.unwrap().to_string(), "2026-11-01", "in the account's zone");
    assert_eq!(state.attributes["issues_info"], "CAMPAIGN 1815869 SOFT_ERROR Too narrow");
    let names: Vec<_> = state.attributes.keys().map(CompactString::as_str).collect();
    assert_eq!(names, ["bid_strategy", "configured_status", "issues_info"], "neither empty values nor moving ones");
}

#[test]
fn ad_sets_carry_learning_and_bids() {
    let json = r#"{"id":"2","name":"Broad","campaign_id":"1","effective_status":"ACTIVE","optimization_goal":"OFFSITE_CONVERSIONS","bid_amount":350,
        "daily_budget":"1000","end_time":"2026-11-20T00:00:00+0000","attribution_spec":[{"event_type":"CLICK_THROUGH","window_days":7},{"event_type":"VIEW_THROUGH","window_days":1}],
        "learning_stage_info":{"status":"LEARNING","conversions":12,"last_sig_edit_ts":1795000000,"dynamic_lp_conversions_threshold":50,"attribution_windows":["7d_click"]}}"#;
    let ad_set = state::<AdSet>(json);
    assert_eq!((ad_set.status, ad_set.parent.as_str(), ad_set.objective.as_str()), (Status::Ended, "1", "OFFSITE_CONVERSIONS"));
    assert_eq!(ad_set.ends.unwrap().to_string(), "2026-11-19");
    for (name, value) in [
        ("learning_stage_info.status", "LEARNING"),
        ("learning_stage_info.conversions", "12"),
        ("learning_stage_info.conversions_threshold", "50"),
        ("learning_stage_info.last_significant_edit", "2026-11-18T11:06:40Z"),
        ("bid_amount", "3.50"),
        ("attribution_spec", "CLICK_THROUGH 7d,VIEW_THROUGH 1d"),
    ] {
        assert_eq!(ad_set.attributes.get(name).map(CompactString::as_str), Some(value), "{name}");
    }
    let paused = state::<AdSet>(r#"{"id":"2","campaign_id":"1","effective_status":"CAMPAIGN_PAUSED"}"#);
    assert_eq!(paused.status, Status::Paused);
    assert!(paused.attributes.is_empty(), "a paused ad set has no learning stage");
}

#[test]
fn ads_link_their_creative() {
    let ad = state::<Ad>(
        r#"{"id":"3","name":"A","campaign_id":"1","adset_id":"2","effective_status":"DISAPPROVED","creative":{"id":"4"}}"#,
    );
    assert_eq!((ad.status, ad.parent.as_str(), ad.campaign.as_str()), (Status::Disapproved, "2", "1"));
    assert_eq!(ad.attributes["creative.id"], "4");
    let creative =
        state::<Creative>(r#"{"id":"4","name":"Blue","status":"ACTIVE","title":"Buy","image_url":"https://signed.example/x"}"#);
    assert_eq!((creative.status, creative.attributes["title"].as_str(), creative.attributes.len()), (Status::Active, "Buy", 1));
}

#[test]
fn every_status_of_meta_is_known() {
    let now = "2026-11-21T12:00:00Z".parse().unwrap();
    let lists = [Campaign::STATUSES, AdSet::STATUSES, Ad::STATUSES];
    for word in lists.into_iter().flatten().flat_map(|list| serde_json::from_str::<Vec<String>>(list).unwrap()) {
        assert_ne!(status(&word, None, now), Status::Unknown, "{word}");
    }
    assert_eq!(status("SOMETHING_NEW", None, now), Status::Unknown);
}
