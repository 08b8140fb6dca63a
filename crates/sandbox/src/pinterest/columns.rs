//! The columns of analytics: what each is called, where it may be asked for and what it shows.
//!
//! Direct analytics take a part of the columns that reports take. A name that is in neither list is refused; a known one of which the
//! world has no figures (products, quizzes, other devices) never has a value, which is how the platform answers for accounts without them.

mod conversions;

pub(crate) use conversions::{Event, Place, Way};
use std::{collections::HashMap, sync::LazyLock};

/// What a column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shows {
    /// A fact about the object the row is of.
    Attribute(Attribute),
    /// A count of what was delivered: a figure of the world, times so many.
    Count(usize, i64),
    /// The sum of two such counts.
    Sum((usize, i64), (usize, i64)),
    SpendMicros,
    SpendMajor,
    /// People reached.
    People,
    /// Impressions per person.
    Frequency,
    /// Spend per so many of a count, in micros.
    CostMicros(usize, i64),
    /// The same in units.
    CostMajor(usize, i64),
    /// One count per another.
    Rate(usize, usize),
    /// Conversions of one event (all of them without one) by how and where they came about.
    Conversions(Option<Event>, Way, Place),
    /// Their value in micros.
    Value(Option<Event>, Way, Place),
    /// Spend per conversion, in units.
    CostPer(Event, Place),
    /// Value per spend.
    Roas(Event, Place),
    /// Conversions per paid click.
    ConversionRate(Event),
    /// Leads left in the platform's own forms, and what one costs.
    FormLeads,
    CostPerFormLead,
    /// Nothing that this world has.
    Nothing,
}

/// What a row can tell of its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attribute {
    AccountId,
    CampaignId,
    CampaignName,
    CampaignSummary,
    CampaignStatus,
    CampaignObjective,
    CampaignDailyCap,
    CampaignBudgetOptimization,
    AdGroupId,
    AdGroupName,
    AdGroupSummary,
    AdGroupStatus,
    AdGroupBudgetType,
    AdGroupBudget,
    AdId,
    AdName,
    AdSummary,
    PinId,
}

/// A column that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) shows: Shows,
}

/// Where a column may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    Anywhere,
    Direct,
    Report,
}

static KNOWN: LazyLock<HashMap<&'static str, (Column, Where)>> = LazyLock::new(|| {
    let plain = PLAIN.iter().map(|(name, shows, at)| (*name, *shows, *at));
    let silent = SILENT.iter().map(|name| (*name, Shows::Nothing, Where::Anywhere));
    let unheard = REPORT_SILENT.iter().map(|name| (*name, Shows::Nothing, Where::Report));
    let all = plain.chain(silent).chain(unheard).chain(conversions::all());
    all.map(|(name, shows, at)| (name, (Column { name, shows }, at))).collect()
});

/// A column of direct analytics.
pub(crate) fn direct(name: &str) -> Option<Column> {
    KNOWN.get(name).filter(|(_, at)| *at != Where::Report).map(|(column, _)| *column)
}

/// A column of reports.
pub(crate) fn of_report(name: &str) -> Option<Column> {
    KNOWN.get(name).filter(|(_, at)| *at != Where::Direct).map(|(column, _)| *column)
}

/// Every name, in order, for `resources/delivery_metrics`.
pub(crate) fn names(report: bool) -> Vec<&'static str> {
    let wrong = if report { Where::Direct } else { Where::Report };
    let mut names: Vec<&str> = KNOWN.iter().filter(|(_, (_, at))| *at != wrong).map(|(name, _)| *name).collect();
    names.sort_unstable();
    names
}

impl Column {
    pub(crate) const fn is_attribute(&self) -> bool {
        matches!(self.shows, Shows::Attribute(_))
    }

    /// Whether it counts conversions, which hours do not have.
    pub(crate) const fn is_conversion(&self) -> bool {
        matches!(
            self.shows,
            Shows::Conversions(..)
                | Shows::Value(..)
                | Shows::CostPer(..)
                | Shows::Roas(..)
                | Shows::ConversionRate(_)
                | Shows::FormLeads
                | Shows::CostPerFormLead
        )
    }

