//! Sums of events by day: one request tells every day of a year at most, for each value of what it is divided by.
//!
//! A question names its zone, else its days would be UTC's, and both of its ends. The last day is meant by the beginning of the next.

use super::{
    Klaviyo,
    dialect::Cost,
    service::{Ask, BadBody, Links, Tally},
};
use crate::{
    Error, limits,
    paging::{PageEnd, Pages},
    scalar::Fine,
};
use compact_str::CompactString;
use jiff::{ToSpan, civil::DateTime};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{HashMap, hash_map::Entry};
use trimtab_domain::{Day, DayRange, Timestamp, Zone, account::Account};

/// What to count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Query<'q> {
    /// The event.
    pub(super) metric: &'q str,
    /// `count`, `sum_value`.
    pub(super) measurements: &'static [&'static str],
    /// What to divide by.
    pub(super) by: &'static [&'static str],
}

/// The days of one value of what the events are divided by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// The value, in the order of [`Query::by`]; a text is empty where an event has none.
    pub(super) dimensions: Vec<CompactString>,
    /// Days on which something happened.
    pub(super) days: Vec<(Day, Figures)>,
}

/// What happened on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Figures {
    /// How often.
    pub(super) count: i64,
    /// What it was worth together, in micros.
    pub(super) value_micros: i64,
}

#[derive(Deserialize)]
struct Body {
    data: Data,
    #[serde(default)]
    links: Links,
}

#[derive(Deserialize)]
struct Data {
    attributes: Attributes,
}

#[derive(Deserialize)]
struct Attributes {
    dates: Vec<CompactString>,
    data: Vec<RawRow>,
}

#[derive(Deserialize)]
struct RawRow {
    dimensions: Vec<CompactString>,
    measurements: HashMap<String, Vec<Option<Fine>>>,
}

/// The zone as Klaviyo knows it: it has a few by their former names only, which mean the same.
fn zone_name(zone: &Zone) -> &str {
    match zone.as_str() {
        "Europe/Kyiv" => "Europe/Kiev",
        "Pacific/Kanton" => "Pacific/Enderbury",
        name => name,
    }
}

/// The day an answer's date stands for.
fn day_of(text: &str, zone: &Zone) -> Result<Day, String> {
    let at = text.parse::<Timestamp>().map(|at| zone.day_at(at));
    at.or_else(|_| text.parse::<DateTime>().map(DateTime::date)).map_err(|_| format!("'{text}' is no date of an aggregate"))
}

/// The document of a question.
fn document(query: &Query<'_>, days: DayRange, zone: &Zone, cursor: Option<&str>) -> Vec<u8> {
    let end = days.to().saturating_add(1.day());
    let mut attributes = json!({
        "metric_id": query.metric,
        "measurements": query.measurements,
        "interval": "day",
        "page_size": limits::KLAVIYO_PAGE_ROWS,
        "timezone": zone_name(zone),
        "filter": [
            format!("greater-or-equal(datetime,{}T00:00:00)", days.from()),
            format!("less-than(datetime,{end}T00:00:00)"),
        ],
    });
    if !query.by.is_empty() {
        attributes["by"] = json!(query.by);
    }
    if let Some(cursor) = cursor {
        attributes["page_cursor"] = Value::from(cursor);
    }
    json!({ "data": { "type": "metric-aggregate", "attributes": attributes } }).to_string().into_bytes()
}

/// Rows as far as they have been read.
#[derive(Default)]
struct Reading(HashMap<Vec<CompactString>, Row>);

impl Reading {
    fn add(&mut self, query: &Query<'_>, days: DayRange, zone: &Zone, body: &[u8]) -> Result<PageEnd, BadBody> {
        let Body { data: Data { attributes: Attributes { dates, data } }, links } = serde_json::from_slice(body)?;
        let dates = dates.iter().map(|text| day_of(text, zone)).collect::<Result<Vec<_>, _>>().map_err(BadBody::Conflict)?;
        if let Some(foreign) = dates.iter().find(|date| !days.contains(**date)) {
            return Err(BadBody::Conflict(format!("an aggregate of {days} tells of {foreign}")));
        }
        let (items, before) = (data.len(), self.0.len());
        for raw in data {
            let row = row(query, &dates, raw).map_err(BadBody::Conflict)?;
            match self.0.entry(row.dimensions.clone()) {
                Entry::Vacant(vacant) => {
                    vacant.insert(row);
                }
                Entry::Occupied(known) if *known.get() == row => {}
                Entry::Occupied(_) => {
                    return Err(BadBody::Conflict(format!("an aggregate tells of {:?} twice and differently", row.dimensions)));
                }
            }
        }
        Ok(PageEnd { next: links.cursor(), items, fresh: self.0.len() - before })
    }
}

fn row(query: &Query<'_>, dates: &[Day], raw: RawRow) -> Result<Row, String> {
    let RawRow { mut dimensions, measurements } = raw;
    // Events without any of the attributes are told with fewer texts, or none.
    if dimensions.len() > query.by.len() {
        return Err(format!("an aggregate by {:?} tells of {dimensions:?}", query.by));
    }
    dimensions.resize(query.by.len(), CompactString::default());
    let mut days = vec![Figures::default(); dates.len()];
    for name in query.measurements {
        let told = measurements.get(*name).filter(|told| told.len() == dates.len());
        let told = told.ok_or_else(|| format!("an aggregate without {name} for each of its dates"))?;
        for (figures, figure) in days.iter_mut().zip(told) {
            let figure = figure.unwrap_or_default();
            if *name == "count" {
                figures.count = figure.whole().ok_or_else(|| "an aggregate that counts parts of events".to_owned())?;
            } else {
                figures.value_micros = figure.micros();
            }
        }
    }
    let days = dates.iter().copied().zip(days).filter(|(_, figures)| *figures != Figures::default()).collect();
    Ok(Row { dimensions, days })
}

