//! `trimtab import`: a file becomes numbers on a dashboard; importing it again changes nothing.

use crate::app::App;
use serde_json::json;

const EXPORT: &str = "\u{feff}\"Campaign name\",\"Ad Set Name\",\"Reporting starts\",\"Reporting ends\",Impressions,\"Clicks (all)\",\"Amount spent (EUR)\",Results,\"Result indicator\"\r\n\
,,2026-10-01,2026-10-02,\"3,000\",60,30.30,3,\r\n\
\"Spring, sale\",Broad,2026-10-01,2026-10-01,\"1,000\",20,10.10,1,actions:omni_purchase\r\n\
\"Spring, sale\",Broad,2026-10-02,2026-10-02,\"2,000\",40,20.20,2,actions:omni_purchase\r\n\
\"Spring, sale\",Broad,2026-10-02,2026-10-02,many,40,1.00,2,actions:omni_purchase\r\n";

#[test]
fn an_export_imports_once_however_often() {
    let app = App::new();
    app.ok(&["tenant", "add", "acme", "--name", "Acme", "--currency", "EUR", "--timezone", "Europe/Amsterdam"]);
    let file = app.path().join("export.csv");
    std::fs::write(&file, EXPORT).unwrap();
    let import = ["import", file.to_str().unwrap(), "--tenant", "acme"];
    let preview = app.ok(&[&import[..], &["--dry-run"]].concat());
    assert_eq!(preview["totals"]["spend"], "30.30", "{preview}");
    let first_row = json!({
        "line": 3, "date": "2026-10-01", "span_days": 1, "campaign": "Spring, sale", "ad_group": "Broad", "ad": "",
        "spend": "10.10", "impressions": 1000, "clicks": 20, "conversions": 1.0, "revenue": null
    });
    assert_eq!((&preview["sample"][0], &preview["replaces"]), (&first_row, &json!([])), "{preview}");
    let ask = [
        "query",
        "--tenant",
        "acme",
        "--metrics",
        "spend,impressions,conversions",
        "--by",
        "campaign",
        "--from",
        "2026-10-01",
        "--to",
        "2026-10-31",
    ];
    assert_eq!(app.ok(&ask)["rows"], json!([]), "a dry run stores nothing");

    let imported = app.ok(&import);
    assert_eq!((&imported["rows_read"], &imported["rows_imported"]), (&json!(4), &json!(2)), "{imported}");
    let skipped: Vec<_> = imported["skipped"].as_array().unwrap().iter().map(|s| s["line"].as_u64().unwrap()).collect();
    assert_eq!(skipped, [2, 5], "{imported}");
    let first = app.ok(&ask);
    assert_eq!(first["rows"][0]["campaign"], "Spring, sale");
    assert_eq!((&first["totals"]["spend"], &first["totals"]["impressions"]), (&json!("30.30"), &json!(3000)));
    app.ok(&import);
    assert_eq!(app.ok(&ask)["source_hash"], first["source_hash"]);
    let csv = app.run(&[
        "query",
        "--tenant",
        "acme",
        "--metrics",
        "spend",
        "--by",
        "campaign",
        "--from",
        "2026-10-01",
        "--to",
        "2026-10-31",
    ]);
    assert!(csv.status.success());
}

#[test]
fn garbage_is_refused_in_words() {
    let app = App::new();
    app.ok(&["tenant", "add", "acme", "--name", "Acme", "--currency", "EUR", "--timezone", "UTC"]);
    let mut state = 7_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    })
    .take(10 << 20)
    .collect();
    let cases: [(&str, &[u8]); 4] = [
        ("noise.csv", &noise),
        ("empty.csv", b""),
        ("photo.png", b"\x89PNG\r\n\x1a\n0000"),
        ("prose.csv", b"Dear all,\nplease find attached\n"),
    ];
    for (name, bytes) in cases {
        let file = app.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        let said = app.fails(2, &["import", file.to_str().unwrap(), "--tenant", "acme"]);
        assert!(said.contains(name), "{name}: {said}");
    }
    let columns = app.path().join("columns.csv");
    std::fs::write(&columns, "Campaign,Day,Clicks\nA,2026-10-01,3\n").unwrap();
    let said = app.fails(2, &["import", columns.to_str().unwrap(), "--tenant", "acme"]);
    assert!(said.contains("no column for the spend") && said.contains("mapping"), "{said}");
    assert!(app.fails(2, &["import", "/nowhere/x.csv", "--tenant", "acme"]).contains("/nowhere/x.csv"));
}

