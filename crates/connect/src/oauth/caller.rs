//! Asking a platform with a signature that may have to be renewed, and taking its answer in.
//!
//! One loop serves every connector whose token may renew itself: sign, send, renew once where the token is refused, ask again where the
//! body is no JSON of the expected shape. What to ask, and what an answer means, is the connector's business.

use super::Access;
use crate::{
    AuthCause, Error,
    answer::{BadBody, Heard, Tally, WITHHELD, drift, unquoting},
    limits,
};
use std::time::Duration;
use trimtab_domain::{Source, Timestamp, id::AccountId};
use trimtab_wire::{Call, Complaint, Place, Refusal, Reply, Wire};
use url::Url;

/// How one platform's calls differ from another's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    /// The platform.
    pub(crate) source: Source,
    /// The header of answers by which the platform finds a request in its own logs.
    pub(crate) request_id: &'static str,
    /// Whether a refused credential may mean no more than that the access token has aged.
    pub(crate) renewable: fn(&Complaint) -> bool,
    /// How long a new token may be unknown to those who check it.
    pub(crate) settles: Duration,
}

/// Who is asked, with what token. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) wire: Wire,
    pub(crate) access: Access,
    manner: Manner,
    /// Where the token travels.
    place: Place<'static>,
    /// Whether answers may name people.
    private: bool,
    heard: Heard,
}

/// How often a refused token has been looked after.
#[derive(PartialEq)]
enum Turn {
    First,
    Renewed,
    Settled,
}

impl Caller {
    pub(crate) fn new(wire: Wire, access: Access, manner: Manner) -> Self {
        Self { wire, access, manner, place: Place::Bearer, private: false, heard: Heard::default() }
    }

    /// The same, where the token travels in another way than as a bearer's.
    pub(crate) fn signing(self, place: Place<'static>) -> Self {
        Self { place, ..self }
    }

    /// The same, where answers may name people: what is said of a bad one quotes nothing of it.
    pub(crate) fn discreet(self) -> Self {
        Self { private: true, ..self }
    }

    /// The platform's own time, as far as it has been heard of.
    pub(crate) fn heard(&self) -> Option<Timestamp> {
        self.heard.at()
    }

    /// Takes note of an answer to a call that was signed another way.
    pub(crate) fn note(&self, tally: &Tally, reply: &Reply) {
        self.heard.note(tally, reply);
    }

    /// Asks once and takes the answer in. The token joins the secrets that `call` has already; `read` makes of a body what is wanted.
    pub(crate) async fn ask<T, F>(
        &self,
        tally: &Tally,
        call: &Call<'_>,
        mut read: impl FnMut(&[u8]) -> Result<T, BadBody>,
    ) -> Result<T, F>
    where
        F: From<trimtab_wire::Error> + From<Error>,
    {
        let Manner { source, request_id, renewable, settles } = self.manner;
        let named = |error| F::from(of_account(error, call.account));
        let mut token = self.access.token().await.map_err(named)?;
        let (mut malformed, mut turn) = (0, Turn::First);
        loop {
            let secrets: Vec<_> = [(self.place, &*token)].into_iter().chain(call.secrets.iter().copied()).collect();
            let reply = match (self.wire.call(Call { secrets: &secrets, ..*call }).await, self.access.keeper()) {
                (Err(trimtab_wire::Error::Refused { refusal: Refusal::Credential, complaint, .. }), Some(keeper))
                    if turn == Turn::First && renewable(&complaint) =>
                {
                    turn = Turn::Renewed;
                    token = keeper.after_refusal(&token).await.map_err(named)?;
                    continue;
                }
                (Err(trimtab_wire::Error::Refused { refusal: Refusal::Credential, .. }), Some(_))
                    if turn == Turn::Renewed && !settles.is_zero() =>
                {
                    turn = Turn::Settled;
                    tokio::time::sleep(settles).await;
                    continue;
                }
                (reply, _) => reply?,
            };
            self.note(tally, &reply);
            let id = reply.headers.get(request_id).and_then(|id| id.to_str().ok()).unwrap_or_default();
            tracing::debug!(platform = source.as_str(), request_id = id, path = call.url.path(), "answered");
            let what = match read(&reply.body) {
                Ok(answer) => return Ok(answer),
                Err(BadBody::Malformed(_)) if malformed + 1 < limits::MALFORMED_ATTEMPTS_MAX => {
                    malformed += 1;
                    tokio::time::sleep(limits::MALFORMED_WAIT * malformed).await;
                    continue;
                }
                Err(BadBody::Malformed(error)) if self.private => format!("{} at {}", unquoting(&error), call.url.path()),
                Err(BadBody::Malformed(error)) => format!("{error} at {}", call.url.path()),
                Err(BadBody::Conflict(what)) => what,
            };
            if self.private {
                return Err(F::from(drift(source, call.account, what, WITHHELD, &[])));
            }
            let secrets: Vec<_> = secrets.iter().map(|(_, secret)| *secret).collect();
            return Err(F::from(drift(source, call.account, what, &reply.body, &secrets)));
        }
    }
}

/// Where a path lies below a base.
///
/// # Errors
/// [`Error::Rejected`] when it cannot be part of a URL.
pub(crate) fn below(base: &Url, path: &str, source: Source, account: Option<&AccountId>) -> Result<Url, Error> {
    // A dot first, since `customers:listAccessibleCustomers` alone would be a URL of the scheme `customers`.
    base.join(&format!("./{path}")).map_err(|error| {
        let reason = format!("'{path}' cannot be part of a URL: {error}");
        Error::Rejected { platform: source, account: account.cloned(), reason }
    })
}

/// A token that cannot be renewed is bad news for the account it was wanted for.
fn of_account(error: Error, wanted_for: Option<&AccountId>) -> Error {
    match error {
        Error::Auth { platform, account: None, cause: cause @ AuthCause::Credential, reason } => {
            Error::Auth { platform, account: wanted_for.cloned(), cause, reason }
        }
        other => other,
    }
}
