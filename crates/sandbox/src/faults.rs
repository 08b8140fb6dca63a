//! Faults on purpose: which requests they strike, how often, and what happens then.

use crate::{Error, limits, world::chance::Chance};
use serde::{Deserialize, Serialize};

/// What a fault does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The platform's own "too many calls" error, in the status it uses for that.
    #[serde(alias = "429_storm", alias = "rate_limit")]
    Throttle,
    /// HTTP 429 with `Retry-After`.
    #[serde(rename = "429")]
    Http429,
    /// HTTP 5xx (`status`, default 500): 500 with a transient error of the platform, others with a gateway's page.
    #[serde(rename = "5xx", alias = "500", alias = "503", alias = "server_error")]
    ServerError,
    /// No answer for `seconds` (default 30), then the connection closes.
    Hang,
    /// The right answer, `seconds` (default 1) late.
    Slow,
    /// The connection closes at half of the announced body.
    Truncated,
    /// Status 200 and half a JSON document.
    Malformed,
    /// A page that was served just before is served again in place of the one that follows it.
    DuplicatePage,
    /// The token counts as expired.
    ExpiredToken,
    /// The account's owner has taken the permission away.
    #[serde(alias = "revoked_account", alias = "permission")]
    Revoked,
    /// All quotas shrink to `factor` (default 0.01) of what they are, and are enforced, until the fault is removed.
    QuotaCut,
    /// The connection closes without a body.
    #[serde(alias = "dropped", alias = "dropped_connection")]
    Drop,
    /// Status 200 and an empty list, as for data that was silently withdrawn.
    Empty,
    /// Status 200 and a document of another shape.
    Drift,
    /// The interface version asked for is no longer served.
    #[serde(alias = "version_sunset", alias = "retired_version")]
    Sunset,
    /// A report run asked for now will fail.
    ReportFailed,
    /// A report run asked for now will be skipped.
    ReportSkipped,
    /// A report run asked for now will stay under way for ever.
    #[serde(alias = "report_hang")]
    ReportStuck,
    /// Sign-in: the browser comes back with another `state` than it left with.
    WrongState,
    /// Sign-in: another issuer in the discovery document, in the answer to the browser or in the ID token, by the route it strikes.
    OtherIssuer,
    /// Sign-in: the ID token has another nonce.
    WrongNonce,
    /// Sign-in: the ID token is for another application.
    WrongAudience,
    /// Sign-in: the ID token is for another application as well.
    MoreAudiences,
    /// Sign-in: the ID token was asked for by another application (`azp`).
    WrongParty,
    /// Sign-in: the ID token expired an hour ago.
    ExpiredIdToken,
    /// Sign-in: the ID token will be issued in an hour.
    EarlyIdToken,
    /// Sign-in: the ID token is not signed (`alg` is `none`).
    AlgNone,
    /// Sign-in: the ID token is signed by `HS256` with the public key as the secret.
    AlgHmac,
    /// Sign-in: the ID token names a published key and is signed by another.
    ForeignKey,
    /// Sign-in: the ID token names a key that is never published.
    UnknownKey,
    /// Sign-in: the answer holds no ID token.
    NoIdToken,
    /// Sign-in: nobody proved that the address is theirs.
    EmailUnverified,
    /// Sign-in: the address is told at the userinfo endpoint alone.
    EmailElsewhere,
    /// Sign-in: the userinfo endpoint tells of somebody else.
    OtherSubject,
}

impl FaultKind {
    /// Every kind that may strike a platform.
    pub const ALL: [Self; 17] = [
        Self::Throttle,
        Self::Http429,
        Self::ServerError,
        Self::Hang,
        Self::Slow,
        Self::Truncated,
        Self::Malformed,
        Self::DuplicatePage,
        Self::ExpiredToken,
        Self::Revoked,
        Self::QuotaCut,
        Self::Drop,
        Self::Empty,
        Self::Drift,
        Self::ReportFailed,
        Self::ReportSkipped,
        Self::ReportStuck,
    ];

    /// Every kind that may strike a sign-in, beside those of any server.
    pub const SIGN_IN: [Self; 16] = [
        Self::WrongState,
        Self::OtherIssuer,
        Self::WrongNonce,
        Self::WrongAudience,
        Self::MoreAudiences,
        Self::WrongParty,
        Self::ExpiredIdToken,
        Self::EarlyIdToken,
        Self::AlgNone,
        Self::AlgHmac,
        Self::ForeignKey,
        Self::UnknownKey,
        Self::NoIdToken,
        Self::EmailUnverified,
        Self::EmailElsewhere,
        Self::OtherSubject,
    ];

