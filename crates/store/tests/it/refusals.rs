//! Who did not prove who they are, however they tried, stands in the audit log.

use crate::{
    audit::all,
    sign_in::{RIGHT, client, world},
    world::World,
};
use serde_json::json;
use std::sync::Arc;
use trimtab_domain::{
    Caller, ErrorKind, Role,
    access::{Grant, Scope},
    id::UserId,
};
use trimtab_store::{AuditRow, Error, ProviderIdentity, RelyingParty, SignIn};

const EMAIL: &str = "ada@example.org";

async fn newest(world: &World) -> AuditRow {
    all(world).await.pop().unwrap()
}

/// What, how it came out, to what and why.
fn told(row: &AuditRow) -> (&str, &str, &str, serde_json::Value) {
    let why = row.after.as_ref().map(|after| after["why"].clone());
    (&row.action, &row.outcome, &row.resource, why.unwrap_or_default())
}

fn identity(email: &str) -> ProviderIdentity {
    ProviderIdentity { issuer: "https://sso.example".to_owned(), subject: email.to_owned(), email: email.to_owned() }
}

#[tokio::test]
async fn a_wrong_password_of_somebody_signed_in_is_told() {
    let world = world().await;
    let system = world.store.system();
    let ada = system.user_with_email(EMAIL).await.unwrap().unwrap();
    system.confirm_password(&ada, RIGHT.into()).await.unwrap();
    let before = all(&world).await.len();
    assert!(matches!(system.confirm_password(&ada, "no password".into()).await, Err(Error::ProofRefused)));
    assert!(system.change_password(&ada, "no password".into(), "a much better password".into()).await.is_err());
    let rows = all(&world).await;
    assert_eq!(rows.len(), before + 2);
    for row in &rows[before..] {
        assert_eq!(told(row), ("session:open", "refused", format!("user:{ada}").as_str(), json!("password asked again")));
        assert_eq!((row.actor.as_str(), row.actor_name.as_deref()), (ada.as_str(), Some(EMAIL)));
    }
}

#[tokio::test]
async fn a_wrong_passkey_is_told_for_every_address() {
    let world = world().await;
    let system = world.store.system();
    let party = RelyingParty::new(&"http://localhost:8080".parse().unwrap()).unwrap();
    for email in [EMAIL, "nobody@example.org"] {
        let (challenge, _) = system.ask_for_passkey(email, &party).await.unwrap();
        let refused = system.sign_in_with_passkey(&party, &challenge, &json!({}), &client()).await.unwrap_err();
        assert!(matches!(refused, Error::ProofRefused), "{refused}");
        let row = newest(&world).await;
        assert_eq!(told(&row), ("session:open", "refused", "address:unknown", json!("passkey")));
        assert_eq!((row.actor.as_str(), row.ip.as_deref()), ("anonymous", Some("192.0.2.7")));
    }
}

#[tokio::test]
async fn whom_a_provider_vouches_for_in_vain_is_told() {
    let world = world().await;
    let system = world.store.system();
    let by = async |email: &str| world.store.system().sign_in_with_provider(&identity(email), None, None, &client()).await;
    assert!(matches!(by("eve@example.org").await, Err(Error::ProviderUnknown)));
    let row = newest(&world).await;
    assert!(row.resource.starts_with("address:") && !format!("{row:?}").contains("eve@"), "{row:?}");
    assert_eq!((row.outcome.as_str(), row.after.unwrap()), ("refused", json!({ "why": "provider" })));

    let analyst = Grant::new(Scope::Agency, Role::AgencyAnalyst.into()).unwrap();
    let sent = system.invite("eve@example.org", std::slice::from_ref(&analyst), &Caller::operator("test")).await.unwrap();
    system.accept(&sent.token, "Eve", RIGHT.into(), &client()).await.unwrap().unwrap();
    let eve = system.user_with_email("eve@example.org").await.unwrap().unwrap();
    let made: Vec<_> = all(&world).await.into_iter().filter(|row| row.resource == format!("user:{eve}")).collect();
    assert_eq!(made.iter().map(|row| row.action.as_str()).collect::<Vec<_>>(), ["user:create", "role:grant"]);
    assert!(made.iter().all(|row| row.actor == eve.as_str()), "{made:?}");
    assert!(matches!(by("eve@example.org").await, Ok(SignIn::Done(_))));
    system.set_disabled(&eve, true).await.unwrap();
    assert!(matches!(by("eve@example.org").await, Err(Error::ProviderUnknown)));
    assert_eq!(told(&newest(&world).await), ("session:open", "refused", format!("user:{eve}").as_str(), json!("provider")));
}

/// Two processes sign in, guess and grant at once: one chain on either database.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn people_of_two_processes_make_one_chain() {
    let world = Arc::new(world().await);
    let second = world.second_handle().await;
    let ada = world.store.system().user_with_email(EMAIL).await.unwrap().unwrap();
    let before = all(&world).await.len();
    let tasks: Vec<_> = (0..24)
        .map(|n| {
            let store = if n % 2 == 0 { world.store.clone() } else { second.clone() };
            let ada = ada.clone();
            tokio::spawn(async move {
                let system = store.system();
                match n % 3 {
                    0 => system.rename_user(&ada, &format!("Ada {n}")).await,
                    1 => system.set_agency(&format!("Agency {n}")).await,
                    _ => {
                        let grant = Grant::new(Scope::Agency, Role::AgencyAnalyst.into()).unwrap();
                        system.grant(&ada, &grant, &Caller::operator("test")).await
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let sound = second.system().verify_audit(None).await.unwrap();
    assert_eq!((sound.fault, sound.rows), (None, before as u64 + 24));
    let unknown = second.system().rename_user(&UserId::parse("usr_00000000000000000000009999").unwrap(), "x").await.unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::NotFound);
}
