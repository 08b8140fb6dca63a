//! A client made from a seed: campaigns of several sizes in one account on one platform, a shop, a site and mailings.

use std::collections::BTreeMap;
use trimtab_analysis::insight::Observed;
use trimtab_domain::{
    Source,
    finding::{EntityRef, Level},
};

const DAYS: usize = 126;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Trouble {
    /// Nothing.
    None,
    /// Every tenth campaign's conversions fell by 45 % two weeks ago.
    ConversionsHalved,
}

/// A client.
#[derive(Debug, Clone, Copy)]
pub(crate) struct World {
    /// Everything follows from it.
    pub(crate) seed: u64,
    /// How many campaigns.
    pub(crate) campaigns: usize,
    /// How far levels wander in a day, as a share.
    pub(crate) wander: f64,
    /// Variance of counts over their mean.
    pub(crate) scatter: f64,
    /// What happened.
    pub(crate) trouble: Trouble,
}

/// Whether a campaign is one of those in trouble.
pub(crate) const fn in_trouble(campaign: usize) -> bool {
    campaign % 10 == 3
}

/// A campaign's id.
pub(crate) fn name(campaign: usize) -> String {
    format!("c{campaign}")
}

struct Chance(u64);

impl Chance {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        f64::from(u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or(0)) / f64::from(u32::MAX)
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }

    fn count(&mut self, mean: f64, scatter: f64) -> f64 {
        (mean + (mean * scatter).sqrt() * self.normal()).round().max(0.0)
    }
}

type Figures = BTreeMap<&'static str, Vec<f64>>;

impl World {
    /// Everything there is to observe.
    pub(crate) fn objects(&self) -> Vec<Observed> {
        let mut chance = Chance(self.seed.wrapping_mul(1_000_003));
        let campaigns: Vec<Figures> = (0..self.campaigns).map(|campaign| self.campaign(campaign, &mut chance)).collect();
        let mut account = Figures::new();
        for (metric, series) in campaigns.iter().flatten() {
            let sums = account.entry(*metric).or_insert_with(|| vec![0.0; DAYS]);
            sums.iter_mut().zip(series).for_each(|(sum, figure)| *sum += figure);
        }
        let mut tenant = account.clone();
        tenant.extend(self.shop(&account, &mut chance));
        let platform: Figures =
            tenant.iter().filter(|(metric, _)| !metric.starts_with("email")).map(|(m, s)| (*m, s.clone())).collect();
        let scopes = [(Level::Tenant, "t", tenant), (Level::Platform, "meta", platform), (Level::Account, "acc", account)];
        let named = campaigns.into_iter().enumerate().map(|(place, figures)| observed(Level::Campaign, &name(place), &figures));
        scopes.iter().map(|(level, id, figures)| observed(*level, id, figures)).chain(named).collect()
    }

    /// A level that wanders about 1 with a weekly rhythm.
    fn level(&self, chance: &mut Chance) -> Vec<f64> {
        let mut level = 0.0_f64;
        (0..DAYS)
            .map(|day| {
                level = 0.97 * level + self.wander * chance.normal();
                [1.05, 1.0, 0.97, 1.0, 1.03, 1.15, 0.8][day % 7] * level.exp()
            })
            .collect()
    }

    fn campaign(&self, campaign: usize, chance: &mut Chance) -> Figures {
        let size = 10_f64.powf(3.8 + chance.uniform());
        let (mut figures, shown, clicked, bought) = (Figures::new(), self.level(chance), self.level(chance), self.level(chance));
        let price = self.level(chance);
        for day in 0..DAYS {
            let impressions = chance.count(size * shown[day], self.scatter);
            let clicks = chance.count(impressions * 0.02 * clicked[day], self.scatter);
            let link_clicks = chance.count(clicks * 0.75, self.scatter * 0.25);
            let bad = self.trouble == Trouble::ConversionsHalved && in_trouble(campaign) && day + 14 >= DAYS;
            let conversions = chance.count(clicks * 0.04 * bought[day] * if bad { 0.55 } else { 1.0 }, self.scatter);
            let views = chance.count(impressions * 0.2, self.scatter);
            let revenue = conversions * 80.0 * (1.0 + 0.5 * chance.normal() / conversions.max(1.0).sqrt());
            for (metric, figure) in [
                ("impressions", impressions),
                ("clicks", clicks),
                ("link_clicks", link_clicks),
                ("conversions", conversions),
                ("revenue", revenue),
                ("video_views", views),
                ("thruplays", chance.count(views * 0.3, self.scatter)),
                ("spend", impressions * 0.01 * price[day]),
            ] {
                figures.entry(metric).or_default().push(figure);
            }
        }
        figures
    }

    fn shop(&self, account: &Figures, chance: &mut Chance) -> Figures {
        let (mut figures, came, bought) = (Figures::new(), self.level(chance), self.level(chance));
        for day in 0..DAYS {
            let sessions = chance.count(
                account["link_clicks"][day] * 0.8 + f64::from(u32::try_from(self.campaigns).unwrap_or(0)) * 500.0 * came[day],
                self.scatter,
            );
            let orders = chance.count(sessions * 0.03 * bought[day], self.scatter);
            let new = chance.count(orders * 0.5, 0.5).min(orders);
            let revenue = orders * 75.0 * (1.0 + 0.6 * chance.normal() / orders.max(1.0).sqrt());
            let mails = if day % 7 == 1 { 20_000.0 } else { 300.0 };
            let mail_clicks = chance.count(mails * 0.03, self.scatter);
            let mail_orders = chance.count(mail_clicks * 0.05, self.scatter);
            for (metric, figure) in [
                ("sessions", sessions),
                ("engaged_sessions", chance.count(sessions * 0.6, self.scatter * 0.4)),
                ("site_purchases", chance.count(orders * 0.85, 0.15)),
                ("orders", orders),
                ("new_customers", new),
                ("returning_orders", orders - new),
                ("store_revenue", revenue),
                ("discounts", revenue * 0.05 * (1.0 + 0.3 * chance.normal()).max(0.0)),
                ("refunds", revenue * 0.04 * (1.0 + 0.5 * chance.normal()).max(0.0)),
                ("cancelled_orders", chance.count(orders * 0.03, self.scatter)),
                ("email_recipients", mails),
                ("email_clicks", mail_clicks),
                ("email_orders", mail_orders),
                ("email_revenue", mail_orders * 70.0),
            ] {
                figures.entry(metric).or_default().push(figure);
            }
        }
        figures
    }
}

fn observed(level: Level, id: &str, figures: &Figures) -> Observed {
    let total = |metric: &str| figures.get(metric).map_or(0.0, |series| series.iter().sum::<f64>());
    let targets = [
        ("cpa", total("spend") / total("conversions")),
        ("roas", total("revenue") / total("spend")),
        ("mer", total("store_revenue") / total("spend")),
    ];
    let account = if matches!(level, Level::Account | Level::Campaign) { "acc" } else { "" };
    Observed {
        entity: EntityRef {
            level,
            source: (level != Level::Tenant).then_some(Source::Meta),
            account: account.into(),
            id: id.into(),
            name: id.into(),
        },
        first: jiff::civil::date(2025, 12, 5),
        figures: figures.iter().map(|(metric, series)| ((*metric).into(), series.iter().copied().map(Some).collect())).collect(),
        constants: BTreeMap::new(),
        targets: targets
            .into_iter()
            .filter(|(_, target)| target.is_finite())
            .map(|(metric, target)| (metric.into(), target))
            .collect(),
        currency: None,
        provisional_from: None,
        source_hash: String::new(),
    }
}
