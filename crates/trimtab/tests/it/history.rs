//! `trimtab import-history`: what another system has kept becomes numbers here, once, and stays as it was there.

#[path = "../../../connect/tests/it/postgres.rs"]
mod postgres;

use crate::app::{App, stderr, stdout, text};
use postgres::Server;
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant, SystemTime},
};

const FROM: &str = "2024-01-01";
const TO: &str = "2026-12-31";

fn app() -> App {
    let app = App::new();
    app.ok(&["tenant", "add", "acme", "--name", "Acme", "--currency", "EUR", "--timezone", "Europe/Amsterdam"]);
    app
}

/// A folder with these files.
fn folder(app: &App, name: &str, files: &[(&str, String)]) -> PathBuf {
    let folder = app.path().with_file_name(format!("{}-{name}", app.path().file_name().unwrap().to_str().unwrap()));
    for (path, text) in files {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    folder
}

/// Removes a folder when the test ends.
struct Gone(PathBuf);

impl Drop for Gone {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// Every file below a folder, with its bytes and when it was changed.
fn originals(folder: &Path) -> Vec<(PathBuf, Vec<u8>, SystemTime)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(originals(&path));
        } else {
            let changed = std::fs::metadata(&path).unwrap().modified().unwrap();
            all.push((path.clone(), std::fs::read(&path).unwrap(), changed));
        }
    }
    all.sort();
    all
}

/// Two years of one ad of Google's: day by day, some days twice by device.
fn google() -> Vec<(&'static str, String)> {
    let mut stats =
        "customer_id,date,ad_group_id,ad_id,device,clicks,cost_micros,impressions,conversions,conversions_value\n".to_owned();
    for month in 0..24 {
        for day in 1..=28 {
            let (year, month) = (2024 + month / 12, month % 12 + 1);
            for device in ["MOBILE", "DESKTOP"] {
                stats += &format!("77,{year}-{month:02}-{day:02},g1,a1,{device},{day},{day}000001,{day}0,0.25,1.5\n");
            }
        }
    }
    vec![
        (
            "google_ads/account_history.csv",
            "id,updated_at,currency_code,descriptive_name,time_zone\n77,2026-01-01,EUR,North,Europe/Berlin\n".into(),
        ),
        ("google_ads/campaign_history.csv", "id,updated_at,name,customer_id,status\nc1,2026-01-01,Brand,77,ENABLED\n".into()),
        ("google_ads/ad_group_history.csv", "id,updated_at,campaign_id,name,status\ng1,2026-01-01,c1,Group,ENABLED\n".into()),
        ("google_ads/ad_stats.csv", stats),
    ]
}

fn asked(app: &App) -> Value {
    let metrics = "spend,clicks,impressions,conversions,revenue";
    app.ok(&["query", "--tenant", "acme", "--metrics", metrics, "--by", "month,campaign", "--from", FROM, "--to", TO])
}

