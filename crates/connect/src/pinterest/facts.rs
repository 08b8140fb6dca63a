//! Reading the facts of an account: by which way, in which pieces, and what to do when a piece is too large.
//!
//! Direct reads answer at once but reach back 90 days and want the ids of the ads; reports know no ids and reach back two and a half years,
//! but have to be waited for.

use super::{
    Counted, Pinterest,
    collect::Collector,
    columns::{CLICK_WINDOW_DAYS, ENGAGEMENT_WINDOW_DAYS, FIGURES, REPORT_TIME, VIEW_WINDOW_DAYS, of_ads},
    parts::{parts, targeting_type},
    service::{Ask, Failure, Params, Tally},
};
use crate::{Ask as Wish, Connector, Detail, Error, Fetched, limits, silence::contradicted};
use compact_str::CompactString;
use futures::future::try_join_all;
use jiff::{ToSpan, tz::TimeZone};
use std::collections::BTreeSet;
use trimtab_domain::{
    Day, DayRange, Source, Timestamp,
    account::Account,
    fact::{Breakdown, BreakdownDaily, Facts},
};

/// The breakdowns Pinterest is read by. Each is a partition of its own: age and gender are not told together.
pub const BREAKDOWNS: [Breakdown; 6] =
    [Breakdown::Country, Breakdown::Age, Breakdown::Gender, Breakdown::Device, Breakdown::Placement, Breakdown::Interest];

/// How far back each way reaches, by the platform's day, which is UTC's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    pub(super) today: Day,
    /// First day that direct reads tell.
    pub(super) direct_from: Day,
    /// First day that reports tell.
    report_from: Day,
}

impl Reach {
    pub(super) fn at(now: Timestamp) -> Self {
        let today = TimeZone::UTC.to_datetime(now).date();
        let back = |days: i64| today.saturating_sub(days.days());
        Self { today, direct_from: back(limits::DIRECT_DAYS_BACK), report_from: back(limits::REPORT_DAYS_BACK) }
    }
}

/// The parameters of every direct read. Nothing is left to defaults.
pub(super) fn params<'a>(range: DayRange, granularity: &'static str, columns: &[&str]) -> Params<'a> {
    vec![
        ("start_date", range.from().to_string().into()),
        ("end_date", range.to().to_string().into()),
        ("granularity", granularity.into()),
        ("columns", columns.join(",").into()),
        ("click_window_days", CLICK_WINDOW_DAYS.to_string().into()),
        ("engagement_window_days", ENGAGEMENT_WINDOW_DAYS.to_string().into()),
        ("view_window_days", VIEW_WINDOW_DAYS.to_string().into()),
        ("conversion_report_time", REPORT_TIME.into()),
    ]
}

/// A part of a direct read: some objects on some days.
#[derive(Debug, Clone)]
struct Piece<'i> {
    ids: &'i [CompactString],
    range: DayRange,
}

impl<'i> Piece<'i> {
    /// Everything, in pieces the platform takes.
    fn all(ids: &'i [CompactString], at_once: usize, range: DayRange) -> Vec<Self> {
        let spans = range.chunks_newest_first(limits::DIRECT_SPAN_DAYS);
        ids.chunks(at_once).flat_map(|ids| spans.iter().map(|range| Self { ids, range: *range }).collect::<Vec<_>>()).collect()
    }

    /// Two halves, fewer days first; nothing where it cannot shrink.
    fn halves(&self) -> Vec<Self> {
        if self.range.len() > 1 {
            let half = u16::try_from(self.range.len().div_ceil(2)).unwrap_or(u16::MAX);
            return self.range.chunks_newest_first(half).into_iter().map(|range| Self { ids: self.ids, range }).collect();
        }
        if self.ids.len() > 1 {
            let (left, right) = self.ids.split_at(self.ids.len() / 2);
            return vec![Self { ids: left, range: self.range }, Self { ids: right, range: self.range }];
        }
        Vec::new()
    }

