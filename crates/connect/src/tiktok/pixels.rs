//! Pixels, as the account lists them, and what they received by day.
//!
//! TikTok sums a pixel's events over whatever days it is asked for, so each day is a question of its own. It tells no hours, neither when a
//! pixel fired last nor how well its events match people. Its words for events are turned into those all pixels are judged by.

use super::{
    Tiktok,
    api::{Ask, BadBody, Data, Failure, Gather, PageEnd, PageInfo, Tally, json},
};
use crate::{
    Error, PixelDays, limits,
    objects::{attributes, bare},
    scalar::Count,
};
use compact_str::{CompactString, ToCompactString};
use jiff::{civil::DateTime, tz::TimeZone};
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};
use trimtab_domain::{
    Day, DayRange,
    account::Account,
    entity::{EntityKind, EntityState, Status},
};

const LIST: &str = "pixel/list/";
const STATS: &str = "pixel/event/stats/";

/// What each pixel received over the days asked for.
#[derive(Deserialize)]
struct Stats {
    list: Vec<OfPixel>,
}

#[derive(Deserialize)]
struct OfPixel {
    pixel_id: CompactString,
    #[serde(default)]
    statistics: Vec<OfEvent>,
}

#[derive(Deserialize)]
struct OfEvent {
    #[serde(default)]
    pixel_event_type: CompactString,
    #[serde(default)]
    custom_event_type: CompactString,
    total_count: Count,
}

impl OfEvent {
    /// The event's name; those without a common one keep TikTok's word.
    fn name(&self) -> CompactString {
        if !self.custom_event_type.is_empty() {
            return self.custom_event_type.clone();
        }
        let known = match self.pixel_event_type.as_str() {
            "PAGE_VIEW" => "PageView",
            "ON_WEB_DETAIL" => "ViewContent",
            "ON_WEB_CART" => "AddToCart",
            "INITIATE_ORDER" => "InitiateCheckout",
            "SHOPPING" => "Purchase",
            "FORM" => "Lead",
            "ON_WEB_REGISTER" => "CompleteRegistration",
            other => return other.into(),
        };
        known.into()
    }
}

#[derive(Deserialize)]
struct Pixel {
    pixel_id: CompactString,
    #[serde(default)]
    pixel_name: CompactString,
    pixel_code: Option<CompactString>,
    pixel_category: Option<CompactString>,
    activity_status: Option<CompactString>,
    create_time: Option<CompactString>,
}

/// The list has a name of its own here.
#[derive(Deserialize)]
struct Pixels {
    pixels: Vec<Pixel>,
    page_info: PageInfo,
}

#[derive(Default)]
struct Gathered {
    pixels: Vec<Pixel>,
    known: HashSet<CompactString>,
}

impl Gather for Gathered {
    fn take(&mut self, body: &[u8]) -> Result<PageEnd, BadBody> {
        let Data { data }: Data<Pixels> = serde_json::from_slice(body)?;
        let (rows, before) = (data.pixels.len(), self.pixels.len());
        self.pixels.extend(data.pixels.into_iter().filter(|pixel| self.known.insert(pixel.pixel_id.clone())));
        Ok(PageEnd { info: data.page_info, rows, fresh: self.pixels.len() - before })
    }

    fn held(&self) -> usize {
        self.pixels.len()
    }

    fn forget(&mut self) {
        *self = Self::default();
    }
}

impl Tiktok {
    /// The account's pixels; `None` where the credential may not see them or the platform refuses to list them: an account is what it is
    /// without.
    pub(super) async fn pixels(&self, account: &Account, tally: &Tally) -> Result<Option<Vec<EntityState>>, Error> {
        let ask = Ask::get(Some(&account.id), LIST, vec![("advertiser_id", account.id.as_str().into())]);
        let mut gathered = Gathered::default();
        match self.api.pages(tally, &ask, limits::TIKTOK_PIXEL_ROWS, &mut gathered).await {
            Err(Failure::Forbidden(error) | Failure::Unoffered(error)) => {
                tracing::warn!(account = account.id.as_str(), error = error.to_string(), "pixels are left out");
                Ok(None)
            }
            listed => {
                listed?;
                Ok(Some(gathered.pixels.into_iter().map(|pixel| pixel.state(account)).collect()))
            }
        }
    }
}

