//! Amounts in another currency than their account's: each row's at the rate of its own day.

use super::Asked;
use crate::{Error, days, file::FileEntry};
use datafusion::arrow::{
    array::{ArrayRef, AsArray, Int64Array},
    datatypes::{Date32Type, Int64Type},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use trimtab_domain::{
    Currency, DayRange,
    metric::{Metric, Unit},
    query::RatesUsed,
    rates::{Cross, Rates},
};

/// What amounts are converted to, and by which rates.
#[derive(Debug, Clone)]
pub(crate) struct Conversion {
    to: Currency,
    rates: Arc<Rates>,
    /// The days asked about. A file may hold others.
    asked: [Option<DayRange>; 2],
}

impl Conversion {
    /// The currency that comes out.
    pub(crate) const fn to(&self) -> Currency {
        self.to
    }

    /// Converts the amounts among a file's columns. A row whose day has no rate is worth nothing: such days are refused before anything is
    /// read, so that it is outside the days asked about. (It cannot be left open, since most amounts are never missing.)
    ///
    /// # Errors
    /// When an amount of a day asked about is too large in the other currency.
    pub(crate) fn convert(&self, entry: &FileEntry, names: &[&'static str], columns: &mut [ArrayRef]) -> Result<(), Error> {
        let Some(from) = entry.slice.currency.parse().ok().filter(|from| *from != self.to) else { return Ok(()) };
        let Some(dates) = names.iter().position(|name| *name == "date").map(|at| Arc::clone(&columns[at])) else {
            return Ok(());
        };
        let dates = dates.as_primitive::<Date32Type>();
        let crosses: Vec<Option<Cross>> =
            (entry.days.0..=entry.days.1).map(|day| self.rates.cross(from, self.to, days::from_epoch(day)).ok()).collect();
        let of = |day: i32| crosses.get(usize::try_from(day - entry.days.0).ok()?)?.as_ref();
        for (_, column) in names.iter().zip(columns).filter(|(name, _)| name.ends_with("_micros")) {
            let amounts = column.as_primitive::<Int64Type>();
            let worth = |micros: i64, day: i32| {
                let Some(cross) = of(day) else { return Ok(0) };
                if let Some(converted) = cross.convert(micros) {
                    return Ok(converted);
                }
                let day = days::from_epoch(day);
                let is_asked = self.asked.iter().flatten().any(|days| days.contains(day));
                if is_asked { Err(Error::Unshown { present: from, wanted: self.to, day }) } else { Ok(0) }
            };
            let converted = amounts.iter().zip(dates.values()).map(|(micros, day)| micros.map(|m| worth(m, *day)).transpose());
            *column = Arc::new(converted.collect::<Result<Int64Array, Error>>()?);
        }
        Ok(())
    }
}

impl Asked<'_> {
    /// How amounts are converted, where a currency is asked for and any of these metrics is money.
    pub(super) fn conversion(&self, bases: &[&Metric]) -> Option<Conversion> {
        let to = self.query.currency().filter(|_| bases.iter().any(|base| base.unit == Unit::Money))?;
        let period = self.query.period();
        let asked = [Some(period), self.query.compare().map(|compare| compare.range(period))];
        Some(Conversion { to, rates: Arc::clone(&self.rates), asked })
    }

    /// Whether rates may have a share in the answer: some amounts are kept in another currency than the one asked for.
    pub(super) fn may_convert(&self) -> bool {
        let Some(to) = self.query.currency() else { return false };
        let files = self.readings.iter().filter_map(|reading| reading.facts.as_ref()).flat_map(|opened| &opened.files);
        files.into_iter().any(|file| file.slice.currency != to.as_str())
    }

    /// The rates that the days of these files within their period are converted by; `None` where nothing has to be.
    ///
    /// # Errors
    /// When one is missing.
    pub(super) fn rates_used<'f>(
        &self,
        files: impl Iterator<Item = (&'f FileEntry, DayRange)>,
    ) -> Result<Option<RatesUsed>, Error> {
        let Some(to) = self.query.currency() else { return Ok(None) };
        let mut wanted = BTreeMap::<Currency, BTreeSet<i32>>::new();
        for (file, period) in files {
            let Some(from) = file.slice.currency.parse().ok().filter(|from| *from != to) else { continue };
            let (first, last) = (days::to_epoch(period.from()).max(file.days.0), days::to_epoch(period.to()).min(file.days.1));
            wanted.entry(from).or_default().extend(first..=last);
        }
        let (mut of, mut carried) = (BTreeSet::new(), BTreeSet::new());
        for (from, days) in &wanted {
            for day in days {
                let date = days::from_epoch(*day);
                let cross =
                    self.rates.cross(*from, to, date).map_err(|source| Error::NoRate { present: *from, wanted: to, source })?;
                of.insert(cross.day);
                if cross.day != date {
                    carried.insert(*day);
                }
            }
        }
        let (Some(first), Some(last)) = (of.first(), of.last()) else { return Ok(None) };
        Ok(Some(RatesUsed {
            to,
            from: wanted.into_keys().collect(),
            first: *first,
            last: *last,
            carried_days: u32::try_from(carried.len()).unwrap_or(u32::MAX),
        }))
    }
}