    /// The ids as parameters: the name once for each.
    fn ids(&self, name: &'static str) -> Params<'i> {
        self.ids.iter().map(|id| (name, id.as_str().into())).collect()
    }
}

impl Pinterest {
    /// Everything Pinterest reports for an account and a run of days.
    ///
    /// # Errors
    /// See [`Error`]; no partial result is returned.
    pub(super) async fn all_facts(&self, account: &Account, range: DayRange, wish: Wish) -> Result<Fetched, Error> {
        let tally = Tally::default();
        let settled = self.counted(account, &tally).await?;
        let counted = settled.unwrap_or(Counted::UNKNOWN);
        let reach = Reach::at(self.now());
        if range.from() < reach.report_from {
            let reason = format!("it tells no day before {}: ask for later ones than {}", reach.report_from, range.from());
            return Err(Error::Rejected { platform: Source::Pinterest, account: Some(account.id.clone()), reason });
        }
        // Days that have not begun are refused, and have no facts.
        let Ok(range) = DayRange::new(range.from(), range.to().min(reach.today)) else {
            return Ok(Fetched { facts: Facts::default(), api_calls: tally.total() });
        };
        let recent = range.from() >= reach.direct_from;
        let days = usize::try_from(range.len()).unwrap_or(usize::MAX);
        let direct = recent && wish.expected_ads.saturating_mul(days) <= limits::DIRECT_AD_DAYS_MAX;
        let mut facts = if direct {
            self.direct(account, range, counted, &tally).await?
        } else {
            self.reported(account, range, counted, &tally).await?
        };
        if settled.is_none() && recent && !facts.ad_daily.is_empty() {
            return Err(contradicted(account));
        }
        if recent && wish.detail == Detail::Full {
            facts.breakdowns = self.breakdowns(account, range, &facts, counted, &tally).await?;
            facts.breakdowns_read = BREAKDOWNS.to_vec();
        }
        Ok(Fetched { facts, api_calls: tally.total() })
    }

    /// Ads by direct reads, unless there are too many to ask for each.
    async fn direct(&self, account: &Account, range: DayRange, counted: Counted, tally: &Tally) -> Result<Facts, Error> {
        let ads = self.ad_ids(account, tally).await?;
        // Archived ads count too, and nothing tells which of them delivered: beyond some thousands, one report takes fewer calls.
        if ads.len() > limits::DIRECT_ADS_MAX {
            return self.reported(account, range, counted, tally).await;
        }
        let pieces = Piece::all(&ads, limits::IDS_AT_ONCE, range);
        let reads = pieces.into_iter().map(|piece| self.direct_piece(account, piece, counted, tally));
        let mut facts = Facts::default();
        try_join_all(reads).await?.into_iter().for_each(|part| append(&mut facts, part));
        Ok(facts)
    }

    async fn direct_piece(&self, account: &Account, piece: Piece<'_>, counted: Counted, tally: &Tally) -> Result<Facts, Error> {
        let (mut facts, columns) = (Facts::default(), of_ads());
        let mut todo = vec![piece];
        while let Some(piece) = todo.pop() {
            let mut params = params(piece.range, "DAY", &columns);
            params.extend(piece.ids("ad_ids"));
            let ask = Ask::of(&account.id, "ads/analytics", params);
            // Each piece starts afresh, so a piece that fails half-way leaves nothing behind.
            let mut collector = Collector::new(piece.range, counted);
            match self.service.ask(tally, &ask, |body| collector.take(body)).await {
                Ok(()) => append(&mut facts, collector.facts),
                Err(failure) => todo.extend(smaller(failure, piece.halves())?),
            }
        }
        Ok(facts)
    }

    /// Ads by reports.
    async fn reported(&self, account: &Account, range: DayRange, counted: Counted, tally: &Tally) -> Result<Facts, Error> {
        let mut facts = Facts::default();
        let mut todo = range.chunks_newest_first(limits::REPORT_SPAN_DAYS);
        while let Some(range) = todo.pop() {
            let mut collector = Collector::new(range, counted);
            match self.service.report(tally, &account.id, range, |body| collector.take_report(body)).await {
                Ok(()) => append(&mut facts, collector.facts),
                Err(Failure::TooMuch(_)) if range.len() > 1 => {
                    let half = u16::try_from(range.len().div_ceil(2)).unwrap_or(u16::MAX);
                    todo.extend(range.chunks_newest_first(half));
                }
                Err(failure) => return Err(failure.into()),
            }
        }
        Ok(facts)
    }

