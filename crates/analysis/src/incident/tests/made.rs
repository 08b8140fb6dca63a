//! Accounts made from a seed: four campaigns that spend, are clicked and sell with the noise that days have.

use crate::incident::{HourlyTrack, Settings};
use crate::track::{AccountTracks, Figures, Track};
use std::ops::Range;
use trimtab_domain::{
    Day, Source,
    finding::{EntityRef, EventKind, KnownEvent, Level},
};

const CAMPAIGNS: [(&str, f64); 4] = [("c0", 900.0), ("c1", 500.0), ("c2", 350.0), ("c3", 250.0)];
const FIRST: Day = Day::constant(2026, 2, 2);

/// What an account's days are multiplied by.
#[derive(Debug, Clone, Copy)]
struct Factors {
    price: f64,
    clicks: f64,
    conversions: f64,
    spend: [f64; 4],
}

#[derive(Debug, Clone)]
pub(super) struct Made {
    seed: u64,
    factors: Vec<Factors>,
    pub(super) events: Vec<KnownEvent>,
    pub(super) missing: Vec<usize>,
    /// Days whose conversions are still coming in.
    pub(super) open: Option<usize>,
}

/// Between −1.7 and 1.7 with a deviation of one, the same for the same three numbers.
fn noise(seed: u64, what: u64, day: u64) -> f64 {
    let mut z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ what.wrapping_mul(0xD1B5_4A32_D192_ED03)
        ^ day.wrapping_mul(0x94D0_49BB_1331_11EB);
    let mut sum = 0.0;
    for _ in 0..4 {
        z = z.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = z;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        sum += ((x ^ (x >> 31)) >> 11) as f64 / (1_u64 << 53) as f64 - 0.5;
    }
    sum * 3.0_f64.sqrt()
}

impl Made {
    pub(super) fn new(seed: u64, days: usize) -> Self {
        let one = Factors { price: 1.0, clicks: 1.0, conversions: 1.0, spend: [1.0; 4] };
        Self { seed, factors: vec![one; days], events: vec![], missing: vec![], open: None }
    }

    fn with(mut self, days: Range<usize>, change: impl Fn(&mut Factors)) -> Self {
        self.factors[days].iter_mut().for_each(change);
        self
    }

    pub(super) fn conversions(self, days: Range<usize>, factor: f64) -> Self {
        self.with(days, |f| f.conversions *= factor)
    }

    pub(super) fn clicks(self, days: Range<usize>, factor: f64) -> Self {
        self.with(days, |f| f.clicks *= factor)
    }

    pub(super) fn price(self, days: Range<usize>, factor: f64) -> Self {
        self.with(days, |f| f.price *= factor)
    }

    pub(super) fn spend(self, campaign: usize, days: Range<usize>, factor: f64) -> Self {
        self.with(days, |f| f.spend[campaign] *= factor)
    }

    /// The same account some days earlier.
    pub(super) fn cut(&self, days: usize) -> Self {
        let mut cut = self.clone();
        cut.factors.truncate(days);
        cut
    }

    #[expect(clippy::unused_self, reason = "all begin on the same day, which only this knows")]
    pub(super) fn day(&self, place: usize) -> Day {
        FIRST.saturating_add(jiff::Span::new().days(i64::try_from(place).unwrap()))
    }

