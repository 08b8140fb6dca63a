//! An insight as it is told: the finding, its evidence, its blast radius, its actions, what it follows from and what may follow.

use super::{
    Candidate, CannotTell, Key, Settings,
    cascade::related,
    figure::{Computed, Figure, drivers},
    judge::{Judge, change},
    wording,
};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use trimtab_domain::{
    Day,
    finding::{Cause, Contribution, ContributionPart, Evidence, Finding, FindingKind, Level, Severity},
    graph::{BlastRadius, Category, Graph, InsightDefinition, Rule, Template},
    query::Dimension,
};

/// Standard deviations that hold four in five.
const FOUR_IN_FIVE: f64 = 1.2816;

/// What is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Insight {
    /// The definition's id.
    pub definition: CompactString,
    /// The name people see.
    pub name: String,
    /// What it is about.
    pub category: Category,
    /// It as a finding.
    pub finding: Finding,
    /// What else moves with its metric; `None` where its change is no percentage.
    pub blast_radius: Option<BlastRadius>,
    /// Its metrics, now and before.
    pub context: Vec<ContextFigure>,
    /// What to do, by the ids of the graph's actions.
    pub actions: Vec<CompactString>,
    /// Where to look on.
    pub dashboards: Vec<CompactString>,
    /// What it follows from.
    pub because_of: Option<Key>,
    /// Insights that often follow and do not hold yet.
    pub may_follow: Vec<CompactString>,
}

/// A metric beside the one an insight is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContextFigure {
    /// Which.
    pub metric: CompactString,
    /// Over the window.
    pub now: Option<f64>,
    /// Over as many days before.
    pub before: Option<f64>,
    /// The change in percent, windows made equally full.
    pub change: Option<f64>,
}

/// What it takes to tell one.
pub(super) struct Telling<'a> {
    pub(super) graph: &'a Graph,
    pub(super) candidates: &'a [Candidate<'a>],
    pub(super) place: usize,
    pub(super) judge: &'a Judge<'a>,
    pub(super) severity: Severity,
    pub(super) began: Option<Day>,
}

/// The metric an insight is about: what it is and what it should have been.
struct Subject {
    now: Figure,
    before: Option<Figure>,
    expected: Option<f64>,
    interval: Option<(f64, f64)>,
    /// Away from what is expected, in percent.
    off: Option<f64>,
}

