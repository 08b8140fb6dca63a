//! Full-text search over all that is known: metrics, benchmarks, insights and what to do about them, and a client's own knowledge.
//!
//! What every client shares is one index, made once. What one client alone has is an index of its own, made from the newest version of its
//! knowledge and kept until there is a newer one: a search looks into the shared one and that one, so that another's cannot be found.
//! Nothing is on disk. ADR 10 tells why.
//!
//! Whatever somebody types is words and nothing else: there is no syntax, so that nothing can be wrong with it.

mod asked;
mod catalogue;
mod client;
mod index;
mod snippet;
#[cfg(test)]
mod tests;
mod words;

pub use snippet::Piece;

use crate::{Engine, Error, limits};
use asked::Asked;
use index::Index;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use tantivy::TantivyError;
use trimtab_domain::{TenantCtx, id::TenantId};
use trimtab_store::KeptKnowledge;

/// What a hit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HitKind {
    /// A metric of the registry.
    Metric,
    /// A part of what is known of the client.
    Client,
    /// A named condition.
    Insight,
    /// Something to do.
    Action,
    /// Metrics that belong together.
    Dashboard,
    /// A figure that can be told of and not be asked for.
    Unmeasured,
    /// What is usual elsewhere.
    Benchmark,
}

impl HitKind {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Metric => "metric",
            Self::Client => "client",
            Self::Insight => "insight",
            Self::Action => "action",
            Self::Dashboard => "dashboard",
            Self::Unmeasured => "unmeasured",
            Self::Benchmark => "benchmark",
        }
    }

    /// What its score is multiplied by: there are many benchmarks of a metric that say nearly the same.
    const fn weight(self) -> f32 {
        match self {
            Self::Metric => 1.2,
            Self::Client | Self::Insight => 1.0,
            Self::Action | Self::Dashboard | Self::Unmeasured => 0.9,
            Self::Benchmark => 0.7,
        }
    }
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// What it is.
    pub kind: HitKind,
    /// Its id, unique among its kind. Of a benchmark `metric/industry/platform/network/day`, `all` where it is of all; of a client's knowledge the
    /// part: `context`, `targets`, `strategy/<platform>`, `preferences`.
    pub id: String,
    /// The name people see.
    pub title: String,
    /// The part of its text that says why it was found.
    pub snippet: Vec<Piece>,
    /// How well it fits; comparable within one answer only.
    pub score: f32,
}

/// Something that can be found.
#[derive(Debug, Clone)]
struct Document {
    kind: HitKind,
    id: String,
    title: String,
    /// What else it is called.
    names: Vec<String>,
    /// What it says.
    body: String,
}

/// The indexes of clients that were searched of late.
#[derive(Debug, Default)]
pub(crate) struct Indexes(Mutex<Vec<Kept>>);

#[derive(Debug)]
struct Kept {
    tenant: TenantId,
    version: u64,
    index: Arc<Index>,
}

impl Indexes {
    /// The index of a client's knowledge, made where there is none of this version.
    fn of(&self, tenant: &TenantId, known: &KeptKnowledge) -> Result<Arc<Index>, TantivyError> {
        if let Some(index) = self.kept(tenant, known.version) {
            return Ok(index);
        }
        let index = Arc::new(Index::of(client::documents(&known.knowledge))?);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|kept| kept.tenant != *tenant);
        if all.len() >= limits::CLIENT_INDEXES {
            all.remove(0);
        }
        all.push(Kept { tenant: tenant.clone(), version: known.version, index: Arc::clone(&index) });
        Ok(index)
    }

    /// It, as the one used last from now on.
    fn kept(&self, tenant: &TenantId, version: u64) -> Option<Arc<Index>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = all.iter().position(|kept| kept.tenant == *tenant && kept.version == version)?;
        let kept = all.remove(place);
        let index = Arc::clone(&kept.index);
        all.push(kept);
        Some(index)
    }
}

impl Engine {
    /// What fits these words best: of what every client shares, and of what is known of this one. No words find nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn search(&self, ctx: &TenantCtx, text: &str, most: usize) -> Result<Vec<Hit>, Error> {
        let known = self.store().tenant(ctx).knowledge().await?;
        let (engine, tenant, text) = (self.clone(), ctx.tenant().clone(), text.to_owned());
        let looked = tokio::task::spawn_blocking(move || {
            let own = known.map(|known| engine.indexes().of(&tenant, &known)).transpose()?;
            let mut indexes = vec![shared()?];
            indexes.extend(own.as_deref());
            find(&indexes, &text, most)
        });
        Ok(looked.await.map_err(|_| Error::Lost("a search"))??)
    }
}

/// The index of what every client shares.
fn shared() -> Result<&'static Index, TantivyError> {
    static SHARED: LazyLock<Result<Index, TantivyError>> = LazyLock::new(|| Index::of(catalogue::documents()));
    SHARED.as_ref().map_err(Clone::clone)
}

fn find(indexes: &[&Index], text: &str, most: usize) -> Result<Vec<Hit>, TantivyError> {
    let Some(asked) = Asked::of(text, indexes)? else { return Ok(Vec::new()) };
    let mut found: Vec<(f32, &Document)> = Vec::new();
    for index in indexes {
        found.extend(index.search(&asked.query, indexes)?.into_iter().map(|(score, of)| (score * of.kind.weight(), of)));
    }
    found.sort_by(|(a_score, a), (b_score, b)| b_score.total_cmp(a_score).then_with(|| (a.kind, &a.id).cmp(&(b.kind, &b.id))));
    let hit = |(score, of): (f32, &Document)| Hit {
        kind: of.kind,
        id: of.id.clone(),
        title: of.title.clone(),
        snippet: snippet::snippet(&of.body, |word| asked.means(word)),
        score,
    };
    Ok(found.into_iter().take(most.min(limits::SEARCH_HITS)).map(hit).collect())
}
