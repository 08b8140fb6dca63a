//! What people know of a client, and what is found in all that is known.

use super::IndustryShape;
use crate::{
    error::FieldProblem,
    extract::{object, objects, optional_object},
};
use serde::{Deserialize, Serialize};
use std::fmt::Display;
use trimtab_domain::knowledge::{Amount, Bound, Channel, ClientKnowledge, Context, Period, Preferences, Target, Tone};
use trimtab_engine::{knowledge::KnowledgeView, search::Hit};
use utoipa::ToSchema;

/// A version of what is known of a client.
#[derive(Debug, Serialize, ToSchema)]
pub struct KnowledgeShape {
    /// Which version; 0: nobody has written anything yet.
    pub version: u64,
    /// When it was written.
    #[schema(format = DateTime)]
    pub changed_at: Option<String>,
    /// By whom.
    pub changed_by: Option<String>,
    /// The industry benchmarks are taken of; `null`: none that is known.
    pub industry: Option<IndustryShape>,
    /// What is known.
    pub knowledge: KnowledgeBody,
}

/// What is known of a client. What is left out is as it is where nothing is known.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct KnowledgeBody {
    /// What its business is.
    #[serde(deserialize_with = "object")]
    pub context: ContextBody,
    /// What it wants metrics to reach.
    #[serde(deserialize_with = "objects")]
    pub targets: Vec<TargetBody>,
    /// How each platform is meant to be used.
    #[serde(deserialize_with = "objects")]
    pub strategy: Vec<ChannelBody>,
    /// How it wants to be told.
    #[serde(deserialize_with = "object")]
    pub preferences: PreferencesBody,
}

/// What a client's business is.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ContextBody {
    /// Its industry in anybody's words; those that are recognised have benchmarks.
    pub industry: String,
    /// What it sells to whom, and how it earns.
    pub business_model: String,
    /// What it mainly sells.
    pub products: Vec<String>,
    /// Whom it sells to.
    pub customer: String,
    /// What an order usually comes to.
    #[serde(deserialize_with = "optional_object")]
    pub average_order_value: Option<AmountBody>,
    /// What is left of a sale before advertising, in percent, 0.1 to 100.
    pub gross_margin: Option<f64>,
    /// Whatever else is worth knowing: seasons, launches, what was tried.
    pub notes: String,
}

/// An amount as people state it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AmountBody {
    /// In whole units.
    pub value: f64,
    /// Of this currency.
    #[schema(example = "EUR")]
    pub currency: String,
}

/// What somebody wants a metric to reach.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetBody {
    /// The metric's id.
    #[schema(example = "roas")]
    pub metric: String,
    /// Which side is meant: `at_least`, `at_most` or `about`.
    #[schema(example = "at_least")]
    pub bound: String,
    /// The value, in the metric's unit.
    pub value: f64,
    /// Currency of an amount; none of anything else.
    #[serde(default)]
    pub currency: Option<String>,
    /// Over which days: each `day`, `week`, `month`, `quarter` or `year`.
    #[schema(example = "month")]
    pub period: String,
    /// On which platform alone; `null`: over all.
    #[serde(default)]
    pub platform: Option<String>,
}

/// How a platform is meant to be used.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelBody {
    /// The ad platform.
    #[schema(example = "meta")]
    pub platform: String,
    /// What it is there for.
    #[serde(default)]
    pub objective: String,
    /// The kinds of campaigns it is done by.
    #[serde(default)]
    pub campaign_types: Vec<String>,
    /// Whatever else is agreed.
    #[serde(default)]
    pub notes: String,
}

/// How a client wants to be told.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PreferencesBody {
    /// In which voice: `conversational`, `formal` or `brief`.
    pub tone: String,
    /// In which language.
    #[schema(example = "de-CH")]
    pub language: String,
    /// Whether what is usual elsewhere is shown beside its figures.
    pub include_benchmarks: bool,
    /// Whether reports open with its creatives.
    pub highlight_creatives: bool,
    /// What else to mind when writing to it.
    pub notes: String,
}

impl Default for PreferencesBody {
    fn default() -> Self {
        Self::from(Preferences::default())
    }
}

