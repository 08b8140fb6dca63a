//! Figures of objects, day by day: what most analyses are handed.
//!
//! Amounts are in whole units of the account's currency. A day without a figure (not read, or the object had no row) is `None`, which
//! is not zero: whoever fills a track says so with [`Figures::default`] where a day was read and nothing happened.

use trimtab_domain::{Currency, Day, finding::EntityRef, finding::KnownEvent};

/// What one object did in one day.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Figures {
    /// What the platform charged.
    pub spend: f64,
    /// How often ads were shown.
    pub impressions: f64,
    /// Clicks.
    pub clicks: f64,
    /// Conversions of the account's chosen action; platforms attribute fractions.
    pub conversions: f64,
    /// Their value; refunds make it negative.
    pub revenue: f64,
    /// People reached that day, where the source tells; never to be summed.
    pub reach: Option<f64>,
}

impl Figures {
    /// Both together. Reach of a sum is not known.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            spend: self.spend + other.spend,
            impressions: self.impressions + other.impressions,
            clicks: self.clicks + other.clicks,
            conversions: self.conversions + other.conversions,
            revenue: self.revenue + other.revenue,
            reach: None,
        }
    }

    /// Sum of the days there are; `None` where there is none.
    pub fn sum<'a>(days: impl IntoIterator<Item = &'a Option<Self>>) -> Option<Self> {
        days.into_iter().flatten().copied().reduce(Self::plus)
    }

    /// Clicks per hundred impressions.
    #[must_use]
    pub fn ctr(&self) -> Option<f64> {
        ratio(self.clicks * 100.0, self.impressions)
    }

    /// Cost per thousand impressions.
    #[must_use]
    pub fn cpm(&self) -> Option<f64> {
        ratio(self.spend * 1000.0, self.impressions)
    }

    /// Cost per click.
    #[must_use]
    pub fn cpc(&self) -> Option<f64> {
        ratio(self.spend, self.clicks)
    }

    /// Conversions per hundred clicks.
    #[must_use]
    pub fn cvr(&self) -> Option<f64> {
        ratio(self.conversions * 100.0, self.clicks)
    }

    /// Cost per conversion.
    #[must_use]
    pub fn cpa(&self) -> Option<f64> {
        ratio(self.spend, self.conversions)
    }

    /// Revenue per unit of spend.
    #[must_use]
    pub fn roas(&self) -> Option<f64> {
        ratio(self.revenue, self.spend)
    }

    /// Revenue per conversion.
    #[must_use]
    pub fn aov(&self) -> Option<f64> {
        ratio(self.revenue, self.conversions)
    }

    /// Impressions per person reached.
    #[must_use]
    pub fn frequency(&self) -> Option<f64> {
        ratio(self.impressions, self.reach?)
    }

    /// A figure by its metric's id; `None` where it has no value or is none of these.
    #[must_use]
    pub fn metric(&self, id: &str) -> Option<f64> {
        match id {
            "spend" => Some(self.spend),
            "impressions" => Some(self.impressions),
            "clicks" => Some(self.clicks),
            "conversions" => Some(self.conversions),
            "revenue" => Some(self.revenue),
            "reach" => self.reach,
            "ctr" => self.ctr(),
            "cpm" => self.cpm(),
            "cpc" => self.cpc(),
            "cvr" => self.cvr(),
            "cpa" => self.cpa(),
            "roas" => self.roas(),
            "aov" => self.aov(),
            "frequency" => self.frequency(),
            _ => None,
        }
    }
}

fn ratio(over: f64, under: f64) -> Option<f64> {
    Some(over / under).filter(|r| under != 0.0 && r.is_finite())
}

/// One object's days without a gap, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    /// What it is.
    pub entity: EntityRef,
    /// The day of `days[0]`, in the account's zone.
    pub first: Day,
    /// Its days.
    pub days: Vec<Option<Figures>>,
}

impl Track {
    /// The day at a place.
    #[must_use]
    pub fn day(&self, place: usize) -> Day {
        let days = i32::try_from(place).unwrap_or(i32::MAX);
        self.first.saturating_add(jiff::Span::new().try_days(days).unwrap_or_default())
    }

    /// The place of a day; `None` outside.
    #[must_use]
    pub fn place(&self, day: Day) -> Option<usize> {
        let days = self.first.until(day).ok()?.get_days();
        usize::try_from(days).ok().filter(|place| *place < self.days.len())
    }

    /// The days from one to another, both included, as far as there are any.
    #[must_use]
    pub fn between(&self, from: Day, to: Day) -> &[Option<Figures>] {
        let place = |day: Day| i64::from(self.first.until(day).map_or(0, |span| span.get_days()));
        let clamp = |place: i64| usize::try_from(place.max(0)).unwrap_or(0).min(self.days.len());
        let (from, to) = (clamp(place(from)), clamp(place(to).saturating_add(1)));
        if from < to { &self.days[from..to] } else { &[] }
    }

    /// A metric by its id, day by day.
    #[must_use]
    pub fn series(&self, metric: &str) -> Vec<Option<f64>> {
        self.days.iter().map(|day| day.as_ref().and_then(|figures| figures.metric(metric))).collect()
    }
}

/// An account, its campaigns and what is known to have happened to it. All tracks have the same days.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountTracks {
    /// The account as a whole.
    pub account: Track,
    /// Currency of its amounts.
    pub currency: Currency,
    /// From this day on figures may still grow; `None`: all are final.
    pub provisional_from: Option<Day>,
    /// Its campaigns.
    pub campaigns: Vec<Track>,
    /// What is known to have happened, oldest first.
    pub events: Vec<KnownEvent>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::{Source, finding::Level};

    fn track() -> Track {
        let entity =
            EntityRef { level: Level::Account, source: Some(Source::Meta), account: "1".into(), id: "1".into(), name: "A".into() };
        let day = |spend| Some(Figures { spend, impressions: 1000.0, clicks: 10.0, ..Figures::default() });
        Track { entity, first: jiff::civil::date(2026, 2, 27), days: vec![day(1.0), None, day(3.0), day(4.0)] }
    }

    #[test]
    fn days_and_places_answer_each_other() {
        let track = track();
        assert_eq!(track.day(2), jiff::civil::date(2026, 3, 1));
        assert_eq!(track.place(jiff::civil::date(2026, 3, 1)), Some(2));
        assert_eq!(track.place(jiff::civil::date(2026, 3, 3)), None);
        assert_eq!(track.place(jiff::civil::date(2026, 2, 26)), None);
        assert_eq!(track.between(jiff::civil::date(2026, 2, 20), jiff::civil::date(2026, 2, 28)).len(), 2);
        assert!(track.between(jiff::civil::date(2026, 3, 9), jiff::civil::date(2026, 3, 1)).is_empty());
    }

    #[test]
    fn ratios_are_of_sums_and_none_without_a_denominator() {
        let sum = Figures::sum(&track().days).unwrap();
        assert_eq!((sum.spend, sum.ctr(), sum.cpa(), sum.roas()), (8.0, Some(1.0), None, Some(0.0)));
        assert_eq!(track().series("cpm"), [Some(1.0), None, Some(3.0), Some(4.0)]);
        assert_eq!(Figures::sum(&[None, None]), None);
    }
}
