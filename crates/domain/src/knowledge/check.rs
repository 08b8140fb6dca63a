//! What in a client's knowledge cannot be, and what would be right.

use super::{Amount, Bound, Channel, ClientKnowledge, Period, Target, language};
use crate::{
    DayRange, SourceKind,
    metric::{Metric, Registry, Unit},
    query::{Dimension, DimensionTest, Filter, MetricQuery, QueryParts},
};
use std::{collections::HashSet, fmt};

/// Most characters of a name: a product, a kind of campaign, an objective.
const NAME_MAX: usize = 200;
/// Most characters of a text: some two pages.
const TEXT_MAX: usize = 8_000;
/// Most entries of a list.
const LIST_MAX: usize = 100;

/// Something that cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where (`targets[2].currency`).
    pub at: String,
    /// What is wrong and what would be right.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}

#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn say(&mut self, at: impl Into<String>, what: impl Into<String>) {
        self.0.push(Fault { at: at.into(), what: what.into() });
    }

    fn text(&mut self, at: &str, text: &str, most: usize) {
        let length = text.chars().count();
        if length > most {
            self.say(at, format!("it has {length} characters, {most} are allowed"));
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.say(at, "it holds characters that cannot be shown");
        }
    }

    fn names(&mut self, at: &str, names: &[String]) {
        self.count(at, names.len());
        for (i, name) in names.iter().take(LIST_MAX).enumerate() {
            let at = format!("{at}[{i}]");
            if name.trim().is_empty() {
                self.say(&at, "it is empty; leave it out");
            }
            self.text(&at, name, NAME_MAX);
        }
    }

    fn count(&mut self, at: &str, count: usize) {
        if count > LIST_MAX {
            self.say(at, format!("there are {count}, {LIST_MAX} are allowed"));
        }
    }
}

pub(super) fn faults(of: &ClientKnowledge) -> Vec<Fault> {
    let mut faults = Faults::default();
    context(of, &mut faults);
    faults.count("targets", of.targets.len());
    for (i, one) in of.targets.iter().take(LIST_MAX).enumerate() {
        let at = format!("targets[{i}]");
        target(&at, one, &mut faults);
        against(&at, one, &of.targets[..i], &mut faults);
    }
    strategy(&of.strategy, &mut faults);
    if !language::is_tag(&of.preferences.language) {
        let given = &of.preferences.language;
        faults.say("preferences.language", format!("'{given}' is not a language: use a tag such as en or de-CH"));
    }
    faults.text("preferences.notes", &of.preferences.notes, TEXT_MAX);
    faults.0
}

fn context(of: &ClientKnowledge, faults: &mut Faults) {
    let context = &of.context;
    faults.text("context.industry", &context.industry, NAME_MAX);
    faults.text("context.business_model", &context.business_model, TEXT_MAX);
    faults.names("context.products", &context.products);
    faults.text("context.customer", &context.customer, TEXT_MAX);
    faults.text("context.notes", &context.notes, TEXT_MAX);
    if let Some(Amount { value, .. }) = context.average_order_value
        && !(value.is_finite() && value > 0.0)
    {
        faults.say("context.average_order_value", "an order comes to something above zero");
    }
    if let Err(bad) = of.constants() {
        faults.say("context.gross_margin", bad.to_string());
    }
}

fn target(at: &str, target: &Target, faults: &mut Faults) {
    let metric = match Registry::builtin().get(&target.metric) {
        Ok(metric) => metric,
        Err(unknown) => return faults.say(format!("{at}.metric"), unknown.to_string()),
    };
    let name = &metric.name;
    match (metric.unit == Unit::Money, target.currency) {
        (true, None) => faults.say(format!("{at}.currency"), format!("{name} is an amount: say of which currency")),
        (false, Some(currency)) => {
            faults.say(format!("{at}.currency"), format!("{name} is a {}, not an amount of {currency}", unit(metric)));
        }
        _ => {}
    }
    if let Some(what) = wrong_value(metric, target) {
        faults.say(format!("{at}.value"), what);
    }
    if !metric.additive && target.period != Period::Day {
        let period = target.period.as_str();
        faults.say(format!("{at}.period"), format!("{name} cannot be added up over a {period}: only a day's can be told"));
    }
    if let Some(what) = wrong_platform(target) {
        faults.say(format!("{at}.platform"), what);
    }
}

const fn unit(metric: &Metric) -> &'static str {
    match metric.unit {
        Unit::Percent => "share in percent",
        Unit::Ratio => "ratio",
        Unit::Count | Unit::Number | Unit::Money => "number",
    }
}

fn wrong_value(metric: &Metric, target: &Target) -> Option<String> {
    let Target { value, bound, .. } = target;
    if !value.is_finite() {
        return Some("it is not a number".to_owned());
    }
    if metric.may_be_negative() || *value > 0.0 {
        return None;
    }
    let name = &metric.name;
    match bound {
        Bound::AtMost if *value == 0.0 => None,
        _ if *value == 0.0 => Some(format!("{name} is never below zero, so that this is always reached")),
        _ => Some(format!("{name} is never below zero")),
    }
}

/// Whether the metric is known by platform at all; the query that would ask for it says why not.
fn wrong_platform(target: &Target) -> Option<String> {
    let platform = target.platform?;
    if platform.kind() != SourceKind::Ads {
        return Some(format!("{} is no ad platform", platform.label()));
    }
    let only = Filter::Dimension { dimension: Dimension::Platform, test: DimensionTest::In(vec![platform.as_str().to_owned()]) };
    let parts = QueryParts { metrics: vec![target.metric.clone()], filters: vec![only], ..QueryParts::default() };
    let day = DayRange::single(jiff::civil::date(2000, 1, 1));
    MetricQuery::new(day, parts).err().map(|error| error.to_string())
}

/// Whether an earlier target of the same says otherwise.
fn against(at: &str, target: &Target, earlier: &[Target], faults: &mut Faults) {
    let same = |other: &&Target| (&other.metric, other.platform, other.period) == (&target.metric, target.platform, target.period);
    for other in earlier.iter().filter(same) {
        let contradicts = match (other.bound, target.bound) {
            (one, two) if one == two => {
                faults.say(at, "there is one of this metric, platform and period already");
                continue;
            }
            (Bound::AtLeast, Bound::AtMost | Bound::About) | (Bound::About, Bound::AtMost) => other.value > target.value,
            _ => other.value < target.value,
        };
        if contradicts && other.currency == target.currency {
            faults.say(at, "it cannot be reached together with another of the same metric, platform and period");
        }
    }
}

fn strategy(channels: &[Channel], faults: &mut Faults) {
    let mut seen = HashSet::new();
    for (i, channel) in channels.iter().enumerate() {
        let at = format!("strategy[{i}]");
        let label = channel.platform.label();
        if channel.platform.kind() != SourceKind::Ads {
            faults.say(format!("{at}.platform"), format!("{label} is no ad platform"));
        }
        if !seen.insert(channel.platform) {
            faults.say(format!("{at}.platform"), format!("{label} is there already"));
        }
        faults.text(&format!("{at}.objective"), &channel.objective, NAME_MAX);
        faults.names(&format!("{at}.campaign_types"), &channel.campaign_types);
        faults.text(&format!("{at}.notes"), &channel.notes, TEXT_MAX);
    }
}
