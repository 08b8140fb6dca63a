//! A whole database moved from its file to a server.

use crate::{
    day_series::series,
    world::{Ground, START, TTL, account, account_key, at, ctx, days, key, new_connection, new_execution, new_tenant},
};
use sea_orm::ConnectionTrait;
use secrecy::ExposeSecret;
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};
use trimtab_domain::{
    Day, ErrorKind, Origin,
    clock::testing::{CountingIds, ManualClock},
    rates::{PerEuro, Rate},
};
use trimtab_store::{Admin, DatabaseUrl, Ended, Error, IfInitialised, Schema, Store, StoreSettings, Transferred, transfer};

const FILE: &str = "TRIMTAB_STORE_TEST_FILE";
const URL: &str = "TRIMTAB_STORE_TEST_URL";

async fn open(settings: StoreSettings) -> Store {
    Store::open(settings, key(), Arc::new(ManualClock::at(START)), Arc::new(CountingIds::default())).await.unwrap()
}

fn url(ground: &Ground) -> DatabaseUrl {
    ground.schema.as_ref().unwrap().url().parse().unwrap()
}

async fn moved(file: &Path, ground: &Ground) -> Result<Vec<Transferred>, Error> {
    transfer(file, &url(ground), at(START)).await
}

/// A file with something in most tables, texts of every sort among them; closed.
async fn filled(folder: &Path) -> PathBuf {
    let file = folder.join("old.db");
    let store = open(StoreSettings::new(&file)).await;
    let system = store.system();
    for id in ["acme", "other"] {
        system.add_tenant(new_tenant(id)).await.unwrap();
    }
    let admin = Admin {
        email: "ada@example.org".to_owned(),
        password: "a password of ada's".into(),
        agency: Some("Nørd & Søn".to_owned()),
    };
    system.create_admin(admin, IfInitialised::Refuse).await.unwrap();
    for tenant in ["acme", "other"] {
        let tenant = store.tenant(&ctx(tenant));
        let mut odd = account("11");
        odd.name = "Ünïcode 🦊 'quoted' \\ \n\0 end".into();
        tenant.put_account(&odd).await.unwrap();
        tenant.connect(new_connection("12", "EAAB-kept")).await.unwrap();
        let execution = tenant.create_execution(new_execution()).await.unwrap().id;
        tenant.start_execution(&execution, TTL).await.unwrap();
        tenant.begin_run(&execution, &account_key("11"), days("2026-03-01..2026-03-07")).await.unwrap();
        tenant.finish_execution(&execution, Ended::Succeeded).await.unwrap();
        let lease = tenant.claim(&account_key("11"), "test", TTL).await.unwrap().unwrap();
        tenant.mark_fetched(&lease, days("2020-01-01..2026-03-07"), at(START)).await.unwrap();
        tenant.put_series(&lease, "pixel", &[series("2026-03-01", 1.5)]).await.unwrap();
    }
    store.close().await;
    // As an older version may have kept it; PostgreSQL keeps no such character.
    let raw = sea_orm::Database::connect(format!("sqlite://{}", file.display())).await.unwrap();
    raw.execute_unprepared("UPDATE tenants SET industry = 'cof' || char(0) || 'fee'").await.unwrap();
    raw.close().await.unwrap();
    file
}

/// Rates enough for many pages.
fn rates(many: usize) -> Vec<Rate> {
    let first: Day = "1990-01-01".parse().unwrap();
    let currencies = ["USD", "GBP", "SEK", "NOK", "DKK", "CHF", "JPY", "PLN"];
    (0..many)
        .map(|n| Rate {
            currency: currencies[n % currencies.len()].parse().unwrap(),
            day: first.saturating_add(jiff::Span::new().days(i64::try_from(n / currencies.len()).unwrap())),
            per_euro: PerEuro::from_billionths(1_000_000_000 + n as u64).unwrap(),
        })
        .collect()
}