/// Something that was found in all that is known.
#[derive(Debug, Serialize, ToSchema)]
pub struct KnowledgeHitShape {
    /// `metric`, `client`, `insight`, `action`, `dashboard`, `unmeasured` or `benchmark`.
    pub kind: &'static str,
    /// Its id, unique among its kind; of a benchmark `metric/industry/platform/network/day`, `all` where it is of all.
    pub id: String,
    /// The name people see.
    pub title: String,
    /// The part of its text that says why it was found.
    pub snippet: Vec<SnippetPiece>,
    /// How well it fits; comparable within one answer only.
    pub score: f32,
}

/// A part of a snippet.
#[derive(Debug, Serialize, ToSchema)]
pub struct SnippetPiece {
    /// The text.
    pub text: String,
    /// Whether it is a word that was asked for.
    pub hit: bool,
}

impl From<Hit> for KnowledgeHitShape {
    fn from(hit: Hit) -> Self {
        let snippet = hit.snippet.into_iter().map(|piece| SnippetPiece { text: piece.text, hit: piece.hit }).collect();
        Self { kind: hit.kind.as_str(), id: hit.id, title: hit.title, snippet, score: hit.score }
    }
}

impl From<KnowledgeView> for KnowledgeShape {
    fn from(view: KnowledgeView) -> Self {
        Self {
            version: view.version,
            changed_at: view.changed_at.map(|at| at.to_string()),
            changed_by: view.changed_by,
            industry: view.industry.map(Into::into),
            knowledge: view.knowledge.into(),
        }
    }
}

impl From<ClientKnowledge> for KnowledgeBody {
    fn from(of: ClientKnowledge) -> Self {
        let ClientKnowledge { context, targets, strategy, preferences } = of;
        Self {
            context: context.into(),
            targets: targets.into_iter().map(Into::into).collect(),
            strategy: strategy.into_iter().map(Into::into).collect(),
            preferences: preferences.into(),
        }
    }
}

impl From<Context> for ContextBody {
    fn from(of: Context) -> Self {
        let amount = |amount: Amount| AmountBody { value: amount.value, currency: amount.currency.to_string() };
        Self {
            industry: of.industry,
            business_model: of.business_model,
            products: of.products,
            customer: of.customer,
            average_order_value: of.average_order_value.map(amount),
            gross_margin: of.gross_margin,
            notes: of.notes,
        }
    }
}

impl From<Target> for TargetBody {
    fn from(of: Target) -> Self {
        Self {
            metric: of.metric,
            bound: of.bound.as_str().to_owned(),
            value: of.value,
            currency: of.currency.map(|currency| currency.to_string()),
            period: of.period.as_str().to_owned(),
            platform: of.platform.map(|platform| platform.to_string()),
        }
    }
}

impl From<Channel> for ChannelBody {
    fn from(of: Channel) -> Self {
        let Channel { platform, objective, campaign_types, notes } = of;
        Self { platform: platform.to_string(), objective, campaign_types, notes }
    }
}

impl From<Preferences> for PreferencesBody {
    fn from(of: Preferences) -> Self {
        let Preferences { tone, language, include_benchmarks, highlight_creatives, notes } = of;
        Self { tone: tone.as_str().to_owned(), language, include_benchmarks, highlight_creatives, notes }
    }
}

/// Words that are none of those that are known, by their fields.
#[derive(Default)]
struct Unread(Vec<FieldProblem>);

impl Unread {
    fn take<T, E: Display>(&mut self, field: String, read: Result<T, E>) -> Option<T> {
        read.map_err(|error| self.0.push(FieldProblem { field, detail: error.to_string() })).ok()
    }

    fn one_of<T: Copy>(&mut self, field: String, given: &str, all: &[T], name: fn(T) -> &'static str) -> Option<T> {
        let names = || all.iter().map(|one| name(*one)).collect::<Vec<_>>().join(", ");
        let found = all.iter().copied().find(|one| name(*one) == given);
        self.take(field, found.ok_or_else(|| format!("'{given}' is none of {}", names())))
    }
}

impl KnowledgeBody {
    /// What it says; or every field that cannot be read. Whether what can be read can also be is for the engine to tell.
    pub(crate) fn read(self) -> Result<ClientKnowledge, Vec<FieldProblem>> {
        let mut unread = Unread::default();
        let context = self.context.read(&mut unread);
        let targets: Vec<_> = self.targets.into_iter().enumerate().map(|(i, target)| target.read(i, &mut unread)).collect();
        let strategy: Vec<_> = self.strategy.into_iter().enumerate().map(|(i, channel)| channel.read(i, &mut unread)).collect();
        let preferences = self.preferences.read(&mut unread);
        if !unread.0.is_empty() {
            return Err(unread.0);
        }
        Ok(ClientKnowledge {
            context,
            targets: targets.into_iter().flatten().collect(),
            strategy: strategy.into_iter().flatten().collect(),
            preferences: preferences.unwrap_or_default(),
        })
    }
}

