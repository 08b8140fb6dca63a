//! What a column can hold, by the names a mapping file uses.

use serde::{Deserialize, Serialize};

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// What a column can hold.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Field {
            $($(#[$doc])* $name,)*
        }

        impl Field {
            /// Every field.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name in a mapping file.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

fields! {
    /// The day, in the account's zone.
    Date = "date";
    /// A week: its first day, or a range.
    Week = "week";
    /// A month.
    Month = "month";
    /// First day of the period a row covers.
    PeriodStart = "period_start";
    /// Last day of the period a row covers.
    PeriodEnd = "period_end";
    /// The account's id.
    AccountId = "account_id";
    /// The account's name.
    AccountName = "account_name";
    /// The currency's code.
    Currency = "currency";
    /// The campaign's id.
    CampaignId = "campaign_id";
    /// The campaign's name.
    Campaign = "campaign";
    /// The ad group's (ad set's) id.
    AdGroupId = "ad_group_id";
    /// The ad group's (ad set's) name.
    AdGroup = "ad_group";
    /// The ad's id.
    AdId = "ad_id";
    /// The ad's name.
    Ad = "ad";
    /// Times shown.
    Impressions = "impressions";
    /// All clicks.
    Clicks = "clicks";
    /// Interactions: stands in where there are no clicks.
    Interactions = "interactions";
    /// Clicks that leave for the advertised link.
    LinkClicks = "link_clicks";
    /// Spend in the currency's unit.
    Spend = "spend";
    /// Spend in millionths of the currency's unit.
    SpendMicros = "spend_micros";
    /// People reached.
    Reach = "reach";
    /// The one conversion that counts.
    Conversions = "conversions";
    /// Purchases: they count as the conversion where a file has them.
    Purchases = "purchases";
    /// Results of whatever the row optimises for.
    Results = "results";
    /// What those results are.
    ResultType = "result_type";
    /// Value of the conversions in the currency's unit.
    Revenue = "revenue";
    /// Leads.
    Leads = "leads";
    /// All conversions, secondary ones included.
    AllConversions = "all_conversions";
    /// Items put into carts.
    AddsToCart = "adds_to_cart";
    /// Checkouts begun.
    Checkouts = "checkouts";
    /// Registrations.
    Registrations = "registrations";
    /// Visits of the landing page.
    LandingPageViews = "landing_page_views";
    /// Video plays of three seconds or the platform's closest figure.
    VideoViews = "video_views";
    /// Video plays to the end or 15 seconds.
    Thruplays = "thruplays";
    /// Age band.
    Age = "age";
    /// Gender.
    Gender = "gender";
    /// Country, by code or name.
    Country = "country";
    /// A place whose last part is the country.
    Location = "location";
    /// Device.
    Device = "device";
    /// Publisher.
    Platform = "platform";
    /// Placement.
    Placement = "placement";
    /// The campaign's status.
    CampaignStatus = "campaign_status";
    /// The ad group's status.
    AdGroupStatus = "ad_group_status";
    /// The ad's status.
    AdStatus = "ad_status";
    /// Status of whatever the row is about.
    Status = "status";
    /// Budget of whatever the row is about.
    Budget = "budget";
    /// The campaign's budget.
    CampaignBudget = "campaign_budget";
    /// The ad group's budget.
    AdGroupBudget = "ad_group_budget";
    /// Whether the budget is per day or for the whole life.
    BudgetType = "budget_type";
    /// What is optimised for.
    Objective = "objective";
    /// How conversions are attributed.
    Attribution = "attribution";
    /// First day of running.
    Starts = "starts";
    /// Last day of running.
    Ends = "ends";
}

impl Field {
    /// Names and ids of campaigns, ad groups and ads.
    pub(super) const HIERARCHY: [Self; 6] =
        [Self::CampaignId, Self::Campaign, Self::AdGroupId, Self::AdGroup, Self::AdId, Self::Ad];
    /// Ways a figure is split that are kept as breakdowns.
    pub(super) const SPLITS: [Self; 7] =
        [Self::Age, Self::Gender, Self::Country, Self::Location, Self::Device, Self::Platform, Self::Placement];
    /// Columns that hold dates.
    pub(super) const DATES: [Self; 7] =
        [Self::Date, Self::Week, Self::Month, Self::PeriodStart, Self::PeriodEnd, Self::Starts, Self::Ends];

    /// Whether the column holds whole numbers.
    pub(super) const fn counts(self) -> bool {
        matches!(
            self,
            Self::Impressions
                | Self::Clicks
                | Self::Interactions
                | Self::LinkClicks
                | Self::Reach
                | Self::SpendMicros
                | Self::VideoViews
                | Self::Thruplays
        )
    }

    /// Whether the column holds amounts of money in the currency's unit.
    pub(super) const fn money(self) -> bool {
        matches!(self, Self::Spend | Self::Revenue | Self::Budget | Self::CampaignBudget | Self::AdGroupBudget)
    }

    /// Whether the column holds numbers that add up.
    pub(super) const fn measures(self) -> bool {
        self.counts() || matches!(self, Self::Spend | Self::Revenue) || self.action().is_some()
    }

    /// The action type a count of conversions is stored under.
    pub(super) const fn action(self) -> Option<&'static str> {
        match self {
            Self::Conversions => Some("conversions"),
            Self::Purchases => Some("purchase"),
            Self::Results => Some("results"),
            Self::Leads => Some("lead"),
            Self::AllConversions => Some("all_conversions"),
            Self::AddsToCart => Some("add_to_cart"),
            Self::Checkouts => Some("initiate_checkout"),
            Self::Registrations => Some("complete_registration"),
            Self::LandingPageViews => Some("landing_page_view"),
            _ => None,
        }
    }
}
