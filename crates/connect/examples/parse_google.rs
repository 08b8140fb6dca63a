//! Times the way from Google's payload to facts apart from the network:
//! `cargo run --release -p trimtab-connect --example parse_google -- [ROWS]`.

use std::{fmt::Write as _, io::Write as _, time::Instant};
use trimtab_connect::google::parse_ads;
use trimtab_domain::DayRange;

/// Rows of one batch of a stream.
const BATCH: u64 = 10_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rows = std::env::args().nth(1).map_or(Ok(100_000), |rows| rows.parse::<u64>())?;
    let range: DayRange = "2026-11-01..2026-11-30".parse()?;
    let mut body = String::from("[");
    for row in 0..rows {
        body.push_str(if row % BATCH != 0 {
            ","
        } else if row == 0 {
            r#"{"results":["#
        } else {
            r#"],"fieldMask":"segments.date"},{"results":["#
        });
        let (ad, day) = (row / 30, row % 30 + 1);
        let (group, campaign) = (ad / 5, ad / 25);
        write!(
            body,
            r#"{{"campaign":{{"resourceName":"customers/1234567890/campaigns/21{campaign:07}","id":"21{campaign:07}"}},"#
        )?;
        write!(body, r#""adGroup":{{"resourceName":"customers/1234567890/adGroups/14{group:08}","id":"14{group:08}"}},"#)?;
        write!(body, r#""adGroupAd":{{"resourceName":"customers/1234567890/adGroupAds/14{group:08}~70{ad:09}","ad":{{"type":"#)?;
        write!(body, r#""RESPONSIVE_SEARCH_AD","resourceName":"customers/1234567890/ads/70{ad:09}","id":"70{ad:09}"}}}},"#)?;
        write!(body, r#""metrics":{{"clicks":"{}","videoTrueviewViews":"0","conversionsValue":{}.4,"#, row % 97, row % 811)?;
        write!(
            body,
            r#""conversions":{}.25,"costMicros":"{}","impressions":"{}"}},"#,
            row % 7,
            row * 1_013 % 90_000_000,
            row % 9_001
        )?;
        write!(body, r#""segments":{{"date":"2026-11-{day:02}"}}}}"#)?;
    }
    body.push_str(r#"],"fieldMask":"segments.date"}]"#);
    let start = Instant::now();
    let facts = parse_ads([body.as_bytes()], range)?;
    let took = start.elapsed().as_secs_f64();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} rows, {} MB: {:.0} rows/s", facts.ad_daily.len(), body.len() >> 20, facts.ad_daily.len() as f64 / took)?;
    Ok(())
}
