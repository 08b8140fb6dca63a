//! The audit log: what is appended by what is done, and who sees it. What is done to the log itself stands in `tampering.rs`.

use crate::{
    ON_SERVER,
    sign_in::{RIGHT as PASSWORD, tokens},
    tampering::raw,
    world::{START, World, at, ctx, new_connection, new_execution, new_tenant},
};
use sea_orm::ConnectionTrait;
use secrecy::ExposeSecret;
use serde_json::json;
use trimtab_domain::{
    Actor, Caller, ErrorKind, Origin, Role, TenantCtx,
    access::Scope,
    finding::Level,
    id::{TenantId, UserId},
};
use trimtab_store::{
    Act, Action, Admin, AuditFilter, AuditRow, Error, IfInitialised, NewBudget, NewKey, Outcome, Proof, SignIn, limits,
};

pub(crate) async fn all(world: &World) -> Vec<AuditRow> {
    world.store.system().audit_after(&AuditFilter::default(), 0).await.unwrap()
}

pub(crate) fn from_browser() -> TenantCtx {
    let origin = Origin::of_request(Some([192, 0, 2, 7].into()), Some("curl/8"), Some("req-1"));
    ctx("acme").from_request(origin)
}

/// A log of many kinds of rows, with every column filled somewhere.
pub(crate) async fn filled() -> World {
    let world = World::new().await;
    let system = world.store.system();
    let admin = Admin { email: "ada@example.org".to_owned(), password: PASSWORD.into(), agency: Some("North".to_owned()) };
    system.create_admin(admin, IfInitialised::Refuse).await.unwrap();
    let session = tokens(&world, "ada@example.org", PASSWORD).await.unwrap();
    assert!(tokens(&world, "ada@example.org", "a wrong password").await.is_err());
    let ada = Caller { actor: Actor::User(session.user.clone()), name: None, origin: from_browser().origin().clone() };
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
    assert!(!text.contains("EAAB") && !text.contains(PASSWORD), "{text}");

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

/// What lets nothing into the log, and what mends that.
const CLOSED: (&str, &str) = if ON_SERVER {
    ("REVOKE INSERT ON audit FROM CURRENT_USER", "GRANT INSERT ON audit TO CURRENT_USER")
} else {
    ("CREATE TRIGGER audit_full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END", "DROP TRIGGER audit_full")
};

/// A refusal and its row are one: what cannot be told is not counted, and not answered as a refusal.
#[tokio::test]
async fn a_sign_in_that_cannot_be_told_is_not_counted() {
    let world = filled().await;
    let raw = raw(&world).await;
    let before = all(&world).await.len();
    raw.execute_unprepared(CLOSED.0).await.unwrap();
    for _ in 0..2 * limits::FREE_SIGN_IN_FAILURES {
        let error = tokens(&world, "ada@example.org", "a wrong password").await.unwrap_err();
        assert!(!matches!(error, Error::SignInRefused | Error::LockedOut { .. }), "{error}");
    }
    raw.execute_unprepared(CLOSED.1).await.unwrap();
    assert_eq!(all(&world).await.len(), before);
    for left in (0..limits::FREE_SIGN_IN_FAILURES - 1).rev() {
        let error = tokens(&world, "ada@example.org", "a wrong password").await.unwrap_err();
        assert!(matches!(error, Error::SignInRefused), "{error}");
        let row = all(&world).await.pop().unwrap();
        assert_eq!((row.action.as_str(), row.outcome.as_str()), ("session:open", "refused"));
        assert_eq!(row.after.is_some(), left == 0, "the one that locks says so: {:?}", row.after);
    }
}

#[tokio::test]
async fn a_second_factor_that_cannot_be_told_is_not_counted() {
    let world = filled().await;
    let system = world.store.system();
    let ada = UserId::parse(&all(&world).await.pop().unwrap().actor).unwrap();
    system.enrol_authenticator(&ada).await.unwrap();
    let code = system.code_now(&ada).await.unwrap();
    let recovery = system.confirm_authenticator(&ada, &code).await.unwrap().remove(0);
    let half = system.sign_in("ada@example.org", PASSWORD.into(), None, from_browser().origin()).await.unwrap();
    let SignIn::SecondFactor { challenge, .. } = half else { panic!("{half:?}") };
    let wrong = async |proof: Proof| system.prove(&challenge, proof, None, from_browser().origin()).await.unwrap_err();
    let raw = raw(&world).await;
    raw.execute_unprepared(CLOSED.0).await.unwrap();
    for _ in 0..2 * limits::CHALLENGE_TRIES {
        for proof in [Proof::Code("000000".into()), Proof::Recovery("abcde-abcde".into()), Proof::Recovery(recovery.clone())] {
            let error = wrong(proof).await;
            assert!(!matches!(error, Error::ProofRefused | Error::ChallengeOver), "{error}");
        }
    }
    raw.execute_unprepared(CLOSED.1).await.unwrap();
    assert_eq!(system.recovery_codes_left(&ada).await.unwrap(), Some(10), "the code that was right is not used up either");
    for _ in 0..limits::CHALLENGE_TRIES {
        let error = wrong(Proof::Recovery("abcde-abcde".into())).await;
        assert!(matches!(error, Error::ProofRefused), "{error}");
        let row = all(&world).await.pop().unwrap();
        assert_eq!((row.outcome.as_str(), row.resource), ("refused", format!("user:{ada}")));
    }
    assert!(matches!(wrong(Proof::Recovery(recovery)).await, Error::ChallengeOver));
}

#[tokio::test]
async fn a_second_factor_is_told_when_it_is_begun_and_when_it_counts() {
    let world = filled().await;
    let rows = all(&world).await;
    let Ok(ada) = UserId::parse(&rows.last().unwrap().actor) else { panic!("{rows:?}") };
    let by = Caller { actor: Actor::User(ada.clone()), name: None, origin: from_browser().origin().clone() };
    let system = world.store.system();
    let enrolment = system.by(&by).enrol_authenticator(&ada).await.unwrap();
    let code = system.code_now(&ada).await.unwrap();
    system.by(&by).confirm_authenticator(&ada, &code).await.unwrap();
    let rows = all(&world).await.split_off(rows.len());
    let told: Vec<_> = rows.iter().map(|row| (row.action.as_str(), row.actor.as_str(), row.ip.as_deref())).collect();
    assert_eq!(told, [("factor:begin", ada.as_str(), Some("192.0.2.7")), ("factor:add", ada.as_str(), Some("192.0.2.7"))]);
    assert!(!format!("{rows:?}").contains(enrolment.secret.expose_secret()));
}

/// Behind a tenant's door the agency's keys are not seen on a server: the name comes with whoever acts.
#[tokio::test]
async fn a_key_is_told_by_its_name_wherever_it_acts() {
    let world = World::new().await;
    let system = world.store.system();
    let key = |name: &str, scope: Scope| NewKey {
        name: name.to_owned(),
        scope,
        permissions: Role::AgencyAdmin.permissions(),
        expires_at: None,
    };
    let acme = TenantId::parse("acme").unwrap();
    for (name, scope) in [("nightly export", Scope::Agency), ("dashboard", Scope::Tenant(acme.clone()))] {
        let (made, token) = system.add_key(key(name, scope), &Caller::SYSTEM).await.unwrap();
        let holder = system.principal(&token).await.unwrap().unwrap();
        let ctx = TenantCtx::proven(acme.clone(), holder.actor.clone(), holder.reach.within(&acme)).named(holder.known_by());
        world.store.tenant(&ctx).put_budget(None, budget()).await.unwrap();
        let row = all(&world).await.pop().unwrap();
        assert_eq!((row.actor.as_str(), row.actor_name.as_deref()), (made.id.as_str(), Some(name)));
        let caller = ctx.caller();
        system.by(&caller).record(Act::done(Action::AuditExport, "audit:log")).await.unwrap();
        let row = all(&world).await.pop().unwrap();
        assert_eq!((row.actor.as_str(), row.actor_name.as_deref()), (made.id.as_str(), Some(name)));
    }
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
    assert_eq!(list(AuditFilter { to: Some(at("2026-03-10T08:00:01Z")), ..AuditFilter::default() }).await.len(), 15);
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
    assert_eq!(paged, (1..=15).rev().collect::<Vec<u64>>());
}

pub(crate) fn budget() -> NewBudget {
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
