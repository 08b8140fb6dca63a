//! What an ad account holds: campaigns, ad sets, ads, pixels, with everything that decides their figures.

use super::{
    calendar::Calendar,
    catalog::Industry,
    chance::Chance,
    incident::Incident,
    market::Market,
    response::Curve,
    timeline::{Spans, Timeline},
};
use std::ops::Range;
use trimtab_domain::Currency;

/// An object's own switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Switch {
    Active,
    Paused,
    Archived,
    Deleted,
}

impl Switch {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Paused => "PAUSED",
            Self::Archived => "ARCHIVED",
            Self::Deleted => "DELETED",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Paused, Self::Archived, Self::Deleted].into_iter().find(|s| s.word() == word)
    }
}

/// An ad account.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) id: u64,
    pub(crate) tenant: usize,
    pub(crate) name: String,
    pub(crate) currency: Currency,
    /// Minor units per unit.
    pub(crate) offset: i64,
    pub(crate) token: String,
    /// When the token dies, if ever.
    pub(crate) token_expires: Option<i64>,
    pub(crate) calendar: Calendar,
    pub(crate) industry: &'static Industry,
    pub(crate) countries: &'static [(&'static str, f64)],
    pub(crate) market: Market,
    /// The first day with delivery.
    pub(crate) first_day: i32,
    pub(crate) chance: Chance,
    pub(crate) campaigns: Vec<Campaign>,
    pub(crate) ad_sets: Vec<AdSet>,
    pub(crate) ads: Vec<Ad>,
    pub(crate) pixel: Pixel,
    pub(crate) incidents: Vec<Incident>,
    /// Every change anybody made, oldest first.
    pub(crate) edits: Vec<Edit>,
}

/// What all three levels of objects share.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    pub(crate) switch: Timeline<Switch>,
    /// Instants at which it delivers, its parents' switches and its own schedule taken together.
    pub(crate) live: Spans,
}

#[derive(Debug)]
pub(crate) struct Campaign {
    pub(crate) object: Object,
    pub(crate) objective: &'static str,
    /// Budget per day in minor units when the campaign owns it.
    pub(crate) budget: Option<Timeline<i64>>,
    /// When its schedule ends it, if ever.
    pub(crate) stop: Option<i64>,
    pub(crate) ad_sets: Range<usize>,
    pub(crate) ads: Range<usize>,
    /// Instants at which anything below or in it changes, ascending.
    pub(crate) changes: Vec<i64>,
}

#[derive(Debug)]
pub(crate) struct AdSet {
    pub(crate) object: Object,
    pub(crate) campaign: usize,
    /// Budget per day in minor units when the ad set owns it.
    pub(crate) budget: Option<Timeline<i64>>,
    /// The whole amount where that budget is one for the whole run; the timeline then holds the part per day.
    pub(crate) lifetime: Option<i64>,
    /// Its share of a campaign budget, against its siblings'.
    pub(crate) preference: f64,
    pub(crate) stop: Option<i64>,
    pub(crate) optimization_goal: &'static str,
    pub(crate) bid_amount: Option<i64>,
    pub(crate) audience_name: String,
    pub(crate) ages: (u8, u8),
    /// People it can reach.
    pub(crate) audience: f64,
    /// CPM against the account's.
    pub(crate) cpm: f64,
    /// CTR against the account's.
    pub(crate) ctr: f64,
    pub(crate) curve: Curve,
    /// The instants that sent it back to learning; the value is the instant itself.
    pub(crate) last_significant_edit: Timeline<i64>,
    pub(crate) ads: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Video,
    Image,
    Carousel,
}

#[derive(Debug)]
pub(crate) struct Ad {
    pub(crate) object: Object,
    pub(crate) ad_set: usize,
    pub(crate) campaign: usize,
    pub(crate) creative: u64,
    pub(crate) format: Format,
    pub(crate) headline: String,
    pub(crate) body: String,
    /// How much of the ad set's budget the auction gives it, against its siblings.
    pub(crate) preference: f64,
    pub(crate) ctr: f64,
    pub(crate) quality: f64,
    /// Days of full delivery until it has lost about 63 % of what it can lose.
    pub(crate) fatigue_days: f64,
    /// Since when the platform refuses it.
    pub(crate) disapproved: Option<i64>,
}

#[derive(Debug)]
pub(crate) struct Pixel {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) created: i64,
}

/// One change, as the account's change log shows it.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) object: u64,
    pub(crate) object_name: String,
    pub(crate) event: &'static str,
    pub(crate) before: String,
    pub(crate) after: String,
}

/// An object of an account by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Campaign(usize),
    AdSet(usize),
    Ad(usize),
    Creative(usize),
    Pixel,
}

impl Account {
    /// The id of the campaign an object is or belongs to; `None` for what stands above campaigns.
    pub(crate) fn campaign_of(&self, object: u64) -> Option<String> {
        let of_set = self.ad_sets.iter().find(|s| s.object.id == object).map(|s| s.campaign);
        let of_ad = || self.ads.iter().find(|a| a.object.id == object || a.creative == object).map(|a| a.campaign);
        let place = self.campaigns.iter().position(|c| c.object.id == object).or(of_set).or_else(of_ad)?;
        Some(self.campaigns[place].object.id.to_string())
    }

    /// The budget an ad set has per day at an instant, in minor units. `None` when it is not delivering then.
    pub(crate) fn budget_of(&self, ad_set: &AdSet, instant: i64) -> Option<f64> {
        if !ad_set.object.live.covers(instant) {
            return None;
        }
        if let Some(own) = &ad_set.budget {
            return Some(*own.at(instant) as f64);
        }
        let campaign = &self.campaigns[ad_set.campaign];
        let whole = *campaign.budget.as_ref()?.at(instant) as f64;
        let siblings: f64 =
            self.ad_sets[campaign.ad_sets.clone()].iter().filter(|s| s.object.live.covers(instant)).map(|s| s.preference).sum();
        Some(whole * ad_set.preference / siblings)
    }

    /// Works out anew when each object of a campaign delivers, after one of its switches or schedules changed.
    pub(crate) fn settle(&mut self, campaign: usize) {
        const FOREVER: i64 = i64::MAX / 4;
        let c = &mut self.campaigns[campaign];
        let on = |s: &Switch| *s == Switch::Active;
        let mut changes: Vec<i64> = Vec::new();
        c.object.live = Spans::while_on(&c.object.switch, c.object.created, c.stop.unwrap_or(FOREVER), on);
        changes.extend(c.object.live.edges());
        changes.extend(c.budget.iter().flat_map(|b| b.steps().iter().map(|s| s.0)));
        let mut any_ad_set = Spans::default();
        for s in &mut self.ad_sets[c.ad_sets.clone()] {
            let own = Spans::while_on(&s.object.switch, s.object.created, s.stop.unwrap_or(FOREVER), on).and(&c.object.live);
            changes.extend(own.edges());
            changes.extend(s.budget.iter().flat_map(|b| b.steps().iter().map(|step| step.0)));
            let mut any_ad = Spans::default();
            for a in &mut self.ads[s.ads.clone()] {
                let until = a.disapproved.unwrap_or(FOREVER);
                a.object.live = Spans::while_on(&a.object.switch, a.object.created, until, on).and(&own);
                changes.extend(a.object.live.edges());
                any_ad = any_ad.or(&a.object.live);
            }
            s.object.live = any_ad;
            any_ad_set = any_ad_set.or(&s.object.live);
        }
        c.object.live = any_ad_set;
        changes.sort_unstable();
        changes.dedup();
        c.changes = changes;
    }
}
