//! Reading the facts of an account: which reports, in which order and pieces, and what remains beside the ads.
//!
//! Campaigns come first. They are all there is of Performance Max, which has no ads to report, and they tell which other reports can have
//! rows at all; every report spared is an operation of the day's quota spared.

use super::{
    Google,
    report::{
        ActionDay, AdActions, Ads, Ages, CampaignActions, CampaignDay, Campaigns, Countries, Devices, Genders, Hours, Keywords,
        Report, SearchTerms, parse, query,
    },
    rest,
    row::{micros, settled},
    service::{BadBody, Failure, Tally},
};
use crate::{Detail, Error, Fetched};
use compact_str::CompactString;
use std::collections::BTreeMap;
use trimtab_domain::{
    DayRange, Source,
    account::Account,
    fact::{AdDaily, Breakdown, BreakdownDaily, ConversionDaily, Facts, KeywordDaily, KeywordKind, Measures},
    id::{AdGroupId, AdId},
};

/// The breakdowns Google is read by.
pub const BREAKDOWNS: [Breakdown; 4] = [Breakdown::Device, Breakdown::Country, Breakdown::Age, Breakdown::Gender];

/// The window of conversions the platform counts for bidding: those of primary actions.
pub const WINDOW_BIDDABLE: &str = "default";
/// The window of all conversions, of secondary actions too. It contains the other.
pub const WINDOW_ALL: &str = "all_conversions";

/// The part of people in a country without a code.
const UNKNOWN_COUNTRY: &str = "UNKNOWN";

/// Channels whose campaigns deliver through ads and nothing else.
const BY_ADS: [&str; 4] = ["SEARCH", "DISPLAY", "VIDEO", "DEMAND_GEN"];

impl Google {
    /// Everything Google reports for an account and a run of days.
    ///
    /// # Errors
    /// See [`Error`]; no partial result is returned.
    pub(super) async fn all_facts(&self, account: &Account, range: DayRange, detail: Detail) -> Result<Fetched, Error> {
        let tally = Tally::default();
        let full = detail == Detail::Full;
        let campaigns = self.read::<Campaigns>(account, range, &tally).await?;
        let any = |channels: &[&str]| campaigns.iter().any(|day| channels.contains(&day.channel.as_str()));
        let delivered = !campaigns.is_empty();
        let (ads, actions, devices, countries, ages, genders, keywords, terms) = tokio::try_join!(
            self.read::<Ads>(account, range, &tally),
            self.read_if::<AdActions>(delivered, account, range, &tally),
            self.read_if::<Devices>(full && delivered, account, range, &tally),
            self.countries(full && delivered, account, range, &tally),
            self.read_if::<Ages>(full && delivered, account, range, &tally),
            self.read_if::<Genders>(full && delivered, account, range, &tally),
            self.read_if::<Keywords>(full && any(&["SEARCH"]), account, range, &tally),
            self.read_if::<SearchTerms>(full && any(&["SEARCH", "SHOPPING"]), account, range, &tally),
        )?;
        Self::plausible(account, &campaigns, &ads)?;
        let rest = rest::of_days(campaigns, &ads);
        Self::named(account, &ads, actions.len())?;
        let mut conversions = expanded(&actions)?;
        if !rest.is_empty() {
            let whole = self.read::<CampaignActions>(account, range, &tally).await?;
            Self::named(account, &rest, whole.len())?;
            conversions.extend(expanded(&rest::of_actions(whole, &actions))?);
        }
        let mut facts = Facts { ad_daily: ads, conversions, ..Facts::default() };
        facts.ad_daily.extend(rest);
        if full {
            facts.breakdowns_read = BREAKDOWNS.to_vec();
            let parts = [countries, ages, genders].into_iter().flat_map(by_campaign);
            facts.breakdowns = devices.into_iter().chain(parts).collect();
            facts.keywords_read = KeywordKind::ALL.to_vec();
            facts.keywords = keywords.into_iter().chain(terms).collect();
        }
        Ok(Fetched { facts, api_calls: tally.total() })
    }

    /// The hours of an account's campaigns on a run of days: a snapshot, since hours of open days are restated like the days.
    pub(super) async fn by_hour(&self, account: &Account, range: DayRange) -> Result<crate::Hours, Error> {
        let tally = Tally::default();
        let rows = self.read::<Hours>(account, range, &tally).await?;
        Ok(crate::Hours { rows, api_calls: tally.total() })
    }

