//! The resources and fields this side knows: names, types, and which go with which.
//!
//! A subset of v25. A field left out is answered as if the platform had none of that name.

mod resource;

pub(crate) use resource::Resource;

/// How a field is written and compared.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// A number in a string.
    Int64,
    /// A plain number.
    Number,
    Text,
    Bool,
    Enum(&'static [&'static str]),
    /// A list; not for ORDER BY.
    List,
    /// A document; neither for WHERE nor for ORDER BY.
    Document,
}

/// A field of the catalogue.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

const STATUS: Kind = Kind::Enum(&["UNSPECIFIED", "UNKNOWN", "ENABLED", "PAUSED", "REMOVED"]);
const CUSTOMER_STATUS: Kind = Kind::Enum(&["UNSPECIFIED", "UNKNOWN", "ENABLED", "CANCELED", "SUSPENDED", "CLOSED"]);
const CHANNEL: Kind = Kind::Enum(&[
    "UNSPECIFIED",
    "UNKNOWN",
    "SEARCH",
    "DISPLAY",
    "SHOPPING",
    "HOTEL",
    "VIDEO",
    "MULTI_CHANNEL",
    "LOCAL",
    "SMART",
    "PERFORMANCE_MAX",
    "LOCAL_SERVICES",
    "TRAVEL",
    "DEMAND_GEN",
]);
const MATCH: Kind = Kind::Enum(&["UNSPECIFIED", "UNKNOWN", "EXACT", "PHRASE", "BROAD"]);
const AGES: Kind = Kind::Enum(&[
    "UNSPECIFIED",
    "UNKNOWN",
    "AGE_RANGE_18_24",
    "AGE_RANGE_25_34",
    "AGE_RANGE_35_44",
    "AGE_RANGE_45_54",
    "AGE_RANGE_55_64",
    "AGE_RANGE_65_UP",
    "AGE_RANGE_UNDETERMINED",
]);
const GENDERS: Kind = Kind::Enum(&["UNSPECIFIED", "UNKNOWN", "MALE", "FEMALE", "UNDETERMINED"]);
const DEVICES: Kind = Kind::Enum(&["UNSPECIFIED", "UNKNOWN", "MOBILE", "TABLET", "DESKTOP", "CONNECTED_TV", "OTHER"]);
const NETWORKS: Kind = Kind::Enum(&[
    "UNSPECIFIED",
    "UNKNOWN",
    "SEARCH",
    "SEARCH_PARTNERS",
    "CONTENT",
    "MIXED",
    "YOUTUBE",
    "GOOGLE_TV",
    "GOOGLE_OWNED_CHANNELS",
    "GMAIL",
    "DISCOVER",
    "MAPS",
]);
/// An enumeration whose values are not checked.
const WORD: Kind = Kind::Enum(&[]);

const fn f(name: &'static str, kind: Kind) -> Field {
    Field { name, kind }
}

