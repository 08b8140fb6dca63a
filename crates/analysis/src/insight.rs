//! Insights: which named conditions hold for whom, how sure that is, what follows, and whether to say so.
//!
//! The definitions are data ([`trimtab_domain::graph`]); this is what happens to them after new figures came in, for every definition and every
//! object of its scope:
//!
//! 1. **Enough?** The minimum of data must be there; else what is shown stays ([`Outcome::Kept`]), and what is not shown is not said, with the reason.
//! 2. **Trigger.** Each threshold is judged by the figures *and* by how likely figures like these are if nothing of it were so: a t-test
//!    for changes and bounds, Kendall's statistic for trends. A change must also be more than the metric usually does from one window to the next. The variance is a jackknife over days with a Poisson floor, so that a ratio of
//!    sums, a handful of conversions and a formula of three metrics are all treated alike.
//! 3. **One of many.** A definition looks at many objects at once; chances become expected shares of false findings (Benjamini and Hochberg). Confidence is one
//!    less that share. Below [`Settings::least_confidence`] nothing is said.
//! 4. **Cascade.** An insight makes those it leads to likelier for the same object, its parts and what it is part of: where their figures are so too, they need
//!    to be less sure, and are told as its consequence. At most [`Settings::cascade_depth`] steps; no insight leads back to itself.
//! 5. **May it be said?** Not while dismissed (unless it got worse) or snoozed, at most twice a day, and of one definition not about more than
//!    [`Settings::most_at_once`] objects, those already told of and those that spend most first.
//! 6. **Said** as a [`Finding`] with its evidence as metric queries, the blast radius of its metric's change, its actions, and what may follow.
//!
//! **Sources.** The pipeline, the four threshold types and the twice-a-day rule are those of the knowledge-graph reference; the tests are textbook
//! statistics (Efron's jackknife, Welch, Hirsch and Slack, Benjamini and Hochberg).
//!
//! **Assumes** full days up to the last one handed in, and that a window and the one before it are alike but for what happened. **Misleads** across sales,
//! holidays and seasons, which a comparison with the period before takes for news (each definition says so in its doubt); where days hang together, which makes it
//! too sure; and where a target is wrong, which makes it surely wrong.

mod because;
mod cascade;
mod figure;
mod judge;
mod needs;
mod observed;
mod told;
mod trend;
mod wording;

pub use because::CannotTell;
pub use needs::{Need, assemble, needs};
pub use observed::Observed;
pub use told::{ContextFigure, Insight};

use compact_str::CompactString;
use judge::Judge;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use trimtab_domain::{
    Source, Timestamp,
    finding::{EntityRef, Level, Severity},
    graph::{BlastSettings, Graph, InsightDefinition},
    insight::{InsightState, Suppression},
};

#[cfg(doc)]
use trimtab_domain::finding::Finding;

/// How sure, how much, how often.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Insights less sure than this are not said.
    pub least_confidence: f64,
    /// The same for what another insight leads one to expect.
    pub cascade_confidence: f64,
    /// Steps of a cascade.
    pub cascade_depth: usize,
    /// Objects one definition is said of at once.
    pub most_at_once: usize,
    /// The share of a window's days that must have figures.
    pub coverage: f64,
    /// The last days left out of insights on figures that come late, where they are provisional.
    pub unripe_days: usize,
    /// Days asked for at least, so that it is known how far metrics usually move.
    pub past_days: u16,
    /// How far blast radii go.
    pub blast: BlastSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            least_confidence: 0.9,
            cascade_confidence: 0.7,
            cascade_depth: 3,
            most_at_once: 5,
            coverage: 0.7,
            unripe_days: 3,
            past_days: 126,
            blast: BlastSettings::default(),
        }
    }
}

/// When it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// The instant.
    pub at: Timestamp,
    /// When the client's day began.
    pub day_began: Timestamp,
}

/// Which insight about which object: what its state is kept by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// The definition.
    pub definition: CompactString,
    /// The object's level.
    pub level: Level,
    /// Where it lives.
    pub source: Option<Source>,
    /// Its account.
    pub account: CompactString,
    /// Its id.
    pub id: CompactString,
}

