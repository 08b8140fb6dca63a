//! Prints what is read of another system's history, as CSV: `cargo run -p trimtab-connect --example history -- FOLDER [--level ad]
//! [--linkedin-usd] [--quiet]`.
//!
//! One line per platform, day and object, in the platform's own words for its levels. What is found and what is left out goes to stderr. What
//! the history does not say is taken as UTC and EUR.

use std::{
    collections::BTreeMap,
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};
use trimtab_connect::history::{self, Entry, Files, Found, Grain, Location, Options};
use trimtab_domain::{DayRange, Source, fact::AdDaily, money::decimal};

/// A folder of this machine.
#[derive(Debug)]
struct Folder(PathBuf);

impl Folder {
    fn walk(&self, below: &Path, entries: &mut Vec<Entry>) -> io::Result<()> {
        for entry in fs::read_dir(self.0.join(below))? {
            let entry = entry?;
            let path = below.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                self.walk(&path, entries)?;
            } else {
                entries.push(Entry { path: path.to_string_lossy().replace('\\', "/") });
            }
        }
        Ok(())
    }
}

impl Files for Folder {
    fn list(&self) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        self.walk(Path::new(""), &mut entries)?;
        Ok(entries)
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn io::Read + Send>> {
        Ok(Box::new(fs::File::open(self.0.join(path))?))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut options = Options::new("UTC".parse()?, "EUR".parse()?, "2026-01-01T00:00:00Z".parse()?);
    let (mut folder, mut quiet) = (None, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--level" => options.grain = Some(arguments.next().ok_or("--level needs a level")?.parse()?),
            "--linkedin-usd" => options.linkedin_usd = true,
            "--quiet" => quiet = true,
            _ => folder = Some(argument),
        }
    }
    let folder = folder.ok_or("usage: history FOLDER [--level account|campaign|ad_group|ad] [--linkedin-usd] [--quiet]")?;
    let grain = options.grain;
    let history = history::open(&Location::Files(Arc::new(Folder(folder.into()))), options).await?;
    let found = history.accounts().await?;
    let mut told = io::stderr().lock();
    if !quiet {
        tell(&found, &mut told)?;
    }
    let mut out = io::stdout().lock();
    writeln!(out, "platform,level,date_day,entity_id,clicks,impressions,spend,conversions,conversions_value")?;
    for account in &found.accounts {
        let mut rows: BTreeMap<String, ()> = BTreeMap::new();
        for days in months(account.days) {
            let piece = history.read(&account.key, days).await?;
            for left in piece.left_out.listed.iter().filter(|_| !quiet) {
                writeln!(told, "left out: {}: {}", left.place, left.reason)?;
            }
            rows.extend(
                piece.facts.ad_daily.iter().map(|row| (line(account.key.source, account.key.account.as_str(), grain, row), ())),
            );
        }
        for line in rows.keys() {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

fn tell(found: &Found, told: &mut impl io::Write) -> io::Result<()> {
    for account in &found.accounts {
        let name = &account.account.name;
        writeln!(told, "{} '{name}' {} ({}), assumed: {:?}", account.key, account.days, account.account.currency, account.assumed)?;
        for grain in &account.grains {
            writeln!(told, "  {} {}: {:?}", grain.grain, grain.days, grain.sums)?;
        }
    }
    for note in &found.notes {
        writeln!(told, "{note}")?;
    }
    for left in &found.left_out.listed {
        writeln!(told, "left out: {}: {}", left.place, left.reason)?;
    }
    Ok(())
}

/// The months of a range.
fn months(range: DayRange) -> Vec<DayRange> {
    let mut months = Vec::new();
    let mut from = range.from();
    while from <= range.to() {
        let to = from.last_of_month().min(range.to());
        months.extend(DayRange::new(from, to));
        let Ok(next) = to.tomorrow() else { break };
        from = next;
    }
    months
}

fn line(source: Source, account: &str, grain: Option<Grain>, row: &AdDaily) -> String {
    let platform = match source {
        Source::Meta => "facebook_ads".to_owned(),
        other => format!("{other}_ads"),
    };
    let placing = &row.placing;
    let ids = [
        (Grain::Ad, placing.ad.as_str()),
        (Grain::AdGroup, placing.ad_group.as_str()),
        (Grain::Campaign, placing.campaign.as_str()),
        (Grain::Account, account),
    ];
    let finest = ids.iter().find(|(_, id)| !id.is_empty());
    let (grain, id) = ids.iter().find(|(known, _)| Some(*known) == grain).or(finest).copied().unwrap_or((Grain::Account, account));
    let measures = &row.measures;
    format!(
        "{platform},{},{},{id},{},{},{},{},{}",
        grain.word(source),
        row.date,
        measures.clicks,
        measures.impressions,
        decimal(measures.spend_micros),
        measures.conversions.map_or_else(String::new, |count| count.to_string()),
        measures.revenue_micros.map_or_else(String::new, decimal),
    )
}