static FIELDS: &[Field] = &[
    f("customer.resource_name", Kind::Text),
    f("customer.id", Kind::Int64),
    f("customer.descriptive_name", Kind::Text),
    f("customer.currency_code", Kind::Text),
    f("customer.time_zone", Kind::Text),
    f("customer.manager", Kind::Bool),
    f("customer.test_account", Kind::Bool),
    f("customer.status", CUSTOMER_STATUS),
    f("customer.auto_tagging_enabled", Kind::Bool),
    f("customer.has_partners_badge", Kind::Bool),
    f("customer.tracking_url_template", Kind::Text),
    f("customer_client.resource_name", Kind::Text),
    f("customer_client.client_customer", Kind::Text),
    f("customer_client.id", Kind::Int64),
    f("customer_client.level", Kind::Int64),
    f("customer_client.manager", Kind::Bool),
    f("customer_client.hidden", Kind::Bool),
    f("customer_client.test_account", Kind::Bool),
    f("customer_client.descriptive_name", Kind::Text),
    f("customer_client.currency_code", Kind::Text),
    f("customer_client.time_zone", Kind::Text),
    f("customer_client.status", CUSTOMER_STATUS),
    f("customer_client.applied_labels", Kind::List),
    f("campaign.resource_name", Kind::Text),
    f("campaign.id", Kind::Int64),
    f("campaign.name", Kind::Text),
    f("campaign.status", STATUS),
    f("campaign.serving_status", WORD),
    f("campaign.primary_status", WORD),
    f("campaign.primary_status_reasons", Kind::List),
    f("campaign.advertising_channel_type", CHANNEL),
    f("campaign.advertising_channel_sub_type", WORD),
    f("campaign.bidding_strategy", Kind::Text),
    f("campaign.bidding_strategy_type", WORD),
    f("campaign.bidding_strategy_system_status", WORD),
    f("campaign.campaign_budget", Kind::Text),
    f("campaign.experiment_type", WORD),
    f("campaign.start_date_time", Kind::Text),
    f("campaign.end_date_time", Kind::Text),
    f("campaign.labels", Kind::List),
    f("campaign.contains_eu_political_advertising", WORD),
    f("campaign.final_url_suffix", Kind::Text),
    f("campaign.tracking_url_template", Kind::Text),
    f("campaign.maximize_conversions.target_cpa_micros", Kind::Int64),
    f("campaign.maximize_conversion_value.target_roas", Kind::Number),
    f("campaign.target_cpa.target_cpa_micros", Kind::Int64),
    f("campaign.target_roas.target_roas", Kind::Number),
    f("campaign.network_settings.target_google_search", Kind::Bool),
    f("campaign.network_settings.target_search_network", Kind::Bool),
    f("campaign.network_settings.target_content_network", Kind::Bool),
    f("campaign_budget.resource_name", Kind::Text),
    f("campaign_budget.id", Kind::Int64),
    f("campaign_budget.name", Kind::Text),
    f("campaign_budget.amount_micros", Kind::Int64),
    f("campaign_budget.total_amount_micros", Kind::Int64),
    f("campaign_budget.status", WORD),
    f("campaign_budget.delivery_method", WORD),
    f("campaign_budget.period", WORD),
    f("campaign_budget.type", WORD),
    f("campaign_budget.explicitly_shared", Kind::Bool),
    f("campaign_budget.reference_count", Kind::Int64),
    f("campaign_budget.has_recommended_budget", Kind::Bool),
    f("ad_group.resource_name", Kind::Text),
    f("ad_group.id", Kind::Int64),
    f("ad_group.name", Kind::Text),
    f("ad_group.status", STATUS),
    f("ad_group.type", WORD),
    f("ad_group.campaign", Kind::Text),
    f("ad_group.primary_status", WORD),
    f("ad_group.primary_status_reasons", Kind::List),
    f("ad_group.cpc_bid_micros", Kind::Int64),
    f("ad_group.effective_target_cpa_micros", Kind::Int64),
    f("ad_group.labels", Kind::List),
    f("ad_group_ad.resource_name", Kind::Text),
    f("ad_group_ad.ad_group", Kind::Text),
    f("ad_group_ad.status", STATUS),
    f("ad_group_ad.ad_strength", WORD),
    f("ad_group_ad.primary_status", WORD),
    f("ad_group_ad.primary_status_reasons", Kind::List),
    f("ad_group_ad.labels", Kind::List),
    f("ad_group_ad.policy_summary.approval_status", WORD),
    f("ad_group_ad.policy_summary.review_status", WORD),
    f("ad_group_ad.ad.resource_name", Kind::Text),
    f("ad_group_ad.ad.id", Kind::Int64),
    f("ad_group_ad.ad.name", Kind::Text),
    f("ad_group_ad.ad.type", WORD),
    f("ad_group_ad.ad.final_urls", Kind::List),
    f("ad_group_ad.ad.final_mobile_urls", Kind::List),
    f("ad_group_ad.ad.display_url", Kind::Text),
    f("ad_group_ad.ad.tracking_url_template", Kind::Text),
    f("ad_group_ad.ad.final_url_suffix", Kind::Text),
    f("ad_group_ad.ad.responsive_search_ad.headlines", Kind::Document),
    f("ad_group_ad.ad.responsive_search_ad.descriptions", Kind::Document),
    f("ad_group_ad.ad.responsive_search_ad.path1", Kind::Text),
    f("ad_group_ad.ad.responsive_search_ad.path2", Kind::Text),
    f("ad_group_criterion.resource_name", Kind::Text),
    f("ad_group_criterion.criterion_id", Kind::Int64),
    f("ad_group_criterion.ad_group", Kind::Text),
    f("ad_group_criterion.type", WORD),
    f("ad_group_criterion.status", STATUS),
    f("ad_group_criterion.negative", Kind::Bool),
    f("ad_group_criterion.display_name", Kind::Text),
    f("ad_group_criterion.approval_status", WORD),
    f("ad_group_criterion.system_serving_status", WORD),
    f("ad_group_criterion.keyword.text", Kind::Text),
    f("ad_group_criterion.keyword.match_type", MATCH),
    f("ad_group_criterion.quality_info.quality_score", Kind::Number),
    f("ad_group_criterion.quality_info.creative_quality_score", WORD),
    f("ad_group_criterion.quality_info.post_click_quality_score", WORD),
    f("ad_group_criterion.quality_info.search_predicted_ctr", WORD),
    f("ad_group_criterion.age_range.type", AGES),
    f("ad_group_criterion.gender.type", GENDERS),
    f("ad_group_criterion.final_urls", Kind::List),
    f("keyword_view.resource_name", Kind::Text),
    f("age_range_view.resource_name", Kind::Text),
    f("gender_view.resource_name", Kind::Text),
    f("search_term_view.resource_name", Kind::Text),
    f("search_term_view.search_term", Kind::Text),
    f("search_term_view.status", WORD),
    f("search_term_view.ad_group", Kind::Text),
    f("geographic_view.resource_name", Kind::Text),
    f("geographic_view.country_criterion_id", Kind::Int64),
    f("geographic_view.location_type", Kind::Enum(&["UNSPECIFIED", "UNKNOWN", "AREA_OF_INTEREST", "LOCATION_OF_PRESENCE"])),
    f("user_location_view.resource_name", Kind::Text),
    f("user_location_view.country_criterion_id", Kind::Int64),
    f("user_location_view.targeting_location", Kind::Bool),
    f("asset_group.resource_name", Kind::Text),
    f("asset_group.id", Kind::Int64),
    f("asset_group.name", Kind::Text),
    f("asset_group.campaign", Kind::Text),
    f("asset_group.status", STATUS),
    f("asset_group.primary_status", WORD),
    f("asset_group.primary_status_reasons", Kind::List),
    f("asset_group.ad_strength", WORD),
    f("asset_group.final_urls", Kind::List),
    f("conversion_action.resource_name", Kind::Text),
    f("conversion_action.id", Kind::Int64),
    f("conversion_action.name", Kind::Text),
    f("conversion_action.owner_customer", Kind::Text),
    f("conversion_action.category", WORD),
    f("conversion_action.type", WORD),
    f("conversion_action.status", Kind::Enum(&["UNSPECIFIED", "UNKNOWN", "ENABLED", "REMOVED", "HIDDEN"])),
    f("conversion_action.origin", WORD),
    f("conversion_action.primary_for_goal", Kind::Bool),
    f("conversion_action.include_in_conversions_metric", Kind::Bool),
    f("conversion_action.counting_type", WORD),
    f("conversion_action.click_through_lookback_window_days", Kind::Int64),
    f("conversion_action.view_through_lookback_window_days", Kind::Int64),
    f("conversion_action.attribution_model_settings.attribution_model", WORD),
    f("conversion_action.attribution_model_settings.data_driven_model_status", WORD),
    f("conversion_action.value_settings.default_value", Kind::Number),
    f("conversion_action.value_settings.default_currency_code", Kind::Text),
    f("conversion_action.value_settings.always_use_default_value", Kind::Bool),
    f("change_event.resource_name", Kind::Text),
    f("change_event.change_date_time", Kind::Text),
    f("change_event.change_resource_type", WORD),
    f("change_event.change_resource_name", Kind::Text),
    f("change_event.resource_change_operation", Kind::Enum(&["UNSPECIFIED", "UNKNOWN", "CREATE", "UPDATE", "REMOVE"])),
    f("change_event.changed_fields", Kind::Document),
    f("change_event.client_type", WORD),
    f("change_event.user_email", Kind::Text),
    f("change_event.campaign", Kind::Text),
    f("change_event.ad_group", Kind::Text),
    f("change_event.old_resource", Kind::Document),
    f("change_event.new_resource", Kind::Document),
    f("change_status.resource_name", Kind::Text),
    f("change_status.last_change_date_time", Kind::Text),
    f("change_status.resource_type", WORD),
    f("change_status.resource_status", Kind::Enum(&["UNSPECIFIED", "UNKNOWN", "ADDED", "CHANGED", "REMOVED"])),
    f("change_status.campaign", Kind::Text),
    f("change_status.ad_group", Kind::Text),
    f("change_status.ad_group_ad", Kind::Text),
    f("change_status.campaign_budget", Kind::Text),
    f("geo_target_constant.resource_name", Kind::Text),
    f("geo_target_constant.id", Kind::Int64),
    f("geo_target_constant.name", Kind::Text),
    f("geo_target_constant.canonical_name", Kind::Text),
    f("geo_target_constant.country_code", Kind::Text),
    f("geo_target_constant.target_type", Kind::Text),
    f("geo_target_constant.status", Kind::Enum(&["UNSPECIFIED", "UNKNOWN", "ENABLED", "REMOVAL_PLANNED"])),
    f("segments.date", Kind::Text),
    f("segments.week", Kind::Text),
    f("segments.month", Kind::Text),
    f("segments.quarter", Kind::Text),
    f("segments.year", Kind::Number),
    f("segments.day_of_week", WORD),
    f("segments.hour", Kind::Number),
    f("segments.device", DEVICES),
    f("segments.ad_network_type", NETWORKS),
    f("segments.conversion_action", Kind::Text),
    f("segments.conversion_action_name", Kind::Text),
    f("segments.conversion_action_category", WORD),
    f("segments.geo_target_country", Kind::Text),
    f("segments.keyword.info.text", Kind::Text),
    f("segments.keyword.info.match_type", MATCH),
    f("segments.keyword.ad_group_criterion", Kind::Text),
    f("segments.search_term_match_type", WORD),
    f("metrics.impressions", Kind::Int64),
    f("metrics.clicks", Kind::Int64),
    f("metrics.cost_micros", Kind::Int64),
    f("metrics.ctr", Kind::Number),
    f("metrics.average_cpc", Kind::Number),
    f("metrics.average_cpm", Kind::Number),
    f("metrics.average_cost", Kind::Number),
    f("metrics.interactions", Kind::Int64),
    f("metrics.interaction_rate", Kind::Number),
    f("metrics.engagements", Kind::Int64),
    f("metrics.conversions", Kind::Number),
    f("metrics.conversions_value", Kind::Number),
    f("metrics.all_conversions", Kind::Number),
    f("metrics.all_conversions_value", Kind::Number),
    f("metrics.cost_per_conversion", Kind::Number),
    f("metrics.cost_per_all_conversions", Kind::Number),
    f("metrics.value_per_conversion", Kind::Number),
    f("metrics.value_per_all_conversions", Kind::Number),
    f("metrics.conversions_value_per_cost", Kind::Number),
    f("metrics.conversions_from_interactions_rate", Kind::Number),
    f("metrics.view_through_conversions", Kind::Int64),
    f("metrics.video_trueview_views", Kind::Int64),
    f("metrics.video_trueview_view_rate", Kind::Number),
    f("metrics.trueview_average_cpv", Kind::Number),
    f("metrics.video_quartile_p25_rate", Kind::Number),
    f("metrics.video_quartile_p50_rate", Kind::Number),
    f("metrics.video_quartile_p75_rate", Kind::Number),
    f("metrics.video_quartile_p100_rate", Kind::Number),
    f("metrics.search_impression_share", Kind::Number),
    f("metrics.search_budget_lost_impression_share", Kind::Number),
    f("metrics.search_rank_lost_impression_share", Kind::Number),
];

