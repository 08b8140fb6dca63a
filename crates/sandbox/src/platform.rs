//! What a simulated platform is to the rest of the sandbox: a prefix, a world, answers, and its own words for trouble.
//!
//! A platform owns everything that is its alone (its view of the world, quotas, report runs). What all of them share (clock, faults, the
//! log of calls) is [`Shared`]. Adding one is a folder and a line in [`all`].

use crate::{
    SandboxSettings,
    ecb::Ecb,
    ga4::Ga4,
    google::Google,
    http::{Reply, Request},
    klaviyo::Klaviyo,
    linkedin::Linkedin,
    magento::Magento,
    meta::Meta,
    pinterest::Pinterest,
    shopify::Shopify,
    state::{Shared, read},
    tiktok::Tiktok,
    world::{
        World,
        account::Account,
        commerce::Commerce,
        totals::{self, DayTotals},
        truth,
    },
};
use serde_json::{Value, json};
use std::{fmt, sync::RwLock};
use trimtab_domain::{Currency, DayRange, Source, Zone};

/// One simulated platform.
pub(crate) trait Platform: fmt::Debug + Send + Sync {
    /// Which.
    fn source(&self) -> Source;

    /// Where its paths begin.
    fn prefix(&self) -> &'static str;

    /// Its side that sells advertising, if it has one. Whatever has none tells its accounts, its truth and its totals itself.
    fn advertising(&self) -> Option<&dyn Advertising> {
        None
    }

    /// Every account and how to get at it.
    fn accounts(&self) -> Vec<Seat> {
        self.advertising().map(seats).unwrap_or_default()
    }

    /// The account a request is about, where that can be told.
    fn whose(&self, request: &Request) -> Option<Owner> {
        let advertising = self.advertising()?;
        let place = advertising.identify(request)?;
        let world = read(advertising.world());
        let account = &world.accounts[place];
        Some(Owner { tenant: world.tenants[account.tenant].slug.clone(), account: account.id.to_string() })
    }

    /// What is true of each account and the platform would not tell.
    fn truth(&self, _shared: &Shared) -> Vec<Value> {
        let of = |advertising: &dyn Advertising| {
            let world = read(advertising.world());
            world.accounts.iter().map(|a| truth::of(&world, self.source(), a)).collect()
        };
        self.advertising().map(of).unwrap_or_default()
    }

    /// What an account's days come to, as a list with one object a day; `None` where there is no such account.
    fn totals(&self, shared: &Shared, account: &str, days: DayRange) -> Option<Value> {
        let told = advertised(self.advertising()?, account, days, shared.clock.now())?;
        serde_json::to_value(told).ok()
    }

    /// Gives an account another currency or zone from now on; its days are then cut anew, and its amounts told at a fixed rate. Answers
    /// whether there is such an account whose owner may do so.
    fn rewrite(&self, _account: &str, _currency: Option<Currency>, _zone: Option<Zone>) -> bool {
        false
    }

    /// Withholds rows about few people from an account's answers from now on, or no longer. Answers whether there is such an account.
    fn withhold(&self, _account: &str, _withholds: bool) -> bool {
        false
    }

    /// Answers a request.
    fn answer(&self, shared: &Shared, request: &Request) -> Reply;

    /// Answers a request with trouble, in the platform's own words.
    fn trouble(&self, shared: &Shared, request: &Request, trouble: Trouble) -> Reply;

    /// Refuses the version a request names as one that is no longer served. Platforms with words of their own for that use them; the
    /// others say what HTTP says.
    fn sunset(&self, _shared: &Shared, request: &Request) -> Reply {
        let version = request.path.split('/').next().unwrap_or_default();
        let mut reply = Reply::value(&json!({"status": 426, "message": format!("Version {version} is no longer supported.")}));
        reply.status = 426;
        reply
    }

    /// What the pages of one list have in common, and whether this request asks for a page after the first.
    fn list(&self, request: &Request) -> (String, bool);

    /// Takes note of the part of its quotas that faults have left; `None` for all of them.
    fn cut_quotas(&self, left: Option<f64>);

    /// Lets the report that a request asks for end badly. Platforms without reports have nothing to do.
    fn doom_report(&self, _request: &Request, _doom: Doom) {}

