//! Statistics of a mailing. Rates are fractions, and 0 without a denominator.

use super::super::{account::Account, events::Event, metric::Metric};
use crate::world::chance::whole;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Every statistic.
pub(super) const STATISTICS: [&str; 31] = [
    "average_order_value",
    "bounce_rate",
    "bounced",
    "bounced_or_failed",
    "bounced_or_failed_rate",
    "click_rate",
    "click_to_open_rate",
    "clicks",
    "clicks_unique",
    "conversion_rate",
    "conversion_uniques",
    "conversion_value",
    "conversions",
    "delivered",
    "delivery_rate",
    "failed",
    "failed_rate",
    "message_segment_count_sum",
    "open_rate",
    "opens",
    "opens_unique",
    "recipients",
    "revenue_per_recipient",
    "spam_complaint_rate",
    "spam_complaints",
    "text_message_credit_usage_amount",
    "text_message_roi",
    "text_message_spend",
    "unsubscribe_rate",
    "unsubscribe_uniques",
    "unsubscribes",
];

/// The parts of recipients whose mail comes back, who unsubscribe, and who complain.
const BOUNCED: f64 = 0.006;
const UNSUBSCRIBED: f64 = 0.0021;
const COMPLAINED: f64 = 0.000_12;

/// What came together of a mailing.
#[derive(Debug, Clone, Default)]
pub(super) struct Sum {
    recipients: i64,
    opens: (i64, i64),
    clicks: (i64, i64),
    conversions: i64,
    value: i64,
    customers: BTreeSet<u32>,
}

impl Sum {
    pub(super) fn add(&mut self, metric: Metric, event: &Event) {
        match metric {
            Metric::Received => self.recipients += event.count,
            Metric::Opened => self.opens = (self.opens.0 + event.count, self.opens.1 + event.first),
            Metric::Clicked => self.clicks = (self.clicks.0 + event.count, self.clicks.1 + event.first),
            _ => {
                self.conversions += event.count;
                self.value += event.value;
                self.customers.extend(event.customer);
            }
        }
    }

    pub(super) const fn is_nothing(&self) -> bool {
        self.recipients == 0 && self.opens.0 == 0 && self.clicks.0 == 0 && self.conversions == 0
    }

    /// A statistic by its name. Of text messages there are none.
    pub(super) fn statistic(&self, of: &Account, name: &str) -> Value {
        let part = |rate: f64| whole(self.recipients as f64 * rate);
        let bounced = part(BOUNCED);
        let delivered = self.recipients - bounced;
        let rate = |above: i64, below: i64| if below == 0 { 0.0 } else { above as f64 / below as f64 };
        let customers = i64::try_from(self.customers.len()).unwrap_or(0);
        let money = of.amount(self.value);
        let per = |below: i64| if below == 0 { 0.0 } else { money / below as f64 };
        let number = match name {
            "recipients" => self.recipients as f64,
            "delivered" => delivered as f64,
            "delivery_rate" => rate(delivered, self.recipients),
            "bounced" | "bounced_or_failed" => bounced as f64,
            "bounce_rate" | "bounced_or_failed_rate" => rate(bounced, self.recipients),
            "opens" => self.opens.0 as f64,
            "opens_unique" => self.opens.1 as f64,
            "open_rate" => rate(self.opens.1, delivered),
            "clicks" => self.clicks.0 as f64,
            "clicks_unique" => self.clicks.1 as f64,
            "click_rate" => rate(self.clicks.1, delivered),
            "click_to_open_rate" => rate(self.clicks.1, self.opens.1),
            "conversions" => self.conversions as f64,
            "conversion_uniques" => customers as f64,
            "conversion_rate" => rate(customers, delivered),
            "conversion_value" => money,
            "average_order_value" => per(self.conversions),
            "revenue_per_recipient" => per(delivered),
            "unsubscribes" | "unsubscribe_uniques" => part(UNSUBSCRIBED) as f64,
            "unsubscribe_rate" => rate(part(UNSUBSCRIBED), delivered),
            "spam_complaints" => part(COMPLAINED) as f64,
            "spam_complaint_rate" => rate(part(COMPLAINED), delivered),
            _ => 0.0,
        };
        json!(number)
    }
}
