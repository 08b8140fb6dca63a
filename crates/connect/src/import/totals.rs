//! The totals rows a file carries: never data, but the file's own check on our sums.

use super::{limits, names::fold, number, tally::Sums};
use serde::Serialize;

/// Sums over all imported rows. `None`: the file has no such column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Totals {
    /// Spend in micros of the account's currency.
    pub spend_micros: i64,
    /// Times shown.
    pub impressions: i64,
    /// Clicks; 0 where the file has no column for them (a note says so).
    pub clicks: i64,
    /// Clicks on links.
    pub link_clicks: Option<i64>,
    /// Conversions of the chosen action.
    pub conversions: Option<f64>,
    /// Their value in micros.
    pub revenue_micros: Option<i64>,
}

impl Totals {
    pub(super) fn of(sums: &Sums) -> Self {
        Self {
            spend_micros: number::micros(sums.spend).unwrap_or(i64::MAX),
            impressions: sums.impressions,
            clicks: sums.clicks,
            link_clicks: sums.link_clicks,
            conversions: sums.conversions.map(number::float),
            revenue_micros: sums.revenue.and_then(number::micros),
        }
    }
}

/// What a totals row covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Covers {
    /// The rows listed in the file: our sums must equal it.
    Rows,
    /// The whole account, with what is not listed.
    Account,
    /// A part: one network, the places not listed.
    Part,
}

/// A totals row of the file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileTotal {
    /// Its physical line.
    pub line: u64,
    /// What it is called there.
    pub label: String,
    /// What it covers.
    pub covers: Covers,
    /// What it says; `reach` is the file's own de-duplicated figure.
    pub totals: Totals,
    /// People reached, as the file counts them once over all rows.
    pub reach: Option<i64>,
    /// Whether our sums equal it (spend within the rounding of the rows' cells). `None`: it covers something else.
    pub agrees: Option<bool>,
}

const TOTAL_WORDS: [&str; 17] = [
    "total",
    "totals",
    "grand total",
    "gesamt",
    "gesamtsumme",
    "summe",
    "insgesamt",
    "totale",
    "totali",
    "totaal",
    "totalen",
    "totais",
    "totales",
    "total geral",
    "total general",
    "totaux",
    "celkem",
];
const ACCOUNT_WORDS: [&str; 8] = ["account", "konto", "compte", "cuenta", "conta", "account totale", "rekening", "accounts"];

/// The label of a totals row, if the text is one: `Total: Campaigns`, `Total: Conta`, `Gesamt`, `Results from 12 campaigns`.
pub(super) fn label(text: &str) -> Option<&str> {
    // Cheap first look: the words begin with one of these letters.
    if !text.starts_with(['T', 't', 'G', 'g', 'S', 's', 'I', 'i', 'R', 'C', 'c']) || text.len() > 120 {
        return None;
    }
    let head = text.split([':', '：']).next().unwrap_or(text);
    let word = fold(head);
    let results = word.strip_prefix("results from ").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    (TOTAL_WORDS.contains(&word.as_str()) || results).then_some(text)
}

/// Whether a label speaks of the whole account.
pub(super) fn is_account(label: &str) -> bool {
    label.split_once([':', '：']).is_some_and(|(_, what)| ACCOUNT_WORDS.contains(&fold(what).as_str()))
}

/// Puts totals rows against our sums; returns notes for people.
pub(super) fn compare(file: &mut [FileTotal], ours: &Totals, rows: u64, has_clicks: bool) -> Vec<String> {
    let mut notes = Vec::new();
    let mut first = true;
    for total in file.iter_mut() {
        if total.covers == Covers::Account {
            let more = total.totals.spend_micros - ours.spend_micros;
            if more.abs() > 10_000 {
                notes.push(format!(
                    "'{}' on line {} is {} while the rows of the file add up to {}: the account also counts what the file does not list \
                     (removed objects, campaigns without this level)",
                    total.label,
                    total.line,
                    amount(total.totals.spend_micros),
                    amount(ours.spend_micros)
                ));
            }
            continue;
        }
        if !std::mem::take(&mut first) {
            total.covers = Covers::Part;
            continue;
        }
        // Rows printed in cents are each off by up to half a cent.
        let tolerance = i64::try_from(rows).unwrap_or(i64::MAX).saturating_mul(5_000).saturating_add(10_000);
        let spend = total.totals.spend_micros - ours.spend_micros;
        let counts = total.totals.impressions == ours.impressions && (!has_clicks || total.totals.clicks == ours.clicks);
        let conversions = match (total.totals.conversions, ours.conversions) {
            #[expect(clippy::cast_precision_loss, reason = "a tolerance")]
            (Some(theirs), Some(ours)) => (theirs - ours).abs() <= 0.01 + 0.005 * rows as f64,
            _ => true,
        };
        let agrees = spend.abs() <= tolerance && counts && conversions;
        total.agrees = Some(agrees);
        if !agrees {
            notes.push(format!(
                "the totals row on line {} says spend {} and {} impressions, the imported rows add up to {} and {}",
                total.line,
                amount(total.totals.spend_micros),
                total.totals.impressions,
                amount(ours.spend_micros),
                ours.impressions
            ));
        } else if spend.abs() > 10_000 {
            notes.push(format!(
                "the totals row on line {} says spend {}, the rows add up to {}: the difference is the rounding of the rows",
                total.line,
                amount(total.totals.spend_micros),
                amount(ours.spend_micros)
            ));
        }
    }
    file.iter_mut().for_each(|t| t.label.truncate(t.label.floor_char_boundary(120)));
    debug_assert!(file.len() <= limits::MAX_FILE_TOTALS, "the reader keeps no more");
    notes
}

fn amount(micros: i64) -> String {
    trimtab_domain::money::decimal(micros)
}
