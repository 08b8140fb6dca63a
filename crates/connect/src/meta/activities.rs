//! What people, programs and Meta itself changed in an account: its activity log.
//!
//! The log answers a week unless asked for more, in UTC, newest first; long spans of busy accounts fail, so it is read by months. Its
//! words are older than today's: where `object_type` says `CAMPAIGN` it means an ad set, `CAMPAIGN_GROUP` a campaign, `ADGROUP` an ad, and
//! events about audiences call these campaigns too. The type of an event is therefore asked first. What changed stands in a document
//! within a string, whose values are plain or wrapped once more, amounts in minor units. One switch is told in several steps ("Active" to
//! "Pending process", that to "Inactive"); they are one event here. Sources: the pages "Ad Account, Activities" and "Ad Set Activities" of
//! the Marketing API documentation; its field specification; the shapes of values are as public clients of live accounts handle them, and
//! read leniently for that.

use super::{
    Meta,
    entities::{ListPage, instant},
    graph::{Ask, BadBody, PageEnd, Tally},
};
use crate::{
    Connector, Error,
    events::{self, Dated},
    limits,
    scalar::Text,
};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use trimtab_domain::{
    Source, Timestamp,
    account::Account,
    finding::{EntityRef, EventKind, KnownEvent, Level},
};

mod words;

use words::Change;

const FIELDS: &str = "event_time,event_type,translated_event_type,actor_name,object_id,object_name,object_type,extra_data";
/// Steps of one switch come within seconds, an ad's review in between within minutes.
const SWITCH_TAKES: SignedDuration = SignedDuration::from_mins(10);

#[derive(Deserialize)]
struct Activity<'a> {
    #[serde(borrow)]
    event_time: Text<'a>,
    #[serde(borrow)]
    event_type: Text<'a>,
    #[serde(borrow)]
    translated_event_type: Option<Text<'a>>,
    #[serde(borrow)]
    actor_name: Option<Text<'a>>,
    #[serde(borrow)]
    object_id: Option<Text<'a>>,
    #[serde(borrow)]
    object_name: Option<Text<'a>>,
    #[serde(borrow)]
    object_type: Option<Text<'a>>,
    /// A document, within a string.
    extra_data: Option<Value>,
}

/// What tells two entries of the log apart, which have no ids.
type Identity = (Timestamp, String, String, String);

impl Meta {
    /// What the log tells of `[since, until)`, oldest first.
    ///
    /// # Errors
    /// As any read; [`Error::Rejected`] when there are too many.
    pub(super) async fn activities(&self, account: &Account, since: Timestamp, until: Timestamp) -> Result<Vec<KnownEvent>, Error> {
        let now = self.now().as_second();
        let (oldest, end) = (now - limits::ACTIVITY_DAYS_MAX * 86_400, until.as_second().min(now));
        let (mut from, mut told, mut known) = (since.as_second().max(oldest), Vec::new(), HashSet::new());
        while from <= end && since < until {
            let to = (from + limits::ACTIVITY_SPAN_DAYS * 86_400).min(end);
            self.span(account, (from, to), &mut known, &mut told).await?;
            from = to + 1;
        }
        told.sort_by_key(|dated| std::cmp::Reverse(dated.at));
        Ok(events::in_order(settled(told), since, until))
    }

    /// Adds what the log tells from one second to another, both included.
    async fn span(
        &self,
        account: &Account,
        (from, to): (i64, i64),
        known: &mut HashSet<Identity>,
        told: &mut Vec<Dated>,
    ) -> Result<(), Error> {
        let params = vec![
            ("fields", FIELDS.into()),
            ("since", from.to_string().into()),
            ("until", to.to_string().into()),
            // The words of a status are in the language of the credential's user otherwise.
            ("locale", "en_US".into()),
        ];
        let ask = Ask::get(Some(&account.id), format!("act_{}/activities", account.id), params);
        let (tally, mut too_many) = (Tally::default(), false);
        self.graph
            .pages(&tally, &ask, limits::LIST_PAGE_ROWS, |body| {
                let page: ListPage<Activity<'_>> = serde_json::from_slice(body)?;
                let mut end = PageEnd { next: page.paging.cursor(), items: page.data.len(), fresh: 0 };
                for activity in page.data {
                    let at = activity.at().map_err(BadBody::Conflict)?;
                    if known.insert(activity.identity(at)) {
                        end.fresh += 1;
                        told.extend(activity.dated(at, account));
                    }
                }
                too_many = known.len() > limits::EVENTS_MAX;
                end.next = end.next.filter(|_| !too_many);
                Ok(end)
            })
            .await?;
        if too_many {
            let reason = format!("it was changed more than {} times: ask for fewer days", limits::EVENTS_MAX);
            return Err(Error::Rejected { platform: Source::Meta, account: Some(account.id.clone()), reason });
        }
        Ok(())
    }
}

