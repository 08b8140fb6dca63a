//! Lets things go wrong in an account, and labels them.

use super::{
    Kind,
    account::{Account, Edit},
    calendar,
    catalog::PEOPLE,
    chance::{Chance, tag, whole},
    fatigue,
    incident::{Incident, Trouble},
    object_id, schedule,
    timeline::Timeline,
};

/// Where an ad stood that was withdrawn: beyond all others.
const WITHDRAWN_PLACE: usize = 999_999;
/// Days before today at which an account's troubles begin, one each; those before its first day are left out.
const BEGINS: [(i32, i32); 4] = [(6, 14), (24, 40), (52, 80), (95, 150)];

/// Troubles of an account.
pub(super) const SLOTS: usize = BEGINS.len();
/// Which kind of trouble each slot holds, and at which attempt to find an object for it; `None`: nothing goes wrong then.
pub(super) type Strokes = [Option<(Trouble, u64)>; SLOTS];

/// The kind of an account's nth trouble.
pub(super) const fn kind(ordinal: usize, nth: usize) -> Trouble {
    Trouble::STRUCK[(ordinal * 3 + nth) % Trouble::STRUCK.len()]
}

/// Four troubles per account, so that three accounts have seen every kind.
pub(super) fn usual(ordinal: usize) -> Strokes {
    std::array::from_fn(|nth| Some((kind(ordinal, nth), 0)))
}

/// The slot an incident was made for; `None`: it came about otherwise.
pub(super) fn slot(incident: &Incident, today: i32) -> Option<usize> {
    let struck = Trouble::STRUCK.contains(&incident.kind);
    BEGINS.iter().position(|(near, far)| struck && (*near..=*far).contains(&(today - incident.from)))
}

/// Lets things go wrong.
pub(super) fn strike(account: &mut Account, strokes: &Strokes, today: i32) {
    for (nth, (near, far)) in BEGINS.into_iter().enumerate() {
        let Some((kind, attempt)) = strokes[nth] else { continue };
        let dice = account.chance.on(tag("trouble")).on(nth as u64);
        let day = today - near - days(dice.on(1).between(0.0, f64::from(far - near)));
        if day <= account.first_day + 7 {
            continue;
        }
        let dice = if attempt == 0 { dice } else { dice.on(tag("again")).on(attempt) };
        match kind {
            Trouble::TrackingLoss => {
                window(account, kind, day, 4 + days(dice.on(2).between(0.0, 4.0)), dice.on(3).between(0.25, 0.45))
            }
            Trouble::DoubledTag => window(account, kind, day, 3 + days(dice.on(2).between(0.0, 3.0)), 2.0),
            Trouble::SilentPixel => window(account, kind, day, 3, 0.0),
            Trouble::CpmShock => window(account, kind, day, 5 + days(dice.on(2).between(0.0, 4.0)), dice.on(3).between(1.55, 2.1)),
            Trouble::BudgetTypo => typo(account, day, dice),
            Trouble::OutsideEdit => outside_edit(account, day, dice),
            Trouble::Disapproval => disapprove(account, day, dice),
            Trouble::DeadToken | Trouble::CreativeFatigue | Trouble::WithdrawnAd | Trouble::LostPurchase => {}
        }
    }
}

/// Lets something go wrong with an account's pixel from a day on, for good. Answers whether it is a trouble that pixels have.
pub(crate) fn strike_pixel(account: &mut Account, name: &str, from: i32) -> bool {
    let (kind, factor, note) = match name {
        "silent_pixel" => (Trouble::SilentPixel, 0.0, "the pixel was removed with a theme update"),
        "lost_purchase" => (Trouble::LostPurchase, 0.0, "the page that thanks for an order lost its tag"),
        "tracking_loss" => (Trouble::TrackingLoss, 0.35, "a consent banner blocks the tag"),
        _ => return false,
    };
    let object = account.pixel.id;
    account.incidents.push(Incident { kind, from, to: None, object, factor, note: note.to_owned() });
    true
}

fn days(x: f64) -> i32 {
    i32::try_from(whole(x)).unwrap_or(0)
}

