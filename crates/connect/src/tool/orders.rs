//! Orders of a shop on a few days, as a sync keeps them, added up: no row stands for an order, and none for a customer.

use super::{
    Desk, Tool,
    answer::{AccountShape, Answer, cut},
    input::{CivilDay, Input, Rows, example_days, range},
    metrics::days,
};
use crate::{Ask, Error, limits};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{cmp::Reverse, collections::BTreeMap};
use trimtab_domain::{
    Day, Source,
    fact::{Custom, Order, OrderState},
    id::AccountId,
    money::decimal,
};

pub(super) fn tools(platform: Source) -> Vec<Tool> {
    vec![Tool::new::<Fetch, Orders>(
        platform,
        "fetch_orders",
        "Reads the orders of a few days added up: how many, what they came to, refunds, new and returning customers, by day or by visit",
        fetch,
    )]
}

/// What orders are added up by, besides days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum By {
    /// Nothing else.
    #[default]
    Day,
    /// Source and medium of the visit that brought the order.
    Source,
    /// Source, medium and campaign.
    Campaign,
}

/// Which orders to read.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Fetch {
    /// The connected shop's id. It may be left out where the tenant has connected one shop of the system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    account: Option<AccountId>,
    /// First day, in the shop's zone.
    from: CivilDay,
    /// Last day, in the shop's zone.
    to: CivilDay,
    /// What each row stands for.
    #[serde(default)]
    by: By,
    /// Whether each day has rows of its own; else one row stands for all days.
    #[serde(default = "yes")]
    by_day: bool,
    /// Most rows of the answer. Totals take in the others too.
    #[serde(default)]
    limit: Rows,
}

const fn yes() -> bool {
    true
}

impl Input for Fetch {
    fn example() -> Self {
        let (from, to) = example_days();
        Self { account: None, from, to, by: By::Day, by_day: true, limit: Rows::default() }
    }

    fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }

    fn check(&self, _platform: Source) -> Result<(), String> {
        range(self.from, self.to, limits::TOOL_DAYS_MAX).map(drop)
    }
}

/// Orders of a few days.
#[derive(Debug, Serialize, JsonSchema)]
struct Orders {
    /// The shop, whose currency and zone these are.
    account: AccountShape,
    /// First day that was read.
    from: CivilDay,
    /// Last day that was read.
    to: CivilDay,
    /// The rows, oldest day first and within it most revenue first. A day without orders has none.
    rows: Vec<Row>,
    /// All rows together, those left out too.
    totals: Figures,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Row {
    /// The day; null where the row stands for all of them.
    date: Option<CivilDay>,
    /// The source of the visit; null where rows are not told apart by it.
    source: Option<String>,
    /// Its medium, likewise.
    medium: Option<String>,
    /// Its campaign, likewise.
    campaign: Option<String>,
    #[serde(flatten)]
    figures: Figures,
}

/// Orders, added up. Amounts are decimals in the shop's currency.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
struct Figures {
    /// Orders that stand.
    orders: i64,
    /// Orders that were cancelled; nothing of them is in the other figures.
    cancelled: i64,
    /// What customers were charged for those that stand, tax and shipping included, before refunds.
    revenue: String,
    /// Given back of that so far.
    refunded: String,
    /// Tax within the revenue.
    tax: String,
    /// Shipping within the revenue.
    shipping: String,
    /// Taken off before.
    discounts: String,
    /// Orders that are their customer's first.
    new_customers: i64,
    /// Orders that are not.
    returning_customers: i64,
    /// Orders of which the shop does not tell, or not yet.
    unknown_customers: i64,
}

/// A sum of orders.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    orders: i64,
    cancelled: i64,
    /// Revenue, refunds, tax, shipping, discounts in micros.
    micros: [i64; 5],
    /// New, returning, unknown.
    customers: [i64; 3],
}

impl Sum {
    fn add(&mut self, order: &Order) {
        if order.state == OrderState::Cancelled {
            self.cancelled += 1;
            return;
        }
        self.orders += 1;
        let more = [order.total_micros, order.refunded_micros, order.tax_micros, order.shipping_micros, order.discount_micros];
        for (sum, more) in self.micros.iter_mut().zip(more) {
            *sum = sum.saturating_add(more);
        }
        let custom = match order.custom {
            Custom::New => 0,
            Custom::Returning => 1,
            Custom::Unknown => 2,
        };
        self.customers[custom] += 1;
    }

    fn figures(&self) -> Figures {
        let [revenue, refunded, tax, shipping, discounts] = self.micros.map(decimal);
        let [new_customers, returning_customers, unknown_customers] = self.customers;
        let (orders, cancelled) = (self.orders, self.cancelled);
        Figures {
            orders,
            cancelled,
            revenue,
            refunded,
            tax,
            shipping,
            discounts,
            new_customers,
            returning_customers,
            unknown_customers,
        }
    }
}

impl By {
    /// The marks that tell a row apart.
    fn marks(self, order: &Order) -> [Option<String>; 3] {
        let mark = |told: bool, text: &str| told.then(|| text.to_owned());
        let visit = self != Self::Day;
        [mark(visit, &order.utm.source), mark(visit, &order.utm.medium), mark(self == Self::Campaign, &order.utm.campaign)]
    }
}

/// What orders are summed up to.
type Key = (Option<Day>, [Option<String>; 3]);

fn fetch(desk: Desk<'_>, input: Fetch) -> BoxFuture<'_, Result<Answer<Orders>, Error>> {
    Box::pin(async move {
        let days = days(desk, input.from, input.to)?;
        let (mut sums, mut totals) = (BTreeMap::<Key, Sum>::new(), Sum::default());
        for order in desk.connector.facts(desk.account, days, Ask::default()).await?.facts.orders {
            sums.entry((input.by_day.then_some(order.date), input.by.marks(&order))).or_default().add(&order);
            totals.add(&order);
        }
        let mut sums: Vec<(Key, Sum)> = sums.into_iter().collect();
        sums.sort_by(|(a, a_sum), (b, b_sum)| (a.0, Reverse(a_sum.micros[0]), &a.1).cmp(&(b.0, Reverse(b_sum.micros[0]), &b.1)));
        let next_step = cut(&mut sums, input.limit, "ask for fewer days, by day or by_day false");
        let rows = sums.into_iter().map(|((date, [source, medium, campaign]), sum)| Row {
            date: date.map(CivilDay),
            source,
            medium,
            campaign,
            figures: sum.figures(),
        });
        let orders = Orders {
            account: AccountShape::from(desk.account),
            from: CivilDay(days.from()),
            to: CivilDay(days.to()),
            rows: rows.collect(),
            totals: totals.figures(),
        };
        let warning = "orders change as long as they are refunded or cancelled: these are the figures as of now".to_owned();
        Ok(Answer { data: orders, next_step, warnings: vec![warning] })
    })
}
