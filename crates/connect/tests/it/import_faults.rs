//! Files that cannot be imported: each ends in one clear error, in bounded memory, without a panic.

use super::import::{options, read};
use std::io::{Cursor, Write as _};
use trimtab_connect::import::{self, Import, ImportError, ImportOptions, Mapping};
use trimtab_domain::ErrorKind;
use zip::write::SimpleFileOptions;

fn fails(bytes: &[u8]) -> ImportError {
    let error = import::read("bad.csv", bytes, &options()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    error
}

fn noise(length: usize, mut seed: u64) -> Vec<u8> {
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn things_that_are_no_table() {
    for (bytes, words) in [
        (b"".to_vec(), "is empty"),
        (b" \r\n\n".to_vec(), "is empty"),
        (b"\x89PNG\r\n\x1a\n....".to_vec(), "a PNG image"),
        (b"%PDF-1.7".to_vec(), "a PDF document"),
        (noise(10 << 20, 42), "binary data"),
        (b"PK\x03\x04 and no archive".to_vec(), "cannot be opened as a workbook"),
        ([b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), noise(4096, 7)].concat(), "cannot be opened as a workbook"),
        (b"just a sentence\nand another\n".to_vec(), "found 'just a sentence'"),
        (b"a,b,c\n1,2,3\n".to_vec(), "looked for a line with names such as Campaign, Day"),
    ] {
        let error = fails(&bytes).to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn a_missing_column_is_named_with_a_mapping_to_edit() {
    for (header, words) in [
        ("Day,Impressions,Clicks,Cost", "no column for the name or id of a campaign"),
        ("Day,Campaign,Impressions,Clicks", "no column for the spend"),
        ("Day,Campaign,Cost,Budget", "no column for impressions or clicks"),
    ] {
        let error = fails(format!("{header}\n2026-03-01,1,1,1\n").as_bytes());
        let text = error.to_string();
        assert!(text.contains(words) && text.contains("'Day'") && text.contains("line 1"), "{text}");
        let suggestion = error.suggestion().expect("a mapping to edit");
        assert!(suggestion.contains("date: {column: \"Day\"}"), "{suggestion}");
        Mapping::parse(suggestion).expect("the suggestion is a mapping");
    }
}

#[test]
fn nothing_below_the_header_or_nothing_readable() {
    assert!(matches!(fails(b"Campaign report\nCampaign,Impr.,Cost\n"), ImportError::NoRows { line: 2, .. }));
    let error = fails(b"Day,Campaign,Impr.,Cost\n19,A,1,1\n20,A,1,1\n").to_string();
    assert!(error.contains("none of the 2 rows") && error.contains("line 2: '19' in column 'Day' is not a date"), "{error}");
}

#[test]
fn a_truncated_file_names_the_rows_it_lost() {
    let import = read("Campaign,Impressions,Cost\nA,10,1\nB,20,2\n\"C never closed,30,3\nD,40,4\nE,50,5\n");
    assert_eq!((import.rows_imported, import.totals.impressions), (2, 30));
    assert_eq!(import.skipped[0].line, 4);
    assert!(import.skipped[0].reason.contains("never closed, so it swallowed the 2 lines"), "{}", import.skipped[0].reason);
}

#[test]
fn bad_rows_are_named_and_the_list_is_bounded() {
    let import = read(
        "Day,Campaign,Currency,Impr.,Clicks,Cost\n2026-03-01,A,EUR,1,1,1\n,A,EUR,1,1,1\n2026-03-02,A,USD,1,1,1\n2026-03-03,A,EUR,-1,1,1\n\
        2026-03-04,A,EUR,1,1,9999999999999999\nDay,Campaign,Currency,Impr.,Clicks,Cost\n",
    );
    let reasons: Vec<_> = import.skipped.iter().map(|s| (s.line, s.reason.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (3, "it has no date"),
            (4, "its amounts are in USD, the account's currency is EUR"),
            (5, "'-1' in column 'Impr.' is not a count"),
            (6, "'9999999999999999' in column 'Cost' is too large"),
            (7, "the header once more"),
        ]
    );
    let import = read("Campaign,Impr.,Cost,Leads,Conversions\nA,1,1,1,1\nB,1,1,1,x\n");
    assert_eq!(
        (import.rows_imported, import.skipped.len(), import.facts.conversions.len()),
        (1, 1, 2),
        "a skipped row leaves no trace"
    );
    assert_eq!(import.entities.states.len(), 2, "the account and campaign A");
    let many = format!("Campaign,Impr.,Cost\nA,1,1\n{}", "A,x,1\n".repeat(5_000));
    let import = read(&many);
    assert_eq!((import.skipped.len(), import.skipped_more), (import::limits::MAX_SKIPPED, 4_000));
    assert!(import.notes.iter().any(|n| n.contains("4000 more lines were skipped")));
}

#[test]
fn mappings_that_are_wrong_say_so() {
    for (yaml, words) in [
        ("colums: {}", "unknown field `colums`"),
        ("columns: {spendings: Cost}", "unknown variant `spendings`"),
        ("delimiter: ab", "not one punctuation character"),
        ("period: {from: 2026-02-01, to: 2026-01-01}", "ends before it starts"),
        ("date: {column: A, columns: [B]}", "either column or columns"),
        ("filters: [{column: A}]", "neither equals nor not"),
        ("constants: {clicks: \"1\"}", "cannot be the same for every row"),
        ("account: {timezone: Mars/Base}", "IANA"),
    ] {
        let error = Mapping::parse(yaml).unwrap_err().to_string();
        assert!(error.contains(words), "{yaml}: {error}");
    }
    let mapping = Mapping::parse("columns: {spend: Kosten}").unwrap();
    let error =
        import::read("f.csv", b"Campaign,Impr.,Cost\nA,1,1\n", &ImportOptions { mapping: Some(mapping), ..options() }).unwrap_err();
    assert!(error.to_string().contains("names the column 'Kosten', which 'f.csv' has not"), "{error}");
}

#[test]
fn giant_cells_and_rows_are_refused() {
    let cell = format!("Campaign,Impr.,Cost\n\"{}\",1,1\n", "x".repeat(2 << 20));
    assert!(fails(cell.as_bytes()).to_string().contains("a cell on line 2"));
    let row = format!("Campaign,Impr.,Cost\nA,1,1{}\n", ",".repeat(2_000));
    assert!(fails(row.as_bytes()).to_string().contains("the number of columns on line 2"));
}

/// A workbook with one sheet of this XML.
fn workbook(sheet: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let ns = "http://schemas.openxmlformats.org";
    for (part, text) in [
        ("[Content_Types].xml", format!("<Types xmlns=\"{ns}/package/2006/content-types\"/>")),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{ns}/package/2006/relationships\"><Relationship Id=\"rId1\" \
                 Type=\"{ns}/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{ns}/spreadsheetml/2006/main\" xmlns:r=\"{ns}/officeDocument/2006/relationships\">\
                 <sheets><sheet name=\"Report\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{ns}/package/2006/relationships\"><Relationship Id=\"rId1\" \
                 Type=\"{ns}/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
                 <Relationship Id=\"rId2\" Type=\"{ns}/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{ns}/spreadsheetml/2006/main\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{ns}/spreadsheetml/2006/main\"><sheetData>{sheet}</sheetData></worksheet>"),
        ),
    ] {
        archive.start_file(part, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn text_row(number: usize, cells: &[&str]) -> String {
    let cells: String =
        cells.iter().zip('A'..).map(|(c, col)| format!("<c r=\"{col}{number}\" t=\"inlineStr\"><is><t>{c}</t></is></c>")).collect();
    format!("<row r=\"{number}\">{cells}</row>")
}

fn sheet(rows: &str) -> Result<Import, ImportError> {
    import::read("book.xlsx", &workbook(rows), &options())
}

#[test]
fn workbooks_are_read_with_typed_cells() {
    let rows = format!(
        "{}{}<row r=\"5\"><c r=\"A5\" s=\"1\"><v>46082</v></c><c r=\"B5\" t=\"inlineStr\"><is><t>A</t></is></c><c r=\"C5\"><v>1234</v></c><c r=\"D5\"><v>12.345</v></c></row>",
        text_row(1, &["Campaign report"]),
        text_row(3, &["Day", "Campaign", "Impr.", "Cost"]),
    ) + &text_row(6, &["02.03.2026", "B", "1.000", "7,50"])
        + &text_row(7, &["Total: Campaigns", "", "2.234", "19,85"]);
    let import = sheet(&rows).unwrap();
    let days: Vec<_> =
        import.facts.ad_daily.iter().map(|r| (r.date.to_string(), r.measures.impressions, r.measures.spend_micros)).collect();
    assert_eq!(days, [("2026-03-01".to_owned(), 1234, 12_345_000), ("2026-03-02".to_owned(), 1000, 7_500_000)]);
    assert_eq!((import.skipped[0].line, import.file_totals[0].agrees), (7, Some(true)));
    assert!(import.notes[0].contains("sheet 'Report'"));
}

#[test]
fn workbooks_that_lie_about_their_size() {
    let corner = text_row(1, &["Campaign", "Impr.", "Cost"])
        + &text_row(2, &["A", "1", "2"])
        + "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    assert!(sheet(&corner).unwrap_err().to_string().contains("number of columns on line 1048576"));
    assert!(matches!(
        sheet(&text_row(1, &["Campaign", "Impr.", "Cost"])).unwrap_err(),
        ImportError::Empty { .. } | ImportError::NoRows { .. }
    ));
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("readme.txt", SimpleFileOptions::default()).unwrap();
    archive.write_all(b"hello").unwrap();
    let plain = archive.finish().unwrap().into_inner();
    assert!(fails(&plain).to_string().contains("an archive without a workbook"));
}

#[test]
fn a_workbook_that_unpacks_without_end_is_refused() {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let megabyte = vec![b' '; 1 << 20];
    archive.start_file("xl/sharedStrings.xml", SimpleFileOptions::default()).unwrap();
    for _ in 0..=(import::limits::MAX_WORKBOOK_BYTES >> 20) {
        archive.write_all(&megabyte).unwrap();
    }
    let bomb = archive.finish().unwrap().into_inner();
    assert!(bomb.len() < 4 << 20, "{} bytes", bomb.len());
    assert!(matches!(fails(&bomb), ImportError::TooLarge { .. }));
}
