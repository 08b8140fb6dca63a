//! Two handles on one database, as two processes have, and many tasks on each.

use crate::world::{
    Ground, START, TTL, World, account, account_key, at, ctx, days, key, new_connection, new_execution, new_tenant,
};
use std::{collections::BTreeSet, sync::Arc};
use trimtab_domain::clock::testing::{CountingIds, ManualClock};
use trimtab_store::{AccountFacts, Admin, Ended, Extent, Figures, HealthState, IfInitialised, NewImport, Progress, Seen, Store};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_database_may_be_opened_by_many_at_once() {
    let ground = Ground::new().await;
    let opens: Vec<_> = (0..6)
        .map(|_| {
            let settings = ground.settings();
            tokio::spawn(Store::open(settings, key(), Arc::new(ManualClock::at(START)), Arc::new(CountingIds::default())))
        })
        .collect();
    for open in opens {
        let store = open.await.unwrap().unwrap();
        assert_eq!(store.system().check().await.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn only_one_of_many_claims_an_account() {
    let world = World::new().await;
    world.acme().put_account(&account("11")).await.unwrap();
    let second = world.second_handle().await;
    for _ in 0..5 {
        let claims: Vec<_> = (0..16)
            .map(|n| {
                let tenant = if n % 2 == 0 { &world.store } else { &second }.tenant(&ctx("acme"));
                tokio::spawn(async move { tenant.claim(&account_key("11"), &format!("task {n}"), TTL).await })
            })
            .collect();
        let mut leases = Vec::new();
        for claim in claims {
            leases.extend(claim.await.unwrap().unwrap());
        }
        assert_eq!(leases.len(), 1, "{leases:?}");
        world.acme().release(leases.remove(0)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_of_two_handles_lose_nothing() {
    let world = World::new().await;
    let second = world.second_handle().await;
    let work: Vec<_> = (0..12)
        .map(|n| {
            let store = if n % 2 == 0 { world.store.clone() } else { second.clone() };
            tokio::spawn(async move {
                let tenant = store.tenant(&ctx("acme"));
                let id = format!("{n}");
                let connection = tenant.connect(new_connection(&id, "EAAB")).await.unwrap().connection;
                tenant.secret(&connection.id).await.unwrap();
                let execution = tenant.create_execution(new_execution()).await.unwrap().id;
                tenant.start_execution(&execution, TTL).await.unwrap();
                let lease = tenant.claim(&account_key(&id), "task", TTL).await.unwrap().unwrap();
                let week = days("2026-03-01..2026-03-07");
                let run = tenant.begin_run(&execution, &account_key(&id), week).await.unwrap();
                for (step, day) in week.days().enumerate() {
                    tenant.mark_fetched(&lease, trimtab_domain::DayRange::single(day), at(START)).await.unwrap();
                    let progress = Progress { done: step as u64 + 1, total: 7, rows: 0 };
                    tenant.report_progress(&execution, progress, TTL).await.unwrap();
                }
                tenant.finish_run(&run.id, 7, 7, None).await.unwrap();
                tenant.finish_execution(&execution, Ended::Succeeded).await.unwrap();
                tenant.release(lease).await.unwrap();
                assert_eq!(tenant.fetched(&account_key(&id)).await.unwrap().len(), 1);
                execution
            })
        })
        .collect();
    let mut made = BTreeSet::new();
    for task in work {
        made.insert(task.await.unwrap());
    }
    let listed: BTreeSet<_> =
        world.acme().executions(None, 100).await.unwrap().items.into_iter().map(|execution| execution.id).collect();
    assert_eq!(listed, made);
    assert_eq!(world.acme().connections().await.unwrap().len(), 12);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_tenant_is_made_however_many_try() {
    let world = World::empty().await;
    let second = world.second_handle().await;
    let tries: Vec<_> = (0..8)
        .map(|n| {
            let store = if n % 2 == 0 { world.store.clone() } else { second.clone() };
            tokio::spawn(async move { store.system().add_tenant(new_tenant("acme")).await })
        })
        .collect();
    let mut made = 0;
    for attempt in tries {
        match attempt.await.unwrap() {
            Ok(_) => made += 1,
            Err(error) => assert_eq!(error.kind(), trimtab_domain::ErrorKind::Conflict, "{error}"),
        }
    }
    assert_eq!(made, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_abandoned_write_blocks_nobody() {
    let world = World::new().await;
    for _ in 0..20 {
        let tenant = world.acme();
        let writing = tokio::spawn(async move {
            loop {
                tenant.put_account(&account("11")).await.unwrap();
            }
        });
        // Dropped wherever it happens to be: waiting, writing, committing.
        world.other().put_account(&account("11")).await.unwrap();
        writing.abort();
        assert!(writing.await.unwrap_err().is_cancelled());
        world.other().put_account(&account("12")).await.unwrap();
    }
    assert_eq!(world.store.system().check().await.unwrap(), None);
}

/// Compiles only while every operation can be spawned.
#[tokio::test]
async fn every_operation_can_be_spawned() {
    fn sendable(_: impl Send) {}
    let world = World::new().await;
    let (system, acme) = (world.store.system(), world.acme());
    let connection = acme.connect(new_connection("11", "EAAB")).await.unwrap().connection.id;
    let execution = acme.create_execution(new_execution()).await.unwrap().id;
    acme.start_execution(&execution, TTL).await.unwrap();
    let week = days("2026-03-01..2026-03-07");
    let run = acme.begin_run(&execution, &account_key("11"), week).await.unwrap().id;
    let (key, token) = (account_key("11"), "token".into());
    let lease = acme.claim(&key, "test", TTL).await.unwrap().unwrap();
    let facts = AccountFacts { data_as_of: at(START), settled_through: None, extent: Some(Extent { days: week, rows: 1 }) };
    let import = NewImport {
        account: key.clone(),
        name: String::new(),
        hash: String::new(),
        format: String::new(),
        rows_read: 0,
        rows_imported: 0,
        rows_skipped: 0,
        figures: Figures::Dated,
        days: week,
        totals: serde_json::Value::Null,
    };
    let admin = Admin { email: String::new(), password: "".into(), agency: None };
    sendable(system.add_tenant(new_tenant("x")));
    sendable(system.tenants(None, None, 1));
    sendable(system.tenant(acme.ctx().tenant()));
    sendable(system.agency());
    sendable(system.set_agency("x"));
    sendable(system.check());
    sendable(system.recover());
    sendable(system.is_initialised());
    sendable(system.create_admin(admin, IfInitialised::Refuse));
    sendable(system.set_password("x", "x".into()));
    let client = trimtab_domain::Origin::NONE;
    sendable(system.sign_in("x", "x".into(), None, &client));
    sendable(system.principal(&token));
    sendable(system.refresh(&token, &client));
    sendable(acme.put_account(&account("11")));
    sendable(acme.accounts());
    sendable(acme.account(&key));
    sendable(acme.coverage());
    sendable(acme.set_facts(&lease, facts));
    sendable(acme.claim(&key, "x", TTL));
    sendable(acme.renew(&lease, TTL));
    sendable(acme.release(lease.clone()));
    sendable(acme.mark_fetched(&lease, week, at(START)));
    sendable(acme.fetched(&key));
    sendable(acme.forget_fetched(&lease));
    sendable(acme.connect(new_connection("11", "x")));
    sendable(acme.connections());
    sendable(acme.connection(&connection));
    sendable(acme.secret(&connection));
    sendable(acme.set_health(&connection, Seen::only(HealthState::Ok)));
    sendable(acme.set_terms(&connection, &new_connection("11", "x").terms));
    sendable(acme.remove_connection(&connection));
    sendable(acme.create_execution(new_execution()));
    sendable(acme.start_execution(&execution, TTL));
    sendable(acme.report_progress(&execution, Progress::default(), TTL));
    sendable(acme.finish_execution(&execution, Ended::Succeeded));
    sendable(acme.cancel_execution(&execution));
    sendable(acme.executions(None, 1));
    sendable(acme.execution(&execution));
    sendable(acme.begin_run(&execution, &key, week));
    sendable(acme.update_run(&run, 1, 1));
    sendable(acme.finish_run(&run, 1, 1, None));
    sendable(acme.runs_of(&key, 1));
    sendable(acme.record_import(import));
    sendable(acme.import_with_hash("x"));
    sendable(acme.imports_of(&key));
    sendable(acme.imports(None, 1));
}

/// Each write appends to the one log, and nobody pauses. What it says with `--nocapture` is how many a second that were.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_writers_without_a_pause_all_get_through() {
    const EACH: u32 = 25;
    let world = World::new().await;
    let second = world.second_handle().await;
    let begun = std::time::Instant::now();
    let writers: Vec<_> = (0..8)
        .map(|n| {
            let tenant = if n % 2 == 0 { &world.store } else { &second }.tenant(&ctx("acme"));
            tokio::spawn(async move {
                let mut failed = 0_u32;
                for round in 0..EACH {
                    let act = trimtab_store::Act::done(trimtab_store::Action::ViewExport, format!("view:{n}-{round}"));
                    failed += u32::from(tenant.record(act).await.is_err());
                }
                failed
            })
        })
        .collect();
    let mut failed = 0;
    for writer in writers {
        failed += writer.await.unwrap();
    }
    println!("{} writes, {:.0} a second", 8 * EACH, f64::from(8 * EACH) / begun.elapsed().as_secs_f64());
    assert_eq!((failed, world.store.system().verify_audit(None).await.unwrap().fault), (0, None));
}
