//! The fields an insights row can have.

use crate::meta::error::GraphError;

/// A field that the sandbox fills when there is something to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    AccountId,
    AccountName,
    AccountCurrency,
    CampaignId,
    CampaignName,
    AdSetId,
    AdSetName,
    AdId,
    AdName,
    Objective,
    BuyingType,
    OptimizationGoal,
    AttributionSetting,
    CreatedTime,
    UpdatedTime,
    Impressions,
    Clicks,
    LinkClicks,
    Spend,
    Reach,
    Frequency,
    Cpm,
    Cpc,
    Cpp,
    Ctr,
    LinkCtr,
    CostPerLinkClick,
    PostEngagement,
    OutboundClicks,
    Actions,
    ActionValues,
    CostPerAction,
    PurchaseRoas,
    WebsitePurchaseRoas,
    VideoPlays,
    Thruplays,
    /// 25, 50, 75, 95 and 100 %.
    Quartile(usize),
}

const NAMES: [(&str, Field); 41] = [
    ("account_id", Field::AccountId),
    ("account_name", Field::AccountName),
    ("account_currency", Field::AccountCurrency),
    ("campaign_id", Field::CampaignId),
    ("campaign_name", Field::CampaignName),
    ("adset_id", Field::AdSetId),
    ("adset_name", Field::AdSetName),
    ("ad_id", Field::AdId),
    ("ad_name", Field::AdName),
    ("objective", Field::Objective),
    ("buying_type", Field::BuyingType),
    ("optimization_goal", Field::OptimizationGoal),
    ("attribution_setting", Field::AttributionSetting),
    ("created_time", Field::CreatedTime),
    ("updated_time", Field::UpdatedTime),
    ("impressions", Field::Impressions),
    ("clicks", Field::Clicks),
    ("inline_link_clicks", Field::LinkClicks),
    ("spend", Field::Spend),
    ("reach", Field::Reach),
    ("frequency", Field::Frequency),
    ("cpm", Field::Cpm),
    ("cpc", Field::Cpc),
    ("cpp", Field::Cpp),
    ("ctr", Field::Ctr),
    ("inline_link_click_ctr", Field::LinkCtr),
    ("cost_per_inline_link_click", Field::CostPerLinkClick),
    ("inline_post_engagement", Field::PostEngagement),
    ("outbound_clicks", Field::OutboundClicks),
    ("actions", Field::Actions),
    ("action_values", Field::ActionValues),
    ("cost_per_action_type", Field::CostPerAction),
    ("purchase_roas", Field::PurchaseRoas),
    ("website_purchase_roas", Field::WebsitePurchaseRoas),
    ("video_play_actions", Field::VideoPlays),
    ("video_thruplay_watched_actions", Field::Thruplays),
    ("video_p25_watched_actions", Field::Quartile(0)),
    ("video_p50_watched_actions", Field::Quartile(1)),
    ("video_p75_watched_actions", Field::Quartile(2)),
    ("video_p95_watched_actions", Field::Quartile(3)),
    ("video_p100_watched_actions", Field::Quartile(4)),
];

/// Fields that exist and never have data here.
const SILENT: [&str; 34] = [
    "auction_bid",
    "auction_competitiveness",
    "auction_max_competitor_bid",
    "canvas_avg_view_percent",
    "canvas_avg_view_time",
    "catalog_segment_actions",
    "catalog_segment_value",
    "conversion_rate_ranking",
    "conversion_values",
    "conversions",
    "converted_product_quantity",
    "converted_product_value",
    "cost_per_conversion",
    "cost_per_estimated_ad_recallers",
    "cost_per_inline_post_engagement",
    "cost_per_outbound_click",
    "cost_per_thruplay",
    "cost_per_unique_click",
    "dda_results",
    "engagement_rate_ranking",
    "estimated_ad_recall_rate",
    "estimated_ad_recallers",
    "full_view_impressions",
    "full_view_reach",
    "mobile_app_purchase_roas",
    "outbound_clicks_ctr",
    "place_page_name",
    "quality_ranking",
    "social_spend",
    "unique_actions",
    "unique_clicks",
    "unique_ctr",
    "video_30_sec_watched_actions",
    "video_avg_time_watched_actions",
];

impl Field {
    pub(crate) const DEFAULT: [Self; 3] = [Self::AccountId, Self::Impressions, Self::Spend];

    /// Whether an hourly breakdown refuses it.
    pub(crate) const fn is_video(self) -> bool {
        matches!(self, Self::VideoPlays | Self::Thruplays | Self::Quartile(_))
    }

    pub(crate) const fn needs_conversions(self) -> bool {
        matches!(self, Self::Actions | Self::ActionValues | Self::CostPerAction | Self::PurchaseRoas | Self::WebsitePurchaseRoas)
    }
}

/// Reads the `fields` of an insights call. Dates are part of every row and need not be asked for.
pub(crate) fn parse(text: Option<&str>) -> Result<Vec<Field>, GraphError> {
    let Some(text) = text else {
        return Ok(Field::DEFAULT.to_vec());
    };
    let mut fields = Vec::new();
    for asked in crate::meta::fields::parse(text)? {
        match NAMES.iter().find(|(name, _)| *name == asked.name) {
            Some((_, field)) => fields.push(*field),
            None if matches!(asked.name.as_str(), "date_start" | "date_stop") || SILENT.contains(&asked.name.as_str()) => {}
            None => {
                return Err(GraphError::parameter(format_args!(
                    "{} is not valid for fields param. please check https://developers.facebook.com/docs/marketing-api/reference/ads-insights/ for all valid values",
                    asked.name
                )));
            }
        }
    }
    Ok(fields)
}
