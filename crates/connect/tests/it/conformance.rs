//! What every connector does, whatever its platform: one function per behaviour. A platform joins by implementing [`Subject`] and
//! calling [`conformance!`]; a site, a shop or a mailing system joins `without ads`, with all that does not speak of ads alone.

mod rows;

pub(crate) use rows::{Sorted, Totals, sorted};

use crate::world::{World, quick};
use jiff::{SignedDuration, ToSpan};
use rows::{append, known, replaced, totals};
use std::{
    collections::{BTreeMap, BTreeSet},
    marker::PhantomData,
    sync::Arc,
    time::{Duration, Instant},
};
use trimtab_connect::{
    Ask, AuthCause, Connector, Detail, Error, look_back_days,
    silence::{Heard, Known, Suspicion},
    versions,
};
use trimtab_domain::{
    Day, DayRange, ErrorKind, Source, SourceKind,
    account::Account,
    entity::{EntityKind, Status},
    fact::{AdDaily, Breakdown, Facts, Total},
    id::AccountId,
};
use trimtab_sandbox::{AccountInfo, Fault, FaultKind, SandboxSettings};
use trimtab_wire::WireSettings;

/// A platform under test.
pub(crate) trait Subject {
    /// Which.
    const SOURCE: Source;
    /// Part of the route of every read of facts.
    const FACTS: &'static str;
    /// Part of the route of every read of figures, breakdowns and totals among them.
    const FIGURES: &'static str = Self::FACTS;
    /// Ads that fill several pages of a month's facts.
    const MANY_ADS: usize = 200;
    /// Businesses of a world in which at least two have an account.
    const TENANTS: usize = 3;
    /// The least requests a month's facts are read by.
    const REQUESTS: u32 = 3;
    /// The id of an account that is somebody else's, of the right shape.
    const STRANGER: &'static str = "999999999999999";
    /// How long calls wait for each other by the platform's own pace, or for limits that pass.
    const PATIENCE: Duration = Duration::from_secs(3);
    /// A patience longer than calls wait for each other by the platform's own pace, and shorter than its limits last.
    const HURRY: Duration = Duration::from_millis(300);
    /// Whether a limit that is reached holds for all accounts of an app, and not for the one that reached it.
    const LIMITS_ARE_SHARED: bool = false;
    /// How long the limit that is tried lasts at least.
    const SHORTEST_LIMIT: SignedDuration = SignedDuration::from_secs(30);
    /// How long the platform's limits may last, and with them a quota that is used up.
    const LONGEST_LIMIT: SignedDuration = SignedDuration::from_mins(90);
    /// Whether a read of facts goes page by page: where a whole answer comes at once, no page can take the place of another.
    const PAGED: bool = true;
    /// Of a read's requests, every so-many-th is silenced in its turn: all of them, unless there are hundreds.
    const SILENCE_STEP: u32 = 1;
    /// Whether the platform closes versions of its interface.
    const RETIRES: bool = true;

    /// A secret of the right shape that the platform does not know.
    fn wrong_secret(secret: &str) -> String;
    /// What must never be seen outside: the parts of a secret that are secret.
    fn secret_parts(secret: &str) -> Vec<String>;
    /// What the platform itself says of each day of the whole account, asked without the connector.
    async fn own_totals(world: &World, account: &AccountInfo, range: DayRange) -> BTreeMap<Day, Totals>;
}

/// A connector, its account as described, and the last days of it.
struct Scene<'w, S> {
    world: &'w World,
    info: &'w AccountInfo,
    connector: Arc<dyn Connector>,
    account: Account,
    month: DayRange,
    ask: Ask,
    _subject: PhantomData<S>,
}

/// The usual world, with as many businesses as it takes.
async fn start<S: Subject>() -> World {
    let settings = SandboxSettings { seed: 3, tenants: S::TENANTS, ads: 40, days: 120, ..SandboxSettings::default() };
    let mut world = World::with(S::SOURCE, settings).await;
    world.rewire(calm::<S>());
    world
}

/// The usual waits.
fn calm<S: Subject>() -> WireSettings {
    WireSettings { patience: S::PATIENCE, ..quick() }
}

async fn scene<S: Subject>(world: &World) -> Scene<'_, S> {
    of::<S>(world, 0).await
}

