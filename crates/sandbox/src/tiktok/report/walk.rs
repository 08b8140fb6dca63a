//! Computes the rows of a report, one block at a time: a block is what one interval and one campaign give (at the level of the
//! advertiser, one interval). Only one block's sums are held, whatever the size of the account.

use super::{
    query::{Dimension, Level, Mode, Query},
    row::{Ids, Row, Sum},
};
use crate::{
    limits,
    tiktok::{envelope::ApiError, objects},
    world::{
        account::{Account, Campaign},
        breakdown::Parts,
        delivery::{self, AdDay, Delivery, Frame, Stretch, civil},
        measure::Tally,
        reach::{self, Union},
        variant::{Shares, VARIANTS_MAX},
    },
};

/// A walk over a query's rows.
pub(crate) struct Walk<'a> {
    account: &'a Account,
    query: &'a Query,
    misnamed_is_revenue: bool,
    groups: Option<Groups>,
    /// Which ads count, by place.
    counts: Vec<bool>,
    /// Whether ads were left out because there are too many.
    pub(crate) truncated: bool,
    today: i32,
}

/// The parts of a breakdown, brought together by the dimensions asked for.
struct Groups {
    parts: Parts,
    group_of: Vec<usize>,
    labels: Vec<Vec<(Dimension, String)>>,
}

impl Groups {
    fn of(account: &Account, query: &Query) -> Option<Self> {
        let parts = Parts::of(account, query.family?);
        let mut labels: Vec<Vec<(Dimension, String)>> = Vec::new();
        let mut group_of = Vec::new();
        for part in &parts.labels {
            let label: Vec<_> =
                part.iter().filter_map(|(name, value)| label(name, value)).filter(|l| query.dimensions.contains(&l.0)).collect();
            let group = labels.iter().position(|l| *l == label).unwrap_or_else(|| {
                labels.push(label);
                labels.len() - 1
            });
            group_of.push(group);
        }
        Some(Self { parts, group_of, labels })
    }
}

/// A part's label in TikTok's words.
fn label(name: &str, value: &str) -> Option<(Dimension, String)> {
    Some(match name {
        "country" => (Dimension::Country, value.to_owned()),
        "gender" => (
            Dimension::Gender,
            match value {
                "female" => "FEMALE",
                "male" => "MALE",
                _ => "NONE",
            }
            .to_owned(),
        ),
        "age" => (
            Dimension::Age,
            match value {
                "18-24" => "AGE_18_24",
                "25-34" => "AGE_25_34",
                "35-44" => "AGE_35_44",
                "45-54" => "AGE_45_54",
                _ => "AGE_55_100",
            }
            .to_owned(),
        ),
        "hourly_stats_aggregated_by_advertiser_time_zone" => (Dimension::Hour, value.get(..2)?.to_owned()),
        _ => return None,
    })
}

impl<'a> Walk<'a> {
    pub(crate) fn new(account: &'a Account, query: &'a Query) -> Result<Self, ApiError> {
        let mut counts = query.filter.mask(account, query.now)?;
        let truncated = query.mode == Mode::Direct
            && query.level == Level::Ad
            && counts.iter().filter(|c| **c).count() >= limits::TIKTOK_ADS_MAX;
        if truncated {
            newest_only(account, &mut counts);
        }
        Ok(Self {
            account,
            query,
            misnamed_is_revenue: query.account.is_multiple_of(2),
            groups: Groups::of(account, query),
            counts,
            truncated,
            today: delivery::today(account, query.now),
        })
    }

    /// How many blocks there are.
    pub(crate) fn blocks(&self) -> usize {
        if self.query.silent { 0 } else { self.query.intervals.len() * self.width() }
    }

    /// Blocks per interval.
    fn width(&self) -> usize {
        if self.query.level == Level::Advertiser { 1 } else { self.account.campaigns.len() }
    }

    /// Most rows there can be.
    pub(crate) fn rows_max(&self) -> usize {
        let objects = match self.query.level {
            Level::Advertiser => 1,
            Level::Campaign => self.account.campaigns.len(),
            Level::AdGroup => self.account.ad_sets.len(),
            Level::Ad => self.counts.iter().filter(|c| **c).count(),
        };
        objects * self.groups() * self.query.intervals.len()
    }

    fn groups(&self) -> usize {
        self.groups.as_ref().map_or(1, |g| g.labels.len())
    }