impl Key {
    /// The key of a definition about an object.
    #[must_use]
    pub fn of(definition: &str, entity: &EntityRef) -> Self {
        let EntityRef { level, source, account, id, .. } = entity.clone();
        Self { definition: definition.into(), level, source, account, id }
    }
}

/// What became of a definition about an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Which.
    pub key: Key,
    /// The object.
    pub entity: EntityRef,
    /// What became of it.
    pub outcome: Outcome,
    /// Its state from now on.
    pub state: InsightState,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is said, anew.
    Shown(Box<Insight>),
    /// The figures are not so. What was shown is over.
    NotSo,
    /// The figures are so, but might be by chance.
    Chance {
        /// How sure.
        confidence: f64,
    },
    /// There is too little to judge by; what is shown stays.
    Kept(CannotTell),
    /// There is too little to judge by, and nothing is shown.
    CannotTell(CannotTell),
    /// It is so and not said.
    Suppressed(Suppression),
}

/// What became of all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// One verdict for each definition and each object of its scope.
    pub verdicts: Vec<Verdict>,
    /// Definitions that could be judged for nobody, and why.
    pub unanswered: Vec<(CompactString, CannotTell)>,
}

impl Evaluation {
    /// What is said.
    pub fn shown(&self) -> impl Iterator<Item = &Insight> {
        self.verdicts.iter().filter_map(|verdict| match &verdict.outcome {
            Outcome::Shown(insight) => Some(&**insight),
            _ => None,
        })
    }
}

/// A definition about an object, on its way through the pipeline.
#[derive(Debug, Clone, PartialEq)]
struct Candidate<'a> {
    definition: &'a InsightDefinition,
    observed: &'a Observed,
    judged: Result<bool, CannotTell>,
    /// How likely by chance.
    chance: f64,
    confidence: f64,
    /// Whether it is sure enough to be said.
    sure: bool,
    /// The candidate it follows from, by place.
    because_of: Option<usize>,
}

/// Judges every insight of a graph for every object.
#[must_use]
pub fn evaluate(
    graph: &Graph,
    observed: &[Observed],
    states: &BTreeMap<Key, InsightState>,
    now: Now,
    settings: &Settings,
) -> Evaluation {
    let mut candidates: Vec<Candidate<'_>> = Vec::new();
    let mut unanswered = Vec::new();
    for definition in graph.insights() {
        let found = judge_all(graph, definition, observed, settings);
        if found.iter().all(|candidate| candidate.judged.is_err()) {
            let why = found.iter().find_map(|candidate| candidate.judged.clone().err()).unwrap_or(CannotTell::NoObjects);
            unanswered.push((definition.id.clone(), why));
        }
        candidates.extend(found);
    }
    cascade::follow(&mut candidates, settings);
    let said = Said { graph, candidates: &candidates, states, now, settings };
    Evaluation { verdicts: said.verdicts(), unanswered }
}

fn judge_all<'a>(
    graph: &Graph,
    definition: &'a InsightDefinition,
    observed: &'a [Observed],
    settings: &Settings,
) -> Vec<Candidate<'a>> {
    let of_scope = observed.iter().filter(|observed| observed.entity.level == definition.scope);
    let mut candidates: Vec<Candidate<'a>> = of_scope
        .map(|observed| {
            let judged = Judge::of(graph, observed, definition, settings).and_then(|judge| {
                judge.enough(definition)?;
                judge.condition(&definition.trigger)
            });
            let chance = judged.as_ref().ok().and_then(|judged| judged.chance).unwrap_or(1.0);
            let judged = judged.map(|judged| judged.holds);
            Candidate { definition, observed, judged, chance, confidence: 0.0, sure: false, because_of: None }
        })
        .collect();
    let judged: Vec<usize> = (0..candidates.len()).filter(|place| candidates[*place].judged.is_ok()).collect();
    let chances: Vec<f64> = judged.iter().map(|place| candidates[*place].chance).collect();
    for (place, share) in judged.into_iter().zip(crate::odds::false_shares(&chances)) {
        let candidate = &mut candidates[place];
        candidate.confidence = (1.0 - share).clamp(0.0, 1.0);
        candidate.sure = candidate.judged == Ok(true) && candidate.confidence >= settings.least_confidence;
    }
    candidates
}

