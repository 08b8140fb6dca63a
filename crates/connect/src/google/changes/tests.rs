use super::*;
use trimtab_domain::{Source, account::Standing};

fn account() -> Account {
    Account {
        source: Source::Google,
        id: "1".into(),
        name: "Shop".into(),
        currency: "EUR".parse().unwrap(),
        zone: "Europe/Berlin".parse().unwrap(),
        standing: Standing::Good,
    }
}

fn change(event: &str) -> Result<Change, String> {
    serde_json::from_str::<Row>(&format!(r#"{{"changeEvent":{event}}}"#)).unwrap().change_event.change(&account())
}

#[test]
fn a_change_tells_who_did_what_to_which_value() {
    let change = change(
        r#"{"resourceName":"customers/1/changeEvents/1","changeDateTime":"2026-11-20 14:03:22.123456",
        "changeResourceType":"CAMPAIGN_BUDGET","changeResourceName":"customers/1/campaignBudgets/333",
        "resourceChangeOperation":"UPDATE","changedFields":"amountMicros,delivery_method","clientType":"GOOGLE_ADS_WEB_CLIENT",
        "userEmail":"ann@agency.example","campaign":"customers/1/campaigns/222",
        "oldResource":{"campaignBudget":{"amountMicros":"20000000"}},
        "newResource":{"campaignBudget":{"amountMicros":"25000000","deliveryMethod":"STANDARD"}}}"#,
    )
    .unwrap();
    assert_eq!(change.at.to_string(), "2026-11-20T13:03:22.123456Z", "said in the account's zone");
    assert_eq!((change.campaign.as_str(), change.ad_group.is_none()), ("222", true));
    let fields: Vec<_> = change.fields.iter().map(|f| (f.field.as_str(), f.before.as_deref(), f.after.as_deref())).collect();
    assert_eq!(fields, [("amountMicros", Some("20000000"), Some("25000000")), ("delivery_method", None, Some("STANDARD"))]);
}

#[test]
fn paths_lead_into_objects() {
    let object = serde_json::json!({"campaign": {"maximizeConversions": {"targetCpaMicros": "7"}, "paused": true}});
    assert_eq!(value(&object, "maximize_conversions.target_cpa_micros").as_deref(), Some("7"));
    assert_eq!(value(&object, "maximizeConversions.targetCpaMicros").as_deref(), Some("7"));
    assert_eq!(value(&object, "paused").as_deref(), Some("true"));
    assert_eq!(value(&object, "name"), None);
    assert_eq!(value(&Value::Null, "name"), None);
}

#[test]
fn a_moment_that_is_none_is_told() {
    let error = change(r#"{"resourceName":"x","changeDateTime":"yesterday"}"#).unwrap_err();
    assert!(error.contains("'yesterday'"), "{error}");
}