    /// Whether it needs the people reached.
    pub(crate) const fn is_reach(&self) -> bool {
        matches!(self.shows, Shows::People | Shows::Frequency)
    }
}

use crate::world::measure::{
    CLICKS, ENGAGEMENTS, IMPRESSIONS, LINK_CLICKS, QUARTILES, REACTIONS, THRUPLAYS, VIDEO_PLAYS, VIDEO_VIEWS,
};
use Attribute::{
    AccountId, AdGroupBudget, AdGroupBudgetType, AdGroupId, AdGroupName, AdGroupStatus, AdGroupSummary, AdId, AdName, AdSummary,
    CampaignBudgetOptimization, CampaignDailyCap, CampaignId, CampaignName, CampaignObjective, CampaignStatus, CampaignSummary,
    PinId,
};
use Shows::{Attribute as Of, CostMajor, CostMicros, Count, Rate, Sum};
use Where::{Anywhere, Report};

/// What others see and click of a saved Pin: it costs nothing and is in no paid figure.
const EARNED_IMPRESSIONS: (usize, i64) = (REACTIONS, 30);
const EARNED_CLICKS: (usize, i64) = (REACTIONS, 1);

static PLAIN: [(&str, Shows, Where); 90] = [
    ("ADVERTISER_ID", Of(AccountId), Anywhere),
    ("AD_ACCOUNT_ID", Of(AccountId), Anywhere),
    ("CAMPAIGN_ID", Of(CampaignId), Anywhere),
    ("CAMPAIGN_NAME", Of(CampaignName), Anywhere),
    ("CAMPAIGN_STATUS", Of(CampaignSummary), Report),
    ("CAMPAIGN_ENTITY_STATUS", Of(CampaignStatus), Anywhere),
    ("CAMPAIGN_MANAGED_STATUS", Of(CampaignStatus), Report),
    ("CAMPAIGN_OBJECTIVE_TYPE", Of(CampaignObjective), Anywhere),
    ("CAMPAIGN_DAILY_SPEND_CAP", Of(CampaignDailyCap), Anywhere),
    ("CAMPAIGN_BUDGET_OPTIMIZATION", Of(CampaignBudgetOptimization), Anywhere),
    ("AD_GROUP_ID", Of(AdGroupId), Anywhere),
    ("AD_GROUP_NAME", Of(AdGroupName), Anywhere),
    ("AD_GROUP_STATUS", Of(AdGroupSummary), Report),
    ("AD_GROUP_ENTITY_STATUS", Of(AdGroupStatus), Anywhere),
    ("AD_GROUP_BUDGET_TYPE", Of(AdGroupBudgetType), Anywhere),
    ("AD_GROUP_BUDGET_IN_LOCAL_CURRENCY", Of(AdGroupBudget), Anywhere),
    ("PIN_PROMOTION_ID", Of(AdId), Anywhere),
    ("AD_ID", Of(AdId), Anywhere),
    ("PIN_PROMOTION_NAME", Of(AdName), Report),
    ("AD_NAME", Of(AdName), Anywhere),
    ("PIN_PROMOTION_STATUS", Of(AdSummary), Report),
    ("AD_STATUS", Of(AdSummary), Report),
    ("PIN_ID", Of(PinId), Anywhere),
    ("SPEND_IN_MICRO_DOLLAR", Shows::SpendMicros, Anywhere),
    ("SPEND_IN_DOLLAR", Shows::SpendMajor, Anywhere),
    ("PAID_IMPRESSION", Count(IMPRESSIONS, 1), Anywhere),
    ("IMPRESSION_1", Count(IMPRESSIONS, 1), Anywhere),
    ("IMPRESSION_1_GROSS", Count(IMPRESSIONS, 1), Anywhere),
    ("IMPRESSION_2", Count(EARNED_IMPRESSIONS.0, EARNED_IMPRESSIONS.1), Anywhere),
    ("TOTAL_IMPRESSION", Sum((IMPRESSIONS, 1), EARNED_IMPRESSIONS), Anywhere),
    ("TOTAL_IMPRESSION_USER", Shows::People, Anywhere),
    ("TOTAL_IMPRESSION_FREQUENCY", Shows::Frequency, Anywhere),
    ("CLICKTHROUGH_1", Count(CLICKS, 1), Anywhere),
    ("CLICKTHROUGH_1_GROSS", Count(CLICKS, 1), Anywhere),
    ("CLICKTHROUGH_2", Count(EARNED_CLICKS.0, EARNED_CLICKS.1), Anywhere),
    ("TOTAL_CLICKTHROUGH", Sum((CLICKS, 1), EARNED_CLICKS), Anywhere),
    ("OUTBOUND_CLICK_1", Count(LINK_CLICKS, 1), Anywhere),
    ("REPIN_1", Count(REACTIONS, 1), Anywhere),
    ("ENGAGEMENT_1", Count(ENGAGEMENTS, 1), Anywhere),
    ("ENGAGEMENT_2", Count(EARNED_CLICKS.0, EARNED_CLICKS.1), Anywhere),
    ("TOTAL_ENGAGEMENT", Sum((ENGAGEMENTS, 1), EARNED_CLICKS), Anywhere),
    ("CTR", Rate(CLICKS, IMPRESSIONS), Anywhere),
    ("ECTR", Rate(CLICKS, IMPRESSIONS), Anywhere),
    ("OUTBOUND_CTR", Rate(LINK_CLICKS, IMPRESSIONS), Report),
    ("OUTBOUND_CTR_1", Rate(LINK_CLICKS, IMPRESSIONS), Anywhere),
    ("ENGAGEMENT_RATE", Rate(ENGAGEMENTS, IMPRESSIONS), Anywhere),
    ("EENGAGEMENT_RATE", Rate(ENGAGEMENTS, IMPRESSIONS), Anywhere),
    ("REPIN_RATE", Rate(REACTIONS, IMPRESSIONS), Anywhere),
    ("TOTAL_REPIN_RATE", Rate(REACTIONS, IMPRESSIONS), Anywhere),
    ("CPC_IN_MICRO_DOLLAR", CostMicros(CLICKS, 1), Anywhere),
    ("ECPC_IN_MICRO_DOLLAR", CostMicros(CLICKS, 1), Anywhere),
    ("ECPC_IN_DOLLAR", CostMajor(CLICKS, 1), Anywhere),
    ("CPM_IN_MICRO_DOLLAR", CostMicros(IMPRESSIONS, 1_000), Anywhere),
    ("ECPM_IN_MICRO_DOLLAR", CostMicros(IMPRESSIONS, 1_000), Anywhere),
    ("CPM_IN_DOLLAR", CostMajor(IMPRESSIONS, 1_000), Anywhere),
    ("ECPE_IN_DOLLAR", CostMajor(ENGAGEMENTS, 1), Anywhere),
    ("COST_PER_OUTBOUND_CLICK", CostMicros(LINK_CLICKS, 1), Report),
    ("COST_PER_OUTBOUND_CLICK_IN_DOLLAR", CostMajor(LINK_CLICKS, 1), Anywhere),
    ("COST_PER_OUTBOUND_CLICK_IN_DOLLAR_1", CostMajor(LINK_CLICKS, 1), Anywhere),
    ("VIDEO_3SEC_VIEWS_1", Count(VIDEO_VIEWS, 1), Anywhere),
    ("VIDEO_MRC_VIEWS_1", Count(VIDEO_VIEWS, 1), Anywhere),
    ("VIDEO_15SEC_UNIQUE_VIEWS_1", Count(THRUPLAYS, 1), Anywhere),
    ("VIDEO_P0_COMBINED_1", Count(VIDEO_PLAYS, 1), Report),
    ("VIDEO_P25_COMBINED_1", Count(QUARTILES, 1), Report),
    ("VIDEO_P50_COMBINED_1", Count(QUARTILES + 1, 1), Report),
    ("VIDEO_P75_COMBINED_1", Count(QUARTILES + 2, 1), Report),
    ("VIDEO_P95_COMBINED_1", Count(QUARTILES + 3, 1), Report),
    ("VIDEO_P100_COMPLETE_1", Count(QUARTILES + 4, 1), Report),
    ("TOTAL_VIDEO_3SEC_VIEWS", Count(VIDEO_VIEWS, 1), Anywhere),
    ("TOTAL_VIDEO_MRC_VIEWS", Count(VIDEO_VIEWS, 1), Anywhere),
    ("TOTAL_VIDEO_15SEC_UNIQUE_VIEWS", Count(THRUPLAYS, 1), Anywhere),
    ("TOTAL_VIDEO_P0_COMBINED", Count(VIDEO_PLAYS, 1), Anywhere),
    ("TOTAL_VIDEO_P25_COMBINED", Count(QUARTILES, 1), Anywhere),
    ("TOTAL_VIDEO_P50_COMBINED", Count(QUARTILES + 1, 1), Anywhere),
    ("TOTAL_VIDEO_P75_COMBINED", Count(QUARTILES + 2, 1), Anywhere),
    ("TOTAL_VIDEO_P95_COMBINED", Count(QUARTILES + 3, 1), Anywhere),
    ("TOTAL_VIDEO_P100_COMPLETE", Count(QUARTILES + 4, 1), Anywhere),
    ("ECPV_IN_DOLLAR", CostMajor(VIDEO_VIEWS, 1), Anywhere),
    ("ECPCV_IN_DOLLAR", CostMajor(QUARTILES + 4, 1), Anywhere),
    ("ECPCV_P95_IN_DOLLAR", CostMajor(QUARTILES + 3, 1), Anywhere),
    ("CPV_IN_MICRO_DOLLAR", CostMicros(VIDEO_VIEWS, 1), Report),
    ("CPCV_IN_MICRO_DOLLAR", CostMicros(QUARTILES + 4, 1), Report),
    ("CPCV_P95_IN_MICRO_DOLLAR", CostMicros(QUARTILES + 3, 1), Report),
    ("PAID_VIDEO_VIEWABLE_RATE", Rate(VIDEO_VIEWS, VIDEO_PLAYS), Anywhere),
    ("LEADS", Shows::FormLeads, Anywhere),
    ("COST_PER_LEAD", Shows::CostPerFormLead, Anywhere),
    ("IS_PREMIERE_CAMPAIGN", Shows::Nothing, Anywhere),
    ("QUIZ_PIN_RESULT_OPEN", Shows::Nothing, Where::Direct),
    ("CTR_2", Shows::Nothing, Anywhere),
    ("OUTBOUND_CLICK_2", Shows::Nothing, Anywhere),
];

