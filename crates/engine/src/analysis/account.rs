//! The analyses of one account.

use super::{
    Analysed, Made, Subject, anomaly, fatigue, forecast, funnel,
    score::{self, Beside},
    tracks::Read,
};
use crate::{Engine, Error};
use compact_str::CompactString;
use std::{collections::BTreeMap, sync::Arc};
use trimtab_domain::{
    SourceKind, TenantCtx,
    benchmark::Industry,
    entity::EntityKind,
    finding::{Finding, FindingKind},
};
use trimtab_store::{AccountKey, AccountState, AnalysisKind, FindingFilter};

impl Engine {
    /// Makes the analyses of one account that its new figures call for.
    pub(super) async fn analyse_account(&self, ctx: &TenantCtx, state: &AccountState) -> Analysed {
        if state.account.source.kind() != SourceKind::Ads {
            return Analysed::default();
        }
        let subject = Subject::Account(AccountKey::from(&state.account));
        let made = async {
            let Some(read) = self.tracks(ctx, state).await? else { return Ok(Analysed::default()) };
            self.analyse_read(ctx, state, &subject, Arc::new(read)).await
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
        subject: &Subject,
        read: Arc<Read>,
    ) -> Result<Analysed, Error> {
        let industry = self.tenant(ctx.tenant()).await?.industry.as_deref().and_then(Industry::recognise);
        let hash = read.hash.clone();
        let of = |make: fn(&Read) -> Made| {
            let read = Arc::clone(&read);
            move || make(&read)
        };
        let mut all = self.renew(ctx, AnalysisKind::Forecast, subject, &[&hash], of(forecast::made)).await;
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
        let ads = self.ads(ctx, state, read.range).await?;
        let refused: String =
            ads.ads.iter().filter_map(|ad| Some(format!("{} {} ", ad.track.entity.id, ad.status?.as_str()))).collect();
        let (noticed, of_account) = (Arc::clone(&read), ads.clone());
        let told = self.told(ctx, state).await?;
        let make = move || anomaly::made(&noticed, &of_account, &inside, &told);
        all = all.plus(self.renew(ctx, AnalysisKind::Anomaly, subject, &[&hash, &ads.hash, &refused], make).await);

        let groups = self.lake().tenant(ctx).entities(Some(EntityKind::AdGroup), Some(&state.account.id)).await?;
        let mut stages: Vec<String> =
            groups.iter().map(|v| format!("{} {} {:?}", v.state.id, v.state.status.as_str(), v.state.attributes)).collect();
        stages.sort();
        let (ads_hash, stages) = (ads.hash.clone(), stages.concat());
        let (tired, looked_at) = (Arc::clone(&read), ads.clone());
        let make = move || {
            let diagnoses = fatigue::diagnoses(&looked_at, &tired.tracks.events, tired.tracks.provisional_from);
            fatigue::made(&looked_at, &tired.tracks.campaigns, &diagnoses)
        };
        all = all.plus(self.renew(ctx, AnalysisKind::Fatigue, subject, &[&hash, &ads_hash], make).await);
        let make = move || {
            let diagnoses = fatigue::diagnoses(&ads, &read.tracks.events, read.tracks.provisional_from);
            score::made(&read, &Beside { ads, groups, diagnoses })
        };
        Ok(all.plus(self.renew(ctx, AnalysisKind::Score, subject, &[&hash, &ads_hash, &stages], make).await))
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
