//! Breakdowns: the days of campaign groups, split by where ads were shown and by what LinkedIn knows of the members who saw them.
//!
//! Such a split goes alone, so that each group's is asked for by the campaigns in it. What is told of members is approximate: values with
//! few events are left out, and the newest day comes up to a day late. The coarsest grain loses the least, hence groups.

use super::{
    Counted, Linkedin,
    amount::Carry,
    analytics::{Cut, Piece},
    facts::{Delivered, Group, join, silent},
    figures::{BASE, Figures, Metric},
    names,
    row::Row,
};
use crate::{
    Error,
    answer::{BadBody, Tally},
    limits,
};
use compact_str::CompactString;
use futures::{StreamExt, TryStreamExt, stream};
use jiff::ToSpan;
use std::collections::BTreeMap;
use trimtab_domain::{
    Day, DayRange, Source,
    account::Account,
    fact::{Breakdown, BreakdownDaily, Placing},
    id::{AdGroupId, AdId, CampaignId},
};

/// The breakdowns LinkedIn is read by.
pub const BREAKDOWNS: [Breakdown; 7] = [
    Breakdown::Country,
    Breakdown::Device,
    Breakdown::Placement,
    Breakdown::Industry,
    Breakdown::JobFunction,
    Breakdown::Seniority,
    Breakdown::CompanySize,
];

/// How LinkedIn names a breakdown; `None` where it has none of the kind.
const fn pivot(breakdown: Breakdown) -> Option<&'static str> {
    match breakdown {
        Breakdown::Country => Some("MEMBER_COUNTRY_V2"),
        Breakdown::Device => Some("IMPRESSION_DEVICE_TYPE"),
        Breakdown::Placement => Some("PLACEMENT_NAME"),
        Breakdown::Industry => Some("MEMBER_INDUSTRY"),
        Breakdown::JobFunction => Some("MEMBER_JOB_FUNCTION"),
        Breakdown::Seniority => Some("MEMBER_SENIORITY"),
        Breakdown::CompanySize => Some("MEMBER_COMPANY_SIZE"),
        _ => None,
    }
}

/// The breakdowns that are told of all these days, when it is `today`.
pub(super) fn readable(range: DayRange, today: Day) -> Vec<Breakdown> {
    let of_members = range.from() >= today.saturating_sub(limits::LINKEDIN_MEMBER_DAYS_BACK.days());
    BREAKDOWNS.into_iter().filter(|breakdown| of_members || !breakdown.is_approximate(Source::Linkedin)).collect()
}

impl Linkedin {
    /// Some breakdowns of the groups that delivered.
    pub(super) async fn breakdowns(
        &self,
        account: &Account,
        range: DayRange,
        breakdowns: &[Breakdown],
        delivered: &Delivered,
        counted: Counted,
        tally: &Tally,
    ) -> Result<Vec<BreakdownDaily>, Error> {
        let mut reads = Vec::new();
        for (id, group) in delivered {
            for breakdown in breakdowns {
                reads.push(self.split(account, range, *breakdown, id, group, counted, tally));
            }
        }
        let parts: Vec<_> = stream::iter(reads).buffered(limits::LINKEDIN_PARTS_AT_ONCE).try_collect().await?;
        Ok(parts.into_iter().flatten().collect())
    }

    /// One breakdown of one group.
    #[expect(clippy::too_many_arguments, reason = "what is read, of what, and what it counts against")]
    async fn split(
        &self,
        account: &Account,
        range: DayRange,
        breakdown: Breakdown,
        id: &CampaignId,
        group: &Group,
        counted: Counted,
        tally: &Tally,
    ) -> Result<Vec<BreakdownDaily>, Error> {
        let Some(pivot) = pivot(breakdown) else { return Ok(Vec::new()) };
        let mut days: BTreeMap<(Day, CompactString), Figures> = BTreeMap::new();
        let take = |row: Row<'_>, range: DayRange| {
            let key = (row.day(range)?, names::part(breakdown, row.part()?));
            if row.figures.any() { join(&mut days, key, row.figures).map_err(BadBody::Conflict) } else { Ok(()) }
        };
        let piece = Piece { range, campaigns: Some(group.campaigns.clone()) };
        self.read(account, Cut { pivots: &[pivot], metrics: BASE }, piece, &group.campaigns, tally, take).await?;
        // Small groups of members are left out, large ones never all of them.
        let certain = if breakdown.is_approximate(Source::Linkedin) { limits::LINKEDIN_SPLIT_CERTAIN } else { 1 };
        if days.is_empty() && group.shown >= certain {
            let by = breakdown.as_str().replace('_', " ");
            let what = format!("told nothing by {by}, although campaign group {id} was shown {} times", group.shown);
            return Err(silent(account, what));
        }
        let placing = Placing { campaign: id.clone(), ad_group: AdGroupId::none(), ad: AdId::none() };
        parts(&days, breakdown, &placing, counted).map_err(|bad| bad.into_drift(Source::Linkedin))
    }
}

/// Days as facts, amounts rounded day by day.
fn parts(
    days: &BTreeMap<(Day, CompactString), Figures>,
    breakdown: Breakdown,
    placing: &Placing,
    counted: Counted,
) -> Result<Vec<BreakdownDaily>, BadBody> {
    let (mut facts, mut carry) = (Vec::with_capacity(days.len()), (None, Carry::default()));
    for ((date, part), figures) in days {
        if carry.0 != Some(*date) {
            carry = (Some(*date), Carry::default());
        }
        let spend = carry.1.micros(figures.get(Metric::Cost).unwrap_or_default());
        facts.push(BreakdownDaily {
            date: *date,
            span_days: 1,
            placing: placing.clone(),
            breakdown,
            part: part.clone(),
            part2: CompactString::default(),
            measures: counted.measures(figures, spend)?,
        });
    }
    Ok(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_told_of_for_two_years() {
        let today = trimtab_domain::day::parse_day("2026-11-20").unwrap();
        assert_eq!(readable("2026-10-01..2026-11-20".parse().unwrap(), today), BREAKDOWNS);
        let old = readable("2024-11-01..2024-11-30".parse().unwrap(), today);
        assert_eq!(old, [Breakdown::Device, Breakdown::Placement]);
        assert!(BREAKDOWNS.into_iter().all(|breakdown| pivot(breakdown).is_some()));
    }

    #[test]
    fn parts_of_a_day_add_up_and_belong_to_the_group() {
        let date = trimtab_domain::day::parse_day("2026-11-01").unwrap();
        let days = ["a", "b", "c"]
            .map(|part| ((date, part.into()), serde_json::from_str(r#"{"costInLocalCurrency":"0.3333333333"}"#).unwrap()));
        let placing = Placing { campaign: CampaignId::new("5"), ad_group: AdGroupId::none(), ad: AdId::none() };
        let facts = parts(&days.into(), Breakdown::Industry, &placing, Counted::Website).unwrap();
        assert_eq!(facts.iter().map(|fact| fact.measures.spend_micros).sum::<i64>(), 1_000_000);
        assert!(
            facts.iter().all(|fact| fact.placing == placing && fact.measures.conversions.is_none()),
            "what is not told is not zero"
        );
    }
}
