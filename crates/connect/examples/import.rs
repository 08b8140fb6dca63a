//! Prints what an import makes of a file, as JSON: `cargo run -p trimtab-connect --example import -- FILE [MAPPING]`.
//!
//! Rows without a date are put on 2026-01-01, amounts without a currency are taken as EUR, days are those of UTC.

use std::io::Write as _;
use trimtab_connect::import::{self, ImportOptions, Mapping};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: import FILE [MAPPING]")?;
    let mut options = ImportOptions::new("2026-01-01".parse()?, "UTC".parse()?, "EUR".parse()?);
    if let Some(mapping) = arguments.next() {
        options.mapping = Some(Mapping::parse(&std::fs::read_to_string(mapping)?)?);
    }
    let bytes = std::fs::read(&path)?;
    let import = match import::read(&path, &bytes, &options) {
        Ok(import) => import,
        Err(error) => {
            let help = error.suggestion().map_or_else(String::new, |text| format!("\n\n{text}"));
            return Err(format!("{error}{help}").into());
        }
    };
    let document = serde_json::json!({
        "format": import.format,
        "account": {
            "source": import.account.source,
            "id": import.account.id,
            "name": import.account.name,
            "currency": import.account.currency,
            "timezone": import.account.zone,
        },
        "rows_read": import.rows_read,
        "rows_imported": import.rows_imported,
        "skipped": import.skipped,
        "totals": import.totals,
        "file_totals": import.file_totals,
        "from": import.from,
        "to": import.to,
        "facts": {
            "ad_daily": import.facts.ad_daily.len(),
            "conversions": import.facts.conversions.len(),
            "breakdowns": import.facts.breakdowns.len(),
        },
        "objects": import.entities.states.len(),
        "columns": import.columns,
        "notes": import.notes,
    });
    writeln!(std::io::stdout().lock(), "{document:#}")?;
    Ok(())
}
