//! The second walk: every row becomes facts, a totals row, or a skipped line with its reason. Nothing is dropped silently.

use super::{
    Skipped,
    error::ImportError,
    field::Field,
    grid::{Grid, Place, Row, too_large},
    limits,
    objects::Objects,
    parts,
    plan::Plan,
    results::{Results, window},
    sample::{self, SampleRow},
    tally::{Slot, Sums, Tally},
    totals::{self, Covers, FileTotal, Totals},
};
use compact_str::CompactString;
use std::{collections::HashMap, ops::ControlFlow};
use trimtab_domain::{Day, fact::Breakdown};

/// What the walk gathers.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) tally: Tally,
    pub(super) objects: Objects,
    pub(super) rows_imported: u64,
    pub(super) skipped: Vec<Skipped>,
    pub(super) skipped_more: u64,
    pub(super) filtered: u64,
    pub(super) file_totals: Vec<FileTotal>,
    pub(super) sample: Vec<SampleRow>,
    pub(super) results: Results,
    pub(super) lossy_ids: u64,
    /// Rows that cover more than a day.
    pub(super) period_rows: u64,
    parts: PartCache,
    /// First and last day covered.
    pub(super) covered: Option<(Day, Day)>,
    key: String,
    counts: Vec<(Field, i128)>,
}

