//! Campaigns, ad groups and ads as TikTok writes them: ids as text, money as numbers in major units, times in UTC without a zone.

use super::status;
use crate::world::{
    account::{Account, Ad, Format, Object, Place, Switch},
    calendar::stamp,
};
use serde_json::{Value, json};

/// An instant as TikTok prints it.
pub(crate) fn time(at: i64) -> String {
    stamp(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Minor units as a number of major ones.
pub(crate) fn major(account: &Account, minor: i64) -> f64 {
    minor as f64 / account.offset as f64
}

/// The objective in TikTok's words.
pub(crate) fn objective(account: &Account, campaign: usize) -> &'static str {
    match account.campaigns[campaign].objective {
        "OUTCOME_SALES" => "WEB_CONVERSIONS",
        "OUTCOME_LEADS" => "LEAD_GENERATION",
        "OUTCOME_TRAFFIC" => "TRAFFIC",
        _ => "REACH",
    }
}

/// Whether a campaign is an upgraded Smart+ one: every third, where its objective allows it.
pub(crate) fn is_smart(account: &Account, campaign: usize) -> bool {
    campaign % 3 == 1 && matches!(objective(account, campaign), "WEB_CONVERSIONS" | "LEAD_GENERATION")
}

/// The kind of automation of a campaign and what is in it.
pub(crate) fn automation(account: &Account, campaign: usize) -> &'static str {
    if is_smart(account, campaign) { "UPGRADED_SMART_PLUS" } else { "MANUAL" }
}

/// The campaign an object is in.
pub(crate) fn campaign_of(account: &Account, place: Place) -> usize {
    match place {
        Place::Campaign(c) => c,
        Place::AdSet(s) => account.ad_sets[s].campaign,
        Place::Ad(a) | Place::Creative(a) => account.ads[a].campaign,
        Place::Pixel => 0,
    }
}

/// The switchable object at a place.
pub(crate) fn switched(account: &Account, place: Place) -> Option<&Object> {
    match place {
        Place::Campaign(c) => Some(&account.campaigns[c].object),
        Place::AdSet(s) => Some(&account.ad_sets[s].object),
        Place::Ad(a) => Some(&account.ads[a].object),
        Place::Creative(_) | Place::Pixel => None,
    }
}

/// Any of the three.
pub(crate) fn one(account: &Account, place: Place, now: i64) -> Value {
    let mut value = match place {
        Place::Campaign(c) => campaign(account, c, now),
        Place::AdSet(s) => ad_group(account, s, now),
        Place::Ad(a) => ad(account, a),
        Place::Creative(_) | Place::Pixel => json!({}),
    };
    if let Some(object) = switched(account, place) {
        let (prefix, secondary) = status::secondary(account, place, now);
        value["advertiser_id"] = json!(account.id.to_string());
        value["operation_status"] = json!(status::operation(*object.switch.at(now)));
        value["secondary_status"] = json!(format!("{prefix}{secondary}"));
        value["create_time"] = json!(time(object.created));
        // Smart+ ads may lack it.
        if !(matches!(place, Place::Ad(_)) && is_smart(account, campaign_of(account, place))) {
            value["modify_time"] = json!(time(object.updated));
        }
    }
    value
}

fn campaign(account: &Account, place: usize, now: i64) -> Value {
    let c = &account.campaigns[place];
    let budget = c.budget.as_ref().map(|b| *b.at(now));
    let mode = match budget {
        None => "BUDGET_MODE_INFINITE",
        // Averaged over a week: a day may take a quarter more.
        Some(_) if place % 4 == 3 => "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
        Some(_) => "BUDGET_MODE_DAY",
    };
    let smart = is_smart(account, place);
    let mut value = json!({
        "campaign_id": c.object.id.to_string(),
        "campaign_name": c.object.name,
        "objective_type": objective(account, place),
        "budget_mode": mode,
        "budget": major(account, budget.unwrap_or(0)),
        "budget_optimize_on": budget.is_some(),
        "campaign_type": "REGULAR_CAMPAIGN",
        "is_smart_performance_campaign": false,
        "is_search_campaign": false,
        "special_industries": [],
        "app_promotion_type": "UNSET",
        "rf_campaign_type": "STANDARD",
    });
    if smart {
        value["campaign_automation_type"] = json!("UPGRADED_SMART_PLUS");
        value["sales_destination"] = json!("WEBSITE");
    }
    value
}

