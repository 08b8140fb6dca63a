//! The analyses of one account.

use super::{
    Analysed, Subject, anomaly,
    basis::Basis,
    fatigue, forecast, funnel,
    known::Known,
    lag::Lag,
    patterns::{self, Week},
    score::{self, Beside, Targets},
};
use crate::{Engine, Error, series};
use compact_str::CompactString;
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};
use trimtab_domain::{
    SourceKind, TenantCtx,
    account::Account,
    entity::EntityKind,
    finding::{Finding, FindingKind},
};
use trimtab_facts::EntityVersion;
use trimtab_store::{AccountKey, AccountState, AnalysisKind, DaySeries, FindingFilter};

impl Engine {
    /// Makes the analyses of one account that its new figures call for.
    pub(super) async fn analyse_account(&self, ctx: &TenantCtx, state: &AccountState, known: &Known) -> Analysed {
        if state.account.source.kind() != SourceKind::Ads {
            return Analysed::default();
        }
        let subject = Subject::Account(AccountKey::from(&state.account));
        let made = async {
            let pixels = self.analyse_pixels(ctx, state, &subject).await;
            let Some(basis) = self.basis(ctx, state).await? else { return Ok(pixels) };
            Ok(pixels.plus(self.analyse_figures(ctx, &basis, known, &subject).await?))
        };
        made.await.unwrap_or_else(|error: Error| {
            tracing::warn!(tenant = %ctx.tenant(), %subject, error = &error as &dyn std::error::Error, "an account could not be analysed");
            Analysed { failed: 1, ..Analysed::default() }
        })
    }

    async fn analyse_figures(
        &self,
        ctx: &TenantCtx,
        basis: &Basis<'_>,
        known: &Known,
        subject: &Subject,
    ) -> Result<Analysed, Error> {
        let (state, industry, source) = (basis.state, known.industry, basis.state.account.source);
        let (hash, ads_hash) = (basis.hash(), basis.ads_hash());
        let key = AccountKey::from(&state.account);
        let restated = Arc::new(self.store().tenant(ctx).series(&key, series::RESTATED).await?);
        let lag = Lag::of(&restated, self.look_back_days(ctx, &key).await?);
        let late = lag.inputs();
        let country = self.country(ctx, state, basis.last()).await?;
        let place = country.map_or_else(String::new, |(country, by)| format!("{} {}", country.code, by.as_str()));
        let beside = forecast::Beside { lags: lag.lags, country };
        let make = move |read: Arc<_>| forecast::made(&read, &beside);
        let mut all = self.renew(ctx, AnalysisKind::Forecast, subject, &[&hash, &late, &place], basis.read(), make).await;

        let steps = async { Ok((basis.read().await?, basis.steps().await?)) };
        let named = industry.map_or("", |industry| industry.id.as_str());
        let make = move |(read, steps): (Arc<_>, _)| funnel::made(&read, &steps, source, industry);
        let inputs = [hash.as_str(), &basis.actions_hash(), named];
        all = all.plus(self.renew(ctx, AnalysisKind::Funnel, subject, &inputs, steps, make).await);

        let objects = self.objects(ctx, &state.account).await?;
        let of_kind = |kind| objects.iter().filter(move |version| version.state.kind == kind);
        let statuses: String = of_kind(EntityKind::Ad).map(|v| format!("{} {} ", v.state.id, v.state.status.as_str())).collect();
        let noticed = async {
            let inside: BTreeMap<CompactString, CompactString> = of_kind(EntityKind::AdGroup)
                .chain(of_kind(EntityKind::Ad))
                .map(|version| (version.state.id.clone(), version.state.campaign.clone()))
                .collect();
            Ok((basis.read().await?, basis.ads().await?, inside, self.told(ctx, state).await?))
        };
        let arrived = lag.arrived;
        let make =
            move |(read, ads, inside, told): (Arc<_>, Arc<_>, _, Vec<Finding>)| anomaly::made(&read, &ads, inside, arrived, &told);
        let inputs = [hash.as_str(), &ads_hash, &statuses, &late];
        all = all.plus(self.renew(ctx, AnalysisKind::Anomaly, subject, &inputs, noticed, make).await);

        let groups: Vec<Arc<EntityVersion>> = of_kind(EntityKind::AdGroup).cloned().collect();
        let week = self.week(ctx, state, &groups, restated).await?;
        let inputs = week.inputs(basis);
        let both = || async { Ok((basis.read().await?, basis.ads().await?)) };
        let make = move |(read, ads): (Arc<_>, Arc<_>)| patterns::made(&read, &ads, &week);
        all = all.plus(self.renew(ctx, AnalysisKind::Pattern, subject, &[&inputs], both(), make).await);

        // Wear of creatives is told and scored: diagnosed once, by whichever is made first.
        let diagnosed = Arc::new(OnceLock::new());
        let first = Arc::clone(&diagnosed);
        let make = move |(read, ads): (Arc<super::tracks::Read>, Arc<_>)| {
            let diagnose = || fatigue::diagnoses(&ads, &read.tracks.events, read.tracks.provisional_from);
            fatigue::made(&ads, &read.tracks.campaigns, first.get_or_init(diagnose))
        };
        all = all.plus(self.renew(ctx, AnalysisKind::Fatigue, subject, &[&hash, &ads_hash], both(), make).await);

        let mut stages: Vec<String> =
            groups.iter().map(|v| format!("{} {} {:?}", v.state.id, v.state.status.as_str(), v.state.attributes)).collect();
        stages.sort();
        let targets = Targets::of(known, source, state.account.currency, basis.last());
        let inputs = [hash.as_str(), &ads_hash, &stages.concat(), &statuses, &format!("{targets:?}")];
        let make = move |(read, ads): (Arc<super::tracks::Read>, Arc<_>)| {
            let diagnose = || fatigue::diagnoses(&ads, &read.tracks.events, read.tracks.provisional_from);
            let diagnoses = diagnosed.get_or_init(diagnose).clone();
            score::made(&read, &Beside { ads, groups, diagnoses, targets })
        };
        Ok(all.plus(self.renew(ctx, AnalysisKind::Score, subject, &inputs, both(), make).await))
    }

