//! The sandbox as a value: serve it, or steer it directly from Rust.

use crate::{
    CallRecord, Error, Fault, FaultKind, Label, Message, Person, SandboxSettings, Write, labels, mail, oidc,
    platform::{Platform, Seat, advertised},
    serve,
    state::{Shared, lock, write},
    world::{calendar, totals::DayTotals, trouble},
};
use axum::Router;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::{fmt, io, sync::Arc};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;
use trimtab_domain::{Currency, Day, DayRange, Source, Zone};

/// An ad world served over the platforms' own wire APIs. Cheap to clone; clones share the world.
#[derive(Debug, Clone)]
pub struct Sandbox(Arc<Shared>);

/// An account of the world and how to reach it.
#[derive(Clone, Serialize)]
pub struct AccountInfo {
    /// The tenant's name in ids and folders.
    pub tenant: String,
    /// The tenant's name for people.
    pub tenant_name: String,
    /// The tenant's line of business.
    pub industry: &'static str,
    /// The account's name.
    pub name: String,
    /// The platform it lives on.
    pub source: &'static str,
    /// The platform's id, without decoration.
    pub account: String,
    /// ISO 4217.
    pub currency: String,
    /// IANA name.
    pub timezone: String,
    /// What `connect` takes as the secret.
    pub secret: String,
    /// Where the platform is served.
    pub base_url: String,
}

