//! One row of a report: what it is about, and its figures.

use super::metric::{Attribute, Credit, Figure};
use crate::{
    tiktok::objects,
    world::{
        account::{Account, AdSet},
        measure::{
            ENGAGEMENTS, FUNNEL, LANDINGS, LEAD_FORM, LEAD_WEB, LINK_CLICKS, PURCHASE_SHOP, PURCHASE_WEB, QUARTILES, REACTIONS,
            SPEND, THRUPLAYS, Tally, VIDEO_PLAYS, VIDEO_VIEWS, WINDOWS,
        },
        reach::Union,
    },
};
use std::borrow::Cow;

/// Seven days after a click and one after a view: the windows an ad group has unless told otherwise.
const CLICK: usize = 1;
const VIEW: usize = 3;

/// Figures of one object or of several together.
#[derive(Debug, Clone)]
pub(crate) struct Sum {
    pub(crate) tally: Tally,
    /// What each ad group itself is optimised for, after clicks and after views. Not the same event everywhere.
    own: [i64; 2],
    pub(crate) people: Union,
}

impl Sum {
    pub(crate) const ZERO: Self = Self { tally: Tally::ZERO, own: [0; 2], people: Union::NOBODY };

    /// The figures of something within one ad group.
    pub(crate) fn within(ad_set: &AdSet, tally: Tally, people: Union) -> Self {
        let both = |a: usize, b: usize| [CLICK, VIEW].map(|w| tally.counts[a][w] + tally.counts[b][w]);
        let own = match ad_set.optimization_goal {
            "OFFSITE_CONVERSIONS" => both(PURCHASE_WEB, PURCHASE_SHOP),
            "LEAD_GENERATION" => both(LEAD_WEB, LEAD_FORM),
            "LANDING_PAGE_VIEWS" => [tally.linear[LANDINGS], 0],
            _ => [0; 2],
        };
        Self { tally, own, people }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.tally.add(&other.tally);
        self.own.iter_mut().zip(other.own).for_each(|(sum, part)| *sum += part);
        self.people.merge(other.people);
    }

    /// Whether there is anything to tell.
    pub(crate) fn delivered(&self) -> bool {
        self.tally.impressions() > 0 || self.tally.linear[SPEND] > 0 || self.tally.counts.iter().flatten().any(|n| *n > 0)
    }
}

/// The places of the objects a row belongs to, as far down as its level goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Ids {
    pub(crate) campaign: Option<usize>,
    pub(crate) ad_set: Option<usize>,
    pub(crate) ad: Option<usize>,
    /// The id of one creative of a Smart+ ad.
    pub(crate) creative: Option<u64>,
}

/// A finished row, not yet written.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    pub(crate) account: &'a Account,
    /// What `total_complete_payment_rate` holds in this account.
    pub(crate) misnamed_is_revenue: bool,
    pub(crate) ids: Ids,
    /// Which interval and which part of the breakdown.
    pub(crate) interval: usize,
    pub(crate) group: usize,
    pub(crate) sum: Sum,
}

impl Row<'_> {
    /// A figure; money in minor units. `None` for events that the account has not set up.
    pub(crate) fn figure(&self, figure: Figure) -> Option<i64> {
        let t = &self.sum.tally;
        let commerce = self.account.industry.commerce;
        let credited = |click: i64, view: i64, credit: Credit| match credit {
            Credit::Any => click + view,
            Credit::Click => click,
            Credit::View => view,
        };
        let funnel = |event: usize| t.linear[FUNNEL + event * WINDOWS + CLICK] + t.linear[FUNNEL + event * WINDOWS + VIEW];
        let counted = |kind: usize| t.counts[kind][CLICK] + t.counts[kind][VIEW];
        // These businesses have no shop on TikTok: whatever is sold is paid on their site.
        let payments = |w: usize| t.counts[PURCHASE_WEB][w] + t.counts[PURCHASE_SHOP][w];
        let worth = |w: usize| t.values[PURCHASE_WEB][w] + t.values[PURCHASE_SHOP][w];
        Some(match figure {
            Figure::Spend => t.linear[SPEND],
            Figure::Impressions => t.impressions(),
            Figure::Clicks => t.linear[LINK_CLICKS],
            Figure::Reach => self.sum.people.people(),
            Figure::Conversions(credit) => credited(self.sum.own[0], self.sum.own[1], credit),
            Figure::Payments(_) | Figure::PaymentValue | Figure::AddedToCart | Figure::Checkouts if !commerce => return None,
            Figure::Forms | Figure::InstantForms if commerce => return None,
            Figure::Payments(credit) => credited(payments(CLICK), payments(VIEW), credit),
            Figure::PaymentValue => worth(CLICK) + worth(VIEW),
            Figure::Forms => counted(LEAD_WEB),
            Figure::InstantForms => counted(LEAD_FORM),
            Figure::Browsed => funnel(0),
            Figure::AddedToCart => funnel(1),
            Figure::Checkouts => funnel(2),
            Figure::Landings => t.linear[LANDINGS],
            Figure::Plays => t.linear[VIDEO_PLAYS],
            Figure::TwoSeconds => t.linear[VIDEO_VIEWS],
            Figure::SixSeconds => t.linear[THRUPLAYS],
            Figure::Quarters(3) => t.linear[QUARTILES + 4],
            Figure::Quarters(n) => t.linear[QUARTILES + n],
            Figure::Likes => t.linear[REACTIONS],
            Figure::Engagements => t.linear[ENGAGEMENTS],
            Figure::AppPurchases | Figure::AppPurchaseValue | Figure::EngagedViews => 0,
        })
    }

    /// A property of the row's object.
    pub(crate) fn attribute(&self, attribute: Attribute) -> Cow<'_, str> {
        let a = self.account;
        let campaign = self.ids.campaign.map(|c| &a.campaigns[c]);
        let ad_set = self.ids.ad_set.map(|s| &a.ad_sets[s]);
        let ad = self.ids.ad.map(|ad| &a.ads[ad]);
        let text = |text: Option<&'static str>| Cow::Borrowed(text.unwrap_or("-"));
        match attribute {
            Attribute::AdvertiserId => Cow::Owned(a.id.to_string()),
            Attribute::AdvertiserName => Cow::Borrowed(a.name.as_str()),
            Attribute::Currency => Cow::Borrowed(a.currency.as_str()),
            Attribute::Timezone => Cow::Borrowed(a.calendar.zone().as_str()),
            Attribute::CampaignId => campaign.map_or(Cow::Borrowed("-"), |c| Cow::Owned(c.object.id.to_string())),
            Attribute::CampaignName => Cow::Borrowed(campaign.map_or("-", |c| c.object.name.as_str())),
            Attribute::Objective => text(self.ids.campaign.map(|c| objects::objective(a, c))),
            Attribute::Automation if self.ids.creative.is_some() => Cow::Borrowed("UPGRADED_SMART_PLUS_CREATIVE"),
            Attribute::Automation => text(self.ids.campaign.map(|c| objects::automation(a, c))),
            Attribute::AdGroupId => ad_set.map_or(Cow::Borrowed("-"), |s| Cow::Owned(s.object.id.to_string())),
            Attribute::AdGroupName => Cow::Borrowed(ad_set.map_or("-", |s| s.object.name.as_str())),
            Attribute::PromotionType => text(ad_set.map(|_| "Website")),
            Attribute::AdName => Cow::Borrowed(ad.map_or("-", |ad| ad.object.name.as_str())),
            Attribute::AdText => Cow::Borrowed(ad.map_or("-", |ad| ad.body.as_str())),
        }
    }
}