    /// What is known now of an account's objects.
    pub(super) async fn objects(&self, ctx: &TenantCtx, account: &Account) -> Result<Vec<Arc<EntityVersion>>, Error> {
        let mut objects = self.lake().tenant(ctx).entities(None, Some(&account.id)).await?;
        objects.retain(|version| version.source == account.source);
        Ok(objects)
    }

    /// The week an account is in, and what was kept for its patterns.
    async fn week(
        &self,
        ctx: &TenantCtx,
        state: &AccountState,
        groups: &[Arc<EntityVersion>],
        restated: Arc<Vec<DaySeries>>,
    ) -> Result<Week, Error> {
        let (store, key) = (self.store().tenant(ctx), AccountKey::from(&state.account));
        let at = state.facts.map_or_else(|| self.now(), |facts| facts.data_as_of);
        Ok(Week {
            monday: patterns::monday(state.account.zone.day_at(at)),
            hours: store.series(&key, series::HOURS).await?,
            restated,
            look_back: self.look_back_days(ctx, &key).await?,
            groups: groups.iter().map(|version| (version.state.id.clone(), version.state.name.clone())).collect(),
        })
    }

    /// The incidents of an account that show, put away or not.
    async fn told(&self, ctx: &TenantCtx, state: &AccountState) -> Result<Vec<Finding>, Error> {
        let showing = FindingFilter { kinds: vec![FindingKind::Anomaly], gone: false, put_away: true };
        let kept = self.store().tenant(ctx).findings(&showing).await?.into_iter().map(|kept| kept.finding);
        let own = |finding: &Finding| {
            finding.entity.source == Some(state.account.source) && finding.entity.account == state.account.id.as_str()
        };
        Ok(kept.filter(own).collect())
    }
}
