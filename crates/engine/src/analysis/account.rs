//! The analyses of one account.

use super::{
    Analysed, Subject, anomaly, fatigue, forecast, funnel,
    known::Known,
    lag::Lag,
    patterns::{self, Week},
    score::{self, Beside, Targets},
    tracks::Read,
};
use crate::{Engine, Error, series};
use compact_str::CompactString;
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};
use trimtab_domain::{
    SourceKind, TenantCtx,
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
            let Some(read) = self.tracks(ctx, state).await? else { return Ok(pixels) };
            Ok(pixels.plus(self.analyse_read(ctx, state, known, &subject, Arc::new(read)).await?))
        };
        made.await.unwrap_or_else(|error: Error| {
            tracing::warn!(tenant = %ctx.tenant(), %subject, error = &error as &dyn std::error::Error, "an account could not be analysed");
            Analysed { failed: 1, ..Analysed::default() }
        })
    }

    async fn analyse_read(
        &self,
        ctx: &TenantCtx,
        state: &AccountState,
        known: &Known,
        subject: &Subject,
        read: Arc<Read>,
    ) -> Result<Analysed, Error> {
        let industry = known.industry;
        let hash = read.hash.clone();
        let key = AccountKey::from(&state.account);
        let restated = Arc::new(self.store().tenant(ctx).series(&key, series::RESTATED).await?);
        let lag = Lag::of(&restated, self.look_back_days(ctx, &key).await?);
        let late = lag.inputs();
        let country = self.country(ctx, state, &read).await?;
        let place = country.map_or_else(String::new, |(country, by)| format!("{} {}", country.code, by.as_str()));
        let (ahead, beside) = (Arc::clone(&read), forecast::Beside { lags: lag.lags, country });
        let make = move || forecast::made(&ahead, &beside);
        let mut all = self.renew(ctx, AnalysisKind::Forecast, subject, &[&hash, &late, &place], make).await;
        let (source, funnelled) = (state.account.source, Arc::clone(&read));
        let steps = self.steps(ctx, state, &read).await?;
        let steps_hash = steps.hash.clone();
        let named = industry.map_or("", |industry| industry.id.as_str());
        let make = move || funnel::made(&funnelled, &steps, source, industry);
        all = all.plus(self.renew(ctx, AnalysisKind::Funnel, subject, &[&hash, &steps_hash, named], make).await);

        let objects = self.lake().tenant(ctx).entities(None, Some(&state.account.id)).await?;
        let of_platform = objects.iter().filter(|version| version.source == state.account.source);
        let inside: BTreeMap<CompactString, CompactString> = of_platform
            .filter(|version| matches!(version.state.kind, EntityKind::AdGroup | EntityKind::Ad))
            .map(|version| (version.state.id.clone(), version.state.campaign.clone()))
            .collect();
        let ads = Arc::new(self.ads(ctx, state, read.range).await?);
        let refused: String =
            ads.ads.iter().filter_map(|ad| Some(format!("{} {} ", ad.track.entity.id, ad.status?.as_str()))).collect();
        let (noticed, of_account) = (Arc::clone(&read), Arc::clone(&ads));
        let told = self.told(ctx, state).await?;
        let make = move || anomaly::made(&noticed, &of_account, inside, lag.arrived, &told);
        all = all.plus(self.renew(ctx, AnalysisKind::Anomaly, subject, &[&hash, &ads.hash, &refused, &late], make).await);

        let groups = self.lake().tenant(ctx).entities(Some(EntityKind::AdGroup), Some(&state.account.id)).await?;
        let mut stages: Vec<String> =
            groups.iter().map(|v| format!("{} {} {:?}", v.state.id, v.state.status.as_str(), v.state.attributes)).collect();
        stages.sort();
        let week = self.week(ctx, state, &groups, restated).await?;
        let inputs = week.inputs(&read);
        let (learnt, of_account) = (Arc::clone(&read), ads.clone());
        let make = move || patterns::made(&learnt, &of_account, &week);
        all = all.plus(self.renew(ctx, AnalysisKind::Pattern, subject, &[&inputs], make).await);
        let (ads_hash, stages) = (ads.hash.clone(), stages.concat());
        // Wear of creatives is told and scored: diagnosed once, by whichever is made first.
        let diagnosed = Arc::new(OnceLock::new());
        let (first, tired, looked_at) = (Arc::clone(&diagnosed), Arc::clone(&read), Arc::clone(&ads));
        let make = move || {
            let diagnose = || fatigue::diagnoses(&looked_at, &tired.tracks.events, tired.tracks.provisional_from);
            fatigue::made(&looked_at, &tired.tracks.campaigns, first.get_or_init(diagnose))
        };
        all = all.plus(self.renew(ctx, AnalysisKind::Fatigue, subject, &[&hash, &ads_hash], make).await);
        let targets = Targets::of(known, source, read.tracks.currency, read.last);
        let wanted = format!("{targets:?}");
        let make = move || {
            let diagnose = || fatigue::diagnoses(&ads, &read.tracks.events, read.tracks.provisional_from);
            let diagnoses = diagnosed.get_or_init(diagnose).clone();
            score::made(&read, &Beside { ads, groups, diagnoses, targets })
        };
        Ok(all.plus(self.renew(ctx, AnalysisKind::Score, subject, &[&hash, &ads_hash, &stages, &wanted], make).await))
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
