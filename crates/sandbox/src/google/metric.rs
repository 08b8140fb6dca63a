//! Metrics of a row from the figures behind it. What has nothing to be divided by is left out.

use super::{
    action::{self, Credit},
    budget::micros,
    channel::Channel,
    value::Value,
};
use crate::world::{
    account::Account,
    chance::Chance,
    measure::{CLICKS, ENGAGEMENTS, QUARTILES, SPEND, Tally, VIDEO_PLAYS, VIDEO_VIEWS},
};

/// The figures of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures<'a> {
    pub(crate) account: &'a Account,
    pub(crate) tally: &'a Tally,
    /// Of the campaign it belongs to; `None` for the whole account.
    pub(crate) channel: Option<Channel>,
    /// The conversion action it is about, by place, where rows are split by action.
    pub(crate) action: Option<usize>,
    /// Decides what is drawn for the row's object.
    pub(crate) chance: Chance,
}

impl Figures<'_> {
    fn credit(&self, all: bool) -> Credit {
        match self.action {
            None => Credit::total(self.account, self.tally, all),
            Some(place) => {
                let action = &action::of(self.account)[place];
                if all || action.primary { Credit::of(action, self.tally) } else { Credit::default() }
            }
        }
    }

    /// The value of a metric by its name.
    pub(crate) fn value(&self, name: &str) -> Value {
        let t = &self.tally.linear;
        let (shown, clicks) = (self.tally.impressions(), t[CLICKS]);
        let cost = micros(self.account, t[SPEND]);
        let count = |credit: Credit| credit.quarters as f64 / 4.0;
        let worth = |credit: Credit| credit.value as f64 / (4 * self.account.offset) as f64;
        let video = self.channel == Some(Channel::Video);
        let views = if video { t[VIDEO_VIEWS] } else { 0 };
        let quartile = |nth: usize| if video { ratio(t[QUARTILES + nth] as f64, t[VIDEO_PLAYS] as f64) } else { Value::Absent };
        match name {
            "metrics.impressions" => Value::Int(shown),
            "metrics.clicks" | "metrics.interactions" => Value::Int(clicks),
            "metrics.cost_micros" => Value::Int(cost),
            "metrics.ctr" | "metrics.interaction_rate" => ratio(clicks as f64, shown as f64),
            "metrics.average_cpc" | "metrics.average_cost" => ratio(cost as f64, clicks as f64),
            "metrics.average_cpm" => ratio(cost as f64 * 1_000.0, shown as f64),
            "metrics.engagements" => Value::Int(if video { t[ENGAGEMENTS] } else { 0 }),
            "metrics.conversions" => Value::Number(count(self.credit(false))),
            "metrics.all_conversions" => Value::Number(count(self.credit(true))),
            "metrics.conversions_value" => Value::Number(worth(self.credit(false))),
            "metrics.all_conversions_value" => Value::Number(worth(self.credit(true))),
            "metrics.cost_per_conversion" => ratio(cost as f64, count(self.credit(false))),
            "metrics.cost_per_all_conversions" => ratio(cost as f64, count(self.credit(true))),
            "metrics.value_per_conversion" => ratio(worth(self.credit(false)), count(self.credit(false))),
            "metrics.value_per_all_conversions" => ratio(worth(self.credit(true)), count(self.credit(true))),
            "metrics.conversions_value_per_cost" => ratio(worth(self.credit(false)) * 1e6, cost as f64),
            "metrics.conversions_from_interactions_rate" => ratio(count(self.credit(false)), clicks as f64),
            "metrics.view_through_conversions" => Value::Int(self.credit(true).view_through),
            "metrics.video_trueview_views" => Value::Int(views),
            "metrics.video_trueview_view_rate" => ratio(views as f64, if video { shown as f64 } else { 0.0 }),
            "metrics.trueview_average_cpv" => ratio(cost as f64, views as f64),
            "metrics.video_quartile_p25_rate" => quartile(0),
            "metrics.video_quartile_p50_rate" => quartile(1),
            "metrics.video_quartile_p75_rate" => quartile(2),
            "metrics.video_quartile_p100_rate" => quartile(3),
            _ => self.share(name),
        }
    }

    /// Impression shares exist on the search network alone. They are estimates: drawn per object, and never told below a tenth.
    fn share(&self, name: &str) -> Value {
        if self.tally.impressions() == 0 || matches!(self.channel, Some(Channel::Display | Channel::Video)) {
            return Value::Absent;
        }
        let won = self.chance.on(1).between(0.05, 0.92);
        let by_budget = (1.0 - won) * self.chance.on(2).between(0.05, 0.6);
        let share = match name {
            "metrics.search_impression_share" => won,
            "metrics.search_budget_lost_impression_share" => by_budget,
            _ => 1.0 - won - by_budget,
        };
        let told = if name == "metrics.search_impression_share" { share.max(0.0999) } else { share };
        Value::Number((told * 10_000.0).round() / 10_000.0)
    }
}

fn ratio(numerator: f64, denominator: f64) -> Value {
    if denominator == 0.0 { Value::Absent } else { Value::Number(numerator / denominator) }
}