/// Places by the numbers that TikTok's targeting goes by.
const LOCATIONS: [(&str, &str); 19] = [
    ("NL", "2750405"),
    ("BE", "2802361"),
    ("DE", "2921044"),
    ("FR", "3017382"),
    ("US", "6252001"),
    ("CA", "6251999"),
    ("GB", "2635167"),
    ("IE", "2963597"),
    ("AT", "2782113"),
    ("CH", "2658434"),
    ("ES", "2510769"),
    ("IT", "3175395"),
    ("JP", "1861060"),
    ("TW", "1668284"),
    ("AU", "2077456"),
    ("SE", "2661886"),
    ("NO", "3144096"),
    ("DK", "2623032"),
    ("HU", "719819"),
];

fn ad_group(account: &Account, place: usize, now: i64) -> Value {
    let s = &account.ad_sets[place];
    let campaign = &account.campaigns[s.campaign];
    // When the campaign owns the budget, its ad groups show none.
    let (mode, budget) = match (&s.budget, s.lifetime) {
        (_, Some(whole)) => ("BUDGET_MODE_TOTAL", whole),
        (Some(daily), None) => ("BUDGET_MODE_DAY", *daily.at(now)),
        (None, None) => ("BUDGET_MODE_INFINITE", 0),
    };
    let (goal, event, billing) = match s.optimization_goal {
        "REACH" => ("REACH", None, "CPM"),
        "LANDING_PAGE_VIEWS" => ("TRAFFIC_LANDING_PAGE_VIEW", None, "OCPM"),
        "OFFSITE_CONVERSIONS" => ("CONVERT", Some("SHOPPING"), "OCPM"),
        _ => ("LEAD_GENERATION", Some("FORM"), "OCPM"),
    };
    let ages: Vec<&str> = [("AGE_18_24", 18), ("AGE_25_34", 25), ("AGE_35_44", 35), ("AGE_45_54", 45), ("AGE_55_100", 55)]
        .into_iter()
        .filter(|(_, from)| (s.ages.0..=s.ages.1).contains(from))
        .map(|(name, _)| name)
        .collect();
    let locations: Vec<&str> = LOCATIONS.iter().filter(|l| account.countries.iter().any(|c| c.0 == l.0)).map(|l| l.1).collect();
    let end = s.stop.or(campaign.stop);
    json!({
        "adgroup_id": s.object.id.to_string(),
        "adgroup_name": s.object.name,
        "campaign_id": campaign.object.id.to_string(),
        "campaign_name": campaign.object.name,
        "budget_mode": mode,
        "budget": major(account, budget),
        "bid_type": if s.bid_amount.is_some() { "BID_TYPE_CUSTOM" } else { "BID_TYPE_NO_BID" },
        "bid_price": 0.0,
        "conversion_bid_price": major(account, s.bid_amount.unwrap_or(0)),
        "roas_bid": 0.0,
        "deep_cpa_bid": 0.0,
        "billing_event": billing,
        "optimization_goal": goal,
        "optimization_event": event,
        "pixel_id": event.map(|_| account.pixel.id.to_string()),
        "promotion_type": "WEBSITE",
        "placement_type": "PLACEMENT_TYPE_NORMAL",
        "placements": ["PLACEMENT_TIKTOK"],
        "audience_ids": [],
        "age_groups": ages,
        "gender": "GENDER_UNLIMITED",
        "location_ids": locations,
        "schedule_type": if end.is_some() { "SCHEDULE_START_END" } else { "SCHEDULE_FROM_NOW" },
        "schedule_start_time": time(s.object.created),
        // An ad group without an end ends in ten years.
        "schedule_end_time": time(end.unwrap_or(s.object.created + 3_650 * 86_400)),
        "dayparting": "1".repeat(336),
        "pacing": "PACING_MODE_SMOOTH",
        "skip_learning_phase": false,
        "click_attribution_window": "SEVEN_DAYS",
        "view_attribution_window": "ONE_DAY",
        "attribution_event_count": "EVERY",
    })
}