impl Klaviyo {
    /// Counts events by day.
    pub(super) async fn aggregate(
        &self,
        tally: &Tally,
        account: &Account,
        range: DayRange,
        query: &Query<'_>,
    ) -> Result<Vec<Row>, Error> {
        let mut rows = Vec::new();
        for days in range.chunks_newest_first(limits::KLAVIYO_SPAN_DAYS) {
            let (mut reading, mut pages) = (Reading::default(), Pages::default());
            loop {
                let json = Some(document(query, days, &account.zone, pages.cursor()));
                let ask =
                    Ask { account: Some(&account.id), path: "metric-aggregates", params: Vec::new(), json, cost: Cost::Third };
                let end = self.service.ask(tally, &ask, |body| reading.add(query, days, &account.zone, body)).await?;
                let broken = |what| self.service.drift(Some(&account.id), what, b"");
                if !pages.turn(end, "an aggregate").map_err(broken)? {
                    break;
                }
            }
            rows.extend(reading.0.into_values());
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDERS: Query<'static> =
        Query { metric: "Xy12Ab", measurements: &["count", "sum_value"], by: &["$attributed_message", "$attributed_flow"] };

    fn read(body: &str) -> Result<Vec<Row>, BadBody> {
        let (days, zone) = ("2026-11-01..2026-11-02".parse().unwrap(), "Europe/Berlin".parse().unwrap());
        let mut reading = Reading::default();
        reading.add(&ORDERS, days, &zone, body.as_bytes())?;
        Ok(reading.0.into_values().collect())
    }

    fn body(dimensions: &str, counts: &str, values: &str) -> String {
        format!(
            r#"{{"data":{{"type":"metric-aggregate","id":"u","attributes":{{"dates":["2026-11-01T00:00:00+01:00","2026-11-02T00:00:00+01:00"],
            "data":[{{"dimensions":{dimensions},"measurements":{{"count":{counts},"sum_value":{values}}}}}]}}}},"links":{{"self":"x","next":null}}}}"#
        )
    }

    #[test]
    fn figures_lie_beside_their_dates() {
        let rows = read(&body(r#"["01ABC",""]"#, "[1.0,0.0]", "[59.9,0.0]")).unwrap();
        assert_eq!((rows.len(), rows[0].dimensions.as_slice()), (1, ["01ABC".into(), "".into()].as_slice()));
        let (day, figures) = rows[0].days[0];
        assert_eq!((rows[0].days.len(), day.to_string().as_str()), (1, "2026-11-01"));
        assert_eq!((figures.count, figures.value_micros), (1, 59_900_000));
        assert_eq!(read(&body("[]", "[2,0]", "[5,0]")).unwrap()[0].dimensions, ["", ""], "what has no attribute may be told so");
    }

    #[test]
    fn what_does_not_lie_beside_its_dates_is_refused() {
        for (dimensions, counts, values) in [
            (r#"["a",""]"#, "[1.0]", "[1.0,0.0]"),
            (r#"["a","","c"]"#, "[1.0,0.0]", "[1.0,0.0]"),
            (r#"["a",""]"#, "[1.5,0.0]", "[1.0,0.0]"),
        ] {
            assert!(matches!(read(&body(dimensions, counts, values)), Err(BadBody::Conflict(_))), "{dimensions} {counts}");
        }
        let foreign = body(r#"["a",""]"#, "[1.0,0.0]", "[1.0,0.0]").replace("2026-11-02T", "2026-11-03T");
        assert!(matches!(read(&foreign), Err(BadBody::Conflict(what)) if what.contains("2026-11-03")));
    }

    #[test]
    fn a_question_names_its_zone_as_klaviyo_knows_it_and_both_ends() {
        let zone: Zone = "Europe/Kyiv".parse().unwrap();
        let document = document(&ORDERS, "2026-11-01..2026-11-20".parse().unwrap(), &zone, Some("abc"));
        let document: Value = serde_json::from_slice(&document).unwrap();
        let attributes = &document["data"]["attributes"];
        assert_eq!((&attributes["timezone"], &attributes["page_cursor"]), (&json!("Europe/Kiev"), &json!("abc")));
        let expected = ["greater-or-equal(datetime,2026-11-01T00:00:00)", "less-than(datetime,2026-11-21T00:00:00)"];
        assert_eq!(attributes["filter"], json!(expected));
        assert_eq!(attributes["by"], json!(["$attributed_message", "$attributed_flow"]));
    }

    #[test]
    fn dates_are_days_of_the_zone() {
        let zone: Zone = "America/Los_Angeles".parse().unwrap();
        for text in ["2026-11-01T00:00:00-07:00", "2026-11-01T07:00:00+00:00", "2026-11-01T07:00:00Z", "2026-11-01T00:00:00"] {
            assert_eq!(day_of(text, &zone).unwrap().to_string(), "2026-11-01", "{text}");
        }
        assert!(day_of("yesterday", &zone).is_err());
    }
}