#[test]
fn a_folder_of_csv_files_is_imported_once_and_left_as_it_was() {
    let app = app();
    let folder = folder(&app, "fivetran", &[google(), vec![("google_ads/keyword_stats.csv", "x\n".to_owned())]].concat());
    let _gone = Gone(folder.clone());
    let before = originals(&folder);
    let import = ["import-history", folder.to_str().unwrap(), "--tenant", "acme"];
    let preview = app.ok(&[&import[..], &["--dry-run"]].concat());
    let account = &preview["accounts"][0];
    assert_eq!((&preview["dry_run"], &preview["format"], &account["stored"]), (&json!(true), &json!("fivetran"), &Value::Null));
    assert_eq!(
        (&account["from"], &account["to"], &account["grains"][0]["rows"]),
        (&json!("2024-01-01"), &json!("2025-12-28"), &json!(1344))
    );
    assert!(preview["notes"].to_string().contains("keyword_stats.csv"), "{preview}");
    assert_eq!(asked(&app)["rows"], json!([]), "a dry run stores nothing");

    let imported = app.ok(&import);
    let account = &imported["accounts"][0];
    // Twice the sum of 1 to 28, in each of 24 months; and a millionth for each row.
    let wanted = json!({
        "impressions": 194_880, "clicks": 19_488, "spend": "19488.001344", "conversions": 336.0, "revenue": "2016.00"
    });
    assert_eq!((&account["totals"], &account["stored"], &account["error"]), (&wanted, &wanted, &Value::Null), "{imported}");
    assert_eq!((&account["pieces"], &account["pieces_kept"], &account["assumed"]), (&json!(24), &json!(0), &json!([])));
    let ahead = app.ok(&["forecast", "--tenant", "acme", "--show"]);
    assert_eq!(ahead["account"], "77", "what follows from an import is known when it ends: {ahead}");
    let first = asked(&app);
    assert_eq!((first["rows"].as_array().unwrap().len(), &first["rows"][0]["campaign"]), (24, &json!("Brand")), "{first}");
    assert_eq!((&first["totals"]["spend"], &first["totals"]["clicks"]), (&json!("19488.001344"), &json!(19_488)));

    let again = app.ok(&import);
    assert_eq!((&again["accounts"][0]["stored"], &again["accounts"][0]["import"]), (&wanted, &Value::Null), "{again}");
    assert_eq!(asked(&app)["source_hash"], first["source_hash"]);
    assert_eq!(originals(&folder), before, "originals are not touched");

    let mut plain = crate::app::binary();
    let out = plain.arg("--data").arg(app.path()).args(import).arg("--dry-run").output().unwrap();
    let said = stdout(&out) + &stderr(&out);
    for words in ["google North (77, EUR)", "by ad", "would be imported", "19488.001344", "note: not read"] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn a_json_store_is_imported_and_what_it_does_not_say_is_told() {
    let app = app();
    let metrics = json!([
        { "platform": "meta-ads", "campaign_id": "222", "date": "2026-02-27", "impressions": 500, "clicks": 9, "spend": 7.1, "conversions": 3, "revenue": 60.5 },
        { "platform": "meta-ads", "campaign_id": "222", "date": "2026-03-01", "impressions": 100, "clicks": 1, "spend": "2.90" },
        { "platform": "meta-ads", "campaign_id": "222", "date": "2026-03-02", "impressions": "many", "clicks": 1, "spend": 1 }
    ]);
    let campaigns = json!([{ "id": "1", "platform": "meta-ads", "external_id": "222", "name": "Prospecting", "status": "PAUSED" }]);
    let files = [("data/analytics_metrics.json", metrics.to_string()), ("data/campaigns.json", campaigns.to_string())];
    let folder = folder(&app, "store", &files);
    let _gone = Gone(folder.clone());
    let before = originals(&folder);
    let import =
        ["import-history", folder.to_str().unwrap(), "--tenant", "acme", "--currency", "USD", "--timezone", "America/New_York"];
    let imported = app.ok(&import);
    let account = &imported["accounts"][0];
    assert_eq!((&imported["format"], &account["account"]["id"]), (&json!("json"), &json!("history-meta")), "{imported}");
    assert_eq!((&account["account"]["currency"], &account["account"]["timezone"]), (&json!("USD"), &json!("America/New_York")));
    assert_eq!(account["assumed"], json!(["account", "currency", "zone"]));
    assert_eq!((&account["stored"]["spend"], &account["stored"]["clicks"]), (&json!("10.00"), &json!(10)), "{imported}");
    let left = imported["left_out"].as_array().unwrap();
    assert!(left.len() == 1 && text(&left[0]["reason"]).contains("many"), "named once, by whoever comes across it: {imported}");
    assert_eq!(asked(&app)["totals"]["revenue"], "60.50");
    assert_eq!(app.ok(&import)["accounts"][0]["stored"], account["stored"]);
    assert_eq!(originals(&folder), before, "originals are not touched");
}

#[test]
fn tables_of_a_database_are_imported_by_a_string_that_is_not_shown() {
    let Some(server) = Server::start() else { return };
    server.tell(
        "create table ads_daily_performance (platform text, tenant_id text, account_id text, campaign_id text, ad_id text, date date,
             impressions bigint, clicks bigint, spend numeric, conversions numeric, revenue numeric);
         insert into ads_daily_performance values
             ('meta', 'north', '17', 'c1', 'a1', '2026-01-31', 100, 2, 1.0001, 1, 9.5), ('meta', 'north', '17', 'c1', 'a1', '2026-02-01', 200, 3, 2.5, null, null),
             ('meta', 'south', '18', 'c2', '', '2026-02-01', 999, 9, 9, null, null);
         create role reader login; grant select on all tables in schema public to reader;",
    );
    let app = app();
    let address = format!("{} password=hunter2", server.address("reader"));
    let import = ["import-history", "--tenant", "acme", "--database-stdin"];
    let out = app.run_with(&import, &address);
    assert_eq!(out.status.code(), Some(2), "two tenants are not mixed: {}", stderr(&out));
    assert!(stderr(&out).contains("(north, south)") && stderr(&out).contains("--history-tenant"), "{}", stderr(&out));

    let mut command = app.command(&["import-history", "--tenant", "acme", "--database-env", "FORMER", "--history-tenant", "north"]);
    let out = command.env("FORMER", &address).output().unwrap();
    let said = stdout(&out) + &stderr(&out);
    assert!(out.status.success() && !said.contains("hunter2"), "{said}");
    let imported: Value = serde_json::from_slice(&out.stdout).unwrap();
    let accounts = imported["accounts"].as_array().unwrap();
    assert_eq!((accounts.len(), &accounts[0]["account"]["id"], &accounts[0]["pieces"]), (1, &json!("17"), &json!(2)), "{imported}");
    assert_eq!((&accounts[0]["stored"]["spend"], &accounts[0]["stored"]["impressions"]), (&json!("3.5001"), &json!(300)));
    assert_eq!(asked(&app)["totals"]["revenue"], "9.50");
    for file in app.files() {
        assert!(!String::from_utf8_lossy(&std::fs::read(&file).unwrap()).contains("hunter2"), "{}", file.display());
    }
    drop(server);
    let out = app.run_with(&import, &address);
    assert_eq!(out.status.code(), Some(5), "the database is outside: {}", stderr(&out));
    assert!(!(stdout(&out) + &stderr(&out)).contains("hunter2"));
}

