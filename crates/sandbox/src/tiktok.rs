//! TikTok's Marketing API as the sandbox serves it, below the prefix `/tiktok`.
//!
//! Written from the platform's own documentation and independent of the connector, so that a misreading in one cannot hide in the
//! other. It translates; what is true of the world is decided in [`crate::world`]. What is peculiar to it: the token has a header of
//! its own, every path ends with a slash, lists travel as JSON text, errors come with HTTP 200 and a `code`, and no answer tells how
//! much of a quota is left.

mod advertiser;
mod auth;
mod entities;
mod envelope;
mod objects;
mod params;
mod pixels;
mod quota;
mod report;
mod status;
mod write;

use crate::{
    SandboxSettings,
    calls::harmless,
    http::{Method, Reply, Request},
    platform::{Advertising, Doom, Platform, Trouble},
    state::{Shared, lock, read, write as write_lock},
    world::{
        World,
        account::Account,
        calendar::{Calendar, stamp},
        chance::Chance,
    },
};
use auth::{Grant, Tokens};
use entities::Kind;
use envelope::{Answer, ApiError};
use quota::Quotas;
use report::{
    Counted,
    task::{Ending, Tasks},
};
use std::sync::{
    Mutex, RwLock,
    atomic::{AtomicU64, Ordering},
};
use trimtab_domain::Source;

/// TikTok's side of the world.
#[derive(Debug)]
pub(crate) struct Tiktok {
    world: RwLock<World>,
    tokens: Mutex<Tokens>,
    quotas: Mutex<Quotas>,
    tasks: Mutex<Tasks>,
    counted: Counted,
    /// How the next task ends, when a fault decided that.
    ending: Mutex<Option<Ending>>,
    /// Writes so far.
    edition: AtomicU64,
}

impl Tiktok {
    pub(crate) fn new(settings: &SandboxSettings) -> Self {
        let mut world = World::new(settings, Source::Tiktok);
        dress(settings, &mut world);
        Self {
            world: RwLock::new(world),
            tokens: Mutex::default(),
            quotas: Mutex::default(),
            tasks: Mutex::default(),
            counted: Counted::default(),
            ending: Mutex::default(),
            edition: AtomicU64::new(0),
        }
    }

    /// The account a request names, or else the one its token was made for.
    fn account(&self, world: &World, request: &Request) -> Option<usize> {
        let named = request.given("advertiser_id").map(str::to_owned);
        let first = || params::list(request, "advertiser_ids").ok().flatten()?.into_iter().next();
        let by_id = named.or_else(first).and_then(|id| id.parse().ok()).and_then(|id| world.account_by_id(id));
        by_id.or_else(|| lock(&self.tasks).account_of(request)).or_else(|| auth::account_of(world, &lock(&self.tokens), request))
    }
}

/// Gives accounts the zones that the platform knows theirs by.
fn dress(settings: &SandboxSettings, world: &mut World) {
    for account in &mut world.accounts {
        if let Some(zone) = advertiser::zone_of(account.calendar.zone().as_str()).and_then(|zone| zone.parse().ok()) {
            account.calendar = Calendar::new(zone, account.first_day - 250, i32::from(settings.days) + 650);
        }
    }
}

impl Advertising for Tiktok {
    fn dress(&self, settings: &SandboxSettings, world: &mut World) {
        dress(settings, world);
    }

    fn world(&self) -> &RwLock<World> {
        &self.world
    }

    fn secret(&self, account: &Account) -> String {
        lock(&self.tokens).of(account)
    }

    fn identify(&self, request: &Request) -> Option<usize> {
        self.account(&read(&self.world), request)
    }
}

impl Platform for Tiktok {
    fn source(&self) -> Source {
        Source::Tiktok
    }

