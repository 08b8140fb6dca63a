//! One walk over everything: which accounts there are, from when to when, and what they add up to.

use super::{FoundAccount, Grain, GrainFound, HistoryError, Key, counted::Adding, counted::Figures, limits};
use std::collections::BTreeMap;
use trimtab_domain::{Day, DayRange, account::Account};

/// The first and the last day of something.
#[derive(Debug, Clone, Copy)]
struct Reach(Day, Day);

impl Reach {
    fn widen(held: &mut Option<Self>, days: DayRange) {
        let (from, to) = held.map_or((days.from(), days.to()), |Self(from, to)| (from.min(days.from()), to.max(days.to())));
        *held = Some(Self(from, to));
    }

    fn days(self) -> Option<DayRange> {
        DayRange::new(self.0, self.1).ok()
    }
}

#[derive(Debug, Default)]
struct Seen {
    reach: Option<Reach>,
    grains: BTreeMap<Grain, (Option<Reach>, Adding)>,
}

/// The walk so far.
#[derive(Debug, Default)]
pub(super) struct Survey(BTreeMap<Key, Seen>);

impl Survey {
    fn seen(&mut self, key: Key) -> Result<&mut Seen, HistoryError> {
        if self.0.len() >= limits::ACCOUNTS_MAX && !self.0.contains_key(&key) {
            return Err(HistoryError::too_many_accounts());
        }
        Ok(self.0.entry(key).or_default())
    }

    /// Takes a row of figures.
    ///
    /// # Errors
    /// When there are too many accounts.
    pub(super) fn row(&mut self, key: Key, grain: Grain, day: Day, figures: &Figures) -> Result<(), HistoryError> {
        let seen = self.seen(key)?;
        let (reach, adding) = seen.grains.entry(grain).or_default();
        Reach::widen(reach, DayRange::single(day));
        adding.row(figures);
        Reach::widen(&mut seen.reach, DayRange::single(day));
        Ok(())
    }

    /// Takes a day of something that stands beside the rows of figures.
    ///
    /// # Errors
    /// When there are too many accounts.
    pub(super) fn day(&mut self, key: Key, day: Day) -> Result<(), HistoryError> {
        Reach::widen(&mut self.seen(key)?.reach, DayRange::single(day));
        Ok(())
    }

    /// What was seen, each account as `describe` knows it, with what is assumed of it.
    pub(super) fn finish(self, describe: impl Fn(&Key) -> (Account, Vec<&'static str>)) -> Vec<FoundAccount> {
        let account = |(key, seen): (Key, Seen)| {
            let days = seen.reach?.days()?;
            let grain = |grain: &Grain| {
                let (reach, adding) = seen.grains.get(grain)?;
                Some(GrainFound { grain: *grain, days: (*reach)?.days()?, sums: adding.sums() })
            };
            let grains = Grain::FINEST_FIRST.iter().filter_map(grain).collect();
            let (account, assumed) = describe(&key);
            Some(FoundAccount { key, account, assumed, days, grains })
        };
        self.0.into_iter().filter_map(account).collect()
    }
}