fn ad(account: &Account, place: usize) -> Value {
    let ad = &account.ads[place];
    let (set, campaign) = (&account.ad_sets[ad.ad_set], &account.campaigns[ad.campaign]);
    let above = json!({
        "adgroup_id": set.object.id.to_string(),
        "adgroup_name": set.object.name,
        "campaign_id": campaign.object.id.to_string(),
        "campaign_name": campaign.object.name,
    });
    let own = if is_smart(account, ad.campaign) { smart_ad(account, ad) } else { manual_ad(account, ad) };
    match (above, own) {
        (Value::Object(mut above), Value::Object(own)) => {
            above.extend(own);
            Value::Object(above)
        }
        (_, own) => own,
    }
}

fn video(creative: u64) -> String {
    format!("v10033g50000c{creative}")
}

fn image(creative: u64) -> String {
    format!("ad-site-i18n-sg/{creative}")
}

fn page(account: &Account, ad: &Ad) -> String {
    format!("https://shop{}.example/?utm_source=tiktok&utm_content={}", account.tenant, ad.object.id)
}

fn identity(account: &Account) -> String {
    format!("70{:017}", account.id % 100_000_000_000_000_000)
}

fn manual_ad(account: &Account, ad: &Ad) -> Value {
    let (format, video_id, images) = match ad.format {
        Format::Video => ("SINGLE_VIDEO", Some(video(ad.creative)), vec![image(ad.creative)]),
        Format::Image => ("SINGLE_IMAGE", None, vec![image(ad.creative)]),
        Format::Carousel => ("CAROUSEL_ADS", None, (0..3).map(|i| image(ad.creative * 10 + i)).collect()),
    };
    json!({
        "ad_id": ad.object.id.to_string(),
        "ad_name": ad.object.name,
        "ad_format": format,
        "ad_text": ad.body,
        "video_id": video_id,
        "image_ids": images,
        "call_to_action": if account.industry.commerce { "SHOP_NOW" } else { "LEARN_MORE" },
        "landing_page_url": page(account, ad),
        "identity_type": "CUSTOMIZED_USER",
        "identity_id": identity(account),
        "tiktok_item_id": null,
    })
}

fn smart_ad(account: &Account, ad: &Ad) -> Value {
    let creatives: Vec<Value> = crate::world::variant::ids(ad)
        .into_iter()
        .enumerate()
        .map(|(i, id)| {
            json!({
                "ad_material_id": id.to_string(),
                "material_operation_status": "ENABLE",
                "creative_info": {
                    "material_name": format!("{} #{}", ad.object.name, i + 1),
                    "ad_format": if ad.format == Format::Carousel { "CAROUSEL_ADS" } else { "SINGLE_VIDEO" },
                    "video_info": {"video_id": video(id)},
                    "image_info": [{"web_uri": image(id)}],
                    "identity_type": "CUSTOMIZED_USER",
                    "identity_id": identity(account),
                },
            })
        })
        .collect();
    json!({
        "smart_plus_ad_id": ad.object.id.to_string(),
        "ad_name": ad.object.name,
        "creative_list": creatives,
        "ad_text_list": [{"ad_text": ad.body}],
        "landing_page_url_list": [{"landing_page_url": page(account, ad)}],
        "call_to_action_list": [{"call_to_action": if account.industry.commerce { "SHOP_NOW" } else { "LEARN_MORE" }}],
    })
}

/// Whether an object was switched off for good and cannot be changed any more.
pub(crate) const fn is_final(switch: Switch) -> bool {
    matches!(switch, Switch::Archived | Switch::Deleted)
}