    /// Whether a kind of [`Self::SIGN_IN`] can do something to the answer of an endpoint of the issuer, named by the last part of its path.
    fn bears_on(self, endpoint: &str) -> bool {
        match endpoint {
            "openid-configuration" => self == Self::OtherIssuer,
            "authorize" => matches!(self, Self::OtherIssuer | Self::WrongState),
            "userinfo" => matches!(self, Self::OtherSubject | Self::EmailUnverified),
            "token" => Self::SIGN_IN.contains(&self) && !matches!(self, Self::WrongState | Self::OtherSubject),
            _ => false,
        }
    }

    /// The name in requests and in [`CallRecord::fault`](crate::CallRecord::fault).
    #[must_use]
    pub fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

/// A fault to put in force.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Part of `METHOD /prefix/path`, or a pattern of all of it with `*` for any run of characters. Empty strikes everything.
    #[serde(default)]
    pub route: String,
    /// What happens.
    pub kind: FaultKind,
    /// How many requests it would strike are let through first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u32>,
    /// How many requests it strikes; without it and `rate`, every one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// The part of requests it strikes, from 0 to 1, drawn from the seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// Only requests about this account (the platform's id without decoration).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// For `hang` and `slow`, at most 600.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// For `5xx`: 500 to 599.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// For `quota_cut`: above 0, at most 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
}

impl Fault {
    /// A fault that strikes every request of a route.
    #[must_use]
    pub fn new(route: &str, kind: FaultKind) -> Self {
        let route = route.to_owned();
        Self { route, kind, after: None, times: None, rate: None, account: None, seconds: None, status: None, factor: None }
    }

    /// The same, for so many requests.
    #[must_use]
    pub const fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// The same, for one account.
    #[must_use]
    pub fn account(mut self, account: &str) -> Self {
        self.account = Some(account.to_owned());
        self
    }

    fn check(&self) -> Result<(), Error> {
        let bad = |what: &str| Err(Error::BadFault(what.to_owned()));
        if self.rate.is_some_and(|r| !(0.0..=1.0).contains(&r)) {
            return bad("rate must lie between 0 and 1");
        }
        if self.seconds.is_some_and(|s| !(0.0..=limits::FAULT_SECONDS_MAX).contains(&s)) {
            return bad("seconds must lie between 0 and 600");
        }
        if self.status.is_some_and(|s| !(500..600).contains(&s)) {
            return bad("status must lie between 500 and 599");
        }
        if self.factor.is_some_and(|f| !(f > 0.0 && f <= 1.0)) {
            return bad("factor must be above 0 and at most 1");
        }
        Ok(())
    }

    fn matches(&self, route: &str, account: Option<&str>) -> bool {
        let routed = if self.route.contains('*') { glob(&self.route, route) } else { route.contains(&self.route) };
        routed && self.account.as_deref().is_none_or(|wanted| account == Some(wanted.trim_start_matches("act_")))
    }
}

/// Whether a text follows a pattern in which `*` stands for any characters. The pattern may begin at the path, without the verb.
fn glob(pattern: &str, text: &str) -> bool {
    let path = text.split_once(' ').map_or(text, |(_, path)| path);
    [text, path].into_iter().any(|text| {
        let mut pieces = pattern.split('*');
        let Some(mut rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else {
            return false;
        };
        let mut pieces: Vec<&str> = pieces.collect();
        let last = pieces.pop().unwrap_or("");
        for piece in pieces {
            match rest.find(piece) {
                Some(at) => rest = &rest[at + piece.len()..],
                None => return false,
            }
        }
        rest.ends_with(last)
    })
}

/// What a fault may strike.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    /// `METHOD /prefix/path`.
    pub(crate) route: &'a str,
    pub(crate) account: Option<&'a str>,
    /// Whether it asks for a page after one that is remembered: only such a page can be served twice.
    pub(crate) repeatable: bool,
    /// Whether it asks for a report to be prepared.
    pub(crate) report: bool,
    /// The last part of its path, where it is the issuer's: only there can a sign-in go wrong.
    pub(crate) sign_in: Option<&'a str>,
}