#[test]
fn what_is_no_history_is_refused_in_words() {
    let app = app();
    let folder = folder(&app, "none", &[("photos/cat.png", "x".to_owned())]);
    let _gone = Gone(folder.clone());
    let path = folder.to_str().unwrap();
    let file = folder.join("photos/cat.png");
    let cases: [(&[&str], &str); 6] = [
        (&["import-history", path, "--tenant", "acme"], "looked for CSV files named after Fivetran's tables"),
        (&["import-history", "/nowhere/at/all", "--tenant", "acme"], "/nowhere/at/all"),
        (&["import-history", file.to_str().unwrap(), "--tenant", "acme"], "name the folder it lies in"),
        (&["import-history", path, "--tenant", "acme", "--grain", "week"], "account, campaign, ad_group, ad"),
        (&["import-history", "postgres://u:hunter2@h/d", "--tenant", "acme"], "--database-env"),
        (&["import", path, "--tenant", "acme"], "import-history"),
    ];
    for (args, words) in cases {
        let said = app.fails(2, args);
        assert!(said.contains(words) && !said.contains("hunter2"), "{args:?}: {said}");
    }
    assert!(app.fails(2, &["import-history", "--tenant", "acme"]).contains("--database-env"));
}

/// Kill −9 at some moments of an import; each installation is then imported into again.
#[test]
fn an_import_killed_at_any_moment_converges() {
    const MOMENTS: u32 = 6;
    let ready = app();
    let folder = folder(&ready, "killed", &google());
    let _gone = Gone(folder.clone());
    let import = ["import-history", folder.to_str().unwrap(), "--tenant", "acme"];
    let clean = ready.twin();
    let started = Instant::now();
    clean.ok(&import);
    let whole = started.elapsed();
    let wanted = asked(&clean);

    let start = |app: &App| app.command(&import).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut hits = 0;
    let apps: Vec<App> = (0..MOMENTS)
        .map(|moment| {
            let app = ready.twin();
            let mut child = start(&app);
            let until = Instant::now() + whole * (2 * moment + 1) / (2 * MOMENTS);
            while child.try_wait().unwrap().is_none() && Instant::now() < until {
                std::thread::park_timeout(Duration::from_millis(1));
            }
            drop(child.kill());
            hits += u32::from(child.wait().unwrap().code().is_none());
            app
        })
        .collect();
    assert!(hits >= MOMENTS / 2, "only {hits} of {MOMENTS} imports were slow enough to be killed");
    // The dead imports' leases run out while these wait, so they wait together.
    let mut again: Vec<_> = apps.iter().map(start).collect();
    assert!(again.iter_mut().all(|child| child.wait().unwrap().success()), "every import succeeds");
    for (moment, app) in apps.iter().enumerate() {
        let answer = asked(app);
        assert_eq!((&answer["rows"], &answer["totals"]), (&wanted["rows"], &wanted["totals"]), "moment {moment}");
        assert_eq!(text(&answer["totals"]["spend"]), "19488.001344");
    }
}
