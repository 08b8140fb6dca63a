//! Findings and budgets.

use serde::Serialize;
use trimtab_domain::{
    Timestamp,
    finding::{Cause, Contribution, ContributionPart, EntityRef, Evidence, FindingKind, KnownEvent, Severity},
    metric::{Registry, Unit},
    money::decimal,
};
use trimtab_engine::{Budget, KeptFinding};
use utoipa::ToSchema;

/// A figure: decimal text where it is an amount, a number else.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum FindingFigure {
    /// An amount in the finding's currency.
    Money(String),
    /// Anything else, in the metric's unit.
    Number(f64),
}

impl FindingFigure {
    fn of(value: f64, unit: Option<Unit>) -> Self {
        match unit {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "rounded to cents, and saturating is right for what no account spends"
            )]
            Some(Unit::Money) => Self::Money(decimal(((value * 100.0).round() as i64).saturating_mul(10_000))),
            _ => Self::Number(value),
        }
    }
}

impl std::fmt::Display for FindingFigure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Money(amount) => f.write_str(amount),
            Self::Number(number) => write!(f, "{number:.2}"),
        }
    }
}

/// What something is said of.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntityShape {
    /// `tenant`, `platform`, `account`, `campaign`, `ad_group`, `ad`, `creative` or `pixel`.
    pub level: &'static str,
    /// Where it lives; `null` above platforms.
    pub source: Option<&'static str>,
    /// The account it belongs to; `null` above accounts.
    pub account: Option<String>,
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
}

impl From<&EntityRef> for EntityShape {
    fn from(entity: &EntityRef) -> Self {
        Self {
            level: entity.level.as_str(),
            source: entity.source.map(|source| source.as_str()),
            account: (!entity.account.is_empty()).then(|| entity.account.to_string()),
            id: entity.id.to_string(),
            name: entity.name.to_string(),
        }
    }
}

/// Something known to have happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct KnownEventShape {
    /// The day, in the account's zone.
    pub day: String,
    /// To what.
    pub entity: EntityShape,
    /// `budget`, `status`, `disapproved`, `learning`, `created`, `edited` or `connection`.
    #[schema(value_type = String)]
    pub kind: trimtab_domain::finding::EventKind,
    /// What was there before; may be empty.
    pub before: String,
    /// What is there since.
    pub after: String,
    /// After over before, where both are amounts.
    pub factor: Option<f64>,
    /// Who did it, where the source says.
    pub by: Option<String>,
}

impl From<&KnownEvent> for KnownEventShape {
    fn from(event: &KnownEvent) -> Self {
        Self {
            day: event.day.to_string(),
            entity: (&event.entity).into(),
            kind: event.kind,
            before: event.before.clone(),
            after: event.after.clone(),
            factor: event.factor,
            by: event.by.clone(),
        }
    }
}

/// Why, as far as can be told.
#[derive(Debug, Serialize, ToSchema)]
pub struct CauseShape {
    /// One word for it.
    pub kind: String,
    /// The same as a sentence.
    pub text: String,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// What is known to have happened.
    pub events: Vec<KnownEventShape>,
}

impl From<&Cause> for CauseShape {
    fn from(cause: &Cause) -> Self {
        Self {
            kind: cause.kind.to_string(),
            text: cause.text.clone(),
            confidence: cause.confidence,
            events: cause.events.iter().map(Into::into).collect(),
        }
    }
}

/// What a part did to the whole's move: an object, or a factor of the metric.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContributionShape {
    /// The object; `null` where the part is a factor.
    pub entity: Option<EntityShape>,
    /// The factor's metric; `null` where the part is an object.
    pub metric: Option<String>,
    /// What people call the part.
    pub name: String,
    /// By how much it moved the metric.
    pub change: FindingFigure,
    /// Its share of the whole move, 1 being all of it; parts that pull the other way have a negative one.
    pub share: f64,
}

