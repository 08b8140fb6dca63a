//! An account's ads by day, with what they belong to.

use super::{
    figure::{FIGURES, figures, number},
    tracks::{entity, of_account},
};
use crate::{Engine, Error};
use compact_str::CompactString;
use std::collections::BTreeMap;
use trimtab_analysis::track::{Figures, Track};
use trimtab_domain::{
    Day, DayRange, TenantCtx,
    day::parse_day,
    entity::{EntityKind, Status},
    finding::Level,
    query::{Dimension, MOST_ROWS, MetricQuery, QueryParts},
};
use trimtab_store::AccountState;

/// Days of ads that are looked back on: an ad seldom lives longer.
const DAYS: u16 = 180;
/// Days of one question, so that the ads of a large account fit into one answer.
const DAYS_PER_QUESTION: u16 = 30;

/// An ad and what it belongs to.
#[derive(Debug, Clone)]
pub(super) struct Ad {
    pub(super) track: Track,
    pub(super) campaign: CompactString,
    pub(super) ad_group: CompactString,
    /// What its platform says of it now; `None`: nothing.
    pub(super) status: Option<Status>,
}

/// An account's ads, and the hash of the answers they were made of.
#[derive(Debug, Clone)]
pub(super) struct Ads {
    pub(super) ads: Vec<Ad>,
    pub(super) hash: String,
}

impl Engine {
    /// Reads the ads that had figures in the last months up to `last`.
    pub(super) async fn ads(&self, ctx: &TenantCtx, state: &AccountState, whole: DayRange) -> Result<Ads, Error> {
        let range = DayRange::ending(whole.to(), DAYS).intersect(&whole).unwrap_or(whole);
        let mut hash = blake3::Hasher::new();
        let mut known: BTreeMap<CompactString, (CompactString, BTreeMap<Day, Figures>)> = BTreeMap::new();
        for days in range.chunks_newest_first(DAYS_PER_QUESTION) {
            let parts = QueryParts {
                metrics: FIGURES.iter().copied().chain(["reach"]).map(str::to_owned).collect(),
                dimensions: vec![Dimension::Ad, Dimension::Date],
                filters: of_account(&state.account),
                limit: Some(MOST_ROWS),
                ..QueryParts::default()
            };
            let query = MetricQuery::new(days, parts).map_err(|error| Error::Invalid(error.to_string()))?;
            let answer = self.query(ctx, &query).await?;
            hash.update(answer.source_hash.as_bytes());
            for row in &answer.rows {
                let [ad, date] = &*row.keys else { continue };
                let Ok(day) = parse_day(&date.id) else { continue };
                // Rows of campaigns that have no ads to report are no ad's.
                if ad.id.is_empty() {
                    continue;
                }
                let (name, of_ad) = known.entry(ad.id.as_str().into()).or_default();
                *name = ad.name.as_str().into();
                let reach = row.cells.get(FIGURES.len()).copied().and_then(number).filter(|reach| *reach > 0.0);
                of_ad.insert(day, Figures { reach, ..figures(&row.cells) });
            }
        }
        let objects = self.lake().tenant(ctx).entities(Some(EntityKind::Ad), Some(&state.account.id)).await?;
        let of_platform = objects.iter().filter(|version| version.source == state.account.source);
        let objects: BTreeMap<&str, _> = of_platform.map(|version| (version.state.id.as_str(), &version.state)).collect();
        let ads = known
            .into_iter()
            .map(|(id, (name, days))| {
                let object = objects.get(id.as_str());
                Ad {
                    track: Track {
                        entity: entity(&state.account, Level::Ad, &id, &name),
                        first: range.from(),
                        days: range.days().map(|day| days.get(&day).copied()).collect(),
                    },
                    campaign: object.map(|state| state.campaign.clone()).unwrap_or_default(),
                    ad_group: object.map(|state| state.parent.clone()).unwrap_or_default(),
                    status: object.map(|state| state.status),
                }
            })
            .collect();
        Ok(Ads { ads, hash: hash.finalize().to_hex()[..32].to_owned() })
    }
}
