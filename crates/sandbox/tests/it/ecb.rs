//! The central bank's files as a client meets them.

use crate::kit::{Kit, small};
use reqwest::Response;
use std::{collections::BTreeMap, io::Read};
use trimtab_sandbox::{Fault, FaultKind, SandboxSettings};

async fn send(kit: &Kit, name: &str) -> Response {
    kit.client.get(format!("{}/ecb/stats/eurofxref/{name}", kit.origin)).send().await.unwrap()
}

async fn text(kit: &Kit, name: &str) -> String {
    let reply = send(kit, name).await;
    assert_eq!((reply.status().as_u16(), reply.headers()["content-type"].to_str().unwrap()), (200, "text/xml"), "{name}");
    reply.text().await.unwrap()
}

fn unzip(bytes: Vec<u8>) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    assert_eq!(archive.len(), 1);
    let mut text = String::new();
    archive.by_name("eurofxref-hist.csv").unwrap().read_to_string(&mut text).unwrap();
    text
}

async fn history(kit: &Kit) -> Vec<Vec<String>> {
    let reply = send(kit, "eurofxref-hist.zip").await;
    assert_eq!(reply.headers()["content-type"], "application/zip");
    let csv = unzip(reply.bytes().await.unwrap().to_vec());
    assert!(csv.lines().all(|line| line.ends_with(',')), "every line ends with a comma");
    csv.lines().map(|line| line.trim_end_matches(',').split(',').map(str::to_owned).collect()).collect()
}

/// Rates by day and currency of a file in XML.
fn cubes(xml: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut days: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut day = String::new();
    for line in xml.lines() {
        let quoted: Vec<&str> = line.split('\'').collect();
        match quoted.as_slice() {
            ["<Cube time=", date, ">"] => day = (*date).to_owned(),
            ["<Cube currency=", code, " rate=", rate, "/>"] => {
                days.entry(day.clone()).or_default().insert((*code).to_owned(), (*rate).to_owned());
            }
            _ => {}
        }
    }
    days
}

#[tokio::test]
async fn the_history_is_newest_first_and_knows_what_it_does_not_know() {
    let kit = Kit::small().await;
    let lines = history(&kit).await;
    let head = &lines[0];
    assert_eq!(head[..4], ["Date", "USD", "JPY", "BGN"]);
    assert!(lines.iter().all(|line| line.len() == head.len()));
    assert_eq!((lines[1][0].as_str(), lines.last().unwrap()[0].as_str()), ("2026-11-19", "1999-01-04"));
    assert!(lines[1..].windows(2).all(|pair| pair[0][0] > pair[1][0]), "newest first, each day once");
    let of = |date: &str, code: &str| {
        let column = head.iter().position(|name| name == code).unwrap();
        lines.iter().find(|line| line[0] == date).map(|line| line[column].clone())
    };
    for (code, last, next) in
        [("HRK", "2022-12-30", "2023-01-02"), ("BGN", "2025-12-31", "2026-01-02"), ("RUB", "2022-03-01", "2022-03-02")]
    {
        assert!(of(last, code).unwrap().parse::<f64>().is_ok() && of(next, code).unwrap() == "N/A", "{code}");
    }
    assert_eq!(of("2012-05-02", "ISK").unwrap(), "N/A");
    assert!(of("2018-02-01", "ISK").unwrap() != "N/A" && of("1999-01-04", "BRL").unwrap() == "N/A");
    for closed in ["2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2025-12-25", "2025-12-26", "2026-11-15"] {
        assert_eq!(of(closed, "USD"), None, "{closed}");
    }
    let usd: f64 = of("2026-11-19", "USD").unwrap().parse().unwrap();
    assert!((0.9..1.4).contains(&usd), "{usd}");
}

