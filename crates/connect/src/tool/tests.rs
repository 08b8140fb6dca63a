use super::*;
use serde_json::json;

#[test]
fn names_are_the_platforms_and_unique() {
    let mut names: Vec<&str> = catalogue().iter().map(Tool::name).collect();
    for known in CONNECTABLE {
        let prefix = format!("{}.", known.source);
        let own = names.iter().filter(|name| name.starts_with(&prefix)).count();
        let common = if known.source.kind() == SourceKind::Ads { 7 } else { 4 };
        assert!(own >= common, "{} has the common tools", known.source);
    }
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn what_is_told_of_ads_is_no_tool_of_another_system() {
    for source in [Source::Ga4, Source::Klaviyo, Source::Magento, Source::Shopify] {
        let own: Vec<&str> = catalogue().iter().filter(|tool| tool.platform() == source).map(Tool::name).collect();
        for verb in ["list_ads", "list_ad_groups", "fetch_metrics", "fetch_conversions", "fetch_breakdown", "fetch_hourly"] {
            assert!(!own.contains(&format!("{source}.{verb}").as_str()), "{own:?}");
        }
    }
}

#[test]
fn a_slip_of_the_keyboard_is_understood() {
    let refusal = find("meta.list_campaign").unwrap_err();
    assert!(refusal.to_string().contains("did you mean meta.list_campaigns?"), "{refusal}");
    let refusal = find("nothing").unwrap_err();
    assert!(refusal.to_string().starts_with("there is no tool 'nothing': "), "{refusal}");
}

#[test]
fn inputs_are_checked_before_anything_is_asked() {
    let refuse = |name: &str, input: Value| find(name).unwrap().prepare(input).unwrap_err().to_string();
    let days = |from: &str, to: &str| json!({ "from": from, "to": to });
    for (name, input, word) in [
        ("meta.list_campaigns", json!({ "colour": "red" }), "unknown field `colour`, expected one of"),
        ("meta.list_campaigns", json!([]), "it is no JSON object"),
        ("meta.list_campaigns", json!({ "limit": 0 }), "ask for 1 to 5000 rows"),
        ("meta.list_campaigns", json!({ "status": ["on"] }), "unknown variant `on`"),
        ("meta.fetch_insights", json!({}), "missing field `from`"),
        ("meta.fetch_insights", days("2026-11-08", "2026-11-01"), "ends before it starts"),
        ("meta.fetch_insights", days("2026-02-30", "2026-03-01"), "'2026-02-30' is not a day: use YYYY-MM-DD"),
        ("meta.fetch_insights", days("2026-01-01", "2026-11-01"), "ask for at most 31 at once"),
        ("pinterest.fetch_delivery_report", days("2025-01-01", "2026-11-01"), "ask for at most 92 at once"),
        ("tiktok.fetch_hourly", days("2026-11-01", "2026-11-09"), "ask for at most 7 at once"),
        (
            "tiktok.fetch_breakdown",
            json!({ "from": "2026-11-01", "to": "2026-11-02", "breakdown": "interest" }),
            "TikTok Ads is not read by interest: use one of country, age_gender",
        ),
        ("ga4.fetch_sessions", json!({ "from": "2026-11-01", "to": "2026-11-02", "by": "user" }), "unknown variant `user`"),
        ("klaviyo.campaign_report", days("2025-01-01", "2026-11-01"), "ask for at most 365 at once"),
        (
            "meta.fetch_pixel_stats",
            json!({ "pixel": "https://elsewhere.example/1", "from": "2026-11-01", "to": "2026-11-02" }),
            "is no pixel id: digits only",
        ),
    ] {
        let said = refuse(name, input);
        assert!(said.contains(word) && said.contains(&format!("trimtab tools show {name}")), "{said}");
    }
}

#[test]
fn the_account_is_known_before_the_call() {
    let tool = find("google.get_account").unwrap();
    assert_eq!(tool.prepare(json!({ "account": "123-456-7890" })).unwrap().account().unwrap().as_str(), "123-456-7890");
    assert_eq!(tool.prepare(Value::Null).unwrap().account(), None);
}
