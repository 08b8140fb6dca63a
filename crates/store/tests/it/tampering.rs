//! Whoever can write to the database and changes the audit log, or a secret, is noticed.

use crate::{
    ON_SERVER,
    audit::{all, budget, filled, from_browser},
    world::{START, TTL, World, account, at, ctx, new_connection, new_tenant},
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, QueryResult, Statement};
use serde_json::json;
use std::time::Duration;
use trimtab_domain::ErrorKind;
use trimtab_store::{AuditFilter, Error, Head};

const COLUMNS: [&str; 15] = [
    "seq",
    "at",
    "actor",
    "actor_name",
    "tenant",
    "action",
    "resource",
    "ip",
    "agent",
    "outcome",
    "before",
    "after",
    "request_id",
    "prev_hash",
    "hash",
];
/// The triggers against slips, and the tables they are on.
const GUARDS: [(&str, &str); 5] = [
    ("audit_unchanged", "audit"),
    ("audit_unremoved", "audit"),
    ("audit_unreplaced", "audit"),
    ("audit_checkpoints_unchanged", "audit_checkpoints"),
    ("audit_checkpoints_unremoved", "audit_checkpoints"),
];
/// Those that only a server has.
const SERVER_GUARDS: [(&str, &str); 2] = [("audit_untruncated", "audit"), ("audit_checkpoints_untruncated", "audit_checkpoints")];
/// The bits that are changed of a byte, in turn. A server keeps no text that is none.
const BITS: [u8; 3] = if ON_SERVER { [0x01, 0x02, 0x04] } else { [0x01, 0x80, 0x20] };

/// The number of the first row that is not as it was.
async fn fault(world: &World) -> Option<u64> {
    world.store.system().verify_audit(None).await.unwrap().fault.map(|fault| fault.seq)
}

/// The database itself, past every door.
pub(crate) async fn raw(world: &World) -> DatabaseConnection {
    let url = match &world.ground.schema {
        None => format!("sqlite://{}", world.path().display()),
        Some(schema) => format!("{}%20-c%20trimtab.tenant%3D*", schema.url()),
    };
    Database::connect(url).await.unwrap()
}

/// What somebody can do who may write to the database.
async fn without_guards(world: &World) -> DatabaseConnection {
    let raw = raw(world).await;
    for (guard, table) in GUARDS.iter().chain(if ON_SERVER { &SERVER_GUARDS[..] } else { &[] }) {
        let of = if ON_SERVER { format!(" ON {table}") } else { String::new() };
        raw.execute_unprepared(&format!("DROP TRIGGER {guard}{of}")).await.unwrap();
    }
    raw
}

/// The only row of an answer.
async fn one(raw: &DatabaseConnection, sql: String) -> QueryResult {
    raw.query_one_raw(Statement::from_string(raw.get_database_backend(), sql)).await.unwrap().unwrap()
}

/// Bytes as they stand in a statement.
fn bytes(hex: &str) -> String {
    if ON_SERVER { format!("'\\x{hex}'::bytea") } else { format!("x'{hex}'") }
}

#[tokio::test]
async fn a_secret_that_does_not_open_is_a_read_that_failed() {
    let world = World::new().await;
    let id = world.acme().connect(new_connection("11", "EAAB")).await.unwrap().connection.id;
    let damage = format!("UPDATE connections SET sealed_secret = {}", bytes("0200000001ff"));
    assert_eq!(raw(&world).await.execute_unprepared(&damage).await.unwrap().rows_affected(), 1);
    assert!(world.acme().secret(&id).await.is_err());
    let row = all(&world).await.pop().unwrap();
    assert_eq!((row.action.as_str(), row.outcome.as_str()), ("secret:read", "failed"));
}

#[tokio::test]
async fn the_database_refuses_to_change_the_log() {
    let world = filled().await;
    let raw = raw(&world).await;
    let of_one: &[(&str, &str)] = if ON_SERVER {
        &[
            ("INSERT INTO audit SELECT * FROM audit WHERE seq = 3", "never replaced"),
            ("TRUNCATE audit", "removed by retention only"),
            ("TRUNCATE audit, settings", "removed by retention only"),
            ("TRUNCATE audit_checkpoints", "never removed"),
        ]
    } else {
        &[("INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 3", "never replaced")]
    };
    for (slip, why) in [
        ("UPDATE audit SET actor = 'somebody' WHERE seq = 3", "never changed"),
        ("DELETE FROM audit WHERE seq = 1", "by retention only"),
        ("DELETE FROM audit", "by retention only"),
    ]
    .iter()
    .chain(of_one)
    {
        let error = raw.execute_unprepared(slip).await.unwrap_err().to_string();
        assert!(error.contains(why), "{slip}: {error}");
    }
    assert_eq!(fault(&world).await, None);
}

