//! In which country an account's customers are, for the holidays they keep.

use super::{figure::number, tracks::of_account};
use crate::{Engine, Error};
use trimtab_domain::{
    Currency, Day, DayRange, TenantCtx, Zone,
    holiday::Country,
    query::{Dimension, MetricQuery, QueryParts},
};
use trimtab_store::AccountState;

/// Days whose delivery tells where the customers are.
const DAYS: u16 = 28;
/// The share of spend that makes a country the account's: holidays of one that has less move little of its figures.
const SHARE: f64 = 0.6;

/// How a country came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KnownBy {
    /// Most of the spend is there.
    Spend,
    /// Zone and currency of the account, or of the client, agree on it.
    Zone,
}

impl KnownBy {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Spend => "spend",
            Self::Zone => "zone",
        }
    }
}

/// A country and how it is known.
pub(super) type Known = (&'static Country, KnownBy);

impl Engine {
    /// The country most of an account's money is spent in; where its platform tells no countries, the one its zone and currency agree on.
    /// `None`: nobody can tell, or there are several.
    pub(super) async fn country(&self, ctx: &TenantCtx, state: &AccountState, last: Day) -> Result<Option<Known>, Error> {
        let parts = QueryParts {
            metrics: vec!["spend".to_owned()],
            dimensions: vec![Dimension::Country],
            filters: of_account(&state.account),
            ..QueryParts::default()
        };
        let query = MetricQuery::new(DayRange::ending(last, DAYS), parts).map_err(|e| Error::Invalid(e.to_string()))?;
        let answer = self.query(ctx, &query).await?;
        let spent = answer
            .rows
            .iter()
            .filter_map(|row| Some((row.keys.first()?.id.as_str(), row.cells.first().copied().and_then(number)?)));
        if let Some(told) = by_spend(spent) {
            return Ok(told.map(|country| (country, KnownBy::Spend)));
        }
        let tenant = self.tenant(ctx.tenant()).await?;
        let account = &state.account;
        Ok(by_zone(&[&account.zone, &tenant.zone], account.currency).map(|country| (country, KnownBy::Zone)))
    }
}

/// The country that has most of the spend; outside `None`: no country has any.
fn by_spend<'a>(spent: impl Iterator<Item = (&'a str, f64)>) -> Option<Option<&'static Country>> {
    let spent: Vec<(&str, f64)> = spent.filter(|(_, spent)| *spent > 0.0).collect();
    let total: f64 = spent.iter().map(|(_, spent)| spent).sum();
    let (code, most) = spent.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(Country::of_code(code).filter(|_| most >= SHARE * total))
}

/// The first zone that says a country with the currency.
fn by_zone(zones: &[&Zone], currency: Currency) -> Option<&'static Country> {
    zones.iter().find_map(|zone| Country::of(zone, currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_where_most_of_the_money_goes() {
        let of = |spent: &[(&'static str, f64)]| by_spend(spent.iter().copied()).map(|told| told.map(|c| c.code.as_str()));
        assert_eq!(of(&[("NL", 70.0), ("BE", 30.0)]), Some(Some("NL")));
        assert_eq!(of(&[("NL", 50.0), ("BE", 50.0)]), Some(None), "two countries keep different days");
        assert_eq!(of(&[("ZZ", 100.0)]), Some(None), "its holidays are not known");
        assert_eq!(of(&[("NL", 0.0)]), None);
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn an_account_without_a_place_is_where_its_client_is() {
        let zone = |name: &str| name.parse::<Zone>().unwrap();
        let of = |account: &str, client: &str| {
            by_zone(&[&zone(account), &zone(client)], "EUR".parse().unwrap()).map(|country| country.code.as_str())
        };
        assert_eq!(of("Europe/Berlin", "Europe/Amsterdam"), Some("DE"));
        assert_eq!(of("UTC", "Europe/Amsterdam"), Some("NL"));
        assert_eq!(of("UTC", "America/New_York"), None);
    }
}