/// Columns of either kind without figures here.
static SILENT: [&str; 50] = [
    "CAMPAIGN_BRAND_LABEL",
    "CAMPAIGN_LIFETIME_SPEND_CAP",
    "AD_GROUP_BID_MULTIPLIER",
    "AD_GROUP_OPTIMIZATION",
    "PROMO_ID",
    "PROMO_NAME",
    "ORDER_LINE_ID",
    "ORDER_LINE_NAME",
    "REPIN_2",
    "TOTAL_WEB_SESSIONS",
    "WEB_SESSIONS_1",
    "WEB_SESSIONS_2",
    "PRODUCT_GROUP_AD_IMAGE_TAG",
    "PRODUCT_GROUP_AD_VIDEO_TAG",
    "VIDEO_3SEC_VIEWS_2",
    "VIDEO_15SEC_UNIQUE_VIEWS_2",
    "VIDEO_P100_COMPLETE_2",
    "VIDEO_P0_COMBINED_2",
    "VIDEO_P25_COMBINED_2",
    "VIDEO_P50_COMBINED_2",
    "VIDEO_P75_COMBINED_2",
    "VIDEO_P95_COMBINED_2",
    "VIDEO_MRC_VIEWS_2",
    "VIDEO_LENGTH",
    "VIDEO_SPEND_IN_DOLLAR",
    "TOTAL_VIDEO_AVG_WATCHTIME_IN_SECOND",
    "TOTAL_APP_INSTALL_CONVERSION_RATE",
    "TOTAL_INAPP_APP_INSTALL_CONVERSION_RATE",
    "IDEA_PIN_PRODUCT_TAG_VISIT_1",
    "IDEA_PIN_PRODUCT_TAG_VISIT_2",
    "TOTAL_IDEA_PIN_PRODUCT_TAG_VISIT",
    "QUIZ_COMPLETED",
    "QUIZ_COMPLETION_RATE",
    "SHOWCASE_PIN_CLICKTHROUGH",
    "SHOWCASE_SUBPAGE_CLICKTHROUGH",
    "SHOWCASE_SUBPIN_CLICKTHROUGH",
    "SHOWCASE_SUBPAGE_IMPRESSION",
    "SHOWCASE_SUBPIN_IMPRESSION",
    "SHOWCASE_SUBPAGE_SWIPE_LEFT",
    "SHOWCASE_SUBPAGE_SWIPE_RIGHT",
    "SHOWCASE_SUBPIN_SWIPE_LEFT",
    "SHOWCASE_SUBPIN_SWIPE_RIGHT",
    "SHOWCASE_SUBPAGE_REPIN",
    "SHOWCASE_SUBPIN_REPIN",
    "SHOWCASE_SUBPAGE_CLOSEUP",
    "SHOWCASE_CARD_THUMBNAIL_SWIPE_FORWARD",
    "SHOWCASE_CARD_THUMBNAIL_SWIPE_BACKWARD",
    "SHOWCASE_AVERAGE_SUBPAGE_CLOSEUP_PER_SESSION",
    "TOTAL_ADD_TO_WISHLIST",
    "TOTAL_SUBSCRIBE",
];

