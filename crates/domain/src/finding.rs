//! What analysis notices: one shape for everything from an anomaly to an insight.
//!
//! A finding says what, where, when, how sure it is, why, what would change its mind, and by which metric queries anybody can see the
//! same. Figures are in the metric's unit (`Money` in whole units of `currency`, `Percent` in hundredths).

use crate::{Currency, Day, DayRange, Source, metric::Registry, query};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Which analysis noticed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// Figures that are not what their own past leads one to expect.
    Anomaly,
    /// A stage of the way to a sale that loses more people than it should.
    Funnel,
    /// A budget that will not come out.
    Pacing,
    /// A creative that people have seen too often.
    Fatigue,
    /// Something that was always so and can be used.
    Pattern,
    /// What costs an account points of its score.
    Score,
    /// A pixel that does not tell all.
    Pixel,
    /// A named condition with actions.
    Insight,
}

impl FindingKind {
    /// Every kind.
    pub const ALL: [Self; 8] =
        [Self::Anomaly, Self::Funnel, Self::Pacing, Self::Fatigue, Self::Pattern, Self::Score, Self::Pixel, Self::Insight];

    /// The name in tables and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anomaly => "anomaly",
            Self::Funnel => "funnel",
            Self::Pacing => "pacing",
            Self::Fatigue => "fatigue",
            Self::Pattern => "pattern",
            Self::Score => "score",
            Self::Pixel => "pixel",
            Self::Insight => "insight",
        }
    }
}

impl FromStr for FindingKind {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        named(text, &Self::ALL, Self::as_str)
    }
}

/// Text that names nothing of its sort.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("'{given}' is not known here: use one of {known}")]
pub struct UnknownName {
    given: String,
    known: String,
}

fn named<T: Copy>(text: &str, all: &[T], name: fn(T) -> &'static str) -> Result<T, UnknownName> {
    let known = || all.iter().map(|one| name(*one)).collect::<Vec<_>>().join(", ");
    all.iter().copied().find(|one| name(*one) == text).ok_or_else(|| UnknownName { given: text.to_owned(), known: known() })
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Somebody should look within days.
    Warning,
    /// It costs money now.
    Critical,
}

impl Severity {
    /// Every severity, the least first.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Critical];

    /// The name in tables and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

impl FromStr for Severity {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        named(text, &Self::ALL, Self::as_str)
    }
}

/// How far up or down something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Everything a client has.
    Tenant,
    /// Everything on one platform.
    Platform,
    /// An account.
    Account,
    /// A campaign.
    Campaign,
    /// An ad group.
    AdGroup,
    /// An ad.
    Ad,
    /// What an ad shows.
    Creative,
    /// A pixel.
    Pixel,
}

impl FromStr for Level {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        named(text, &Self::ALL, Self::as_str)
    }
}

impl Level {
    /// Every level, from the top down.
    pub const ALL: [Self; 8] =
        [Self::Tenant, Self::Platform, Self::Account, Self::Campaign, Self::AdGroup, Self::Ad, Self::Creative, Self::Pixel];

    /// The name in tables and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Platform => "platform",
            Self::Account => "account",
            Self::Campaign => "campaign",
            Self::AdGroup => "ad_group",
            Self::Ad => "ad",
            Self::Creative => "creative",
            Self::Pixel => "pixel",
        }
    }
}

/// What something is said of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntityRef {
    /// How far up or down it is.
    pub level: Level,
    /// Where it lives; `None` above platforms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The account it belongs to, by the platform's id; empty above accounts.
    #[serde(default, skip_serializing_if = "CompactString::is_empty")]
    pub account: CompactString,
    /// Its id.
    pub id: CompactString,
    /// What people call it.
    pub name: CompactString,
}

/// What happened to an object, as its source's own records or two readings of it tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// Its budget per day or life changed.
    Budget,
    /// It was switched on or off.
    Status,
    /// The platform refused it.
    Disapproved,
    /// It went back to learning.
    Learning,
    /// It was made.
    Created,
    /// Its bid, audience or anything else changed.
    Edited,
    /// The connection to its source stopped working.
    Connection,
}