impl ContributionShape {
    fn of(contribution: &Contribution, unit: Option<Unit>) -> Self {
        let (entity, metric, name) = match &contribution.part {
            ContributionPart::Entity(entity) => (Some(EntityShape::from(entity)), None, entity.name.to_string()),
            ContributionPart::Metric(id) => {
                let name = Registry::builtin().get(id).map_or_else(|_| id.to_string(), |metric| metric.name.clone());
                (None, Some(id.to_string()), name)
            }
        };
        Self { entity, metric, name, change: FindingFigure::of(contribution.change, unit), share: contribution.share }
    }
}

/// A metric query that shows what a finding rests on; its fields are those of `query`.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceShape {
    /// What one sees there.
    pub shows: String,
    /// Metric ids.
    pub metrics: Vec<String>,
    /// Dimensions.
    pub by: Vec<String>,
    /// Conditions.
    pub r#where: Option<String>,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// The period compared with.
    pub compare: Option<String>,
    /// Currency to show amounts in.
    pub currency: Option<String>,
}

impl From<&Evidence> for EvidenceShape {
    fn from(evidence: &Evidence) -> Self {
        Self {
            shows: evidence.shows.clone(),
            metrics: evidence.metrics.iter().map(ToString::to_string).collect(),
            by: evidence.by.iter().map(ToString::to_string).collect(),
            r#where: (!evidence.filter.is_empty()).then(|| evidence.filter.clone()),
            from: evidence.from.to_string(),
            to: evidence.to.to_string(),
            compare: evidence.compare.as_ref().map(ToString::to_string),
            currency: evidence.currency.map(|currency| currency.to_string()),
        }
    }
}

/// Whether a finding shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingState {
    /// It shows.
    Open,
    /// Somebody put it away for good.
    Dismissed,
    /// Somebody put it away for a while.
    Snoozed,
    /// It was looked for again and no longer found.
    Gone,
}

/// Something analysis noticed.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingShape {
    /// The same for the same trouble however often it is looked for.
    pub id: String,
    /// `anomaly`, `funnel`, `pacing`, `fatigue`, `pattern`, `score`, `pixel` or `insight`.
    #[schema(value_type = String)]
    pub kind: FindingKind,
    /// Which rule, detector or definition noticed it.
    pub rule: String,
    /// `info`, `warning` or `critical`.
    #[schema(value_type = String)]
    pub severity: Severity,
    /// Whether it shows.
    pub state: FindingState,
    /// What it is said of.
    pub entity: EntityShape,
    /// The metric it is about.
    pub metric: Option<String>,
    /// What people call that.
    pub metric_name: Option<String>,
    /// `count`, `number`, `money`, `percent` or `ratio`.
    pub unit: Option<&'static str>,
    /// Which way is good: `higher`, `lower` or `neutral`.
    pub direction: Option<&'static str>,
    /// First day it shows.
    pub from: String,
    /// Last day it shows.
    pub to: String,
    /// Whether it shows on the last day there are figures of.
    pub ongoing: bool,
    /// What the metric was.
    pub value: Option<FindingFigure>,
    /// What it should have been.
    pub expected: Option<FindingFigure>,
    /// What it would have been anything between, four times in five: lower and upper bound.
    pub interval: Option<Vec<FindingFigure>>,
    /// Currency of the amounts.
    pub currency: Option<String>,
    /// How sure, 0 to 1, computed from the figures at hand.
    pub confidence: f64,
    /// It in a line.
    pub headline: String,
    /// It in a few sentences.
    pub detail: String,
    /// Why, as far as can be told.
    pub cause: Option<CauseShape>,
    /// What moved it, most first.
    pub contributions: Vec<ContributionShape>,
    /// What would show that it is wrong.
    pub doubt: String,
    /// What to do, first things first.
    pub actions: Vec<String>,
    /// Queries that show it.
    pub evidence: Vec<EvidenceShape>,
    /// Hash of the figures it was found in.
    pub source_hash: String,
    /// When it was first found (RFC 3339).
    pub found_at: String,
    /// When it was last found.
    pub seen_at: String,
    /// When it was first looked for and not found.
    pub gone_at: Option<String>,
    /// Until when it is snoozed.
    pub snoozed_until: Option<String>,
    /// Who dismissed it.
    pub dismissed_by: Option<String>,
}

