//! Reading the facts of an account: in which pieces, and what to do when a piece is too large.
//!
//! Reports are read synchronously and in windows TikTok allows. One it cannot compute is cut in halves; one that leaves out ads is asked
//! for campaign by campaign, since only the number of ads considered helps there. The reports prepared in the background are not used:
//! they give the same rows as a table whose notation is not documented.

use super::{
    Counted, Tiktok,
    api::{Ask, Failure, Tally},
    report::{Collector, Cut, REPORT},
};
use crate::{Error, Hours, limits, silence::contradicted};
use compact_str::CompactString;
use futures::{future::try_join_all, try_join};
use trimtab_domain::{
    DayRange,
    account::Account,
    fact::{Breakdown, Facts},
};

/// The breakdowns TikTok is read by: country, age and gender, and the device's platform. TikTok needs up to a day longer for them than
/// for the ads themselves, so the newest days of the parts add up to less until they are read again.
pub const BREAKDOWNS: [Breakdown; 2] = [Breakdown::Country, Breakdown::AgeGender];

/// What to read besides the days, with more say than [`crate::Ask`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactsRequest {
    /// What counts as a conversion; `None`: the best event the account reports.
    pub conversions: Option<Counted>,
    /// Which breakdowns to read, at campaign level; others than [`BREAKDOWNS`] are left out.
    pub breakdowns: Vec<Breakdown>,
}

impl Default for FactsRequest {
    fn default() -> Self {
        Self { conversions: None, breakdowns: BREAKDOWNS.to_vec() }
    }
}

/// What was read, and how.
#[derive(Debug, Clone)]
pub struct Insights {
    /// The facts of the whole range.
    pub facts: Facts,
    /// Requests made for them.
    pub api_calls: u32,
    /// What was counted as conversions.
    pub counted: Counted,
}

/// A part of a read that is asked for at once.
struct Piece {
    range: DayRange,
    /// Only these campaigns; `None`: all of them.
    campaigns: Option<Vec<CompactString>>,
}

impl Tiktok {
    /// Everything TikTok reports for an account and a run of days: ad days, conversions by event and window, breakdowns.
    ///
    /// # Errors
    /// See [`Error`]; no partial result is returned.
    pub async fn insights(&self, account: &Account, range: DayRange, request: &FactsRequest) -> Result<Insights, Error> {
        let tally = Tally::default();
        let settled = match request.conversions {
            Some(counted) => Some(counted),
            None => self.counted(account, &tally).await?,
        };
        let counted = settled.unwrap_or(Counted::Goals);
        let breakdowns: Vec<Breakdown> = request.breakdowns.iter().copied().filter(|b| BREAKDOWNS.contains(b)).collect();
        let ads = async { self.read(account, Cut::Ads, range, counted, &tally).await.map_err(Error::from) };
        let parts = breakdowns.into_iter().map(|breakdown| self.parts(account, breakdown, range, counted, &tally));
        let (ads, parts) = try_join!(ads, try_join_all(parts))?;
        let mut facts = Facts::default();
        for piece in ads {
            facts.ad_daily.extend(piece.facts.ad_daily);
            facts.conversions.extend(piece.facts.conversions);
        }
        if settled.is_none() && !facts.ad_daily.is_empty() {
            return Err(contradicted(account));
        }
        for (breakdown, pieces) in parts.into_iter().flatten() {
            facts.breakdowns_read.push(breakdown);
            facts.breakdowns.extend(pieces.into_iter().flat_map(|piece| piece.facts.breakdowns));
        }
        Ok(Insights { facts, api_calls: tally.total(), counted })
    }

    /// The hours of a few days, ad by ad. Every day is a request of its own, so this is for recent days.
    ///
    /// # Errors
    /// See [`Error`]; no partial result is returned.
    pub(super) async fn by_hour(&self, account: &Account, days: DayRange) -> Result<Hours, Error> {
        let tally = Tally::default();
        let settled = self.counted(account, &tally).await?;
        let pieces = self.read(account, Cut::Hours, days, settled.unwrap_or(Counted::Goals), &tally).await?;
        let rows: Vec<_> = pieces.into_iter().flat_map(|piece| piece.hours).collect();
        if settled.is_none() && !rows.is_empty() {
            return Err(contradicted(account));
        }
        Ok(Hours { rows, api_calls: tally.total() })
    }

    /// Reads one breakdown of a range; `None` where TikTok does not offer it: which ones it does differs by market and changes, and the
    /// ads are worth having without.
    async fn parts(
        &self,
        account: &Account,
        breakdown: Breakdown,
        range: DayRange,
        counted: Counted,
        tally: &Tally,
    ) -> Result<Option<(Breakdown, Vec<Collector>)>, Error> {
        match self.read(account, Cut::Parts(breakdown), range, counted, tally).await {
            Err(Failure::Unoffered(error)) => {
                let (account, breakdown, error) = (account.id.as_str(), breakdown.as_str(), error.to_string());
                tracing::warn!(account, breakdown, error, "a breakdown is left out");
                Ok(None)
            }
            read => Ok(Some((breakdown, read?))),
        }
    }

    /// Reads one cut of a range, piece by piece.
    async fn read(
        &self,
        account: &Account,
        cut: Cut,
        range: DayRange,
        counted: Counted,
        tally: &Tally,
    ) -> Result<Vec<Collector>, Failure> {
        let windows = range.chunks_newest_first(cut.days_max());
        let mut todo: Vec<Piece> = windows.into_iter().map(|range| Piece { range, campaigns: None }).collect();
        let mut done = Vec::new();
        while let Some(Piece { range, campaigns }) = todo.pop() {
            let params = cut.params(&account.id, range, campaigns.as_deref());
            let ask = Ask::get(Some(&account.id), REPORT, params);
            let mut collector = Collector::new(cut, range, counted);
            match self.api.pages(tally, &ask, limits::TIKTOK_PAGE_ROWS, &mut collector).await {
                Ok(()) => done.push(collector),
                Err(Failure::TooMuch(_)) if range.len() > 1 => {
                    let half = u16::try_from(range.len().div_ceil(2)).unwrap_or(u16::MAX);
                    let halves = range.chunks_newest_first(half).into_iter();
                    todo.extend(halves.map(|range| Piece { range, campaigns: campaigns.clone() }));
                }
                Err(Failure::TooMuch(error) | Failure::CutShort(error)) => {
                    let fewer = self.fewer_campaigns(account, campaigns, tally).await.map_err(Failure::Other)?;
                    if fewer.is_empty() {
                        return Err(Failure::Other(error));
                    }
                    todo.extend(fewer.into_iter().map(|ids| Piece { range, campaigns: Some(ids) }));
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(done)
    }

    /// The same campaigns in smaller lots; none where they cannot be smaller.
    async fn fewer_campaigns(
        &self,
        account: &Account,
        campaigns: Option<Vec<CompactString>>,
        tally: &Tally,
    ) -> Result<Vec<Vec<CompactString>>, Error> {
        let (ids, most) = match campaigns {
            None => (self.campaign_ids(account, tally).await?, limits::TIKTOK_FILTER_IDS_MAX),
            Some(ids) if ids.len() < 2 => return Ok(Vec::new()),
            Some(ids) => {
                let half = ids.len().div_ceil(2);
                (ids, half)
            }
        };
        Ok(ids.chunks(most).map(<[_]>::to_vec).collect())
    }
}