impl Activity<'_> {
    fn at(&self) -> Result<Timestamp, String> {
        let text = self.event_time.0.as_ref();
        let seconds = text.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
        seconds.or_else(|| instant(Some(text))).ok_or_else(|| format!("an activity at '{text}'"))
    }

    fn identity(&self, at: Timestamp) -> Identity {
        let extra = self.extra_data.as_ref().map(ToString::to_string).unwrap_or_default();
        (at, self.event_type.0.clone().into_owned(), text(self.object_id.as_ref()).to_owned(), extra)
    }

    /// What it comes to; nothing where it is routine.
    fn dated(&self, at: Timestamp, account: &Account) -> Option<Dated> {
        let word = self.event_type.0.as_ref();
        let kind = words::kind(word)?;
        let entity = self.entity(account);
        let change = Change::read(self.extra_data.as_ref(), words::is_amount(word), account.currency);
        let mut said = match text(self.translated_event_type.as_ref()) {
            "" => word.replace('_', " "),
            said => said.to_owned(),
        };
        let object = text(self.object_name.as_ref());
        if entity.level == Level::Account && !object.is_empty() && object != account.name {
            // An audience, an image: nothing of the account's tree, but people know it by its name.
            said = format!("{said} ({object})");
        }
        let (kind, after) = match kind {
            EventKind::Learning if !words::learns(&change.after) => (EventKind::Edited, change.under(&said)),
            EventKind::Edited => (kind, change.under(&said)),
            EventKind::Created => (kind, change.after),
            _ if change.after.is_empty() => (kind, said),
            _ => (kind, change.after),
        };
        let by = Some(text(self.actor_name.as_ref())).filter(|name| !name.is_empty()).map(str::to_owned);
        let factor = change.factor.filter(|_| kind == EventKind::Budget);
        let event = KnownEvent { day: account.zone.day_at(at), entity, kind, before: change.before, after, factor, by };
        Some(Dated { at, event })
    }

    fn entity(&self, account: &Account) -> EntityRef {
        let id = text(self.object_id.as_ref());
        match words::level(self.event_type.0.as_ref(), text(self.object_type.as_ref())) {
            level if level != Level::Account && !id.is_empty() => {
                events::entity(account, level, id, text(self.object_name.as_ref()))
            }
            _ => events::whole(account),
        }
    }
}

fn text<'t>(text: Option<&'t Text<'_>>) -> &'t str {
    text.map(|text| text.0.as_ref()).unwrap_or_default()
}

/// The steps of each switch as one, newest first again. What was switched off and on within minutes did not change.
fn settled(told: Vec<Dated>) -> Vec<Dated> {
    let mut settled: Vec<Dated> = Vec::with_capacity(told.len());
    let mut last: HashMap<(Level, compact_str::CompactString), (usize, Timestamp)> = HashMap::new();
    for step in told.into_iter().rev() {
        if step.event.kind != EventKind::Status {
            settled.push(step);
            continue;
        }
        let key = (step.event.entity.level, step.event.entity.id.clone());
        let place = match last.get(&key) {
            Some((place, at)) if step.at.duration_since(*at) <= SWITCH_TAKES => *place,
            _ => settled.len(),
        };
        last.insert(key, (place, step.at));
        match settled.get_mut(place) {
            Some(first) => first.event.after = step.event.after,
            None => settled.push(step),
        }
    }
    settled.retain(|dated| dated.event.kind != EventKind::Status || dated.event.before != dated.event.after);
    settled.reverse();
    settled
}

#[cfg(test)]
mod tests;
