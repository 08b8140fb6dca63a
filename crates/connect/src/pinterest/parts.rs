//! Breakdowns: one answer holds the parts of all of them, each a partition of the same figures.

use super::{
    Counted,
    collect::{happened, text},
    row::Row,
    service::BadBody,
};
use crate::scalar::Text;
use compact_str::CompactString;
use serde::Deserialize;
use std::collections::{HashMap, hash_map::Entry};
use trimtab_domain::{
    Day, DayRange,
    fact::{Breakdown, BreakdownDaily},
    id::CampaignId,
};

/// How Pinterest names a breakdown; `None` where it has none of the kind.
pub(super) const fn targeting_type(breakdown: Breakdown) -> Option<&'static str> {
    match breakdown {
        Breakdown::Country => Some("COUNTRY"),
        Breakdown::Age => Some("AGE_BUCKET"),
        Breakdown::Gender => Some("GENDER"),
        Breakdown::Device => Some("APPTYPE"),
        Breakdown::Placement => Some("PLACEMENT"),
        Breakdown::Interest => Some("PINNER_INTEREST"),
        _ => None,
    }
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    data: Vec<Part<'a>>,
}

#[derive(Deserialize)]
struct Part<'a> {
    #[serde(borrow)]
    targeting_type: Text<'a>,
    /// A number for some types.
    #[serde(borrow)]
    targeting_value: Text<'a>,
    #[serde(borrow)]
    metrics: Row<'a>,
}

/// The parts of one body, whole or not at all.
pub(super) fn parts(body: &[u8], asked: &[Breakdown], range: DayRange, counted: Counted) -> Result<Vec<BreakdownDaily>, BadBody> {
    let answer: Answer<'_> = serde_json::from_str(text(body)?)?;
    let mut facts: Vec<BreakdownDaily> = Vec::with_capacity(answer.data.len());
    let mut seen: HashMap<(Day, CampaignId, Breakdown, CompactString), usize> = HashMap::new();
    for part in &answer.data {
        let fact = fact(part, asked, range, counted).map_err(BadBody::Conflict)?;
        if !happened(&fact.measures) {
            continue;
        }
        let value = if fact.part.is_empty() { &fact.part2 } else { &fact.part };
        match seen.entry((fact.date, fact.placing.campaign.clone(), fact.breakdown, value.clone())) {
            Entry::Vacant(free) => {
                free.insert(facts.len());
                facts.push(fact);
            }
            Entry::Occupied(at) if facts[*at.get()] == fact => {}
            Entry::Occupied(at) => {
                let (_, campaign, breakdown, value) = at.key();
                let what =
                    format!("two different rows for {} '{value}' of campaign {campaign} on {}", breakdown.as_str(), fact.date);
                return Err(BadBody::Conflict(what));
            }
        }
    }
    Ok(facts)
}

fn fact(part: &Part<'_>, asked: &[Breakdown], range: DayRange, counted: Counted) -> Result<BreakdownDaily, String> {
    let (kind, row) = (part.targeting_type.0.as_ref(), &part.metrics);
    let breakdown = asked.iter().copied().find(|breakdown| targeting_type(*breakdown) == Some(kind));
    let breakdown = breakdown.ok_or_else(|| format!("a part of {kind}, which was not asked for"))?;
    let date = row.date().filter(|date| range.contains(*date));
    let date = date.ok_or_else(|| format!("a part of {kind} for another day than {range}"))?;
    let value = part.targeting_value.0.trim();
    if value.is_empty() || row.campaign_id.0.is_empty() {
        return Err(format!("a part of {kind} that does not name itself and its campaign, on {date}"));
    }
    let named = match breakdown {
        Breakdown::Country => value.to_uppercase().into(),
        _ => CompactString::from(value),
    };
    let none = CompactString::default();
    let (part, part2) = if breakdown == Breakdown::Gender { (none, named) } else { (named, none) };
    Ok(BreakdownDaily { date, span_days: 1, placing: row.placing(), breakdown, part, part2, measures: row.measures(counted)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pinterest::Conversion;

    fn read(body: &str) -> Result<Vec<BreakdownDaily>, String> {
        let range = "2026-11-01..2026-11-03".parse().unwrap();
        let counted = Counted::new(Conversion::Checkout, true, false);
        parts(body.as_bytes(), &[Breakdown::Country, Breakdown::Gender], range, counted).map_err(|bad| match bad {
            BadBody::Malformed(error) => error.to_string(),
            BadBody::Conflict(what) => what,
        })
    }

    fn part(kind: &str, value: &str, impressions: u32) -> String {
        let metrics = format!(r#"{{"CAMPAIGN_ID":626735565838,"DATE":"2026-11-01","IMPRESSION_1":{impressions}}}"#);
        format!(r#"{{"targeting_type":"{kind}","targeting_value":{value},"metrics":{metrics}}}"#)
    }

    #[test]
    fn gender_is_the_second_part() {
        let body = format!(r#"{{"data":[{},{}]}}"#, part("GENDER", r#""female""#, 7), part("COUNTRY", r#""de""#, 7));
        let facts = read(&body).unwrap();
        let short: Vec<_> = facts.iter().map(|f| (f.breakdown, f.part.as_str(), f.part2.as_str())).collect();
        assert_eq!(short, [(Breakdown::Gender, "", "female"), (Breakdown::Country, "DE", "")]);
        assert_eq!(facts[0].placing.campaign.as_str(), "626735565838");
        assert!(facts[0].placing.ad.is_none() && facts[0].placing.ad_group.is_none());
    }

    #[test]
    fn parts_count_once_and_answer_what_was_asked() {
        let (one, other) = (part("COUNTRY", r#""DE""#, 7), part("COUNTRY", r#""DE""#, 8));
        assert_eq!(read(&format!(r#"{{"data":[{one},{one}]}}"#)).unwrap().len(), 1);
        assert!(read(&format!(r#"{{"data":[{one},{other}]}}"#)).unwrap_err().contains("two different rows for country 'DE'"));
        assert!(read(&format!(r#"{{"data":[{}]}}"#, part("LOCATION", "500", 1))).unwrap_err().contains("not asked for"));
        assert!(read(&format!(r#"{{"data":[{}]}}"#, part("COUNTRY", r#""""#, 1))).unwrap_err().contains("does not name itself"));
        assert!(read("[]").is_err() && read("{}").is_err());
    }
}
