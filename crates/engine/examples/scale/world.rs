//! The agency that is measured: every tenant with an account on each of five ad platforms and a shop. Figures look random and depend on
//! nothing but their place and the tenant.

use super::Failure;
use jiff::ToSpan;
use trimtab_domain::{
    Day, DayRange, Source,
    account::{Account, Standing},
    entity::{EntityKind, EntitySnapshot, EntityState, Status},
    fact::{AdDaily, Custom, Facts, Measures, Order, OrderState, Placing, Utm},
};

/// The last day there is.
pub(crate) const LAST: Day = jiff::civil::date(2026, 11, 20);
/// The ad platforms every tenant advertises on.
pub(crate) const PLATFORMS: [Source; 5] = [Source::Meta, Source::Google, Source::Linkedin, Source::Pinterest, Source::Tiktok];
/// Orders a shop takes on a day.
const ORDERS: u64 = 50;
/// Ads of a campaign, and of an ad group.
const ADS_OF_CAMPAIGN: u64 = 20;
const ADS_OF_GROUP: u64 = 4;

/// How a day is read again: what the platform then says of it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Restated {
    /// One of so many rows has other conversions; 0: none.
    pub(crate) one_of: u64,
    /// Which ones and how, from one night to the next.
    pub(crate) night: u64,
}

/// The accounts of the tenant with this number.
pub(crate) fn accounts(tenant: u64) -> Result<Vec<Account>, Failure> {
    let (currency, zone) = ("EUR".parse()?, "UTC".parse()?);
    let account = |source: Source| Account {
        source,
        id: format!("{}{tenant:03}", source as u64 + 10).as_str().into(),
        name: format!("{} of tenant {tenant}", source.label()).as_str().into(),
        currency,
        zone: Clone::clone(&zone),
        standing: Standing::Good,
    };
    Ok(PLATFORMS.into_iter().chain([Source::Shopify]).map(account).collect())
}

/// 64 bits that depend on nothing but what is given.
fn mixed(parts: [u64; 4]) -> u64 {
    parts.iter().fold(0x243f_6a88_85a3_08d3, |mix, part| {
        let mix = (mix ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mix ^ (mix >> 29)
    })
}

fn placing(account: &Account, ad: u64) -> Placing {
    let id = |kind: u64, number: u64| format!("{kind}{}{number:07}", account.id.as_str());
    Placing {
        campaign: id(1, ad / ADS_OF_CAMPAIGN).as_str().into(),
        ad_group: id(2, ad / ADS_OF_GROUP).as_str().into(),
        ad: id(3, ad).as_str().into(),
    }
}

/// What an account has in some days.
pub(crate) fn facts(account: &Account, range: DayRange, ads: u64, restated: Restated) -> Facts {
    if account.source == Source::Shopify {
        return Facts { orders: range.days().flat_map(|day| orders(account, day)).collect(), ..Facts::default() };
    }
    let placings: Vec<_> = (0..ads).map(|ad| placing(account, ad)).collect();
    let rows =
        range.days().flat_map(|day| placings.iter().zip(0..).map(move |(placing, ad)| ad_day(account, day, placing, ad, restated)));
    Facts { ad_daily: rows.collect(), ..Facts::default() }
}

fn number(day: Day) -> u64 {
    u64::from(day.year().unsigned_abs()) * 400 + u64::from(day.day_of_year().unsigned_abs())
}

fn seed(account: &Account) -> u64 {
    account.id.as_str().bytes().fold(account.source as u64, |seed, byte| seed.wrapping_mul(31) + u64::from(byte))
}

fn ad_day(account: &Account, day: Day, placing: &Placing, ad: u64, restated: Restated) -> AdDaily {
    let mix = mixed([seed(account), number(day), ad, 0]);
    let some = |bits: u32, most: u64| i64::try_from((mix >> bits) % most).unwrap_or_default();
    let impressions = 500 + some(3, 20_000);
    let again = mixed([seed(account), number(day), ad, restated.night]);
    let late = restated.one_of > 0 && again.is_multiple_of(restated.one_of);
    let conversions = some(23, 12) + i64::from(late);
    AdDaily {
        date: day,
        span_days: 1,
        placing: placing.clone(),
        measures: Measures {
            impressions,
            clicks: impressions / (20 + some(17, 60)),
            link_clicks: Some(impressions / (30 + some(17, 60))),
            spend_micros: 10_000 * some(5, 9_000),
            reach: Some(impressions * 2 / 3),
            conversions: Some(f64::from(i32::try_from(conversions).unwrap_or_default())),
            revenue_micros: Some(10_000 * conversions * (1_000 + some(31, 4_000))),
            video_views: ad.is_multiple_of(3).then_some(impressions / 4),
            thruplays: ad.is_multiple_of(3).then_some(impressions / 11),
        },
    }
}

fn orders(account: &Account, day: Day) -> impl Iterator<Item = Order> {
    let (shop, at) = (seed(account), number(day));
    (0..ORDERS).map(move |order| {
        let mix = mixed([shop, at, order, 1]);
        let total = 10_000 * i64::try_from(1_000 + mix % 20_000).unwrap_or_default();
        let source = ["facebook", "google", "", "newsletter"][usize::try_from(mix >> 20).unwrap_or_default() % 4];
        Order {
            date: day,
            id: format!("{at}{order:04}").as_str().into(),
            number: format!("#{at}{order:04}").as_str().into(),
            customer: format!("{:016x}", mix >> 7).as_str().into(),
            custom: if mix.is_multiple_of(3) { Custom::New } else { Custom::Returning },
            utm: Utm { source: source.into(), medium: "cpc".into(), campaign: format!("c{}", mix % 40).as_str().into() },
            state: if mix.is_multiple_of(50) { OrderState::Cancelled } else { OrderState::Placed },
            total_micros: total,
            refunded_micros: if mix.is_multiple_of(20) { total / 2 } else { 0 },
            tax_micros: total / 6,
            shipping_micros: 4_950_000,
            discount_micros: 0,
        }
    })
}

/// What there is in an ad account.
pub(crate) fn objects(account: &Account, ads: u64) -> EntitySnapshot {
    let state = |kind, id: &str, parent: &str, campaign: &str, name: String| EntityState {
        kind,
        id: id.into(),
        parent: parent.into(),
        campaign: campaign.into(),
        name: name.as_str().into(),
        status: Status::Active,
        platform_status: "ACTIVE".into(),
        objective: "SALES".into(),
        daily_budget_micros: None,
        lifetime_budget_micros: None,
        starts: None,
        ends: None,
        attributes: Default::default(),
    };
    let mut states = Vec::new();
    for ad in 0..ads {
        let p = placing(account, ad);
        let (campaign, group) = (p.campaign.as_str(), p.ad_group.as_str());
        if ad.is_multiple_of(ADS_OF_CAMPAIGN) {
            states.push(state(
                EntityKind::Campaign,
                campaign,
                account.id.as_str(),
                "",
                format!("Campaign {}", ad / ADS_OF_CAMPAIGN),
            ));
        }
        if ad.is_multiple_of(ADS_OF_GROUP) {
            states.push(state(EntityKind::AdGroup, group, campaign, campaign, format!("Ad set {}", ad / ADS_OF_GROUP)));
        }
        states.push(state(EntityKind::Ad, p.ad.as_str(), group, campaign, format!("Ad {ad}")));
    }
    EntitySnapshot { seen_at: jiff::Timestamp::UNIX_EPOCH, complete: Vec::new(), states }
}

/// Some days before the last.
pub(crate) fn days_back(days: i64) -> Day {
    LAST.saturating_sub(days.days())
}
