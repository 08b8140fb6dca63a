//! What an account will spend and earn in the coming days, and each of its campaigns.
//!
//! # How
//! Each figure (spend, clicks, conversions, revenue) of the account is forecast by [`forecast`](crate::forecast): candidates tested
//! on the figure's own past and mixed, intervals from the mixture's own errors, holidays learnt and expected again. Where campaigns
//! are asked for each is forecast the same way, and all are moved until they add up to the account at every day
//! ([`agree`](crate::forecast::agree)). Campaigns whose past is too short are taken together with what no campaign explains, so
//! that nothing is left out of the sum.
//!
//! Conversions and their value go on coming in for weeks. With a learnt lag ([`Completion`]) the last days are put right before
//! anything looks at them; a day of which less than half is in counts as unknown. Without one, up to a week of provisional days
//! counts as unknown.
//!
//! Ratios are of sums: ROAS = Σ revenue ÷ Σ spend, CPA = Σ spend ÷ Σ conversions, over the same days. They have no interval,
//! because the errors of their two halves hang together in ways that these forecasts do not tell.
//!
//! # Sources
//! Those of [`forecast`](crate::forecast) and of its hierarchy: Wickramasuriya, Athanasopoulos and Hyndman (2019).
//!
//! # Assumptions
//! Nobody changes anything: budgets stay, what runs goes on. A campaign has no figures on a day the account has some: it had no
//! row, which is zero. Nothing is forecast further than [`HORIZON_MAX`] days, nor further than the past is long.
//!
//! # When it misleads
//! - Before a launch, a sale that is not among the holidays, a change of a budget. What a budget will come to, known changes
//!   included, is [`pacing`](crate::pacing)'s to say; the two differ by what those changes do.
//! - Days put right count as if they had been read so; intervals do not know of that doubt.
//! - After a tracking loss the past is wrong, and so is what follows from it.

mod series;
mod tree;

pub use series::{DayAhead, Said, Series, Told, Total};

use crate::forecast::Completion;
use crate::track::{AccountTracks, Track};
use series::Asked;
use trimtab_domain::{Day, finding::EntityRef, holiday::Holiday};

/// Days ahead at most: a quarter. Beyond, plans decide more than the past does.
pub const HORIZON_MAX: usize = 90;

/// What can be forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Figure {
    /// What the platform charges.
    Spend,
    /// Clicks.
    Clicks,
    /// Conversions of the account's chosen action.
    Conversions,
    /// Their value.
    Revenue,
}

impl Figure {
    /// Every figure.
    pub const ALL: [Self; 4] = [Self::Spend, Self::Clicks, Self::Conversions, Self::Revenue];

    /// Its metric's id.
    #[must_use]
    pub const fn metric(self) -> &'static str {
        match self {
            Self::Spend => "spend",
            Self::Clicks => "clicks",
            Self::Conversions => "conversions",
            Self::Revenue => "revenue",
        }
    }

    /// Whether it goes on coming in after its day.
    const fn comes_late(self) -> bool {
        matches!(self, Self::Conversions | Self::Revenue)
    }
}

/// How late figures come in, as far as it was learnt.
#[derive(Debug, Clone, Default)]
pub struct Lags {
    /// Of conversions.
    pub conversions: Option<Completion>,
    /// Of their value.
    pub revenue: Option<Completion>,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The first day that is not over, in the account's zone; forecasts begin with it.
    pub today: Day,
    /// Days ahead, at most [`HORIZON_MAX`].
    pub horizon: usize,
    /// Which figures.
    pub figures: Vec<Figure>,
    /// Whether campaigns as well, which takes as many times as long as there are campaigns.
    pub campaigns: bool,
    /// Holidays of the account's countries and its sales, those to come among them.
    pub holidays: Vec<Holiday>,
    /// What was learnt of how late figures come in.
    pub lags: Lags,
}

/// What an object will do.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectOutlook {
    /// Which; `None` for all campaigns together that cannot be told one by one.
    pub entity: Option<EntityRef>,
    /// By figure, in the order asked for.
    pub series: Vec<Series>,
    /// Of the sums above; only where both halves were asked for and can be told.
    pub ratios: Vec<Ratio>,
}

/// A ratio of two forecasts' sums.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratio {
    /// Its metric's id.
    pub metric: &'static str,
    /// Over all days; `None` where the lower half is zero.
    pub value: Option<f64>,
    /// Day by day.
    pub days: Vec<Option<f64>>,
}

/// What an account will do.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountOutlook {
    /// The account.
    pub account: ObjectOutlook,
    /// Its campaigns, where they were asked for; at every day and figure they add up to the account, with `others`.
    pub campaigns: Vec<ObjectOutlook>,
    /// What campaigns that cannot be told one by one come to.
    pub others: Option<ObjectOutlook>,
}

/// Forecasts an account.
#[must_use]
pub fn outlook(tracks: &AccountTracks, ask: &Ask) -> AccountOutlook {
    let mut account = blank(Some(tracks.account.entity.clone()));
    let mut campaigns: Vec<ObjectOutlook> =
        if ask.campaigns { tracks.campaigns.iter().map(|track| blank(Some(track.entity.clone()))).collect() } else { vec![] };
    let mut others = blank(None);
    for &figure in &ask.figures {
        let asked = Asked::of(tracks, ask, figure);
        let mut all = tree::forecasts(tracks, ask.campaigns, &asked).into_iter();
        account.series.extend(all.next());
        for campaign in &mut campaigns {
            campaign.series.extend(all.next());
        }
        others.series.extend(all);
    }
    let told = others.series.iter().any(|series| series.told.as_ref().is_ok_and(|told| told.total.within_95 != (0.0, 0.0)));
    for object in std::iter::once(&mut account).chain(&mut campaigns).chain([&mut others]) {
        object.ratios = ratios(&object.series);
    }
    AccountOutlook { account, campaigns, others: told.then_some(others) }
}

const fn blank(entity: Option<EntityRef>) -> ObjectOutlook {
    ObjectOutlook { entity, series: vec![], ratios: vec![] }
}

fn ratios(series: &[Series]) -> Vec<Ratio> {
    let told = |figure: Figure| series.iter().find(|series| series.figure == figure)?.told.as_ref().ok();
    let over = |above: f64, below: f64| (below > 0.0).then_some(above / below).filter(|ratio| ratio.is_finite());
    let ratio = |(metric, above, below): (&'static str, Figure, Figure)| {
        let (above, below) = (told(above)?, told(below)?);
        let days = above.days.iter().zip(&below.days).map(|(above, below)| over(above.value, below.value)).collect();
        Some(Ratio { metric, value: over(above.total.value, below.total.value), days })
    };
    let all = [
        ("roas", Figure::Revenue, Figure::Spend),
        ("cpa", Figure::Spend, Figure::Conversions),
        ("cpc", Figure::Spend, Figure::Clicks),
    ];
    all.into_iter().filter_map(ratio).collect()
}

/// A campaign's days where it has none but the account has: it had no row, so it did nothing. Days before its first stay unknown.
#[must_use]
pub fn where_read(campaign: &Track, account: &Track) -> Track {
    let began = campaign.days.iter().position(Option::is_some).unwrap_or(campaign.days.len());
    let read = |t: usize| account.place(campaign.day(t)).is_some_and(|place| account.days[place].is_some());
    let day = |(t, day): (usize, &Option<_>)| day.or_else(|| (t > began && read(t)).then(Default::default));
    Track { entity: campaign.entity.clone(), first: campaign.first, days: campaign.days.iter().enumerate().map(day).collect() }
}

#[cfg(test)]
mod tests;
