//! Exchange rates by day, as a central bank publishes them: units of a currency for one euro, on business days only.
//!
//! Amounts are converted at the rate of their own day; on days without one the last before counts, for at most
//! [`CARRIED_DAYS_MAX`] days, so that a currency that has ended is never carried on. A rate between two currencies is the quotient of
//! theirs to the euro. Everything is whole numbers: a rate has nine decimals, an amount six.

use crate::{Currency, Day};
use jiff::ToSpan;
use std::{collections::BTreeMap, fmt, str::FromStr};

/// Days a rate is carried forward at most. Without a rate for longer than any run of holidays (five days), a currency is no longer quoted.
pub const CARRIED_DAYS_MAX: i8 = 7;

/// Decimals of a rate.
const DECIMALS: u32 = 9;
const ONE: u64 = 10_u64.pow(DECIMALS);

/// Units of a currency for one euro; always positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PerEuro(u64);

/// A text that is no rate.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("'{0}' is not a rate: use a positive number with at most nine decimals")]
pub struct NotARate(String);

impl PerEuro {
    /// The rate of the euro itself.
    pub const EURO: Self = Self(ONE);

    /// The rate in billionths.
    #[must_use]
    pub const fn billionths(self) -> u64 {
        self.0
    }

    /// A rate from billionths; `None` for zero.
    #[must_use]
    pub const fn from_billionths(billionths: u64) -> Option<Self> {
        if billionths == 0 { None } else { Some(Self(billionths)) }
    }
}

impl FromStr for PerEuro {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Self, NotARate> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let shift = DECIMALS.checked_sub(u32::try_from(decimals.len()).unwrap_or(u32::MAX));
        let billionths = shift.filter(|_| !whole.is_empty() && digits(whole) && digits(decimals)).and_then(|shift| {
            let fraction = if decimals.is_empty() { 0 } else { decimals.parse::<u64>().ok()? };
            whole.parse::<u64>().ok()?.checked_mul(ONE)?.checked_add(fraction * 10_u64.pow(shift))
        });
        billionths.and_then(Self::from_billionths).ok_or_else(|| NotARate(text.to_owned()))
    }
}

/// One published rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The currency.
    pub currency: Currency,
    /// The business day it was published for.
    pub day: Day,
    /// Its units for one euro.
    pub per_euro: PerEuro,
}

/// Why an amount cannot be converted.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum NoRate {
    /// Never quoted.
    #[error("there is no reference rate for {currency}")]
    Unknown {
        /// The currency.
        currency: Currency,
    },
    /// Not quoted yet.
    #[error("there is no reference rate for {currency} on {day}: the first is of {first}")]
    Before {
        /// The currency.
        currency: Currency,
        /// The day wanted.
        day: Day,
        /// The first day it was quoted.
        first: Day,
    },
    /// No longer quoted, or not read for too long.
    #[error(
        "there is no reference rate for {currency} on {day}: the last before it is of {last}, which is too old to be carried forward"
    )]
    TooOld {
        /// The currency.
        currency: Currency,
        /// The day wanted.
        day: Day,
        /// The last day before it that it was quoted.
        last: Day,
    },
}

/// The rates known, by currency and day. The euro needs none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rates(BTreeMap<Currency, Vec<(Day, PerEuro)>>);

/// What one unit of a currency is of another on a day, and the day the rate is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cross {
    from: PerEuro,
    to: PerEuro,
    /// The older of the two rates' days; the day itself where neither was carried forward.
    pub day: Day,
}

impl FromIterator<Rate> for Rates {
    fn from_iter<T: IntoIterator<Item = Rate>>(rates: T) -> Self {
        let mut all = BTreeMap::<Currency, Vec<(Day, PerEuro)>>::new();
        for Rate { currency, day, per_euro } in rates {
            all.entry(currency).or_default().push((day, per_euro));
        }
        for days in all.values_mut() {
            days.sort_unstable();
            days.dedup_by_key(|(day, _)| *day);
        }
        Self(all)
    }
}

impl Rates {
    /// Whether none are known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Changes whenever rates are added: how many there are, and the last day.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let count: usize = self.0.values().map(Vec::len).sum();
        format!("{count}@{}", self.last().map(|day| day.to_string()).unwrap_or_default())
    }

    /// The currencies that were ever quoted, the euro left out.
    pub fn currencies(&self) -> impl Iterator<Item = Currency> + '_ {
        self.0.keys().copied()
    }

    /// The last day any rate is known of.
    #[must_use]
    pub fn last(&self) -> Option<Day> {
        self.0.values().filter_map(|days| days.last()).map(|(day, _)| *day).max()
    }

    /// A currency's rate on a day, and the day it is of.
    ///
    /// # Errors
    /// When there is none on the day and none to carry forward.
    pub fn at(&self, currency: Currency, day: Day) -> Result<(PerEuro, Day), NoRate> {
        if currency.as_str() == "EUR" {
            return Ok((PerEuro::EURO, day));
        }
        let days = self.0.get(&currency).filter(|days| !days.is_empty()).ok_or(NoRate::Unknown { currency })?;
        let after = days.partition_point(|(of, _)| *of <= day);
        let Some((of, rate)) = after.checked_sub(1).and_then(|at| days.get(at)) else {
            return Err(NoRate::Before { currency, day, first: days[0].0 });
        };
        if of.saturating_add(CARRIED_DAYS_MAX.days()) < day {
            return Err(NoRate::TooOld { currency, day, last: *of });
        }
        Ok((*rate, *of))
    }

    /// What one unit of `from` is of `to` on a day. Currencies that are the same need no rate.
    ///
    /// # Errors
    /// When either has no rate.
    pub fn cross(&self, from: Currency, to: Currency, day: Day) -> Result<Cross, NoRate> {
        if from == to {
            return Ok(Cross { from: PerEuro::EURO, to: PerEuro::EURO, day });
        }
        let ((from, from_day), (to, to_day)) = (self.at(from, day)?, self.at(to, day)?);
        Ok(Cross { from, to, day: from_day.min(to_day) })
    }
}

impl Cross {
    /// An amount in micros of the one as micros of the other, rounded half away from zero; `None` where it is too large.
    #[must_use]
    pub fn convert(&self, micros: i64) -> Option<i64> {
        let (from, to) = (i128::from(self.from.0), i128::from(self.to.0));
        let scaled = i128::from(micros) * to;
        let rounded = (scaled.abs() * 2 + from) / (from * 2);
        i64::try_from(if scaled < 0 { -rounded } else { rounded }).ok()
    }
}

impl fmt::Display for PerEuro {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / ONE, self.0 % ONE);
        let rest = format!("{rest:09}");
        match rest.trim_end_matches('0') {
            "" => write!(f, "{whole}"),
            rest => write!(f, "{whole}.{rest}"),
        }
    }
}

#[cfg(test)]
mod tests;
