//! `trimtab views`: ready tables through the binary, in each format, safe to open in a spreadsheet.

use crate::{
    app::{App, http, stderr, stdout},
    http::sign_in,
};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// Names that a spreadsheet would run as formulas, among such that it would not.
const EXPORT: &str = "Campaign name,Reporting starts,Reporting ends,Impressions,Clicks (all),Amount spent (EUR),Results,Purchases conversion value\r\n\
\"=HYPERLINK(\"\"http://evil.example\"\",\"\"Spring\"\")\",2026-10-01,2026-10-01,1000,20,10.10,1,4.00\r\n\
+Brand,2026-10-01,2026-10-01,1000,20,10.10,1,4.00\r\n\
@Brand,2026-10-01,2026-10-01,1000,20,10.10,1,4.00\r\n\
-2+3,2026-10-01,2026-10-01,1000,20,10.10,1,4.00\r\n\
-7,2026-10-01,2026-10-01,1000,20,10.10,1,4.00\r\n\
Brand = all,2026-10-02,2026-10-02,1000,20,10.10,1,4.00\r\n";
const CAMPAIGNS: &str = "ad_reporting__campaign_report";

fn imported() -> App {
    let app = App::new();
    app.ok(&["tenant", "add", "acme", "--name", "Acme", "--currency", "EUR", "--timezone", "Europe/Amsterdam"]);
    let file = app.path().join("export.csv");
    std::fs::write(&file, EXPORT).unwrap();
    let done = app.ok(&["import", file.to_str().unwrap(), "--tenant", "acme"]);
    assert_eq!(done["rows_imported"], 6, "{done}");
    app
}

fn of_october(view: &str, format: &str) -> [String; 10] {
    ["views", view, "--tenant", "acme", "--from", "2026-10-01", "--to", "2026-10-31", "--format", format].map(ToOwned::to_owned)
}

fn written(app: &App, view: &str, format: &str) -> Vec<u8> {
    let args = of_october(view, format);
    let out = app.run(&args.each_ref().map(String::as_str));
    assert!(out.status.success(), "{}", stderr(&out));
    out.stdout
}

/// The lines of a CSV text as cells, of which some are quoted.
fn cells(text: &str) -> Vec<Vec<String>> {
    let line = |line: &str| {
        let mut cells = vec![String::new()];
        let mut quoted = false;
        for (i, piece) in line.split('"').enumerate() {
            // Two quotes with nothing between them stand for one.
            if i > 0 && !quoted && piece.is_empty() && i + 1 < line.split('"').count() {
                cells.last_mut().unwrap().push('"');
            }
            if quoted {
                cells.last_mut().unwrap().push_str(piece);
            } else {
                let mut parts = piece.split(',');
                cells.last_mut().unwrap().push_str(parts.next().unwrap());
                cells.extend(parts.map(ToOwned::to_owned));
            }
            quoted = !quoted;
        }
        cells
    };
    text.lines().map(line).collect()
}

#[test]
fn cells_that_look_like_formulas_are_text_and_negative_numbers_stay_numbers() {
    let app = imported();
    let lines = cells(&String::from_utf8(written(&app, CAMPAIGNS, "csv")).unwrap());
    let name = lines[0].iter().position(|name| name == "campaign_name").unwrap();
    let mut names: Vec<_> = lines[1..].iter().map(|line| line[name].as_str()).collect();
    names.sort_unstable();
    let expected = ["'+Brand", "'-2+3", "'=HYPERLINK(\"http://evil.example\",\"Spring\")", "'@Brand", "-7", "Brand = all"];
    assert_eq!(names, expected);
    let lines = cells(&String::from_utf8(written(&app, "platform_comparison", "csv")).unwrap());
    let profit = lines[0].iter().position(|name| name == "profit").unwrap();
    let told: Vec<_> = lines[1..].iter().map(|line| line[profit].as_str()).collect();
    assert_eq!(told, ["-30.500000", "-6.100000"]);
    // The metric query says the same.
    let query =
        ["query", "--tenant", "acme", "--metrics", "spend", "--by", "campaign", "--from", "2026-10-01", "--to", "2026-10-31"];
    let mut command = crate::app::binary();
    let out = command.arg("--data").arg(app.path()).args(query).args(["--format", "csv"]).output().unwrap();
    let text = stdout(&out);
    assert!(text.contains(",'+Brand,") && text.contains(",'-2+3,") && text.contains(",-7,"), "{text}");
}