impl FindingShape {
    /// A finding as it is at an instant.
    #[must_use]
    pub fn at(kept: &KeptFinding, now: Timestamp) -> Self {
        let finding = &kept.finding;
        let metric = finding.metric.as_deref().and_then(|id| Registry::builtin().get(id).ok());
        let unit = metric.map(|metric| metric.unit);
        let figure = |value: f64| FindingFigure::of(value, unit);
        let snoozed = kept.snoozed_until.filter(|until| *until > now);
        Self {
            id: finding.id.clone(),
            kind: finding.kind,
            rule: finding.rule.to_string(),
            severity: finding.severity,
            state: match (kept.gone_at, &kept.dismissed, snoozed) {
                (Some(_), _, _) => FindingState::Gone,
                (None, Some(_), _) => FindingState::Dismissed,
                (None, None, Some(_)) => FindingState::Snoozed,
                (None, None, None) => FindingState::Open,
            },
            entity: (&finding.entity).into(),
            metric: finding.metric.as_ref().map(ToString::to_string),
            metric_name: metric.map(|metric| metric.name.clone()),
            unit: unit.map(Unit::as_str),
            direction: metric.map(|metric| metric.direction.as_str()),
            from: finding.from.to_string(),
            to: finding.to.to_string(),
            ongoing: finding.ongoing,
            value: finding.value.map(figure),
            expected: finding.expected.map(figure),
            interval: finding.interval.map(|(low, high)| vec![figure(low), figure(high)]),
            currency: finding.currency.map(|currency| currency.to_string()),
            confidence: finding.confidence,
            headline: finding.headline.clone(),
            detail: finding.detail.clone(),
            cause: finding.cause.as_ref().map(Into::into),
            contributions: finding.contributions.iter().map(|c| ContributionShape::of(c, unit)).collect(),
            doubt: finding.doubt.clone(),
            actions: finding.actions.clone(),
            evidence: finding.evidence.iter().map(Into::into).collect(),
            source_hash: finding.source_hash.clone(),
            found_at: kept.found_at.to_string(),
            seen_at: kept.seen_at.to_string(),
            gone_at: kept.gone_at.map(|at| at.to_string()),
            snoozed_until: snoozed.map(|at| at.to_string()),
            dismissed_by: kept.dismissed.as_ref().map(|(_, by)| by.clone()),
        }
    }
}

/// A planned budget.
#[derive(Debug, Serialize, ToSchema)]
pub struct BudgetShape {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// `tenant`, `platform`, `account` or `campaign`.
    pub level: &'static str,
    /// The platform; `null` at tenant level.
    pub source: Option<&'static str>,
    /// The account; `null` above accounts.
    pub account: Option<String>,
    /// The campaign; `null` above campaigns.
    pub campaign: Option<String>,
    /// How much, as a decimal.
    pub amount: String,
    /// Its currency.
    pub currency: String,
    /// First day; `null`: every calendar month anew.
    pub from: Option<String>,
    /// Last day.
    pub to: Option<String>,
    /// Whether what one month left over is added to the next.
    pub roll_over: bool,
    /// When it was last changed (RFC 3339).
    pub changed_at: String,
    /// By whom.
    pub changed_by: String,
}

impl From<&Budget> for BudgetShape {
    fn from(budget: &Budget) -> Self {
        let plan = &budget.plan;
        let named = |text: &String| (!text.is_empty()).then(|| text.clone());
        Self {
            id: budget.id.to_string(),
            name: plan.name.clone(),
            level: plan.level.as_str(),
            source: plan.source.map(|source| source.as_str()),
            account: named(&plan.account),
            campaign: named(&plan.entity),
            amount: decimal(plan.amount.micros),
            currency: plan.amount.currency.to_string(),
            from: plan.days.map(|days| days.from().to_string()),
            to: plan.days.map(|days| days.to().to_string()),
            roll_over: plan.roll_over,
            changed_at: budget.changed_at.to_string(),
            changed_by: budget.changed_by.clone(),
        }
    }
}
