//! Which events stand for what. Klaviyo's own have fixed names; an order comes from whatever shop is integrated, and several may be.

use super::{
    Klaviyo,
    aggregate::Query,
    dialect::Cost,
    service::{Ask, Failure, Tally},
};
use crate::{Connector, Error, limits};
use compact_str::CompactString;
use serde::Deserialize;
use std::{
    cmp::Reverse,
    collections::HashSet,
    sync::{Arc, PoisonError},
};
use trimtab_domain::{DayRange, account::Account, id::AccountId};

/// The event an order is counted by.
const ORDER: &str = "Placed Order";
/// Whose events tell what became of messages.
const OWN: &str = "klaviyo";
/// The shop systems this product reads too, whose orders can be held against each other; the first that is integrated counts.
const SHOPS: [&str; 3] = ["shopify", "magento", "adobe commerce"];

/// The ways messages are sent, and the events of each: received, opened, clicked. Opening a text message is no event.
const CHANNELS: [(&str, [Option<&str>; 3]); 3] = [
    ("email", [Some("Received Email"), Some("Opened Email"), Some("Clicked Email")]),
    ("sms", [Some("Received SMS"), None, Some("Clicked SMS")]),
    ("mobile_push", [Some("Received Push"), Some("Opened Push"), None]),
];

/// The events of an account that are counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Metrics {
    /// Orders; none where no shop is integrated.
    pub(super) orders: Option<CompactString>,
    /// Of messages, by the way they are sent.
    pub(super) channels: Vec<Channel>,
}

/// The events of one way to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Channel {
    pub(super) name: &'static str,
    pub(super) received: Option<CompactString>,
    pub(super) opened: Option<CompactString>,
    pub(super) clicked: Option<CompactString>,
}

impl Metrics {
    /// The events of a way to send, by its name.
    pub(super) fn channel(&self, name: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.name == name)
    }

    /// Whether there is nothing to count at all.
    pub(super) fn is_empty(&self) -> bool {
        self.orders.is_none() && self.channels.is_empty()
    }
}

/// An event as the account lists it.
#[derive(Debug, Deserialize)]
pub(super) struct Listed {
    id: CompactString,
    attributes: Attributes,
}

#[derive(Debug, Deserialize)]
struct Attributes {
    name: Option<CompactString>,
    integration: Option<Integration>,
}

#[derive(Debug, Deserialize)]
struct Integration {
    name: Option<CompactString>,
}

impl Listed {
    fn is(&self, name: &str) -> bool {
        self.attributes.name.as_deref() == Some(name)
    }

    /// Who the event comes from, in lower case; empty where that is not told.
    fn integration(&self) -> String {
        let name = self.attributes.integration.as_ref().and_then(|integration| integration.name.as_deref());
        name.unwrap_or_default().to_lowercase()
    }

    /// How welcome its orders are: less is better.
    fn rank(&self) -> usize {
        let integration = self.integration();
        SHOPS.iter().position(|shop| integration.contains(shop)).unwrap_or(SHOPS.len())
    }
}

/// The event of a name that Klaviyo itself records, else the only one of that name.
fn own(listed: &[Listed], name: &str) -> Option<CompactString> {
    let mut named = listed.iter().filter(|metric| metric.is(name));
    let own = named.clone().find(|metric| metric.integration() == OWN);
    let found = own.or_else(|| named.next().filter(|_| named.next().is_none()));
    found.map(|metric| metric.id.clone())
}

/// The events of messages.
fn channels(listed: &[Listed]) -> Vec<Channel> {
    let of = |(name, events): (&'static str, [Option<&str>; 3])| {
        let [received, opened, clicked] = events.map(|event| own(listed, event?));
        Channel { name, received, opened, clicked }
    };
    let known = |channel: &Channel| channel.received.is_some() || channel.opened.is_some() || channel.clicked.is_some();
    CHANNELS.into_iter().map(of).filter(known).collect()
}

/// The events that may stand for an order: those of the shop system that is most welcome.
fn candidates(listed: &[Listed]) -> Vec<CompactString> {
    let orders: Vec<&Listed> = listed.iter().filter(|metric| metric.is(ORDER)).collect();
    let best = orders.iter().map(|metric| metric.rank()).min();
    let mut ids: Vec<CompactString> =
        orders.iter().filter(|metric| Some(metric.rank()) == best).map(|metric| metric.id.clone()).collect();
    ids.sort();
    ids
}