#[test]
fn other_formats_hold_the_names_as_they_are() {
    let app = imported();
    let lines = String::from_utf8(written(&app, CAMPAIGNS, "jsonl")).unwrap();
    let rows: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<_> = rows.iter().filter_map(|row| row["campaign_name"].as_str()).collect();
    assert_eq!(rows.len(), 6);
    assert!(names.contains(&"+Brand") && names.contains(&"-2+3"), "{names:?}");
    let parquet = written(&app, CAMPAIGNS, "parquet");
    assert_eq!((&parquet[..4], &parquet[parquet.len() - 4..]), (&b"PAR1"[..], &b"PAR1"[..]));
    let file = app.path().join("campaigns.csv");
    let mut args = of_october(CAMPAIGNS, "csv").to_vec();
    args.extend(["--output".to_owned(), file.display().to_string()]);
    let told = app.ok(&args.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((&told["view"], &told["rows"]), (&CAMPAIGNS.into(), &6.into()), "{told}");
    assert_eq!(std::fs::read(&file).unwrap(), written(&app, CAMPAIGNS, "csv"));
}

#[test]
fn views_are_listed_and_told_to_duckdb() {
    let app = imported();
    let list = app.ok(&["views"]);
    let names: Vec<_> = list["views"].as_array().unwrap().iter().map(|view| view["name"].as_str().unwrap()).collect();
    assert!(names.len() >= 11 && names.contains(&CAMPAIGNS) && names.contains(&"store_daily"), "{names:?}");
    for view in list["views"].as_array().unwrap() {
        let name = view["name"].as_str().unwrap();
        assert!(!view["description"].as_str().unwrap().is_empty(), "{view}");
        let header = cells(&String::from_utf8(written(&app, name, "csv")).unwrap()).remove(0);
        let columns: Vec<_> = view["columns"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
        assert_eq!(columns, header, "{name}");
    }
    let campaigns = list["views"].as_array().unwrap().iter().find(|view| view["name"] == CAMPAIGNS).unwrap();
    let kinds = |kind: &str| campaigns["columns"].as_array().unwrap().iter().filter(|c| c["kind"] == kind).count();
    assert_eq!((kinds("day"), kinds("amount"), kinds("whole"), kinds("number")), (1, 2, 2, 1), "{campaigns}");
    let out = app.run(&["views", "--duckdb", "--tenant", "acme", "--from", "2026-10-01", "--to", "2026-10-31"]);
    let script = stdout(&out);
    assert!(script.contains("CREATE OR REPLACE VIEW ad_reporting__campaign_report AS"), "{script}");
    assert!(script.contains("lake/acme/ad_daily") && script.contains("DATE '2026-10-01'"), "{script}");
    assert!(!script.contains("store_daily"), "no shop has been read");
}

#[test]
fn what_is_not_there_is_refused_with_its_code() {
    let app = imported();
    assert!(app.fails(2, &["views", "platform_comparisn", "--tenant", "acme"]).contains("did you mean platform_comparison?"));
    assert!(app.fails(2, &["views", "everything", "--tenant", "acme"]).contains("there are dim_date"));
    assert!(app.fails(2, &["views", CAMPAIGNS]).contains("--tenant"));
    assert!(app.fails(4, &["views", CAMPAIGNS, "--tenant", "nobody"]).contains("nobody"));
    let backwards = ["views", CAMPAIGNS, "--tenant", "acme", "--from", "2026-10-31", "--to", "2026-10-01"];
    assert!(app.fails(2, &backwards).contains("2026-10-31"));
}

#[test]
fn views_are_downloaded_over_http_each_tenants_own() {
    let app = imported();
    app.ok(&["tenant", "add", "rival", "--name", "Rival", "--currency", "EUR", "--timezone", "Europe/Amsterdam"]);
    let file = app.path().join("rival.csv");
    std::fs::write(&file, EXPORT.replace("Brand = all", "Ours")).unwrap();
    app.ok(&["import", file.to_str().unwrap(), "--tenant", "rival"]);
    let server = app.serve();
    http(async {
        let (client, token) = sign_in(&server).await;
        let get = async |path: &str| client.get(format!("{}/api/v1/{path}", server.url)).bearer_auth(&token).send().await.unwrap();
        let list: Value = get("views").await.json().await.unwrap();
        let views = list["items"].as_array().unwrap();
        let campaigns = views.iter().find(|view| view["name"] == CAMPAIGNS).unwrap();
        assert_eq!(
            (&campaigns["description"], &campaigns["columns"][0]),
            (&json!("a campaign's day"), &json!({"name": "date_day", "kind": "day"}))
        );

        let october =
            |tenant: &str, format: &str| format!("views/{CAMPAIGNS}?tenant={tenant}&from=2026-10-01&to=2026-10-31&format={format}");
        let reply = get(&october("acme", "csv")).await;
        assert_eq!(reply.status(), StatusCode::OK);
        let header = |name: &str| reply.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "text/csv; charset=utf-8");
        let name = format!("attachment; filename=\"acme-{CAMPAIGNS}-2026-10-01-2026-10-31.csv\"");
        assert_eq!((header("content-disposition"), header("cache-control")), (name, "no-store".to_owned()));
        let own = reply.bytes().await.unwrap();
        assert_eq!(own, written(&app, CAMPAIGNS, "csv"), "the same as from the command line");
        let other = get(&october("rival", "csv")).await.text().await.unwrap();
        assert!(other.contains(",Ours,") && !other.contains("Brand = all"), "{other}");
        assert!(!String::from_utf8(own.to_vec()).unwrap().contains(",Ours,"));

        let lines = get(&october("acme", "jsonl")).await.text().await.unwrap();
        assert_eq!(lines.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count(), 6);
        let parquet = get(&october("acme", "parquet")).await.bytes().await.unwrap();
        assert_eq!((&parquet[..4], &parquet[parquet.len() - 4..]), (&b"PAR1"[..], &b"PAR1"[..]));
        let today = get("views/dim_date?tenant=acme").await.text().await.unwrap();
        assert_eq!(today.lines().count(), 1 + 90, "90 days where none are asked for");

        let unknown = get("views/platform_comparisn?tenant=acme").await;
        assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
        let problem: Value = unknown.json().await.unwrap();
        assert!(problem["detail"].as_str().unwrap().contains("did you mean platform_comparison?"), "{problem}");
        for (bad, refused) in [
            ("from=2026-10-31&to=2026-10-01", StatusCode::UNPROCESSABLE_ENTITY),
            ("from=1900-01-01", StatusCode::UNPROCESSABLE_ENTITY),
            ("from=soon", StatusCode::UNPROCESSABLE_ENTITY),
            ("format=xlsx", StatusCode::BAD_REQUEST),
        ] {
            let reply = get(&format!("views/{CAMPAIGNS}?tenant=acme&{bad}")).await;
            assert_eq!(reply.status(), refused, "{bad}");
        }
    });
    let left = app.files().into_iter().filter(|file| file.parent().unwrap().ends_with("lake"));
    assert_eq!(left.count(), 0, "what was handed on is gone");
}