    /// Whether a request asks for a report to be prepared.
    fn asks_for_report(&self, _request: &Request) -> bool {
        false
    }
}

/// The side of a platform that sells advertising: a world of accounts with campaigns.
pub(crate) trait Advertising: fmt::Debug + Send + Sync {
    /// Who advertises on it, and how.
    fn world(&self) -> &RwLock<World>;

    /// Makes of a world what it is on this platform, where that is not what all share.
    fn dress(&self, _settings: &SandboxSettings, _world: &mut World) {}

    /// Whether the platform tells of a campaign's ads one by one.
    fn tells_ads(&self, _account: &Account, _campaign: usize) -> bool {
        true
    }

    /// What `connect` takes as the secret of an account: a token, or JSON where the platform wants several parts.
    fn secret(&self, account: &Account) -> String;

    /// The account a request is about, by its place in the world, where that can be told.
    fn identify(&self, request: &Request) -> Option<usize>;
}

/// An account and how to get at it.
#[derive(Debug, Clone)]
pub(crate) struct Seat {
    pub(crate) owner: Owner,
    /// The tenant's name for people.
    pub(crate) tenant_name: String,
    pub(crate) industry: &'static str,
    pub(crate) name: String,
    /// ISO 4217.
    pub(crate) currency: String,
    /// IANA name.
    pub(crate) timezone: String,
    pub(crate) secret: String,
    /// What follows the prefix in the base URL, where each account has one of its own: empty, or `/` and more.
    pub(crate) below: String,
}

/// Whose account it is, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    /// The tenant's name in ids and folders.
    pub(crate) tenant: String,
    /// The platform's id of the account, without decoration.
    pub(crate) account: String,
}

fn seats(advertising: &dyn Advertising) -> Vec<Seat> {
    let world = read(advertising.world());
    let seat = |a: &Account| {
        let tenant = &world.tenants[a.tenant];
        Seat {
            owner: Owner { tenant: tenant.slug.clone(), account: a.id.to_string() },
            tenant_name: tenant.name.clone(),
            industry: tenant.industry,
            name: a.name.clone(),
            currency: a.currency.as_str().to_owned(),
            timezone: a.calendar.zone().as_str().to_owned(),
            secret: advertising.secret(a),
            below: String::new(),
        }
    };
    world.accounts.iter().map(seat).collect()
}

/// What an advertising account's days with delivery come to; `None` where there is no such account.
pub(crate) fn advertised(advertising: &dyn Advertising, account: &str, days: DayRange, now: i64) -> Option<Vec<DayTotals>> {
    let world = read(advertising.world());
    let account = world.accounts.iter().find(|a| a.id.to_string() == account)?;
    Some(totals::of(account, days, now))
}

/// How a report ends badly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doom {
    /// It fails.
    Failed,
    /// It is skipped.
    Skipped,
    /// It is never done.
    Stuck,
}

/// Trouble that every platform has its own words for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Too many calls, in the status and envelope the platform uses for that.
    Throttled,
    /// The same as a plain 429 with `Retry-After: 1`.
    TooManyRequests,
    /// A passing failure of the platform, in its own envelope.
    Failing,
    /// The token has expired.
    ExpiredToken,
    /// The account's owner has taken the permission away.
    Revoked,
    /// A good answer without any row.
    Empty,
    /// A good answer of another shape.
    Drift,
}

/// Every simulated platform, and what the businesses have of their own, which all of them share.
pub(crate) fn all(settings: &SandboxSettings) -> (Vec<Box<dyn Platform>>, Commerce) {
    let meta = Meta::new(settings);
    let commerce = Commerce::new(settings, &read(meta.world()));
    let platforms: Vec<Box<dyn Platform>> = vec![
        Box::new(meta),
        Box::new(Google::new(settings)),
        Box::new(Pinterest::new(settings)),
        Box::new(Tiktok::new(settings)),
        Box::new(Linkedin::new(settings)),
        Box::new(Ecb::new(settings)),
        Box::new(Ga4::new(settings, &commerce)),
        Box::new(Klaviyo::new(settings, &commerce)),
        Box::new(Shopify::new(settings, &commerce)),
        Box::new(Magento::new(&commerce)),
    ];
    (platforms, commerce)
}
