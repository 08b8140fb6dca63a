//! What can stand after FROM, and what may be selected with it.

/// A resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resource {
    Customer,
    CustomerClient,
    Campaign,
    CampaignBudget,
    AdGroup,
    AdGroupAd,
    AdGroupCriterion,
    KeywordView,
    SearchTermView,
    AgeRangeView,
    GenderView,
    GeographicView,
    UserLocationView,
    AssetGroup,
    ConversionAction,
    ChangeEvent,
    ChangeStatus,
    GeoTargetConstant,
}

const ALL: [(&str, Resource); 18] = [
    ("customer", Resource::Customer),
    ("customer_client", Resource::CustomerClient),
    ("campaign", Resource::Campaign),
    ("campaign_budget", Resource::CampaignBudget),
    ("ad_group", Resource::AdGroup),
    ("ad_group_ad", Resource::AdGroupAd),
    ("ad_group_criterion", Resource::AdGroupCriterion),
    ("keyword_view", Resource::KeywordView),
    ("search_term_view", Resource::SearchTermView),
    ("age_range_view", Resource::AgeRangeView),
    ("gender_view", Resource::GenderView),
    ("geographic_view", Resource::GeographicView),
    ("user_location_view", Resource::UserLocationView),
    ("asset_group", Resource::AssetGroup),
    ("conversion_action", Resource::ConversionAction),
    ("change_event", Resource::ChangeEvent),
    ("change_status", Resource::ChangeStatus),
    ("geo_target_constant", Resource::GeoTargetConstant),
];

impl Resource {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        ALL.iter().find(|(n, _)| *n == name).map(|(_, resource)| *resource)
    }

    pub(crate) fn name(self) -> &'static str {
        ALL.iter().find(|(_, r)| *r == self).map_or("", |(name, _)| name)
    }

    /// Whose fields may stand beside its own.
    pub(crate) const fn attributed(self) -> &'static [&'static str] {
        match self {
            Self::Customer | Self::GeoTargetConstant => &[],
            Self::CustomerClient | Self::CampaignBudget | Self::ConversionAction => &["customer"],
            Self::Campaign => &["campaign_budget", "customer"],
            Self::AdGroup | Self::AssetGroup => &["campaign", "customer"],
            Self::AdGroupAd | Self::AdGroupCriterion | Self::SearchTermView => &["ad_group", "campaign", "customer"],
            Self::KeywordView | Self::AgeRangeView | Self::GenderView => {
                &["ad_group_criterion", "ad_group", "campaign", "customer"]
            }
            Self::GeographicView | Self::UserLocationView | Self::ChangeEvent | Self::ChangeStatus => {
                &["ad_group", "campaign", "customer"]
            }
        }
    }

    /// Whether figures and segments may be asked for.
    pub(crate) const fn has_figures(self) -> bool {
        !matches!(
            self,
            Self::CustomerClient
                | Self::AdGroupCriterion
                | Self::ConversionAction
                | Self::ChangeEvent
                | Self::ChangeStatus
                | Self::GeoTargetConstant
        )
    }

    /// Whether a row exists only where something was shown.
    pub(crate) const fn only_shown(self) -> bool {
        matches!(self, Self::SearchTermView | Self::GeographicView | Self::UserLocationView)
    }

    /// Whether a segment may be asked for.
    pub(crate) fn takes_segment(self, name: &str) -> bool {
        match name {
            "segments.geo_target_country" => matches!(self, Self::GeographicView | Self::UserLocationView),
            "segments.keyword.info.text"
            | "segments.keyword.info.match_type"
            | "segments.keyword.ad_group_criterion"
            | "segments.search_term_match_type" => self == Self::SearchTermView,
            "segments.hour" => {
                matches!(self, Self::Customer | Self::Campaign | Self::AdGroup | Self::AssetGroup | Self::CampaignBudget)
            }
            _ => self.has_figures(),
        }
    }

    /// Whether a metric may be asked for.
    pub(crate) fn takes_metric(self, name: &str) -> bool {
        match name {
            "metrics.search_budget_lost_impression_share" => matches!(self, Self::Customer | Self::Campaign),
            n if n.ends_with("impression_share") => {
                matches!(self, Self::Customer | Self::Campaign | Self::AdGroup | Self::KeywordView)
            }
            n if n.starts_with("metrics.video") || n.starts_with("metrics.trueview") => {
                self.has_figures() && !matches!(self, Self::SearchTermView | Self::KeywordView)
            }
            _ => self.has_figures(),
        }
    }
}