/// Something known to have happened, which may explain what figures do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KnownEvent {
    /// The day, in the account's zone.
    pub day: Day,
    /// To what.
    pub entity: EntityRef,
    /// What.
    pub kind: EventKind,
    /// What was there before, as people read it; empty where unknown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub before: String,
    /// What is there since.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub after: String,
    /// After over before, where both are amounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
    /// Who did it, where the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

impl KnownEvent {
    /// The same for the same event however often it is told.
    #[must_use]
    pub fn digest(&self) -> String {
        let factor = self.factor.map_or_else(String::new, |factor| factor.to_string());
        let (day, kind) = (self.day.to_string(), format!("{:?}", self.kind));
        let by = self.by.as_deref().unwrap_or_default();
        digest([&day, &kind, self.entity.level.as_str(), &self.entity.id, &self.before, &self.after, &factor, by])
    }
}

/// FNV-1a of texts, in 128 bits: tells apart, and keeps nothing secret.
fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128;
    for byte in parts.into_iter().flat_map(|part| part.bytes().chain([0x1f])) {
        hash = (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    format!("{hash:032x}")
}

/// Why, as far as figures and events tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cause {
    /// One word for it: `tracking_loss`, `budget_raised` …
    pub kind: CompactString,
    /// The same as a sentence.
    pub text: String,
    /// How sure, 0 to 1, computed.
    pub confidence: f64,
    /// What is known to have happened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<KnownEvent>,
}

/// What a part did to the whole's move.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// Which part: an object, or a factor of the metric (its id).
    pub part: ContributionPart,
    /// By how much it moved the metric, in the metric's unit.
    pub change: f64,
    /// Its share of the whole move; parts that pull the other way have a negative one.
    pub share: f64,
}

/// A part of a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContributionPart {
    /// An object.
    Entity(EntityRef),
    /// A factor: volume, rate or price, by its metric.
    Metric(CompactString),
}

/// A metric query that shows what a finding rests on, in the query's text forms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// What one sees there.
    pub shows: String,
    /// Metric ids.
    pub metrics: Vec<CompactString>,
    /// Dimensions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<CompactString>,
    /// Conditions; empty: none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub filter: String,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// The period compared with, in text form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare: Option<CompactString>,
    /// Currency to show amounts in; `None`: the accounts' own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
}

impl Evidence {
    /// The query it stands for.
    ///
    /// # Errors
    /// When it is none, which is an error of whoever wrote the finding.
    pub fn query(&self) -> Result<query::MetricQuery, query::QueryError> {
        let (from, to) = (self.from.min(self.to), self.from.max(self.to));
        let period = DayRange::new(from, to).unwrap_or_else(|_| DayRange::single(to));
        let parts = query::QueryParts {
            metrics: self.metrics.iter().map(ToString::to_string).collect(),
            dimensions: self.by.iter().map(|d| query::Dimension::from_str(d)).collect::<Result<_, _>>()?,
            filters: query::filter::parse(&self.filter)?,
            compare: self.compare.as_deref().map(str::parse).transpose()?,
            currency: self.currency,
            ..query::QueryParts::default()
        };
        query::MetricQuery::new(period, parts)
    }
}

/// Something analysis noticed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The same for the same trouble however often it is looked for.
    pub id: String,
    /// Which analysis noticed it.
    pub kind: FindingKind,
    /// Which of its rules, detectors or definitions.
    pub rule: CompactString,
    /// How much it matters.
    pub severity: Severity,
    /// What it is said of.
    pub entity: EntityRef,
    /// The metric it is about, by its id; `None` where it is about none alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<CompactString>,
    /// First day it shows, in the account's zone.
    pub from: Day,
    /// Last day it shows.
    pub to: Day,
    /// Whether it shows on the last day there are figures of.
    pub ongoing: bool,
    /// What the metric was over those days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// What it should have been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<f64>,
    /// What it would have been anything between, four times in five.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<(f64, f64)>,
    /// Currency of the amounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// How sure, 0 to 1, computed from the figures at hand.
    pub confidence: f64,
    /// It in a line.
    pub headline: String,
    /// It in a few sentences, with the figures.
    pub detail: String,
    /// Why, as far as can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// What moved it, most first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contributions: Vec<Contribution>,
    /// What would show that it is wrong.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doubt: String,
    /// What to do, first things first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<String>,
    /// Queries that show it.
    pub evidence: Vec<Evidence>,
    /// Hash of the figures it was found in; set by who read them.
    #[serde(default)]
    pub source_hash: String,
}

