//! No file counts twice, and none takes another's days in silence.

use crate::world::{World, file, into};
use trimtab_domain::ErrorKind;
use trimtab_engine::import::{Imported, Upload};

const SHARED: &str = "file-csv-eur";
/// A file without any date.
const UNDATED: &str = "Campaign,Impr.,Clicks,Cost\nSpring,100,10,5.00\nBrand,10,1,1.00\n";
/// The same account's, exported later.
const UNDATED_NEWER: &str = "Campaign,Impr.,Clicks,Cost\nSpring,200,20,9.00\nBrand,10,1,1.00\n";

/// A file with these campaigns' spend on these days.
fn daily(campaigns: &[&str], days: std::ops::RangeInclusive<u8>, spend: u8) -> String {
    let mut text = "Campaign,Day,Impr.,Clicks,Cost\n".to_owned();
    for day in days {
        for campaign in campaigns {
            text.push_str(&format!("{campaign},2026-10-{day:02},10,1,{spend}.00\n"));
        }
    }
    text
}

fn says(imported: &Imported, words: &str) -> bool {
    imported.parsed.notes.iter().any(|note| note.contains(words))
}

fn taken(imported: &Imported) -> Vec<String> {
    imported.replaced.iter().map(|old| format!("{} {}", old.name, old.days)).collect()
}

fn on(day: &str, account: &str, cents: i64) -> (String, String, i64) {
    (day.to_owned(), account.to_owned(), cents)
}

fn with_period(upload: Upload, period: &str) -> Upload {
    Upload { mapping: Some(format!("period: {period}\n")), ..upload }
}

#[tokio::test]
async fn a_file_without_dates_stays_where_it_first_stood() {
    let world = World::new().await;
    let first = world.import(file("a.csv", UNDATED)).await.unwrap();
    assert!(first.seen_before.is_none() && says(&first, "stored on 2026-11-01, the day of the import"), "{:?}", first.parsed.notes);
    world.pass_days(5);
    let preview = world.preview(file("renamed.csv", UNDATED)).await.unwrap();
    assert!(preview.seen_before.is_some() && says(&preview, "where the same file was stored before"), "{:?}", preview.parsed.notes);
    assert_eq!((preview.parsed.from.unwrap().to_string(), taken(&preview)), ("2026-11-01".to_owned(), Vec::new()));
    world.import(file("renamed.csv", UNDATED)).await.unwrap();
    assert_eq!(world.spend().await, [on("2026-11-01", SHARED, 600)]);

    let newer = world.preview(file("b.csv", UNDATED_NEWER)).await.unwrap();
    assert_eq!(taken(&newer), ["renamed.csv 2026-11-01..2026-11-01"]);
    assert!(says(&newer, "in place of 'renamed.csv' (imported 2026-11-06)"), "{:?}", newer.parsed.notes);
    world.import(file("b.csv", UNDATED_NEWER)).await.unwrap();
    assert_eq!(world.spend().await, [on("2026-11-01", SHARED, 1_000)], "the newer total alone");

    world.pass_days(1);
    let other = world.import(into("Other shop", file("b.csv", UNDATED_NEWER))).await.unwrap();
    assert!(
        says(&other, "imported into the account file-csv-eur on 2026-11-06: it then counts in both"),
        "{:?}",
        other.parsed.notes
    );
    assert_eq!(world.spend().await, [on("2026-11-01", SHARED, 1_000), on("2026-11-07", "other-shop", 1_000)]);
}

#[tokio::test]
async fn a_period_told_later_moves_a_file_and_is_kept() {
    let world = World::new().await;
    world.import(file("a.csv", UNDATED)).await.unwrap();
    world.pass_days(3);
    let told = with_period(file("a.csv", UNDATED), "{from: 2026-10-01, to: 2026-10-31}");
    let moved = world.import(told).await.unwrap();
    assert!(says(&moved, "stood on 2026-11-01: they move from there"), "{:?}", moved.parsed.notes);
    assert_eq!(world.spend().await, [on("2026-10-31", SHARED, 600)], "once, in October");

    world.pass_days(3);
    let again = world.import(file("a.csv", UNDATED)).await.unwrap();
    let facts = &again.parsed.facts.ad_daily[0];
    assert_eq!((facts.date.to_string().as_str(), facts.span_days), ("2026-10-31", 31), "as the mapping told then");
    assert_eq!(world.spend().await, [on("2026-10-31", SHARED, 600)]);

    let newer = world.import(file("b.csv", UNDATED_NEWER)).await.unwrap();
    assert!(says(&newer, "also holds days of 'a.csv' (2026-10-01 to 2026-10-31)"), "{:?}", newer.parsed.notes);
    assert_eq!(world.spend().await, [on("2026-10-31", SHARED, 600), on("2026-11-07", SHARED, 1_000)]);
}

