//! The metrics: their names, their translated titles, and what they are made of.

use super::row::Row;
use std::io::Write;

/// A figure that metrics are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Figure {
    Spend,
    Impressions,
    Clicks,
    Reach,
    Conversions(Credit),
    Payments(Credit),
    /// What the payments were worth, in minor units.
    PaymentValue,
    Forms,
    InstantForms,
    Browsed,
    AddedToCart,
    Checkouts,
    Landings,
    Plays,
    TwoSeconds,
    SixSeconds,
    /// Plays up to a quarter, half, three quarters, the end.
    Quarters(usize),
    Likes,
    Engagements,
    /// Of apps, which nobody here advertises.
    AppPurchases,
    AppPurchaseValue,
    /// Credited to engaged views, which nobody here has set up.
    EngagedViews,
}

/// What a conversion is credited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credit {
    Any,
    Click,
    View,
}

/// A name or another property of the object a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attribute {
    AdvertiserId,
    AdvertiserName,
    Currency,
    Timezone,
    CampaignId,
    CampaignName,
    Objective,
    Automation,
    AdGroupId,
    AdGroupName,
    PromotionType,
    AdName,
    AdText,
}

/// What a metric tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Metric {
    Attribute(Attribute),
    Count(Figure),
    Money(Figure),
    /// One figure times a factor by another; the text stands where the latter is 0.
    Ratio(Figure, i64, Figure, &'static str),
    /// Revenue in some accounts and a rate in the others, whatever its name says.
    Misnamed,
}

use Attribute as A;
use Credit::{Any, Click, View};
use Figure as F;
use Metric::{Count, Money, Ratio};