impl Field {
    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        FIELDS.iter().find(|field| field.name == name)
    }

    /// The part before the first point.
    pub(crate) fn owner(&self) -> &'static str {
        self.name.split_once('.').map_or(self.name, |(owner, _)| owner)
    }

    pub(crate) fn is_metric(&self) -> bool {
        self.owner() == "metrics"
    }

    pub(crate) fn is_segment(&self) -> bool {
        self.owner() == "segments"
    }

    /// A segment by the calendar, which may be filtered by without being selected.
    pub(crate) fn is_core_date(&self) -> bool {
        matches!(self.name, "segments.date" | "segments.week" | "segments.month" | "segments.quarter" | "segments.year")
    }

    /// A segment whose rows are single conversion actions.
    pub(crate) fn is_action(&self) -> bool {
        self.name.starts_with("segments.conversion_action")
    }

    /// A metric that counts conversions or their value and nothing else.
    pub(crate) fn is_conversion_metric(&self) -> bool {
        matches!(
            self.name,
            "metrics.conversions"
                | "metrics.conversions_value"
                | "metrics.all_conversions"
                | "metrics.all_conversions_value"
                | "metrics.value_per_conversion"
                | "metrics.value_per_all_conversions"
                | "metrics.view_through_conversions"
        )
    }

    /// A metric that needs the conversions to be known.
    pub(crate) fn needs_conversions(&self) -> bool {
        self.name.contains("conversion")
    }

    pub(crate) fn is_share(&self) -> bool {
        self.name.ends_with("impression_share")
    }
}

/// A name as JSON writes it: `cost_micros` is `costMicros`.
pub(crate) fn camel(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut upper = false;
    for c in name.chars() {
        match c {
            '_' => upper = true,
            c if upper => {
                out.push(c.to_ascii_uppercase());
                upper = false;
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_owned() {
        for (i, field) in FIELDS.iter().enumerate() {
            assert!(FIELDS[i + 1..].iter().all(|other| other.name != field.name), "{}", field.name);
            assert!(field.is_metric() || field.is_segment() || Resource::parse(field.owner()).is_some(), "{}", field.name);
        }
        assert_eq!(camel("metrics.video_quartile_p25_rate"), "metrics.videoQuartileP25Rate");
    }
}
