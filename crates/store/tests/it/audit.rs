//! The audit log: what is appended by what is done, and that nothing done to the log goes unnoticed.

use crate::{
    sign_in::{RIGHT as PASSWORD, tokens},
    world::{START, TTL, World, account, at, ctx, new_connection, new_execution, new_tenant},
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use serde_json::json;
use std::time::Duration;
use trimtab_domain::{Actor, Caller, ErrorKind, Origin, Role, TenantCtx, finding::Level, id::TenantId};
use trimtab_store::{Act, Action, Admin, AuditFilter, AuditRow, Head, IfInitialised, NewBudget, Outcome};

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
const GUARDS: [&str; 5] =
    ["audit_unchanged", "audit_unremoved", "audit_unreplaced", "audit_checkpoints_unchanged", "audit_checkpoints_unremoved"];

async fn raw(world: &World) -> DatabaseConnection {
    Database::connect(format!("sqlite://{}", world.path().display())).await.unwrap()
}

/// What somebody can do who may write to the database.
async fn without_guards(world: &World) -> DatabaseConnection {
    let raw = raw(world).await;
    for guard in GUARDS {
        raw.execute_unprepared(&format!("DROP TRIGGER {guard}")).await.unwrap();
    }
    raw
}

async fn all(world: &World) -> Vec<AuditRow> {
    world.store.system().audit_after(&AuditFilter::default(), 0).await.unwrap()
}

async fn fault(world: &World) -> Option<u64> {
    world.store.system().verify_audit(None).await.unwrap().fault.map(|fault| fault.seq)
}

fn from_browser() -> TenantCtx {
    let origin = Origin::of_request(Some([192, 0, 2, 7].into()), Some("curl/8"), Some("req-1"));
    ctx("acme").from_request(origin)
}

/// A log of many kinds of rows, with every column filled somewhere.
async fn filled() -> World {
    let world = World::new().await;
    let system = world.store.system();
    let admin = Admin { email: "ada@example.org".to_owned(), password: PASSWORD.into(), agency: Some("North".to_owned()) };
    system.create_admin(admin, IfInitialised::Refuse).await.unwrap();
    let session = tokens(&world, "ada@example.org", PASSWORD).await.unwrap();
    assert!(tokens(&world, "ada@example.org", "a wrong password").await.is_err());
    let ada = Caller { actor: Actor::User(session.user.clone()), origin: from_browser().origin().clone() };
    let user = TenantCtx::proven(TenantId::parse("acme").unwrap(), ada.actor.clone(), Role::AgencyAdmin);
    let acme = world.store.tenant(&user.from_request(from_browser().origin().clone()));
    let id = acme.connect(new_connection("11", "EAAB-secret")).await.unwrap().connection.id;
    acme.secret(&id).await.unwrap();
    acme.connect(new_connection("11", "EAAB-newer")).await.unwrap();
    acme.create_execution(new_execution()).await.unwrap();
    acme.remove_connection(&id).await.unwrap();
    system.by(&ada).end_session(&session.user, &session.session).await.unwrap();
    world
}

#[tokio::test]
async fn what_is_done_is_told_and_no_secret_is() {
    let world = filled().await;
    let rows = all(&world).await;
    let told: Vec<_> = rows.iter().map(|row| (row.action.as_str(), row.outcome.as_str(), row.actor.as_str())).collect();
    let ada = rows.iter().find(|row| row.action == "session:close").unwrap().actor.as_str();
    assert!(ada.starts_with("usr_"));
    assert_eq!(
        told,
        [
            ("audit:begin", "ok", "system"),
            ("tenant:create", "ok", "system"),
            ("tenant:create", "ok", "system"),
            ("setting:set", "ok", "system"),
            ("user:create", "ok", "system"),
            ("role:grant", "ok", "system"),
            ("session:open", "ok", ada),
            ("session:open", "refused", "anonymous"),
            ("connection:connect", "ok", ada),
            ("secret:read", "ok", ada),
            ("connection:connect", "ok", ada),
            ("execution:start", "ok", ada),
            ("connection:remove", "ok", ada),
            ("session:close", "ok", ada),
        ]
    );
    let connected = &rows[10];
    assert_eq!((connected.tenant.as_deref(), connected.actor_name.as_deref()), (Some("acme"), Some("ada@example.org")));
    assert_eq!((connected.ip.as_deref(), connected.agent.as_deref()), (Some("192.0.2.7"), Some("curl/8")));
    assert_eq!((connected.request_id.as_deref(), connected.at), (Some("req-1"), at(START)));
    assert!(connected.before.is_some() && connected.after.is_some() && rows[8].before.is_none());
    assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), (1..=14).collect::<Vec<u64>>());
    let text = format!("{rows:?}");
    assert!(!text.contains("EAAB") && !text.contains("password\""), "{text}");

    let sound = world.store.system().verify_audit(None).await.unwrap();
    assert_eq!((sound.rows, sound.first, sound.fault), (14, Some(1), None));
    assert_eq!(sound.head.map(|head| head.hash), rows.last().map(|row| row.hash.clone()));
}

