use super::*;

const QUESTION: Question<String> =
    Question { dimensions: &["date"], metrics: &["sessions"], fact: |dims, figures| Ok(format!("{} {}", dims[0], figures[0])) };

fn page(rows: &[(&str, &str)], count: usize) -> String {
    let rows = rows
        .iter()
        .map(|(day, sessions)| format!(r#"{{"dimensionValues":[{{"value":"{day}"}}],"metricValues":[{{"value":"{sessions}"}}]}}"#));
    let rows: Vec<String> = rows.collect();
    format!(
        r#"{{"dimensionHeaders":[{{"name":"date"}}],"metricHeaders":[{{"name":"sessions","type":"TYPE_INTEGER"}}],"rows":[{}],
        "rowCount":{count},"metadata":{{"currencyCode":"EUR","timeZone":"Europe/Berlin"}},"kind":"analyticsData#runReport"}}"#,
        rows.join(",")
    )
}

fn add(reading: &mut Reading<String>, body: &str) -> Option<usize> {
    match reading.add(&QUESTION, body.as_bytes()).unwrap() {
        Added::Rows(rows) => Some(rows),
        Added::Changed => None,
    }
}

#[test]
fn a_table_is_whole_when_it_has_as_many_rows_as_it_says() {
    let mut reading = Reading::new();
    let first = page(&[("20261101", "5"), ("20261102", "6")], 3);
    assert_eq!((add(&mut reading, &first), reading.whole()), (Some(2), false));
    assert_eq!((add(&mut reading, &first), reading.read()), (Some(0), 2), "served twice");
    assert_eq!((add(&mut reading, &page(&[("20261103", "7")], 3)), reading.whole()), (Some(1), true));
}

#[test]
fn a_table_that_changes_is_another_one() {
    let mut reading = Reading::new();
    add(&mut reading, &page(&[("20261101", "5")], 2));
    assert_eq!(add(&mut reading, &page(&[("20261101", "6")], 2)), None, "a row restated");
    assert_eq!(add(&mut reading, &page(&[("20261102", "6")], 3)), None, "another number of rows");
    let nothing = r#"{"metadata":{"currencyCode":"EUR","timeZone":"Europe/Berlin"},"kind":"analyticsData#runReport"}"#;
    assert_eq!(add(&mut reading, nothing), None, "an empty page amid others");
    let mut reading = Reading::new();
    assert_eq!((add(&mut reading, nothing), reading.whole()), (Some(0), true), "an empty table is one");
    let renamed =
        page(&[("20261101", "5")], 1).replace(r#""rows""#, r#""tableRows""#).replace(r#""rowCount""#, r#""tableRowCount""#);
    let refused = Reading::new().add(&QUESTION, renamed.as_bytes());
    assert!(matches!(refused, Err(BadBody::Conflict(what)) if what.contains("'tableRow")), "rows by another name are not none");
}

#[test]
fn what_is_left_out_is_told_and_other_columns_are_refused() {
    let with = |more: &str| page(&[("20261101", "5")], 1).replace(r#""timeZone""#, &format!(r#"{more},"timeZone""#));
    let quality = |more: &str| {
        let mut reading = Reading::new();
        add(&mut reading, &with(more));
        reading.quality.as_str()
    };
    assert_eq!(quality(r#""dataLossFromOtherRow":true"#), "other");
    assert_eq!(quality(r#""subjectToThresholding":true,"dataLossFromOtherRow":false"#), "thresholded");
    let sample =
        |read: &str| quality(&format!(r#""samplingMetadatas":[{{"samplesReadCount":"{read}","samplingSpaceSize":"100"}}]"#));
    assert_eq!((sample("40"), sample("100")), ("sampled", ""));
    let other = page(&[("20261101", "5")], 1).replace(r#""name":"sessions""#, r#""name":"activeUsers""#);
    assert!(matches!(Reading::new().add(&QUESTION, other.as_bytes()), Err(BadBody::Conflict(_))));
}
