//! What must hold for any file: no panic, the same facts every time, whatever the order of columns and rows.

use super::import::options;
use proptest::prelude::*;
use trimtab_connect::import::{self, Import};

const HEADER: [&str; 8] =
    ["Day", "Campaign", "Ad set name", "Impressions", "Clicks (all)", "Amount spent (EUR)", "Purchases", "Gender"];

fn table(rows: &[Vec<String>], order: &[usize]) -> String {
    let line = |cells: &dyn Fn(usize) -> String| order.iter().map(|i| cells(*i)).collect::<Vec<_>>().join(",") + "\n";
    let body: String = rows.iter().map(|row| line(&|i| row[i].clone())).collect();
    line(&|i| HEADER[i].to_owned()) + &body
}

fn rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    let row = (1_u8..29, 0_u8..4, 0_u8..3, 0_u32..2_000_000, 0_u32..9_000, 0_u64..9_000_000_000_000, 0_u8..9, any::<bool>())
        .prop_map(|(day, campaign, group, impressions, clicks, spend, purchases, female)| {
            vec![
                format!("2026-02-{day:02}"),
                format!("Campaign {campaign}"),
                format!("Set {group}"),
                impressions.to_string(),
                clicks.to_string(),
                format!("{}.{:09}", spend / 1_000_000_000, spend % 1_000_000_000),
                purchases.to_string(),
                if female { "female" } else { "male" }.to_owned(),
            ]
        });
    prop::collection::vec(row, 1..40)
}

fn facts(import: &Import) -> String {
    format!("{:?} {:?} {:?}", import.facts, import.totals, import.entities.states)
}

fn read(text: &str) -> Import {
    import::read("t.csv", text.as_bytes(), &options()).expect("a good table")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn order_does_not_matter_and_sums_are_exact(
        rows in rows(),
        columns in Just((0..HEADER.len()).collect::<Vec<_>>()).prop_shuffle(),
        seed in any::<u64>(),
    ) {
        let plain: Vec<usize> = (0..HEADER.len()).collect();
        let first = read(&table(&rows, &plain));
        prop_assert_eq!(facts(&first), facts(&read(&table(&rows, &plain))), "twice");
        prop_assert_eq!(facts(&first), facts(&read(&table(&rows, &columns))), "columns");
        let mut turned = rows.clone();
        let by = usize::try_from(seed % 64).unwrap() % turned.len();
        turned.rotate_left(by);
        turned.reverse();
        let moved = read(&table(&turned, &plain));
        prop_assert_eq!(format!("{:?}", first.facts), format!("{:?}", moved.facts), "rows");
        // The facts add up to the cells' exact sum, rounded once.
        let nano: u64 = rows.iter().map(|r| r[5].replace('.', "").parse::<u64>().unwrap()).sum();
        let micros = i64::try_from((nano + 500) / 1_000).unwrap();
        prop_assert_eq!(first.totals.spend_micros, micros);
        prop_assert_eq!(first.facts.ad_daily.iter().map(|r| r.measures.spend_micros).sum::<i64>(), micros);
        prop_assert_eq!(first.facts.breakdowns.iter().map(|r| r.measures.spend_micros).sum::<i64>(), micros);
        prop_assert_eq!(first.rows_imported, u64::try_from(rows.len()).unwrap());
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _outcome = import::read("noise", &bytes, &options());
    }

    #[test]
    fn random_cells_never_panic(cells in prop::collection::vec("[\\PC\"\n\r]{0,12}", 1..80)) {
        let mut text = String::from("Campaign;Day;Impr.;Cost;Country;Conversions\n");
        for row in cells.chunks(6) {
            text.push_str(&row.join(";"));
            text.push('\n');
        }
        let outcome = import::read("noise", text.as_bytes(), &options());
        if let Ok(import) = outcome {
            let named = u64::try_from(import.skipped.len()).unwrap() + import.skipped_more;
            prop_assert_eq!(import.rows_imported + named, import.rows_read, "every row is imported or named");
        }
    }

    #[test]
    fn damaged_workbooks_never_panic(tail in prop::collection::vec(any::<u8>(), 0..600), old in any::<bool>()) {
        let head: &[u8] = if old { b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" } else { b"PK\x03\x04" };
        prop_assert!(import::read("book", &[head, &tail].concat(), &options()).is_err());
    }
}
