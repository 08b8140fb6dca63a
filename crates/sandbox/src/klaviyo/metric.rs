//! Metrics: the kinds of events an account has, each with an id of its own and the integration it comes from.

use super::account::{Account, short};
use crate::world::chance::tag;
use serde_json::{Value, json};
use trimtab_domain::Source;

/// What a metric counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Metric {
    PlacedOrder,
    RefundedOrder,
    CancelledOrder,
    /// The same name from another integration, which was once tried out and has no events.
    OldPlacedOrder,
    Received,
    Opened,
    Clicked,
    /// Nobody here does it.
    Unsubscribed,
}

impl Metric {
    pub(crate) const ALL: [Self; 8] = [
        Self::OldPlacedOrder,
        Self::PlacedOrder,
        Self::RefundedOrder,
        Self::CancelledOrder,
        Self::Received,
        Self::Opened,
        Self::Clicked,
        Self::Unsubscribed,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::PlacedOrder | Self::OldPlacedOrder => "Placed Order",
            Self::RefundedOrder => "Refunded Order",
            Self::CancelledOrder => "Cancelled Order",
            Self::Received => "Received Email",
            Self::Opened => "Opened Email",
            Self::Clicked => "Clicked Email",
            Self::Unsubscribed => "Unsubscribed from Email Marketing",
        }
    }

    /// Whether it is about mails rather than orders.
    pub(crate) const fn is_of_mail(self) -> bool {
        matches!(self, Self::Received | Self::Opened | Self::Clicked | Self::Unsubscribed)
    }

    pub(crate) fn id(self, of: &Account) -> String {
        let name = if self == Self::OldPlacedOrder { "api placed order" } else { self.name() };
        short(of.chance.on(tag("metric")).on(tag(name)))
    }

    pub(crate) fn by_id(of: &Account, id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.id(of) == id)
    }

    /// The integration's name and category.
    pub(crate) fn integration(self, of: &Account) -> (&'static str, &'static str) {
        match self {
            Self::OldPlacedOrder => ("API", "API"),
            _ if self.is_of_mail() => ("Klaviyo", "Internal"),
            _ => match of.store.system {
                Some((Source::Magento, _)) => ("Magento Two", "eCommerce"),
                _ => ("Shopify", "eCommerce"),
            },
        }
    }

    /// The object of JSON:API.
    pub(crate) fn show(self, of: &Account, base: &str) -> Value {
        let id = self.id(of);
        let (name, category) = self.integration(of);
        let created = super::time::iso(of.store.calendar.start(of.store.first_day));
        json!({
            "type": "metric", "id": id,
            "attributes": {
                "name": self.name(), "created": created, "updated": created,
                "integration": {"object": "integration", "id": short(of.chance.on(tag(name))), "name": name, "category": category},
            },
            "relationships": {"flow-triggers": {"links": {
                "self": format!("{base}/api/metrics/{id}/relationships/flow-triggers"),
                "related": format!("{base}/api/metrics/{id}/flow-triggers"),
            }}},
            "links": {"self": format!("{base}/api/metrics/{id}")},
        })
    }
}
