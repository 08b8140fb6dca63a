//! The loop around a request: admission, sending, judging, waiting, trying again.

use crate::{
    Call, CallRecord, Complaint, Counts, Errand, ErrandError, Error, Meter, Pace, Reply, SetupError, Target, Verdict, WireSettings,
    backoff::{Backoff, doubled},
    lane::{Platform, Refusal},
    limits,
    log::CallLog,
    redact::{route, scrub},
    send::{self, Failure},
};
use secrecy::SecretString;
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;
use trimtab_domain::{
    Clock, Source, Timestamp,
    id::{AccountId, TenantId},
};
use url::Url;

/// The shared stack. Cheap to clone; all clones share budgets, breakers and the log.
#[derive(Clone)]
pub struct Wire {
    inner: Arc<Inner>,
    /// Whom the calls of this clone are counted for, beside the log.
    meter: Option<Meter>,
    /// On whose behalf the calls of this clone are made.
    tenant: Option<TenantId>,
}

struct Inner {
    settings: Arc<WireSettings>,
    client: reqwest::Client,
    clock: Arc<dyn Clock>,
    backoff: Backoff,
    /// By platform and address: the live platform and a simulated one share nothing.
    platforms: Mutex<HashMap<(Source, String), Arc<Platform>>>,
    log: CallLog,
}

/// What the attempts of one call have come to so far.
enum Trouble {
    Said(Complaint),
    Network(reqwest::Error),
    Timeout,
}

impl Wire {
    /// A stack with its own connections, budgets and log.
    ///
    /// # Errors
    /// When the system's certificate store or resolver cannot be used.
    pub fn new(settings: WireSettings, clock: Arc<dyn Clock>) -> Result<Self, SetupError> {
        let client = reqwest::Client::builder()
            .user_agent(&settings.user_agent)
            .connect_timeout(limits::CONNECT)
            // A redirect could carry the credential to another host; no platform's API redirects.
            .redirect(reqwest::redirect::Policy::none())
            // The stack decides about retries; a hidden second layer would multiply them.
            .retry(reqwest::retry::never())
            .build()
            .map_err(SetupError)?;
        let backoff = Backoff::new(settings.backoff_base, settings.backoff_cap, settings.jitter_seed);
        let settings = Arc::new(settings);
        let inner = Inner { settings, client, clock, backoff, platforms: Mutex::default(), log: CallLog::default() };
        Ok(Self { inner: Arc::new(inner), meter: None, tenant: None })
    }

    /// The same stack, with a meter of its own for the calls made through it and its clones.
    #[must_use]
    pub fn metered(&self) -> (Self, Meter) {
        let meter = Meter::default();
        (Self { meter: Some(meter.clone()), ..self.clone() }, meter)
    }

    /// The same stack, whose log says of the calls made through it on whose behalf they were.
    #[must_use]
    pub fn on_behalf_of(&self, tenant: &TenantId) -> Self {
        Self { tenant: Some(tenant.clone()), ..self.clone() }
    }

    /// Makes a call until it is answered, refused for good, or out of attempts and patience. Cancel it by dropping the future.
    ///
    /// # Errors
    /// See [`Error`]: each variant says who must act.
    pub async fn call(&self, call: Call<'_>) -> Result<Reply, Error> {
        let Inner { settings, client, clock, backoff, log, .. } = &*self.inner;
        let target = target(&call);
        let headers = send::headers(&call, &target)?;
        let platform = self.platform(call.source, call.url, call.dialect.pace());
        let lane = platform.lane(call.account);
        let mut patience = settings.patience;
        let mut trouble = None;
        let (mut attempts, mut failures, mut limited) = (0, 0, 0);
        loop {
            let queued = Instant::now();
            let admission = match platform.admit(&lane, call.weight, patience).await {
                Ok(admission) => admission,
                Err(refusal) => return Err(self.turned_away(target, attempts, trouble, refusal, call.deadline)),
            };
            patience = patience.saturating_sub(queued.elapsed());

            attempts += 1;
            let (at, sent) = (clock.now(), Instant::now());
            if let Some(meter) = &self.meter {
                meter.sent();
            }
            let outcome = send::send(client, &call, headers.clone(), settings.body_bytes_max).await;
            let write = |status, outcome, bytes: usize| {
                log.write(CallRecord {
                    at,
                    tenant: self.tenant.clone(),
                    platform: target.platform,
                    account: target.account.clone(),
                    method: target.method,
                    path: target.path.clone(),
                    route: route(&target.path, target.account.as_ref()),
                    status,
                    outcome,
                    duration: sent.elapsed(),
                    bytes: u64::try_from(bytes).unwrap_or(u64::MAX),
                    attempt: attempts,
                });
            };
            let failure = match outcome {
                Ok(answer) => {
                    platform.heed(&lane, call.dialect, &answer.headers);
                    if let Some(meter) = &self.meter {
                        meter.told(&call.dialect.usage(&answer.headers, call.account));
                    }
                    let verdict = call.dialect.classify(answer.status, &answer.headers, &answer.body);
                    write(Some(answer.status), name(&verdict), answer.body.len());
                    admission.settle(&verdict);
                    match verdict {
                        Verdict::Good => {
                            let send::Answer { status, headers, body } = answer;
                            return Ok(Reply { status, headers, body, attempts });
                        }
                        Verdict::Refused(refusal, complaint) => {
                            return Err(Error::Refused { target, refusal, complaint: clean(complaint, &call) });
                        }
                        Verdict::Limited { scope, wait, .. } => {
                            limited += 1;
                            let wait = wait.unwrap_or_else(|| doubled(settings.limit_wait, limited, limits::PAUSE_MAX));
                            platform.pause(&lane, &scope, wait);
                            if limited > limits::LIMITED_MAX {
                                return Err(self.turned_away(target, attempts, None, Refusal::Limited(wait), call.deadline));
                            }
                            continue;
                        }
                        Verdict::Transient(complaint) => Trouble::Said(clean(complaint, &call)),
                    }
                }
                Err(failure) => {
                    write(None, failure.outcome(), 0);
                    match failure {
                        // The platform is alive, and the same request would be as large again.
                        Failure::TooLarge => {
                            admission.alive();
                            return Err(Error::TooLarge { target, limit_bytes: settings.body_bytes_max });
                        }
                        Failure::Network(error) => {
                            admission.failed();
                            Trouble::Network(error)
                        }
                        Failure::Timeout => {
                            admission.failed();
                            Trouble::Timeout
                        }
                    }
                }
            };
            failures += 1;
            if failures >= settings.attempts {
                return Err(failed(target, attempts, failure, call.deadline));
            }
            trouble = Some(failure);
            tokio::time::sleep(backoff.delay(failures)).await;
        }
    }

