//! A world read straight, without a platform between: what campaigns did day by day, what was changed in them, and what would have been
//! had nothing gone wrong. For developing and scoring analyses over many worlds.

use super::{
    World,
    account::{Account, Object, Switch},
    calendar,
    delivery::{AdDay, Delivery, Frame},
    fatigue,
    measure::{CLICKS, IMPRESSIONS, SPEND},
    reach, truth,
};
use crate::SandboxSettings;
use serde::Serialize;
use serde_json::Value;
use trimtab_domain::{Day, DayRange, Source};

/// One platform's side of a world.
#[derive(Debug)]
pub struct Ledger {
    world: World,
    source: Source,
}

/// An account of it.
#[derive(Debug, Clone, Serialize)]
pub struct LedgerAccount {
    /// The platform's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its line of business.
    pub industry: &'static str,
    /// ISO 4217.
    pub currency: String,
    /// The first day with delivery.
    pub first: Day,
}

/// What a campaign did in one day. Amounts are in whole units of the account's currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct DayFigures {
    /// What it spent.
    pub spend: f64,
    /// How often its ads were shown.
    pub impressions: f64,
    /// All clicks.
    pub clicks: f64,
    /// Purchases or leads within seven days of a click or one of a view.
    pub conversions: f64,
    /// What they were worth.
    pub revenue: f64,
}

impl DayFigures {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            spend: self.spend + other.spend,
            impressions: self.impressions + other.impressions,
            clicks: self.clicks + other.clicks,
            conversions: self.conversions + other.conversions,
            revenue: self.revenue + other.revenue,
        }
    }
}

/// A campaign's days.
#[derive(Debug, Clone, Serialize)]
pub struct CampaignDays {
    /// The platform's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// One for each day asked for; `None` without delivery.
    pub days: Vec<Option<DayFigures>>,
}

/// An ad's days, and how it wears.
#[derive(Debug, Clone, Serialize)]
pub struct AdDays {
    /// The platform's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its campaign's id.
    pub campaign: String,
    /// Its ad set's id.
    pub ad_set: String,
    /// The day it was created, in the account's zone.
    pub created: Day,
    /// One for each day asked for, with the people it reached that day; `None` without delivery.
    pub days: Vec<Option<(DayFigures, f64)>>,
    /// What is left of its appeal at the end of each day asked for: 1 when fresh.
    pub appeal: Vec<f64>,
    /// Days of delivery until it has lost a quarter of it.
    pub tired_after_days: f64,
}

/// Something that was changed or decided.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    /// The day, in the account's zone.
    pub day: Day,
    /// `budget`, `status`, `created` or `disapproved`.
    pub kind: &'static str,
    /// `campaign`, `ad_set` or `ad`.
    pub level: &'static str,
    /// The object's id.
    pub object: String,
    /// Its name.
    pub name: String,
    /// Its campaign's id.
    pub campaign: Option<String>,
    /// What was there before: an amount in whole units, or a status.
    pub before: String,
    /// What is there since.
    pub after: String,
    /// Who did it, where the platform's own log would say.
    pub by: Option<String>,
}

/// The hour at which a day is read, the morning after.
const READ_AT: i64 = 6 * 3_600;

impl Ledger {
    /// The world that a sandbox of these settings serves.
    #[must_use]
    pub fn new(settings: &SandboxSettings, source: Source) -> Self {
        Self { world: World::new(settings, source), source }
    }

    /// The same world in which nothing goes wrong.
    #[must_use]
    pub fn calm(settings: &SandboxSettings, source: Source) -> Self {
        Self { world: World::calm(settings, source), source }
    }

    /// Its accounts.
    #[must_use]
    pub fn accounts(&self) -> Vec<LedgerAccount> {
        let one = |a: &Account| LedgerAccount {
            id: a.id.to_string(),
            name: a.name.clone(),
            industry: a.industry.name,
            currency: a.currency.as_str().to_owned(),
            first: calendar::day(a.first_day),
        };
        self.world.accounts.iter().map(one).collect()
    }

    /// What an account's campaigns did on days, as known at six in the morning after `read`; empty where there is no such account.
    #[must_use]
    pub fn days(&self, account: &str, days: DayRange, read: Day) -> Vec<CampaignDays> {
        let Some(account) = self.account(account) else { return Vec::new() };
        let now = account.calendar.start(calendar::number(read) + 1) + READ_AT;
        let frames: Vec<Frame> = days.days().map(|day| Frame::new(account, calendar::number(day), now)).collect();
        let mut delivery = Delivery::default();
        let mut one = |campaign: &super::account::Campaign| {
            let mut day = |frame: &Frame| {
                delivery.fill(account, campaign, frame, true);
                (!delivery.ads.is_empty()).then(|| figures(&delivery, account.offset as f64))
            };
            let days = frames.iter().map(&mut day).collect();
            CampaignDays { id: campaign.object.id.to_string(), name: campaign.object.name.clone(), days }
        };
        account.campaigns.iter().map(&mut one).collect()
    }

