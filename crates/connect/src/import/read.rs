//! The way from bytes to an [`Import`]: decode, find the header, decide, walk, account for everything.

use super::{
    AccountBy, Import, ImportError, ImportOptions, Mapping, Totals, account, decide, decode,
    explain::explain,
    field::Field,
    grid::{Grid, too_large},
    header::{self, Candidate, Header},
    limits, mapping,
    plan::Plan,
    rows::{self, Gathered},
    sheet,
    survey::Survey,
    totals,
};
use crate::objects::{attributes, bare};
use compact_str::CompactString;
use trimtab_domain::{
    Source, Timestamp, Zone,
    account::Account,
    entity::{EntityKind, EntityState},
};

const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Reads a file. `name` is used in messages only; what the file is shows in its bytes.
///
/// # Errors
/// When the file cannot be understood as a whole. Single bad rows are skipped and named instead.
pub fn read(name: &str, bytes: &[u8], options: &ImportOptions) -> Result<Import, ImportError> {
    let none = Mapping::default();
    let mapping = options.mapping.as_ref().unwrap_or(&none);
    if bytes.is_empty() {
        return Err(ImportError::Empty { name: name.to_owned() });
    }
    if bytes.len() > limits::MAX_FILE_BYTES {
        return Err(too_large(name, "the file in bytes".to_owned(), limits::MAX_FILE_BYTES));
    }
    let mut notes = Vec::new();
    if sheet::is_workbook(bytes) {
        let (rows, title) = sheet::read(name, bytes, mapping.sheet.as_deref())?;
        notes.push(format!("read from the sheet '{title}' of a workbook"));
        let grid = Grid::Sheet(rows);
        let candidate = header::find(name, &grid, mapping);
        return import(name, &grid, candidate, mapping, options, notes);
    }
    let (text, encoding) = decode::decode(name, bytes, mapping.encoding.as_deref())?;
    let (delimiter, candidate) = sniff(name, &text, mapping)?;
    let sign = match delimiter {
        b'\t' => "tabs",
        b';' => "semicolons",
        b'|' => "bars",
        _ => "commas",
    };
    notes.push(format!("text in {encoding}, cells between {sign}"));
    import(name, &Grid::Text { text: &text, delimiter }, candidate, mapping, options, notes)
}

