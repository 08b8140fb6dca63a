//! Which tables and columns there really are.

use super::{HistoryError, session::database};
use std::collections::{BTreeMap, BTreeSet};
use tokio_postgres::Transaction;

/// The table of figures.
const FIGURES: &str = "ads_daily_performance";
const CAMPAIGNS: &str = "ads_campaigns";
const AD_GROUPS: &str = "ads_adsets";
const ADS: &str = "ads_creatives";
/// Columns of the figures that nothing can be read without.
const NEEDED: [&str; 3] = ["platform", "campaign_id", "date"];
/// Columns of which at least one is needed.
const MEASURED: [&str; 3] = ["spend", "impressions", "clicks"];
/// Columns that make a table of objects say whose they are.
const OWNED: [&str; 1] = ["platform"];

/// A table and its columns.
#[derive(Debug)]
pub(super) struct Table {
    /// Its name, quoted.
    pub(super) name: String,
    columns: BTreeSet<String>,
}

/// The tables that are read.
#[derive(Debug)]
pub(super) struct Schema {
    pub(super) figures: Table,
    pub(super) campaigns: Option<Table>,
    pub(super) ad_groups: Option<Table>,
    pub(super) ads: Option<Table>,
}

impl Table {
    /// Whether a column is there.
    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.contains(column)
    }

    /// A column as text; nothing where it is not there.
    pub(super) fn text(&self, column: &str) -> String {
        if self.has(column) { format!("{}::text", quoted(column)) } else { "null::text".to_owned() }
    }

    /// The first of some columns that is there and not empty, as text.
    pub(super) fn first(&self, columns: &[&str]) -> String {
        let told: Vec<_> = columns
            .iter()
            .filter(|column| self.has(column))
            .map(|column| format!("nullif({}::text, '')", quoted(column)))
            .collect();
        if told.is_empty() { "null::text".to_owned() } else { format!("coalesce({})", told.join(", ")) }
    }

    /// The condition that a row is one account's: three parameters from `$1` on.
    pub(super) fn of_account(&self) -> String {
        let is = |(column, at): (&str, u8)| {
            // A column that is not there says the same of every row; a null says nothing, as an empty text does.
            if self.has(column) {
                let column = quoted(column);
                format!("({column}::text = ${at}::text or (${at}::text = '' and {column} is null))")
            } else {
                format!("${at}::text is not null")
            }
        };
        [("platform", 1), ("tenant_id", 2), ("account_id", 3)].map(is).join(" and ")
    }
}

/// A name that stands for itself, whatever is in it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Schema {
    /// Looks the tables up, and what a person should know of them.
    ///
    /// # Errors
    /// When the table of figures is missing, or a column nothing can be read without.
    pub(super) async fn look_up(reading: &Transaction<'_>) -> Result<(Self, Vec<String>), HistoryError> {
        let columns = "select table_schema::text, table_name::text, column_name::text from information_schema.columns \
            where table_name = any($1) order by table_schema = 'public' desc, table_schema";
        let wanted = vec![FIGURES, CAMPAIGNS, AD_GROUPS, ADS];
        let mut folders: Vec<(String, BTreeMap<String, BTreeSet<String>>)> = Vec::new();
        for row in reading.query(columns, &[&wanted]).await.map_err(database)? {
            let text = |at: usize| row.try_get::<_, String>(at).map_err(database);
            let (folder, table, column) = (text(0)?, text(1)?, text(2)?);
            if folders.last().is_none_or(|(last, _)| *last != folder) {
                folders.push((folder, BTreeMap::new()));
            }
            if let Some((_, tables)) = folders.last_mut() {
                tables.entry(table).or_default().insert(column);
            }
        }
        Self::choose(folders)
    }

    fn choose(folders: Vec<(String, BTreeMap<String, BTreeSet<String>>)>) -> Result<(Self, Vec<String>), HistoryError> {
        let missing = |what: String| HistoryError::Schema { what };
        let found = folders.into_iter().find(|(_, tables)| tables.contains_key(FIGURES));
        let (folder, mut tables) = found.ok_or_else(|| missing(format!("no table {FIGURES} that this user may read")))?;
        let mut table = |name: &str| {
            let columns = tables.remove(name)?;
            Some(Table { name: format!("{}.{}", quoted(&folder), quoted(name)), columns })
        };
        let figures = table(FIGURES).ok_or_else(|| missing(format!("no table {FIGURES}")))?;
        if let Some(column) = NEEDED.iter().find(|column| !figures.has(column)) {
            return Err(missing(format!("a table {FIGURES} without the column {column}")));
        }
        if !MEASURED.iter().any(|column| figures.has(column)) {
            return Err(missing(format!("a table {FIGURES} without any of the columns {}", MEASURED.join(", "))));
        }
        let mut notes = Vec::new();
        let absent: Vec<_> =
            ["tenant_id", "account_id", "ad_id", "spend", "impressions", "clicks", "conversions", "revenue", "reach"]
                .into_iter()
                .filter(|column| !figures.has(column))
                .collect();
        if !absent.is_empty() {
            notes.push(format!("{FIGURES} has no column {}", absent.join(", ")));
        }
        let mut objects = |name: &str, id: &str| {
            let found = table(name).filter(|table| table.has(id) && OWNED.iter().all(|column| table.has(column)));
            if found.is_none() {
                notes.push(format!("there is no table {name} with a column {id}: what it would say of the objects is not known"));
            }
            found
        };
        let (campaigns, ad_groups, ads) =
            (objects(CAMPAIGNS, "campaign_id"), objects(AD_GROUPS, "adset_id"), objects(ADS, "ad_id"));
        Ok((Self { figures, campaigns, ad_groups, ads }, notes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str, tables: &[(&str, &[&str])]) -> (String, BTreeMap<String, BTreeSet<String>>) {
        let columns = |columns: &[&str]| columns.iter().map(ToString::to_string).collect();
        (name.to_owned(), tables.iter().map(|(table, of)| ((*table).to_owned(), columns(of))).collect())
    }

    #[test]
    fn what_is_missing_is_named() {
        let said = |folders| Schema::choose(folders).map(|_| ()).unwrap_err().to_string();
        assert!(said(vec![folder("public", &[(CAMPAIGNS, &["campaign_id"])])]).contains("no table ads_daily_performance"));
        assert!(
            said(vec![folder("public", &[(FIGURES, &["platform", "date", "spend"])])]).contains("without the column campaign_id")
        );
        let without = said(vec![folder("public", &[(FIGURES, &NEEDED)])]);
        assert!(without.contains("without any of the columns spend, impressions, clicks"), "{without}");
    }

    #[test]
    fn absent_columns_say_nothing_and_strange_names_stand_for_themselves() {
        let folders = vec![folder("odd\"name", &[(FIGURES, &["platform", "campaign_id", "date", "spend"])])];
        let (schema, notes) = Schema::choose(folders).unwrap();
        assert_eq!(schema.figures.name, "\"odd\"\"name\".\"ads_daily_performance\"");
        assert_eq!((schema.figures.text("spend"), schema.figures.text("reach")), ("\"spend\"::text".into(), "null::text".into()));
        assert!(schema.campaigns.is_none() && notes[0].contains("tenant_id, account_id, ad_id, impressions"), "{notes:?}");
    }
}
