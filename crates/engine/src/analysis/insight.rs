//! Named conditions of the knowledge graph, held against what all sources together tell of a tenant.

use super::{Analysed, Made, Subject, known::Known};
use crate::{Engine, Error, limits};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use trimtab_analysis::insight::{Insight, Key, Now, Observed, Outcome, Settings, assemble, evaluate, needs};
use trimtab_domain::{
    Day, Source, SourceKind, TenantCtx,
    entity::{EntityKind, Status},
    finding::{EntityRef, Level},
    graph::Graph,
    insight::{InsightState, Suppression},
};
use trimtab_store::{AccountState, AnalysisKind};

/// What is kept between evaluations.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    /// What is shown.
    insights: Vec<Shown>,
    /// What each has been through.
    states: Vec<(Key, InsightState)>,
}

/// An insight that is shown, by its key.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Shown {
    key: Key,
    insight: Insight,
}

impl Engine {
    /// Makes the analysis of the tenant's insights.
    pub(super) async fn analyse_insights(&self, ctx: &TenantCtx, accounts: &[AccountState], known: &Known) -> Analysed {
        let made = async {
            let Some(observed) = self.observed(ctx, accounts, known).await? else { return Ok::<_, Error>(Analysed::default()) };
            let last = self.store().tenant(ctx).analysis(AnalysisKind::Insight, "").await?;
            let kept: Kept = last.and_then(|last| serde_json::from_value(last.body).ok()).unwrap_or_default();
            let zone = self.tenant(ctx.tenant()).await?.zone;
            let at = self.now();
            let today = zone.day_at(at);
            let began = today.to_zoned(zone.tz().clone()).map_or(at, |start| start.timestamp());
            let now = Now { at, day_began: began };
            let mut inputs: Vec<&str> = observed.iter().map(|object| object.source_hash.as_str()).collect();
            let day = today.to_string();
            let wanted = wanted(&observed);
            inputs.extend([day.as_str(), wanted.as_str()]);
            let looked_at = async { Ok(observed.clone()) };
            let make = move |observed: Vec<_>| evaluated(&observed, kept, now);
            Ok(self.renew(ctx, AnalysisKind::Insight, &Subject::Tenant, &inputs, looked_at, make).await)
        };
        made.await.unwrap_or_else(|error| {
            tracing::warn!(tenant = %ctx.tenant(), error = &error as &dyn std::error::Error, "insights could not be judged");
            Analysed { failed: 1, ..Analysed::default() }
        })
    }

    /// What is known of everything insights are about, whole days only; `None` where there are no facts yet.
    async fn observed(&self, ctx: &TenantCtx, accounts: &[AccountState], known: &Known) -> Result<Option<Vec<Observed>>, Error> {
        let tenant = self.tenant(ctx.tenant()).await?;
        let Some(last) = last_whole_day(accounts) else { return Ok(None) };
        let (graph, mut answers) = (Graph::builtin(), Vec::new());
        for need in needs(graph, last, &Settings::default()) {
            let query = need.query(Some(tenant.currency)).map_err(|error| Error::Invalid(error.to_string()))?;
            let answer = self.query(ctx, &query).await?;
            answers.push((need, (*answer).clone()));
        }
        let whole =
            EntityRef { level: Level::Tenant, source: None, account: "".into(), id: "".into(), name: tenant.name.as_str().into() };
        let sources: BTreeMap<&str, Source> = accounts.iter().map(|s| (s.account.id.as_str(), s.account.source)).collect();
        let mut observed = assemble(&whole, &answers, |account| sources.get(account).copied());
        let off = self.switched_off(ctx).await?;
        observed.retain(|object| object.entity.level != Level::Campaign || !off.contains(object.entity.id.as_str()));
        for object in &mut observed {
            object.targets = known.targets(object.entity.source, object.currency, last);
            object.constants = known.constants();
        }
        Ok(Some(observed))
    }

    /// Campaigns that do not run: that their figures fell is no news.
    async fn switched_off(&self, ctx: &TenantCtx) -> Result<BTreeSet<String>, Error> {
        let campaigns = self.lake().tenant(ctx).entities(Some(EntityKind::Campaign), None).await?;
        let runs = |status| matches!(status, Status::Active | Status::WithIssues | Status::Disapproved | Status::Unknown);
        Ok(campaigns.iter().filter(|v| !runs(v.state.status)).map(|v| v.state.id.to_string()).collect())
    }
}

/// The last day that every ad account which is still read has whole.
fn last_whole_day(accounts: &[AccountState]) -> Option<Day> {
    let ads = accounts.iter().filter(|state| state.account.source.kind() == SourceKind::Ads);
    let read: Vec<_> = ads.filter_map(|state| state.facts.map(|facts| (state, facts.data_as_of))).collect();
    let newest = read.iter().map(|(_, at)| *at).max()?;
    let still = read.iter().filter(|(_, at)| newest.duration_since(*at) <= limits::UNREAD_EVERY);
    still.filter_map(|(state, at)| state.account.zone.day_at(*at).yesterday().ok()).min()
}

/// The targets and constants that objects are held against, each once.
fn wanted(observed: &[Observed]) -> String {
    let all: BTreeSet<String> = observed
        .iter()
        .map(|Observed { entity, currency, targets, constants, .. }| {
            format!("{:?} {currency:?} {targets:?} {constants:?}", entity.source)
        })
        .collect();
    all.into_iter().collect::<Vec<_>>().join("\n")
}

fn evaluated(observed: &[Observed], kept: Kept, now: Now) -> Made {
    let states: BTreeMap<Key, InsightState> = kept.states.into_iter().collect();
    let before: BTreeMap<Key, Insight> = kept.insights.into_iter().map(|shown| (shown.key, shown.insight)).collect();
    let evaluation = evaluate(Graph::builtin(), observed, &states, now, &Settings::default());
    let mut after = Kept::default();
    for verdict in evaluation.verdicts {
        let insight = match verdict.outcome {
            Outcome::Shown(insight) => Some(*insight),
            Outcome::Kept(_) | Outcome::Suppressed(Suppression::Refreshed) => before.get(&verdict.key).cloned(),
            _ => None,
        };
        after.insights.extend(insight.map(|insight| Shown { key: verdict.key.clone(), insight }));
        if verdict.state != InsightState::default() {
            after.states.push((verdict.key, verdict.state));
        }
    }
    let findings = after.insights.iter().map(|shown| shown.insight.finding.clone()).collect();
    Made { body: json!(after), findings }
}
