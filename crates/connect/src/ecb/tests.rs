use super::*;
use std::io::Write;

/// As the history is laid out: newest first, a comma at the end of each line.
const HISTORY: &str = "Date,USD,JPY,TRL,\n2026-10-30,1.1172,175.68,N/A,\n2004-12-31,1.3621,139.65,1836200,\n";
/// As a single day is: spelt, with blanks.
const SINGLE: &str = "Date, USD, JPY, GBP, \n30 October 2026, 1.1172, 175.68, 0.83380, \n";
const RECENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject><gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
<Cube><Cube time="2026-10-30"><Cube currency="USD" rate="1.1172"/><Cube currency='JPY' rate='175.68'/></Cube>
<Cube time="2026-10-29"><Cube currency="USD" rate="1.113"/></Cube></Cube></gesmes:Envelope>"#;

fn told(rates: Result<Vec<Rate>, Error>) -> Vec<String> {
    rates.unwrap().iter().map(|rate| format!("{} {} {}", rate.day, rate.currency, rate.per_euro)).collect()
}

fn said(rates: Result<Vec<Rate>, Error>) -> String {
    let error = rates.unwrap_err();
    assert!(matches!(error, Error::Drift { platform: Source::Ecb, .. }), "{error:?}");
    error.to_string()
}

#[test]
fn both_layouts_are_read_and_what_has_no_rate_is_left_out() {
    let history = ["2026-10-30 USD 1.1172", "2026-10-30 JPY 175.68", "2004-12-31 USD 1.3621", "2004-12-31 JPY 139.65"];
    assert_eq!(told(parse_csv(HISTORY)), [&history[..], &["2004-12-31 TRL 1836200"]].concat());
    assert_eq!(told(parse_csv(SINGLE)), ["2026-10-30 USD 1.1172", "2026-10-30 JPY 175.68", "2026-10-30 GBP 0.8338"]);
    assert_eq!(told(parse_csv("\u{feff}Date,USD\r\n2026-10-30,1.1172\r\n")), ["2026-10-30 USD 1.1172"]);
}

#[test]
fn the_order_of_days_does_not_matter_and_a_day_told_twice_counts_once() {
    let lines: Vec<&str> = HISTORY.lines().collect();
    let turned = told(parse_csv(&[lines[0], lines[2], lines[1], lines[2]].join("\n")));
    let (mut turned, mut straight) = (turned, told(parse_csv(HISTORY)));
    turned.sort();
    straight.sort();
    assert_eq!(turned, straight);
}

#[test]
fn what_cannot_be_a_rate_refuses_the_whole_file() {
    for (from, to, word) in [
        ("175.68", "0", "line 2 of the rates: JPY on 2026-10-30: '0' is not a rate"),
        ("175.68", "-175.68", "'-175.68' is not a rate"),
        ("175.68", "", "'' is not a rate"),
        ("175.68", "1e3", "'1e3' is not a rate"),
        ("175.68,N/A", "175.68", "2 rates for 3 currencies"),
        ("2026-10-30", "2026-10-32", "'2026-10-32' is no day"),
        ("Date,USD", "Day,USD", "line 1 of the rates: expected the header 'Date'"),
        ("Date,USD", "Date,US", "'US' is not a currency"),
        ("Date,USD,JPY", "Date,USD,USD", "names USD twice"),
        ("2004-12-31", "2026-10-30", "two different rates, 1.1172 and 1.3621"),
    ] {
        let text = said(parse_csv(&HISTORY.replace(from, to)));
        assert!(text.contains(word), "{text}");
    }
    for nothing in ["", "\n", "Date,USD,\n", "Date,\n2026-10-30,\n", "Date,USD,\n2026-10-30,N/A,\n", "<html>"] {
        said(parse_csv(nothing));
    }
}

#[test]
fn ninety_days_come_as_xml() {
    assert_eq!(told(parse_xml(RECENT)), ["2026-10-30 USD 1.1172", "2026-10-30 JPY 175.68", "2026-10-29 USD 1.113"]);
    for (from, to, word) in [
        (r#"rate="1.1172""#, r#"rate="0""#, "'0' is not a rate"),
        (r#"rate="1.1172""#, "", "no rate for USD on 2026-10-30"),
        (r#"time="2026-10-30""#, "", "a rate of USD without its day"),
        (r#"time="2026-10-30""#, r#"time="yesterday""#, "'yesterday' is not a day"),
        ("</gesmes:Envelope>", "", "it ends too early"),
        ("</gesmes:Sender>", "</Sender>", "the rates as XML"),
    ] {
        let text = said(parse_xml(&RECENT.replace(from, to)));
        assert!(text.contains(word), "{text}");
    }
    assert!(said(parse_xml("{}")).contains("names no rate"));
}

#[test]
fn the_history_is_the_csv_within_the_zip() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [("readme.txt", "no rates"), ("eurofxref-hist.csv", HISTORY)] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    let zipped = zip.finish().unwrap().into_inner();
    assert_eq!(unzipped(&zipped).unwrap(), HISTORY);
    assert!(unzipped(&zipped[..zipped.len() / 2]).unwrap_err().to_string().contains("no zip of a CSV"));
    assert!(unzipped(b"PK").is_err());
}