/// The last part of the pipeline: what may be said, is said.
struct Said<'a> {
    graph: &'a Graph,
    candidates: &'a [Candidate<'a>],
    states: &'a BTreeMap<Key, InsightState>,
    now: Now,
    settings: &'a Settings,
}

impl Said<'_> {
    fn verdicts(&self) -> Vec<Verdict> {
        let crowded = self.crowded();
        let one = |(place, candidate): (usize, &Candidate<'_>)| {
            let key = Key::of(&candidate.definition.id, &candidate.observed.entity);
            let state = self.states.get(&key).cloned().unwrap_or_default();
            let (outcome, state) = self.outcome(place, &state, crowded.contains_key(&place));
            Verdict { key, entity: candidate.observed.entity.clone(), outcome, state }
        };
        self.candidates.iter().enumerate().map(one).collect()
    }

    fn outcome(&self, place: usize, state: &InsightState, crowded: bool) -> (Outcome, InsightState) {
        let candidate = &self.candidates[place];
        match &candidate.judged {
            Err(why) if state.shown_at.is_some() => return (Outcome::Kept(why.clone()), state.clone()),
            Err(why) => return (Outcome::CannotTell(why.clone()), state.clone()),
            Ok(false) => return (Outcome::NotSo, state.ended()),
            Ok(true) if !candidate.sure => return (Outcome::Chance { confidence: candidate.confidence }, state.ended()),
            Ok(true) => {}
        }
        let judge = match Judge::of(self.graph, candidate.observed, candidate.definition, self.settings) {
            Ok(judge) => judge,
            Err(why) => return (Outcome::CannotTell(why), state.clone()),
        };
        let severity = self.severity(candidate, &judge);
        if let Some(why) = state.suppression(self.now.at, self.now.day_began, severity) {
            return (Outcome::Suppressed(why), state.clone());
        }
        if crowded {
            return (Outcome::Suppressed(Suppression::TooMany), state.clone());
        }
        let state = state.shown(self.now.at, candidate.observed.day(judge.windows.now.start));
        let telling =
            told::Telling { graph: self.graph, candidates: self.candidates, place, judge: &judge, severity, began: state.began };
        match telling.insight(self.settings) {
            Ok(insight) => (Outcome::Shown(Box::new(insight)), state),
            Err(why) => (Outcome::CannotTell(why), state.ended()),
        }
    }

    fn severity(&self, candidate: &Candidate<'_>, judge: &Judge<'_>) -> Severity {
        let critical = candidate.definition.critical.as_ref().and_then(|condition| judge.condition(condition).ok());
        let worse = critical.is_some_and(|judged| {
            judged.holds && judged.chance.is_none_or(|chance| 1.0 - chance >= self.settings.least_confidence)
        });
        if worse { Severity::Critical } else { candidate.definition.severity }
    }

    /// Candidates beyond the most a definition is said of at once.
    fn crowded(&self) -> HashMap<usize, ()> {
        let mut by_definition: HashMap<&str, Vec<usize>> = HashMap::new();
        for (place, candidate) in self.candidates.iter().enumerate().filter(|(_, candidate)| candidate.sure) {
            by_definition.entry(&candidate.definition.id).or_default().push(place);
        }
        let weight = |place: &usize| {
            let candidate = &self.candidates[*place];
            let key = Key::of(&candidate.definition.id, &candidate.observed.entity);
            let state = self.states.get(&key);
            let hidden = state.is_some_and(|state| {
                state
                    .suppression(self.now.at, self.now.day_began, Severity::Critical)
                    .is_some_and(|why| why != Suppression::Refreshed)
            });
            let days = candidate.observed.days();
            let spend =
                candidate.observed.sum("spend", &(days.saturating_sub(candidate.definition.days.into())..days)).unwrap_or(0.0);
            // What is hidden takes nobody's place.
            (hidden, state.is_none_or(|state| state.shown_at.is_none()), -spend)
        };
        let mut crowded = HashMap::new();
        for mut places in by_definition.into_values() {
            places.sort_by(|a, b| {
                let (a, b) = (weight(a), weight(b));
                (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2))
            });
            crowded.extend(places.into_iter().skip(self.settings.most_at_once).map(|place| (place, ())));
        }
        crowded
    }
}

#[cfg(test)]
mod tests;
