//! Steps on the way from a click to a conversion, where a platform reports them: link clicks, pages that loaded, carts, checkouts.

use super::tracks::Read;
use compact_str::CompactString;
use std::collections::BTreeMap;
use trimtab_analysis::{
    funnel::{StepCounts, StepRead, StepTrack},
    track::Track,
};
use trimtab_domain::{Day, DayRange, Source};
use trimtab_facts::{ObjectDays, Whose};

/// Days that are asked for: four weeks in question and eight before them, twice four weeks back where conversions come late.
const DAYS: u16 = 140;

/// The action types that tell pages, carts and checkouts, and the window that is the platform's own choice.
#[derive(Debug, Clone, Copy)]
struct Named {
    pages: &'static str,
    carts: &'static str,
    checkouts: &'static str,
    /// All three.
    actions: &'static [&'static str],
    window: &'static str,
}

const META_ACTIONS: [&str; 3] =
    ["landing_page_view", "offsite_conversion.fb_pixel_add_to_cart", "offsite_conversion.fb_pixel_initiate_checkout"];

const META: Named =
    Named { pages: META_ACTIONS[0], carts: META_ACTIONS[1], checkouts: META_ACTIONS[2], actions: &META_ACTIONS, window: "default" };

const fn named(source: Source) -> Option<Named> {
    match source {
        Source::Meta => Some(META),
        _ => None,
    }
}

/// What a day of a campaign had of each step.
#[derive(Debug, Clone, Copy, Default)]
struct OfDay {
    link_clicks: f64,
    pages: f64,
    carts: f64,
    checkouts: f64,
}

/// An account's steps by campaign and day.
#[derive(Debug, Clone)]
pub(super) struct Steps {
    known: BTreeMap<CompactString, Vec<OfDay>>,
    range: DayRange,
    /// Whether pages, carts and checkouts are told, and how they are read again.
    named: Option<Named>,
}

/// The days whose steps are looked at, of an account's whole days.
pub(super) fn days(whole: DayRange) -> DayRange {
    DayRange::ending(whole.to(), DAYS).intersect(&whole).unwrap_or(whole)
}

/// The actions that tell an account's steps, where its platform reports any.
pub(super) fn actions(source: Source) -> Option<Whose> {
    named(source).map(|named| Whose::Actions { types: named.actions, window: named.window })
}

impl Steps {
    /// An account's steps in `range`, the last days of those that were read, from its tracks and its actions.
    pub(super) fn of(source: Source, range: DayRange, read: &Read, actions: Vec<ObjectDays>) -> Self {
        let length = usize::try_from(range.len()).unwrap_or(0);
        let mut steps = Self { known: BTreeMap::new(), range, named: named(source) };
        let before = usize::try_from(read.range.len()).unwrap_or(0).saturating_sub(length);
        for (campaign, days) in &read.link_clicks {
            let of = steps.known.entry(campaign.clone()).or_insert_with(|| vec![OfDay::default(); length]);
            for (day, clicks) in days.iter().filter_map(|(place, clicks)| Some((place.checked_sub(before)?, clicks))) {
                #[expect(clippy::cast_precision_loss, reason = "clicks of a day are far below 2^53")]
                let clicks = *clicks as f64;
                of[day].link_clicks += clicks;
            }
        }
        for ObjectDays { id, action, days, .. } in actions {
            let of = steps.known.entry(id).or_insert_with(|| vec![OfDay::default(); length]);
            let Some(named) = steps.named else { continue };
            for (day, figures) in days {
                match action.as_str() {
                    id if id == named.pages => of[day].pages += figures.conversions,
                    id if id == named.carts => of[day].carts += figures.conversions,
                    id if id == named.checkouts => of[day].checkouts += figures.conversions,
                    _ => {}
                }
            }
        }
        steps
    }

    /// A campaign's days with its steps, or with those of all where none is named.
    pub(super) fn track(&self, track: &Track, campaign: Option<&str>) -> StepTrack {
        let of: Vec<&Vec<OfDay>> = match campaign {
            Some(campaign) => self.known.get(campaign).into_iter().collect(),
            None => self.known.values().collect(),
        };
        let day = |(place, figures): (usize, &Option<_>)| {
            let mut counts = StepCounts::from((*figures)?);
            let day = track.day(place);
            if let Some(place) = self.place(day) {
                let sum = of.iter().map(|days| days[place]).fold(OfDay::default(), |sum, day| OfDay {
                    link_clicks: sum.link_clicks + day.link_clicks,
                    pages: sum.pages + day.pages,
                    carts: sum.carts + day.carts,
                    checkouts: sum.checkouts + day.checkouts,
                });
                counts.link_clicks = Some(sum.link_clicks);
                if self.named.is_some() {
                    (counts.landings, counts.carts, counts.checkouts) = (Some(sum.pages), Some(sum.carts), Some(sum.checkouts));
                }
            }
            Some(counts)
        };
        StepTrack { entity: track.entity.clone(), days: track.days.iter().enumerate().map(day).collect() }
    }

    fn place(&self, day: Day) -> Option<usize> {
        let place = self.range.from().until(day).ok()?.get_days();
        usize::try_from(place).ok().filter(|_| self.range.contains(day))
    }

    /// How pages, carts and checkouts are read again.
    pub(super) fn reads(&self) -> [Option<StepRead<'static>>; 3] {
        let read = |of: fn(&Named) -> &'static str| {
            self.named.as_ref().map(|named| StepRead { metric: "action_count", action_type: of(named) })
        };
        [read(|named| named.pages), read(|named| named.carts), read(|named| named.checkouts)]
    }
}