async fn of<S: Subject>(world: &World, index: usize) -> Scene<'_, S> {
    let info = &world.accounts[index];
    let connector = open::<S>(world, info, &info.secret);
    let account = connector.account(&AccountId::from(info.account.as_str())).await.unwrap();
    let month = DayRange::ending(account.zone.day_at(world.clock.now()), 30);
    Scene { world, info, connector, account, month, ask: Ask::default(), _subject: PhantomData }
}

fn open<S: Subject>(world: &World, info: &AccountInfo, secret: &str) -> Arc<dyn Connector> {
    world.connectors().open(S::SOURCE, Some(info.base_url.parse().unwrap()), secret.into()).unwrap()
}

impl<S: Subject> Scene<'_, S> {
    async fn facts(&self) -> Result<Facts, Error> {
        self.facts_of(self.month).await
    }

    async fn facts_of(&self, range: DayRange) -> Result<Facts, Error> {
        Ok(self.connector.facts(&self.account, range, self.ask).await?.facts)
    }

    /// Reads days and weighs what is left out, as whoever stores facts does.
    async fn heard(&self, range: DayRange, known: &Known) -> Result<Heard, Error> {
        let fetched = self.connector.facts(&self.account, range, self.ask).await?;
        match Suspicion::of(range, &fetched.facts) {
            Some(suspicion) => suspicion.weigh(&*self.connector, &self.account, known, fetched).await,
            None => Ok(Heard::whole(range, fetched)),
        }
    }

    async fn own_totals(&self, range: DayRange) -> BTreeMap<Day, Totals> {
        S::own_totals(self.world, self.info, range).await
    }

    /// Reads the facts and holds them against the platform's own totals.
    async fn correct(&self) -> Sorted {
        let facts = self.facts().await.unwrap();
        let ours = totals(S::SOURCE, &facts);
        let theirs = self.own_totals(self.month).await;
        assert!(theirs.len() > 5, "the account delivers");
        assert_eq!(ours, theirs);
        sorted(facts)
    }
}

fn fault<S: Subject>(world: &World, kind: FaultKind, times: Option<u32>) {
    world.sandbox.add_fault(Fault { times, ..Fault::new(S::FACTS, kind) }).unwrap();
}

fn heal(world: &World) {
    world.sandbox.remove_faults(None, None);
}

pub(crate) async fn facts_equal_the_platforms_own_totals<S: Subject>() {
    let world = start::<S>().await;
    for index in 0..world.accounts.len() {
        of::<S>(&world, index).await.correct().await;
    }
}

pub(crate) async fn reading_in_pieces_or_twice_gives_the_same<S: Subject>() {
    let world = start::<S>().await;
    let scene = scene::<S>(&world).await;
    let whole = scene.correct().await;
    assert_eq!(scene.correct().await, whole);
    let mut pieces = Facts::default();
    for piece in scene.month.chunks_newest_first(7) {
        let facts = scene.facts_of(piece).await.unwrap();
        append(&mut pieces, facts);
    }
    assert_eq!(sorted(pieces), whole);
}

/// The second witness says of each day what the facts come to, figure by figure, as far as it tells them.
pub(crate) async fn the_accounts_own_total_agrees_with_its_facts<S: Subject>() {
    let world = start::<S>().await;
    for index in 0..world.accounts.len() {
        let scene = of::<S>(&world, index).await;
        let facts = totals(S::SOURCE, &scene.facts().await.unwrap());
        let Some(told) = scene.connector.totals(&scene.account, scene.month).await.unwrap() else { continue };
        assert!(told.days.values().any(|total| !total.is_nothing()), "it tells something");
        let days: BTreeSet<Day> = facts.keys().chain(told.days.keys()).copied().filter(|day| told.told.contains(*day)).collect();
        for day in days {
            let ours = facts.get(&day).copied().unwrap_or_default();
            let theirs = told.days.get(&day).copied().unwrap_or_default();
            for (name, own, figure) in figures(S::SOURCE, ours, &theirs) {
                assert!(figure.is_none_or(|figure| figure == own), "{name} on {day}: {own} in the facts, {figure:?} in the total");
            }
        }
    }
}