    fn prefix(&self) -> &'static str {
        "/tiktok"
    }

    fn advertising(&self) -> Option<&dyn Advertising> {
        Some(self)
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Reply {
        let id = request_id(shared);
        match handle(self, shared, request) {
            Ok(answer) => answer.reply(&id),
            Err(error) => error.reply(&id),
        }
    }

    fn trouble(&self, shared: &Shared, request: &Request, trouble: Trouble) -> Reply {
        let id = request_id(shared);
        let named = || request.given("advertiser_id").unwrap_or("of this token").to_owned();
        match trouble {
            Trouble::Throttled => ApiError::throttled().reply(&id),
            Trouble::TooManyRequests => {
                let mut reply = ApiError::new(61_000, "Too many requests.").reply(&id);
                reply.status = 429;
                reply.headers.push(("retry-after", "1".to_owned()));
                reply
            }
            Trouble::Failing => ApiError::new(50_000, "System error. Please try again later.").reply(&id),
            Trouble::ExpiredToken => ApiError::expired_token().reply(&id),
            Trouble::Revoked => ApiError::no_permission(&named()).reply(&id),
            Trouble::Empty => {
                let info = params::Page { page: 1, size: crate::limits::TIKTOK_PAGE_DEFAULT }.info(0);
                Answer::Data(format!(r#"{{"list":[],"page_info":{info}}}"#).into_bytes()).reply(&id)
            }
            Trouble::Drift => Answer::Data(br#"{"rows":{"spend":{"amount":12.5}}}"#.to_vec()).reply(&id),
        }
    }

    fn sunset(&self, shared: &Shared, request: &Request) -> Reply {
        let version = request.path.split('/').nth(1).unwrap_or_default();
        ApiError::offline(version).reply(&request_id(shared))
    }

    fn list(&self, request: &Request) -> (String, bool) {
        let params: Vec<(String, String)> = request.params.iter().filter(|(name, _)| name != "page").cloned().collect();
        let later = request.given("page").is_some_and(|page| page != "1");
        (format!("{} {:?} {}", request.path, auth::token_of(request), harmless(&params)), later)
    }

    fn cut_quotas(&self, left: Option<f64>) {
        lock(&self.quotas).cut = left;
    }

    fn doom_report(&self, _request: &Request, doom: Doom) {
        *lock(&self.ending) = Some(match doom {
            Doom::Failed => Ending::Failed,
            Doom::Skipped => Ending::Canceled,
            Doom::Stuck => Ending::Stuck,
        });
    }

    fn asks_for_report(&self, request: &Request) -> bool {
        request.method == Method::Post && request.path.ends_with("report/task/create/")
    }
}

/// What can be read.
const READS: [&str; 14] = [
    "oauth2/advertiser/get/",
    "user/info/",
    "advertiser/info/",
    "campaign/get/",
    "adgroup/get/",
    "ad/get/",
    "smart_plus/campaign/get/",
    "smart_plus/adgroup/get/",
    "smart_plus/ad/get/",
    "pixel/list/",
    "pixel/event/stats/",
    "report/integrated/get/",
    "report/task/check/",
    "report/task/download/",
];

/// What can be done.
const WRITES: [&str; 14] = [
    "oauth2/access_token/",
    "oauth2/revoke_token/",
    "report/task/create/",
    "report/task/cancel/",
    "campaign/status/update/",
    "adgroup/status/update/",
    "ad/status/update/",
    "smart_plus/campaign/status/update/",
    "smart_plus/adgroup/status/update/",
    "smart_plus/ad/status/update/",
    "campaign/update/",
    "adgroup/update/",
    "smart_plus/campaign/update/",
    "smart_plus/adgroup/update/",
];

fn handle(tiktok: &Tiktok, shared: &Shared, request: &Request) -> Result<Answer, ApiError> {
    let path = endpoint(request)?;
    let post = request.method == Method::Post;
    match (READS.contains(&path), WRITES.contains(&path)) {
        (false, false) => return Err(ApiError::no_path()),
        (true, _) if request.method != Method::Get => return Err(ApiError::wrong_method()),
        (_, true) if !post => return Err(ApiError::wrong_method()),
        _ => {}
    }
    let now = shared.clock.now();
    // The app's calls count whoever they are about; seconds are those since the midnight before the world began at noon.
    {
        let world = read(&tiktok.world);
        let advertiser =
            request.given("advertiser_id").and_then(|id| id.parse().ok()).filter(|id| world.account_by_id(*id).is_some());
        lock(&tiktok.quotas).admit(shared.settings.limits, path, advertiser, 43_200.0 + shared.clock.recovery())?;
    }
    match path {
        "oauth2/access_token/" => {
            let world = read(&tiktok.world);
            return auth::exchange(&world, &mut lock(&tiktok.tokens), request).map(|v| Answer::value(&v));
        }
        "oauth2/revoke_token/" => {
            let world = read(&tiktok.world);
            return auth::revoke(&world, &mut lock(&tiktok.tokens), request).map(|v| Answer::value(&v));
        }
        _ => {}
    }
    let grant = {
        let world = read(&tiktok.world);
        auth::grant(&world, &lock(&tiktok.tokens), request)?
    };
    if post && !path.starts_with("report/") {
        return change(tiktok, shared, request, &grant, path, now);
    }
    look(tiktok, request, &grant, path, now)
}

/// The path after the version, which must be the one still served, and ends with a slash.
fn endpoint(request: &Request) -> Result<&str, ApiError> {
    let rest = request.path.strip_prefix("open_api/").ok_or_else(ApiError::no_path)?;
    let (version, path) = rest.split_once('/').ok_or_else(ApiError::no_path)?;
    if !path.ends_with('/') {
        return Err(ApiError::no_path());
    }
    let number: Option<f64> = version.strip_prefix('v').filter(|v| v.contains('.')).and_then(|v| v.parse().ok());
    match number {
        Some(_) if version == "v1.3" => Ok(path),
        Some(old) if old < 1.3 => Err(ApiError::offline(version)),
        Some(_) => Err(ApiError::new(40_051, format!("The API version {version} is invalid."))),
        None => Err(ApiError::no_path()),
    }
}

fn look(tiktok: &Tiktok, request: &Request, grant: &Grant, path: &str, now: i64) -> Result<Answer, ApiError> {
    let world = &*read(&tiktok.world);
    let list = |kind, smart| entities::list(world, grant, request, kind, smart, now).map(Answer::Data);
    let advertiser = || grant.advertiser(world, params::need(request, "advertiser_id")?);
    match path {
        "oauth2/advertiser/get/" => auth::advertisers(world, grant, request).map(|v| Answer::value(&v)),
        "user/info/" => Ok(Answer::value(&auth::user(world, grant))),
        "advertiser/info/" => advertiser::info(world, grant, request).map(|v| Answer::value(&v)),
        "campaign/get/" => list(Kind::Campaigns, false),
        "adgroup/get/" => list(Kind::AdGroups, false),
        "ad/get/" => list(Kind::Ads, false),
        "smart_plus/campaign/get/" => list(Kind::Campaigns, true),
        "smart_plus/adgroup/get/" => list(Kind::AdGroups, true),
        "smart_plus/ad/get/" => list(Kind::Ads, true),
        "pixel/list/" => pixels::list(world, grant, request).map(Answer::Data),
        "pixel/event/stats/" => pixels::stats(world, grant, request, now).map(Answer::Data),
        "report/integrated/get/" => {
            let edition = tiktok.edition.load(Ordering::Relaxed);
            report::direct(world, &tiktok.counted, request, advertiser()?, (now, edition))
        }
        "report/task/create/" => {
            let ending = lock(&tiktok.ending).take();
            lock(&tiktok.tasks).create(world, request, advertiser()?, now, ending).map(|v| Answer::value(&v))
        }
        "report/task/check/" => lock(&tiktok.tasks).check(request, advertiser()?).map(|v| Answer::value(&v)),
        "report/task/cancel/" => lock(&tiktok.tasks).cancel(request, advertiser()?).map(|v| Answer::value(&v)),
        "report/task/download/" => {
            let finished = lock(&tiktok.tasks).finished(request, advertiser()?)?;
            finished.file(world)
        }
        _ => Err(ApiError::no_path()),
    }
}

fn change(tiktok: &Tiktok, shared: &Shared, request: &Request, grant: &Grant, path: &str, now: i64) -> Result<Answer, ApiError> {
    let (smart, rest) = path.strip_prefix("smart_plus/").map_or((false, path), |rest| (true, rest));
    let (kind, action) = match rest.split_once('/') {
        Some(("campaign", action)) => (Kind::Campaigns, action),
        Some(("adgroup", action)) => (Kind::AdGroups, action),
        Some(("ad", action)) => (Kind::Ads, action),
        _ => return Err(ApiError::no_path()),
    };
    let what = write::Object { kind, smart };
    let world = &mut *write_lock(&tiktok.world);
    let (answer, writes) = match action {
        "status/update/" => write::status(world, grant, request, what, now)?,
        _ => write::budget(world, grant, request, what, now)?,
    };
    tiktok.edition.fetch_add(1, Ordering::Relaxed);
    writes.into_iter().for_each(|w| shared.note_write(w));
    Ok(answer)
}

/// A fresh request id: the instant and some random digits.
fn request_id(shared: &Shared) -> String {
    let dice = Chance::new(shared.settings.seed).on(shared.next_trace());
    format!("{}{:016X}{:02X}", stamp(shared.clock.now()).strftime("%Y%m%d%H%M%S"), dice.bits(), dice.on(1).bits() % 256)
}
