use super::*;
use trimtab_domain::{Source, account::Standing, day::parse_day};

fn account() -> Account {
    Account {
        source: Source::Google,
        id: "1".into(),
        name: "Shop".into(),
        currency: "EUR".parse().unwrap(),
        zone: "America/Los_Angeles".parse().unwrap(),
        standing: Standing::Good,
    }
}

fn state<T: Object>(json: &str, above: &[(&str, Status)]) -> EntityState {
    let account = account();
    let seen = Seen { account: &account, now: "2026-11-21T03:00:00Z".parse().unwrap() };
    let above = above.iter().map(|(id, status)| (CompactString::from(*id), *status)).collect();
    serde_json::from_str::<T>(json).unwrap().state(&seen, &above)
}

fn campaign(fields: &str, budget: &str) -> EntityState {
    let json = format!(r#"{{"campaign":{{"resourceName":"customers/1/campaigns/2","id":"2","name":"Brand",{fields}}}{budget}}}"#);
    state::<CampaignRow>(&json, &[])
}

#[test]
fn a_budget_of_ones_own_is_told_as_such_and_a_shared_one_is_not() {
    let with = |rest: &str| {
        let budget = format!(r#","campaignBudget":{{"id":"333","period":"DAILY","amountMicros":"25000000",{rest}}}"#);
        campaign(r#""status":"ENABLED","campaignBudget":"customers/1/campaignBudgets/333""#, &budget)
    };
    let own = with(r#""explicitlyShared":false,"referenceCount":"1""#);
    assert_eq!(own.daily_budget_micros, Some(25_000_000));
    assert_eq!(own.attributes["campaign_budget.id"], "333");
    for shared in [with(r#""explicitlyShared":true,"referenceCount":"1""#), with(r#""referenceCount":"3""#)] {
        assert_eq!(shared.daily_budget_micros, None);
        assert_eq!(shared.attributes["campaign_budget.amount"], "25.00");
    }
    let total = r#","campaignBudget":{"id":"4","period":"CUSTOM_PERIOD","totalAmountMicros":"900000000","referenceCount":"1"}"#;
    let total = campaign(r#""status":"ENABLED""#, total);
    assert_eq!((total.daily_budget_micros, total.lifetime_budget_micros), (None, Some(900_000_000)));
}

#[test]
fn the_switch_goes_before_what_is_said_of_serving() {
    let of = |switch: &str, primary: &str| campaign(&format!(r#""status":"{switch}","primaryStatus":"{primary}""#), "").status;
    for (switch, primary, status) in [
        ("ENABLED", "ELIGIBLE", Status::Active),
        ("ENABLED", "LIMITED", Status::Active),
        ("ENABLED", "LEARNING", Status::Active),
        ("ENABLED", "UNKNOWN", Status::Active),
        ("ENABLED", "PENDING", Status::Pending),
        ("ENABLED", "MISCONFIGURED", Status::WithIssues),
        ("ENABLED", "ENDED", Status::Ended),
        ("PAUSED", "PAUSED", Status::Paused),
        ("REMOVED", "REMOVED", Status::Deleted),
        ("UNKNOWN", "UNKNOWN", Status::Unknown),
    ] {
        assert_eq!(of(switch, primary), status, "{switch} {primary}");
    }
}

#[test]
fn ends_are_in_the_accounts_zone() {
    let ends =
        |at: &str| campaign(&format!(r#""status":"ENABLED","startDateTime":"2026-11-01 00:00:00","endDateTime":"{at}""#), "");
    // It is 19:00 of the 20th in Los Angeles.
    assert_eq!(ends("2026-11-20 23:59:59").status, Status::Active);
    assert_eq!(ends("2026-11-20 18:59:59").status, Status::Ended);
    assert_eq!((ends("2037-12-30 23:59:59").ends, ends("2026-11-30 23:59:59").ends), (None, parse_day("2026-11-30").ok()));
    assert_eq!(ends("2026-11-30 23:59:59").starts, parse_day("2026-11-01").ok());
}

#[test]
fn what_is_below_a_switched_off_object_is_off() {
    for (switch, above, status) in [
        ("ENABLED", Status::Active, Status::Active),
        ("ENABLED", Status::WithIssues, Status::Active),
        ("ENABLED", Status::Paused, Status::Paused),
        ("ENABLED", Status::Ended, Status::Ended),
        ("PAUSED", Status::Ended, Status::Paused),
        ("PAUSED", Status::Deleted, Status::Deleted),
        ("REMOVED", Status::Active, Status::Deleted),
    ] {
        let json = format!(r#"{{"campaign":{{"id":"2"}},"adGroup":{{"id":"3","status":"{switch}"}}}}"#);
        assert_eq!(state::<GroupRow>(&json, &[("2", above)]).status, status, "{switch} below {above:?}");
    }
}

#[test]
fn an_ad_is_known_by_its_headline_and_stopped_by_its_review() {
    let with = |policy: &str| {
        let json = format!(
            r#"{{"campaign":{{"id":"2"}},"adGroup":{{"id":"3"}},"adGroupAd":{{"status":"ENABLED","adStrength":"GOOD",
            "policySummary":{{{policy}}},"ad":{{"id":"4","type":"RESPONSIVE_SEARCH_AD","finalUrls":["https://shop.example/"],
            "responsiveSearchAd":{{"headlines":[{{"text":"Good coffee"}},{{"text":"Fresh","pinnedField":"HEADLINE_1"}}]}}}}}}}}"#
        );
        state::<AdRow>(&json, &[("3", Status::Active)])
    };
    let good = with(r#""approvalStatus":"APPROVED","reviewStatus":"REVIEWED""#);
    assert_eq!((good.name.as_str(), good.status), ("Good coffee", Status::Active));
    assert_eq!(good.attributes["headlines"], "Good coffee | Fresh");
    assert_eq!((good.parent.as_str(), good.campaign.as_str()), ("3", "2"));
    assert_eq!(with(r#""approvalStatus":"DISAPPROVED""#).status, Status::Disapproved);
    assert_eq!(with(r#""reviewStatus":"REVIEW_IN_PROGRESS""#).status, Status::Pending);
}

#[test]
fn conversion_actions_are_pixels() {
    let action = state::<ConversionActionRow>(
        r#"{"conversionAction":{"id":"7","name":"Purchase","status":"ENABLED","category":"PURCHASE","type":"WEBPAGE",
        "primaryForGoal":true,"clickThroughLookbackWindowDays":"90",
        "attributionModelSettings":{"attributionModel":"GOOGLE_SEARCH_ATTRIBUTION_DATA_DRIVEN"}}}"#,
        &[],
    );
    assert_eq!((action.kind, action.status, action.name.as_str()), (EntityKind::Pixel, Status::Active, "Purchase"));
    assert_eq!(action.attributes["click_through_lookback_window_days"], "90");
    assert_eq!(action.attributes["primary_for_goal"], "true");

    let account = account();
    let mut objects =
        EntitySnapshot { seen_at: "2026-11-21T03:00:00Z".parse().unwrap(), complete: Vec::new(), states: vec![action] };
    assert_eq!(crate::look_back_of(&account, &objects), 90, "its days stay open as long as its slowest action is credited");
    objects.states[0].attributes.insert("click_through_lookback_window_days".into(), "7".into());
    assert_eq!(crate::look_back_of(&account, &objects), 30, "but never less than usual");
    objects.states[0].status = Status::Deleted;
    assert_eq!(crate::look_back_of(&account, &objects), 30);
}