/// A day's sums beside what a total says of the same.
fn figures(source: Source, sums: Totals, total: &Total) -> Vec<(&'static str, i64, Option<i64>)> {
    match source.kind() {
        SourceKind::Ads | SourceKind::Rates => {
            vec![("spend", sums.0, total.spend_micros), ("impressions", sums.1, total.impressions)]
        }
        SourceKind::Site => vec![("revenue", sums.0, total.revenue_micros), ("sessions", sums.1, total.sessions)],
        SourceKind::Shop => vec![("revenue", sums.0, total.revenue_micros), ("orders", sums.1, total.orders)],
        SourceKind::Mail => vec![
            ("revenue", sums.0, total.revenue_micros),
            ("orders", sums.1, total.orders),
            ("recipients", sums.2, total.recipients),
        ],
    }
}

pub(crate) async fn facts_speak_of_listed_objects<S: Subject>() {
    let world = start::<S>().await;
    let scene = scene::<S>(&world).await;
    let snapshot = scene.connector.entities(&scene.account).await.unwrap();
    let ids = |kind| -> BTreeSet<&str> {
        snapshot.states.iter().filter(|state| state.kind == kind).map(|state| state.id.as_str()).collect()
    };
    let (campaigns, groups, ads) = (ids(EntityKind::Campaign), ids(EntityKind::AdGroup), ids(EntityKind::Ad));
    let facts = scene.facts().await.unwrap();
    assert!(!facts.ad_daily.is_empty() && !facts.conversions.is_empty() && !facts.breakdowns.is_empty());
    assert!(facts.ad_daily.iter().any(|fact| !fact.placing.ad.is_none()), "most rows are of ads");
    for placing in facts.ad_daily.iter().map(|fact| &fact.placing) {
        assert!(campaigns.contains(placing.campaign.as_str()), "{placing:?}");
        // Some campaigns report no ads, and some ad groups no longer all of theirs; an ad always names its ad group.
        assert!(placing.ad.is_none() || !placing.ad_group.is_none(), "{placing:?}");
        assert!(placing.ad_group.is_none() || groups.contains(placing.ad_group.as_str()), "{placing:?}");
        assert!(placing.ad.is_none() || ads.contains(placing.ad.as_str()), "{placing:?}");
    }
    for state in &snapshot.states {
        let known = match state.kind {
            EntityKind::AdGroup => campaigns.contains(state.parent.as_str()),
            EntityKind::Ad => groups.contains(state.parent.as_str()) && campaigns.contains(state.campaign.as_str()),
            _ => true,
        };
        assert!(known, "{state:?}");
        assert_ne!(state.status, Status::Unknown, "{state:?}");
    }
}

pub(crate) async fn a_wrong_token_names_the_cure<S: Subject>() {
    let world = start::<S>().await;
    let info = &world.accounts[0];
    let wrong = S::wrong_secret(&info.secret);
    let connector = open::<S>(&world, info, &wrong);
    for error in [connector.check().await.unwrap_err(), connector.account(&info.account.as_str().into()).await.unwrap_err()] {
        assert!(matches!(error, Error::Auth { cause: AuthCause::Credential, .. }), "{error}");
        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
        assert!(error.to_string().contains("connect again with a new one"), "{error}");
        let said = format!("{error:?}");
        assert!(S::secret_parts(&wrong).iter().all(|part| !said.contains(part)), "{said}");
    }
    open::<S>(&world, info, &info.secret).check().await.unwrap();
}

pub(crate) async fn a_token_that_dies_midway_ends_the_read_at_once<S: Subject>() {
    let world = start::<S>().await;
    let scene = scene::<S>(&world).await;
    scene.correct().await;
    fault::<S>(&world, FaultKind::ExpiredToken, None);
    world.sandbox.forget_calls();
    let error = scene.facts().await.unwrap_err();
    assert!(matches!(error, Error::Auth { cause: AuthCause::Credential, .. }), "{error}");
    assert!(error.to_string().contains(scene.account.id.as_str()), "{error}");
    assert!(world.sandbox.calls().len() <= 6, "a dead token is not tried again and again");
    heal(&world);
    scene.correct().await;
}

