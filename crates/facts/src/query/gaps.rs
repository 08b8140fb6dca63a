//! Ratios over rows that do not report one of their parts: how much they leave out, and whose rows those are.
//!
//! An account without a figure for revenue still spends, so that a ROAS over it and others says less than it seems to. The sums stay as
//! they are; what they lack is told.

use super::{
    Asked, Reading,
    cells::{Metrics, is_part, number, total},
    keys::Owner,
    sums::{Grouping, Groups, base_column},
};
use crate::Error;
use datafusion::prelude::col;
use std::fmt;
use trimtab_domain::{
    metric::{Metric, Registry},
    query::{Dimension, Rows},
};

/// Named before the rest are only counted.
const ACCOUNTS_NAMED: usize = 3;

/// A base metric that some of the selected rows do not report although they have a share in what it is compared with.
#[derive(Debug)]
pub(super) struct Gap {
    base: &'static Metric,
    /// What its absence is measured by: spend, where a ratio compares with spend in the same table; else what the table counts.
    measure: &'static Metric,
    /// The ratios asked for that it is part of; none where it is asked for itself.
    ratios: Vec<&'static Metric>,
    /// Which part of the measure lies in rows without the base, 0 to 1.
    share: f64,
    /// The accounts of these rows, the largest first.
    accounts: Vec<String>,
}

impl Gap {
    /// Whether the figures of this metric leave something out.
    pub(super) fn shows_in(&self, metric: &Metric) -> bool {
        metric.id == self.base.id || self.ratios.iter().any(|ratio| ratio.id == metric.id)
    }
}

/// The gaps of a period whose groups are known. Only where rows were found to lack something are they looked at again.
pub(super) async fn find(asked: &Asked<'_>, metrics: &Metrics, current: &Groups) -> Result<Vec<Gap>, Error> {
    let mut known = current.known.iter();
    let mut gaps = Vec::new();
    for (reading, rows) in asked.readings.iter().zip(&current.rows) {
        let rows: i64 = rows.iter().sum();
        for place in metrics.watched(reading.part, reading.table) {
            // Nobody reports it: there is no figure that could mislead.
            if known.next().is_none_or(|known| *known == rows || *known == 0) {
                continue;
            }
            gaps.extend(gap(asked, reading, metrics, reading.part.bases[place]).await?);
        }
    }
    Ok(gaps)
}

/// What rows of a table are counted by, where no ratio says what to compare with.
const fn natural_measure(rows: &Rows) -> &'static str {
    match rows {
        Rows::Orders => "orders",
        Rows::Sessions => "sessions",
        Rows::Emails => "email_recipients",
        Rows::Accounts => "reported_spend",
        Rows::Conversions => "action_count",
        _ => "spend",
    }
}

async fn gap(asked: &Asked<'_>, reading: &Reading<'_>, metrics: &Metrics, base: &'static Metric) -> Result<Option<Gap>, Error> {
    let ratios: Vec<_> = metrics.asked.iter().copied().filter(|m| m.additive && is_part(base, m)).collect();
    let others = || reading.part.bases.iter().copied().filter(|b| b.id != base.id && ratios.iter().any(|ratio| is_part(b, ratio)));
    let natural = || Registry::builtin().get(natural_measure(&reading.part.rows)).ok().filter(|metric| metric.id != base.id);
    let measure = others().find(|b| b.id == "spend").or_else(|| others().next()).or_else(natural);
    let (Some(measure), Some(column)) = (measure, base_column(base)) else {
        return Ok(None);
    };
    let (whole, mut silent) = (asked.select(reading, asked.query.period()), asked.select(reading, asked.query.period()));
    silent.days = silent.days.and(col(column).is_null());
    let by = [Grouping::Code("platform"), Grouping::Code("account")];
    let groups = asked.sum(reading, silent, &by, &[base, measure], &[]).await?;
    let whole = asked.sum(reading, whole, &[], &[base, measure], &[]).await?;
    let of = Metrics::bare(vec![base, measure]);
    let amount = |group: usize| number(of.cell(measure, &groups, group)).unwrap_or_default();
    let mut owners: Vec<usize> = (0..groups.len()).filter(|i| amount(*i) > 0.0).collect();
    owners.sort_by(|a, b| amount(*b).total_cmp(&amount(*a)));
    let all = number(of.cell(measure, &total(&whole, 0..whole.len()), 0)).unwrap_or_default();
    let share = owners.iter().map(|i| amount(*i)).sum::<f64>() / all;
    let code = |key: i64| u32::try_from(key).unwrap_or(u32::MAX);
    let name = |i: &usize| {
        let owner = Owner { platform: code(groups.keys[0][*i]), account: code(groups.keys[1][*i]) };
        let named = |dimension, key| asked.key(dimension, i64::from(key), Some(owner)).name;
        format!("{} ({})", named(Dimension::Account, owner.account), named(Dimension::Platform, owner.platform))
    };
    Ok((!owners.is_empty() && share.is_finite()).then(|| Gap {
        base,
        measure,
        ratios,
        share,
        accounts: owners.iter().map(name).collect(),
    }))
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lower = |metric: &Metric| metric.name.to_lowercase();
        let named = self.accounts.iter().take(ACCOUNTS_NAMED).cloned().collect::<Vec<_>>().join(", ");
        let more = match self.accounts.len().saturating_sub(ACCOUNTS_NAMED) {
            0 => String::new(),
            1 => " and one more account".to_owned(),
            more => format!(" and {more} more accounts"),
        };
        let percent = match self.share * 100.0 {
            few if few < 0.1 => "less than 0.1".to_owned(),
            share => format!("{share:.1}"),
        };
        if self.ratios.is_empty() {
            return write!(f, "{} is not told for {percent} % of the {} ({named}{more})", self.base.name, lower(self.measure));
        }
        let ratios = self.ratios.iter().map(|m| m.name.as_str()).collect::<Vec<_>>().join(" and ");
        let (verb, base, measure) =
            (if self.ratios.len() == 1 { "covers" } else { "cover" }, lower(self.base), lower(self.measure));
        write!(f, "no {base} is reported for {percent} % of the {measure} ({named}{more}): {ratios} {verb} that {measure} too")
    }
}
