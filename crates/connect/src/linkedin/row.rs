//! One row of an answer, borrowed from the body: whose figures on which day.

use super::{
    figures::{Figures, Metric},
    query::Kind,
};
use crate::{answer::BadBody, scalar::Text};
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};
use std::{fmt, marker::PhantomData};
use trimtab_domain::{Day, DayRange};

/// The fields that say what a row is about. They come only where they are asked for.
pub(super) const KEYS: [&str; 2] = ["dateRange", "pivotValues"];

/// One row.
#[derive(Debug)]
pub(super) struct Row<'a> {
    date_range: Dates,
    /// What it is about, in the order of the pivots asked for.
    pub(super) about: Vec<Text<'a>>,
    pub(super) figures: Figures,
}

#[derive(Debug, Deserialize)]
struct Dates {
    start: Date,
    end: Date,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
struct Date {
    year: i16,
    month: i8,
    day: i8,
}

struct RowVisitor<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for RowVisitor<'a> {
    type Value = Row<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row of figures")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row<'a>, A::Error> {
        let (mut dates, mut about, mut figures) = (None, None, Figures::default());
        while let Some(field) = map.next_key::<Text<'de>>()? {
            match field.0.as_ref() {
                "dateRange" => dates = Some(map.next_value()?),
                "pivotValues" => about = Some(map.next_value()?),
                other => figures.read(other, &mut map)?,
            }
        }
        let date_range = dates.ok_or_else(|| A::Error::missing_field("dateRange"))?;
        let about = about.ok_or_else(|| A::Error::missing_field("pivotValues"))?;
        Ok(Row { date_range, about, figures })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Row<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(RowVisitor(PhantomData))
    }
}

impl Row<'_> {
    /// The row's day, which must be one that was asked for.
    pub(super) fn day(&self, range: DayRange) -> Result<Day, BadBody> {
        let Dates { start, end } = self.date_range;
        let day = Day::new(start.year, start.month, start.day).ok().filter(|day| start == end && range.contains(*day));
        let Date { year, month, day: last } = end;
        day.ok_or_else(|| {
            let from = format!("{}-{}-{}", start.year, start.month, start.day);
            BadBody::Conflict(format!("a row for {from} to {year}-{month}-{last} in a daily read of {range}"))
        })
    }

    /// The number of the object of a kind that the row is about.
    pub(super) fn id(&self, kind: Kind) -> Result<&str, BadBody> {
        let id = self.about.iter().find_map(|urn| kind.id(&urn.0));
        id.ok_or_else(|| BadBody::Conflict(format!("a row that names no {kind:?}: {}", self.names())))
    }

    /// The last thing it is about, which is what it was split by.
    pub(super) fn part(&self) -> Result<&str, BadBody> {
        let part = self.about.last().map(|part| part.0.as_ref()).filter(|part| !part.is_empty());
        part.ok_or_else(|| BadBody::Conflict("a row that does not say which part it is".to_owned()))
    }

    /// What it is about, for messages.
    pub(super) fn names(&self) -> String {
        self.about.iter().map(|text| text.0.as_ref()).collect::<Vec<_>>().join(" ")
    }
}

/// A row's impressions and amount, for messages.
pub(super) fn told(figures: &Figures) -> String {
    let count = figures.count(Metric::Impressions).ok().flatten().unwrap_or(0);
    let cost = figures.get(Metric::Cost).unwrap_or_default().micros();
    format!("{count} impressions and {cost} micros spent")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = r#"{"dateRange":{"start":{"year":2026,"month":11,"day":1},"end":{"year":2026,"month":11,"day":1}},
        "pivotValues":["urn:li:sponsoredCampaignGroup:5","urn:li:sponsoredCreative:7"],"impressions":19090,"new":[1]}"#;

    #[test]
    fn a_row_says_whose_figures_on_which_day() {
        let row: Row<'_> = serde_json::from_str(ROW).unwrap();
        let range = "2026-11-01..2026-11-20".parse().unwrap();
        assert_eq!(row.day(range).unwrap().to_string(), "2026-11-01");
        assert_eq!((row.id(Kind::Creative).unwrap(), row.id(Kind::Group).unwrap()), ("7", "5"));
        assert!(matches!(row.id(Kind::Campaign), Err(BadBody::Conflict(what)) if what.contains("names no Campaign")));
        assert_eq!(row.figures.count(Metric::Impressions).unwrap(), Some(19_090));
    }

    #[test]
    fn rows_of_other_days_or_of_several_answer_another_question() {
        let day =
            |json: &str| serde_json::from_str::<Row<'_>>(json).unwrap().day("2026-11-01..2026-11-20".parse().unwrap()).is_ok();
        assert!(day(ROW));
        assert!(!day(&ROW.replace(r#""day":1}},"#, r#""day":3}},"#)), "three days in one");
        assert!(!day(&ROW.replace(r#""day":1}"#, r#""day":21}"#)));
        assert!(!day(&ROW.replace(r#""day":1}"#, r#""day":31}"#)), "no such date");
        for field in KEYS {
            assert!(serde_json::from_str::<Row<'_>>(&ROW.replace(field, "other")).is_err(), "{field}");
        }
    }
}
