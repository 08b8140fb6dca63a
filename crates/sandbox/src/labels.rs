//! Labels held against what somebody found: which were told with their cause, and why the others were not.
//!
//! This is the side of whoever marks an exam. Nothing here is known to what looks for trouble; what was found is handed in.

mod compare;

pub use compare::{KindMet, LabelsMet, Missing};

use crate::{
    platform::Advertising,
    state::{Shared, read},
    world::{
        World,
        account::{Account, Object, Switch},
        calendar,
        effect::{self, Past},
        incident::{Incident, Trouble},
    },
};
use serde::Serialize;
use trimtab_domain::{Day, Source};

/// Days of an account that have to be known before anything in it can be judged.
const FIRST_DAYS: i32 = 21;
/// Days for which a platform's own record tells who changed what, where it does at all.
const GOOGLE_RECORD_DAYS: i32 = 30;

/// Something that went wrong in a world, and how plain it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Label {
    /// The tenant's name in ids.
    pub tenant: String,
    /// The platform it happened on.
    pub source: Source,
    /// The platform's id of the account.
    pub account: String,
    /// The account's name.
    pub account_name: String,
    /// What happened.
    pub kind: &'static str,
    /// The first day it shows, in the account's zone.
    pub from: Day,
    /// The last one; `None`: it goes on.
    pub to: Option<Day>,
    /// The id of the object it happened to.
    pub object: String,
    /// The id of the campaign that object is or is in; `None`: it concerns the whole account.
    pub campaign: Option<String>,
    /// How far it moves the figures it shows in, in units of their noise; `None` where it shows elsewhere than in daily figures.
    pub effect: Option<f64>,
    /// Whether the platform's own record tells who did it.
    pub recorded: bool,
    /// Why it cannot be told yet, or no more; `None`: it is due.
    pub not_due: Option<String>,
}

/// The labels of a platform's accounts.
pub(crate) fn of(source: Source, advertising: &dyn Advertising, shared: &Shared) -> Vec<Label> {
    let mut calm = World::calm(&shared.settings, source);
    advertising.dress(&shared.settings, &mut calm);
    let (world, now) = (read(advertising.world()), shared.clock.now());
    let accounts = world.accounts.iter().zip(&calm.accounts);
    accounts.flat_map(|(account, calm)| of_account((source, advertising), &world, account, calm, now)).collect()
}

fn of_account(
    (source, advertising): (Source, &dyn Advertising),
    world: &World,
    account: &Account,
    calm: &Account,
    now: i64,
) -> Vec<Label> {
    let last = account.calendar.day_of(now) - 1;
    let (mut with, mut without) = (Past::new(account), Past::new(calm));
    let mut one = |incident: &Incident| {
        let why = too_new(incident, account, last).or_else(|| hidden(incident, account, (source, advertising), now));
        let (effect, not_due) = match (incident.kind, why) {
            (_, Some(why)) => (None, Some(why)),
            (Trouble::CreativeFatigue, None) => match effect::of_wear(account, incident.object, last) {
                Ok(effect) => (Some(effect), None),
                Err(why) => (None, Some(why)),
            },
            (_, None) => (effect::of_incident(&mut with, &mut without, incident, last), None),
        };
        let recorded = match source {
            Source::Meta => true,
            Source::Google => last + 1 - incident.from <= GOOGLE_RECORD_DAYS,
            _ => false,
        };
        Label {
            tenant: world.tenants[account.tenant].slug.clone(),
            source,
            account: account.id.to_string(),
            account_name: account.name.clone(),
            kind: incident.kind.name(),
            from: calendar::day(incident.from),
            to: incident.to.map(calendar::day),
            object: incident.object.to_string(),
            campaign: account.campaign_of(incident.object),
            effect,
            recorded,
            not_due,
        }
    };
    account.incidents.iter().map(&mut one).collect()
}

/// Why a platform does not tell what happened to an ad.
fn hidden(incident: &Incident, account: &Account, (source, advertising): (Source, &dyn Advertising), now: i64) -> Option<String> {
    let ad = account.ads.iter().find(|ad| ad.object.id == incident.object)?;
    if !advertising.tells_ads(account, ad.campaign) {
        return Some("the platform tells nothing of the ads of such a campaign".to_owned());
    }
    // Meta's own record keeps what was refused; the others tell it for as long as the ad is on.
    let on = |object: &Object| *object.switch.at(now) == Switch::Active;
    let all_on = on(&ad.object) && on(&account.ad_sets[ad.ad_set].object) && on(&account.campaigns[ad.campaign].object);
    (incident.kind == Trouble::Disapproval && source != Source::Meta && !all_on)
        .then(|| "what is switched off is refused no more".to_owned())
}

/// Why an incident cannot have been told by days alone.
fn too_new(incident: &Incident, account: &Account, last: i32) -> Option<String> {
    let daily = !matches!(incident.kind, Trouble::WithdrawnAd | Trouble::CreativeFatigue);
    if incident.from > last {
        return Some(format!("it begins on {}, and {} is the last whole day", calendar::day(incident.from), calendar::day(last)));
    }
    let known = incident.from - account.first_day;
    (daily && known < FIRST_DAYS)
        .then(|| format!("it begins on day {known} of the account, and it takes {FIRST_DAYS} to know what is usual"))
}
