//! What analytics themselves say their figures leave out.

use super::{
    Asked,
    cells::{Metrics, number},
    sums::Grouping,
};
use crate::Error;
use std::{collections::BTreeSet, fmt};
use trimtab_domain::{
    metric::{Metric, Registry},
    query::Rows,
};

/// Visits among those asked about that the analytics say are not all there is.
#[derive(Debug)]
pub(super) struct Flagged {
    /// Days with such visits.
    days: usize,
    /// What is said of them, in words.
    words: Vec<&'static str>,
    /// Which part of the visits lie on such days and ways, 0 to 1.
    share: f64,
}

/// Each flag and what it means.
const FLAGS: [(&str, &str); 3] = [
    ("other", "puts rare sources and campaigns together as \"(other)\""),
    ("thresholded", "withholds rows of few people"),
    ("sampled", "estimates figures from a part of the visits"),
];

/// Looks at the visits of the period, if the query reads any.
pub(super) async fn find(asked: &Asked<'_>) -> Result<Option<Flagged>, Error> {
    let Some(reading) = asked.readings.iter().find(|reading| reading.part.rows == Rows::Sessions) else { return Ok(None) };
    let Ok(sessions) = Registry::builtin().get("sessions") else { return Ok(None) };
    let selection = asked.select(reading, asked.query.period());
    let groups = asked.sum(reading, selection, &[Grouping::Code("quality"), Grouping::Day], &[sessions], &[]).await?;
    let of = Metrics::bare(vec![sessions]);
    let (mut days, mut said, mut flagged, mut all) = (BTreeSet::new(), BTreeSet::new(), 0.0, 0.0);
    for group in 0..groups.len() {
        let visits = number(of.cell(sessions, &groups, group)).unwrap_or_default();
        all += visits;
        let quality = asked.tenant.codes.text(u32::try_from(groups.keys[0][group]).unwrap_or(u32::MAX));
        if !quality.is_empty() {
            flagged += visits;
            days.insert(groups.keys[1][group]);
            said.extend(quality.split('+').map(str::to_owned));
        }
    }
    let words: Vec<_> = FLAGS.iter().filter(|(flag, _)| said.contains(*flag)).map(|(_, words)| *words).collect();
    Ok((!days.is_empty()).then(|| Flagged { days: days.len(), words, share: if all > 0.0 { flagged / all } else { 1.0 } }))
}

impl Flagged {
    /// Whether the figures of this metric leave something out.
    pub(super) fn shows_in(asked: &Asked<'_>, metric: &Metric) -> bool {
        let sessions = asked.readings.iter().find(|reading| reading.part.rows == Rows::Sessions);
        let bases = Registry::builtin().bases(metric);
        sessions.is_some_and(|reading| reading.part.bases.iter().any(|base| bases.iter().any(|own| own.id == base.id)))
    }
}

impl fmt::Display for Flagged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = if self.days == 1 { "one day".to_owned() } else { format!("{} days", self.days) };
        write!(f, "on {days} ({:.0} % of the visits) Google Analytics {}", self.share * 100.0, self.words.join(", and "))
    }
}
