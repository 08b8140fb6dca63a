//! Which account a file goes to, where a file without dates stands, and the rows shown before it is stored.

use super::import::{options, read};
use trimtab_connect::import::{self, AccountBy, Import, ImportError, ImportOptions};
use trimtab_domain::{
    Source,
    account::{Account, Standing},
};

const FILE: &str = "Campaign,Day,Impr.,Clicks,Cost\nSpring,2026-03-01,10,1,2.50\n";

fn account(source: Source, id: &str, name: &str, currency: &str) -> Account {
    let (currency, zone) = (currency.parse().unwrap(), "America/New_York".parse().unwrap());
    Account { source, id: id.into(), name: name.into(), currency, zone, standing: Standing::Good }
}

fn into(text: &str, wanted: &str, accounts: Vec<Account>) -> Result<Import, ImportError> {
    let options = ImportOptions { account: Some(wanted.to_owned()), accounts, ..options() };
    import::read("file.csv", text.as_bytes(), &options)
}

fn identity(import: &Import) -> (&str, &str, AccountBy) {
    (import.account.id.as_str(), import.account.name.as_str(), import.account_by)
}

#[test]
fn an_account_is_asked_for_by_name_or_id() {
    let accounts = vec![
        account(Source::Csv, "shop-us", "Shop US", "USD"),
        account(Source::Meta, "7", "Shop EU", "EUR"),
        account(Source::Csv, "8", "Twin", "EUR"),
        account(Source::Csv, "9", "twin", "EUR"),
    ];
    let by = |wanted: &str| into(FILE, wanted, accounts.clone());
    let by_name = by("shop us").unwrap();
    assert_eq!(identity(&by_name), ("shop-us", "Shop US", AccountBy::Asked));
    assert_eq!((by_name.currency().as_str(), by_name.account.zone.as_str()), ("USD", "America/New_York"), "as the account is kept");
    assert!(by_name.notes.iter().any(|n| n.contains("USD assumed")));
    assert_eq!(identity(&by("shop-us").unwrap()), ("shop-us", "Shop US", AccountBy::Asked));
    assert_eq!(
        identity(&by("Shop EU").unwrap()),
        ("shop-eu", "Shop EU", AccountBy::Asked),
        "another platform's is another account"
    );
    assert_eq!(identity(&by("New Shop").unwrap()), ("new-shop", "New Shop", AccountBy::Asked));
    let twins = by("TWIN").unwrap_err().to_string();
    assert!(twins.contains("8, 9"), "{twins}");
    assert!(by(&"x".repeat(101)).unwrap_err().to_string().contains("longer than 100"));
    assert_eq!(identity(&read(FILE)), ("file-csv-eur", "File file (EUR)", AccountBy::Assumed));
    assert_eq!(by("  ").unwrap().account_by, AccountBy::Assumed, "blanks ask for nothing");
}

#[test]
fn an_account_of_the_file_is_picked_by_its_name_and_keeps_its_zone() {
    let text = "Day,Account ID,Account name,Campaign,Impressions,Clicks,Cost\n\
        2026-03-01,111-222,One,A,10,1,1\n2026-03-01,333-444,Two,B,20,2,2\n";
    let known = vec![account(Source::Csv, "333444", "Two", "EUR")];
    let import = into(text, "two", known).unwrap();
    assert_eq!((identity(&import), import.totals.impressions), (("333444", "Two", AccountBy::File), 20));
    assert_eq!(import.account.zone.as_str(), "America/New_York");
}

#[test]
fn a_file_without_dates_stands_where_it_is_put() {
    let mut import = read("Campaign,Device,Impr.,Clicks,Cost,Conversions\nSpring,Computers,10,1,2.50,1\n");
    assert!(import.undated);
    import.place_on("2026-01-01..2026-01-31".parse().unwrap());
    let facts = &import.facts;
    let days = facts.ad_daily.iter().map(|r| (r.date, r.span_days)).chain(facts.breakdowns.iter().map(|r| (r.date, r.span_days)));
    let days: Vec<_> = days.chain(import.sample.iter().map(|r| (r.date.unwrap(), r.span_days))).collect();
    assert_eq!(days, [(jiff::civil::date(2026, 1, 31), 31); 3]);
    assert_eq!(facts.conversions[0].date, jiff::civil::date(2026, 1, 31));
    assert_eq!((import.from.unwrap().to_string(), import.to.unwrap().to_string()), ("2026-01-01".into(), "2026-01-31".into()));

    let mut dated = read(FILE);
    assert!(!dated.undated);
    dated.place_on("2026-01-01..2026-01-31".parse().unwrap());
    assert_eq!(dated.facts.ad_daily[0].date.to_string(), "2026-03-01", "its own days stand");
}

#[test]
fn the_first_rows_are_shown_as_they_were_read() {
    let mut text =
        String::from("Day,Campaign,Ad set name,Impressions,Clicks (all),Amount spent (EUR),Purchases,Purchases conversion value\n");
    text.push_str("2026-03-01,Spring,Tulips,\"1,000\",20,10.10,2,30.5\n2026-03-01,Spring,Roses,many,1,1,,\n");
    for day in 2..9 {
        text.push_str(&format!("2026-03-0{day},Spring,Roses,10,1,1.00,,\n"));
    }
    let import = read(&text);
    let lines: Vec<_> = import.sample.iter().map(|r| r.line).collect();
    assert_eq!(lines, [2, 4, 5, 6, 7], "the first five that were taken");
    let first = &import.sample[0];
    assert_eq!((first.campaign.as_str(), first.ad_group.as_str(), first.ad.as_str()), ("Spring", "Tulips", ""));
    assert_eq!((first.date.unwrap().to_string().as_str(), first.span_days), ("2026-03-01", 1));
    assert_eq!((first.spend_micros, first.impressions, first.clicks), (Some(10_100_000), Some(1_000), Some(20)));
    assert_eq!((first.conversions, first.revenue_micros), (Some(2.0), Some(30_500_000)));
    assert_eq!((import.sample[1].conversions, import.sample[1].revenue_micros), (None, None), "an empty cell is no zero");
    assert_eq!(read("Campaign,Day,Clicks,Cost\nA,2026-03-01,1,1\n").sample[0].impressions, None, "no such column");
}
