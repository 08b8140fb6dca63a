//! Writes one insights row. Metrics without data are left out, as Meta does; every figure is a string.

use super::{
    actions::{self, Item, Seen},
    field::Field,
    json,
    query::Query,
};
use crate::world::{
    account::{Account, Ad, AdSet, Campaign},
    breakdown::Family,
    calendar::stamp,
    delivery::civil,
    measure::{
        CLICKS, ENGAGEMENTS, LINK_CLICKS, PURCHASE_SHOP, PURCHASE_WEB, QUARTILES, SPEND, THRUPLAYS, Tally, VIDEO_PLAYS, WINDOWS,
    },
};

/// What a row is about.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    pub(crate) account: &'a Account,
    pub(crate) campaign: Option<&'a Campaign>,
    pub(crate) ad_set: Option<&'a AdSet>,
    pub(crate) ad: Option<&'a Ad>,
    pub(crate) days: (i32, i32),
    pub(crate) labels: &'a [(&'static str, String)],
    pub(crate) tally: &'a Tally,
    /// `None` where Meta withholds it.
    pub(crate) reach: Option<i64>,
}

impl Row<'_> {
    pub(crate) fn write(&self, query: &Query, out: &mut Vec<u8>) {
        out.push(b'{');
        for field in &query.fields {
            self.field(*field, query, out);
        }
        for (name, value) in self.labels {
            key(out, name);
            json::text(out, value);
        }
        key(out, "date_start");
        json::text(out, &civil(self.days.0).to_string());
        key(out, "date_stop");
        json::text(out, &civil(self.days.1).to_string());
        out.push(b'}');
    }

    fn field(&self, field: Field, query: &Query, out: &mut Vec<u8>) {
        let t = &self.tally.linear;
        let (shown, spend) = (self.tally.impressions(), t[SPEND]);
        let offset = self.account.offset;
        let text = |out: &mut Vec<u8>, name: &str, value: Option<&str>| {
            if let Some(value) = value {
                key(out, name);
                json::text(out, value);
            }
        };
        let id = |out: &mut Vec<u8>, name: &str, value: Option<u64>| {
            if let Some(value) = value {
                key(out, name);
                quoted(out, |out| json::int(out, value.cast_signed()));
            }
        };
        match field {
            Field::AccountId => id(out, "account_id", Some(self.account.id)),
            Field::AccountName => text(out, "account_name", Some(&self.account.name)),
            Field::AccountCurrency => text(out, "account_currency", Some(self.account.currency.as_str())),
            Field::CampaignId => id(out, "campaign_id", self.campaign.map(|c| c.object.id)),
            Field::CampaignName => text(out, "campaign_name", self.campaign.map(|c| c.object.name.as_str())),
            Field::AdSetId => id(out, "adset_id", self.ad_set.map(|s| s.object.id)),
            Field::AdSetName => text(out, "adset_name", self.ad_set.map(|s| s.object.name.as_str())),
            Field::AdId => id(out, "ad_id", self.ad.map(|a| a.object.id)),
            Field::AdName => text(out, "ad_name", self.ad.map(|a| a.object.name.as_str())),
            Field::Objective => text(out, "objective", self.campaign.map(|c| c.objective)),
            Field::BuyingType => text(out, "buying_type", self.campaign.map(|_| "AUCTION")),
            Field::OptimizationGoal => text(out, "optimization_goal", self.ad_set.map(|s| s.optimization_goal)),
            Field::AttributionSetting => text(out, "attribution_setting", Some("7d_click_1d_view")),
            Field::CreatedTime => text(out, "created_time", self.object_day(|o| o.created).as_deref()),
            Field::UpdatedTime => text(out, "updated_time", self.object_day(|o| o.updated).as_deref()),
            Field::Impressions => count(out, "impressions", shown),
            Field::Clicks => count(out, "clicks", t[CLICKS]),
            Field::LinkClicks => count(out, "inline_link_clicks", t[LINK_CLICKS]),
            Field::PostEngagement => count(out, "inline_post_engagement", t[ENGAGEMENTS]),
            Field::Spend => {
                key(out, "spend");
                quoted(out, |out| json::money(out, spend, offset));
            }
            Field::Reach => match self.reach {
                Some(0) if query.family != Some(Family::Hour) => {}
                Some(people) => {
                    key(out, "reach");
                    quoted(out, |out| json::int(out, people));
                }
                None => {}
            },
            Field::Frequency => match self.reach {
                Some(0) if query.family == Some(Family::Hour) => {
                    key(out, "frequency");
                    json::text(out, "0");
                }
                Some(people) => ratio(out, "frequency", shown, people),
                None => {}
            },
            Field::Cpm => ratio(out, "cpm", spend * 1_000, shown * offset),
            Field::Cpc => ratio(out, "cpc", spend, t[CLICKS] * offset),
            Field::Cpp => ratio(out, "cpp", spend * 1_000, self.reach.unwrap_or(0) * offset),
            Field::Ctr => ratio(out, "ctr", t[CLICKS] * 100, shown),
            Field::LinkCtr => ratio(out, "inline_link_click_ctr", t[LINK_CLICKS] * 100, shown),
            Field::CostPerLinkClick => ratio(out, "cost_per_inline_link_click", spend, t[LINK_CLICKS] * offset),
            Field::OutboundClicks => single(out, "outbound_clicks", "outbound_click", t[LINK_CLICKS]),
            Field::VideoPlays => single(out, "video_play_actions", "video_view", t[VIDEO_PLAYS]),
            Field::Thruplays => single(out, "video_thruplay_watched_actions", "video_view", t[THRUPLAYS]),
            Field::Quartile(n) => {
                const NAMES: [&str; 5] = [
                    "video_p25_watched_actions",
                    "video_p50_watched_actions",
                    "video_p75_watched_actions",
                    "video_p95_watched_actions",
                    "video_p100_watched_actions",
                ];
                single(out, NAMES[n], "video_view", t[QUARTILES + n]);
            }
            Field::Actions => {
                let mut list = List::open(out, "actions", query);
                actions::counts(self.tally, query.seen(), |item| list.item(&item, json::int));
                list.close();
            }
            Field::ActionValues => {
                let mut list = List::open(out, "action_values", query);
                actions::values(self.tally, query.seen(), |item| list.item(&item, |out, n| json::money(out, n, offset)));
                list.close();
            }
            Field::CostPerAction => {
                let mut list = List::open(out, "cost_per_action_type", query);
                actions::counts(self.tally, query.seen(), |item| list.item(&item, |out, n| json::ratio(out, spend, n * offset)));
                list.close();
            }
            Field::PurchaseRoas => self.roas(out, "purchase_roas", "omni_purchase", &[PURCHASE_WEB, PURCHASE_SHOP], query),
            Field::WebsitePurchaseRoas => {
                self.roas(out, "website_purchase_roas", "offsite_conversion.fb_pixel_purchase", &[PURCHASE_WEB], query);
            }
        }
    }

    fn roas(&self, out: &mut Vec<u8>, name: &str, kind: &'static str, kinds: &[usize], query: &Query) {
        let windows: [i64; WINDOWS] = std::array::from_fn(|w| kinds.iter().map(|k| self.tally.values[*k][w]).sum());
        let item = Item { kind, value: windows[1] + windows[3], windows };
        let spend = self.tally.linear[SPEND];
        if spend == 0 || windows == [0; WINDOWS] || query.seen() == Seen::OnMeta {
            return;
        }
        let mut list = List::open(out, name, query);
        list.item(&item, |out, n| json::ratio(out, n, spend));
        list.close();
    }

    fn object_day(&self, of: impl Fn(&crate::world::account::Object) -> i64) -> Option<String> {
        let object =
            self.ad.map(|a| &a.object).or_else(|| self.ad_set.map(|s| &s.object)).or_else(|| self.campaign.map(|c| &c.object))?;
        Some(self.account.calendar.zone().day_at(stamp(of(object))).to_string())
    }
}

