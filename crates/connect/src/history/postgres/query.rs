//! The questions put to the table of figures. All columns come as text, so that one reader serves every type a column may have.

use super::schema::{Schema, quoted};

/// The columns of a row, in the order [`super::rows::read`] takes them.
fn columns(schema: &Schema) -> String {
    let table = &schema.figures;
    let key = if table.has("id") { table.text("id") } else { "ctid::text".to_owned() };
    let rest = [
        "platform",
        "tenant_id",
        "account_id",
        "campaign_id",
        "ad_id",
        "date",
        "impressions",
        "clicks",
        "spend",
        "reach",
        "conversions",
        "revenue",
    ];
    let rest: Vec<_> = rest.iter().map(|column| table.text(column)).collect();
    format!("{key}, {}", rest.join(", "))
}

/// Every account as the table writes it.
pub(super) fn accounts(schema: &Schema) -> String {
    let table = &schema.figures;
    let written = ["platform", "tenant_id", "account_id"].map(|column| table.text(column)).join(", ");
    format!("select distinct {written} from {}", table.name)
}

/// Every row.
pub(super) fn everything(schema: &Schema) -> String {
    format!("select {} from {}", columns(schema), schema.figures.name)
}

/// The rows of one account and some days: `$4` to `$5`.
pub(super) fn piece(schema: &Schema) -> String {
    let (table, date) = (&schema.figures, quoted("date"));
    let days = format!("{date}::date >= $4::text::date and {date}::date <= $5::text::date");
    format!("select {} from {} where {} and {days}", columns(schema), table.name, table.of_account())
}
