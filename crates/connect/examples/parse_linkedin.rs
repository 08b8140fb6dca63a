//! Times the way from LinkedIn's payload to facts apart from the network:
//! `cargo run --release -p trimtab-connect --example parse_linkedin -- [ROWS]`.

use std::{fmt::Write as _, io::Write as _, time::Instant};
use trimtab_connect::linkedin::{Counted, parse_analytics};
use trimtab_domain::DayRange;

/// Rows of one answer: just below what LinkedIn gives at once.
const ANSWER: u64 = 14_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rows = std::env::args().nth(1).map_or(Ok(100_000), |rows| rows.parse::<u64>())?;
    let range: DayRange = "2026-11-01..2026-11-30".parse()?;
    let mut answers = Vec::new();
    for first in (0..rows).step_by(usize::try_from(ANSWER)?) {
        let mut body = String::from(r#"{"paging":{"start":0,"count":10,"links":[]},"elements":["#);
        for row in first..rows.min(first + ANSWER) {
            let (creative, date) = (row / 30, format!(r#"{{"year":2026,"month":11,"day":{}}}"#, row % 30 + 1));
            let (campaign, group) = (creative / 5, creative / 25);
            write!(body, r#"{}{{"dateRange":{{"start":{date},"end":{date}}},"#, if row == first { "" } else { "," })?;
            write!(
                body,
                r#""pivotValues":["urn:li:sponsoredCampaignGroup:6{group:07}","urn:li:sponsoredCampaign:4{campaign:08}","#
            )?;
            write!(body, r#""urn:li:sponsoredCreative:1{creative:08}"],"impressions":{},"clicks":{},"#, row % 9_001, row % 97)?;
            write!(body, r#""landingPageClicks":{},"costInLocalCurrency":"{}.{:06}","#, row % 83, row % 90, row * 7 % 1_000_000)?;
            write!(body, r#""externalWebsiteConversions":{},"externalWebsitePostClickConversions":0,"#, row % 7)?;
            write!(
                body,
                r#""externalWebsitePostViewConversions":{},"conversionValueInLocalCurrency":"{}.5","#,
                row % 7,
                row % 811
            )?;
            write!(body, r#""oneClickLeads":{},"videoStarts":{},"videoViews":0,"videoCompletions":0,"#, row % 3, row % 5)?;
            write!(body, r#""approximateMemberReach":{},"oneClickLeadFormOpens":0,"qualifiedLeads":0}}"#, row % 7_001)?;
        }
        body.push_str("]}");
        answers.push(body);
    }
    let bytes: usize = answers.iter().map(String::len).sum();
    let start = Instant::now();
    let facts = parse_analytics(answers.iter().map(String::as_bytes), range, Counted::Website)?;
    let took = start.elapsed().as_secs_f64();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} rows, {} MB: {:.0} rows/s", facts.ad_daily.len(), bytes >> 20, facts.ad_daily.len() as f64 / took)?;
    Ok(())
}