/// An array of action items, of which an empty one is taken back whole.
struct List<'a> {
    out: &'a mut Vec<u8>,
    query: &'a Query,
    before: usize,
    empty: bool,
}

impl<'a> List<'a> {
    fn open(out: &'a mut Vec<u8>, name: &str, query: &'a Query) -> Self {
        let before = out.len();
        key(out, name);
        out.push(b'[');
        Self { out, query, before, empty: true }
    }

    fn item(&mut self, item: &Item, write: impl Fn(&mut Vec<u8>, i64)) {
        if self.query.action_types.as_ref().is_some_and(|wanted| !wanted.iter().any(|w| w == item.kind)) {
            return;
        }
        let shown = self.query.windows.iter().any(|w| item.windows[*w] > 0);
        if item.value == 0 && !shown {
            return;
        }
        let out = &mut *self.out;
        out.extend_from_slice(if self.empty { b"{\"action_type\":\"" } else { b",{\"action_type\":\"" });
        self.empty = false;
        out.extend_from_slice(item.kind.as_bytes());
        out.extend_from_slice(b"\",\"value\":\"");
        write(out, item.value);
        for window in &self.query.windows {
            if item.windows[*window] > 0 {
                const OPENINGS: [&[u8]; WINDOWS] =
                    [b"\",\"1d_click\":\"", b"\",\"7d_click\":\"", b"\",\"28d_click\":\"", b"\",\"1d_view\":\""];
                out.extend_from_slice(OPENINGS[*window]);
                write(out, item.windows[*window]);
            }
        }
        out.extend_from_slice(b"\"}");
    }

    fn close(self) {
        if self.empty {
            self.out.truncate(self.before);
        } else {
            self.out.push(b']');
        }
    }
}

/// A key after whatever stands before it. `out` ends with an opening brace or a value.
fn key(out: &mut Vec<u8>, name: &str) {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

fn quoted(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    out.push(b'"');
    write(out);
    out.push(b'"');
}

fn count(out: &mut Vec<u8>, name: &str, n: i64) {
    key(out, name);
    quoted(out, |out| json::int(out, n));
}

fn ratio(out: &mut Vec<u8>, name: &str, numerator: i64, denominator: i64) {
    if denominator > 0 {
        key(out, name);
        quoted(out, |out| json::ratio(out, numerator, denominator));
    }
}

fn single(out: &mut Vec<u8>, name: &str, kind: &str, n: i64) {
    if n > 0 {
        key(out, name);
        out.extend_from_slice(b"[{\"action_type\":\"");
        out.extend_from_slice(kind.as_bytes());
        out.extend_from_slice(b"\",\"value\":");
        quoted(out, |out| json::int(out, n));
        out.extend_from_slice(b"}]");
    }
}
