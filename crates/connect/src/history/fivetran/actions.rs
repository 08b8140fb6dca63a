//! Meta's conversions, which stand in tables of their own: one row per ad, day and action.
//!
//! Five action types count as the ad's conversions, as in Fivetran's models. Every action is kept by type and window beside that. Conversions
//! of a day on which the ad has no row of figures are kept by action alone, and named.

use super::{Store, read::TWICE, sheet::Sheet, tables::Kind};
use crate::{
    history::{
        Key, LeftOut, cell,
        counted::both,
        counted::{Adding, number},
        tally::Tally,
    },
    scalar::Fine,
};
use compact_str::CompactString;
use std::collections::{BTreeMap, HashMap, HashSet};
use trimtab_domain::{
    Day, DayRange, Source,
    entity::EntityKind,
    fact::{ConversionDaily, Placing},
    id::{AdGroupId, AdId, CampaignId},
    money::decimal,
};

/// The action types that count.
const COUNTED: [&str; 5] = [
    "onsite_conversion.purchase",
    "onsite_conversion.lead_grouped",
    "offsite_conversion.fb_pixel_purchase",
    "offsite_conversion.fb_pixel_lead",
    "offsite_conversion.fb_pixel_custom",
];

/// How many and what they were worth.
type Pair = (Option<Fine>, Option<Fine>);

/// The conversions of some days.
#[derive(Debug, Default)]
pub(super) struct Actions {
    /// Whether there is a table of counts, and one of values: without a row there were none.
    tables: (bool, bool),
    by_action: BTreeMap<(Day, CompactString, CompactString, CompactString), Pair>,
    counted: HashMap<(Day, CompactString), Pair>,
}

/// Reads one table, row by row.
///
/// # Errors
/// When the file cannot be read; the text says why.
pub(super) fn walk(store: &Store, path: &str, left_out: &mut LeftOut, mut take: impl FnMut(Row<'_>)) -> Result<(), String> {
    let mut sheet = Sheet::open(store.files.as_ref(), path)?;
    let needed = |name: &str| sheet.column(name).ok_or_else(|| format!("has no column {name}"));
    let (ad, date, action, value) = (needed("ad_id")?, needed("date")?, needed("action_type")?, needed("value")?);
    let windows: Vec<_> = sheet.names().iter().enumerate().filter_map(|(at, name)| Some((at, window(name)?))).collect();
    while let Some(line) = sheet.next_line() {
        let line = match line {
            Ok(line) => line,
            Err((number, reason)) => {
                left_out.note(format!("{path} line {number}"), reason);
                continue;
            }
        };
        let read = || {
            let (ad, action) = (line.text(Some(ad))?, line.text(Some(action))?);
            if cell::is_nothing(ad) || cell::is_nothing(action) {
                return Err("has no ad_id or no action_type".to_owned());
            }
            let date = line.text(Some(date))?;
            let day = cell::day(date).ok_or_else(|| format!("has '{}' as date, which is no day", cell::short(date)))?;
            let mut amounts = vec![("default", cell::amount(line.text(Some(value))?)?)];
            for (at, window) in &windows {
                amounts.push((window, cell::amount(line.text(Some(*at))?)?));
            }
            Ok(Row { number: line.number, ad, day, action, amounts, fingerprint: line.fingerprint() })
        };
        match read() {
            Ok(row) => take(row),
            Err(reason) => left_out.note(format!("{path} line {}", line.number), reason),
        }
    }
    Ok(())
}

/// One row: an ad's day and action, and an amount per window.
pub(super) struct Row<'a> {
    number: u64,
    ad: &'a str,
    pub(super) day: Day,
    action: &'a str,
    amounts: Vec<(&'a str, Option<Fine>)>,
    fingerprint: [u8; 16],
}

impl Row<'_> {
    /// The account the ad belongs to, as far as its history tells.
    pub(super) fn account(&self, store: &Store) -> Option<CompactString> {
        store.objects.get(&Source::Meta)?.account_of(EntityKind::Ad, self.ad).cloned()
    }
}

/// The attribution window behind a column's name: `_7_d_click` is `7d_click`.
fn window(column: &str) -> Option<String> {
    let (days, kind) = column.strip_prefix('_')?.split_once("_d_")?;
    let fits = !days.is_empty() && days.bytes().all(|byte| byte.is_ascii_digit()) && !kind.is_empty();
    fits.then(|| format!("{days}d_{kind}"))
}

