//! Reading the facts of an account: in which pieces, by which way, and what to do when a piece is too large.

use super::{
    ConversionChoice, Counted, Meta,
    graph::{Ask, Failure, Tally},
    insights::{Collector, Cut},
};
use crate::{Error, limits, silence::contradicted};
use futures::future::try_join_all;
use trimtab_domain::{
    DayRange,
    account::Account,
    fact::{Breakdown, Facts},
};

/// The breakdowns Meta is read by.
pub const BREAKDOWNS: [Breakdown; 4] = [Breakdown::Country, Breakdown::AgeGender, Breakdown::Device, Breakdown::Placement];

/// What to read besides the days, with more say than [`crate::Ask`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactsRequest {
    /// What counts as a conversion.
    pub conversions: ConversionChoice,
    /// Which breakdowns to read, at campaign level; others than [`BREAKDOWNS`] are not Meta's and left out.
    pub breakdowns: Vec<Breakdown>,
    /// Ads that deliver on an ordinary day, as far as known; 0 when it is not. It decides the way, never the result.
    pub expected_ads: usize,
    /// Which way to take.
    pub transport: Transport,
}

impl Default for FactsRequest {
    fn default() -> Self {
        Self { conversions: ConversionChoice::Auto, breakdowns: BREAKDOWNS.to_vec(), expected_ads: 0, transport: Transport::Auto }
    }
}

/// The two ways to read insights. Both give the same facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Transport {
    /// Direct up to [`limits::DIRECT_AD_DAYS_MAX`] ads × days, else by report.
    #[default]
    Auto,
    /// Page by page as the platform computes it: quick for small ranges.
    Direct,
    /// A report prepared in the background: the only way for large ones.
    Report,
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

impl Meta {
    /// Everything Meta reports for an account and a run of days: ad days, conversions by action and window, breakdowns.
    ///
    /// # Errors
    /// See [`Error`]; no partial result is returned.
    pub async fn insights(&self, account: &Account, range: DayRange, request: &FactsRequest) -> Result<Insights, Error> {
        let tally = Tally::default();
        let settled = self.counted(account, &request.conversions, &tally).await?;
        let (delivers, counted) = (settled.is_some(), settled.unwrap_or_default());
        let by_report = match request.transport {
            Transport::Auto => request.expected_ads.saturating_mul(range.days().count()) > limits::DIRECT_AD_DAYS_MAX,
            Transport::Direct => false,
            Transport::Report => true,
        };
        let breakdowns: Vec<Breakdown> = request.breakdowns.iter().copied().filter(|b| BREAKDOWNS.contains(b)).collect();
        let cuts = std::iter::once(Cut::Ads).chain(breakdowns.iter().copied().map(Cut::Parts));
        let reads = cuts.map(|cut| self.read(account, cut, range, by_report, &counted, &tally));
        let parts = try_join_all(reads).await?;
        let mut facts = Facts { breakdowns_read: breakdowns, ..Facts::default() };
        for part in parts {
            append(&mut facts, part);
        }
        if !delivers && !facts.ad_daily.is_empty() {
            return Err(contradicted(account));
        }
        Ok(Insights { facts, api_calls: tally.total(), counted })
    }

    /// Reads one cut of a range. What is too large for the platform is cut in halves; a single day that is too large to be read directly
    /// is read by report.
    async fn read(
        &self,
        account: &Account,
        cut: Cut,
        range: DayRange,
        by_report: bool,
        counted: &Counted,
        tally: &Tally,
    ) -> Result<Facts, Error> {
        let mut facts = Facts::default();
        let mut todo = vec![(range, by_report)];
        while let Some((range, by_report)) = todo.pop() {
            let ask = Ask::get(Some(&account.id), format!("act_{}/insights", account.id), cut.params(range));
            // Each piece starts afresh, so a piece that fails half-way leaves nothing behind.
            let mut collector = Collector::new(cut, range, counted);
            let outcome = if by_report {
                self.graph.report(tally, &ask, range.len() == 1, |body| collector.take(body)).await
            } else {
                self.graph.pages(tally, &ask, limits::INSIGHTS_PAGE_ROWS, |body| collector.take(body)).await
            };
            match outcome {
                Ok(()) => append(&mut facts, collector.facts),
                Err(Failure::TooMuch(_)) if range.len() > 1 => {
                    let half = u16::try_from(range.len().div_ceil(2)).unwrap_or(u16::MAX);
                    todo.extend(range.chunks_newest_first(half).into_iter().map(|piece| (piece, by_report)));
                }
                Err(Failure::TooMuch(_)) if !by_report => todo.push((range, true)),
                Err(failure) => return Err(failure.into()),
            }
        }
        Ok(facts)
    }
}

fn append(facts: &mut Facts, mut more: Facts) {
    facts.ad_daily.append(&mut more.ad_daily);
    facts.conversions.append(&mut more.conversions);
    facts.breakdowns.append(&mut more.breakdowns);
}
