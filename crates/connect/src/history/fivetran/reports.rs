//! Rows of a report: whose they are, which day, where, and what was measured.

use super::{
    sheet::{Line, Sheet},
    tables::Report,
};
use crate::{
    history::{Grain, cell, counted::Figures, objects::Objects, platform::bare_account},
    scalar::Fine,
};
use compact_str::CompactString;
use trimtab_domain::{
    Day,
    entity::EntityKind,
    fact::Placing,
    id::{AdGroupId, AdId, CampaignId},
};

/// Where a report's columns stand in one file.
#[derive(Debug)]
pub(super) struct Columns {
    report: &'static Report,
    id: usize,
    day: usize,
    account: Vec<usize>,
    campaign: Vec<usize>,
    ad_group: Vec<usize>,
    clicks: Vec<usize>,
    link_clicks: Vec<usize>,
    impressions: Vec<usize>,
    spend: Option<usize>,
    conversions: Vec<usize>,
    revenue: Vec<usize>,
    reach: Vec<usize>,
    fallback: CompactString,
}

/// Whose row it is, and which day.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) account: CompactString,
    pub(super) day: Day,
    id: &'a str,
}

impl Columns {
    /// Finds the columns.
    ///
    /// # Errors
    /// When one that is needed is missing; the text says which.
    pub(super) fn find(report: &'static Report, sheet: &Sheet, usd: bool, objects: &Objects) -> Result<Self, String> {
        let needed = |name: &str| {
            let found = || sheet.names().iter().take(20).cloned().collect::<Vec<_>>().join(", ");
            sheet.column(name).ok_or_else(|| format!("has no column {name}: found {}", found()))
        };
        let spend = report.spend_usd.filter(|_| usd).unwrap_or(report.spend);
        let (mut clicks, link_clicks) = (sheet.columns(report.clicks), sheet.columns(report.link_clicks));
        if clicks.is_empty() {
            clicks.clone_from(&link_clicks);
        }
        let columns = Self {
            report,
            id: needed(report.id)?,
            day: needed(report.day)?,
            account: sheet.columns(report.account),
            campaign: sheet.columns(report.campaign),
            ad_group: sheet.columns(report.ad_group),
            clicks,
            link_clicks,
            impressions: sheet.columns(report.impressions),
            spend: sheet.column(spend),
            conversions: sheet.columns(report.conversions),
            revenue: sheet.columns(report.revenue),
            reach: sheet.columns(report.reach),
            fallback: objects.fallback(report.source),
        };
        if columns.spend.is_none() && columns.impressions.is_empty() && columns.clicks.is_empty() {
            return Err(format!("has none of the columns {spend}, {}, {}", report.impressions[0], report.clicks[0]));
        }
        Ok(columns)
    }

    /// Whose row it is, and which day.
    ///
    /// # Errors
    /// When it does not say; the text says what is missing.
    pub(super) fn place<'a>(&self, line: &Line<'a>, objects: &Objects) -> Result<Place<'a>, String> {
        let id = line.text(Some(self.id))?;
        if cell::is_nothing(id) {
            return Err(format!("has no {}", self.report.id));
        }
        let day = line.text(Some(self.day))?;
        let day = cell::day(day).ok_or_else(|| format!("has '{}' as {}, which is no day", cell::short(day), self.report.day))?;
        let told = match self.report.grain {
            Grain::Account => id,
            _ => line.first(&self.account)?,
        };
        let account = if cell::is_nothing(told) {
            let known = objects.account_of(self.report.grain.kind(), id);
            let by_campaign = || objects.account_of(EntityKind::Campaign, line.first(&self.campaign).ok()?);
            known.or_else(by_campaign).unwrap_or(&self.fallback).clone()
        } else {
            bare_account(self.report.source, told).into()
        };
        Ok(Place { account, day, id })
    }

    /// Where in the account it belongs.
    ///
    /// # Errors
    /// When a cell is not text.
    pub(super) fn placing(&self, line: &Line<'_>, place: &Place<'_>, objects: &Objects) -> Result<Placing, String> {
        let kind = self.report.grain.kind();
        let tail = |columns: &[usize]| line.first(columns).map(|text| text.rsplit('/').next().unwrap_or(text));
        let none = || (CampaignId::none(), AdGroupId::none(), AdId::none());
        let (mut campaign, mut ad_group, mut ad) = none();
        match self.report.grain {
            Grain::Account => {}
            Grain::Campaign => campaign = place.id.into(),
            Grain::AdGroup => {
                campaign = or_known(tail(&self.campaign)?, objects.campaign(kind, place.id)).into();
                ad_group = place.id.into();
            }
            Grain::Ad => {
                let group = or_known(tail(&self.ad_group)?, objects.parent(kind, place.id));
                let known = objects.campaign(kind, place.id).or_else(|| objects.campaign(EntityKind::AdGroup, group));
                campaign = or_known(tail(&self.campaign)?, known).into();
                ad_group = group.into();
                ad = place.id.into();
            }
        }
        Ok(Placing { campaign, ad_group, ad })
    }

    /// What was measured.
    ///
    /// # Errors
    /// When a cell is no figure; the text names it.
    pub(super) fn figures(&self, line: &Line<'_>) -> Result<Figures, String> {
        let amount = |micros| if micros { cell::micros } else { cell::amount };
        let counts = |columns: &[usize], what: &str| -> Result<Option<i64>, String> {
            sum(columns, |column| named(what, cell::count(line.text(Some(column))?)), i64::saturating_add)
        };
        let amounts = |columns: &[usize], what: &str, read: fn(&str) -> Result<Option<Fine>, String>| {
            sum(columns, |column| named(what, read(line.text(Some(column))?)), |a, b| a + b)
        };
        let spend: Vec<_> = self.spend.into_iter().collect();
        Ok(Figures {
            impressions: counts(&self.impressions, "impressions")?.unwrap_or(0),
            clicks: counts(&self.clicks, "clicks")?.unwrap_or(0),
            link_clicks: counts(&self.link_clicks, "link clicks")?,
            spend: amounts(&spend, "spend", amount(self.report.spend_micros))?.unwrap_or_default(),
            reach: counts(&self.reach, "reach")?,
            conversions: amounts(&self.conversions, "conversions", cell::amount)?,
            revenue: amounts(&self.revenue, "conversion value", amount(self.report.revenue_micros))?,
        })
    }
}

fn or_known<'a>(told: &'a str, known: Option<&'a CompactString>) -> &'a str {
    if cell::is_nothing(told) { known.map_or("", CompactString::as_str) } else { told }
}

fn named<T>(what: &str, read: Result<Option<T>, String>) -> Result<Option<T>, String> {
    read.map_err(|reason| format!("its {what}: {reason}"))
}

/// The sum of those cells that say something.
fn sum<T: Copy>(
    columns: &[usize],
    read: impl Fn(usize) -> Result<Option<T>, String>,
    add: impl Fn(T, T) -> T,
) -> Result<Option<T>, String> {
    let mut total = None;
    for column in columns {
        total = crate::history::counted::both(total, read(*column)?, &add);
    }
    Ok(total)
}