/// Columns of reports without figures here.
static REPORT_SILENT: [&str; 27] = [
    "ADS_CREDIT_SPEND_IN_MICRO_DOLLAR",
    "ADS_CREDIT_SPEND_IN_DOLLAR",
    "CAMPAIGN_CUSTOM_LABELS",
    "PRODUCT_GROUP_ID",
    "PRODUCT_GROUP_STATUS",
    "PRODUCT_ITEM_NAME",
    "PRODUCT_ITEM_IMAGE_URL",
    "PRODUCT_ITEM_PRICE",
    "PRODUCT_ITEM_PRODUCT_URL",
    "PRODUCT_ITEM_PIN_URL",
    "PRODUCT_ITEM_BRAND",
    "PRODUCT_ITEM_DESCRIPTION",
    "PRODUCT_ITEM_SALE_PRICE",
    "PRODUCT_ITEM_PRODUCT_TYPE",
    "PRODUCT_ITEM_PRODUCT_CATEGORY",
    "PRODUCT_ITEM_CURRENCY",
    "ONSITE_CHECKOUTS_1",
    "VIDEO_AVG_WATCHTIME_IN_SECOND_1",
    "VIDEO_AVG_WATCHTIME_IN_SECOND_2",
    "TOTAL_DESTINATION_VIEWS",
    "IDEA_PIN_PAGE_FORWARD_1",
    "IDEA_PIN_PAGE_FORWARD_2",
    "IDEA_PIN_PAGE_BACKWARD_1",
    "IDEA_PIN_PAGE_BACKWARD_2",
    "TOTAL_IDEA_PIN_PAGE_FORWARD",
    "TOTAL_IDEA_PIN_PAGE_BACKWARD",
    "STANDARD_AD_FEED_ITEM_ID",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direct_analytics_take_175_columns_and_reports_613() {
        assert_eq!((names(false).len(), names(true).len()), (175, 613));
        for only_reports in ["TOTAL_ADD_TO_CART", "TOTAL_SEARCH", "OUTBOUND_CTR", "CAMPAIGN_STATUS", "TOTAL_WEB_LEAD"] {
            assert!(direct(only_reports).is_none() && of_report(only_reports).is_some(), "{only_reports}");
        }
        assert!(direct("SPENT").is_none() && of_report("TOTAL_CHECKOUT_TYPO").is_none());
        assert_eq!(
            of_report("TOTAL_WEB_VIEW_CHECKOUT").unwrap().shows,
            Shows::Conversions(Some(Event::Checkout), Way::View, Place::Web)
        );
    }
}
