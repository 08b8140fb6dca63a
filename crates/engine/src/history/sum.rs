//! What some days add up to, in the original and in the lake, and whether it is the same.

use crate::Error;
use serde_json::{Value, json};
use trimtab_connect::history::{Counted, Sums};
use trimtab_domain::{fact::Measures, money::decimal, query::Cell};

/// Sums over some days of an account.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sum {
    /// Times shown.
    pub impressions: i64,
    /// Clicks.
    pub clicks: i64,
    /// Spend in micros of the account's currency.
    pub spend_micros: i64,
    /// Conversions; `None`: not reported.
    pub conversions: Option<f64>,
    /// Their value in micros; `None`: not reported.
    pub revenue_micros: Option<i64>,
}

impl From<&Sums> for Sum {
    fn from(sums: &Sums) -> Self {
        let Sums { impressions, clicks, spend_micros, conversions, revenue_micros, .. } = *sums;
        Self { impressions, clicks, spend_micros, conversions, revenue_micros }
    }
}

/// A figure that is not the same on both sides.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) figure: &'static str,
    pub(super) ours: String,
    pub(super) theirs: String,
}

/// The metrics of a sum, in the order [`Sum::of_cells`] takes them in.
pub(super) const METRICS: [&str; 5] = ["impressions", "clicks", "spend", "conversions", "revenue"];

impl Sum {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: &Self) -> Self {
        self.with(other, 1)
    }

    fn with(self, other: &Self, sign: i64) -> Self {
        let whole = |a: i64, b: i64| a.saturating_add(b.saturating_mul(sign));
        let some = |a: Option<i64>, b: Option<i64>| b.map_or(a, |b| Some(whole(a.unwrap_or(0), b)));
        let direction: f64 = if sign < 0 { -1.0 } else { 1.0 };
        Self {
            impressions: whole(self.impressions, other.impressions),
            clicks: whole(self.clicks, other.clicks),
            spend_micros: whole(self.spend_micros, other.spend_micros),
            conversions: other
                .conversions
                .map_or(self.conversions, |b| Some(direction.mul_add(b, self.conversions.unwrap_or(0.0)))),
            revenue_micros: some(self.revenue_micros, other.revenue_micros),
        }
    }

    /// Without a row of facts.
    pub(super) fn without(self, row: &Measures) -> Self {
        let row = Self {
            impressions: row.impressions,
            clicks: row.clicks,
            spend_micros: row.spend_micros,
            conversions: row.conversions,
            revenue_micros: row.revenue_micros,
        };
        self.with(&row, -1)
    }

    /// What of a piece became facts, over all grains.
    pub(super) fn taken(counted: &[Counted]) -> Self {
        counted.iter().fold(Self::default(), |sum, counted| sum.plus(&Self::from(&counted.taken)))
    }

    /// The answer of a query for [`METRICS`].
    pub(super) fn of_cells(cells: &[Cell]) -> Self {
        let whole = |at: usize| match cells.get(at) {
            Some(Cell::Count(number) | Cell::Money(number)) => Some(*number),
            _ => None,
        };
        #[expect(clippy::cast_precision_loss, reason = "counts of conversions are far below 2^53")]
        let fraction = |at: usize| match cells.get(at) {
            Some(Cell::Number(number)) => Some(*number),
            Some(Cell::Count(number)) => Some(*number as f64),
            _ => None,
        };
        Self {
            impressions: whole(0).unwrap_or(0),
            clicks: whole(1).unwrap_or(0),
            spend_micros: whole(2).unwrap_or(0),
            conversions: fraction(3),
            revenue_micros: whole(4),
        }
    }

    /// The first figure in which `ours` is not this. Amounts of several grains were each rounded, so they may be as many micros apart;
    /// conversions lie in the lake in millionths, one number per row.
    pub(super) fn differs(&self, ours: &Self, slack: Slack) -> Option<Difference> {
        let micros = slack.grains.saturating_sub(1);
        let apart = |figure, theirs: i64, ours: i64, most: u64, text: fn(i64) -> String| {
            (theirs.abs_diff(ours) > most).then(|| Difference { figure, ours: text(ours), theirs: text(theirs) })
        };
        let number = |number: i64| number.to_string();
        let (conversions, stored) = (self.conversions.unwrap_or(0.0), ours.conversions.unwrap_or(0.0));
        #[expect(clippy::cast_precision_loss, reason = "a piece has at most some million rows")]
        let most = (slack.rows as f64).mul_add(1e-6, 1e-6 + conversions.abs() * 1e-12);
        apart("impressions", self.impressions, ours.impressions, 0, number)
            .or_else(|| apart("clicks", self.clicks, ours.clicks, 0, number))
            .or_else(|| apart("spend", self.spend_micros, ours.spend_micros, micros, decimal))
            .or_else(|| {
                let told = |theirs: f64, ours: f64| Difference {
                    figure: "conversions",
                    ours: ours.to_string(),
                    theirs: theirs.to_string(),
                };
                ((conversions - stored).abs() > most).then(|| told(conversions, stored))
            })
            .or_else(|| apart("revenue", self.revenue_micros.unwrap_or(0), ours.revenue_micros.unwrap_or(0), micros, decimal))
    }
}

