//! Amounts in another currency through the binary: what cannot be shown is refused in words, what can be is converted.

use crate::app::App;
use serde_json::json;

const EXPORT: &str = "Campaign name,Reporting starts,Reporting ends,Impressions,Clicks (all),Amount spent (EUR)\r\n\
Launch,2026-10-01,2026-10-01,1000,20,1000000000.00\r\n\
Launch,2026-10-02,2026-10-02,1000,20,10.10\r\n";
const RATES: &str = "Date,USD,IDR,\n2026-10-02,1.2,19000,\n2026-10-01,1.2,19000,\n";

#[test]
fn an_amount_too_large_for_a_currency_is_refused_by_its_day() {
    let app = App::new();
    app.ok(&["tenant", "add", "acme", "--name", "Acme", "--currency", "EUR", "--timezone", "Europe/Amsterdam"]);
    let (file, rates) = (app.path().join("export.csv"), app.path().join("rates.csv"));
    std::fs::write(&file, EXPORT).unwrap();
    std::fs::write(&rates, RATES).unwrap();
    app.ok(&["import", file.to_str().unwrap(), "--tenant", "acme"]);
    app.ok(&["rates", "--import", rates.to_str().unwrap()]);
    let ask = |from: &'static str, currency: &'static str| {
        ["query", "--tenant", "acme", "--metrics", "spend", "--from", from, "--to", "2026-10-31", "--currency", currency]
    };
    let said = app.fails(2, &ask("2026-10-01", "IDR"));
    assert!(said.contains("an amount of 2026-10-01 in EUR is too large to be shown in IDR: ask for EUR"), "{said}");
    assert_eq!(app.ok(&ask("2026-10-02", "IDR"))["totals"]["spend"], json!("191900.00"), "other days are shown");
    assert_eq!(app.ok(&ask("2026-10-01", "USD"))["totals"]["spend"], json!("1200000012.12"));
    assert_eq!(app.ok(&ask("2026-10-01", "EUR"))["totals"]["spend"], json!("1000000010.10"));
}
