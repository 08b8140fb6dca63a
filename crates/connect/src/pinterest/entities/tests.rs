use super::*;
use trimtab_domain::account::Standing;

fn account() -> Account {
    Account {
        source: Source::Pinterest,
        id: "549755885175".into(),
        name: "Shop".into(),
        currency: "EUR".parse().unwrap(),
        zone: "UTC".parse().unwrap(),
        standing: Standing::Good,
    }
}

fn state<T: Object>(json: &str) -> EntityState {
    serde_json::from_str::<T>(json).unwrap().state(&account())
}

#[test]
fn a_campaign_owns_its_budget_only_where_it_is_optimised() {
    let with = |flag: &str| {
        state::<Campaign>(&format!(
            r#"{{"id":"1","name":"Autumn","status":"ACTIVE","summary_status":"RUNNING","objective_type":"WEB_CONVERSION",
            "daily_spend_cap":25000000,"lifetime_spend_cap":null,"is_campaign_budget_optimization":{flag},
            "start_time":1790000000,"end_time":0,"updated_time":1791111111}}"#
        ))
    };
    let optimised = with("true");
    assert_eq!((optimised.daily_budget_micros, optimised.lifetime_budget_micros), (Some(25_000_000), None));
    assert_eq!((optimised.status, optimised.platform_status.as_str()), (Status::Active, "RUNNING"));
    assert_eq!((optimised.starts.unwrap().to_string().as_str(), optimised.ends), ("2026-09-21", None));
    assert!(!optimised.attributes.contains_key("daily_spend_cap"));
    let capped = with("false");
    assert_eq!((capped.daily_budget_micros, capped.attributes["daily_spend_cap"].as_str()), (None, "25.00"));
}

#[test]
fn an_ad_groups_budget_is_its_own_unless_the_campaign_holds_it() {
    let with = |kind: &str| {
        state::<AdGroup>(&format!(
            r#"{{"id":"2","campaign_id":"1","summary_status":"PAUSED","budget_in_micro_currency":5000000,"budget_type":"{kind}",
            "bid_in_micro_currency":1500000,"conversion_learning_mode_type":"ACTIVE","optimization_goal_metadata":
            {{"conversion_tag_v3_goal_metadata":{{"conversion_event":"CHECKOUT","conversion_tag_id":"77",
            "attribution_windows":{{"click_window_days":30,"engagement_window_days":30,"view_window_days":1}}}}}}}}"#
        ))
    };
    let budgets = |kind| {
        let group = with(kind);
        (group.daily_budget_micros, group.lifetime_budget_micros)
    };
    assert_eq!(budgets("DAILY"), (Some(5_000_000), None));
    assert_eq!(budgets("LIFETIME"), (None, Some(5_000_000)));
    assert_eq!(budgets("CBO_ADGROUP"), (None, None));
    let group = with("DAILY");
    assert_eq!((group.objective.as_str(), group.status), ("CHECKOUT", Status::Paused));
    assert_eq!(group.attributes["attribution_windows"], "30d_click,30d_engagement,1d_view");
    assert_eq!(group.attributes["bid_in_micro_currency"], "1.50");
}

#[test]
fn what_lies_in_something_paused_does_not_deliver() {
    let campaign = state::<Campaign>(r#"{"id":"1","summary_status":"PAUSED"}"#);
    let group = state::<AdGroup>(r#"{"id":"2","campaign_id":"1","summary_status":"RUNNING"}"#);
    let ad = |id: &str, word: &str| {
        state::<Ad>(&format!(r#"{{"id":"{id}","ad_group_id":"2","campaign_id":"1","pin_id":"9","summary_status":"{word}"}}"#))
    };
    let mut states = vec![ad("3", "APPROVED"), ad("4", "REJECTED"), group, campaign];
    inherit(&mut states);
    let statuses: Vec<_> = states.iter().map(|state| state.status).collect();
    assert_eq!(statuses, [Status::Paused, Status::Disapproved, Status::Paused, Status::Paused]);
    assert_eq!(states[0].platform_status, "APPROVED", "the platform's own word stays");
}

#[test]
fn a_pin_shown_by_two_ads_is_one_creative() {
    let ads: Vec<Ad> = ["3", "4"]
        .iter()
        .map(|id| {
            let json = format!(r#"{{"id":"{id}","ad_group_id":"2","campaign_id":"1","pin_id":"9","creative_type":"VIDEO"}}"#);
            serde_json::from_str(&json).unwrap()
        })
        .collect();
    let pins = pins(&ads, &account());
    assert_eq!((pins.len(), pins[0].id.as_str(), pins[0].attributes["creative_type"].as_str()), (1, "9", "VIDEO"));
}

#[test]
fn every_word_of_pinterests_has_its_place() {
    let words = [
        "RUNNING",
        "PAUSED",
        "NOT_STARTED",
        "COMPLETED",
        "ADVERTISER_DISABLED",
        "ARCHIVED",
        "DRAFT",
        "DELETED_DRAFT",
        "APPROVED",
        "PENDING",
        "REJECTED",
        "ACTIVE",
    ];
    assert!(words.iter().all(|word| status(word) != Status::Unknown));
    assert_eq!(status("SOMETHING_NEW"), Status::Unknown);
}