    /// The days of keywords, or of search terms.
    ///
    /// # Errors
    /// See [`Error`]; no partial result is returned.
    pub(crate) async fn words(&self, account: &Account, range: DayRange, kind: KeywordKind) -> Result<Vec<KeywordDaily>, Error> {
        let tally = Tally::default();
        match kind {
            KeywordKind::Keyword => self.read::<Keywords>(account, range, &tally).await,
            KeywordKind::SearchTerm => self.read::<SearchTerms>(account, range, &tally).await,
        }
    }

    /// Campaign days by one breakdown; `None` where it is none of [`BREAKDOWNS`].
    ///
    /// # Errors
    /// See [`Error`]; no partial result is returned.
    pub(crate) async fn parts(
        &self,
        account: &Account,
        range: DayRange,
        breakdown: Breakdown,
    ) -> Result<Option<Vec<BreakdownDaily>>, Error> {
        let tally = Tally::default();
        Ok(Some(match breakdown {
            Breakdown::Device => self.read::<Devices>(account, range, &tally).await?,
            Breakdown::Country => by_campaign(self.countries(true, account, range, &tally).await?).collect(),
            Breakdown::Age => by_campaign(self.read::<Ages>(account, range, &tally).await?).collect(),
            Breakdown::Gender => by_campaign(self.read::<Genders>(account, range, &tally).await?).collect(),
            _ => return Ok(None),
        }))
    }

    async fn read_if<R: Report>(
        &self,
        wanted: bool,
        account: &Account,
        range: DayRange,
        tally: &Tally,
    ) -> Result<Vec<R::Fact>, Error> {
        if wanted { self.read::<R>(account, range, tally).await } else { Ok(Vec::new()) }
    }

    /// Campaign days by country, as countries are called everywhere.
    async fn countries(
        &self,
        wanted: bool,
        account: &Account,
        range: DayRange,
        tally: &Tally,
    ) -> Result<Vec<BreakdownDaily>, Error> {
        let mut parts = self.read_if::<Countries>(wanted, account, range, tally).await?;
        if !parts.is_empty() {
            let codes = self.country_codes(account, tally).await?;
            for part in &mut parts {
                part.part = codes.get(&part.part).cloned().unwrap_or_else(|| UNKNOWN_COUNTRY.into());
            }
        }
        Ok(parts)
    }

    /// Reads one report. What is too large to be kept at once is cut in halves.
    async fn read<R: Report>(&self, account: &Account, range: DayRange, tally: &Tally) -> Result<Vec<R::Fact>, Error> {
        let mut facts = Vec::new();
        let mut todo = vec![range];
        while let Some(range) = todo.pop() {
            let read = |body: &[u8]| parse::<R>(body, range);
            match self.service.stream(tally, &account.id, &query::<R>(range), read).await {
                Ok(more) => facts.extend(more),
                Err(Failure::TooMuch(_)) if range.len() > 1 => {
                    let half = u16::try_from(range.len().div_ceil(2)).unwrap_or(u16::MAX);
                    todo.extend(range.chunks_newest_first(half));
                }
                Err(failure) => return Err(failure.into()),
            }
        }
        Ok(facts)
    }

    /// Holds days that count conversions against the report that names them, for the same reason.
    fn named(account: &Account, days: &[AdDaily], named: usize) -> Result<(), Error> {
        let counted = |day: &&AdDaily| day.measures.conversions.is_some_and(|count| count > 0.0);
        let Some(day) = days.iter().find(counted).filter(|_| named == 0) else { return Ok(()) };
        let what = format!("named no conversions, although some are counted on {}; what is known is kept", day.date);
        Err(Error::Doubtful { platform: Source::Google, account: Some(account.id.clone()), what })
    }

    /// Holds the two reads of the same days against each other: an answer that is empty without saying why must not replace good days.
    fn plausible(account: &Account, campaigns: &[CampaignDay], ads: &[AdDaily]) -> Result<(), Error> {
        let shown = |day: &CampaignDay| BY_ADS.contains(&day.channel.as_str()) && day.day.measures.impressions > 0;
        let what = match (campaigns.iter().find(|day| shown(day)), ads.first()) {
            (Some(shown), None) => {
                format!("told of no ad, although campaign {} was shown on {}", shown.day.placing.campaign, shown.day.date)
            }
            (_, Some(ad)) if campaigns.is_empty() => {
                format!("told of no campaign, although ad {} has figures on {}", ad.placing.ad, ad.date)
            }
            _ => return Ok(()),
        };
        Err(Error::Doubtful {
            platform: Source::Google,
            account: Some(account.id.clone()),
            what: format!("{what}; what is known is kept"),
        })
    }
}

