//! Which one event counts as "the conversion" of an account.
//!
//! `TOTAL_CONVERSIONS` adds page visits to purchases, so one event is chosen: the best the account reported over the last 90 days. A choice
//! per row would count leads on days without a sale.

use super::{
    Pinterest,
    collect::rows,
    facts::Reach,
    row::Row,
    service::{Ask, Tally},
};
use crate::{Connector, Error};
use std::sync::PoisonError;
use trimtab_domain::{DayRange, account::Account};

/// An event that may be counted, in order of preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    /// A purchase.
    Checkout,
    /// A contact left.
    Lead,
    /// A registration.
    Signup,
    /// An event of the advertiser's own.
    Custom,
}

impl Conversion {
    const PREFERENCES: [Self; 4] = [Self::Checkout, Self::Lead, Self::Signup, Self::Custom];

    /// The columns that tell it.
    pub(super) const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Checkout => &["TOTAL_CHECKOUT", "TOTAL_CHECKOUT_VALUE_IN_MICRO_DOLLAR"],
            Self::Lead => &["TOTAL_LEAD"],
            Self::Signup => &["TOTAL_SIGNUP", "TOTAL_SIGNUP_VALUE_IN_MICRO_DOLLAR"],
            Self::Custom => &["TOTAL_CUSTOM", "TOTAL_CUSTOM_VALUE_IN_MICRO_DOLLAR"],
        }
    }
}

/// The settled choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    conversion: Conversion,
    reported: bool,
    valued: bool,
}

impl Counted {
    /// One event. `reported` says whether the account reports it at all, `valued` whether with values: then a day without is zero,
    /// not unknown.
    #[must_use]
    pub const fn new(conversion: Conversion, reported: bool, valued: bool) -> Self {
        Self { conversion, reported, valued }
    }

    /// The event.
    #[must_use]
    pub const fn conversion(self) -> Conversion {
        self.conversion
    }

    /// Whether the account reports it.
    #[must_use]
    pub const fn reported(self) -> bool {
        self.reported
    }

    /// Whether it carries values.
    #[must_use]
    pub const fn valued(self) -> bool {
        self.valued
    }

    /// The choice for an account that reports nothing.
    pub(super) const UNKNOWN: Self = Self::new(Conversion::Checkout, false, false);

    /// Settles the choice by an account's totals. An account that reports nothing of the kind has its checkouts counted, should there be
    /// any on older days.
    fn settle(totals: &[Row<'_>]) -> Self {
        let some = |figure: Option<super::row::Number>| figure.is_some_and(|figure| figure.0 != 0.0);
        let any = |conversion| totals.iter().any(|row| some(row.total(conversion).0));
        let worth = |conversion| totals.iter().any(|row| some(row.total(conversion).1));
        match Conversion::PREFERENCES.into_iter().find(|conversion| any(*conversion)) {
            Some(conversion) => Self::new(conversion, true, worth(conversion)),
            None => Self::UNKNOWN,
        }
    }
}

impl Pinterest {
    /// What counts as a conversion, asked for once and kept for the life of this connector; `None`, which is not kept: Pinterest knows of
    /// no delivery in its reach.
    pub(super) async fn counted(&self, account: &Account, tally: &Tally) -> Result<Option<Counted>, Error> {
        let known = self.counted.lock().unwrap_or_else(PoisonError::into_inner).get(&account.id).copied();
        if let Some(counted) = known {
            return Ok(Some(counted));
        }
        let reach = Reach::at(self.now());
        let range = DayRange::new(reach.direct_from, reach.today).unwrap_or(DayRange::single(reach.today));
        let columns: Vec<_> = Conversion::PREFERENCES.iter().flat_map(|conversion| conversion.columns()).copied().collect();
        let ask = Ask::of(&account.id, "analytics", super::facts::params(range, "TOTAL", &columns));
        let settle = |body: &[u8]| {
            let totals = rows(body)?;
            Ok((!totals.is_empty()).then(|| Counted::settle(&totals)))
        };
        let Some(counted) = self.service.ask(tally, &ask, settle).await? else { return Ok(None) };
        let mut known = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Some(*known.entry(account.id.clone()).or_insert(counted)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purchase_is_preferred_and_zero_is_not_reported() {
        let settle = |json: &str| Counted::settle(&rows(json.as_bytes()).unwrap());
        let both = r#"[{"TOTAL_LEAD":40,"TOTAL_CHECKOUT":2,"TOTAL_CHECKOUT_VALUE_IN_MICRO_DOLLAR":5.0}]"#;
        assert_eq!(settle(both), Counted::new(Conversion::Checkout, true, true));
        assert_eq!(settle(r#"[{"TOTAL_LEAD":40,"TOTAL_CHECKOUT":0}]"#), Counted::new(Conversion::Lead, true, false));
        assert_eq!(settle(r#"[{"TOTAL_CUSTOM":1,"TOTAL_SIGNUP":null}]"#), Counted::new(Conversion::Custom, true, false));
        assert_eq!(settle("[]"), Counted::new(Conversion::Checkout, false, false));
    }
}