/// One changed byte in any column of any row is found, at its row.
#[tokio::test(flavor = "multi_thread")]
async fn any_changed_byte_anywhere_is_noticed() {
    let world = filled().await;
    let raw = without_guards(&world).await;
    let rows = all(&world).await.len() as u64;
    let runtime = tokio::runtime::Handle::current();
    let change = (1..=rows, 0..COLUMNS.len(), any::<prop::sample::Index>(), 0_u8..7);
    let changed = std::sync::atomic::AtomicUsize::new(0);
    tokio::task::block_in_place(|| {
        TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() }).run(
            &change,
            |(seq, column, place, bit)| {
                runtime.block_on(async {
                    let column = COLUMNS[column];
                    let row = one(&raw, format!("SELECT CAST({column} AS TEXT) FROM audit WHERE seq = {seq}")).await;
                    let was: Option<String> = row.try_get_by_index(0).unwrap();
                    let now = match &was {
                        // What was not there is there now; what is empty grows.
                        None => "x".to_owned(),
                        Some(text) if text.is_empty() => "x".to_owned(),
                        Some(text) => {
                            let mut bytes = text.clone().into_bytes();
                            let at = place.index(bytes.len());
                            bytes[at] ^= 1 << bit;
                            String::from_utf8_lossy(&bytes).into_owned()
                        }
                    };
                    let numeric = matches!(column, "seq" | "at");
                    // A number that is changed into no number, or into a row that is there, cannot be stored.
                    let storable = if numeric { now.trim().parse::<i64>().ok().map(|n| n.to_string()) } else { Some(now) };
                    let Some(now) = storable else { return };
                    if was.as_ref() == Some(&now) {
                        return;
                    }
                    let quoted = |text: &str| {
                        if numeric { text.to_owned() } else { format!("'{}'", text.replace('\'', "''").replace('\0', "")) }
                    };
                    if raw
                        .execute_unprepared(&format!("UPDATE audit SET {column} = {} WHERE seq = {seq}", quoted(&now)))
                        .await
                        .is_err()
                    {
                        return;
                    }
                    changed.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let found = fault(&world).await;
                    let seq_now = if column == "seq" { now.clone() } else { seq.to_string() };
                    let back = was.as_deref().map_or("NULL".to_owned(), quoted);
                    raw.execute_unprepared(&format!("UPDATE audit SET {column} = {back} WHERE seq = {seq_now}")).await.unwrap();
                    if column == "seq" {
                        assert!(found.is_some(), "row {seq} became {now}");
                    } else {
                        assert_eq!(found, Some(seq), "{column} of row {seq} became {now}");
                    }
                });
                Ok(())
            },
        )
    })
    .unwrap();
    assert!(changed.into_inner() > 200, "the test itself works");
    assert_eq!(fault(&world).await, None, "what was put back is as it was");
}

#[tokio::test]
async fn rows_that_are_missing_or_swapped_are_noticed() {
    for (attack, expected) in [
        ("DELETE FROM audit WHERE seq = 5", 5),
        ("DELETE FROM audit WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq = 14", 14),
        ("DELETE FROM audit WHERE seq > 9", 10),
        ("DELETE FROM audit", 1),
        (
            "UPDATE audit SET seq = CASE seq WHEN -4 THEN 7 WHEN 7 THEN -7 ELSE seq END; UPDATE audit SET seq = 99 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = -7; UPDATE audit SET seq = 7 WHERE seq = 99",
            4,
        ),
        ("DELETE FROM settings WHERE key = 'audit_head'", 14),
        ("DELETE FROM audit WHERE seq > 9; DELETE FROM settings WHERE key = 'audit_head'", 9),
        ("UPDATE settings SET value = replace(value, '14 ', '13 ') WHERE key = 'audit_head'", 14),
        (
            "INSERT INTO audit_checkpoints VALUES (5, (SELECT hash FROM audit WHERE seq = 5), 5, 0, 'forged'); DELETE FROM audit WHERE seq <= 5",
            5,
        ),
    ] {
        let world = filled().await;
        without_guards(&world).await.execute_unprepared(attack).await.unwrap();
        assert_eq!(fault(&world).await, Some(expected), "{attack}");
    }
}