/// Name, translated title, what it is, and whether reports of the audience have it too.
const METRICS: [(&str, &str, Metric, bool); 58] = [
    ("spend", "Cost", Money(F::Spend), true),
    ("impressions", "Impressions", Count(F::Impressions), true),
    ("clicks", "Clicks (Destination)", Count(F::Clicks), true),
    ("ctr", "CTR (Destination)", Ratio(F::Clicks, 100, F::Impressions, "0.00"), true),
    ("cpc", "CPC (Destination)", Ratio(F::Spend, 1, F::Clicks, "0.00"), true),
    ("cpm", "CPM", Ratio(F::Spend, 1_000, F::Impressions, "0.00"), true),
    ("reach", "Reach", Count(F::Reach), false),
    ("frequency", "Frequency", Ratio(F::Impressions, 1, F::Reach, "0.00"), false),
    ("cost_per_1000_reached", "Cost Per 1,000 People Reached", Ratio(F::Spend, 1_000, F::Reach, "0.00"), false),
    ("conversion", "Conversions", Count(F::Conversions(Any)), true),
    ("cost_per_conversion", "CPA", Ratio(F::Spend, 1, F::Conversions(Any), "0.00"), true),
    ("conversion_rate", "CVR", Ratio(F::Conversions(Any), 100, F::Clicks, "0.00"), true),
    ("cta_conversion", "CTA Conversions", Count(F::Conversions(Click)), false),
    ("vta_conversion", "VTA Conversions", Count(F::Conversions(View)), false),
    ("evta_conversion", "EVTA Conversions", Count(F::EngagedViews), false),
    ("complete_payment", "Complete Payment", Count(F::Payments(Any)), false),
    ("cost_per_complete_payment", "Cost per Complete Payment", Ratio(F::Spend, 1, F::Payments(Any), "-"), false),
    ("complete_payment_rate", "Complete Payment Rate", Ratio(F::Payments(Any), 100, F::Clicks, "0.00"), false),
    ("value_per_complete_payment", "Value per Complete Payment", Ratio(F::PaymentValue, 1, F::Payments(Any), "-"), false),
    ("complete_payment_roas", "Complete Payment ROAS", Ratio(F::PaymentValue, 1, F::Spend, "-"), false),
    ("total_complete_payment_rate", "Total Complete Payment Rate", Metric::Misnamed, false),
    ("cta_complete_payment", "CTA Complete Payment", Count(F::Payments(Click)), false),
    ("vta_complete_payment", "VTA Complete Payment", Count(F::Payments(View)), false),
    ("evta_complete_payment", "EVTA Complete Payment", Count(F::EngagedViews), false),
    ("form", "Submit Form", Count(F::Forms), false),
    ("cost_per_form", "Cost per Submit Form", Ratio(F::Spend, 1, F::Forms, "-"), false),
    ("onsite_form", "Form Submission", Count(F::InstantForms), false),
    ("product_details_page_browse", "View Content", Count(F::Browsed), false),
    ("web_event_add_to_cart", "Add to Cart", Count(F::AddedToCart), false),
    ("initiate_checkout", "Initiate Checkout", Count(F::Checkouts), false),
    ("total_landing_page_view", "Landing Page Views", Count(F::Landings), false),
    ("purchase", "Unique Purchases (App)", Count(F::AppPurchases), false),
    ("total_purchase", "Purchases (App)", Count(F::AppPurchases), false),
    ("total_purchase_value", "Purchase Value (App)", Money(F::AppPurchaseValue), false),
    ("video_play_actions", "Video Views", Count(F::Plays), false),
    ("video_watched_2s", "2-Second Video Views", Count(F::TwoSeconds), false),
    ("video_watched_6s", "6-Second Video Views", Count(F::SixSeconds), false),
    ("video_views_p25", "Video Views at 25%", Count(F::Quarters(0)), false),
    ("video_views_p50", "Video Views at 50%", Count(F::Quarters(1)), false),
    ("video_views_p75", "Video Views at 75%", Count(F::Quarters(2)), false),
    ("video_views_p100", "Video Views at 100%", Count(F::Quarters(3)), false),
    ("likes", "Paid Likes", Count(F::Likes), false),
    ("engagements", "Paid Engagement", Count(F::Engagements), false),
    ("engagement_rate", "Paid Engagement Rate", Ratio(F::Engagements, 100, F::Impressions, "0.00"), false),
    ("advertiser_id", "Account ID", Metric::Attribute(A::AdvertiserId), true),
    ("advertiser_name", "Account Name", Metric::Attribute(A::AdvertiserName), true),
    ("currency", "Currency", Metric::Attribute(A::Currency), true),
    ("timezone", "Time Zone", Metric::Attribute(A::Timezone), true),
    ("campaign_id", "Campaign ID", Metric::Attribute(A::CampaignId), true),
    ("campaign_name", "Campaign Name", Metric::Attribute(A::CampaignName), true),
    ("objective_type", "Advertising Objective", Metric::Attribute(A::Objective), true),
    ("campaign_automation_type", "Automation Type", Metric::Attribute(A::Automation), true),
    ("adgroup_id", "Ad Group ID", Metric::Attribute(A::AdGroupId), true),
    ("adgroup_name", "Ad Group Name", Metric::Attribute(A::AdGroupName), true),
    ("promotion_type", "Promotion Type", Metric::Attribute(A::PromotionType), true),
    ("ad_name", "Ad Name", Metric::Attribute(A::AdName), true),
    ("ad_text", "Ad Text", Metric::Attribute(A::AdText), true),
    ("conversion_rate_v2", "CVR (Impressions)", Ratio(F::Conversions(Any), 100, F::Impressions, "0.00"), true),
];

/// A metric that was asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) name: &'static str,
    /// The title that a prepared report shows in place of the name.
    pub(crate) title: &'static str,
    pub(crate) metric: Metric,
    /// Whether reports of the audience have it.
    pub(crate) of_audience: bool,
}

impl Asked {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let (name, title, metric, of_audience) = *METRICS.iter().find(|m| m.0 == name)?;
        Some(Self { name, title, metric, of_audience })
    }
}

impl Metric {
    /// How far down the row's object must be for the metric to have a meaning: 0 is the account, 3 an ad.
    pub(crate) const fn depth(self) -> usize {
        match self {
            Self::Attribute(A::CampaignId | A::CampaignName | A::Objective | A::Automation) => 1,
            Self::Attribute(A::AdGroupId | A::AdGroupName | A::PromotionType) => 2,
            Self::Attribute(A::AdName | A::AdText) => 3,
            _ => 0,
        }
    }

    /// Whether it counts people, which are not counted by the hour.
    pub(crate) const fn of_people(self) -> bool {
        matches!(self, Self::Count(F::Reach) | Self::Ratio(_, _, F::Reach, _))
    }

