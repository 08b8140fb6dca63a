//! Usage of the platform's limits: rises with every call, decays with time, is told in headers, and refuses when limits are real.

use super::error::GraphError;
use crate::{Limits, world::account::Account};
use serde_json::json;
use std::collections::HashMap;

/// A quota that drains evenly over its window.
#[derive(Debug, Clone, Copy, Default)]
struct Gauge {
    level: f64,
    at: f64,
    blocked_until: f64,
}

impl Gauge {
    fn drain(&mut self, now: f64, quota: f64, window: f64) {
        self.level = (self.level - (now - self.at).max(0.0) * quota / window).max(0.0);
        self.at = now;
    }

    fn percent(&self, quota: f64) -> i64 {
        crate::world::chance::whole((self.level * 100.0 / quota).min(100.0))
    }
}

/// Which business use case a call counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UseCase {
    Insights,
    Management,
}

impl UseCase {
    const fn name(self) -> &'static str {
        match self {
            Self::Insights => "ads_insights",
            Self::Management => "ads_management",
        }
    }
}

/// One call to be counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spent {
    pub(crate) case: UseCase,
    pub(crate) write: bool,
    /// Rows answered: they cost computing time.
    pub(crate) rows: usize,
    pub(crate) failed: bool,
}

#[derive(Debug, Default)]
struct OfAccount {
    score: Gauge,
    insights: Gauge,
    management: Gauge,
    computing: Gauge,
    errors: f64,
}

/// Counters of one app and all accounts it calls for.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    app: Gauge,
    accounts: HashMap<u64, OfAccount>,
    /// Parts of the usual quotas that a fault has left.
    pub(crate) cut: Option<f64>,
}

const HOUR: f64 = 3_600.0;
/// Window of an ad account's score.
const SCORE_WINDOW: f64 = 300.0;

#[derive(Debug, Clone, Copy)]
struct Quotas {
    app: f64,
    score: f64,
    score_block: f64,
    insights: f64,
    management: f64,
    tier: &'static str,
}

impl Usage {
    fn quotas(&self, limits: Limits, account: &Account, errors: f64) -> Quotas {
        let active = account.ads.iter().filter(|a| a.disapproved.is_none()).count() as f64;
        let cut = self.cut.unwrap_or(1.0);
        let quotas = if limits == Limits::Development {
            Quotas {
                app: 6_000.0,
                score: 60.0,
                score_block: 300.0,
                insights: 600.0 + 400.0 * active,
                management: 300.0 + 40.0 * active,
                tier: "development_access",
            }
        } else {
            Quotas {
                app: 400_000.0,
                score: 9_000.0,
                score_block: 60.0,
                insights: (190_000.0 + 400.0 * active - 0.001 * errors).max(1_000.0),
                management: 100_000.0 + 40.0 * active,
                tier: "standard_access",
            }
        };
        let less = |quota: f64| (quota * cut).max(1.0);
        Quotas {
            app: less(quotas.app),
            score: less(quotas.score),
            insights: less(quotas.insights),
            management: less(quotas.management),
            ..quotas
        }
    }

    /// Refuses a call whose quota is used up.
    pub(crate) fn admit(&mut self, limits: Limits, account: &Account, case: UseCase, now: f64) -> Result<(), GraphError> {
        let enforced = limits != Limits::Off || self.cut.is_some();
        if !enforced {
            return Ok(());
        }
        let quotas = self.quotas(limits, account, 0.0);
        let block = |gauge: &mut Gauge, quota: f64, window: f64, least: f64| {
            gauge.drain(now, quota, window);
            if gauge.blocked_until <= now && gauge.level >= quota {
                // Until a quarter has drained, and never shorter than the platform blocks.
                gauge.blocked_until = now + (window * 0.25).max(least);
            }
            gauge.blocked_until > now
        };
        if block(&mut self.app, quotas.app, HOUR, 60.0) {
            return Err(GraphError::new(403, 4, "(#4) Application request limit reached").sub(1_504_022));
        }
        let own = self.accounts.entry(account.id).or_default();
        if block(&mut own.score, quotas.score, SCORE_WINDOW, quotas.score_block) {
            return Err(GraphError::new(400, 17, "(#17) User request limit reached").sub(2_446_079).user(
                "Ad account has too many API calls",
                "There have been too many calls from this ad account. Wait a bit and try again.",
            ));
        }
        let (gauge, quota, code) = match case {
            UseCase::Insights => (&mut own.insights, quotas.insights, 80_000),
            UseCase::Management => (&mut own.management, quotas.management, 80_004),
        };
        if block(gauge, quota, HOUR, 60.0) {
            let message = format!("(#{code}) There have been too many calls to this ad-account. Wait a bit and try again.");
            return Err(GraphError::new(400, code, message).sub(2_446_079));
        }
        Ok(())
    }

