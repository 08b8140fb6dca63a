//! Reports as the platform's own screens show them: campaigns with all that came of them, told at their sending, and flows by what happened
//! within the stretch asked for. Civil times are those of the account's zone, whatever offset they name.

mod figure;

use super::{
    account::Account,
    error::ApiError,
    events::{Books, Events},
    filter::{self, Condition},
    metric::Metric,
    time::{self, Interval},
};
use crate::{
    limits,
    world::commerce::mailing::{ATTRIBUTED_DAYS, Kind, Mailing},
};
use figure::{STATISTICS, Sum};
use serde_json::{Value, json};

/// A report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Report {
    CampaignValues,
    FlowValues,
    FlowSeries,
}

impl Report {
    /// The report of a path below `/api`.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        match path {
            "campaign-values-reports" => Some(Self::CampaignValues),
            "flow-values-reports" => Some(Self::FlowValues),
            "flow-series-reports" => Some(Self::FlowSeries),
            _ => None,
        }
    }

    const fn type_name(self) -> &'static str {
        match self {
            Self::CampaignValues => "campaign-values-report",
            Self::FlowValues => "flow-values-report",
            Self::FlowSeries => "flow-series-report",
        }
    }

    const fn kind(self) -> Kind {
        match self {
            Self::CampaignValues => Kind::Campaign,
            Self::FlowValues | Self::FlowSeries => Kind::Flow,
        }
    }

    /// What results may be grouped by; the first two must be.
    const fn groups(self) -> &'static [&'static str] {
        match self.kind() {
            Kind::Campaign => &[
                "campaign_id",
                "campaign_message_id",
                "campaign_message_name",
                "send_channel",
                "group",
                "group_name",
                "tag_id",
                "tag_name",
                "text_message_format",
                "variation",
                "variation_name",
            ],
            Kind::Flow => &[
                "flow_id",
                "flow_message_id",
                "flow_message_name",
                "flow_name",
                "send_channel",
                "tag_id",
                "tag_name",
                "text_message_format",
                "variation",
                "variation_name",
            ],
        }
    }
}

/// Answers a report.
pub(crate) fn answer(
    of: &Account,
    report: Report,
    body: &Value,
    books: Books<'_>,
    now: i64,
    base: &str,
) -> Result<Value, ApiError> {
    let asked = &body["data"]["attributes"];
    if body["data"]["type"] != report.type_name() {
        return Err(ApiError::field("type", format_args!("'type' must be '{}'.", report.type_name())));
    }
    let statistics = words(asked, "statistics", &STATISTICS)?;
    if statistics.is_empty() {
        return Err(ApiError::field("statistics", "statistics is required."));
    }
    let id = asked["conversion_metric_id"].as_str().unwrap_or_default();
    let metric = Metric::by_id(of, id).ok_or_else(|| {
        ApiError::field("conversion_metric_id", format_args!("A metric with id '{id}' does not exist in this account."))
    })?;
    let mut groups = words(asked, "group_by", report.groups())?;
    if groups.is_empty() {
        groups = vec![report.groups()[0], report.groups()[1], "send_channel"];
    }
    if let Some(missing) = report.groups()[..2].iter().find(|name| !groups.contains(name)) {
        return Err(ApiError::field("group_by", format_args!("'{missing}' is required in group_by.")));
    }
    let conditions = read_filter(report, asked)?;
    let zone = time::own_zone(of);
    let span = timeframe(asked, now, &zone)?;
    let starts = match report {
        Report::FlowSeries => series(asked, span, &zone)?,
        _ => vec![span.0],
    };
    let events = Events { of, books, now };
    let mailings: Vec<Mailing> = of.mailings(now).into_iter().filter(|m| m.kind == report.kind()).collect();
    let mut results = Vec::new();
    for (mailing, sums) in sums(&events, report, metric, &mailings, span, &starts) {
        let value = |name: &str| group(of, mailing, name);
        if !conditions.iter().all(|c| c.holds(value(&c.field).as_str().unwrap_or_default())) {
            continue;
        }
        let groupings: serde_json::Map<String, Value> = groups.iter().map(|name| ((*name).to_owned(), value(name))).collect();
        let told = |name: &&str| {
            let numbers: Vec<Value> = sums.iter().map(|sum| sum.statistic(of, name)).collect();
            let value =
                if report == Report::FlowSeries { Value::Array(numbers) } else { numbers.into_iter().next().unwrap_or_default() };
            ((*name).to_owned(), value)
        };
        let statistics: serde_json::Map<String, Value> = statistics.iter().map(told).collect();
        results.push(json!({"groupings": groupings, "statistics": statistics}));
    }
    let mut attributes = json!({"results": results});
    if report == Report::FlowSeries {
        attributes["date_times"] = starts.iter().map(|at| json!(time::told(*at, &zone))).collect();
    }
    let own = format!("{base}/api/{}s", report.type_name());
    Ok(json!({"data": {"type": report.type_name(), "attributes": attributes}, "links": {"self": own}}))
}

