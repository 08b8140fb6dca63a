//! Which one event counts as "the conversion" of an account.
//!
//! `conversion` is each ad group's own goal: a purchase here, a lead or an install there. Adding it up compares apples with pears, so
//! purchases are counted where the account has any, on its site or in its app; only where it has none does each ad group's goal count.
//! TikTok has no one figure for revenue: `total_complete_payment_rate` is a value in some accounts and a rate by its name, so the value
//! of purchases on a site is their number times their average value.

use super::{
    Tiktok,
    api::{Ask, Data, Listed, Tally, json},
    report::{Metrics, REPORT},
};
use crate::{Connector, Error, limits};
use serde::Deserialize;
use std::sync::PoisonError;
use trimtab_domain::{DayRange, account::Account};

/// What is counted as a conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Purchases on the web site (`complete_payment`), valued.
    SitePurchases,
    /// Purchases in an app (`purchase`), valued.
    AppPurchases,
    /// Whatever each ad group is optimised for (`conversion`), without a value.
    Goals,
}

impl Counted {
    /// The action type among the account's conversions.
    #[must_use]
    pub const fn action(self) -> &'static str {
        match self {
            Self::SitePurchases => "complete_payment",
            Self::AppPurchases => "purchase",
            Self::Goals => "conversion",
        }
    }
}

/// The account's totals, without any dimension of time.
#[derive(Deserialize)]
struct Total<'a> {
    #[serde(borrow)]
    metrics: Metrics<'a>,
}

impl Tiktok {
    /// Settles what counts as a conversion, by asking once for the account's totals of the last year. The answer is kept for the life
    /// of this connector; `None`, which is not kept: TikTok knows of no delivery at all.
    pub(super) async fn counted(&self, account: &Account, tally: &Tally) -> Result<Option<Counted>, Error> {
        let known = self.counted.lock().unwrap_or_else(PoisonError::into_inner).get(&account.id).copied();
        if let Some(counted) = known {
            return Ok(Some(counted));
        }
        let year = DayRange::ending(account.zone.day_at(self.now()), limits::TIKTOK_TOTAL_DAYS_MAX);
        let params = vec![
            ("advertiser_id", account.id.as_str().into()),
            ("report_type", "BASIC".into()),
            ("service_type", "AUCTION".into()),
            ("data_level", "AUCTION_ADVERTISER".into()),
            ("dimensions", json(&["advertiser_id"])),
            ("metrics", json(&["complete_payment", "purchase"])),
            ("start_date", year.from().to_string().into()),
            ("end_date", year.to().to_string().into()),
        ];
        let ask = Ask::get(Some(&account.id), REPORT, params);
        let read = |body: &[u8]| {
            let Data { data }: Data<Listed<Total<'_>>> = serde_json::from_slice(body)?;
            let some = |count: Option<f64>| count.is_some_and(|count| count > 0.0);
            Ok(if data.list.is_empty() {
                None
            } else if data.list.iter().any(|row| some(row.metrics.site_purchases())) {
                Some(Counted::SitePurchases)
            } else if data.list.iter().any(|row| some(row.metrics.app_purchases())) {
                Some(Counted::AppPurchases)
            } else {
                Some(Counted::Goals)
            })
        };
        let Some(counted) = self.api.ask(tally, &ask, read).await? else { return Ok(None) };
        let mut known = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Some(*known.entry(account.id.clone()).or_insert(counted)))
    }
}