impl fmt::Debug for AccountInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountInfo").field("tenant", &self.tenant).field("account", &self.account).finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Makes the world. Figures are computed when asked for, so this takes milliseconds.
    #[must_use]
    pub fn new(settings: SandboxSettings) -> Self {
        Self(Arc::new(Shared::new(settings)))
    }

    pub(crate) const fn of(shared: Arc<Shared>) -> Self {
        Self(shared)
    }

    /// All endpoints: those of each platform below its prefix (`/meta/…`), and `/_sandbox/…`.
    pub fn router(&self) -> Router {
        serve::router(Arc::clone(&self.0))
    }

    /// Serves until told to stop, then finishes the requests under way.
    ///
    /// # Errors
    /// When the listener fails, or a recording that was asked for broke off.
    pub async fn serve(&self, listener: TcpListener, stop: CancellationToken) -> Result<(), Error> {
        axum::serve(listener, self.router()).with_graceful_shutdown(stop.cancelled_owned()).await.map_err(Error::Serve)?;
        self.0.recorder.failure().map_or(Ok(()), |failure| Err(Error::Record(failure)))
    }

    /// Serves a mail server that keeps what it is given, until told to stop. What came is told by [`Self::messages`].
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve_mail(&self, listener: TcpListener, stop: CancellationToken) -> Result<(), Error> {
        let mut conversations = JoinSet::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                accepted = listener.accept() => {
                    let (stream, _) = accepted.map_err(Error::Serve)?;
                    conversations.spawn(mail::converse(Arc::clone(&self.0), stream));
                    while conversations.try_join_next().is_some() {}
                }
            }
        }
    }

    /// The messages that simulated receivers got, oldest first.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.0.received_messages.all()
    }

    /// Writes every exchange with a platform to `sink` from now on, one JSON document a line, without secrets.
    pub fn record_to(&self, sink: impl io::Write + Send + 'static) {
        self.0.recorder.start(Box::new(sink));
    }

    /// Every account with its secret. `origin` is where this sandbox is served (`http://127.0.0.1:9090`).
    #[must_use]
    pub fn accounts_at(&self, origin: &str) -> Vec<AccountInfo> {
        let origin = origin.trim_end_matches('/');
        let of = |platform: &dyn Platform| {
            let (source, prefix) = (platform.source().as_str(), platform.prefix());
            let info = move |seat: Seat| AccountInfo {
                tenant: seat.owner.tenant,
                tenant_name: seat.tenant_name,
                industry: seat.industry,
                name: seat.name,
                source,
                account: seat.owner.account,
                currency: seat.currency,
                timezone: seat.timezone,
                secret: seat.secret,
                base_url: format!("{origin}{prefix}{}", seat.below),
            };
            platform.accounts().into_iter().map(info)
        };
        self.0.platforms.iter().flat_map(|platform| of(&**platform)).collect()
    }

    /// What is true of each account and no platform tells: incidents with labels, response curves, wear of creatives.
    #[must_use]
    pub fn truth(&self) -> Vec<Value> {
        self.0.platforms.iter().flat_map(|platform| platform.truth(&self.0)).collect()
    }

    /// What went wrong in advertising accounts, and how plain it is in their figures as far as the clock's last whole day. Takes seconds.
    #[must_use]
    pub fn labels(&self) -> Vec<Label> {
        let of = |platform: &dyn Platform| platform.advertising().map(|side| labels::of(platform.source(), side, &self.0));
        self.0.platforms.iter().filter_map(|platform| of(&**platform)).flatten().collect()
    }

    /// What is true of an advertising account's days with delivery, as known now: what every honest platform's own totals must come to.
    /// `None` where there is no such account.
    #[must_use]
    pub fn totals(&self, source: Source, account: &str, days: DayRange) -> Option<Vec<DayTotals>> {
        let platform = self.0.platforms.iter().find(|platform| platform.source() == source)?;
        advertised(platform.advertising()?, account, days, self.0.clock.now())
    }

    /// The same of an account of any source, a shop's among them, as a list with one object a day.
    #[must_use]
    pub fn totals_of(&self, source: Source, account: &str, days: DayRange) -> Option<Value> {
        let platform = self.0.platforms.iter().find(|platform| platform.source() == source)?;
        platform.totals(&self.0, account, days)
    }

    /// Gives an account of a site, a list or a shop another currency (ISO 4217) or zone (IANA) from now on: all its days are cut anew, and its
    /// amounts told at a fixed rate. Answers whether there is such an account; those of ad platforms stay as they are.
    ///
    /// # Errors
    /// When neither is given, or what is given is none.
    pub fn rewrite_account(
        &self,
        source: Source,
        account: &str,
        currency: Option<&str>,
        timezone: Option<&str>,
    ) -> Result<bool, Error> {
        let bad = |what, given: &str, use_instead| Error::BadSetting { what, given: given.to_owned(), use_instead };
        let currency: Option<Currency> =
            currency.map(|code| code.parse().map_err(|_| bad("currency", code, "an ISO 4217 code such as EUR"))).transpose()?;
        let zone: Option<Zone> = timezone
            .map(|name| name.parse().map_err(|_| bad("timezone", name, "an IANA name such as Europe/Berlin")))
            .transpose()?;
        if currency.is_none() && zone.is_none() {
            return Err(bad("account", "", "\"currency\", \"timezone\" or both"));
        }
        let platform = self.0.platforms.iter().find(|platform| platform.source() == source);
        Ok(platform.is_some_and(|platform| platform.rewrite(account, currency, zone)))
    }

    /// Lets something go wrong with the pixel of an ad account from a day on, for good: `silent_pixel`, `lost_purchase` or `tracking_loss`.
    /// Answers whether there is such an account.
    ///
    /// # Errors
    /// When pixels have no such trouble.
    pub fn strike_pixel(&self, source: Source, account: &str, trouble: &str, from: Day) -> Result<bool, Error> {
        let platform = self.0.platforms.iter().find(|platform| platform.source() == source);
        let Some(advertising) = platform.and_then(|platform| platform.advertising()) else { return Ok(false) };
        let mut world = write(advertising.world());
        let Some(place) = account.parse().ok().and_then(|id| world.account_by_id(id)) else { return Ok(false) };
        let known = trouble::strike_pixel(&mut world.accounts[place], trouble, calendar::number(from));
        let use_instead = "silent_pixel, lost_purchase or tracking_loss";
        known.then_some(true).ok_or_else(|| Error::BadSetting { what: "trouble", given: trouble.to_owned(), use_instead })
    }

    /// Lets the reports of a site withhold rows about few people from now on, or no longer, as Analytics does once its owner has switched
    /// signals of signed-in people on. Totals of days stay whole. Answers whether there is such a site.
    #[must_use]
    pub fn withhold_small_rows(&self, site: &str, withholds: bool) -> bool {
        self.0.platforms.iter().any(|platform| platform.source() == Source::Ga4 && platform.withhold(site, withholds))
    }

    /// What the virtual clock shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        crate::world::calendar::stamp(self.0.clock.now())
    }

    /// Moves the clock forward by an ISO 8601 duration (`PT24H`, `P2D`).
    ///
    /// # Errors
    /// When it is no such duration.
    pub fn advance(&self, duration: &str) -> Result<Timestamp, Error> {
        self.0.clock.advance(duration)
    }

    /// Moves the clock forward to an instant (RFC 3339).
    ///
    /// # Errors
    /// When it is no instant or lies in the past.
    pub fn set_now(&self, instant: &str) -> Result<Timestamp, Error> {
        self.0.clock.set(instant)
    }

    /// Puts a fault in force.
    ///
    /// # Errors
    /// When its figures are out of range or too many are in force.
    pub fn add_fault(&self, fault: Fault) -> Result<(), Error> {
        lock(&self.0.faults).add(fault)?;
        self.0.apply_quota();
        Ok(())
    }

    /// Removes the faults of a route and kind, all of them without either; answers how many.
    pub fn remove_faults(&self, route: Option<&str>, kind: Option<FaultKind>) -> usize {
        let removed = lock(&self.0.faults).remove(route, kind);
        self.0.apply_quota();
        removed
    }

    /// The faults in force.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        lock(&self.0.faults).active().to_vec()
    }

    /// The issuer of sign-ins at an origin where this sandbox is served: `{issuer, clients, people, redirects, algorithm, kid}`.
    #[must_use]
    pub fn issuer_at(&self, origin: &str) -> Value {
        self.0.oidc.described(&format!("{}{}", origin.trim_end_matches('/'), oidc::PREFIX))
    }

    /// The applications the issuer knows: one for each way to show who it is.
    #[must_use]
    pub const fn clients(&self) -> &'static [oidc::Client] {
        oidc::CLIENTS
    }

    /// Lets somebody sign in at the issuer, or changes what it knows of the address.
    pub fn admit(&self, person: Person) {
        self.0.oidc.admit(person);
    }

    /// Changes the issuer's RSA key; the one before is no longer published.
    pub fn rotate_keys(&self) {
        self.0.oidc.rotate();
    }

    /// Lets the issuer sign by `RS256`, as it does to begin with, or by `ES256`.
    ///
    /// # Errors
    /// When it is neither.
    pub fn sign_with(&self, algorithm: &str) -> Result<(), Error> {
        self.0.oidc.sign_with(algorithm)
    }

    /// Lets the issuer send people back to this address, too: those of this machine need no leave.
    pub fn allow_redirect(&self, address: &str) {
        self.0.oidc.allow_redirect(address.to_owned());
    }

    /// Every request received, oldest first; the last 100 000.
    #[must_use]
    pub fn calls(&self) -> Vec<CallRecord> {
        self.0.calls()
    }

    /// How many requests have been received since the start, those forgotten included. Each counts once its answer is known.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.0.received()
    }

    /// Empties the list of requests.
    pub fn forget_calls(&self) {
        self.0.forget_calls();
    }

    /// Every accepted change, oldest first.
    #[must_use]
    pub fn writes(&self) -> Vec<Write> {
        self.0.writes()
    }
}