pub(crate) async fn a_revoked_account_is_named_and_others_go_on<S: Subject>() {
    let world = start::<S>().await;
    let (revoked, other) = (scene::<S>(&world).await, of::<S>(&world, 1).await);
    world.sandbox.add_fault(Fault::new("", FaultKind::Revoked).account(revoked.account.id.as_str())).unwrap();
    let error = revoked.facts().await.unwrap_err();
    assert!(matches!(error, Error::Auth { cause: AuthCause::Permission, .. }), "{error}");
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    assert!(error.to_string().contains(revoked.account.id.as_str()), "{error}");
    other.correct().await;
}

pub(crate) async fn an_account_of_somebody_else_is_refused_by_name<S: Subject>() {
    let world = start::<S>().await;
    let scene = scene::<S>(&world).await;
    let error = scene.connector.account(&S::STRANGER.into()).await.unwrap_err();
    assert!(matches!(error, Error::Auth { .. } | Error::Rejected { .. }), "{error}");
    assert!(error.to_string().contains(S::STRANGER), "{error}");
}

pub(crate) async fn trouble_that_passes_is_survived<S: Subject>() {
    let world = start::<S>().await;
    let scene = scene::<S>(&world).await;
    let calm = scene.correct().await;
    for kind in [FaultKind::ServerError, FaultKind::Truncated, FaultKind::Malformed, FaultKind::Drop] {
        fault::<S>(&world, kind, Some(2));
        let facts = scene.facts().await.unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        assert!(world.sandbox.faults().is_empty(), "{kind:?} struck twice");
        assert_eq!(sorted(facts), calm, "{kind:?}");
    }
    world.sandbox.add_fault(Fault { status: Some(503), ..Fault::new(S::FACTS, FaultKind::ServerError).times(3) }).unwrap();
    assert_eq!(scene.correct().await, calm, "a gateway's page instead of an answer");
}

pub(crate) async fn trouble_that_stays_is_transient<S: Subject>() {
    let world = start::<S>().await;
    let scene = scene::<S>(&world).await;
    fault::<S>(&world, FaultKind::ServerError, None);
    let error = scene.facts().await.unwrap_err();
    assert!(matches!(error, Error::Transient { timeout: false, .. }), "{error}");
    assert!(error.to_string().contains(scene.account.id.as_str()), "{error}");
    heal(&world);
    scene.correct().await;
}

pub(crate) async fn bodies_that_stay_broken_are_drift<S: Subject>() {
    let world = start::<S>().await;
    let scene = scene::<S>(&world).await;
    scene.correct().await;
    for kind in [FaultKind::Malformed, FaultKind::Drift] {
        fault::<S>(&world, kind, None);
        let error = scene.facts().await.unwrap_err();
        assert!(matches!(error, Error::Drift { .. }), "{kind:?}: {error}");
        let said = format!("{error:?}");
        assert!(S::secret_parts(&world.accounts[0].secret).iter().all(|part| !said.contains(part)), "{said}");
        heal(&world);
    }
    scene.correct().await;
}

pub(crate) async fn silence_ends_at_the_deadline_and_delays_nobody_else<S: Subject>() {
    let mut world = start::<S>().await;
    world.rewire(WireSettings { attempts: 2, ..calm::<S>() });
    let (stuck, other) = (scene::<S>(&world).await, of::<S>(&world, 1).await);
    let calm = stuck.correct().await;
    let info = &world.accounts[0];
    let connectors = world.connectors().with_answer_deadline(Duration::from_millis(1500));
    let connector = connectors.open(S::SOURCE, Some(info.base_url.parse().unwrap()), info.secret.as_str().into()).unwrap();
    let stuck = Scene { connector, ..stuck };
    let hang = |times| Fault { times, seconds: Some(20.0), ..Fault::new(S::FACTS, FaultKind::Hang).account(&info.account) };
    world.sandbox.add_fault(hang(Some(1))).unwrap();
    assert_eq!(sorted(stuck.facts().await.unwrap()), calm, "one silent answer is asked for again");
    world.sandbox.add_fault(hang(None)).unwrap();
    let start = Instant::now();
    let (error, others_took) = tokio::join!(stuck.facts(), async {
        other.correct().await;
        start.elapsed()
    });
    let error = error.unwrap_err();
    assert!(matches!(error, Error::Transient { timeout: true, .. }), "{error}");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(others_took < start.elapsed(), "the other account was done first");
}

