//! Reading the facts of an account: which cuts, in which order, and what to make of them.
//!
//! Campaigns come first. They tell whether there is anything to read at all, which campaigns the other reads may have to be cut by, and
//! what the creatives must add up to.

use super::{
    Counted, Linkedin,
    amount::Carry,
    analytics::{Cut, METRICS_AT_ONCE, Piece, rows},
    conversions::{events, of_rule, rule_id},
    figures::{Figures, Metric, OF_RULES},
    parts::readable,
    query::Kind,
    rest::{self, Days},
    row::{Row, told},
};
use crate::{
    AuthCause, Connector, Detail, Error, Fetched,
    answer::{self, BadBody, Tally},
    limits,
    silence::contradicted,
};
use compact_str::CompactString;
use futures::future::try_join_all;
use jiff::ToSpan;
use std::collections::{BTreeMap, BTreeSet, HashMap, btree_map::Entry};
use trimtab_domain::{
    Day, DayRange, Source,
    account::Account,
    fact::{AdDaily, ConversionDaily, Facts, Placing},
    id::{AdGroupId, AdId, CampaignId},
};

/// The groups that delivered.
pub(super) type Delivered = BTreeMap<CampaignId, Group>;

/// What delivered of a group.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// Its campaigns.
    pub(super) campaigns: Vec<CompactString>,
    /// How often it was shown on days whose splits are complete by now.
    pub(super) shown: i64,
}

impl Linkedin {
    /// Everything LinkedIn reports for an account and a run of days.
    ///
    /// # Errors
    /// See [`Error`]; no partial result is returned.
    pub(super) async fn all_facts(&self, account: &Account, range: DayRange, detail: Detail) -> Result<Fetched, Error> {
        let tally = Tally::default();
        let settled = self.counted(account, &tally).await?;
        let counted = settled.unwrap_or(Counted::Website);
        let breakdowns = match detail {
            Detail::Full => readable(range, account.zone.day_at(self.now())),
            Detail::AdsOnly => Vec::new(),
        };
        let mut facts = Facts { breakdowns_read: breakdowns.clone(), ..Facts::default() };
        for window in range.chunks_newest_first(limits::LINKEDIN_DAYS_MAX) {
            let Some((delivered, ads)) = self.window(account, window, counted, &tally).await? else { continue };
            facts.ad_daily.extend(ads.ad_daily);
            facts.conversions.extend(ads.conversions);
            facts.breakdowns.extend(self.breakdowns(account, window, &breakdowns, &delivered, counted, &tally).await?);
        }
        if settled.is_none() && !facts.ad_daily.is_empty() {
            return Err(contradicted(account));
        }
        Ok(Fetched { facts, api_calls: tally.total() })
    }

    /// Ads and conversions of a few days; `None` where nothing was delivered.
    async fn window(
        &self,
        account: &Account,
        range: DayRange,
        counted: Counted,
        tally: &Tally,
    ) -> Result<Option<(Delivered, Facts)>, Error> {
        let campaigns =
            self.days(account, &["CAMPAIGN_GROUP", "CAMPAIGN"], &Metric::ALL[..METRICS_AT_ONCE], range, &[], tally).await?;
        if campaigns.is_empty() {
            self.visible(account).await?;
            return Ok(None);
        }
        let ids: BTreeSet<&AdGroupId> = campaigns.keys().map(|(_, placing)| &placing.ad_group).collect();
        let ids: Vec<CompactString> = ids.into_iter().map(|id| id.as_str().into()).collect();
        let pivots = ["CAMPAIGN_GROUP", "CAMPAIGN", "CREATIVE"];
        let lots = lots();
        let lots = lots.iter().map(|lot| self.days(account, &pivots, lot, range, &ids, tally));
        let mut creatives = Days::new();
        for lot in try_join_all(lots).await? {
            if let Some((day, campaign)) = rest::unexplained(&campaigns, &lot) {
                return Err(silent(account, format!("told of no creative, although campaign group {campaign} was shown on {day}")));
            }
            for (key, figures) in lot {
                join(&mut creatives, key, figures).map_err(|what| drift(account, what))?;
            }
        }
        let mut all = rest::of_days(&campaigns, &creatives);
        all.extend(creatives);
        let mut facts = facts(&all, counted).map_err(|bad| bad.into_drift(Source::Linkedin))?;
        let groups: HashMap<&AdGroupId, &CampaignId> =
            campaigns.keys().map(|(_, placing)| (&placing.ad_group, &placing.campaign)).collect();
        if all.values().any(|figures| OF_RULES.iter().any(|metric| figures.get(*metric).is_some_and(|f| f != Default::default()))) {
            facts.conversions.extend(self.by_rule(account, range, &groups, &ids, tally).await?);
        }
        let mut delivered = Delivered::new();
        for (campaign, group) in groups {
            delivered.entry(group.clone()).or_default().campaigns.push(campaign.as_str().into());
        }
        delivered.values_mut().for_each(|group| group.campaigns.sort_unstable());
        let complete = account.zone.day_at(self.now()).saturating_sub(limits::LINKEDIN_SPLIT_LAG_DAYS.days());
        for ((_, placing), figures) in campaigns.iter().filter(|((day, _), _)| *day <= complete) {
            let shown = figures.get(Metric::Impressions).map_or(0, |count| count.micros() / 1_000_000);
            delivered.entry(placing.campaign.clone()).or_default().shown += shown;
        }
        Ok(Some((delivered, facts)))
    }

