//! From an order as Magento tells it to an order as it is kept.

use super::service::Listed;
use compact_str::CompactString;
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny},
};
use serde_json::value::RawValue;
use trimtab_domain::{
    Currency, Day, Timestamp, Zone,
    account::Account,
    fact::{Custom, Order, OrderState, Utm},
    money::parse_micros,
};

/// What is asked of an order.
pub(super) const FIELDS: &str = "entity_id,increment_id,created_at,state,base_currency_code,base_grand_total,base_total_refunded,base_tax_amount,\
    base_shipping_amount,base_discount_amount,customer_email,extension_attributes[utm_source,utm_medium,utm_campaign]";

/// The state of an order that was cancelled.
const CANCELLED: &str = "canceled";
/// The state of an order whose payment has been begun and not made.
const UNPAID: &str = "pending_payment";

/// An amount by the digits it was written with: a number as it stands in the answer never goes through a binary fraction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Exact(i64);

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(from)?;
        parse_micros(raw.get().trim_matches('"')).map(Self).map_err(|_| D::Error::custom("no amount"))
    }
}

/// An instant written in UTC without saying so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Utc(Timestamp);

impl<'de> Deserialize<'de> for Utc {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = CompactString::deserialize(from)?;
        let civil = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", &*text).map_err(|_| D::Error::custom("no time"))?;
        let zoned = civil.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| D::Error::custom("no time"))?;
        Ok(Self(zoned.timestamp()))
    }
}

impl Utc {
    /// The day it is in a zone.
    pub(super) fn day(self, zone: &Zone) -> Day {
        zone.day_at(self.0)
    }
}

/// An order.
#[derive(Debug, Deserialize)]
pub(super) struct Row {
    entity_id: u64,
    #[serde(default)]
    increment_id: CompactString,
    pub(super) created_at: Utc,
    state: Option<CompactString>,
    base_currency_code: Currency,
    base_grand_total: Exact,
    base_total_refunded: Option<Exact>,
    base_tax_amount: Option<Exact>,
    base_shipping_amount: Option<Exact>,
    base_discount_amount: Option<Exact>,
    customer_email: Option<CompactString>,
    extension_attributes: Option<Extension>,
}

/// What extensions add. PHP writes an empty list where there is nothing.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Extension {
    Marks(Marks),
    Nothing(IgnoredAny),
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct Marks {
    utm_source: Option<CompactString>,
    utm_medium: Option<CompactString>,
    utm_campaign: Option<CompactString>,
}

impl Listed for Row {
    fn id(&self) -> u64 {
        self.entity_id
    }
}

impl Row {
    /// Whether it is an order yet.
    pub(super) fn counts(&self) -> bool {
        self.state.as_deref() != Some(UNPAID)
    }

    /// Whether it still stands.
    pub(super) fn stands(&self) -> bool {
        self.counts() && self.state.as_deref() != Some(CANCELLED)
    }

    /// Whose it is: an address, which goes no further than the search for earlier ones.
    pub(super) fn address(&self) -> Option<&str> {
        self.customer_email.as_deref().map(str::trim).filter(|address| !address.is_empty())
    }

    /// What is kept of it, once it is known whose it is and whether it is the first.
    pub(super) fn order(&self, account: &Account, customer: CompactString, custom: Custom) -> Result<Order, String> {
        if self.base_currency_code != account.currency {
            let (own, other) = (account.currency, self.base_currency_code);
            return Err(format!("order {} is in {other}, and the store's base currency is {own}", self.entity_id));
        }
        let amount = |exact: Option<Exact>| exact.unwrap_or_default().0;
        Ok(Order {
            date: self.created_at.day(&account.zone),
            id: self.entity_id.to_string().into(),
            number: self.increment_id.clone(),
            customer,
            custom,
            utm: self.utm(),
            state: if self.stands() { OrderState::Placed } else { OrderState::Cancelled },
            total_micros: self.base_grand_total.0,
            refunded_micros: amount(self.base_total_refunded),
            tax_micros: amount(self.base_tax_amount),
            shipping_micros: amount(self.base_shipping_amount),
            // Written as what it changes the total by.
            discount_micros: amount(self.base_discount_amount).saturating_abs(),
        })
    }

