//! A naive answer to a metric query, row by row over facts in memory, for the real one to be compared with.

use std::collections::{BTreeMap, BTreeSet};
use trimtab_domain::{
    Day, DayRange,
    account::Account,
    entity::{EntityKind, EntityState, Status},
    fact::AdDaily,
    metric::{Definition, Metric, Registry, Unit},
    query::{Cell, Comparison, Dimension, DimensionTest, Filter, MetricQuery},
};

pub(crate) struct World {
    pub(crate) rows: Vec<(Account, AdDaily)>,
    pub(crate) entities: Vec<(Account, EntityState)>,
}

/// Ids of a row's keys, then cells and compared cells.
pub(crate) type Line = (Vec<String>, Vec<Cell>, Option<Vec<Cell>>);

pub(crate) struct Answer {
    pub(crate) lines: Vec<Line>,
    pub(crate) totals: Vec<Cell>,
    pub(crate) compared_totals: Option<Vec<Cell>>,
}

impl World {
    fn entity(&self, account: &Account, kind: EntityKind, id: &str) -> Option<&EntityState> {
        self.entities
            .iter()
            .find(|(a, e)| a.id == account.id && a.source == account.source && e.kind == kind && e.id == id)
            .map(|(_, e)| e)
    }

    /// Id and name of a row's value in a dimension.
    fn value(&self, dimension: Dimension, account: &Account, row: &AdDaily) -> (String, String) {
        let both = |text: String| (text.clone(), text);
        let named = |kind, id: &str| {
            let name = self.entity(account, kind, id).map_or_else(|| id.to_owned(), |e| e.name.to_string());
            (id.to_owned(), name)
        };
        let campaign = self.entity(account, EntityKind::Campaign, row.placing.campaign.as_str());
        match dimension {
            Dimension::Date => both(row.date.to_string()),
            Dimension::Week => both(monday(row.date).to_string()),
            Dimension::Month => both(row.date.first_of_month().to_string()),
            Dimension::Weekday => both(row.date.weekday().to_monday_one_offset().to_string()),
            Dimension::Platform => (account.source.as_str().to_owned(), account.source.label().to_owned()),
            Dimension::Account => (account.id.to_string(), account.name.to_string()),
            Dimension::Campaign => named(EntityKind::Campaign, row.placing.campaign.as_str()),
            Dimension::AdGroup => named(EntityKind::AdGroup, row.placing.ad_group.as_str()),
            Dimension::Ad => named(EntityKind::Ad, row.placing.ad.as_str()),
            Dimension::Objective => both(campaign.map_or(String::new(), |c| c.objective.to_string())),
            Dimension::Status => both(campaign.map_or(Status::Unknown, |c| c.status).as_str().to_owned()),
            other => panic!("the reference does not know {other}"),
        }
    }

    pub(crate) fn answer(&self, query: &MetricQuery) -> Answer {
        let period = query.period();
        let now = self.groups(query, period, period);
        let before = query.compare().map(|c| (c.range(period), self.groups(query, c.range(period), period)));
        let mut keys: BTreeSet<Vec<String>> = now.keys().cloned().collect();
        if let Some((_, before)) = &before {
            keys.extend(before.keys().filter(|k| !k.contains(&String::from("beyond"))).cloned());
        }
        let none: Vec<&AdDaily> = Vec::new();
        keys.retain(|key| metric_filters_hold(query, now.get(key).unwrap_or(&none)));
        let lines = keys.iter().map(|key| {
            let shown = key[..query.dimensions().len()].to_vec();
            let compared = before.as_ref().map(|(_, before)| cells(query, before.get(key).unwrap_or(&none)));
            (shown, cells(query, now.get(key).unwrap_or(&none)), compared)
        });
        let selective = query.filters().iter().any(|f| matches!(f, Filter::Metric { .. }));
        let all = |groups: &BTreeMap<Vec<String>, Vec<&AdDaily>>| {
            let kept = groups.iter().filter(|(key, _)| !selective || keys.contains(*key));
            cells(query, &kept.flat_map(|(_, rows)| rows.iter().copied()).collect::<Vec<_>>())
        };
        Answer { lines: lines.collect(), totals: all(&now), compared_totals: before.as_ref().map(|(_, before)| all(before)) }
    }