    /// The days of campaigns, or of creatives. Rows in which nothing happened are left out.
    async fn days(
        &self,
        account: &Account,
        pivots: &[&str],
        metrics: &[Metric],
        range: DayRange,
        known: &[CompactString],
        tally: &Tally,
    ) -> Result<Days, Error> {
        let mut days = Days::new();
        let by_creative = pivots.contains(&"CREATIVE");
        let take = |row: Row<'_>, range: DayRange| {
            let key = (row.day(range)?, placing(&row, by_creative)?);
            if row.figures.any() { join(&mut days, key, row.figures).map_err(BadBody::Conflict) } else { Ok(()) }
        };
        self.read(account, Cut { pivots, metrics }, Piece { range, campaigns: None }, known, tally, take).await?;
        Ok(days)
    }

    /// Conversions on the web site, by the rule that counted them.
    async fn by_rule(
        &self,
        account: &Account,
        range: DayRange,
        groups: &HashMap<&AdGroupId, &CampaignId>,
        known: &[CompactString],
        tally: &Tally,
    ) -> Result<Vec<ConversionDaily>, Error> {
        let mut counted: BTreeMap<(Day, Placing, CompactString), Figures> = BTreeMap::new();
        let cut = Cut { pivots: &["CAMPAIGN", "CREATIVE", "CONVERSION"], metrics: &OF_RULES };
        let take = |row: Row<'_>, range: DayRange| {
            let (day, ad_group) = (row.day(range)?, AdGroupId::new(row.id(Kind::Campaign)?));
            // A campaign that delivers for the first time between two reads is told of by the next.
            let Some(group) = groups.get(&ad_group) else { return Ok(()) };
            let placing = Placing { campaign: (*group).clone(), ad_group, ad: AdId::new(row.id(Kind::Creative)?) };
            let rule = rule_id(row.part()?).into();
            join(&mut counted, (day, placing, rule), row.figures).map_err(BadBody::Conflict)
        };
        self.read(account, cut, Piece { range, campaigns: None }, known, tally, take).await?;
        if counted.is_empty() {
            return Err(silent(account, format!("named no conversions of {range}, although its creatives count some")));
        }
        let rules = self.rules(account, tally).await?;
        let mut conversions = Vec::new();
        for ((day, placing, rule), figures) in &counted {
            of_rule(&rules.name(rule), figures, *day, placing, &mut conversions).map_err(|bad| bad.into_drift(Source::Linkedin))?;
        }
        Ok(conversions)
    }

    /// Makes sure that the account is ours to read, since LinkedIn answers without rows where it is not.
    async fn visible(&self, account: &Account) -> Result<(), Error> {
        match self.account(&account.id).await {
            Err(Error::Rejected { platform, account, reason }) => {
                Err(Error::Auth { platform, account, cause: AuthCause::Permission, reason })
            }
            described => described.map(drop),
        }
    }
}

/// Where a row belongs.
fn placing(row: &Row<'_>, by_creative: bool) -> Result<Placing, BadBody> {
    Ok(Placing {
        campaign: CampaignId::new(row.id(Kind::Group)?),
        ad_group: AdGroupId::new(row.id(Kind::Campaign)?),
        ad: if by_creative { AdId::new(row.id(Kind::Creative)?) } else { AdId::none() },
    })
}

/// Puts a row where its key is known beside what is known of it: a field that is served again counts once, and one that contradicts what
/// was served before is an error.
pub(super) fn join<K: Ord + std::fmt::Debug>(rows: &mut BTreeMap<K, Figures>, key: K, figures: Figures) -> Result<(), String> {
    match rows.entry(key) {
        Entry::Vacant(free) => {
            free.insert(figures);
            Ok(())
        }
        Entry::Occupied(mut at) => {
            let before = told(at.get());
            at.get_mut()
                .join(&figures)
                .map_err(|field| format!("two different rows for {:?} ({field}): {before}, and {}", at.key(), told(&figures)))
        }
    }
}

/// Days as facts. Amounts are rounded day by day, in an order that does not depend on how they were read.
fn facts(days: &Days, counted: Counted) -> Result<Facts, BadBody> {
    let mut facts = Facts::default();
    let mut carry = (None, Carry::default());
    for ((date, placing), figures) in days {
        if carry.0 != Some(*date) {
            carry = (Some(*date), Carry::default());
        }
        let spend = carry.1.micros(figures.get(Metric::Cost).unwrap_or_default());
        let measures = counted.measures(figures, spend)?;
        events(figures, *date, placing, &mut facts.conversions)?;
        facts.ad_daily.push(AdDaily { date: *date, span_days: 1, placing: placing.clone(), measures });
    }
    Ok(facts)
}