/// The delimiter under which the first lines look most like a table with a header we know.
fn sniff(name: &str, text: &str, mapping: &Mapping) -> Result<(u8, Option<Candidate>), ImportError> {
    let mut end = text.len().min(limits::SNIFF_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &text[..end];
    let set = mapping.delimiter_byte()?;
    let tried = set.map_or_else(|| DELIMITERS.to_vec(), |d| vec![d]);
    let mut best: Option<(u8, Candidate)> = None;
    for delimiter in tried.iter().copied() {
        let found = header::find(name, &Grid::Text { text: head, delimiter }, mapping);
        if let Some(found) = found
            && best.as_ref().is_none_or(|(_, b)| (found.score, found.names.len()) > (b.score, b.names.len()))
        {
            best = Some((delimiter, found));
        }
    }
    Ok(best.map_or((tried[0], None), |(delimiter, candidate)| (delimiter, Some(candidate))))
}

fn import(
    name: &str,
    grid: &Grid<'_>,
    candidate: Option<Candidate>,
    mapping: &Mapping,
    options: &ImportOptions,
    mut notes: Vec<String>,
) -> Result<Import, ImportError> {
    let Some(candidate) = candidate.as_ref().filter(|c| c.score >= 2) else {
        let names = candidate.map(|c| c.names).unwrap_or_default();
        let found = if names.is_empty() { "no line with two cells".to_owned() } else { header::quote(&names) };
        return Err(ImportError::NoHeader { name: name.to_owned(), found, suggestion: mapping::suggestion(&names) });
    };
    let candidate = Candidate { names: candidate.names.clone(), preamble: candidate.preamble.clone(), ..*candidate };
    let header = Header::new(name, candidate, mapping)?;
    let format = decide::format(&header);
    let entities_only = format == "google_ads_editor";
    if !entities_only {
        decide::require(name, &header, mapping)?;
    }
    let more_dates: Vec<usize> = mapping.date.iter().flat_map(|d| d.columns.iter()).filter_map(|h| header.named(h)).collect();
    let survey = Survey::take(name, grid, &header, &more_dates)?;
    if survey.rows == 0 {
        return Err(ImportError::NoRows { name: name.to_owned(), line: header.line });
    }
    let delimiter = if let Grid::Text { delimiter, .. } = grid { Some(*delimiter) } else { None };
    let signs = survey.signs(mapping.decimal, &header, delimiter);
    notes.extend(signs.note.clone());
    let (order, guessed) = survey.dates.decide(header.english);
    notes.extend(guessed);
    let source = options.source.or(mapping.source).unwrap_or_else(|| decide::source(format, &header));
    let choice = account::choose(name, &header, &survey, mapping, options, source, &mut notes)?;
    let currency = decide::currency(&header, &survey, mapping, (options, choice.known), entities_only, &mut notes);
    let account = choice.account(mapping, options, source, currency);
    let in_utc = header.names.iter().any(|n| n.to_lowercase().contains("(in utc)"));
    let utc = || "UTC".parse::<Zone>().ok().filter(|_| in_utc);
    let zone = mapping.account.timezone.clone().or_else(utc).unwrap_or_else(|| account.zone.clone());
    let account = Account { zone, ..account };
    let period = mapping.period_range()?.or_else(|| decide::preamble_period(&header.preamble, order));
    let plan = Plan {
        header: &header,
        mapping,
        signs,
        order,
        period: period.map_or((options.today, 1), |p| (p.to(), i32::try_from(p.len()).unwrap_or(1))),
        primary: decide::primary(&header, &survey, mapping),
        clicks: [Field::Clicks, Field::Interactions, Field::LinkClicks].into_iter().find(|f| header.has(*f)),
        entities_only,
        daily_budgets: source == Source::Google,
        breakdowns: if entities_only { Vec::new() } else { decide::breakdowns(&header) },
        currency,
        account: choice.only.clone(),
    };
    let gathered = rows::gather(name, grid, &plan)?;
    if gathered.rows_imported == 0 {
        let first = gathered.skipped.first();
        return Err(ImportError::NothingRead {
            name: name.to_owned(),
            rows: survey.rows,
            line: first.map_or(header.line, |s| s.line),
            reason: first.map_or_else(|| "the mapping's filters leave it out".to_owned(), |s| s.reason.clone()),
            suggestion: mapping::suggestion(&header.names),
        });
    }
    explain(&plan, &gathered, period, &mut notes);
    let undated = !entities_only && !plan.dated() && period.is_none();
    let import = finish(format, account, &plan, gathered, survey.rows, options, notes);
    Ok(Import { account_by: choice.by, undated, ..import })
}

fn finish(
    format: &'static str,
    account: Account,
    plan: &Plan<'_>,
    gathered: Gathered,
    rows_read: u64,
    options: &ImportOptions,
    mut notes: Vec<String>,
) -> Import {
    let totals = Totals::of(&gathered.tally.total);
    let mut file_totals = gathered.file_totals;
    notes.extend(totals::compare(&mut file_totals, &totals, gathered.rows_imported, plan.clicks.is_some()));
    let midnight = options.today.to_zoned(account.zone.tz().clone()).map_or(Timestamp::UNIX_EPOCH, |z| z.timestamp());
    let facts = gathered.tally.facts(&gathered.objects.placings, plan.breakdowns.clone());
    let entities = gathered.objects.snapshot(account_state(&account), midnight);
    Import {
        format,
        facts,
        entities,
        rows_read,
        rows_imported: gathered.rows_imported,
        skipped: gathered.skipped,
        skipped_more: gathered.skipped_more,
        totals,
        file_totals,
        from: gathered.covered.map(|c| c.0),
        to: gathered.covered.map(|c| c.1),
        columns: plan.header.mapping.clone(),
        sample: gathered.sample,
        notes,
        account,
        account_by: AccountBy::Assumed,
        undated: false,
    }
}

fn account_state(account: &Account) -> EntityState {
    EntityState {
        name: account.name.clone(),
        attributes: attributes([
            ("currency", Some(account.currency.as_str().into())),
            ("timezone", Some(account.zone.as_str().into())),
        ]),
        ..bare(EntityKind::Account, account.id.as_str().into(), CompactString::default())
    }
}
