//! Rows of the table of figures, from text to figures.

use super::Written;
use crate::history::{
    Grain, HistoryError, Key, cell,
    counted::Figures,
    objects::unnamed,
    platform::{bare_account, platform},
};
use compact_str::CompactString;
use trimtab_domain::{
    Day,
    fact::Placing,
    id::{AccountId, AdGroupId},
};

/// One row, understood.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) day: Day,
    pub(super) placing: Placing,
    pub(super) figures: Figures,
}

/// Whose a row is and what it says, or why it is left out.
pub(super) type Understood = Result<(Key, Row), String>;

impl Row {
    /// A row without an ad is a campaign's.
    pub(super) fn grain(&self) -> Grain {
        if self.placing.ad.is_none() { Grain::Campaign } else { Grain::Ad }
    }
}

/// Whose a row is, by how the table writes it; `None`: a platform of no known name.
pub(super) fn key(written: &Written) -> Option<Key> {
    let source = platform(&written.platform)?;
    let account: CompactString = match written.account.trim() {
        "" => unnamed(source),
        account => bare_account(source, account).into(),
    };
    Some(Key { tenant: written.tenant.as_str().into(), source, account: AccountId::new(account) })
}

/// Reads a row: its place for people, and what it says or why it is left out.
///
/// # Errors
/// When the database answered with something else than text.
pub(super) fn read(row: &tokio_postgres::Row) -> Result<(String, Understood), HistoryError> {
    let mut cells = Vec::with_capacity(row.len());
    for at in 0..row.len() {
        cells.push(row.try_get::<_, Option<&str>>(at).map_err(super::database)?);
    }
    Ok((format!("ads_daily_performance {}", cells.first().copied().flatten().unwrap_or("?")), understood(&cells)))
}

fn understood(cells: &[Option<&str>]) -> Understood {
    let text = |at: usize| cells.get(at).copied().flatten().unwrap_or_default();
    let written = Written { platform: text(1).to_owned(), tenant: text(2).to_owned(), account: text(3).to_owned() };
    let key = key(&written).ok_or_else(|| {
        format!("has '{}' as platform: meta, google, linkedin, pinterest and tiktok are known", cell::short(&written.platform))
    })?;
    let campaign = text(4).trim();
    if campaign.is_empty() {
        return Err("has no campaign_id".to_owned());
    }
    let day = cell::day(text(6)).ok_or_else(|| format!("has '{}' as date, which is no day", cell::short(text(6))))?;
    let named = |what: &str, reason: String| format!("its {what}: {reason}");
    let count = |at: usize, what: &str| cell::count(text(at)).map_err(|reason| named(what, reason));
    let amount = |at: usize, what: &str| cell::amount(text(at)).map_err(|reason| named(what, reason));
    let figures = Figures {
        impressions: count(7, "impressions")?.unwrap_or(0),
        clicks: count(8, "clicks")?.unwrap_or(0),
        link_clicks: None,
        spend: amount(9, "spend")?.unwrap_or_default(),
        reach: count(10, "reach")?,
        conversions: amount(11, "conversions")?,
        revenue: amount(12, "revenue")?,
    };
    let placing = Placing { campaign: campaign.into(), ad_group: AdGroupId::none(), ad: text(5).trim().into() };
    Ok((key, Row { day, placing, figures }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells<'a>(date: &'a str, spend: &'a str) -> Vec<Option<&'a str>> {
        let rest = [Some("100"), Some("5"), Some(spend), None, Some("1.5000"), Some("20.2500")];
        [Some("id-1"), Some("meta"), Some("acme"), Some("act_17"), Some("c1"), Some("a1"), Some(date)]
            .into_iter()
            .chain(rest)
            .collect()
    }

    #[test]
    fn a_row_is_read_from_text() {
        let (key, row) = understood(&cells("2026-03-01", "12.3400")).unwrap();
        assert_eq!((key.to_string().as_str(), row.grain()), ("acme/meta/17", Grain::Ad));
        assert_eq!((row.figures.spend.micros(), row.figures.revenue.unwrap().micros()), (12_340_000, 20_250_000));
        assert_eq!((row.figures.reach, row.figures.clicks), (None, 5));
    }

    #[test]
    fn a_broken_row_says_what_is_wrong() {
        assert!(understood(&cells("infinity", "1")).unwrap_err().contains("'infinity' as date"));
        assert!(understood(&cells("2026-03-01", "Infinity")).unwrap_err().contains("its spend: 'Infinity'"));
        let mut other = cells("2026-03-01", "1");
        other[1] = Some("snapchat");
        assert!(understood(&other).unwrap_err().contains("'snapchat' as platform"));
        other = cells("2026-03-01", "1");
        other[4] = None;
        assert_eq!(understood(&other).unwrap_err(), "has no campaign_id");
    }
}