pub(crate) async fn a_short_limit_is_waited_out<S: Subject>() {
    let world = start::<S>().await;
    let scene = scene::<S>(&world).await;
    let calm = scene.correct().await;
    fault::<S>(&world, FaultKind::Http429, Some(2));
    assert_eq!(scene.correct().await, calm);
}

pub(crate) async fn a_long_limit_names_its_end_and_stops_only_its_account<S: Subject>() {
    let mut world = start::<S>().await;
    world.rewire(WireSettings { patience: S::HURRY, ..quick() });
    let (limited, other) = (scene::<S>(&world).await, of::<S>(&world, 1).await);
    world.sandbox.add_fault(Fault::new(S::FACTS, FaultKind::Throttle).account(limited.account.id.as_str())).unwrap();
    let error = limited.facts().await.unwrap_err();
    let Error::RateLimited { until, .. } = &error else { panic!("{error}") };
    let ahead = until.duration_since(world.clock.now());
    assert!(ahead > S::SHORTEST_LIMIT && ahead <= S::LONGEST_LIMIT, "{until}");
    assert!(matches!(error.kind(), ErrorKind::RateLimited { retry_after: Some(_) }));
    world.sandbox.forget_calls();
    assert!(matches!(limited.facts().await, Err(Error::RateLimited { .. })));
    assert!(world.sandbox.calls().is_empty(), "a paused account is left alone");
    if S::LIMITS_ARE_SHARED {
        assert!(matches!(other.facts().await, Err(Error::RateLimited { .. })));
        assert!(world.sandbox.calls().is_empty(), "and so are the others under the same limit");
    } else {
        other.correct().await;
    }
}

pub(crate) async fn a_quota_that_runs_out_stops_the_read_until_it_is_back<S: Subject>() {
    let mut world = start::<S>().await;
    world.rewire(WireSettings { patience: S::HURRY, limit_wait: Duration::from_secs(1).max(S::HURRY * 2), ..quick() });
    let scene = of::<S>(&world, 0).await;
    scene.correct().await;
    world.sandbox.add_fault(Fault { factor: Some(0.0005), ..Fault::new("", FaultKind::QuotaCut) }).unwrap();
    world.sandbox.forget_calls();
    let mut outcome = Ok(Facts::default());
    for _ in 0..100 {
        outcome = scene.facts().await;
        if outcome.is_err() {
            break;
        }
    }
    let error = outcome.expect_err("the quota runs out");
    assert!(matches!(error, Error::RateLimited { .. }), "{error}");
    let refused = world.sandbox.calls().iter().filter(|call| call.status >= 400).count();
    assert!(refused <= 5, "{refused} calls ran into the limit: those under way and no more");
    heal(&world);
    world.sandbox.advance(&(S::LONGEST_LIMIT + SignedDuration::from_mins(30)).to_string()).unwrap();
    // A process that starts later knows of no pause.
    world.rewire(calm::<S>());
    of::<S>(&world, 0).await.correct().await;
}

pub(crate) async fn a_page_served_twice_counts_once<S: Subject>() {
    // A world of one business has its account on every advertising platform.
    let tenants = if S::SOURCE.kind() == SourceKind::Ads { 1 } else { S::TENANTS };
    let settings = SandboxSettings { seed: 5, tenants, ads: S::MANY_ADS, days: 60, ..SandboxSettings::default() };
    let world = World::with(S::SOURCE, settings).await;
    let mut scene = scene::<S>(&world).await;
    scene.ask.detail = Detail::AdsOnly;
    let calm = scene.correct().await;
    let fault = Fault { rate: Some(0.4), ..Fault::new(S::FACTS, FaultKind::DuplicatePage) };
    world.sandbox.add_fault(fault).unwrap();
    world.sandbox.forget_calls();
    let facts = scene.facts().await.unwrap();
    let struck = world.sandbox.calls().iter().any(|call| call.fault.is_some());
    assert_eq!(struck, S::PAGED, "pages were repeated where there are any");
    heal(&world);
    assert_eq!(sorted(facts), calm);
}

