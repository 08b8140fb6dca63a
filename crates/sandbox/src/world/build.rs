//! Makes a world from a seed: tenants, accounts and what they hold. Figures are not made here; they follow from what is made.

use super::{
    Kind, Tenant, World,
    account::{Account, Ad, AdSet, Campaign, Object, Pixel, Switch},
    calendar::{self, Calendar},
    catalog::{BRANDS, Brand, INDUSTRIES, meta_offset, units_per_euro},
    chance::{Chance, tag, whole},
    habit::{Habit, zone_of_days},
    market::Market,
    names, object_id,
    response::Curve,
    schedule::{self, Life, Plan, Role},
    timeline::{Spans, Timeline},
    trouble::{self, Strokes},
    visible,
};
use crate::{SandboxSettings, limits};
use std::ops::Range;
use trimtab_domain::Source;

/// `troubled`: whether things go wrong in it; everything else is the same either way.
pub(super) fn world(settings: &SandboxSettings, platform: Source, troubled: bool) -> World {
    let habit = Habit::of(platform);
    let root = match platform {
        Source::Meta => Chance::new(settings.seed),
        other => Chance::new(settings.seed).on(tag(other.as_str())),
    };
    let mut world = World { tenants: Vec::new(), accounts: Vec::new() };
    for t in 0..settings.tenants.clamp(1, limits::TENANTS_MAX) {
        let brand = &BRANDS[t % BRANDS.len()];
        let round = t / BRANDS.len();
        let slug = if round == 0 { brand.slug.to_owned() } else { format!("{}-{}", brand.slug, round + 1) };
        let name = if round == 0 { brand.name.to_owned() } else { format!("{} {}", brand.name, round + 1) };
        let asked = settings.ads.clamp(1, limits::ADS_MAX);
        let size = if t == 0 { 1.0 } else { brand.size };
        let ads = super::chance::index((asked as f64 * size * habit.ads).round()).max(habit.ads_least);
        let mut accounts = Vec::new();
        let second = brand.second_account.filter(|_| platform == Source::Meta);
        for label in [None, second] {
            if label.is_none() && !accounts.is_empty() {
                break;
            }
            let own = if accounts.is_empty() { ads } else { ads.div_ceil(4) };
            let account_name = label.map_or_else(|| name.clone(), |l| format!("{name} {l}"));
            accounts.push(world.accounts.len());
            let zone = zone_of_days(platform).unwrap_or(brand.zone);
            let ordinal = world.accounts.len();
            let make = |strokes: Option<&Strokes>| {
                Builder::new(settings, &habit, brand, zone, root, ordinal, t, account_name.clone(), own).build(strokes)
            };
            world.accounts.push(match (troubled, settings.visible) {
                (false, _) => make(None),
                (true, false) => make(Some(&trouble::usual(ordinal))),
                (true, true) => visible::account(ordinal, calendar::number(settings.today), make),
            });
        }
        world.tenants.push(Tenant { slug, name, industry: INDUSTRIES[brand.industry].name, accounts });
    }
    // The token of Meta's last account dies some weeks from the start: the one trouble that stops everything.
    let at = calendar::number(settings.today) + limits::TOKEN_DIES_AFTER_DAYS;
    if let Some(last) = world.accounts.last_mut().filter(|_| platform == Source::Meta) {
        trouble::token_dies(last, at);
    }
    // One ad of the second business on Pinterest was withdrawn, if that is wanted.
    if settings.mismatch && platform == Source::Pinterest {
        let day = calendar::number(settings.today) - limits::MISMATCH_DAYS_BACK;
        if let Some(place) = world.tenants.get(1).and_then(|t| t.accounts.first().copied()) {
            trouble::withdraw(&mut world.accounts[place], place, day);
        }
    }
    world
}

struct Builder<'a> {
    habit: &'a Habit,
    brand: &'a Brand,
    chance: Chance,
    ordinal: usize,
    ads_wanted: usize,
    first_day: i32,
    today: i32,
    /// Minor units per euro.
    rate: f64,
    account: Account,
}