/// All figures in lots that one request may name. Each tells the impressions, so that no lot leaves out a row that another has.
fn lots() -> Vec<Vec<Metric>> {
    let (first, rest) = Metric::ALL.split_at(METRICS_AT_ONCE);
    let later = rest.chunks(METRICS_AT_ONCE - 1).map(|lot| [&[Metric::Impressions], lot].concat());
    std::iter::once(first.to_vec()).chain(later).collect()
}

/// An answer that leaves out what another tells of.
pub(super) fn silent(account: &Account, what: String) -> Error {
    let what = format!("{what}; what is known is kept");
    Error::Doubtful { platform: Source::Linkedin, account: Some(account.id.clone()), what }
}

/// Answers that are each well-formed and together make no sense.
fn drift(account: &Account, what: String) -> Error {
    answer::drift(Source::Linkedin, Some(&account.id), what, b"(several answers)", &[])
}

/// Reads whole answers of creative-level analytics as the connector asks for them (by campaign group, campaign and creative). For
/// benchmarks and recorded payloads; a live read goes through the connector.
///
/// # Errors
/// [`Error::Drift`] when an answer has another shape or as many rows as an answer may have, a row lies outside `range`, or two rows
/// contradict each other.
pub fn parse_analytics<'p>(answers: impl IntoIterator<Item = &'p [u8]>, range: DayRange, counted: Counted) -> Result<Facts, Error> {
    let mut days = Days::new();
    let mut take = |body: &[u8]| {
        let cut_short = || BadBody::Conflict(format!("an answer of {} rows may be cut short", limits::LINKEDIN_ROWS_MAX));
        for row in rows(body)?.ok_or_else(cut_short)? {
            let key = (row.day(range)?, placing(&row, true)?);
            join(&mut days, key, row.figures).map_err(BadBody::Conflict)?;
        }
        Ok(())
    };
    answers
        .into_iter()
        .try_for_each(&mut take)
        .and_then(|()| facts(&days, counted))
        .map_err(|bad: BadBody| bad.into_drift(Source::Linkedin))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(creative: &str, day: &str, figures: &str) -> String {
        let date = format!(r#"{{"year":2026,"month":11,"day":{day}}}"#);
        format!(
            r#"{{"dateRange":{{"start":{date},"end":{date}}},"pivotValues":["urn:li:sponsoredCampaignGroup:5","urn:li:sponsoredCampaign:6","urn:li:sponsoredCreative:{creative}"],{figures}}}"#
        )
    }

    fn parse(answers: &[&[String]]) -> Result<Facts, String> {
        let bodies: Vec<String> =
            answers.iter().map(|rows| format!(r#"{{"paging":{{"links":[]}},"elements":[{}]}}"#, rows.join(","))).collect();
        let range = "2026-11-01..2026-11-03".parse().unwrap();
        parse_analytics(bodies.iter().map(String::as_bytes), range, Counted::Website).map_err(|error| error.to_string())
    }

    #[test]
    fn lots_of_fields_make_one_row() {
        let first = row("7", "1", r#""impressions":10,"costInLocalCurrency":"1.25""#);
        let second = row("7", "1", r#""oneClickLeads":2"#);
        let facts = parse(&[&[first.clone(), first], &[second]]).unwrap();
        let [day] = &facts.ad_daily[..] else { panic!("one row, told in two lots and served twice: {facts:?}") };
        assert_eq!((day.placing.campaign.as_str(), day.placing.ad_group.as_str(), day.placing.ad.as_str()), ("5", "6", "7"));
        assert_eq!((day.measures.impressions, day.measures.spend_micros), (10, 1_250_000));
        assert_eq!(facts.conversions.len(), 1);
    }

    #[test]
    fn a_contradiction_is_an_error_that_names_the_row() {
        let (one, other) = (row("7", "1", r#""impressions":10"#), row("7", "1", r#""impressions":11"#));
        let error = parse(&[&[one, other]]).unwrap_err();
        assert!(
            error.contains("two different rows") && error.contains("10 impressions") && error.contains("11 impressions"),
            "{error}"
        );
    }

    #[test]
    fn many_digits_add_up_by_the_day() {
        let rows: Vec<String> = (0..9).map(|n| row(&n.to_string(), "1", r#""costInLocalCurrency":"0.1111111111111""#)).collect();
        let facts = parse(&[&rows]).unwrap();
        assert_eq!(facts.ad_daily.iter().map(|fact| fact.measures.spend_micros).sum::<i64>(), 1_000_000, "nine ninths");
    }

    #[test]
    fn rows_of_another_question_are_refused() {
        assert!(parse(&[&[row("7", "4", r#""impressions":1"#)]]).unwrap_err().contains("2026-11-4"));
        let group = row("7", "1", r#""impressions":1"#).replace("urn:li:sponsoredCreative:7", "urn:li:share:7");
        assert!(parse(&[&[group]]).unwrap_err().contains("names no Creative"));
    }
}