    /// Breakdowns of the campaigns that delivered. All types travel in one answer, so what bounds a read is campaigns × days.
    async fn breakdowns(
        &self,
        account: &Account,
        range: DayRange,
        facts: &Facts,
        counted: Counted,
        tally: &Tally,
    ) -> Result<Vec<BreakdownDaily>, Error> {
        let campaigns: BTreeSet<&str> = facts.ad_daily.iter().map(|fact| fact.placing.campaign.as_str()).collect();
        let campaigns: Vec<CompactString> = campaigns.into_iter().map(CompactString::from).collect();
        let days = usize::try_from(range.len()).unwrap_or(usize::MAX);
        let at_once = (limits::PARTS_CAMPAIGN_DAYS_MAX / days.max(1)).clamp(1, limits::IDS_AT_ONCE);
        let pieces = Piece::all(&campaigns, at_once, range);
        let reads = pieces.into_iter().map(|piece| self.parts_piece(account, piece, counted, tally));
        Ok(try_join_all(reads).await?.into_iter().flatten().collect())
    }

    async fn parts_piece(
        &self,
        account: &Account,
        piece: Piece<'_>,
        counted: Counted,
        tally: &Tally,
    ) -> Result<Vec<BreakdownDaily>, Error> {
        let columns = [&["CAMPAIGN_ID"], FIGURES.as_slice(), counted.conversion().columns()].concat();
        let types: Vec<_> = BREAKDOWNS.into_iter().filter_map(targeting_type).collect();
        let (mut facts, mut todo) = (Vec::new(), vec![piece]);
        while let Some(piece) = todo.pop() {
            let mut params = params(piece.range, "DAY", &columns);
            params.push(("targeting_types", types.join(",").into()));
            params.extend(piece.ids("campaign_ids"));
            let ask = Ask::of(&account.id, "campaigns/targeting_analytics", params);
            match self.service.ask(tally, &ask, |body| parts(body, &BREAKDOWNS, piece.range, counted)).await {
                Ok(more) => facts.extend(more),
                Err(failure) => todo.extend(smaller(failure, piece.halves())?),
            }
        }
        Ok(facts)
    }
}

/// What to ask instead of something that was too large; anything else that failed has failed.
fn smaller<T>(failure: Failure, halves: Vec<T>) -> Result<Vec<T>, Error> {
    match failure {
        Failure::TooMuch(_) if !halves.is_empty() => Ok(halves),
        failure => Err(failure.into()),
    }
}

fn append(facts: &mut Facts, mut more: Facts) {
    facts.ad_daily.append(&mut more.ad_daily);
    facts.conversions.append(&mut more.conversions);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_everything_once_and_shrink_to_one_object_on_one_day() {
        let ids: Vec<CompactString> = (0..5).map(|id: u8| id.to_string().into()).collect();
        let range: DayRange = "2026-01-01..2026-06-29".parse().unwrap();
        let pieces = Piece::all(&ids, 2, range);
        let cells: usize = pieces.iter().map(|piece| piece.ids.len() * piece.range.days().count()).sum();
        assert_eq!((pieces.len(), cells), (6, 5 * 180));
        assert!(pieces.iter().all(|piece| piece.range.len() <= 90));
        let (mut todo, mut smallest) = (vec![Piece { ids: &ids[..3], range: "2026-01-01..2026-01-03".parse().unwrap() }], 0);
        while let Some(piece) = todo.pop() {
            let halves = piece.halves();
            smallest += usize::from(halves.is_empty());
            todo.extend(halves);
        }
        assert_eq!(smallest, 9);
    }

    #[test]
    fn days_are_utcs() {
        let reach = Reach::at("2026-11-21T00:30:00+02:00".parse().unwrap());
        assert_eq!(reach.today.to_string(), "2026-11-20");
        assert_eq!(reach.direct_from.to_string(), "2026-08-23", "89 days before");
    }
}