impl ContextBody {
    fn read(self, unread: &mut Unread) -> Context {
        let amount = self.average_order_value.and_then(|AmountBody { value, currency }| {
            let currency = unread.take("context.average_order_value".to_owned(), currency.parse())?;
            Some(Amount { value, currency })
        });
        Context {
            industry: self.industry,
            business_model: self.business_model,
            products: self.products,
            customer: self.customer,
            average_order_value: amount,
            gross_margin: self.gross_margin,
            notes: self.notes,
        }
    }
}

impl TargetBody {
    fn read(self, place: usize, unread: &mut Unread) -> Option<Target> {
        let at = |field: &str| format!("targets[{place}].{field}");
        let bound = unread.one_of(at("bound"), &self.bound, &Bound::ALL, Bound::as_str);
        let period = unread.one_of(at("period"), &self.period, &Period::ALL, Period::as_str);
        let currency = self.currency.map(|text| unread.take(at("currency"), text.parse()));
        let platform = self.platform.map(|text| unread.take(at("platform"), text.parse()));
        Some(Target {
            metric: self.metric,
            bound: bound?,
            value: self.value,
            currency: currency.flatten(),
            period: period?,
            platform: platform.flatten(),
        })
    }
}

impl ChannelBody {
    fn read(self, place: usize, unread: &mut Unread) -> Option<Channel> {
        let platform = unread.take(format!("strategy[{place}].platform"), self.platform.parse())?;
        Some(Channel { platform, objective: self.objective, campaign_types: self.campaign_types, notes: self.notes })
    }
}

impl PreferencesBody {
    fn read(self, unread: &mut Unread) -> Option<Preferences> {
        let tone = unread.one_of("preferences.tone".to_owned(), &self.tone, &Tone::ALL, Tone::as_str)?;
        let Self { language, include_benchmarks, highlight_creatives, notes, .. } = self;
        Some(Preferences { tone, language, include_benchmarks, highlight_creatives, notes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_written_reads_back() {
        let sent = json!({
            "context": { "industry": "Pets", "products": ["Food"], "average_order_value": { "value": 48.5, "currency": "EUR" }, "gross_margin": 42.0 },
            "targets": [{ "metric": "cpa", "bound": "at_most", "value": 25.0, "currency": "EUR", "period": "week", "platform": "meta" }],
            "strategy": [{ "platform": "google" }],
            "preferences": { "tone": "brief", "language": "nl" }
        });
        let body: KnowledgeBody = serde_json::from_value(sent).unwrap();
        let read = body.read().unwrap();
        assert!(read.faults().is_empty() && read.preferences.include_benchmarks, "{read:?}");
        let again = KnowledgeBody::from(read.clone()).read().unwrap();
        assert_eq!(again, read);
        let empty: KnowledgeBody = serde_json::from_value(json!({})).unwrap();
        assert_eq!(empty.read().unwrap(), ClientKnowledge::default());
    }

    #[test]
    fn every_word_that_cannot_be_read_is_named_with_its_field() {
        let sent = json!({
            "context": { "average_order_value": { "value": 1.0, "currency": "euro" } },
            "targets": [{ "metric": "cpa", "bound": "below", "value": 25.0, "currency": "€", "period": "fortnight", "platform": "myspace" }],
            "strategy": [{ "platform": "" }],
            "preferences": { "tone": "loud" }
        });
        let body: KnowledgeBody = serde_json::from_value(sent).unwrap();
        let unread = body.read().unwrap_err();
        let fields: Vec<&str> = unread.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "context.average_order_value",
                "targets[0].bound",
                "targets[0].period",
                "targets[0].currency",
                "targets[0].platform",
                "strategy[0].platform",
                "preferences.tone"
            ]
        );
        assert_eq!(unread[1].detail, "'below' is none of at_least, at_most, about");
        assert!(serde_json::from_value::<KnowledgeBody>(json!({ "contxt": {} })).is_err());
    }
}