/// How far sums may be apart by rounding alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slack {
    /// Grains that were added up.
    pub(super) grains: u64,
    /// Rows of facts.
    pub(super) rows: u64,
}

/// What a piece came to, as it is kept to go on from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reckoned {
    /// Rows read, by grain.
    pub(super) read: Vec<(String, u64)>,
    /// Rows that became facts.
    pub(super) rows_taken: u64,
    pub(super) taken: Sum,
    pub(super) slack: Slack,
    /// Rows left out.
    pub(super) left_out: u64,
}

impl Reckoned {
    pub(super) fn to_json(&self) -> Value {
        let Sum { impressions, clicks, spend_micros, conversions, revenue_micros } = self.taken;
        json!({
            "read": self.read.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            "rows_taken": self.rows_taken,
            "impressions": impressions,
            "clicks": clicks,
            "spend_micros": spend_micros,
            "conversions": conversions,
            "revenue_micros": revenue_micros,
            "grains": self.slack.grains,
            "facts": self.slack.rows,
            "left_out": self.left_out,
        })
    }

    /// # Errors
    /// When it is not what [`Self::to_json`] wrote: the piece is then to be read again.
    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let (whole, count) = (|name: &str| value[name].as_i64(), |name: &str| value[name].as_u64());
        let read = value["read"].as_object()?;
        Some(Self {
            read: read.iter().map(|(grain, rows)| Some((grain.clone(), rows.as_u64()?))).collect::<Option<_>>()?,
            rows_taken: count("rows_taken")?,
            taken: Sum {
                impressions: whole("impressions")?,
                clicks: whole("clicks")?,
                spend_micros: whole("spend_micros")?,
                conversions: value["conversions"].as_f64(),
                revenue_micros: whole("revenue_micros"),
            },
            slack: Slack { grains: count("grains")?, rows: count("facts")? },
            left_out: count("left_out")?,
        })
    }
}

impl Difference {
    pub(super) fn of(self, account: &str, days: trimtab_domain::DayRange) -> Error {
        Error::Unequal { account: account.to_owned(), days, figure: self.figure.to_owned(), ours: self.ours, theirs: self.theirs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUM: Sum =
        Sum { impressions: 10, clicks: 3, spend_micros: 1_500_000, conversions: Some(1.25), revenue_micros: Some(9_000_000) };
    const EXACT: Slack = Slack { grains: 1, rows: 4 };

    fn figure(ours: Sum, slack: Slack) -> Option<&'static str> {
        SUM.differs(&ours, slack).map(|difference| difference.figure)
    }

    #[test]
    fn every_figure_is_held_against_the_original() {
        assert_eq!(figure(SUM, EXACT), None);
        assert_eq!(figure(Sum { impressions: 11, ..SUM }, EXACT), Some("impressions"));
        assert_eq!(figure(Sum { clicks: 2, ..SUM }, EXACT), Some("clicks"));
        assert_eq!(figure(Sum { spend_micros: 1_500_001, ..SUM }, EXACT), Some("spend"));
        assert_eq!(figure(Sum { conversions: None, ..SUM }, EXACT), Some("conversions"));
        assert_eq!(figure(Sum { revenue_micros: Some(9_000_001), ..SUM }, EXACT), Some("revenue"));
        let told = SUM.differs(&Sum { spend_micros: 1_490_000, ..SUM }, EXACT).unwrap();
        assert_eq!((told.ours.as_str(), told.theirs.as_str()), ("1.49", "1.50"));
    }

    #[test]
    fn only_rounding_is_forgiven() {
        let two = Slack { grains: 2, rows: 4 };
        assert_eq!(figure(Sum { spend_micros: 1_500_001, ..SUM }, two), None);
        assert_eq!(figure(Sum { spend_micros: 1_500_002, ..SUM }, two), Some("spend"));
        assert_eq!(figure(Sum { conversions: Some(1.250_004), ..SUM }, EXACT), None);
        assert_eq!(figure(Sum { conversions: Some(1.2501), ..SUM }, EXACT), Some("conversions"));
    }

    #[test]
    fn sums_are_kept_as_they_are() {
        let reckoned = Reckoned {
            read: vec![("ad".to_owned(), 4), ("campaign".to_owned(), 2)],
            rows_taken: 4,
            taken: Sum { conversions: None, ..SUM },
            slack: EXACT,
            left_out: 1,
        };
        assert_eq!(Reckoned::from_json(&reckoned.to_json()), Some(reckoned));
        assert_eq!(Reckoned::from_json(&json!({ "read": {} })), None);
    }
}
