//! Exchange rates: read once a day from the European Central Bank, kept for all tenants, handed to the lake.

use crate::{Engine, Error, limits};
use jiff::{SignedDuration, tz::TimeZone};
use trimtab_domain::{
    Currency, Day, Timestamp,
    rates::{Rate, Rates},
};
use url::Url;

/// When rates were last read, among the settings of the installation.
const READ_AT: &str = "rates.read_at";

/// What is known of exchange rates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatesView {
    /// The last day a rate is of.
    pub last_day: Option<Day>,
    /// When they were last read.
    pub read_at: Option<Timestamp>,
    /// Currencies there are rates for, the euro among them.
    pub currencies: Vec<Currency>,
    /// What is wrong with them, if anything.
    pub message: Option<String>,
}

impl Engine {
    /// Hands the rates that are kept to the lake. Called once, before anybody asks.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn load_rates(&self) -> Result<(), Error> {
        let rates: Rates = self.store().system().rates().await?.into_iter().collect();
        self.lake().set_rates(rates);
        Ok(())
    }

    /// Reads what the bank has published since, all of its history the first time; answers how many rates are new or corrected.
    ///
    /// # Errors
    /// When the bank cannot be read or the store fails.
    pub async fn read_rates(&self) -> Result<usize, Error> {
        let known: Rates = self.store().system().rates().await?.into_iter().collect();
        let bank = self.connectors().rates(self.rates_url());
        let today = self.now().to_zoned(TimeZone::UTC).date();
        // What the short list reaches back to; a longer silence means reading everything.
        let recent =
            known.last().is_some_and(|last| today.duration_since(last) < SignedDuration::from_hours(24 * limits::RATES_SHORT_DAYS));
        let published = if recent { bank.latest().await? } else { bank.all().await? };
        self.keep_rates(published, &known).await
    }

    /// Keeps rates from elsewhere, such as a file of the bank's.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn import_rates(&self, published: Vec<Rate>) -> Result<usize, Error> {
        let known: Rates = self.store().system().rates().await?.into_iter().collect();
        self.keep_rates(published, &known).await
    }

    async fn keep_rates(&self, published: Vec<Rate>, known: &Rates) -> Result<usize, Error> {
        let new: Vec<Rate> =
            published.into_iter().filter(|rate| known.at(rate.currency, rate.day) != Ok((rate.per_euro, rate.day))).collect();
        self.store().system().put_rates(&new).await?;
        self.store().system().note(READ_AT, &self.now().to_string()).await?;
        if !new.is_empty() {
            self.load_rates().await?;
        }
        Ok(new.len())
    }

    /// Reads the rates where that was not done within the day.
    ///
    /// # Errors
    /// As [`Self::read_rates`].
    pub(crate) async fn freshen_rates(&self) -> Result<(), Error> {
        let read_at = self.rates_read_at().await?;
        if read_at.is_some_and(|at| self.now().duration_since(at) < limits::RATES_EVERY) {
            return Ok(());
        }
        let tried = self.rates_tried();
        {
            let mut tried = tried.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if tried.is_some_and(|at| self.now().duration_since(at) < limits::AFTER_FAILURE) {
                return Ok(());
            }
            *tried = Some(self.now());
        }
        let new = self.read_rates().await?;
        tracing::info!(new, "read exchange rates");
        Ok(())
    }

    /// What is known of exchange rates.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn rates(&self) -> Result<RatesView, Error> {
        let rates: Rates = self.store().system().rates().await?.into_iter().collect();
        let (last_day, read_at) = (rates.last(), self.rates_read_at().await?);
        let age = |day: Day| self.now().to_zoned(TimeZone::UTC).date().duration_since(day).as_hours() / 24;
        let message = match last_day {
            None => Some("no exchange rates have been read yet: run `trimtab rates`".to_owned()),
            Some(day) if age(day) > i64::from(trimtab_domain::rates::CARRIED_DAYS_MAX) => {
                Some(format!("the newest exchange rate is of {day}: run `trimtab rates`, and see whether the bank can be reached"))
            }
            Some(_) => None,
        };
        let mut currencies: Vec<Currency> = rates.currencies().chain("EUR".parse().ok()).collect();
        currencies.sort_unstable();
        Ok(RatesView { last_day, read_at, currencies: if last_day.is_some() { currencies } else { Vec::new() }, message })
    }

    async fn rates_read_at(&self) -> Result<Option<Timestamp>, Error> {
        Ok(self.store().system().setting(READ_AT).await?.and_then(|text| text.parse().ok()))
    }

    fn rates_url(&self) -> Option<Url> {
        self.rates_base().cloned()
    }
}
