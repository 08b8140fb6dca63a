//! The hours of a few days, by campaign, in the advertiser's zone.
//!
//! Meta does not tell by hour what happened off Meta, and it answers reach with zero: conversions, revenue and reach of an hour are not
//! reported (insights documentation, "hourly breakdowns").
//!
//! **Invariant.** One campaign's hour is one fact, however often its page is served.

use super::{
    Meta,
    graph::{Ask, BadBody, PageEnd, Paging, Params, Tally},
    insights::{campaign_filter, time_range},
};
use crate::{
    Error, Hours, limits,
    scalar::{Count, DayText, Micros, Text},
};
use serde::Deserialize;
use std::collections::{HashMap, hash_map::Entry};
use trimtab_domain::{
    Day, DayRange,
    account::Account,
    fact::{AdHourly, Measures, Placing},
    id::{AdGroupId, AdId, CampaignId},
};

const BREAKDOWN: &str = "hourly_stats_aggregated_by_advertiser_time_zone";

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    data: Vec<Row<'a>>,
    #[serde(default)]
    paging: Paging,
}

#[derive(Deserialize)]
struct Row<'a> {
    date_start: DayText,
    #[serde(borrow)]
    campaign_id: Text<'a>,
    /// `10:00:00 - 10:59:59`
    #[serde(borrow, rename = "hourly_stats_aggregated_by_advertiser_time_zone")]
    hour: Text<'a>,
    impressions: Option<Count>,
    clicks: Option<Count>,
    inline_link_clicks: Option<Count>,
    spend: Option<Micros>,
}

impl Row<'_> {
    fn fact(&self, days: DayRange) -> Result<AdHourly, BadBody> {
        let hour: Option<u8> = self.hour.0.get(..2).and_then(|hour| hour.parse().ok()).filter(|hour| *hour < 24);
        let hour = hour.ok_or_else(|| BadBody::Conflict(format!("'{}' is not an hour of a day", self.hour.0)))?;
        if !days.contains(self.date_start.0) {
            return Err(BadBody::Conflict(format!("a row for {} in an hourly read of {days}", self.date_start.0)));
        }
        Ok(AdHourly {
            date: self.date_start.0,
            hour,
            placing: Placing {
                campaign: CampaignId::new(self.campaign_id.compact()),
                ad_group: AdGroupId::none(),
                ad: AdId::none(),
            },
            measures: Measures {
                impressions: self.impressions.unwrap_or_default().0,
                clicks: self.clicks.unwrap_or_default().0,
                link_clicks: self.inline_link_clicks.map(|n| n.0),
                spend_micros: self.spend.unwrap_or_default().0,
                ..Measures::default()
            },
        })
    }
}

impl Meta {
    /// The hours of `days`; hours without delivery have no rows.
    pub(super) async fn by_hour(&self, account: &Account, days: DayRange) -> Result<Hours, Error> {
        let tally = Tally::default();
        let params: Params<'static> = vec![
            ("level", "campaign".into()),
            ("fields", "campaign_id,impressions,clicks,inline_link_clicks,spend".into()),
            ("time_increment", "1".into()),
            ("time_range", time_range(days).into()),
            ("breakdowns", format!(r#"["{BREAKDOWN}"]"#).into()),
            ("filtering", campaign_filter().into()),
        ];
        let ask = Ask::get(Some(&account.id), format!("act_{}/insights", account.id), params);
        let mut hours = Gathered { days, rows: Vec::new(), seen: HashMap::new() };
        self.graph.pages(&tally, &ask, limits::INSIGHTS_PAGE_ROWS, |body| hours.take(body)).await?;
        Ok(Hours { rows: hours.rows, api_calls: tally.total() })
    }
}

struct Gathered {
    days: DayRange,
    rows: Vec<AdHourly>,
    seen: HashMap<(Day, u8, CampaignId), usize>,
}

impl Gathered {
    fn take(&mut self, body: &[u8]) -> Result<PageEnd, BadBody> {
        let page: Page<'_> = serde_json::from_slice(body)?;
        let mut fresh = 0;
        for row in &page.data {
            let fact = row.fact(self.days)?;
            match self.seen.entry((fact.date, fact.hour, fact.placing.campaign.clone())) {
                Entry::Occupied(at) if self.rows[*at.get()] == fact => {}
                Entry::Occupied(_) => {
                    let what =
                        format!("two different rows for campaign {} on {} at {}", fact.placing.campaign, fact.date, fact.hour);
                    return Err(BadBody::Conflict(what));
                }
                Entry::Vacant(free) => {
                    free.insert(self.rows.len());
                    self.rows.push(fact);
                    fresh += 1;
                }
            }
        }
        Ok(PageEnd { next: page.paging.cursor(), items: page.data.len(), fresh })
    }
}
