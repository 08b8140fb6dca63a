//! An account's ads by day, with what they belong to.

use super::{figure::of_day, tracks::entity};
use compact_str::CompactString;
use std::{collections::BTreeMap, sync::Arc};
use trimtab_analysis::track::Track;
use trimtab_domain::{
    DayRange,
    account::Account,
    entity::{EntityKind, Status},
    finding::Level,
};
use trimtab_facts::{EntityVersion, ObjectDays};

/// Days of ads that are looked back on: an ad seldom lives longer.
pub(super) const DAYS: u16 = 180;

/// An ad and what it belongs to.
#[derive(Debug, Clone)]
pub(super) struct Ad {
    pub(super) track: Track,
    pub(super) campaign: CompactString,
    pub(super) ad_group: CompactString,
    /// What its platform says of it now; `None`: nothing.
    pub(super) status: Option<Status>,
}

/// An account's ads.
#[derive(Debug, Clone)]
pub(super) struct Ads {
    pub(super) ads: Vec<Ad>,
}

/// The days of ads that are looked back on, of an account's whole days.
pub(super) fn days(whole: DayRange) -> DayRange {
    DayRange::ending(whole.to(), DAYS).intersect(&whole).unwrap_or(whole)
}

/// The ads that had figures in `range`.
pub(super) fn read(account: &Account, range: DayRange, known: Vec<ObjectDays>, objects: &[Arc<EntityVersion>]) -> Ads {
    let of_kind = objects.iter().filter(|version| version.state.kind == EntityKind::Ad);
    let objects: BTreeMap<&str, _> = of_kind.map(|version| (version.state.id.as_str(), &version.state)).collect();
    let length = usize::try_from(range.len()).unwrap_or(0);
    let ad = |of: ObjectDays| {
        let object = objects.get(of.id.as_str());
        let mut days = vec![None; length];
        of.days.iter().for_each(|(place, figures)| days[*place] = Some(of_day(figures)));
        Ad {
            track: Track { entity: entity(account, Level::Ad, &of.id, &of.name), first: range.from(), days },
            campaign: object.map(|state| state.campaign.clone()).unwrap_or_default(),
            ad_group: object.map(|state| state.parent.clone()).unwrap_or_default(),
            status: object.map(|state| state.status),
        }
    };
    Ads { ads: known.into_iter().map(ad).collect() }
}