#[test]
fn a_file_of_another_account_needs_its_name() {
    let app = App::new();
    app.ok(&["tenant", "add", "acme", "--name", "Acme", "--currency", "EUR", "--timezone", "UTC"]);
    let write = |name: &str, campaign: &str| {
        let file = app.path().join(name);
        std::fs::write(&file, format!("Campaign,Day,Impr.,Clicks,Cost\n{campaign},2026-10-01,10,1,2.50\n")).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let (north, south, newer) = (write("north.csv", "Spring"), write("south.csv", "Zomer"), write("newer.csv", "Zomer"));
    let import = |file: &str, more: &[&str]| -> Vec<String> {
        ["import", file, "--tenant", "acme"].iter().chain(more).map(|arg| (*arg).to_owned()).collect()
    };
    let ok = |args: &[String]| app.ok(&args.iter().map(String::as_str).collect::<Vec<_>>());
    ok(&import(&north, &[]));
    for more in [&["--dry-run"][..], &[]] {
        let args = import(&south, more);
        let said = app.fails(2, &args.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(said.contains("'north.csv'") && said.contains("--account NAME"), "{said}");
    }
    let stored = ok(&import(&south, &["--account", "South Shop"]));
    assert_eq!((&stored["account"]["id"], &stored["account"]["name"]), (&json!("south-shop"), &json!("South Shop")), "{stored}");
    // Lines differ, so the bytes do; the campaign is the same.
    std::fs::write(&newer, "Campaign,Day,Impr.,Clicks,Cost\nZomer,2026-10-01,20,2,5.00\n").unwrap();
    let preview = ok(&import(&newer, &["--account", "south shop", "--dry-run"]));
    let replaced = &preview["replaces"][0];
    assert_eq!(
        (&replaced["name"], &replaced["from"], &replaced["import"]),
        (&json!("south.csv"), &json!("2026-10-01"), &stored["import"])
    );
    let mut plain = crate::app::binary();
    let out = plain.arg("--data").arg(app.path()).args(import(&newer, &["--account", "south-shop", "--dry-run"])).output().unwrap();
    let said = crate::app::stdout(&out) + &crate::app::stderr(&out);
    assert!(said.contains("would replace 2026-10-01 of 'south.csv' (imported "), "{said}");
    assert!(said.contains("│ Zomer"), "the first rows are shown: {said}");
}

/// The same table in the encodings people's programs write: the names come out the same.
#[test]
fn files_in_other_encodings_read_the_same() {
    let table = "Campaign,Day,Impressions,Clicks,Cost\nÉté à Zürich,2026-10-01,10,1,2.50\nPromoção,2026-10-02,20,2,5.00\n";
    let latin: Vec<u8> = table.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let utf16 = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        "\u{feff}".chars().chain(table.chars()).collect::<String>().encode_utf16().flat_map(unit).collect()
    };
    let files = [
        ("utf-8", table.as_bytes().to_vec()),
        ("utf-8 with a mark", ["\u{feff}".as_bytes(), table.as_bytes()].concat()),
        ("windows-1252", latin),
        ("utf-16 little", utf16(u16::to_le_bytes)),
        ("utf-16 big", utf16(u16::to_be_bytes)),
    ];
    let fresh = App::new();
    fresh.ok(&["tenant", "add", "acme", "--name", "Acme", "--currency", "EUR", "--timezone", "Europe/Amsterdam"]);
    for (encoding, bytes) in files {
        let app = fresh.twin();
        let file = app.path().join("export.csv");
        std::fs::write(&file, bytes).unwrap();
        app.ok(&["import", file.to_str().unwrap(), "--tenant", "acme"]);
        let ask = ["query", "--tenant", "acme", "--metrics", "spend", "--by", "campaign", "--sort", "campaign"];
        let answer = app.ok(&[&ask[..], &["--from", "2026-10-01", "--to", "2026-10-31"]].concat());
        let rows = answer["rows"].as_array().unwrap();
        let found: Vec<_> = rows.iter().map(|row| (row["campaign"].as_str().unwrap(), row["spend"].as_str().unwrap())).collect();
        assert_eq!(found.len(), 2, "{encoding}: {answer}");
        assert!(found.contains(&("Été à Zürich", "2.50")) && found.contains(&("Promoção", "5.00")), "{encoding}: {found:?}");
    }
}