impl Store {
    /// The conversions of an account's days; ads of no known account are taken where the tally has them, or where they can belong to no
    /// other.
    pub(super) fn actions(&self, key: &Key, days: DayRange, ads: &HashSet<CompactString>, left_out: &mut LeftOut) -> Actions {
        let mut actions = Actions::default();
        let Some(objects) = self.objects.get(&Source::Meta) else { return actions };
        let fallback = objects.fallback(Source::Meta);
        for (source, kind, path) in &self.tables {
            let values = match kind {
                Kind::ActionCounts => false,
                Kind::ActionValues => true,
                _ => continue,
            };
            debug_assert_eq!(*source, Source::Meta, "only Meta has such tables");
            let mut seen = HashSet::new();
            // Rows that cannot be read are the survey's to name: they are in no piece.
            let walked = walk(self, path, &mut LeftOut::default(), |row| {
                let mine = match objects.account_of(EntityKind::Ad, row.ad) {
                    Some(account) => account == key.account.as_str(),
                    None => ads.contains(row.ad) || fallback == key.account.as_str(),
                };
                if !mine || !days.contains(row.day) {
                    return;
                }
                if seen.insert(row.fingerprint) {
                    actions.take(&row, values);
                } else {
                    left_out.note(format!("{path} line {}", row.number), TWICE);
                }
            });
            match walked {
                Ok(()) if values => actions.tables.1 = true,
                Ok(()) => actions.tables.0 = true,
                Err(reason) => left_out.note(path.clone(), reason),
            }
        }
        actions
    }
}

impl Actions {
    fn take(&mut self, row: &Row<'_>, values: bool) {
        let pair = |amount| if values { (None, amount) } else { (amount, None) };
        let add = |held: &mut Pair, (count, value): Pair| {
            *held = (both(held.0, count, |a, b| a + b), both(held.1, value, |a, b| a + b));
        };
        for (window, amount) in row.amounts.iter().filter(|(_, amount)| amount.is_some()) {
            let key = (row.day, row.ad.into(), row.action.into(), (*window).into());
            add(self.by_action.entry(key).or_default(), pair(*amount));
            if *window == "default" && COUNTED.contains(&row.action) {
                add(self.counted.entry((row.day, row.ad.into())).or_default(), pair(*amount));
            }
        }
    }

    /// Puts the conversions beside the ads' figures, counting them into `sums` as well.
    pub(super) fn complete(&mut self, tally: &mut Tally, sums: [&mut Adding; 2], left_out: &mut LeftOut) {
        let mut counted = std::mem::take(&mut self.counted);
        let nothing = (self.tables.0.then(Fine::default), self.tables.1.then(Fine::default));
        let [found, taken] = sums;
        for ((day, _, placing), figures) in tally.rows_mut() {
            let (count, value) = counted.remove(&(*day, placing.ad.as_str().into())).unwrap_or_default();
            figures.conversions = count.or(nothing.0);
            figures.revenue = value.or(nothing.1);
            found.conversions(figures.conversions, figures.revenue);
            taken.conversions(figures.conversions, figures.revenue);
        }
        let mut lost: Vec<_> = counted.into_iter().collect();
        lost.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for ((day, ad), (count, value)) in lost {
            let (count, value) = (number(count.unwrap_or_default()), decimal(value.unwrap_or_default().micros()));
            let reason =
                format!("has {count} conversions worth {value} and no row in basic_ad: kept by action, not as the ad's own");
            left_out.note(format!("facebook_ads basic_ad_actions: ad {ad} on {day}"), reason);
        }
    }

    /// Every action by type and window. Rows of `places` know where their ad belongs.
    pub(super) fn finish(self, places: &HashMap<CompactString, Placing>) -> Vec<ConversionDaily> {
        let row =
            |((date, ad, action_type, window), (count, value)): ((Day, CompactString, CompactString, CompactString), Pair)| {
                let unknown = || Placing { campaign: CampaignId::none(), ad_group: AdGroupId::none(), ad: AdId::new(ad.clone()) };
                ConversionDaily {
                    date,
                    placing: places.get(&ad).cloned().unwrap_or_else(unknown),
                    action_type,
                    window,
                    count: number(count.unwrap_or_default()),
                    value_micros: value.map(Fine::micros),
                }
            };
        self.by_action.into_iter().map(row).collect()
    }
}