impl Finding {
    /// An id from what makes a finding the same one: its rule, its object, its metric and the day it began.
    #[must_use]
    pub fn id_of(kind: FindingKind, rule: &str, entity: &EntityRef, metric: Option<&str>, from: Day) -> String {
        let (source, from) = (entity.source.map_or("", Source::as_str), from.to_string());
        let parts = [kind.as_str(), rule, source, &entity.account, entity.level.as_str(), &entity.id, metric.unwrap_or(""), &from];
        format!("fnd_{}", digest(parts))
    }

    /// What is wrong with it as a finding; `None`: nothing. Whoever makes findings holds them against this in tests.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let finite = |v: &Option<f64>| v.is_none_or(f64::is_finite);
        if !(0.0..=1.0).contains(&self.confidence) {
            return Some(format!("confidence {} is not between 0 and 1", self.confidence));
        }
        if self.from > self.to || !finite(&self.value) || !finite(&self.expected) {
            return Some("days or figures are impossible".to_owned());
        }
        if let Some(unknown) = self.metric.as_deref().and_then(|id| Registry::builtin().get(id).err()) {
            return Some(unknown.to_string());
        }
        if self.evidence.is_empty() {
            return Some("there is no evidence".to_owned());
        }
        self.evidence.iter().find_map(|evidence| evidence.query().err()).map(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn campaign() -> EntityRef {
        EntityRef {
            level: Level::Campaign,
            source: Some(Source::Meta),
            account: "1".into(),
            id: "12".into(),
            name: "Spring".into(),
        }
    }

    fn finding() -> Finding {
        let (from, to) = (date(2026, 3, 1), date(2026, 3, 4));
        Finding {
            id: Finding::id_of(FindingKind::Anomaly, "cpm_shock", &campaign(), Some("cpm"), from),
            kind: FindingKind::Anomaly,
            rule: "cpm_shock".into(),
            severity: Severity::Warning,
            entity: campaign(),
            metric: Some("cpm".into()),
            from,
            to,
            ongoing: false,
            value: Some(12.5),
            expected: Some(7.0),
            interval: Some((6.0, 8.1)),
            currency: Some("EUR".parse().unwrap()),
            confidence: 0.9,
            headline: "The auction got dearer".to_owned(),
            detail: String::new(),
            cause: None,
            contributions: vec![],
            doubt: String::new(),
            actions: vec![],
            evidence: vec![Evidence {
                shows: "CPM by day".to_owned(),
                metrics: vec!["cpm".into()],
                by: vec!["date".into()],
                filter: "campaign = \"12\"".to_owned(),
                from,
                to,
                compare: Some("previous".into()),
                currency: None,
            }],
            source_hash: String::new(),
        }
    }

    #[test]
    fn evidence_is_a_query() {
        assert_eq!(finding().fault(), None);
        let mut wrong = finding();
        wrong.evidence[0].metrics[0] = "ctx".into();
        assert_eq!(wrong.fault().unwrap(), "'ctx' is not a metric: did you mean ctr?");
        wrong = finding();
        wrong.confidence = f64::NAN;
        assert!(wrong.fault().is_some());
    }

    #[test]
    fn ids_tell_findings_apart_and_stay() {
        let id = |from, metric| Finding::id_of(FindingKind::Anomaly, "level", &campaign(), metric, from);
        assert_eq!(id(date(2026, 3, 1), Some("cpm")), id(date(2026, 3, 1), Some("cpm")));
        assert_ne!(id(date(2026, 3, 1), Some("cpm")), id(date(2026, 3, 2), Some("cpm")));
        assert_ne!(id(date(2026, 3, 1), Some("cpm")), id(date(2026, 3, 1), None));
    }
}