    fn utm(&self) -> Utm {
        match &self.extension_attributes {
            Some(Extension::Marks(marks)) => {
                let said = |text: &Option<CompactString>| text.clone().unwrap_or_default();
                Utm { source: said(&marks.utm_source), medium: said(&marks.utm_medium), campaign: said(&marks.utm_campaign) }
            }
            Some(Extension::Nothing(_)) | None => Utm::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::{Source, account::Standing};

    const ROW: &str = r#"{"entity_id":101,"increment_id":"000000101","created_at":"2026-11-20 23:14:09","state":"processing",
        "base_currency_code":"EUR","base_grand_total":119.9,"base_total_refunded":19.9000,"base_tax_amount":19.14,
        "base_shipping_amount":"4.9000","base_discount_amount":-10,"customer_email":" Eva@example.com",
        "extension_attributes":{"utm_source":"google","utm_medium":"cpc","utm_campaign":"Brand"}}"#;

    fn account() -> Account {
        Account {
            source: Source::Magento,
            id: "default".into(),
            name: "Shop".into(),
            currency: "EUR".parse().unwrap(),
            zone: "Europe/Berlin".parse().unwrap(),
            standing: Standing::Good,
        }
    }

    fn row(json: &str) -> Row {
        serde_json::from_str(json).unwrap()
    }

    fn order(json: &str) -> Order {
        row(json).order(&account(), "c".into(), Custom::New).unwrap()
    }

    #[test]
    fn an_order_belongs_to_the_stores_day_in_its_base_currency() {
        let order = order(ROW);
        assert_eq!((order.date.to_string().as_str(), order.id.as_str(), order.number.as_str()), ("2026-11-21", "101", "000000101"));
        assert_eq!((order.total_micros, order.refunded_micros, order.tax_micros), (119_900_000, 19_900_000, 19_140_000));
        assert_eq!((order.shipping_micros, order.discount_micros), (4_900_000, 10_000_000));
        assert_eq!((order.utm.source.as_str(), order.utm.campaign.as_str()), ("google", "Brand"));
        assert_eq!(row(ROW).address(), Some("Eva@example.com"));
        let error = row(&ROW.replace("EUR", "USD")).order(&account(), "c".into(), Custom::New).unwrap_err();
        assert!(error.contains("order 101 is in USD"), "{error}");
    }

    #[test]
    fn amounts_keep_every_digit() {
        let of = |text: &str| serde_json::from_str::<Exact>(text).map(|exact| exact.0).ok();
        assert_eq!(of("9007199254.740993"), Some(9_007_199_254_740_993), "a binary fraction would end in 2");
        assert_eq!((of("1e2"), of("\"0.1000\""), of("-10")), (Some(100_000_000), Some(100_000), Some(-10_000_000)));
        assert_eq!((of("null"), of("\"\""), of("true"), of("[]")), (None, None, None, None));
    }

    #[test]
    fn what_is_cancelled_stays_and_what_is_unpaid_is_none() {
        let of = |state: &str| row(&ROW.replace("processing", state));
        let told = |state: &str| (of(state).counts(), of(state).stands());
        for state in ["new", "processing", "complete", "closed", "holded", "payment_review"] {
            assert_eq!(told(state), (true, true), "{state}");
        }
        assert_eq!((told("canceled"), told("pending_payment")), ((true, false), (false, false)));
        assert_eq!(order(&ROW.replace("processing", "canceled")).state, OrderState::Cancelled);
    }

    #[test]
    fn what_is_left_out_is_nothing() {
        let bare = r#"{"entity_id":7,"created_at":"2026-11-20 08:00:00","state":"complete","base_currency_code":"EUR","base_grand_total":0}"#;
        let order = order(bare);
        assert_eq!((order.refunded_micros, order.total_micros, &order.utm), (0, 0, &Utm::default()));
        let empty = bare.replace(r#""entity_id":7"#, r#""entity_id":7,"extension_attributes":[],"base_total_refunded":null"#);
        assert_eq!(self::order(&empty).utm, Utm::default());
        assert_eq!(row(&empty).address(), None);
    }
}