#[tokio::test]
async fn a_tail_cut_off_stays_to_be_seen_whatever_is_appended_after() {
    let world = filled().await;
    let raw = without_guards(&world).await;
    raw.execute_unprepared("DELETE FROM audit WHERE seq > 9").await.unwrap();
    world.store.system().set_agency("South").await.unwrap();
    assert_eq!(fault(&world).await, Some(10), "the next row says how many there were");

    // The head is gone as well: the next row says so, and sealing it anew hides nothing.
    let world = filled().await;
    let raw = without_guards(&world).await;
    raw.execute_unprepared("DELETE FROM audit WHERE seq > 9; DELETE FROM settings WHERE key = 'audit_head'").await.unwrap();
    for name in ["South", "East", "West"] {
        world.store.system().set_agency(name).await.unwrap();
    }
    let verification = world.store.system().verify_audit(None).await.unwrap();
    let fault = verification.fault.unwrap();
    assert_eq!((fault.seq, verification.rows), (10, 9));
    assert!(fault.why.contains("the seal of the head did not fit"), "{}", fault.why);
}

/// Behind a tenant's door only its own rows are seen: what is appended there where the head is lost is numbered after all of them still.
#[tokio::test]
async fn a_lost_head_keeps_no_tenant_from_going_on() {
    let world = filled().await;
    let raw = without_guards(&world).await;
    raw.execute_unprepared("DELETE FROM settings WHERE key = 'audit_head'").await.unwrap();
    world.other().put_budget(None, budget()).await.unwrap();
    let told = all(&world).await.pop().unwrap();
    assert_eq!((told.seq, told.action.as_str(), told.tenant.as_deref()), (15, "budget:put", Some("other")));
    assert_eq!(fault(&world).await, Some(15), "the break stays to be seen");
    world.acme().put_budget(None, budget()).await.unwrap();
    assert_eq!(world.other().audit_rows(&AuditFilter::default(), None, 10).await.unwrap().items.len(), 2, "the wall stands again");
}

/// Whoever puts back an older database, seals included, is only found out by what was kept elsewhere.
#[tokio::test]
async fn an_older_log_put_back_is_noticed_by_a_head_kept_elsewhere() {
    let world = filled().await;
    let raw = without_guards(&world).await;
    let kept = one(&raw, "SELECT value FROM settings WHERE key = 'audit_head'".to_owned()).await;
    let kept: String = kept.try_get_by_index(0).unwrap();
    let system = world.store.system();
    system.set_agency("South").await.unwrap();
    let known = system.verify_audit(None).await.unwrap().head.unwrap();
    system.set_agency("East").await.unwrap();
    assert_eq!(system.verify_audit(Some(known.clone())).await.unwrap().fault, None);

    raw.execute_unprepared(&format!(
        "DELETE FROM audit WHERE seq > 14; UPDATE settings SET value = '{kept}' WHERE key = 'audit_head'"
    ))
    .await
    .unwrap();
    assert_eq!(system.verify_audit(None).await.unwrap().fault, None, "the log itself cannot tell");
    let fault = system.verify_audit(Some(known.clone())).await.unwrap().fault.unwrap();
    assert_eq!(fault.seq, 15);
    system.set_agency("West").await.unwrap();
    let fault = system.verify_audit(Some(known)).await.unwrap().fault.unwrap();
    assert!(fault.seq == 15 && fault.why.contains("written anew"), "{fault:?}");
    let other = Head { seq: 3, hash: "0".repeat(64) };
    assert_eq!(system.verify_audit(Some(other)).await.unwrap().fault.unwrap().seq, 3);
}

#[tokio::test]
async fn the_oldest_rows_are_cut_off_and_the_rest_still_verifies() {
    let world = filled().await;
    let system = world.store.system();
    world.pass(Duration::from_secs(3600));
    let noon = at("2026-03-10T09:00:00Z");
    world.acme().put_account(&account("12")).await.unwrap();
    system.set_agency("South").await.unwrap();
    assert_eq!(system.cut_audit(at(START)).await.unwrap(), 0, "nothing is that old");
    assert_eq!(system.cut_audit(noon).await.unwrap(), 14);
    let sound = system.verify_audit(None).await.unwrap();
    assert_eq!((sound.first, sound.rows, sound.cut_through, sound.fault), (Some(15), 2, 14, None));
    let told = all(&world).await.pop().unwrap();
    assert_eq!((told.action.as_str(), told.after.unwrap()["rows"].clone()), ("audit:cut", json!(14)));

    world.pass(TTL);
    system.set_agency("East").await.unwrap();
    assert_eq!(system.cut_audit(at("2030-01-01T00:00:00Z")).await.unwrap(), 2, "the newest row stays");
    assert_eq!(fault(&world).await, None);

    let raw = without_guards(&world).await;
    raw.execute_unprepared("UPDATE audit SET resource = 'setting:other' WHERE seq = 17").await.unwrap();
    world.pass(TTL);
    system.set_agency("West").await.unwrap();
    let error = system.cut_audit(at("2030-01-01T00:00:00Z")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Conflict && error.to_string().contains("broken at row 17"), "{error}");
}

