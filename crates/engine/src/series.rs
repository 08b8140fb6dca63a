//! Series of days by the hour that are kept for analyses ([`trimtab_store::DaySeries`]): under which names, and of which pixels.

use crate::{Engine, Error};
use compact_str::CompactString;
use trimtab_analysis::pixels::{LADDER, RESULTS};
use trimtab_domain::{
    Day, TenantCtx, Timestamp,
    account::Account,
    entity::{EntityKind, Status},
};

/// Under which an account's hours are kept.
pub(crate) const HOURS: &str = "hours";
/// Lines of an account's hours; amounts in whole units of its currency.
pub(crate) const SPEND: &str = "spend";
pub(crate) const IMPRESSIONS: &str = "impressions";
pub(crate) const CLICKS: &str = "clicks";
pub(crate) const CONVERSIONS: &str = "conversions";
pub(crate) const REVENUE: &str = "revenue";
/// Under which it is kept what days showed each time they were read: [`CONVERSIONS`] and [`REVENUE`] at these [`AGES`] in days,
/// 0 the day itself, when it was not over.
pub(crate) const RESTATED: &str = "restated";
pub(crate) const AGES: &str = "ages";
/// The events of a pixel that have no line of their own, together.
pub(crate) const OTHER_EVENTS: &str = "(other events)";

/// Under which a pixel's events are kept: lines of 24 hours, or of one count where its platform tells days alone.
pub(crate) fn of_pixel(id: &str) -> String {
    format!("pixel {id}")
}

/// Whether an event has a part in the judgement of a pixel.
pub(crate) fn is_standard(event: &str) -> bool {
    LADDER.contains(&event) || RESULTS.contains(&event)
}

/// A pixel as its platform lists it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pixel {
    pub(crate) id: CompactString,
    pub(crate) name: CompactString,
    /// Day of the account's zone.
    pub(crate) created: Option<Day>,
    pub(crate) last_fired: Option<Timestamp>,
    /// The platform says that it cannot be used.
    pub(crate) unavailable: bool,
    /// Match quality by event, 0 to 10.
    pub(crate) match_quality: Vec<(CompactString, f64)>,
    /// The platform's word for how good its data is.
    pub(crate) quality: Option<CompactString>,
}

impl Engine {
    /// The pixels of an account, by id.
    pub(crate) async fn pixels_of(&self, ctx: &TenantCtx, account: &Account) -> Result<Vec<Pixel>, Error> {
        let known = self.lake().tenant(ctx).entities(Some(EntityKind::Pixel), Some(&account.id)).await?;
        let own = known.iter().filter(|version| version.source == account.source && version.state.status != Status::Deleted);
        let mut pixels: Vec<Pixel> = own
            .map(|version| {
                let state = &version.state;
                let at = |name: &str| state.attributes.get(name).and_then(|text| instant(text));
                Pixel {
                    id: state.id.clone(),
                    name: state.name.clone(),
                    created: at("creation_time").map(|at| account.zone.day_at(at)),
                    last_fired: at("last_fired_time"),
                    unavailable: state.status == Status::WithIssues,
                    match_quality: state.attributes.get("match_quality_by_name").map(|text| scores(text)).unwrap_or_default(),
                    quality: state.attributes.get("event_quality").cloned(),
                }
            })
            .collect();
        pixels.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(pixels)
    }
}

/// Scores by name: `Purchase=6.2,PageView=4.1`.
fn scores(text: &str) -> Vec<(CompactString, f64)> {
    let one = |part: &str| part.rsplit_once('=').and_then(|(name, score)| Some((name.into(), score.parse().ok()?)));
    text.split(',').filter_map(one).collect()
}

/// An instant as platforms write it: RFC 3339, or with an offset without a colon.
fn instant(text: &str) -> Option<Timestamp> {
    Timestamp::strptime("%Y-%m-%dT%H:%M:%S%z", text).ok().or_else(|| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_read_by_name_and_what_is_none_is_left_out() {
        assert_eq!(scores("Purchase=6.2,PageView=4"), [("Purchase".into(), 6.2), ("PageView".into(), 4.0)]);
        assert_eq!(scores(",x,y=z"), []);
    }
}