#[tokio::test]
async fn a_newer_export_replaces_days_and_says_so() {
    let world = World::new().await;
    world.import(file("october.csv", &daily(&["Spring", "Brand"], 1..=10, 1))).await.unwrap();
    world.pass_days(1);
    let newer = file("newer.csv", &daily(&["Brand", "Autumn"], 8..=12, 2));
    let preview = world.preview(newer.clone()).await.unwrap();
    assert_eq!(taken(&preview), ["october.csv 2026-10-08..2026-10-10"]);
    assert_eq!(preview.replaced[0].imported_at.to_string(), "2026-11-01T10:00:00Z");
    assert_eq!(world.spend().await.len(), 10, "a preview stores nothing");
    assert_eq!(taken(&world.import(newer.clone()).await.unwrap()), ["october.csv 2026-10-08..2026-10-10"]);
    let spend = world.spend().await;
    assert_eq!((spend.len(), &spend[6], &spend[7]), (12, &on("2026-10-07", SHARED, 200), &on("2026-10-08", SHARED, 400)));
    assert_eq!(taken(&world.import(newer).await.unwrap()), [""; 0], "it takes nothing from itself");
    assert_eq!(world.spend().await, spend);
}

#[tokio::test]
async fn another_accounts_file_is_not_taken_for_a_newer_export() {
    let world = World::new().await;
    world.import(file("north.csv", &daily(&["Spring"], 1..=10, 1))).await.unwrap();
    world.pass_days(1);
    let south = file("south.csv", &daily(&["Zomer"], 5..=15, 2));
    let refused = world.preview(south.clone()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    let said = refused.to_string();
    for words in
        ["'south.csv'", "2026-10-05 to 2026-10-10 of 'north.csv' (imported 2026-11-01)", "--account NAME", "--account file-csv-eur"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert_eq!(world.import(south.clone()).await.unwrap_err().to_string(), said);
    assert_eq!(world.spend().await.len(), 10, "nothing of it is stored");
    assert_eq!(world.names().await, ["File file (EUR)"]);

    world.import(into("South shop", south.clone())).await.unwrap();
    assert_eq!(world.names().await, ["File file (EUR)", "South shop"]);
    let newer = world.preview(into("south SHOP", file("newer.csv", &daily(&["Winter"], 15..=16, 1)))).await.unwrap();
    assert_eq!(
        (newer.parsed.account.id.as_str(), taken(&newer)),
        ("south-shop", vec!["south.csv 2026-10-15..2026-10-15".to_owned()])
    );

    let forced = world.import(into(SHARED, south)).await.unwrap();
    assert_eq!(taken(&forced), ["north.csv 2026-10-05..2026-10-10"], "as asked");
}

#[tokio::test]
async fn only_the_days_in_question_decide_whose_file_it_is() {
    let world = World::new().await;
    world.import(file("north.csv", &daily(&["Spring"], 1..=10, 1))).await.unwrap();
    let south = world.import(file("south.csv", &daily(&["Zomer"], 11..=20, 1))).await.unwrap();
    assert!(south.replaced.is_empty() && says(&south, "no campaign, ad group or ad in common with what 'File file (EUR)' holds"));
    let north_again = world.preview(file("north2.csv", &daily(&["Spring"], 1..=15, 1))).await.unwrap_err().to_string();
    assert!(north_again.contains("2026-10-11 to 2026-10-15 of 'south.csv'"), "{north_again}");
    let north_alone = world.preview(file("north2.csv", &daily(&["Spring"], 1..=10, 3))).await.unwrap();
    assert_eq!(taken(&north_alone), ["north.csv 2026-10-01..2026-10-10"]);
}

#[tokio::test]
async fn an_account_is_kept_in_one_currency() {
    let world = World::new().await;
    world.import(into("Shop", file("a.csv", &daily(&["Spring"], 1..=1, 1)))).await.unwrap();
    let dollars = daily(&["Spring"], 2..=2, 1).replace("Cost", "Cost (USD)");
    let refused = world.preview(into("Shop", file("b.csv", &dollars))).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    assert!(refused.to_string().contains("kept in EUR, the file's amounts are in USD"), "{refused}");
}