#[tokio::test]
async fn everything_arrives_and_works_there() {
    let ground = Ground::new().await;
    let file = filled(ground.folder.path()).await;
    let bytes = std::fs::read(&file).unwrap();
    let tables = moved(&file, &ground).await.unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), bytes, "the file is as it was");
    let rows = |name: &str| tables.iter().find(|table| table.table == name).unwrap().rows;
    assert_eq!((rows("tenants"), rows("accounts"), rows("connections"), rows("executions"), rows("users")), (2, 4, 2, 2, 1));
    assert_eq!(rows("fetched_ranges"), 2);
    assert!(tables.iter().any(|table| table.rows == 0) && tables.len() >= 19, "{tables:?}");

    let (old, new) = (open(StoreSettings::new(&file)).await, open(ground.settings()).await);
    assert_eq!(new.system().agency().await.unwrap().as_deref(), Some("Nørd & Søn"));
    for tenant in ["acme", "other"] {
        let (old, new) = (old.tenant(&ctx(tenant)), new.tenant(&ctx(tenant)));
        assert_eq!(old.accounts().await.unwrap().len(), new.accounts().await.unwrap().len());
        assert_eq!(new.account(&account_key("11")).await.unwrap().account.name.as_str(), "Ünïcode 🦊 'quoted' \\ \n end");
        assert_eq!(old.connections().await.unwrap(), new.connections().await.unwrap());
        assert_eq!(old.executions(None, 9).await.unwrap(), new.executions(None, 9).await.unwrap());
        assert_eq!(old.fetched(&account_key("11")).await.unwrap(), new.fetched(&account_key("11")).await.unwrap());
        assert_eq!(old.series(&account_key("11"), "pixel").await.unwrap(), new.series(&account_key("11"), "pixel").await.unwrap());
        let connection = new.connections().await.unwrap().remove(0).id;
        assert_eq!(new.secret(&connection).await.unwrap().expose_secret(), "EAAB-kept");
    }
    assert_eq!(new.system().tenant(ctx("acme").tenant()).await.unwrap().industry.as_deref(), Some("coffee"));
    let (log, moved_log) = (old.system().verify_audit(None).await.unwrap(), new.system().verify_audit(None).await.unwrap());
    assert_eq!((&moved_log.fault, &log.fault), (&None, &None));
    assert!(rows("audit") >= 8 && moved_log.rows >= rows("audit"), "{moved_log:?}");
    new.system().sign_in("ada@example.org", "a password of ada's".into(), None, &Origin::NONE).await.unwrap();
    assert_eq!(new.system().check().await.unwrap(), None);
    let longer = new.system().verify_audit(moved_log.head).await.unwrap();
    assert!(longer.fault.is_none() && longer.rows > moved_log.rows, "the chain goes on where it was: {longer:?}");

    let again = moved(&file, &ground).await.unwrap_err();
    assert_eq!(again.kind(), ErrorKind::Conflict);
    assert!(again.to_string().contains("is not empty") && again.to_string().contains("nothing was moved"), "{again}");
}

#[tokio::test]
async fn what_cannot_be_moved_leaves_both_as_they_were() {
    let ground = Ground::new().await;
    let folder = ground.folder.path();
    let missing = moved(&folder.join("none.db"), &ground).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
    assert!(!folder.join("none.db").exists());

    let file = filled(folder).await;
    let store = open(StoreSettings::new(&file)).await;
    store.tenant(&ctx("acme")).create_execution(new_execution()).await.unwrap();
    let alive = moved(&file, &ground).await.unwrap_err();
    assert!(alive.kind() == ErrorKind::Conflict && alive.to_string().contains("stop `trimtab serve`"), "{alive}");
    assert!(!Store::exists(&ground.settings()).await.unwrap());

    let later = at("2027-01-01T00:00:00Z");
    let schema = Schema::open(&StoreSettings::new(&file)).await.unwrap();
    schema.down("40").await.unwrap();
    let old = transfer(&file, &url(&ground), later).await.unwrap_err();
    assert!(old.kind() == ErrorKind::Invalid && old.to_string().contains("trimtab migrate"), "{old}");
    assert!(!Store::exists(&ground.settings()).await.unwrap());
    schema.up().await.unwrap();
    transfer(&file, &url(&ground), later).await.unwrap();
}

/// The process that gets killed: this test binary again, running only this function. Without its variables it has nothing to do.
#[test]
fn the_move_that_is_killed() {
    let (Some(file), Ok(url)) = (std::env::var_os(FILE), std::env::var(URL)) else { return };
    let url = url.parse().unwrap();
    let work = transfer(Path::new(&file), &url, at(START));
    drop(tokio::runtime::Runtime::new().unwrap().block_on(work));
    std::process::exit(9);
}

#[tokio::test]
async fn a_move_that_is_killed_leaves_the_target_empty() {
    let ground = Ground::new().await;
    let file = filled(ground.folder.path()).await;
    let store = open(StoreSettings::new(&file)).await;
    store.system().put_rates(&rates(60_000)).await.unwrap();
    store.close().await;
    let address = format!("{}&application_name=killed", ground.schema.as_ref().unwrap().url());
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "transfer::the_move_that_is_killed", "--nocapture", "--test-threads=1"])
        .env(FILE, &file)
        .env(URL, address)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Raises once the move is in the middle of its rates.
    let middle = "DO $$ BEGIN IF EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'killed' AND query LIKE 'INSERT INTO \"rates\"%')
                  THEN RAISE EXCEPTION 'now'; END IF; END $$";
    let deadline = Instant::now() + Duration::from_secs(60);
    while ground.schema.as_ref().unwrap().run(middle).await.is_ok() {
        assert!(Instant::now() < deadline && child.try_wait().unwrap().is_none(), "the moment to kill never came");
    }
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().code(), None, "it was killed");

    assert!(!Store::exists(&ground.settings()).await.unwrap());
    let tables = moved(&file, &ground).await.unwrap();
    assert_eq!(tables.iter().find(|table| table.table == "rates").unwrap().rows, 60_000);
}