    /// Whether conversions must be known for it.
    pub(crate) const fn needs_conversions(self) -> bool {
        const fn of(figure: Figure) -> bool {
            matches!(figure, F::Conversions(_) | F::Payments(_) | F::PaymentValue | F::Forms | F::InstantForms)
        }
        match self {
            Self::Attribute(_) => false,
            Self::Count(f) | Self::Money(f) => of(f),
            Self::Ratio(a, _, b, _) => of(a) || of(b),
            Self::Misnamed => true,
        }
    }

    /// The plain text of its value. Every value is text, and there is no telling `-` and `0` apart in general.
    pub(crate) fn write(self, row: &Row<'_>, out: &mut Vec<u8>) {
        match self {
            Self::Attribute(attribute) => out.extend_from_slice(row.attribute(attribute).as_bytes()),
            Self::Count(figure) => match row.figure(figure) {
                Some(n) => number(out, format_args!("{n}")),
                None => out.push(b'-'),
            },
            Self::Money(figure) => match row.figure(figure) {
                Some(n) => money(out, n, row.account.offset),
                None => out.push(b'-'),
            },
            Self::Ratio(top, times, bottom, empty) => match (row.figure(top), row.figure(bottom)) {
                (Some(a), Some(b)) if b != 0 => ratio(out, (a * times, is_money(top)), (b, is_money(bottom)), row.account.offset),
                (None, _) | (_, None) => out.push(b'-'),
                _ => out.extend_from_slice(empty.as_bytes()),
            },
            Self::Misnamed if row.misnamed_is_revenue => Money(F::PaymentValue).write(row, out),
            Self::Misnamed => Ratio(F::Payments(Any), 100, F::Clicks, "0.00").write(row, out),
        }
    }

    /// Its value for sorting and for conditions; attributes have none.
    pub(crate) fn value(self, row: &Row<'_>) -> f64 {
        let of = |figure: Figure| {
            row.figure(figure).unwrap_or(0) as f64 / if is_money(figure) { row.account.offset as f64 } else { 1.0 }
        };
        match self {
            Self::Attribute(_) => 0.0,
            Self::Count(f) | Self::Money(f) => of(f),
            Self::Ratio(a, times, b, _) => {
                let below = of(b);
                if below == 0.0 { 0.0 } else { of(a) * times as f64 / below }
            }
            Self::Misnamed => of(F::PaymentValue),
        }
    }
}

const fn is_money(figure: Figure) -> bool {
    matches!(figure, F::Spend | F::PaymentValue | F::AppPurchaseValue)
}

fn number(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to memory cannot fail.
    out.write_fmt(text).unwrap_or_default();
}

/// Minor units as a decimal of major ones.
fn money(out: &mut Vec<u8>, minor: i64, offset: i64) {
    if offset == 100 {
        number(out, format_args!("{}.{:02}", minor / 100, minor % 100));
    } else {
        number(out, format_args!("{}", minor / offset));
    }
}

/// A ratio rounded to two decimals, as all of TikTok's are.
fn ratio(out: &mut Vec<u8>, top: (i64, bool), bottom: (i64, bool), offset: i64) {
    let (mut n, mut d) = (i128::from(top.0) * 100, i128::from(bottom.0));
    if top.1 {
        d *= i128::from(offset);
    }
    if bottom.1 {
        n *= i128::from(offset);
    }
    let scaled = (n + d / 2) / d;
    number(out, format_args!("{}.{:02}", scaled / 100, scaled % 100));
}

#[cfg(test)]
mod tests {
    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_read_as_tiktok_prints_them() {
        assert_eq!(written(|o| super::money(o, 1_468, 100)), "14.68");
        assert_eq!(written(|o| super::money(o, 5, 100)), "0.05");
        assert_eq!(written(|o| super::money(o, 1_468, 1)), "1468");
        assert_eq!(written(|o| super::ratio(o, (31 * 100, false), (1_079, false), 100)), "2.87");
        assert_eq!(written(|o| super::ratio(o, (1_468, true), (31, false), 100)), "0.47");
        assert_eq!(written(|o| super::ratio(o, (2_000, true), (1_000, true), 100)), "2.00");
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = super::METRICS.iter().map(|m| m.0).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), super::METRICS.len());
    }
}