    /// The rows of a block. `counting` leaves out what only figures need, not rows.
    pub(crate) fn block(&self, block: usize, counting: bool, delivery: &mut Delivery) -> Vec<Row<'a>> {
        let (interval, nth) = (block / self.width(), block % self.width());
        let (from, to) = self.query.intervals[interval];
        let frames: Vec<Frame> = (from.max(self.account.first_day)..=to.min(self.today))
            .map(|day| Frame::new(self.account, day, self.query.now))
            .collect();
        // Hours and creatives may have won a conversion without a view of their own.
        let conversions = self.query.conversions && !counting
            || self.query.by_creative()
            || self.query.dimensions.contains(&Dimension::Hour)
            || self.query.filter.needs_conversions();
        let mut rows = Vec::new();
        if self.query.level == Level::Advertiser {
            let mut whole = vec![Sum::ZERO; self.groups()];
            for campaign in 0..self.account.campaigns.len() {
                let sums = self.campaign(campaign, interval, &frames, conversions, delivery, &mut Vec::new());
                whole.iter_mut().zip(sums).for_each(|(total, sum)| total.add(&sum));
            }
            self.give(Ids::default(), interval, whole, &mut rows);
        } else {
            let sums = self.campaign(nth, interval, &frames, conversions, delivery, &mut rows);
            if self.query.level == Level::Campaign && self.any(&self.account.campaigns[nth].ads) {
                self.give(Ids { campaign: Some(nth), ..Ids::default() }, interval, sums, &mut rows);
            }
        }
        rows
    }

    fn any(&self, ads: &std::ops::Range<usize>) -> bool {
        self.counts[ads.clone()].contains(&true)
    }

    /// Appends the rows of one object that are to be shown.
    fn give(&self, ids: Ids, interval: usize, sums: Vec<Sum>, rows: &mut Vec<Row<'a>>) {
        // Without a dimension of time, an object without delivery has a row too, unless it is split.
        let always = !self.query.timed() && self.groups.is_none();
        for (group, sum) in sums.into_iter().enumerate() {
            if always || sum.delivered() {
                let row = Row { account: self.account, misnamed_is_revenue: self.misnamed_is_revenue, ids, interval, group, sum };
                if self.query.filter.passes(&row) {
                    rows.push(row);
                }
            }
        }
    }

    /// Sums a campaign over the frames, each by group; appends the rows of its ad groups or ads where those are asked for.
    fn campaign(
        &self,
        place: usize,
        interval: usize,
        frames: &[Frame],
        conversions: bool,
        delivery: &mut Delivery,
        rows: &mut Vec<Row<'a>>,
    ) -> Vec<Sum> {
        let campaign = &self.account.campaigns[place];
        let groups = self.groups();
        let mut whole = vec![Sum::ZERO; groups];
        if !self.any(&campaign.ads) {
            return whole;
        }
        let by_creative = self.query.by_creative() && objects::is_smart(self.account, place);
        let variants = if by_creative { VARIANTS_MAX } else { 1 };
        let tallies = self.collect(campaign, frames, conversions, variants, delivery);
        for s in campaign.ad_sets.clone() {
            let ad_set = &self.account.ad_sets[s];
            let ids = Ids { campaign: Some(place), ad_set: Some(s), ..Ids::default() };
            let shares = self.shares(s);
            let within = |group: usize, tally: Tally| {
                let people = self.reached(s, &tally, shares[group]);
                Sum::within(ad_set, tally, people)
            };
            let own = |ad: usize, variant: usize| &tallies[((ad - campaign.ads.start) * variants + variant) * groups..][..groups];
            let mut of_set = vec![Tally::ZERO; groups];
            for ad in ad_set.ads.clone().filter(|ad| self.counts[*ad]) {
                let of_ad = &self.account.ads[ad];
                let creatives: Vec<Option<u64>> =
                    if by_creative { crate::world::variant::ids(of_ad).into_iter().map(Some).collect() } else { vec![None] };
                for (variant, creative) in creatives.into_iter().enumerate() {
                    if self.query.level == Level::Ad {
                        let sums = own(ad, variant).iter().enumerate().map(|(g, tally)| within(g, tally.clone())).collect();
                        self.give(Ids { ad: Some(ad), creative, ..ids }, interval, sums, rows);
                    } else {
                        of_set.iter_mut().zip(own(ad, variant)).for_each(|(sum, tally)| sum.add(tally));
                    }
                }
            }
            if self.query.level == Level::Ad || !self.any(&ad_set.ads) {
                continue;
            }
            let sums: Vec<Sum> = of_set.into_iter().enumerate().map(|(g, tally)| within(g, tally)).collect();
            whole.iter_mut().zip(&sums).for_each(|(total, sum)| total.add(sum));
            if self.query.level == Level::AdGroup {
                self.give(ids, interval, sums, rows);
            }
        }
        whole
    }

    /// The figures of a campaign's ads, by ad, creative and group.
    fn collect(
        &self,
        campaign: &Campaign,
        frames: &[Frame],
        conversions: bool,
        variants: usize,
        delivery: &mut Delivery,
    ) -> Vec<Tally> {
        let groups = self.groups();
        let mut tallies = vec![Tally::ZERO; campaign.ads.len() * variants * groups];
        let mut grouped = vec![Tally::ZERO; groups];
        for frame in frames {
            delivery.fill(self.account, campaign, frame, conversions);
            for day in delivery.ads.iter().filter(|d| self.counts[d.ad]) {
                let own = &mut tallies[(day.ad - campaign.ads.start) * variants * groups..][..variants * groups];
                if variants == 1 {
                    self.group(delivery, day, frame, own);
                    continue;
                }
                let shares = Shares::of(&self.account.ads[day.ad]);
                for (variant, own) in own.chunks_mut(groups).enumerate().take(shares.len()) {
                    let won = won_by(delivery, day, &shares, variant);
                    grouped.fill(Tally::ZERO);
                    self.group(&won, &won.ads[0], frame, &mut grouped);
                    for (sum, tally) in own.iter_mut().zip(&mut grouped) {
                        tally.linear = shares.part(&tally.linear, variant);
                        sum.add(tally);
                    }
                }
            }
        }
        tallies
    }

    /// Adds an ad's day to the sums of each group.
    fn group(&self, delivery: &Delivery, day: &AdDay, frame: &Frame, into: &mut [Tally]) {
        let Some(groups) = &self.groups else {
            into[0].add_linear(&day.linear);
            delivery.conversions[day.conversions.clone()].iter().for_each(|c| into[0].add_conversion(c));
            return;
        };
        let mut parts = vec![Tally::ZERO; groups.parts.len()];
        let shares = groups.parts.shares(&self.account.ad_sets[self.account.ads[day.ad].ad_set]);
        groups.parts.split(delivery, day, frame, &shares, &mut parts);
        for (part, group) in parts.iter().zip(&groups.group_of) {
            into[*group].add(part);
        }
    }

    /// The share of an ad set's audience in each group.
    fn shares(&self, ad_set: usize) -> Vec<f64> {
        let Some(groups) = &self.groups else { return vec![1.0] };
        let mut shares = vec![0.0; groups.labels.len()];
        for (share, group) in groups.parts.shares(&self.account.ad_sets[ad_set]).iter().zip(&groups.group_of) {
            shares[*group] += share;
        }
        shares
    }

    /// The people of one ad set's audience, or of a share of it, that some figures reached.
    fn reached(&self, ad_set: usize, tally: &Tally, share: f64) -> Union {
        let mut union = Union::NOBODY;
        if tally.impressions() > 0 {
            union.add(reach::of_audience(tally.impressions(), (self.account.ad_sets[ad_set].audience * share).max(1.0)));
        }
        union
    }

    /// The value of a row's dimension.
    pub(crate) fn dimension(&self, row: &Row<'_>, dimension: Dimension) -> String {
        let a = self.account;
        let id = |id: Option<u64>| id.map_or_else(String::new, |id| id.to_string());
        let label = || {
            let labels = self.groups.as_ref().map_or(&[][..], |g| g.labels[row.group].as_slice());
            labels.iter().find(|l| l.0 == dimension).map_or("", |l| l.1.as_str())
        };
        match dimension {
            Dimension::AdvertiserId => id(Some(a.id)),
            Dimension::CampaignId => id(row.ids.campaign.map(|c| a.campaigns[c].object.id)),
            Dimension::AdGroupId => id(row.ids.ad_set.map(|s| a.ad_sets[s].object.id)),
            Dimension::AdId => id(row.ids.creative.or_else(|| row.ids.ad.map(|ad| a.ads[ad].object.id))),
            Dimension::AdIdV2 => id(row.ids.ad.map(|ad| a.ads[ad].object.id)),
            Dimension::Day => format!("{} 00:00:00", civil(self.query.intervals[row.interval].0)),
            Dimension::Hour => format!("{} {}:00:00", civil(self.query.intervals[row.interval].0), label()),
            Dimension::Country | Dimension::Age | Dimension::Gender => label().to_owned(),
        }
    }
}

/// An ad's day with those of its conversions alone that one creative won.
fn won_by(delivery: &Delivery, day: &AdDay, shares: &Shares, variant: usize) -> Delivery {
    let mut won = Delivery::default();
    let all = &delivery.conversions[day.conversions.clone()];
    won.conversions.extend(all.iter().filter(|c| shares.winner(c) == variant).copied());
    won.stretches.extend(delivery.stretches[day.stretches.clone()].iter().map(|s| Stretch { plan: s.plan, ..*s }));
    won.ads.push(AdDay {
        ad: day.ad,
        linear: day.linear,
        stretches: 0..won.stretches.len(),
        conversions: 0..won.conversions.len(),
    });
    won
}

/// Leaves of too many ads the newest alone.
fn newest_only(account: &Account, counts: &mut [bool]) {
    let mut counted: Vec<usize> = (0..counts.len()).filter(|ad| counts[*ad]).collect();
    counted.sort_by_key(|ad| (std::cmp::Reverse(account.ads[*ad].object.created), *ad));
    for ad in counted.into_iter().skip(limits::TIKTOK_ADS_MAX) {
        counts[ad] = false;
    }
}