impl<'a> Builder<'a> {
    #[expect(clippy::too_many_arguments, reason = "what the world knows of an account before it is made")]
    fn new(
        settings: &SandboxSettings,
        habit: &'a Habit,
        brand: &'a Brand,
        zone: &str,
        root: Chance,
        ordinal: usize,
        tenant: usize,
        name: String,
        ads_wanted: usize,
    ) -> Self {
        let chance = root.on(tag("account")).on(ordinal as u64);
        let today = calendar::number(settings.today);
        let days = i32::from(settings.days.clamp(1, limits::DAYS_MAX));
        let first_day = today - days;
        let industry = &habit.industries[brand.industry];
        let offset = meta_offset(brand.currency);
        let rate = units_per_euro(brand.currency) * offset as f64;
        let zone = zone.parse().expect("the catalogue's zones are IANA names");
        let calendar = Calendar::new(zone, first_day - 250, days + 650);
        let market = Market {
            chance: chance.on(tag("market")),
            industry,
            growth: chance.on(tag("growth")).between(-0.08, 0.45),
            anchor: today,
            cpm: industry.cpm * habit.cpm * rate * chance.on(tag("cpm")).factor(0.12),
            ctr: industry.ctr * habit.ctr * chance.on(tag("ctr")).factor(0.1),
            order_value: industry.order_value * rate * chance.on(tag("value")).factor(0.1),
        };
        let created = calendar.start(first_day - 200) + 36_000;
        let account = Account {
            id: habit.first_id + chance.bits() % habit.ids * 10_000 + ordinal as u64,
            tenant,
            pixel: Pixel { id: object_id(Kind::Pixel, ordinal, 0, root), name: format!("{name} pixel"), created },
            name,
            currency: brand.currency.parse().expect("the catalogue's currencies are ISO codes"),
            offset,
            token: token(chance.on(tag("token"))),
            token_expires: None,
            calendar,
            industry,
            countries: brand.countries,
            market,
            first_day,
            chance,
            campaigns: Vec::new(),
            ad_sets: Vec::new(),
            ads: Vec::new(),
            incidents: Vec::new(),
            edits: Vec::new(),
        };
        Self { habit, brand, chance: root.on(ordinal as u64), ordinal, ads_wanted, first_day, today, rate, account }
    }

    fn build(mut self, strokes: Option<&Strokes>) -> Account {
        let per_day = self.brand.daily_spend * self.habit.spend * (self.ads_wanted as f64 / 60.0).powf(0.8) * self.rate;
        let campaigns = self.ads_wanted.div_ceil(9).max(1);
        let mut left = self.ads_wanted;
        let mut ordinal = 0;
        while left > 0 {
            // About six campaigns in ten run at any time.
            let dice = self.chance.on(tag("campaign")).on(ordinal as u64);
            let lead = if ordinal == 0 { 1.7 } else { 1.0 };
            let design = per_day / (campaigns as f64 * 0.62).max(1.0) * dice.on(tag("size")).factor(0.55) * lead;
            left -= self.campaign(ordinal, design, left, dice);
            ordinal += 1;
        }
        let mut account = self.account;
        for campaign in 0..account.campaigns.len() {
            account.settle(campaign);
        }
        if let Some(strokes) = strokes {
            trouble::strike(&mut account, strokes, self.today);
        }
        for campaign in 0..account.campaigns.len() {
            account.settle(campaign);
        }
        trouble::label_fatigue(&mut account, self.today);
        trouble::learn_from_edits(&mut account);
        account
    }