#[tokio::test]
async fn what_fails_leaves_no_row_and_what_is_refused_leaves_one() {
    let world = World::new().await;
    let before = all(&world).await.len();
    let system = world.store.system();
    assert!(system.add_tenant(new_tenant("acme")).await.is_err());
    assert!(
        world
            .acme()
            .remove_connection(&trimtab_domain::id::ConnectionId::parse("con_00000000000000000000000001").unwrap())
            .await
            .is_err()
    );
    assert_eq!(all(&world).await.len(), before, "a change that was rolled back was not done");

    let caller = Caller::operator("trimtab test");
    system
        .by(&caller)
        .record(Act::refused(Action::TenantEnter, "tenant:nowhere").with(json!({ "needs": "view_data" })))
        .await
        .unwrap();
    let row = all(&world).await.pop().unwrap();
    assert_eq!((row.actor.as_str(), row.outcome.as_str(), row.agent.as_deref()), ("operator", "refused", Some("trimtab test")));
    assert_eq!(row.after, Some(json!({ "needs": "view_data" })));
}

#[tokio::test]
async fn a_secret_that_does_not_open_is_a_read_that_failed() {
    let world = World::new().await;
    let id = world.acme().connect(new_connection("11", "EAAB")).await.unwrap().connection.id;
    raw(&world).await.execute_unprepared("UPDATE connections SET sealed_secret = x'0200000001ff'").await.unwrap();
    assert!(world.acme().secret(&id).await.is_err());
    let row = all(&world).await.pop().unwrap();
    assert_eq!((row.action.as_str(), row.outcome.as_str()), ("secret:read", "failed"));
}