#[tokio::test]
async fn all_files_tell_the_same_rates() {
    let kit = Kit::small().await;
    let lines = history(&kit).await;
    let daily = cubes(&text(&kit, "eurofxref-daily.xml").await);
    let recent = cubes(&text(&kit, "eurofxref-hist-90d.xml").await);
    let whole = cubes(&text(&kit, "eurofxref-hist.xml").await);
    assert_eq!(daily.keys().collect::<Vec<_>>(), ["2026-11-19"]);
    assert_eq!(recent.keys().next().unwrap(), "2026-08-21");
    assert_eq!(daily["2026-11-19"], recent["2026-11-19"]);
    assert!(recent.iter().all(|(day, rates)| whole[day] == *rates) && recent.len() > 60);
    assert_eq!(whole.len(), lines.len() - 1);
    for line in &lines[1..] {
        let told: BTreeMap<String, String> =
            lines[0][1..].iter().cloned().zip(line[1..].iter().cloned()).filter(|(_, rate)| rate != "N/A").collect();
        assert_eq!(told, whole[&line[0]], "{}", line[0]);
    }
}

#[tokio::test]
async fn the_days_rates_appear_in_the_afternoon_and_history_stays() {
    let kit = Kit::small().await;
    let before = history(&kit).await;
    kit.sandbox.set_now("2026-11-20T14:59:59Z").unwrap();
    assert_eq!(history(&kit).await, before);
    kit.sandbox.set_now("2026-11-20T15:00:00Z").unwrap();
    let reply = send(&kit, "eurofxref-daily.xml").await;
    assert_eq!(reply.headers()["last-modified"], "Fri, 20 Nov 2026 15:00:00 GMT");
    let after = history(&kit).await;
    assert_eq!((after[1][0].as_str(), &after[2..]), ("2026-11-20", &before[1..]));
    let other = Kit::with(SandboxSettings { seed: 4, ..small() }).await;
    assert_ne!(history(&other).await, before, "the seed decides");
}

#[tokio::test]
async fn trouble_is_a_page_or_a_file_without_rates() {
    let kit = Kit::small().await;
    let good = text(&kit, "eurofxref-daily.xml").await;
    for (kind, status) in [
        (FaultKind::Throttle, 503),
        (FaultKind::Http429, 429),
        (FaultKind::ServerError, 500),
        (FaultKind::ExpiredToken, 403),
        (FaultKind::Revoked, 403),
        (FaultKind::Sunset, 410),
    ] {
        kit.sandbox.add_fault(Fault::new("eurofxref", kind).times(1)).unwrap();
        let reply = send(&kit, "eurofxref-daily.xml").await;
        assert_eq!((reply.status().as_u16(), reply.headers()["content-type"].to_str().unwrap()), (status, "text/html"), "{kind:?}");
        assert_eq!(text(&kit, "eurofxref-daily.xml").await, good, "{kind:?} has passed");
    }
    kit.sandbox.add_fault(Fault::new("eurofxref", FaultKind::Empty).times(2)).unwrap();
    assert!(cubes(&text(&kit, "eurofxref-daily.xml").await).is_empty());
    assert_eq!(history(&kit).await.len(), 1, "a header alone");
    for kind in [FaultKind::Drift, FaultKind::Malformed] {
        kit.sandbox.add_fault(Fault::new("eurofxref", kind).times(2)).unwrap();
        assert!(cubes(&text(&kit, "eurofxref-daily.xml").await).len() < 2, "{kind:?}");
        let bytes = send(&kit, "eurofxref-hist.zip").await.bytes().await.unwrap().to_vec();
        match kind {
            FaultKind::Drift => assert!(!unzip(bytes).contains("USD,JPY")),
            _ => assert!(zip::ZipArchive::new(std::io::Cursor::new(bytes)).is_err()),
        }
    }
    kit.sandbox.add_fault(Fault::new("eurofxref", FaultKind::Truncated).times(1)).unwrap();
    assert!(send(&kit, "eurofxref-hist.zip").await.bytes().await.is_err());
    assert_eq!(send(&kit, "eurofxref-hist.csv").await.status(), 404);
    let posted = kit.client.post(format!("{}/ecb/stats/eurofxref/eurofxref-daily.xml", kit.origin)).send().await.unwrap();
    assert_eq!(posted.status(), 405);
    assert!(kit.accounts_of("ecb").is_empty());
}