fn window(account: &mut Account, kind: Trouble, from: i32, length: i32, factor: f64) {
    let (object, note) = match kind {
        Trouble::CpmShock => (account.id, "the auction got dearer for everybody"),
        Trouble::DoubledTag => (account.pixel.id, "the purchase tag fires twice after a shop release"),
        Trouble::SilentPixel => (account.pixel.id, "the pixel was removed with a theme update"),
        _ => (account.pixel.id, "a consent banner blocks the tag"),
    };
    account.incidents.push(Incident { kind, from, to: Some(from + length - 1), object, factor, note: note.to_owned() });
}

/// The objects that own a budget and run on a day, as (id, campaign, ad set).
fn owners(account: &Account, day: i32) -> Vec<(u64, usize, Option<usize>)> {
    let at = account.calendar.start(day) + 40_000;
    let campaigns = account.campaigns.iter().enumerate();
    let mut owners: Vec<_> =
        campaigns.filter(|(_, c)| c.budget.is_some() && c.object.live.covers(at)).map(|(i, c)| (c.object.id, i, None)).collect();
    let sets = account.ad_sets.iter().enumerate();
    owners.extend(
        sets.filter(|(_, s)| s.budget.is_some() && s.lifetime.is_none() && s.object.live.covers(at))
            .map(|(i, s)| (s.object.id, s.campaign, Some(i))),
    );
    owners
}

/// Puts a change between the others of a budget's history.
fn insert(budget: &mut Timeline<i64>, at: i64, change: impl Fn(i64) -> i64, until: Option<i64>) -> (i64, i64) {
    let before = *budget.at(at);
    let after = change(before);
    let old = budget.steps().to_vec();
    let mut line = Timeline::new(old[0].0, old[0].1);
    let resume = until.unwrap_or(i64::MAX);
    let mut steps: Vec<(i64, i64)> = old[1..].iter().copied().filter(|s| s.0 < at || s.0 >= resume).collect();
    steps.push((at, after));
    if let Some(until) = until {
        steps.push((until, *budget.at(until)));
    }
    steps.sort_by_key(|s| s.0);
    for (at, value) in steps {
        line.set(at, value);
    }
    *budget = line;
    (before, after)
}

fn typo(account: &mut Account, day: i32, dice: Chance) {
    let owners = owners(account, day);
    if owners.is_empty() {
        return;
    }
    let (id, campaign, ad_set) = *dice.on(2).pick(&owners);
    let at = schedule::office_hours(&account.calendar, day, dice.on(3));
    let fixed = schedule::office_hours(&account.calendar, day + 2, dice.on(4));
    let budget = match ad_set {
        Some(s) => account.ad_sets[s].budget.as_mut(),
        None => account.campaigns[campaign].budget.as_mut(),
    };
    let Some(budget) = budget else { return };
    let (before, after) = insert(budget, at, |b| b * 10, Some(fixed));
    log_budget(account, at, id, (before, after), None);
    log_budget(account, fixed, id, (after, before), None);
    account.incidents.push(Incident {
        kind: Trouble::BudgetTypo,
        from: day,
        to: Some(day + 2),
        object: id,
        factor: 10.0,
        note: "a zero too many, corrected two days later".to_owned(),
    });
}

fn outside_edit(account: &mut Account, day: i32, dice: Chance) {
    let owners = owners(account, day);
    if owners.is_empty() {
        return;
    }
    let (id, campaign, ad_set) = *dice.on(2).pick(&owners);
    let at = account.calendar.start(day) + 22 * 3_600 + 1_260;
    let offset = account.offset;
    let budget = match ad_set {
        Some(s) => account.ad_sets[s].budget.as_mut(),
        None => account.campaigns[campaign].budget.as_mut(),
    };
    let Some(budget) = budget else { return };
    let (before, after) = insert(budget, at, |b| schedule::typed(b as f64 * 0.55, offset), None);
    log_budget(account, at, id, (before, after), Some("Agency partner"));
    account.incidents.push(Incident {
        kind: Trouble::OutsideEdit,
        from: day,
        to: None,
        object: id,
        factor: after as f64 / before as f64,
        note: "budget cut by hand in Ads Manager at night".to_owned(),
    });
}

fn disapprove(account: &mut Account, day: i32, dice: Chance) {
    let at = schedule::office_hours(&account.calendar, day, dice.on(3));
    let running: Vec<usize> = (0..account.ads.len()).filter(|a| account.ads[*a].object.live.covers(at)).collect();
    if running.is_empty() {
        return;
    }
    let ad = &mut account.ads[*dice.on(2).pick(&running)];
    ad.disapproved = Some(at);
    account.incidents.push(Incident {
        kind: Trouble::Disapproval,
        from: day,
        to: None,
        object: ad.object.id,
        factor: 0.0,
        note: "refused for personal attributes".to_owned(),
    });
}