    /// Adds a campaign and what is in it; answers how many ads that took.
    fn campaign(&mut self, ordinal: usize, design: f64, left: usize, dice: Chance) -> usize {
        let plan = schedule::plan(ordinal, self.first_day, self.today, dice.on(tag("plan")));
        let design = if matches!(plan.role, Role::Awareness | Role::Traffic) { design * 0.4 } else { design };
        let id = object_id(Kind::Campaign, self.ordinal, ordinal, self.chance);
        let first_set = self.account.ad_sets.len();
        let first_ad = self.account.ads.len();
        let by_campaign = self.habit.shared_budgets && if ordinal < 2 { ordinal == 0 } else { dice.on(tag("cbo")).whether(0.5) };
        let sets = if ordinal < 2 { 3 } else { 1 + dice.on(tag("sets")).below(4) };
        let mut taken = 0;
        let weights: Vec<f64> = (0..sets).map(|s| dice.on(tag("weight")).on(s as u64).factor(0.5)).collect();
        let sum: f64 = weights.iter().sum();
        for (set, weight) in weights.iter().enumerate() {
            if taken == left {
                break;
            }
            let dice = dice.on(tag("ad set")).on(set as u64);
            let ads = (2 + dice.on(tag("ads")).below(4)).min(left - taken);
            taken += ads;
            self.ad_set(ordinal, &plan, set, ads, design * weight / sum, by_campaign, dice);
        }
        let (created, switch) = self.life(&plan, dice);
        let budget = by_campaign.then(|| self.budget(&plan, design, created, dice, id));
        let stop = (plan.life == Life::Ended && dice.on(tag("stop")).whether(0.5)).then_some(plan.until).flatten();
        let mut name = names::campaign(self.brand, self.account.industry, plan.role, ordinal, dice.on(tag("name")));
        let same = self.account.campaigns.iter().filter(|c| c.object.name.starts_with(&name)).count();
        if same > 0 {
            name = format!("{name} #{}", same + 1);
        }
        self.account.campaigns.push(Campaign {
            object: object(id, name, created, switch),
            objective: match plan.role {
                Role::Awareness => "OUTCOME_AWARENESS",
                Role::Traffic => "OUTCOME_TRAFFIC",
                _ if self.account.industry.commerce => "OUTCOME_SALES",
                _ => "OUTCOME_LEADS",
            },
            budget,
            stop: stop.map(|day| self.account.calendar.start(day)),
            ad_sets: first_set..self.account.ad_sets.len(),
            ads: first_ad..self.account.ads.len(),
            changes: Vec::new(),
        });
        taken
    }

    /// When a campaign was made, and how its switch went.
    fn life(&self, plan: &Plan, dice: Chance) -> (i64, Timeline<Switch>) {
        let calendar = &self.account.calendar;
        let created = schedule::office_hours(calendar, plan.from, dice.on(tag("created")));
        let mut switch = Timeline::new(created, Switch::Active);
        if let Some(until) = plan.until {
            switch.set(schedule::office_hours(calendar, until, dice.on(tag("until"))), Switch::Paused);
            if plan.life == Life::Archived {
                switch.set(calendar.start((until + 9).min(self.today - 1)) + 50_000, Switch::Archived);
            }
        }
        (created, switch)
    }

    fn budget(&mut self, plan: &Plan, design: f64, created: i64, dice: Chance, id: u64) -> Timeline<i64> {
        let dice = dice.on(tag("budget"));
        let offset = self.account.offset;
        let mut budget = Timeline::new(created, schedule::typed(design * dice.between(0.85, 1.1), offset));
        let until = plan.until.unwrap_or(self.today);
        for (day, level) in schedule::budget_changes(plan.from, until, dice.on(tag("changes"))) {
            let at = schedule::office_hours(&self.account.calendar, day, dice.at(i64::from(day)));
            let (before, after) = (*budget.last(), schedule::typed(design * level, offset));
            if before != after {
                budget.set(at, after);
                trouble::log_budget(&mut self.account, at, id, (before, after), None);
            }
        }
        budget
    }