/// Walks all rows.
///
/// # Errors
/// Those of the walk, and when there are more facts or objects than may be kept.
pub(super) fn gather(name: &str, grid: &Grid<'_>, plan: &Plan<'_>) -> Result<Gathered, ImportError> {
    let mut gathered = Gathered::default();
    grid.walk(name, &mut |place, row| {
        if place.line <= plan.header.line {
            return Ok(ControlFlow::Continue(()));
        }
        if let Err(reason) = gathered.take(plan, place, row) {
            gathered.skip(place.line, reason);
        }
        if gathered.tally.is_full() {
            return Err(too_large(name, "the number of rows once added up by ad and day".to_owned(), limits::MAX_FACT_ROWS));
        }
        if gathered.objects.placings.len() > limits::MAX_PLACINGS {
            return Err(too_large(name, "the number of ads".to_owned(), limits::MAX_PLACINGS));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(gathered)
}

impl Gathered {
    fn skip(&mut self, line: u64, reason: String) {
        if self.skipped.len() < limits::MAX_SKIPPED {
            self.skipped.push(Skipped { line, reason });
        } else {
            self.skipped_more += 1;
        }
    }

    /// Takes one row, or says why not.
    fn take(&mut self, plan: &Plan<'_>, place: Place, row: Row<'_>) -> Result<(), String> {
        if place.open_quote_lines > 0 {
            return Err(format!(
                "a quote opened in this row is never closed, so it swallowed the {} lines to the end of the file",
                place.open_quote_lines
            ));
        }
        if let Some(label) = plan.total_label(row) {
            return Err(self.total(plan, place.line, row, label));
        }
        if plan.header.repeats(row) {
            return Err("the header once more".to_owned());
        }
        if plan.filtered(row) {
            self.filtered += 1;
            return Ok(());
        }
        plan.belongs(row)?;
        // Everything that can fail comes first, so that a skipped row leaves no trace.
        if plan.entities_only {
            self.placing(plan, row)?;
            self.rows_imported += 1;
            sample::keep(&mut self.sample, plan, place.line, row, None);
            return Ok(());
        }
        let mut sums = plan.sums(row)?;
        let (date, span) = plan.days(row)?;
        let mut counts = std::mem::take(&mut self.counts);
        plan.conversions(row, &mut counts)?;
        let slot = (date, span, self.placing(plan, row)?);
        self.rows_imported += 1;
        self.period_rows += u64::from(span > 1);
        let first = date.checked_sub(jiff::Span::new().days(i64::from(span) - 1)).unwrap_or(date);
        self.covered = Some(self.covered.map_or((first, date), |(from, to)| (from.min(first), to.max(date))));
        self.conversions(plan, row, slot, &counts, &mut sums);
        self.counts = counts;
        sample::keep(&mut self.sample, plan, place.line, row, Some((date, span, &sums)));
        self.tally.ad(slot, &sums);
        for breakdown in &plan.breakdowns {
            self.breakdown(plan, row, slot, *breakdown, &sums);
        }
        Ok(())
    }

    fn total(&mut self, plan: &Plan<'_>, line: u64, row: Row<'_>, label: Option<String>) -> String {
        let reason = match &label {
            Some(label) => format!("totals row '{}'", label.chars().take(80).collect::<String>()),
            None => "totals row: it names no campaign, ad group or ad".to_owned(),
        };
        if self.file_totals.len() < limits::MAX_FILE_TOTALS && !plan.entities_only {
            let mut sums = plan.sums_where(row, true).unwrap_or_default();
            sums.conversions = plan.primary.and_then(|field| plan.amount(row, field).ok().flatten());
            let label = label.unwrap_or_else(|| "(row without a name)".to_owned());
            let covers = if totals::is_account(&label) { Covers::Account } else { Covers::Rows };
            self.file_totals.push(FileTotal { line, label, covers, totals: Totals::of(&sums), reach: sums.reach, agrees: None });
        }
        reason
    }

    fn placing(&mut self, plan: &Plan<'_>, row: Row<'_>) -> Result<u32, String> {
        let mut key = std::mem::take(&mut self.key);
        key.clear();
        for field in Field::HIERARCHY {
            key.push_str(&plan.text(row, field));
            key.push('\u{1f}');
        }
        let known = self.objects.known(&key);
        let number = match known {
            Some(number) => Ok(number),
            None => {
                let levels = plan.told(row, &mut self.lossy_ids);
                self.objects.enter(&key, levels).ok_or_else(|| "too many different ads".to_owned())
            }
        };
        self.key = key;
        number
    }

    fn conversions(&mut self, plan: &Plan<'_>, row: Row<'_>, slot: Slot, counts: &[(Field, i128)], sums: &mut Sums) {
        if counts.is_empty() {
            return;
        }
        let window = plan.text(row, Field::Attribution);
        let window = if window.is_empty() { "default".into() } else { window_of(&mut self.parts, &window) };
        for (field, count) in counts.iter().copied() {
            let primary = plan.primary == Some(field);
            let kind = (field == Field::Results).then(|| self.results.kind(&plan.text(row, Field::ResultType)));
            let converts = primary && kind.as_ref().is_none_or(|kind| kind.converts);
            if converts {
                sums.conversions = Some(count);
            }
            let value = if converts { sums.revenue } else { None };
            if count != 0 || value.is_some_and(|v| v != 0) {
                let action = kind.as_ref().map(|kind| kind.action.as_str()).or(field.action()).unwrap_or_default();
                if kind.is_some() && primary && !converts {
                    self.results.left_out(action);
                }
                self.tally.conversion(slot, action, &window, count, value);
            }
        }
    }

    fn breakdown(&mut self, plan: &Plan<'_>, row: Row<'_>, slot: Slot, breakdown: Breakdown, sums: &Sums) {
        let mut part = |field: Field, read: &dyn Fn(&str) -> CompactString| -> CompactString {
            if !plan.header.has(field) && !plan.mapping.constants.contains_key(&field) {
                return CompactString::default();
            }
            cached(&mut self.parts, field, &plan.text(row, field), read)
        };
        let (first, second) = match breakdown {
            Breakdown::AgeGender => (part(Field::Age, &parts::age), part(Field::Gender, &parts::gender)),
            Breakdown::Country if plan.header.has(Field::Country) => {
                (part(Field::Country, &parts::country), CompactString::default())
            }
            Breakdown::Country => (part(Field::Location, &parts::country_of_place), CompactString::default()),
            Breakdown::Device => (part(Field::Device, &parts::device), CompactString::default()),
            Breakdown::Placement => {
                let both = format!("{}\u{1f}{}", plan.text(row, Field::Platform), plan.text(row, Field::Placement));
                let read =
                    |both: &str| both.split_once('\u{1f}').map_or_else(CompactString::default, |(a, b)| parts::placement(a, b));
                (cached(&mut self.parts, Field::Placement, &both, &read), CompactString::default())
            }
            // No export we know splits by these (see `decide`).
            _ => return,
        };
        self.tally.part(slot, breakdown, &first, &second, sums);
    }
}

/// Cells already put into our vocabulary, by field.
type PartCache = HashMap<Field, HashMap<String, CompactString>>;

fn cached(cache: &mut PartCache, field: Field, text: &str, read: &dyn Fn(&str) -> CompactString) -> CompactString {
    let known = cache.entry(field).or_default();
    if let Some(part) = known.get(text) {
        return part.clone();
    }
    let part = read(text);
    known.insert(text.to_owned(), part.clone());
    part
}

fn window_of(cache: &mut PartCache, text: &str) -> CompactString {
    cached(cache, Field::Attribution, text, &|text| window(text).into())
}