    /// Runs an errand and answers what came of it, whatever its status.
    ///
    /// # Errors
    /// When there was no whole answer in time; see [`ErrandError`].
    pub async fn run(&self, errand: Errand<'_>) -> Result<Reply, ErrandError> {
        errand.run(&self.inner.client).await
    }

    /// The last requests made, oldest first.
    #[must_use]
    pub fn recent_calls(&self) -> Vec<CallRecord> {
        self.inner.log.recent()
    }

    /// Takes away the requests made since this was last asked, oldest first, for whoever keeps them for longer; and how many had to make
    /// room because nobody asked for too long.
    #[must_use]
    pub fn take_calls(&self) -> (Vec<CallRecord>, u64) {
        self.inner.log.take()
    }

    /// Requests made to a platform since start.
    #[must_use]
    pub fn counts(&self, platform: Source) -> Counts {
        self.inner.log.counts(platform)
    }

    /// The usage last reported for an account at an address, in percent of the platform's limit; 0 before the first call.
    #[must_use]
    pub fn usage_percent(&self, platform: Source, url: &Url, account: Option<&AccountId>) -> f64 {
        let known = self.inner.platforms.lock().unwrap_or_else(PoisonError::into_inner).get(&(platform, origin(url))).cloned();
        known.map_or(0.0, |platform| platform.budget.percent().max(platform.lane(account).budget.percent()))
    }

    fn platform(&self, source: Source, url: &Url, pace: Option<Pace>) -> Arc<Platform> {
        let mut platforms = self.inner.platforms.lock().unwrap_or_else(PoisonError::into_inner);
        let platform =
            platforms.entry((source, origin(url))).or_insert_with(|| Arc::new(Platform::new(self.inner.settings.at(pace))));
        Arc::clone(platform)
    }

    fn turned_away(&self, target: Target, attempts: u32, trouble: Option<Trouble>, refusal: Refusal, deadline: Duration) -> Error {
        match (refusal, trouble) {
            // The failure that opened the breaker tells more than the breaker.
            (Refusal::Open(_), Some(trouble)) => failed(target, attempts, trouble, deadline),
            (Refusal::Open(wait), None) => Error::Open { target, until: self.after(wait), wait },
            (Refusal::Limited(wait), _) => Error::RateLimited { target, until: self.after(wait), wait },
        }
    }

    fn after(&self, wait: Duration) -> Timestamp {
        self.inner.clock.now().saturating_add(wait).unwrap_or(Timestamp::MAX)
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("settings", &self.inner.settings).finish_non_exhaustive()
    }
}

/// Host and port: who is talked to.
fn origin(url: &Url) -> String {
    url[url::Position::BeforeHost..url::Position::AfterPort].to_owned()
}

fn target(call: &Call<'_>) -> Target {
    let Call { source, account, method, url, .. } = call;
    Target { platform: *source, account: account.cloned(), method: *method, path: url.path().to_owned() }
}

fn failed(target: Target, attempts: u32, trouble: Trouble, deadline: Duration) -> Error {
    match trouble {
        Trouble::Said(complaint) => Error::Unavailable { target, attempts, complaint },
        Trouble::Network(source) => Error::Network { target, attempts, source },
        Trouble::Timeout => Error::Timeout { target, attempts, after: deadline },
    }
}

const fn name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "good",
        Verdict::Transient(_) => "transient",
        Verdict::Limited { .. } => "limited",
        Verdict::Refused(..) => "refused",
    }
}

fn clean(complaint: Complaint, call: &Call<'_>) -> Complaint {
    let secrets: Vec<&SecretString> = call.secrets.iter().map(|(_, secret)| *secret).collect();
    let mut message = scrub(&complaint.message, &secrets);
    if message.len() > limits::MESSAGE_BYTES_MAX {
        message.truncate(message.floor_char_boundary(limits::MESSAGE_BYTES_MAX));
        message.push('…');
    }
    Complaint { message, ..complaint }
}
