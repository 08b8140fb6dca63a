//! Writes worlds with their truth as JSON, one file a seed: `worlds FOLDER FROM TO [TENANTS] [ADS] [DAYS] [visible] [SOURCE] [TODAY]`. Files
//! that are there already stay. `visible`: worlds as the demo shows them, every trouble large enough to be seen.
//!
//! Each holds the accounts of one platform's side (SOURCE, else Meta): campaigns with their days as they end up (`days`) and as they would have
//! ended up without trouble (`calm`), the last days as they were read at several ages (`late`), the last days of their ads with what is left
//! of each ad's appeal (`ads`), what was changed, and the labels.

use serde_json::{Value, json};
use std::{error::Error, fs, path::Path};
use trimtab_domain::{Day, DayRange, Source};
use trimtab_sandbox::{AdDays, CampaignDays, DayFigures, Ledger, LedgerAccount, SandboxSettings};

/// Ages in days at which late figures are told; from the last on they stay.
const AGES: [i32; 11] = [0, 1, 2, 3, 4, 5, 7, 10, 14, 20, 27];
/// Days before today of which late figures are told.
const LATE_DAYS: i32 = 185;
/// Days before today of which ads are told.
const AD_DAYS: i32 = 400;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [folder, from, to, rest @ ..] = &args[..] else {
        return Err("use: worlds FOLDER FROM TO [TENANTS] [ADS] [DAYS] [visible] [SOURCE] [TODAY]".into());
    };
    let number = |i: usize, default: usize| rest.get(i).map_or(Ok(default), |text| text.parse());
    fs::create_dir_all(folder)?;
    for seed in from.parse::<u64>()?..=to.parse()? {
        let file = Path::new(folder).join(format!("{seed}.json"));
        if file.exists() {
            continue;
        }
        let (tenants, ads, days) = (number(0, 3)?, number(1, 60)?, u16::try_from(number(2, 400)?)?);
        let usual = SandboxSettings::default();
        let words = || rest.iter().skip(3);
        let visible = words().any(|word| word == "visible");
        let source = words().find_map(|word| word.parse::<Source>().ok()).unwrap_or(Source::Meta);
        let today = words().find_map(|word| word.parse::<Day>().ok()).unwrap_or(usual.today);
        let settings = SandboxSettings { seed, tenants, ads, days, visible, today, ..usual };
        let (world, calm) = (Ledger::new(&settings, source), Ledger::calm(&settings, source));
        let truth = world.truth();
        let accounts: Vec<Value> =
            world.accounts().iter().zip(&truth).map(|(a, truth)| account(a, &world, &calm, truth, settings.today)).collect();
        fs::write(file, serde_json::to_vec(&json!({"seed": seed, "today": settings.today.to_string(), "accounts": accounts}))?)?;
    }
    Ok(())
}

fn before(day: Day, days: i32) -> Day {
    day.saturating_sub(jiff::Span::new().days(days))
}

fn account(account: &LedgerAccount, world: &Ledger, calm: &Ledger, truth: &Value, today: Day) -> Value {
    let yesterday = before(today, 1);
    let long_after = before(today, -60);
    let Ok(all) = DayRange::new(account.first, yesterday) else { return Value::Null };
    let days = world.days(&account.id, all, long_after);
    let without = calm.days(&account.id, all, long_after);
    let campaigns: Vec<Value> = days
        .iter()
        .zip(&without)
        .map(|(c, calm)| json!({"id": c.id, "name": c.name, "days": cells(&c.days), "calm": cells(&calm.days)}))
        .collect();
    json!({
        "account": account.id, "name": account.name, "industry": account.industry, "currency": account.currency,
        "first": account.first.to_string(), "campaigns": campaigns, "late": late(&account.id, world, account.first, yesterday),
        "ads": ads(&account.id, world, account.first, yesterday),
        "changes": world.changes(&account.id), "incidents": truth["incidents"],
    })
}

/// The ads that ran in the last days, by day as they end up: spend, impressions, clicks, conversions, revenue and people reached.
fn ads(account: &str, world: &Ledger, first: Day, yesterday: Day) -> Value {
    let from = before(yesterday, AD_DAYS - 1).max(first);
    let Ok(days) = DayRange::new(from, yesterday) else { return Value::Null };
    let ran: Vec<AdDays> =
        world.ads(account, days, before(yesterday, -61)).into_iter().filter(|ad| ad.days.iter().any(Option::is_some)).collect();
    let day = |day: &Option<(DayFigures, f64)>| {
        day.map_or(Value::Null, |(d, people)| {
            json!([cents(d.spend), d.impressions, d.clicks, d.conversions, cents(d.revenue), people])
        })
    };
    let thousandths = |left: &f64| (left * 1e3).round() / 1e3;
    let one = |ad: &AdDays| {
        json!({
            "id": ad.id, "name": ad.name, "campaign": ad.campaign, "ad_set": ad.ad_set, "created": ad.created.to_string(),
            "days": ad.days.iter().map(day).collect::<Vec<_>>(), "appeal": ad.appeal.iter().map(thousandths).collect::<Vec<_>>(),
            "tired_after_days": ad.tired_after_days,
        })
    };
    json!({"from": from.to_string(), "ads": ran.iter().map(one).collect::<Vec<_>>()})
}

fn cents(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}

fn cells(days: &[Option<DayFigures>]) -> Vec<Value> {
    days.iter()
        .map(|d| d.map_or(Value::Null, |d| json!([cents(d.spend), d.impressions, d.clicks, d.conversions, cents(d.revenue)])))
        .collect()
}

/// Conversions and revenue of the last days by campaign, day and age.
fn late(account: &str, world: &Ledger, first: Day, yesterday: Day) -> Value {
    let from = before(yesterday, LATE_DAYS - 1).max(first);
    let Ok(days) = DayRange::new(from, yesterday) else { return Value::Null };
    let mut table: Vec<(String, Vec<Vec<[f64; 2]>>)> = Vec::new();
    for day in days.days() {
        for age in AGES {
            let one = world.days(account, DayRange::single(day), before(day, -age));
            for (place, CampaignDays { id, days, .. }) in one.into_iter().enumerate() {
                if table.len() <= place {
                    table.push((id, Vec::new()));
                }
                let row = &mut table[place].1;
                if age == 0 {
                    row.push(Vec::new());
                }
                let told = days[0].map_or([0.0, 0.0], |d| [d.conversions, (d.revenue * 100.0).round() / 100.0]);
                row.last_mut().expect("begun with age 0").push(told);
            }
        }
    }
    let campaigns: Vec<Value> = table.into_iter().map(|(id, days)| json!({"id": id, "days": days})).collect();
    json!({"ages": AGES, "from": from.to_string(), "campaigns": campaigns})
}