/// Every byte of a small chain, one after the other; a number by each of its bits.
#[tokio::test]
async fn each_byte_of_a_small_chain_is_held() {
    let world = World::empty().await;
    let system = world.store.system();
    system.set_agency("North").await.unwrap();
    system.add_tenant(new_tenant("acme")).await.unwrap();
    let acme = world.store.tenant(&from_browser());
    acme.connect(new_connection("11", "EAAB-secret")).await.unwrap();
    acme.connect(new_connection("11", "EAAB-newer")).await.unwrap();
    let raw = without_guards(&world).await;
    let rows = all(&world).await.len() as u64;
    let set = async |change: &str, seq: i64| raw.execute_unprepared(&format!("UPDATE audit SET {change} WHERE seq = {seq}")).await;
    let mut changed = 0_usize;
    for (seq, column) in (1..=rows).flat_map(|seq| COLUMNS.map(|column| (seq, column))) {
        let seq = i64::try_from(seq).unwrap();
        let numeric = matches!(column, "seq" | "at");
        let read = match (numeric, ON_SERVER) {
            (true, _) => column.to_owned(),
            (false, false) => format!("CAST({column} AS BLOB)"),
            (false, true) => format!("convert_to({column}, 'UTF8')"),
        };
        let row = one(&raw, format!("SELECT {read} FROM audit WHERE seq = {seq}")).await;
        if numeric {
            let was: i64 = row.try_get_by_index(0).unwrap();
            for bit in 0..64 {
                let now = was ^ (1 << bit);
                // A number that is taken already cannot be stored.
                if set(&format!("{column} = {now}"), seq).await.is_err() {
                    continue;
                }
                changed += 1;
                let found = fault(&world).await;
                assert!(
                    found.is_some() && (column == "seq" || found == Some(seq.cast_unsigned())),
                    "{column} of row {seq}, bit {bit}: {found:?}"
                );
                set(&format!("{column} = {was}"), if column == "seq" { now } else { seq }).await.unwrap();
            }
            continue;
        }
        let was: Option<Vec<u8>> = row.try_get_by_index(0).unwrap();
        let Some(was) = was else { continue };
        let text = |text: &[u8]| {
            let text = bytes(&text.iter().map(|b| format!("{b:02x}")).collect::<String>());
            if ON_SERVER { format!("{column} = convert_from({text}, 'UTF8')") } else { format!("{column} = CAST({text} AS TEXT)") }
        };
        for at in 0..was.len() {
            let mut now = was.clone();
            now[at] ^= BITS[at % 3];
            set(&text(&now), seq).await.unwrap();
            changed += 1;
            assert_eq!(fault(&world).await, Some(seq.cast_unsigned()), "byte {at} of {column} of row {seq}");
        }
        set(&text(&was), seq).await.unwrap();
    }
    assert!(changed > 1_000, "the test itself works: {changed}");
    assert_eq!(fault(&world).await, None, "what was put back is as it was");
}

#[tokio::test]
async fn a_data_key_copied_to_another_tenant_does_not_open() {
    let world = World::new().await;
    let theirs = world.other().connect(new_connection("11", "EAAB-theirs")).await.unwrap().connection.id;
    world.acme().connect(new_connection("11", "EAAB-ours")).await.unwrap();
    let raw = raw(&world).await;
    let copy = "UPDATE data_keys SET wrapped = (SELECT wrapped FROM data_keys WHERE tenant = 'acme') WHERE tenant = 'other'";
    raw.execute_unprepared(copy).await.unwrap();
    let second = world.second_handle().await;
    let error = second.tenant(&ctx("other")).secret(&theirs).await.unwrap_err();
    assert!(matches!(error, Error::DataKeyGone { .. }), "{error}");
}
