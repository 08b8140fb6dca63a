use super::*;
use trimtab_domain::account::Standing;

fn account(currency: &str) -> Account {
    Account {
        source: Source::Meta,
        id: "1".into(),
        name: "Shop".into(),
        currency: currency.parse().unwrap(),
        zone: "America/New_York".parse().unwrap(),
        standing: Standing::Good,
    }
}

/// The event of an entry, if it is one.
fn event_in(currency: &str, entry: &str) -> Option<KnownEvent> {
    let activity: Activity<'_> = serde_json::from_str(entry).unwrap();
    activity.dated(activity.at().unwrap(), &account(currency)).map(|dated| dated.event)
}

fn entry(kind: &str, object_type: &str, extra: &str) -> String {
    format!(
        r#"{{"event_time":"2026-10-08T02:05:00+0000","event_type":"{kind}","translated_event_type":"Said {kind}","actor_name":"Ana",
        "object_id":"12","object_name":"Spring","object_type":"{object_type}","extra_data":{extra}}}"#
    )
}

fn event(kind: &str, object_type: &str, extra: &str) -> KnownEvent {
    event_in("USD", &entry(kind, object_type, extra)).unwrap()
}

#[test]
fn budgets_are_read_however_they_are_wrapped() {
    for (extra, before, after, factor) in [
        (r#""{\"old_value\":\"5000\",\"new_value\":\"7500\"}""#, "50.00 USD", "75.00 USD", Some(1.5)),
        (r#"{"old_value":5000,"new_value":7500}"#, "50.00 USD", "75.00 USD", Some(1.5)),
        (
            r#""{\"old_value\":{\"old_value\":5000,\"type\":\"Per day\"},\"new_value\":{\"new_value\":\"50000\",\"type\":\"Per day\"}}""#,
            "50.00 USD a day",
            "500.00 USD a day",
            Some(10.0),
        ),
        (
            r#""{\"old_value\":{\"type\":\"payment_amount\",\"currency\":\"JPY\",\"old_value\":5000,\"additional_value\":\"Per day\"},\"new_value\":{\"type\":\"payment_amount\",\"currency\":\"JPY\",\"new_value\":2500,\"additional_value\":\"Per day\"}}""#,
            "5000.00 JPY a day",
            "2500.00 JPY a day",
            Some(0.5),
        ),
        (
            r#""{\"old_value\":{\"old_value\":5000,\"type\":\"Per day\"},\"new_value\":{\"new_value\":50000,\"type\":\"Lifetime budget\"}}""#,
            "50.00 USD a day",
            "500.00 USD in all",
            None,
        ),
        (r#""{\"old_value\":\"n/a\",\"new_value\":\"0\"}""#, "n/a", "0.00 USD", None),
        (r#""{\"new_value\":\"7500\"}""#, "", "75.00 USD", None),
        (r#""no document""#, "", "Said update_ad_set_budget", None),
        ("[1]", "", "Said update_ad_set_budget", None),
        ("null", "", "Said update_ad_set_budget", None),
    ] {
        let told = event("update_ad_set_budget", "CAMPAIGN", extra);
        assert_eq!((told.kind, told.entity.level), (EventKind::Budget, Level::AdGroup), "{extra}");
        assert_eq!((told.before.as_str(), told.after.as_str(), told.factor), (before, after, factor), "{extra}");
    }
    let yen =
        event_in("JPY", &entry("update_campaign_budget", "CAMPAIGN_GROUP", r#"{"old_value":5000,"new_value":7500}"#)).unwrap();
    assert_eq!((yen.before.as_str(), yen.entity.level), ("5000.00 JPY", Level::Campaign), "a currency without cents");
}

#[test]
fn an_event_says_when_who_and_of_what() {
    let told = event("update_campaign_name", "CAMPAIGN_GROUP", r#""{\"old_value\":\"A\",\"new_value\":\"B\"}""#);
    assert_eq!(told.day.to_string(), "2026-10-07", "in the account's zone");
    assert_eq!((told.kind, told.by.as_deref()), (EventKind::Edited, Some("Ana")));
    assert_eq!((told.before.as_str(), told.after.as_str()), ("A", "Said update_campaign_name: B"));
    let of = &told.entity;
    assert_eq!((of.source, of.account.as_str(), of.id.as_str(), of.name.as_str()), (Some(Source::Meta), "1", "12", "Spring"));

    let bare = r#"{"event_time":1791425100,"event_type":"something_new","object_id":12,"actor_name":null}"#;
    let told = event_in("USD", bare).unwrap();
    assert_eq!((told.kind, told.after.as_str(), told.by), (EventKind::Edited, "something new", None));
    assert_eq!((told.entity.level, told.entity.name.as_str()), (Level::Account, "Shop"), "nothing says what the object is");
    let activity: Activity<'_> = serde_json::from_str(r#"{"event_time":"yesterday","event_type":"x"}"#).unwrap();
    assert!(activity.at().unwrap_err().contains("'yesterday'"));
}

#[test]
fn kinds_and_levels_follow_the_event_before_metas_old_names() {
    use EventKind::{Created, Disapproved, Edited, Learning, Status};
    for (kind, object_type, level, told) in [
        ("update_ad_run_status", "ADGROUP", Level::Ad, Status),
        ("update_ad_set_run_status", "CAMPAIGN", Level::AdGroup, Status),
        ("update_campaign_run_status", "CAMPAIGN", Level::Campaign, Status),
        ("ad_account_update_status", "ACCOUNT", Level::Account, Status),
        ("ad_review_declined", "ADGROUP", Level::Ad, Disapproved),
        ("create_campaign_group", "CAMPAIGN_GROUP", Level::Campaign, Created),
        ("create_ad_set", "CAMPAIGN", Level::AdGroup, Created),
        ("create_ad", "ADGROUP", Level::Ad, Created),
        ("create_campaign", "CAMPAIGN", Level::AdGroup, Created),
        ("create_audience", "CAMPAIGN", Level::Account, Edited),
        ("update_campaign_schedule", "CAMPAIGN", Level::AdGroup, Edited),
        ("update_campaign_group_spend_cap", "CAMPAIGN_GROUP", Level::Campaign, Edited),
        ("ad_account_billing_decline", "ACCOUNT", Level::Account, Edited),
        ("never_heard_of", "ADGROUP", Level::Ad, Edited),
        ("update_ad_run_status_to_be_set_after_review", "ADGROUP", Level::Ad, Edited),
        ("update_ad_set_learning_stage_status", "CAMPAIGN", Level::AdGroup, Edited),
    ] {
        let event = event(kind, object_type, "null");
        assert_eq!((event.entity.level, event.kind), (level, told), "{kind}");
    }
    let learning =
        |status: &str| event("update_ad_set_learning_stage_status", "CAMPAIGN", &format!(r#"{{"new_value":"{status}"}}"#)).kind;
    assert_eq!((learning("Learning"), learning("Learning limited"), learning("SUCCESS")), (Learning, Edited, Edited));
    assert_eq!(event_in("USD", &entry("ad_account_billing_charge", "ACCOUNT", r#"{"new_value":14368}"#)), None, "routine");
    let audience = event("create_audience", "CAMPAIGN", "null");
    assert_eq!((audience.after.as_str(), audience.entity.id.as_str()), ("Said create_audience (Spring)", "1"));
}

#[test]
fn the_steps_of_a_switch_are_one_event() {
    let step = |second: u32, id: &str, before: &str, after: &str| {
        let entry = format!(
            r#"{{"event_time":"2026-10-07T10:{:02}:{:02}+0000","event_type":"update_ad_run_status","object_id":"{id}",
            "extra_data":"{{\"old_value\":\"{before}\",\"new_value\":\"{after}\"}}"}}"#,
            second / 60,
            second % 60
        );
        let activity: Activity<'_> = serde_json::from_str(&entry).unwrap();
        activity.dated(activity.at().unwrap(), &account("USD")).unwrap()
    };
    let told = vec![
        step(2_000, "7", "Inactive", "Active"),
        step(70, "9", "Inactive", "Active"),
        step(60, "9", "Active", "Inactive"),
        step(9, "7", "Pending process", "Inactive"),
        step(8, "7", "to be set after review", "Inactive"),
        step(7, "8", "Active", "Inactive"),
        step(7, "7", "Active", "Pending process"),
    ];
    let settled = settled(told);
    let said: Vec<_> =
        settled.iter().map(|d| (d.event.entity.id.as_str(), d.event.before.as_str(), d.event.after.as_str())).collect();
    assert_eq!(said, [("7", "Inactive", "Active"), ("8", "Active", "Inactive"), ("7", "Active", "Inactive")]);
}