    #[expect(clippy::too_many_arguments, reason = "what a campaign knows of an ad set before it is made")]
    fn ad_set(&mut self, campaign: usize, plan: &Plan, set: usize, ads: usize, design: f64, by_campaign: bool, dice: Chance) {
        let industry = self.account.industry;
        let place = self.account.ad_sets.len();
        let id = object_id(Kind::AdSet, self.ordinal, place, self.chance);
        let (created, _) = self.life(plan, dice);
        let budget = (!by_campaign).then(|| self.budget(plan, design, created, dice, id));
        let warm = plan.role == Role::Retargeting;
        let (cpm, ctr, cost) = match plan.role {
            Role::Retargeting => (1.5, 1.35, 0.62),
            Role::Awareness => (0.48, 0.45, 7.0),
            Role::Traffic => (0.7, 1.5, 3.4),
            Role::BlackFriday => (1.15, 1.1, 0.85),
            Role::Prospecting | Role::Occasion => (1.0, 1.0, 1.0),
        };
        let draw = |what: &str| dice.on(tag(what));
        let results = design / (industry.cost_per_result * self.rate * cost * draw("cost").factor(0.22));
        let absorbs = design * if warm { draw("absorbs").between(1.6, 2.6) } else { draw("absorbs").between(3.0, 7.0) };
        let half = design * if warm { draw("half").between(0.6, 1.2) } else { draw("half").between(1.0, 2.6) };
        let curve =
            Curve::through(design, results, half, draw("slope").between(0.78, 1.0), draw("carry").between(0.15, 0.5), absorbs);
        let shown = design / (self.account.market.cpm * cpm) * 1_000.0;
        let (audience_name, ages) = names::audience(industry, self.habit, plan.role, set, draw("name"));
        let first_ad = self.account.ads.len();
        for ad in 0..ads {
            self.ad(campaign, place, plan, ad, created, dice.on(tag("ad")).on(ad as u64));
        }
        let lifetime = match (&budget, plan.until) {
            (Some(b), Some(until)) if plan.life == Life::Ended && b.steps().len() == 1 => {
                Some(b.last() * i64::from(until - plan.from))
            }
            _ => None,
        };
        let capped = draw("bid").whether(0.15);
        self.account.ad_sets.push(AdSet {
            object: object(id, audience_name.clone(), created, Timeline::new(created, Switch::Active)),
            campaign,
            lifetime,
            budget,
            preference: design,
            stop: lifetime.and(plan.until).map(|day| self.account.calendar.start(day)),
            optimization_goal: match (plan.role, industry.commerce) {
                (Role::Awareness, _) => "REACH",
                (Role::Traffic, _) => "LANDING_PAGE_VIEWS",
                (_, true) => "OFFSITE_CONVERSIONS",
                (_, false) => "LEAD_GENERATION",
            },
            bid_amount: capped.then(|| schedule::typed(industry.cost_per_result * self.rate * cost * 1.2, self.account.offset)),
            audience_name,
            ages,
            audience: shown * if warm { draw("people").between(2.0, 4.0) } else { draw("people").between(6.0, 18.0) } + 400.0,
            cpm: cpm * draw("cpm").factor(0.14),
            ctr: ctr * draw("ctr").factor(0.12),
            curve,
            last_significant_edit: Timeline::new(created, created),
            ads: first_ad..self.account.ads.len(),
        });
    }

    fn ad(&mut self, campaign: usize, ad_set: usize, plan: &Plan, ordinal: usize, born: i64, dice: Chance) {
        let place = self.account.ads.len();
        let calendar = &self.account.calendar;
        let end = plan.until.unwrap_or(self.today);
        // The first ads start with the ad set; later ones are fresh creatives brought in over the run.
        let window = (plan.from.max(self.first_day - 20)..end - 4).clone();
        let created = if ordinal < 2 || window.is_empty() { born } else { self.fresh(&window, dice) };
        let mut switch = Timeline::new(created, Switch::Active);
        if ordinal > 0 && dice.on(tag("stopped")).whether(0.42) {
            let day = calendar.day_of(created) + 18 + i32::try_from(dice.on(tag("ran")).below(75)).unwrap_or(0);
            if day < self.today - 1 {
                switch.set(schedule::office_hours(calendar, day, dice.on(tag("off"))), Switch::Paused);
            }
        }
        let (format, name, headline, body) = names::ad(self.account.industry, ordinal, dice.on(tag("name")));
        let quick = dice.on(tag("quick")).whether(0.18);
        let fatigue_days =
            if quick { dice.on(tag("fatigue")).between(14.0, 26.0) } else { dice.on(tag("fatigue")).between(45.0, 190.0) };
        self.account.ads.push(Ad {
            object: object(object_id(Kind::Ad, self.ordinal, place, self.chance), name, created, switch),
            ad_set,
            campaign,
            creative: object_id(Kind::Creative, self.ordinal, place, self.chance),
            format,
            headline,
            body,
            preference: dice.on(tag("preference")).factor(0.65),
            ctr: dice.on(tag("ctr")).factor(0.2),
            quality: dice.on(tag("quality")).factor(0.22),
            fatigue_days,
            disapproved: None,
        });
    }

    fn fresh(&self, window: &Range<i32>, dice: Chance) -> i64 {
        let days = f64::from(window.end - window.start);
        let day = window.start + i32::try_from(whole(dice.on(tag("fresh")).unit() * days)).unwrap_or(0);
        schedule::office_hours(&self.account.calendar, day, dice.on(tag("hour")))
    }
}

fn object(id: u64, name: String, created: i64, switch: Timeline<Switch>) -> Object {
    let updated = switch.steps().last().map_or(created, |s| s.0).max(created);
    Object { id, name, created, updated, switch, live: Spans::default() }
}

/// A token of the usual looks.
fn token(dice: Chance) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let rest = (0..120).map(|i| char::from(*dice.on(i).pick(LETTERS)));
    "EAAG".chars().chain(rest).collect()
}