/// Lets an ad be withdrawn with what it spent on a day.
pub(super) fn withdraw(account: &mut Account, place: usize, day: i32) {
    if day < account.first_day {
        return;
    }
    account.incidents.push(Incident {
        kind: Trouble::WithdrawnAd,
        from: day,
        to: Some(day),
        object: object_id(Kind::Creative, place, WITHDRAWN_PLACE, account.chance),
        factor: 1.0,
        note: "spend of a Pin that was withdrawn: in the account's total, and in none of its ads, ad groups and campaigns"
            .to_owned(),
    });
}

/// Labels running ads that have lost a quarter of their appeal early.
pub(super) fn label_fatigue(account: &mut Account, today: i32) {
    let now = account.calendar.start(today);
    let mut tired = Vec::new();
    for ad in account.ads.iter().filter(|a| a.fatigue_days < 30.0 && a.object.live.covers(now)) {
        let ran = ad.object.live.overlap(ad.object.created, now) as f64 / 86_400.0;
        let due = fatigue::days_to_tired(ad.fatigue_days);
        let from = today - days(ran - due);
        if ran > due && from > account.first_day {
            tired.push(Incident {
                kind: Trouble::CreativeFatigue,
                from,
                to: None,
                object: ad.object.id,
                factor: fatigue::appeal(ran, ad.fatigue_days),
                note: format!("loses a quarter of its appeal after {due:.0} days"),
            });
        }
    }
    account.incidents.extend(tired);
}

/// Lets an account's token die on a day.
pub(super) fn token_dies(account: &mut Account, day: i32) {
    account.token_expires = Some(account.calendar.start(day));
    account.incidents.push(Incident {
        kind: Trouble::DeadToken,
        from: day,
        to: None,
        object: account.id,
        factor: 0.0,
        note: "the token expires and nobody renews it".to_owned(),
    });
}

/// Notes a budget change in the account's change log.
pub(super) fn log_budget(account: &mut Account, at: i64, object: u64, (before, after): (i64, i64), actor: Option<&str>) {
    let dice = account.chance.on(tag("actor")).on(object).at(at);
    let actor = actor.map_or_else(|| (*dice.pick(&PEOPLE)).to_owned(), str::to_owned);
    let event = if object / 10_000_000_000_000 % 10 == 1 { "update_campaign_budget" } else { "update_ad_set_budget" };
    account.edits.push(Edit {
        at,
        actor,
        object,
        object_name: String::new(),
        event,
        before: before.to_string(),
        after: after.to_string(),
    });
}

/// Sends the ad sets that a large budget change feeds back to learning, for every change noted so far; and gives each note the name of
/// its object.
pub(crate) fn learn_from_edits(account: &mut Account) {
    let mut edits = std::mem::take(&mut account.edits);
    edits.sort_by_key(|e| e.at);
    for edit in &mut edits {
        let number = |text: &str| text.parse::<i64>().unwrap_or(0);
        let (before, after) = (number(&edit.before), number(&edit.after));
        let large = after * 5 > before * 6 || after * 6 < before * 5;
        let Account { campaigns, ad_sets, .. } = account;
        if let Some(campaign) = campaigns.iter().find(|c| c.object.id == edit.object) {
            edit.object_name.clone_from(&campaign.object.name);
            if large {
                ad_sets[campaign.ad_sets.clone()].iter_mut().for_each(|s| relearn(s, edit.at));
            }
        } else if let Some(ad_set) = ad_sets.iter_mut().find(|s| s.object.id == edit.object) {
            edit.object_name.clone_from(&ad_set.object.name);
            if large {
                relearn(ad_set, edit.at);
            }
        }
    }
    account.edits = edits;
}

fn relearn(ad_set: &mut super::account::AdSet, at: i64) {
    if *ad_set.last_significant_edit.last() < at {
        ad_set.last_significant_edit.set(at, at);
    }
}

/// The civil day a number stands for, as labels print it.
pub(crate) fn label_day(day: i32) -> String {
    calendar::day(day).to_string()
}