    fn figures(&self, c: usize, t: usize) -> Figures {
        let f = &self.factors[t];
        let (id, day) = (c as u64 * 10, t as u64);
        let own = |what: u64, size: f64| (size * noise(self.seed, id + what, day)).exp();
        let all = |what: u64, size: f64| (size * noise(self.seed, 1_000 + what, day)).exp();
        let weekend = if t % 7 >= 5 { 0.85 } else { 1.06 };
        let spend = CAMPAIGNS[c].1 * f.spend[c] * own(1, 0.03) * all(1, 0.015) * (0.7 + 0.3 * weekend);
        let impressions = (spend / (0.009 * f.price * own(2, 0.04) * all(2, 0.04))).round();
        let clicks = (impressions * 0.015 * f.clicks * own(3, 0.05) * all(3, 0.03)).round();
        let expected = clicks * 0.03 * f.conversions * weekend * own(4, 0.06) * all(4, 0.06);
        let age = self.factors.len() - 1 - t;
        let arrived = if self.open.is_some_and(|open| age < open) { 1.0 - 0.4 * (-(age as f64) / 2.5).exp() } else { 1.0 };
        let conversions = (expected * arrived + expected.sqrt() * noise(self.seed, id + 5, day)).round().max(0.0);
        let conversions = if f.conversions == 0.0 { 0.0 } else { conversions };
        let revenue = conversions * 60.0 * own(6, 0.5 / conversions.max(1.0).sqrt());
        Figures { spend, impressions, clicks, conversions, revenue, reach: None }
    }

    pub(super) fn tracks(&self) -> AccountTracks {
        let days = self.factors.len();
        let known = |t: usize| !self.missing.contains(&t);
        let track = |c: usize| Track {
            entity: entity(Level::Campaign, CAMPAIGNS[c].0),
            first: FIRST,
            days: (0..days).map(|t| known(t).then(|| self.figures(c, t))).collect(),
        };
        let campaigns: Vec<Track> = (0..CAMPAIGNS.len()).map(track).collect();
        let sum = |t: usize| Figures::sum(campaigns.iter().map(|c| &c.days[t]));
        let account = Track { entity: entity(Level::Account, "1"), first: FIRST, days: (0..days).map(sum).collect() };
        let provisional_from = self.open.map(|open| self.day(days - open));
        let mut events = self.events.clone();
        events.sort_by_key(|e| e.day);
        AccountTracks { account, currency: "EUR".parse().unwrap(), provisional_from, campaigns, events }
    }

    /// As they ship, with ad sets known to be inside their campaigns.
    #[expect(clippy::unused_self, reason = "asked beside tracks")]
    pub(super) fn settings(&self) -> Settings {
        let inside = CAMPAIGNS.iter().map(|(id, _)| (format!("set-of-{id}").into(), (*id).into())).collect();
        Settings { inside, ..Settings::default() }
    }
}

fn entity(level: Level, id: &str) -> EntityRef {
    EntityRef { level, source: Some(Source::Meta), account: "1".into(), id: id.into(), name: format!("Name of {id}").into() }
}

pub(super) fn event(made: &Made, object: &str, kind: EventKind, place: usize, factor: Option<f64>, by: Option<&str>) -> KnownEvent {
    let level = if object.starts_with("set") { Level::AdGroup } else { Level::Campaign };
    let amounts =
        factor.map_or_else(|| ("active".to_owned(), "paused".to_owned()), |f| ("100".to_owned(), format!("{:.0}", 100.0 * f)));
    KnownEvent {
        day: made.day(place),
        entity: entity(level, object),
        kind,
        before: amounts.0,
        after: amounts.1,
        factor,
        by: by.map(str::to_owned),
    }
}

/// Hours with a daily rhythm.
pub(super) fn hours(seed: u64, days: usize) -> HourlyTrack {
    let hour = |h: usize| {
        let rhythm = 1.0 + 0.6 * (std::f64::consts::TAU * (h % 24) as f64 / 24.0).sin();
        let spend = 40.0 * rhythm * (0.06 * noise(seed, 1, h as u64)).exp();
        let impressions = (spend / 0.009 * (0.04 * noise(seed, 2, h as u64)).exp()).round();
        Some(Figures { spend, impressions, clicks: (impressions * 0.015).round(), ..Figures::default() })
    };
    let hours = (0..days * 24).map(hour).collect();
    HourlyTrack { entity: entity(Level::Account, "1"), currency: "EUR".parse().unwrap(), first: FIRST, hours }
}