impl Klaviyo {
    /// Every event the account knows.
    pub(super) async fn list_metrics(&self, tally: &Tally, account: Option<&AccountId>) -> Result<Vec<Listed>, Failure> {
        let ask = Ask { account, path: "metrics", params: Vec::new(), json: None, cost: Cost::Tenth };
        let (mut listed, mut known) = (Vec::new(), HashSet::new());
        let keep = |page: Vec<Listed>| {
            let before = listed.len();
            listed.extend(page.into_iter().filter(|metric| known.insert(metric.id.clone())));
            listed.len() - before
        };
        self.service.pages(tally, &ask, keep).await?;
        Ok(listed)
    }

    /// The events that are counted. They are found out once; a list that is empty is asked for again the next time.
    pub(super) async fn counted(&self, account: &Account, tally: &Tally) -> Result<Arc<Metrics>, Error> {
        let kept = self.metrics.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(metrics) = kept {
            return Ok(metrics);
        }
        let listed = self.list_metrics(tally, Some(&account.id)).await?;
        let orders = self.busiest(account, tally, candidates(&listed)).await?;
        let metrics = Arc::new(Metrics { orders, channels: channels(&listed) });
        if !metrics.is_empty() {
            *self.metrics.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&metrics));
        }
        Ok(metrics)
    }

    /// Of several events that may stand for an order, the one that happened most of late; by its id where that does not decide.
    async fn busiest(
        &self,
        account: &Account,
        tally: &Tally,
        mut candidates: Vec<CompactString>,
    ) -> Result<Option<CompactString>, Error> {
        if candidates.len() < 2 {
            return Ok(candidates.pop());
        }
        let days = DayRange::ending(account.zone.day_at(self.now()), limits::KLAVIYO_CHOICE_DAYS);
        let mut counted = Vec::with_capacity(candidates.len());
        for metric in candidates {
            let rows = self.aggregate(tally, account, days, &Query { metric: &metric, measurements: &["count"], by: &[] }).await?;
            let count: i64 = rows.iter().flat_map(|row| &row.days).map(|(_, figures)| figures.count).sum();
            counted.push((Reverse(count), metric));
        }
        Ok(counted.into_iter().min().map(|(_, metric)| metric))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(metrics: &[(&str, &str, &str)]) -> Vec<Listed> {
        let one = |(id, name, integration): &(&str, &str, &str)| {
            let json = format!(r#"{{"id":"{id}","attributes":{{"name":"{name}","integration":{{"name":"{integration}"}}}}}}"#);
            serde_json::from_str(&json).unwrap()
        };
        metrics.iter().map(one).collect()
    }

    #[test]
    fn an_order_is_that_of_the_shop() {
        let all = listed(&[
            ("A", "Placed Order", "API"),
            ("B", "Placed Order", "Magento Two"),
            ("C", "Placed Order", "Shopify"),
            ("D", "Fulfilled Order", "Shopify"),
        ]);
        assert_eq!(candidates(&all), ["C"]);
        assert_eq!(candidates(&all[..2]), ["B"]);
        assert_eq!(candidates(&listed(&[("Z", "Placed Order", "API"), ("A", "Placed Order", "WooCommerce")])), ["A", "Z"]);
        assert_eq!(candidates(&all[3..]), [""; 0]);
    }

    #[test]
    fn what_became_of_messages_is_told_by_klaviyos_own_events() {
        let all = listed(&[
            ("A", "Opened Email", "Another"),
            ("B", "Opened Email", "Klaviyo"),
            ("C", "Received Email", "Klaviyo"),
            ("D", "Clicked SMS", "Attentive"),
        ]);
        let found = channels(&all);
        assert_eq!(found.iter().map(|channel| channel.name).collect::<Vec<_>>(), ["email", "sms"]);
        assert_eq!((found[0].opened.as_deref(), found[0].clicked.as_deref()), (Some("B"), None));
        assert_eq!(found[1].clicked.as_deref(), Some("D"), "the only one of its name");
        let metrics = Metrics { orders: None, channels: found };
        assert!(metrics.channel("email").is_some() && metrics.channel("mobile_push").is_none() && !metrics.is_empty());
    }
}