/// The faults in force.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    active: Vec<Fault>,
    asked: u64,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) -> Result<(), Error> {
        fault.check()?;
        if self.active.len() >= limits::FAULTS_MAX {
            return Err(Error::BadFault("too many faults are in force: delete some first".to_owned()));
        }
        self.active.push(fault);
        Ok(())
    }

    /// Removes faults of this route and kind; without either, all.
    pub(crate) fn remove(&mut self, route: Option<&str>, kind: Option<FaultKind>) -> usize {
        let before = self.active.len();
        self.active.retain(|f| route.is_some_and(|r| r != f.route) || kind.is_some_and(|k| k != f.kind));
        before - self.active.len()
    }

    pub(crate) fn active(&self) -> &[Fault] {
        &self.active
    }

    /// What part of the quotas is left.
    pub(crate) fn quota(&self) -> Option<f64> {
        self.active.iter().filter(|f| f.kind == FaultKind::QuotaCut).map(|f| f.factor.unwrap_or(0.01)).reduce(f64::min)
    }

    /// The fault that strikes a request, if any; uses up one of its times.
    pub(crate) fn strike(&mut self, target: &Target<'_>, seed: u64) -> Option<Fault> {
        self.asked += 1;
        let dice = Chance::new(seed).on(self.asked);
        let place = self.active.iter_mut().enumerate().position(|(i, f)| {
            let possible = match f.kind {
                FaultKind::QuotaCut => false,
                FaultKind::DuplicatePage => target.repeatable,
                FaultKind::ReportFailed | FaultKind::ReportSkipped | FaultKind::ReportStuck => target.report,
                kind if FaultKind::SIGN_IN.contains(&kind) => target.sign_in.is_some_and(|endpoint| kind.bears_on(endpoint)),
                _ => true,
            };
            let meant =
                possible && f.matches(target.route, target.account) && f.rate.is_none_or(|rate| dice.on(i as u64).whether(rate));
            match &mut f.after {
                Some(passing) if meant && *passing > 0 => {
                    *passing -= 1;
                    false
                }
                _ => meant,
            }
        })?;
        let fault = &mut self.active[place];
        if let Some(times) = &mut fault.times {
            *times = times.saturating_sub(1);
        }
        let struck = fault.clone();
        if struck.times == Some(0) {
            self.active.remove(place);
        }
        Some(struck)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_match_by_part_or_pattern() {
        let route = "GET /meta/v26.0/act_12/insights";
        let hits = |pattern: &str| Fault::new(pattern, FaultKind::Throttle).matches(route, Some("12"));
        for yes in ["", "insights", "GET /meta", "/meta/*/insights", "*act_12*", "GET *insights"] {
            assert!(hits(yes), "{yes}");
        }
        for no in ["POST", "/meta/*/ads", "*act_13*", "meta/*/insights"] {
            assert!(!hits(no), "{no}");
        }
        assert!(!Fault::new("", FaultKind::Throttle).account("13").matches(route, Some("12")));
        assert!(Fault::new("", FaultKind::Throttle).account("act_12").matches(route, Some("12")));
    }

    #[test]
    fn times_run_out_and_rates_are_drawn() {
        let mut faults = Faults::default();
        let target = Target { route: "GET /x", account: None, repeatable: false, report: false, sign_in: None };
        faults.add(Fault::new("x", FaultKind::Throttle).times(2)).unwrap();
        let struck = (0..5).filter(|_| faults.strike(&target, 1).is_some()).count();
        assert_eq!((struck, faults.active().len()), (2, 0));
        faults.add(Fault { after: Some(3), ..Fault::new("x", FaultKind::Throttle).times(1) }).unwrap();
        assert!(faults.strike(&Target { route: "GET /y", ..target }, 1).is_none(), "another route does not count");
        let struck: Vec<bool> = (0..5).map(|_| faults.strike(&target, 1).is_some()).collect();
        assert_eq!(struck, [false, false, false, true, false]);
        faults.add(Fault { rate: Some(0.3), ..Fault::new("x", FaultKind::Drop) }).unwrap();
        let struck = (0..1_000).filter(|_| faults.strike(&target, 1).is_some()).count();
        assert!((250..350).contains(&struck), "{struck}");
        assert!(faults.add(Fault { rate: Some(1.5), ..Fault::new("", FaultKind::Drop) }).is_err());
        assert_eq!(faults.remove(Some("x"), None), 1);
    }

    #[test]
    fn kinds_have_the_names_people_use() {
        let kinds = || FaultKind::ALL.into_iter().chain(FaultKind::SIGN_IN);
        let names: std::collections::BTreeSet<String> = kinds().map(FaultKind::name).collect();
        assert_eq!((names.len(), names.contains("")), (kinds().count(), false));
        for (name, kind) in
            [("\"429\"", FaultKind::Http429), ("\"5xx\"", FaultKind::ServerError), ("\"expired_token\"", FaultKind::ExpiredToken)]
        {
            assert_eq!(serde_json::from_str::<FaultKind>(name).unwrap(), kind);
        }
    }
}