#[tokio::test]
async fn lists_are_filtered_and_tenants_see_their_own() {
    let world = filled().await;
    world.other().put_budget(None, budget()).await.unwrap();
    let system = world.store.system();
    let list = async |filter: AuditFilter| system.audit_rows(&filter, None, 100).await.unwrap().items;
    assert_eq!(list(AuditFilter { action: Some("connection".to_owned()), ..AuditFilter::default() }).await.len(), 3);
    assert_eq!(list(AuditFilter { action: Some("secret:read".to_owned()), ..AuditFilter::default() }).await.len(), 1);
    assert_eq!(list(AuditFilter { outcome: Some(Outcome::Refused), ..AuditFilter::default() }).await.len(), 1);
    assert_eq!(list(AuditFilter { actor: Some("ada@example.org".to_owned()), ..AuditFilter::default() }).await.len(), 7);
    assert_eq!(list(AuditFilter { tenant: Some("other".to_owned()), ..AuditFilter::default() }).await.len(), 2);
    assert_eq!(list(AuditFilter { from: Some(at("2026-03-10T08:00:01Z")), ..AuditFilter::default() }).await.len(), 0);
    assert_eq!(list(AuditFilter { to: Some(at("2026-03-10T08:00:01Z")), ..AuditFilter::default() }).await.len(), 14);
    let unknown = AuditFilter { action: Some("connection:eat".to_owned()), ..AuditFilter::default() };
    assert_eq!(system.audit_rows(&unknown, None, 10).await.unwrap_err().kind(), ErrorKind::Invalid);

    let acme = world.acme().audit_rows(&AuditFilter::default(), None, 100).await.unwrap().items;
    assert!(acme.len() == 6 && acme.iter().all(|row| row.tenant.as_deref() == Some("acme")), "{acme:?}");
    let theirs = AuditFilter { tenant: Some("acme".to_owned()), ..AuditFilter::default() };
    assert_eq!(world.other().audit_rows(&theirs, None, 100).await.unwrap().items, [], "a filter opens no door");

    let mut paged = Vec::new();
    let mut after = None;
    loop {
        let page = system.audit_rows(&AuditFilter::default(), after.as_ref(), 4).await.unwrap();
        paged.extend(page.items.into_iter().map(|row| row.seq));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(paged, (1..=14).rev().collect::<Vec<u64>>());
}

fn budget() -> NewBudget {
    NewBudget {
        name: "March".to_owned(),
        level: Level::Tenant,
        source: None,
        account: String::new(),
        entity: String::new(),
        amount: trimtab_domain::Money::new(1_000_000, crate::world::eur()),
        days: None,
        roll_over: false,
    }
}

#[tokio::test]
async fn the_database_refuses_to_change_the_log() {
    let world = filled().await;
    let raw = raw(&world).await;
    for (slip, why) in [
        ("UPDATE audit SET actor = 'somebody' WHERE seq = 3", "never changed"),
        ("DELETE FROM audit WHERE seq = 1", "by retention only"),
        ("DELETE FROM audit", "by retention only"),
        ("INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 3", "never replaced"),
    ] {
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
                    let read = format!("SELECT CAST({column} AS TEXT) FROM audit WHERE seq = {seq}");
                    let row = raw.query_one_raw(Statement::from_string(DbBackend::Sqlite, read)).await.unwrap().unwrap();
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

/// Whoever puts back an older database, seals included, is only found out by what was kept elsewhere.
#[tokio::test]
async fn an_older_log_put_back_is_noticed_by_a_head_kept_elsewhere() {
    let world = filled().await;
    let raw = without_guards(&world).await;
    let kept =
        raw.query_one_raw(Statement::from_string(DbBackend::Sqlite, "SELECT value FROM settings WHERE key = 'audit_head'")).await;
    let kept: String = kept.unwrap().unwrap().try_get_by_index(0).unwrap();
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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_of_two_processes_make_one_chain_and_a_walk_meanwhile_finds_nothing() {
    let world = World::new().await;
    let second = world.second_handle().await;
    let before = all(&world).await.len() as u64;
    let writers: Vec<_> = (0..40)
        .map(|n| {
            let store = if n % 2 == 0 { world.store.clone() } else { second.clone() };
            tokio::spawn(async move { store.tenant(&ctx("acme")).record(Act::done(Action::ViewExport, format!("view:{n}"))).await })
        })
        .collect();
    let walker = world.store.clone();
    let walks = tokio::spawn(async move {
        for _ in 0..20 {
            assert_eq!(walker.system().verify_audit(None).await.unwrap().fault, None);
        }
    });
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    walks.await.unwrap();
    let sound = second.system().verify_audit(None).await.unwrap();
    assert_eq!((sound.rows, sound.fault), (before + 40, None));
}

#[tokio::test]
async fn a_long_value_is_told_by_its_digest() {
    let world = World::new().await;
    world.acme().record(Act::done(Action::ViewExport, "view:x").with(json!("x".repeat(100_000)))).await.unwrap();
    let after = all(&world).await.pop().unwrap().after.unwrap();
    assert_eq!((after["bytes"].clone(), after["blake3"].as_str().map(str::len)), (json!(100_002), Some(64)));
}