/// Each request of a read in turn is answered by nothing. Whatever is taken of such an answer, no known row is lost by it.
pub(crate) async fn an_answer_that_is_silently_empty_replaces_nothing<S: Subject>() {
    let world = start::<S>().await;
    let scene = scene::<S>(&world).await;
    let calm = scene.facts().await.unwrap();
    let known = known(&calm);
    let mut silenced = 0;
    loop {
        world.sandbox.add_fault(Fault { after: Some(silenced), ..Fault::new(S::FIGURES, FaultKind::Empty).times(1) }).unwrap();
        // Nothing is left of an earlier read.
        let fresh = Scene { connector: open::<S>(&world, scene.info, &scene.info.secret), account: scene.account.clone(), ..scene };
        let outcome = fresh.heard(fresh.month, &known).await;
        if !world.sandbox.faults().is_empty() {
            assert!(outcome.unwrap().doubt.is_none(), "the read has {silenced} requests");
            break;
        }
        match outcome {
            Err(error) => assert!(matches!(error, Error::Doubtful { .. }), "request {silenced}: {error}"),
            Ok(heard) => {
                let doubt = heard.doubt.as_ref().map(ToString::to_string);
                let after = replaced(&calm, scene.month, heard);
                assert_eq!(after.keywords.len(), calm.keywords.len(), "request {silenced}: {doubt:?}");
                assert_eq!(sorted(after), sorted(calm.clone()), "request {silenced}: {doubt:?}");
            }
        }
        silenced += S::SILENCE_STEP;
    }
    assert!(silenced >= S::REQUESTS, "{silenced} requests");
}

/// Everything is silent but the account's own total: it names what is missing.
pub(crate) async fn the_accounts_own_total_denies_a_silence<S: Subject>() {
    let world = start::<S>().await;
    let scene = scene::<S>(&world).await;
    let calm = scene.facts().await.unwrap();
    let known = known(&calm);
    let days = DayRange::new(scene.month.from(), scene.month.to().yesterday().unwrap()).unwrap();
    let fetched = trimtab_connect::Fetched { facts: Facts::default(), api_calls: 1 };
    let suspicion = Suspicion::of(days, &fetched.facts).expect("nothing is not believed");
    let heard = suspicion.weigh(&*scene.connector, &scene.account, &known, fetched).await.unwrap();
    let delivering: BTreeSet<Day> = scene.own_totals(days).await.into_keys().collect();
    let kept: BTreeSet<Day> = days.days().filter(|day| !heard.sure.iter().any(|run| run.contains(*day))).collect();
    assert_eq!(kept, delivering);
    assert!(heard.fetched.api_calls > 1, "the total was asked for");
    let error = heard.doubt.unwrap();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let said = error.to_string();
    let happened = match S::SOURCE.kind() {
        SourceKind::Ads | SourceKind::Rates => format!("{} were spent", scene.account.currency),
        SourceKind::Site => "sessions".to_owned(),
        SourceKind::Shop | SourceKind::Mail => "orders were placed".to_owned(),
    };
    assert!(said.contains(scene.account.id.as_str()) && said.contains(&happened) && said.contains("are kept"), "{said}");
}

/// Days before the account was begun are empty, and so is its total: that is taken, whatever was known.
pub(crate) async fn days_without_delivery_are_taken_as_such<S: Subject>() {
    let settings = SandboxSettings { seed: 3, tenants: S::TENANTS, ads: 12, days: 20, ..SandboxSettings::default() };
    let world = World::with(S::SOURCE, settings).await;
    let scene = scene::<S>(&world).await;
    let end = scene.month.to().saturating_sub(40.days());
    let before = DayRange::ending(end, 7);
    let known = Known { main: before.days().collect(), ..Known::default() };
    let heard = scene.heard(before, &known).await.unwrap();
    assert!(heard.doubt.is_none(), "{:?}", heard.doubt);
    assert_eq!((heard.fetched.facts.rows(), heard.sure), (0, vec![before]));
}