impl Telling<'_> {
    pub(super) fn insight(&self, settings: &Settings) -> Result<Insight, CannotTell> {
        let candidate = &self.candidates[self.place];
        let definition = candidate.definition;
        let subject = self.subject(definition)?;
        let blast_radius = subject.off.and_then(|off| self.graph.blast_radius(&definition.metric, off, settings.blast));
        let because_of = candidate.because_of.map(|place| &self.candidates[place]);
        Ok(Insight {
            definition: definition.id.clone(),
            name: definition.name.clone(),
            category: definition.category,
            finding: self.finding(candidate, &subject),
            blast_radius,
            context: definition.metrics().iter().map(|metric| self.context(metric)).collect(),
            actions: definition.actions.clone(),
            dashboards: definition.dashboards.clone(),
            because_of: because_of.map(|cause| Key::of(&cause.definition.id, &cause.observed.entity)),
            may_follow: self.may_follow(candidate),
        })
    }

    fn subject(&self, definition: &InsightDefinition) -> Result<Subject, CannotTell> {
        let (judge, metric) = (self.judge, definition.metric.as_str());
        let now = judge.figure(metric, &judge.windows.now)?;
        let before = judge.before().and_then(|window| judge.figure(metric, &window)).ok();
        let tests = definition.trigger.tests();
        let rule = tests.iter().find(|test| !test.guard && test.metric == metric).map(|test| test.rule);
        if let Some(Rule::Absolute(_, bound)) = rule {
            let bound = judge.bound(metric, bound)?;
            let off = (now.value / bound - 1.0) * 100.0;
            let off = (bound > 0.0 && off.is_finite()).then_some(off);
            return Ok(Subject { now, before, expected: Some(bound), interval: None, off });
        }
        let spread = before.as_ref().map(|before| FOUR_IN_FIVE * (before.variance + now.variance).sqrt());
        let expected = before.as_ref().map(|before| before.shown);
        let interval = expected.zip(spread).filter(|(_, spread)| spread.is_finite());
        let interval = interval.map(|(expected, spread)| (expected - spread, expected + spread));
        let off = before.as_ref().and_then(|before| change(before, &now));
        Ok(Subject { now, before, expected, interval, off })
    }

    fn finding(&self, candidate: &Candidate<'_>, subject: &Subject) -> Finding {
        let (definition, observed) = (candidate.definition, candidate.observed);
        let window = &self.judge.windows.now;
        let (start, to) = (observed.day(window.start), observed.day(window.end - 1));
        let from = self.began.unwrap_or(start).min(start);
        let metric = definition.metric.as_str();
        let contributions = self.contributions(metric, subject);
        let fill = |template: &Template| wording::fill(template, definition, self.judge);
        let mut detail = fill(&definition.detail);
        if let Some(driver) = self.driver(metric, &contributions, subject) {
            detail.push(' ');
            detail.push_str(&driver);
        }
        Finding {
            id: Finding::id_of(FindingKind::Insight, &definition.id, &observed.entity, Some(metric), from),
            kind: FindingKind::Insight,
            rule: definition.id.clone(),
            severity: self.severity,
            entity: observed.entity.clone(),
            metric: Some(definition.metric.clone()),
            from,
            to,
            ongoing: true,
            value: Some(subject.now.shown),
            expected: subject.expected,
            interval: subject.interval,
            currency: observed.currency,
            confidence: candidate.confidence,
            headline: fill(&definition.headline),
            detail,
            cause: candidate.because_of.map(|place| self.cause(place)),
            contributions,
            doubt: self.doubt(fill(&definition.doubt)),
            actions: self.actions(definition),
            evidence: self.evidence(definition),
            source_hash: observed.source_hash.clone(),
        }
    }

    fn cause(&self, place: usize) -> Cause {
        let cause = &self.candidates[place];
        let (name, of) = (&cause.definition.name, &cause.observed.entity.name);
        let text = format!("It goes with this insight: {name} ({of}).");
        Cause { kind: cause.definition.id.clone(), text, confidence: cause.confidence, events: Vec::new() }
    }

    fn contributions(&self, metric: &str, subject: &Subject) -> Vec<Contribution> {
        let moved = || {
            let before = subject.before.as_ref()?;
            let parts = drivers(&Computed::of(metric, self.judge.observed).ok()?, before, &subject.now)?;
            Some((subject.now.value - before.value, parts))
        };
        let Some((whole, parts)) = moved().filter(|(whole, _)| whole.is_normal()) else { return Vec::new() };
        let part =
            |(id, change): (CompactString, f64)| Contribution { part: ContributionPart::Metric(id), change, share: change / whole };
        let mut all: Vec<Contribution> = parts.into_iter().map(part).filter(|part| part.share.is_finite()).collect();
        all.sort_by(|a, b| b.share.abs().total_cmp(&a.share.abs()));
        all
    }

    /// The sentence on what moved the metric most, where it moved beyond its noise.
    fn driver(&self, metric: &str, contributions: &[Contribution], subject: &Subject) -> Option<String> {
        let most = contributions.iter().find(|part| part.share > 0.0)?;
        let ContributionPart::Metric(id) = &most.part else { return None };
        let before = subject.before.as_ref()?;
        let clear = (subject.now.value - before.value).abs() > FOUR_IN_FIVE * (before.variance + subject.now.variance).sqrt();
        clear.then(|| wording::driver(metric, id, most.share, self.context(id).change))
    }

    fn doubt(&self, mut doubt: String) -> String {
        let provisional = self.judge.observed.provisional_days(&self.judge.windows.now);
        if provisional > 0 {
            doubt.push_str(&format!(" {} of these may still grow.", wording::days(provisional)));
        }
        doubt
    }

    fn actions(&self, definition: &InsightDefinition) -> Vec<String> {
        let known = definition.actions.iter().filter_map(|id| self.graph.action(id));
        known.map(|action| format!("{}: {}", action.name, action.steps.join(" "))).collect()
    }

    fn context(&self, metric: &str) -> ContextFigure {
        let now = self.judge.figure(metric, &self.judge.windows.now).ok();
        let before = self.judge.before().and_then(|window| self.judge.figure(metric, &window)).ok();
        let change = before.as_ref().zip(now.as_ref()).and_then(|(before, now)| change(before, now));
        ContextFigure { metric: metric.into(), now: now.map(|f| f.shown), before: before.map(|f| f.shown), change }
    }

    fn may_follow(&self, candidate: &Candidate<'_>) -> Vec<CompactString> {
        let holds = |id: &CompactString| {
            self.candidates.iter().any(|other| {
                other.sure && other.definition.id == *id && related(&candidate.observed.entity, &other.observed.entity)
            })
        };
        candidate.definition.cascades_to.iter().filter(|id| !holds(id)).cloned().collect()
    }

    fn evidence(&self, definition: &InsightDefinition) -> Vec<Evidence> {
        let (judge, observed) = (self.judge, self.judge.observed);
        let trend = definition
            .trigger
            .tests()
            .iter()
            .filter_map(|test| match test.rule {
                Rule::Trend { days, .. } => Some(usize::from(days)),
                _ => None,
            })
            .max();
        let (start, end) = (judge.windows.now.start, judge.windows.now.end);
        let start = trend.and_then(|days| end.checked_sub(days)).map_or(start, |from| from.min(start));
        let evidence = |shows: &str, metrics: Vec<CompactString>, by: Dimension| Evidence {
            shows: shows.to_owned(),
            metrics,
            by: vec![CompactString::const_new(by.as_str())],
            filter: crate::words::filter(&observed.entity),
            from: observed.day(start),
            to: observed.day(end - 1),
            compare: Some(CompactString::const_new("previous")),
            currency: observed.currency,
        };
        let by_day = evidence("The same figures day by day, beside the days before", definition.metrics(), Dimension::Date);
        let by_part = |by: &Dimension, metrics: Vec<CompactString>| {
            let found = evidence(&format!("Where it happened, by {}", by.as_str().replace('_', " ")), metrics, *by);
            (!found.metrics.is_empty() && found.query().is_ok()).then_some(found)
        };
        let alone = |by: &Dimension| {
            let metrics = definition.metrics().into_iter();
            by_part(by, metrics.filter(|metric| by_part(by, vec![metric.clone()]).is_some()).collect())
        };
        let ways = parts(definition.scope).iter();
        let of_parts = ways.clone().find_map(|by| by_part(by, definition.metrics()));
        let of_parts = of_parts.or_else(|| ways.clone().find_map(|by| by_part(by, vec![definition.metric.clone()])));
        // Of figures over several sources, at least those of one.
        let of_parts = of_parts.or_else(|| ways.clone().find_map(alone));
        [by_day].into_iter().chain(of_parts).collect()
    }
}

/// What an object of a level is taken apart by, the most telling first; the first that the metrics have is taken.
const fn parts(scope: Level) -> &'static [Dimension] {
    match scope {
        Level::Tenant => &[Dimension::Platform, Dimension::Channel, Dimension::Campaign, Dimension::Customer, Dimension::Account],
        Level::Platform => &[Dimension::Campaign, Dimension::UtmCampaign, Dimension::Account],
        Level::Account => &[Dimension::Campaign, Dimension::Channel, Dimension::UtmCampaign],
        _ => &[Dimension::Ad],
    }
}