    fn groups(&self, query: &MetricQuery, range: DayRange, period: DayRange) -> BTreeMap<Vec<String>, Vec<&AdDaily>> {
        let mut groups: BTreeMap<Vec<String>, Vec<&AdDaily>> = BTreeMap::new();
        for (account, row) in self.rows.iter().filter(|(_, row)| range.contains(row.date)) {
            let holds = query.filters().iter().all(|filter| match filter {
                Filter::Dimension { dimension, test } => passes(test, &self.value(*dimension, account, row)),
                Filter::Metric { .. } => true,
            });
            if !holds {
                continue;
            }
            let mut key: Vec<String> = query
                .dimensions()
                .iter()
                .map(|d| if d.is_time() { placed(*d, row.date, range, period) } else { self.value(*d, account, row).0 })
                .collect();
            if query.dimensions().iter().any(|d| d.entity().is_some()) {
                key.extend([account.source.to_string(), account.id.to_string()]);
            }
            groups.entry(key).or_default().push(row);
        }
        groups
    }
}

/// The value of a time dimension, moved from `range` to the same place in `period`.
fn placed(dimension: Dimension, date: Day, range: DayRange, period: DayRange) -> String {
    let moved = match dimension {
        Dimension::Date => period.from() + (date - range.from()),
        Dimension::Week => monday(period.from()) + (monday(date) - monday(range.from())),
        _ => {
            let months = |d: Day| i32::from(d.year()) * 12 + i32::from(d.month());
            period.from().first_of_month() + jiff::Span::new().months(months(date) - months(range.from()))
        }
    };
    if moved > period.to() { "beyond".to_owned() } else { moved.to_string() }
}

fn monday(date: Day) -> Day {
    date - jiff::Span::new().days(i64::from(date.weekday().to_monday_zero_offset()))
}

fn passes(test: &DimensionTest, (id, name): &(String, String)) -> bool {
    match test {
        DimensionTest::In(values) => values.iter().any(|v| v == id || v == name),
        DimensionTest::NotIn(values) => !values.iter().any(|v| v == id || v == name),
        DimensionTest::Contains(text) => [id, name].iter().any(|v| v.to_lowercase().contains(&text.to_lowercase())),
    }
}

fn metric_filters_hold(query: &MetricQuery, rows: &[&AdDaily]) -> bool {
    query.filters().iter().all(|filter| {
        let Filter::Metric { metric, comparison, value } = filter else {
            return true;
        };
        number(cell(Registry::builtin().get(metric).unwrap(), rows)).is_some_and(|figure| match comparison {
            Comparison::Greater => figure > *value,
            Comparison::AtLeast => figure >= *value,
            Comparison::Less => figure < *value,
            Comparison::AtMost => figure <= *value,
            other => other.holds(figure, *value),
        })
    })
}

fn cells(query: &MetricQuery, rows: &[&AdDaily]) -> Vec<Cell> {
    query.definitions().into_iter().map(|metric| cell(metric, rows)).collect()
}

fn number(cell: Cell) -> Option<f64> {
    match cell {
        Cell::None => None,
        Cell::Count(n) => Some(n as f64),
        Cell::Money(n) => Some(n as f64 / 1e6),
        Cell::Number(n) => Some(n),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "amounts of the test world are small")]
fn cell(metric: &Metric, rows: &[&AdDaily]) -> Cell {
    if let Definition::Formula(formula) = &metric.definition {
        let value = formula.evaluate(&|name| number(cell(Registry::builtin().get(name).unwrap(), rows)));
        return match (value, metric.unit) {
            (None, _) => Cell::None,
            (Some(value), Unit::Money) => Cell::Money((value * 1e6).round() as i64),
            (Some(value), _) => Cell::Number(value),
        };
    }
    let column = |row: &AdDaily| -> Option<i64> {
        let m = &row.measures;
        match metric.id.as_str() {
            "spend" => Some(m.spend_micros),
            "impressions" => Some(m.impressions),
            "clicks" => Some(m.clicks),
            "link_clicks" => m.link_clicks,
            "revenue" => m.revenue_micros,
            "reach" => m.reach,
            "video_views" => m.video_views,
            other => panic!("the reference does not know {other}"),
        }
    };
    if metric.id == "conversions" {
        let sum = rows.iter().filter_map(|r| r.measures.conversions).reduce(|a, b| a + b);
        return sum.map_or(Cell::None, |v| Cell::Number((v * 1e6).round() / 1e6));
    }
    if !metric.additive && rows.len() != 1 {
        return Cell::None;
    }
    let sum = rows.iter().filter_map(|r| column(r)).reduce(|a, b| a + b);
    sum.map_or(Cell::None, if metric.unit == Unit::Money { Cell::Money } else { Cell::Count })
}