pub(crate) async fn a_retired_version_is_named_and_asks_for_an_upgrade<S: Subject>() {
    if !S::RETIRES {
        return;
    }
    let world = start::<S>().await;
    let scene = scene::<S>(&world).await;
    world.sandbox.add_fault(Fault::new("", FaultKind::Sunset)).unwrap();
    world.sandbox.forget_calls();
    let spoken = versions::spoken(S::SOURCE).expect("a connector speaks some version").version;
    for error in [scene.facts().await.unwrap_err(), scene.connector.check().await.unwrap_err()] {
        assert!(matches!(error, Error::Retired { version, .. } if version == spoken), "{error:?}");
        assert!(error.to_string().contains(&format!("version {spoken} of its interface: upgrade Trimtab")), "{error}");
        assert_eq!(error.kind(), ErrorKind::Invalid);
    }
    heal(&world);
    scene.correct().await;
}

pub(crate) async fn restated_days_change_and_settled_days_do_not<S: Subject>() {
    let world = start::<S>().await;
    let mut scene = scene::<S>(&world).await;
    let today = scene.account.zone.day_at(world.clock.now());
    scene.month = DayRange::ending(today, 45);
    let before = scene.correct().await.unnumbered();
    let (read_at, settled_from) = (world.clock.now(), today.saturating_sub(i64::from(look_back_days(S::SOURCE)).days()));
    world.sandbox.advance("P2D").unwrap();
    let after = scene.correct().await.unnumbered();
    let settled = |day: Day| day < settled_from;
    assert!(before.main_rows() > 100);
    // What a source changes beyond its look-back, it has to tell; most change nothing.
    let told = scene.connector.changed(&scene.account, read_at, settled_from).await.unwrap();
    for day in scene.month.days().filter(|day| settled(*day) && !told.contains(day)) {
        assert!(before.main_of(|date| date == day) == after.main_of(|date| date == day), "{day} is settled and stays");
    }
    assert!(before.dates().any(settled), "there are settled days");
    assert!(before.main_of(|day| !settled(day)) != after.main_of(|day| !settled(day)), "open days are restated");
    if S::SOURCE.kind() == SourceKind::Ads {
        assert!(told.is_empty(), "nothing but conversions comes late");
        assert!(before.conversions != after.conversions, "by conversions that came late");
    }
}

pub(crate) async fn days_are_cut_in_the_accounts_zone<S: Subject>() {
    let world = start::<S>().await;
    // Late in the day in UTC it is already tomorrow, or still yesterday, for some of the accounts.
    for instant in ["2026-11-20T23:30:00Z", "2026-11-21T04:30:00Z"] {
        world.sandbox.set_now(instant).unwrap();
        for index in 0..world.accounts.len() {
            let scene = of::<S>(&world, index).await;
            let today = scene.account.zone.day_at(world.clock.now());
            let facts = scene.correct().await;
            assert!(facts.dates().all(|date| date <= today), "{} at {instant}", scene.account.zone);
            let around = DayRange::new(today.saturating_sub(1.days()), today).unwrap();
            let few = scene.facts_of(around).await.unwrap();
            assert_eq!(totals(S::SOURCE, &few), scene.own_totals(around).await, "{} at {instant}", scene.account.zone);
        }
    }
}

pub(crate) async fn hours_add_up_to_their_days<S: Subject>() {
    let world = start::<S>().await;
    let scene = scene::<S>(&world).await;
    let days = DayRange::ending(scene.month.to(), 3);
    let Some(hours) = scene.connector.hours(&scene.account, days).await.unwrap() else {
        return;
    };
    let mut by_day = BTreeMap::<Day, Totals>::new();
    for row in &hours.rows {
        assert!(row.hour < 24 && days.contains(row.date), "{row:?}");
        let day = by_day.entry(row.date).or_default();
        day.0 += row.measures.spend_micros;
        day.1 += row.measures.impressions;
        day.2 += row.measures.clicks;
    }
    assert!(hours.rows.len() > 24);
    assert_eq!(by_day, scene.own_totals(days).await);
}

pub(crate) async fn parts_lie_where_queries_look<S: Subject>() {
    let world = start::<S>().await;
    let facts = scene::<S>(&world).await.facts().await.unwrap();
    for row in &facts.breakdowns {
        let parts = (row.part.is_empty(), row.part2.is_empty());
        let expected = match row.breakdown {
            Breakdown::AgeGender => (false, false),
            Breakdown::Gender => (true, false),
            _ => (false, true),
        };
        assert_eq!(parts, expected, "{row:?}");
        let gender = row.part2.as_str();
        assert!(gender.is_empty() || ["female", "male", "unknown"].contains(&gender), "{row:?}");
    }
    let together = facts.breakdowns_read.contains(&Breakdown::AgeGender);
    let apart = facts.breakdowns_read.iter().any(|b| matches!(b, Breakdown::Age | Breakdown::Gender));
    assert!(!(together && apart), "age is told once: {:?}", facts.breakdowns_read);
}