    /// What an account's ads did on days, as known at six in the morning after `read`; empty where there is no such account.
    #[must_use]
    pub fn ads(&self, account: &str, days: DayRange, read: Day) -> Vec<AdDays> {
        let Some(account) = self.account(account) else { return Vec::new() };
        let now = account.calendar.start(calendar::number(read) + 1) + READ_AT;
        let frames: Vec<Frame> = days.days().map(|day| Frame::new(account, calendar::number(day), now)).collect();
        let worn = |ad: &super::account::Ad, frame: &Frame| {
            let ran = ad.object.live.overlap(ad.object.created, account.calendar.start(frame.day + 1));
            fatigue::appeal(ran as f64 / 86_400.0, ad.fatigue_days)
        };
        let one = |ad: &super::account::Ad| AdDays {
            id: ad.object.id.to_string(),
            name: ad.object.name.clone(),
            campaign: account.campaigns[ad.campaign].object.id.to_string(),
            ad_set: account.ad_sets[ad.ad_set].object.id.to_string(),
            created: calendar::day(account.calendar.day_of(ad.object.created)),
            days: vec![None; frames.len()],
            appeal: frames.iter().map(|frame| worn(ad, frame)).collect(),
            tired_after_days: fatigue::days_to_tired(ad.fatigue_days),
        };
        let mut all: Vec<AdDays> = account.ads.iter().map(one).collect();
        let mut delivery = Delivery::default();
        for (place, frame) in frames.iter().enumerate() {
            for campaign in &account.campaigns {
                delivery.fill(account, campaign, frame, true);
                for day in &delivery.ads {
                    let audience = account.ad_sets[account.ads[day.ad].ad_set].audience.max(1.0);
                    let people = reach::of_audience(day.linear[IMPRESSIONS], audience).round();
                    all[day.ad].days[place] = Some((figures_of(&delivery, day, account.offset as f64), people));
                }
            }
        }
        all
    }

    /// Every change of an account, oldest first.
    #[must_use]
    pub fn changes(&self, account: &str) -> Vec<Change> {
        let Some(account) = self.account(account) else { return Vec::new() };
        let amount = |text: &str| text.parse::<f64>().map_or_else(|_| text.to_owned(), |v| (v / account.offset as f64).to_string());
        let budget = |edit: &super::account::Edit| {
            let level = if account.campaigns.iter().any(|c| c.object.id == edit.object) { "campaign" } else { "ad_set" };
            let day = calendar::day(account.calendar.day_of(edit.at));
            let object = edit.object.to_string();
            let (before, after) = (amount(&edit.before), amount(&edit.after));
            let (name, campaign) = (edit.object_name.clone(), account.campaign_of(edit.object));
            Change { day, kind: "budget", level, object, name, campaign, before, after, by: Some(edit.actor.clone()) }
        };
        let mut all: Vec<Change> = account.edits.iter().map(budget).collect();
        all.extend(account.campaigns.iter().flat_map(|c| switches(account, "campaign", &c.object, c.stop, None)));
        all.extend(account.ad_sets.iter().flat_map(|s| switches(account, "ad_set", &s.object, s.stop, None)));
        all.extend(account.ads.iter().flat_map(|a| switches(account, "ad", &a.object, None, a.disapproved)));
        all.sort_by(|a, b| a.day.cmp(&b.day).then_with(|| a.object.cmp(&b.object)));
        all
    }

    /// The truth about each account: see [`crate::Sandbox::truth`].
    #[must_use]
    pub fn truth(&self) -> Vec<Value> {
        self.world.accounts.iter().map(|account| truth::of(&self.world, self.source, account)).collect()
    }

    fn account(&self, id: &str) -> Option<&Account> {
        self.world.accounts.iter().find(|a| a.id.to_string() == id)
    }
}

/// What a campaign's ads did together in a day.
pub(crate) fn figures(delivery: &Delivery, offset: f64) -> DayFigures {
    delivery.ads.iter().map(|ad| figures_of(delivery, ad, offset)).fold(DayFigures::default(), DayFigures::plus)
}

fn figures_of(delivery: &Delivery, ad: &AdDay, offset: f64) -> DayFigures {
    let mut of = DayFigures {
        spend: ad.linear[SPEND] as f64 / offset,
        impressions: ad.linear[IMPRESSIONS] as f64,
        clicks: ad.linear[CLICKS] as f64,
        ..DayFigures::default()
    };
    for conversion in &delivery.conversions[ad.conversions.clone()] {
        let windows = conversion.credit.counts();
        if windows[1] || windows[3] {
            of.conversions += conversion.times as f64;
            of.revenue += (conversion.times * conversion.value) as f64 / offset;
        }
    }
    of
}

fn switches(account: &Account, level: &'static str, object: &Object, stop: Option<i64>, refused: Option<i64>) -> Vec<Change> {
    let change = |at: i64, kind: &'static str, before: &str, after: &str| Change {
        day: calendar::day(account.calendar.day_of(at)),
        kind,
        level,
        object: object.id.to_string(),
        name: object.name.clone(),
        campaign: account.campaign_of(object.id),
        before: before.to_owned(),
        after: after.to_owned(),
        by: None,
    };
    let created = change(object.created, "created", "", Switch::Active.word());
    let steps = object.switch.steps().windows(2).map(|pair| change(pair[1].0, "status", pair[0].1.word(), pair[1].1.word()));
    let ends = stop.map(|at| change(at, "status", Switch::Active.word(), "COMPLETED"));
    let refused = refused.map(|at| change(at, "disapproved", Switch::Active.word(), "DISAPPROVED"));
    std::iter::once(created).chain(steps).chain(ends).chain(refused).collect()
}