impl Tiktok {
    /// What a pixel received on each of a few days; `None` where the credential may not see it, or the platform does not offer it.
    ///
    /// # Errors
    /// As any read.
    pub(super) async fn events_by_day(&self, account: &Account, pixel: &str, days: DayRange) -> Result<Option<PixelDays>, Error> {
        let (tally, mut all) = (Tally::default(), PixelDays::new());
        for day in days.days() {
            match self.events_of(account, pixel, day, &tally).await {
                Ok(events) => drop(all.insert(day, events)),
                Err(Failure::Forbidden(_) | Failure::Unoffered(_)) => return Ok(None),
                Err(failure) => return Err(failure.into()),
            }
        }
        Ok(Some(all))
    }

    async fn events_of(
        &self,
        account: &Account,
        pixel: &str,
        day: Day,
        tally: &Tally,
    ) -> Result<BTreeMap<CompactString, i64>, Failure> {
        let range = serde_json::json!({ "start_date": day.to_string(), "end_date": day.to_string() }).to_string();
        let params =
            vec![("advertiser_id", account.id.as_str().into()), ("pixel_ids", json(&[pixel])), ("date_range", range.into())];
        let ask = Ask::get(Some(&account.id), STATS, params);
        self.api
            .ask(tally, &ask, |body| {
                let Data { data }: Data<Stats> = serde_json::from_slice(body)?;
                let mut events = BTreeMap::<CompactString, i64>::new();
                for of in data.list.iter().filter(|of| of.pixel_id == pixel).flat_map(|of| &of.statistics) {
                    let sum = events.entry(of.name()).or_default();
                    *sum = sum.saturating_add(of.total_count.0);
                }
                Ok(events)
            })
            .await
    }
}

/// An instant as TikTok writes it, in UTC.
fn instant(text: &str) -> Option<CompactString> {
    let at = DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(at.timestamp().to_compact_string())
}

impl Pixel {
    fn state(self, account: &Account) -> EntityState {
        let word = self.activity_status.unwrap_or_default();
        EntityState {
            name: self.pixel_name,
            status: match word.as_str() {
                "" | "ACTIVE" => Status::Active,
                "INACTIVE" => Status::Paused,
                _ => Status::Unknown,
            },
            platform_status: word,
            attributes: attributes([
                ("pixel_code", self.pixel_code),
                ("pixel_category", self.pixel_category),
                ("creation_time", self.create_time.as_deref().and_then(instant)),
            ]),
            ..bare(EntityKind::Pixel, self.pixel_id, account.id.as_str().into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_add_up_and_a_pixel_counts_once() {
        let page = |ids: &[&str], page: u32| {
            let pixels: Vec<String> = ids.iter().map(|id| format!(r#"{{"pixel_id":"{id}","activity_status":"ACTIVE"}}"#)).collect();
            format!(
                r#"{{"code":0,"data":{{"pixels":[{}],"page_info":{{"page":{page},"page_size":2,"total_number":3,"total_page":2}}}}}}"#,
                pixels.join(",")
            )
        };
        let mut all = Gathered::default();
        assert_eq!(all.take(page(&["1", "2"], 1).as_bytes()).unwrap().fresh, 2);
        assert_eq!(all.take(page(&["2", "3"], 2).as_bytes()).unwrap().fresh, 1);
        assert_eq!(all.held(), 3);
        assert!(matches!(all.take(br#"{"code":0,"data":{}}"#), Err(BadBody::Malformed(_))));
    }

    #[test]
    fn events_have_the_names_all_pixels_are_judged_by() {
        let of = |kind: &str, custom: &str| {
            OfEvent { pixel_event_type: kind.into(), custom_event_type: custom.into(), total_count: Count(1) }.name()
        };
        assert_eq!((of("SHOPPING", ""), of("ON_WEB_CART", "")), ("Purchase".into(), "AddToCart".into()));
        assert_eq!((of("BUTTON", ""), of("CUSTOM", "Booked")), ("BUTTON".into(), "Booked".into()));
        assert_eq!(instant("2026-02-03 04:05:06").as_deref(), Some("2026-02-03T04:05:06Z"));
        assert_eq!(instant("yesterday"), None);
    }
}