/// What came of each mailing that had anything, by interval.
fn sums<'m>(
    events: &Events<'_>,
    report: Report,
    metric: Metric,
    mailings: &'m [Mailing],
    (from, to): (i64, i64),
    starts: &[i64],
) -> Vec<(&'m Mailing, Vec<Sum>)> {
    let sent: Vec<&Mailing> = match report.kind() {
        Kind::Campaign => mailings.iter().filter(|m| from <= m.from && m.from < to).collect(),
        Kind::Flow => mailings.iter().collect(),
    };
    // All that came of a campaign is told at its sending.
    let until = if report.kind() == Kind::Campaign { to + i64::from(ATTRIBUTED_DAYS + 1) * 86_400 } else { to };
    let mut edges = vec![from];
    edges.extend(starts.iter().copied().filter(|at| from < *at));
    edges.push(until);
    let mut sums: Vec<Vec<Sum>> = sent.iter().map(|_| vec![Sum::default(); starts.len()]).collect();
    for counted in [Metric::Received, Metric::Opened, Metric::Clicked, metric] {
        if counted == metric && metric.is_of_mail() {
            continue;
        }
        events.each(counted, &edges, &mut |event| {
            let Some(place) = sent.iter().position(|m| Some(m.id) == event.mailing) else { return };
            let at = starts.partition_point(|start| *start <= event.at).saturating_sub(1);
            if let Some(sum) = sums[place].get_mut(at) {
                sum.add(counted, &event);
            }
        });
    }
    sent.into_iter().zip(sums).filter(|(_, sums)| sums.iter().any(|sum| !sum.is_nothing())).collect()
}

/// The value of a grouping.
fn group(of: &Account, mailing: &Mailing, name: &str) -> Value {
    match name {
        "campaign_id" | "flow_id" => json!(of.id_of(mailing)),
        "campaign_message_id" | "flow_message_id" => json!(of.message_of(mailing)),
        "campaign_message_name" | "flow_name" => json!(mailing.name),
        "flow_message_name" => json!(format!("{} – Email 1", mailing.name)),
        "send_channel" => json!("email"),
        // There are no tags, tests of variants or groups.
        _ => Value::Null,
    }
}

fn read_filter(report: Report, asked: &Value) -> Result<Vec<Condition>, ApiError> {
    let allowed: Vec<(&str, &[&str])> = report.groups().iter().map(|name| (*name, &["equals", "contains-any"][..])).collect();
    match &asked["filter"] {
        Value::Null => Ok(Vec::new()),
        Value::String(text) => filter::read(text, &allowed),
        _ => Err(ApiError::field("filter", "filter must be a text.")),
    }
}

/// A list of known words.
fn words(asked: &Value, name: &str, known: &'static [&'static str]) -> Result<Vec<&'static str>, ApiError> {
    let list = match &asked[name] {
        Value::Null => return Ok(Vec::new()),
        list => list.as_array().ok_or_else(|| ApiError::field(name, format_args!("{name} must be a list.")))?,
    };
    let word = |given: &Value| {
        let found = known.iter().copied().find(|word| Some(*word) == given.as_str());
        found.ok_or_else(|| ApiError::field(name, format_args!("{given} is not a valid choice of {name}.")))
    };
    list.iter().map(word).collect()
}

/// The stretch of time of a report.
fn timeframe(asked: &Value, now: i64, zone: &jiff::tz::TimeZone) -> Result<(i64, i64), ApiError> {
    let frame = &asked["timeframe"];
    if let Some(key) = frame["key"].as_str() {
        return time::named(key, now, zone)
            .ok_or_else(|| ApiError::field("timeframe", format_args!("'{key}' is not a valid key.")));
    }
    let bound = |name: &str| {
        let civil = frame[name].as_str().and_then(time::civil);
        civil
            .map(|at| time::start(at, zone))
            .ok_or_else(|| ApiError::field("timeframe", format_args!("{name} must be a datetime.")))
    };
    let span = (bound("start")?, bound("end")?);
    if span.0 >= span.1 || span.1 - span.0 > limits::KLAVIYO_SPAN_DAYS * 86_400 {
        return Err(ApiError::field("timeframe", "The timeframe must be positive and at most one year."));
    }
    Ok(span)
}

/// The starts of the intervals of a series.
fn series(asked: &Value, span: (i64, i64), zone: &jiff::tz::TimeZone) -> Result<Vec<i64>, ApiError> {
    let (daily, hourly, monthly) = limits::KLAVIYO_SERIES_DAYS;
    let (interval, most) = match asked["interval"].as_str().unwrap_or_default() {
        "hourly" => (Interval::Hour, hourly),
        "daily" => (Interval::Day, daily),
        "weekly" => (Interval::Week, limits::KLAVIYO_SPAN_DAYS),
        "monthly" => (Interval::Month, monthly),
        other => return Err(ApiError::field("interval", format_args!("'{other}' is not a valid interval."))),
    };
    // A day that is an hour longer does not make the stretch too long.
    if span.1 - span.0 > most * 86_400 + 3_600 {
        return Err(ApiError::field(
            "timeframe",
            format_args!("The timeframe of this interval cannot be longer than {most} days."),
        ));
    }
    Ok(time::starts(interval, span, zone))
}