pub(crate) async fn unreported_is_not_zero<S: Subject>() {
    let world = start::<S>().await;
    let facts = scene::<S>(&world).await.facts().await.unwrap();
    let some = |of: fn(&AdDaily) -> bool| facts.ad_daily.iter().filter(|fact| of(fact)).count();
    assert!(some(|f| f.measures.video_views.is_none()) > 0, "an image has no video plays, not none of them");
    assert!(some(|f| f.measures.video_views.is_some()) > 0);
    assert!(some(|f| f.measures.conversions == Some(0.0)) > 0, "no conversion on a day is zero conversions");
    assert!(some(|f| f.measures.conversions.is_some_and(|n| n > 0.0)) > 0);
}

pub(crate) async fn a_dropped_read_leaves_no_trace<S: Subject>() {
    let world = start::<S>().await;
    let scene = scene::<S>(&world).await;
    let calm = scene.correct().await;
    for millis in [0, 1, 5, 20] {
        let cut = tokio::time::timeout(Duration::from_millis(millis), scene.facts()).await;
        drop(cut);
    }
    assert_eq!(scene.correct().await, calm, "no place in the queue and no token was lost");
}

pub(crate) async fn the_secret_stays_inside<S: Subject>() {
    let world = start::<S>().await;
    let scene = scene::<S>(&world).await;
    scene.connector.check().await.unwrap();
    scene.facts().await.unwrap();
    let kept = format!("{:?} {:?} {:?} {:?}", world.wire, scene.connector, world.wire.recent_calls(), world.sandbox.calls());
    assert!(world.wire.recent_calls().len() > 3);
    for part in S::secret_parts(&world.accounts[0].secret) {
        assert!(!kept.contains(&part), "a part of the secret is kept");
    }
}

/// Runs every behaviour for a platform: those of all sources, and for advertising those of ads.
macro_rules! conformance {
    ($subject:ty) => {
        $crate::conformance::conformance!(@all $subject:
            facts_speak_of_listed_objects,
            hours_add_up_to_their_days,
            parts_lie_where_queries_look,
            unreported_is_not_zero,
        );
    };
    ($subject:ty, without ads) => {
        $crate::conformance::conformance!(@all $subject:);
    };
    (@all $subject:ty: $($own:ident),* $(,)?) => {
        $crate::conformance::conformance!(@run $subject:
            $($own,)*
            facts_equal_the_platforms_own_totals,
            reading_in_pieces_or_twice_gives_the_same,
            the_accounts_own_total_agrees_with_its_facts,
            a_wrong_token_names_the_cure,
            a_token_that_dies_midway_ends_the_read_at_once,
            a_revoked_account_is_named_and_others_go_on,
            an_account_of_somebody_else_is_refused_by_name,
            trouble_that_passes_is_survived,
            trouble_that_stays_is_transient,
            bodies_that_stay_broken_are_drift,
            silence_ends_at_the_deadline_and_delays_nobody_else,
            a_short_limit_is_waited_out,
            a_long_limit_names_its_end_and_stops_only_its_account,
            a_quota_that_runs_out_stops_the_read_until_it_is_back,
            a_page_served_twice_counts_once,
            an_answer_that_is_silently_empty_replaces_nothing,
            the_accounts_own_total_denies_a_silence,
            days_without_delivery_are_taken_as_such,
            a_retired_version_is_named_and_asks_for_an_upgrade,
            restated_days_change_and_settled_days_do_not,
            days_are_cut_in_the_accounts_zone,
            a_dropped_read_leaves_no_trace,
            the_secret_stays_inside,
        );
    };
    (@run $subject:ty: $($behaviour:ident),* $(,)?) => {
        mod suite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $behaviour() {
                    $crate::conformance::$behaviour::<$subject>().await;
                }
            )*
        }
    };
}

pub(crate) use conformance;