/// One row for each of Google's two ways to count, where it is not nothing.
fn expanded(actions: &[ActionDay]) -> Result<Vec<ConversionDaily>, Error> {
    let mut rows = Vec::with_capacity(actions.len() * 2);
    for action in actions {
        for (window, (count, value)) in [(WINDOW_BIDDABLE, action.biddable), (WINDOW_ALL, action.all)] {
            if count == 0.0 && value == 0.0 {
                continue;
            }
            let value_micros = micros(value).map_err(drift)?;
            rows.push(ConversionDaily {
                date: action.date,
                placing: action.placing.clone(),
                action_type: if action.name.is_empty() { action.action.clone() } else { action.name.clone() },
                window: window.into(),
                count,
                value_micros: Some(value_micros),
            });
        }
    }
    Ok(rows)
}

/// Sums rows up to their campaigns and parts: the grain at which breakdowns are kept.
fn by_campaign(parts: Vec<BreakdownDaily>) -> impl Iterator<Item = BreakdownDaily> {
    let mut sums = BTreeMap::new();
    for mut part in parts {
        (part.placing.ad_group, part.placing.ad) = (AdGroupId::none(), AdId::none());
        part.part2 = CompactString::default();
        let key = (part.date, part.placing.clone(), part.part.clone());
        match sums.entry(key) {
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(part);
            }
            std::collections::btree_map::Entry::Occupied(mut sum) => add(&mut sum.get_mut().measures, &part.measures),
        }
    }
    sums.into_values().map(|mut sum| {
        sum.measures.conversions = sum.measures.conversions.map(settled);
        if sum.breakdown == Breakdown::Gender {
            sum.part2 = std::mem::take(&mut sum.part);
        }
        sum
    })
}

fn add(sum: &mut Measures, more: &Measures) {
    let both = |a: Option<i64>, b: Option<i64>| a.zip(b).map_or(a.or(b), |(a, b)| Some(a.saturating_add(b)));
    sum.impressions = sum.impressions.saturating_add(more.impressions);
    sum.clicks = sum.clicks.saturating_add(more.clicks);
    sum.spend_micros = sum.spend_micros.saturating_add(more.spend_micros);
    sum.conversions = sum.conversions.zip(more.conversions).map(|(a, b)| a + b);
    sum.revenue_micros = both(sum.revenue_micros, more.revenue_micros);
    sum.video_views = both(sum.video_views, more.video_views);
}

/// Reads whole answers of the report of ads as the connector asks for them. For benchmarks and recorded payloads; a live read goes through
/// the connector.
///
/// # Errors
/// [`Error::Drift`] when an answer has another shape, a row lies outside `range`, or two rows of an answer contradict each other.
pub fn parse_ads<'p>(answers: impl IntoIterator<Item = &'p [u8]>, range: DayRange) -> Result<Facts, Error> {
    Ok(Facts { ad_daily: parse_all::<Ads>(answers, range)?, ..Facts::default() })
}

/// Reads whole answers of the report of ads' conversions by action, likewise.
///
/// # Errors
/// As [`parse_ads`], and when a value is too large to keep exactly.
pub fn parse_ad_actions<'p>(answers: impl IntoIterator<Item = &'p [u8]>, range: DayRange) -> Result<Facts, Error> {
    Ok(Facts { conversions: expanded(&parse_all::<AdActions>(answers, range)?)?, ..Facts::default() })
}

fn parse_all<'p, R: Report>(answers: impl IntoIterator<Item = &'p [u8]>, range: DayRange) -> Result<Vec<R::Fact>, Error> {
    let mut facts = Vec::new();
    for answer in answers {
        facts.extend(parse::<R>(answer, range).map_err(|bad: BadBody| bad.into_drift(Source::Google))?);
    }
    Ok(facts)
}

fn drift(what: String) -> Error {
    Error::Drift { platform: Source::Google, account: None, what, sample: String::new() }
}

#[cfg(test)]
mod tests;