    /// Counts a call.
    pub(crate) fn count(&mut self, limits: Limits, account: &Account, spent: Spent, now: f64) {
        let quotas = self.quotas(limits, account, 0.0);
        self.app.drain(now, quotas.app, HOUR);
        self.app.level += 1.0;
        let own = self.accounts.entry(account.id).or_default();
        own.score.drain(now, quotas.score, SCORE_WINDOW);
        own.score.level += if spent.write { 3.0 } else { 1.0 };
        own.insights.drain(now, quotas.insights, HOUR);
        own.management.drain(now, quotas.management, HOUR);
        own.computing.drain(now, quotas.insights, HOUR);
        own.computing.level += 1.0 + spent.rows as f64 / 400.0;
        match spent.case {
            UseCase::Insights => own.insights.level += 1.0,
            UseCase::Management => own.management.level += 1.0,
        }
        if spent.failed {
            own.errors += 1.0;
        }
    }

    /// The headers of an answer about an account.
    pub(crate) fn headers(&mut self, limits: Limits, account: &Account, case: UseCase, now: f64) -> Vec<(&'static str, String)> {
        let errors = self.accounts.get(&account.id).map_or(0.0, |o| o.errors);
        let quotas = self.quotas(limits, account, errors);
        self.app.drain(now, quotas.app, HOUR);
        let app = self.app;
        let own = self.accounts.entry(account.id).or_default();
        own.score.drain(now, quotas.score, SCORE_WINDOW);
        let (gauge, quota) = match case {
            UseCase::Insights => (&mut own.insights, quotas.insights),
            UseCase::Management => (&mut own.management, quotas.management),
        };
        gauge.drain(now, quota, HOUR);
        own.computing.drain(now, quotas.insights, HOUR);
        let computing = own.computing.percent(quotas.insights);
        let regain = crate::world::chance::whole(((gauge.blocked_until - now).max(0.0) / 60.0).ceil());
        let percent = |level: f64, quota: f64| ((level * 10_000.0 / quota).min(10_000.0)).round() / 100.0;
        let buc = json!({account.id.to_string(): [{
            "type": case.name(),
            "call_count": gauge.percent(quota),
            "total_cputime": computing,
            "total_time": computing,
            "estimated_time_to_regain_access": regain,
            "ads_api_access_tier": quotas.tier,
        }]});
        let reset =
            crate::world::chance::whole((own.score.level / quotas.score * SCORE_WINDOW).max(own.score.blocked_until - now).ceil());
        let own_score = json!({
            "acc_id_util_pct": percent(own.score.level, quotas.score),
            "reset_time_duration": reset.max(0),
            "ads_api_access_tier": quotas.tier,
        });
        let app_percent = app.percent(quotas.app);
        let mut headers = vec![
            ("x-business-use-case-usage", buc.to_string()),
            ("x-ad-account-usage", own_score.to_string()),
            (
                "x-app-usage",
                json!({"call_count": app_percent, "total_time": app_percent, "total_cputime": app_percent}).to_string(),
            ),
        ];
        if case == UseCase::Insights {
            let throttle = json!({
                "app_id_util_pct": percent(app.level, quotas.app),
                "acc_id_util_pct": percent(own.insights.level, quotas.insights),
                "ads_api_access_tier": quotas.tier,
            });
            headers.push(("x-fb-ads-insights-throttle", throttle.to_string()));
        }
        headers
    }
}
