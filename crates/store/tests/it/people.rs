//! Roles, invitations, second factors and keys.

use crate::{
    sign_in::{RIGHT, client, tokens, world},
    world::{World, new_tenant},
};
use secrecy::{ExposeSecret, SecretString};
use std::{collections::BTreeSet, time::Duration};
use trimtab_domain::{
    Actor, Caller, ErrorKind, Permission, Permissions, Role,
    access::{CustomRole, Grant, RoleName, Scope},
    id::{TenantId, UserId},
};
use trimtab_store::{Error, NewKey, Proof, SignIn, limits};

const EMAIL: &str = "ada@example.org";
const OTHER: &str = "three green parrots sing";

fn tenant(id: &str) -> TenantId {
    TenantId::parse(id).unwrap()
}

fn of(id: &str) -> Scope {
    Scope::Tenant(tenant(id))
}

fn viewer(id: &str) -> Grant {
    Grant::new(of(id), Role::ClientViewer.into()).unwrap()
}

async fn two_tenants() -> World {
    let world = world().await;
    for id in ["acme", "other"] {
        world.store.system().add_tenant(new_tenant(id)).await.unwrap();
    }
    world
}

async fn admin(world: &World) -> UserId {
    world.store.system().user_with_email(EMAIL).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_invitation_makes_a_person_who_sees_their_tenant_alone() {
    let world = two_tenants().await;
    let system = world.store.system();
    let by = Caller { actor: Actor::User(admin(&world).await), name: None, origin: client() };
    let sent = system.invite(" Eve@Client.example ", &[viewer("acme")], &by).await.unwrap();
    assert_eq!(system.invitations(None).await.unwrap()[0].grants, [viewer("acme")]);
    assert_eq!(system.invitations(Some(&BTreeSet::from([of("other")]))).await.unwrap(), []);
    let offer = system.offer(&sent.token).await.unwrap();
    assert_eq!((offer.email.as_str(), offer.known), ("eve@client.example", false));

    let weak = system.accept(&sent.token, "Eve", "password1234".into(), &client()).await.unwrap_err();
    assert_eq!(weak.kind(), ErrorKind::Invalid, "{weak}");
    let eve = system.accept(&sent.token, "Eve", OTHER.into(), &client()).await.unwrap().expect("signed in");
    let eve = system.principal(&eve.access).await.unwrap().unwrap();
    assert_eq!(eve.reach.within(&tenant("acme")), Role::ClientViewer.permissions());
    assert!(!eve.reach.sees(&tenant("other")) && eve.reach.agency().is_empty());
    assert!(matches!(system.accept(&sent.token, "Eve", OTHER.into(), &client()).await, Err(Error::LinkOver)), "it counts once");
    assert_eq!(system.invitations(None).await.unwrap(), []);

    let again = system.invite("eve@client.example", &[viewer("other")], &by).await.unwrap();
    assert!(system.offer(&again.token).await.unwrap().known);
    assert!(system.accept(&again.token, "", "".into(), &client()).await.unwrap().is_none(), "no new password, no session");
    let eve = tokens(&world, "eve@client.example", OTHER).await.unwrap();
    assert!(system.principal(&eve.access).await.unwrap().unwrap().reach.sees(&tenant("other")));
    let people = system.users(Some(&BTreeSet::from([of("other")]))).await.unwrap();
    let shown: Vec<_> = people.iter().map(|user| (user.email.as_str(), user.grants.clone())).collect();
    assert_eq!(shown, [("eve@client.example", vec![viewer("other")])], "what they hold elsewhere is nobody's business here");
}

#[tokio::test]
async fn links_end_and_are_withdrawn_and_replaced() {
    let world = two_tenants().await;
    let system = world.store.system();
    let over = async |token: &SecretString| matches!(system.offer(token).await, Err(Error::LinkOver));
    let first = system.invite("a@x.example", &[viewer("acme")], &Caller::operator("test")).await.unwrap();
    let second = system.invite("a@x.example", &[viewer("acme")], &Caller::operator("test")).await.unwrap();
    assert!(over(&first.token).await, "replaced");
    system.withdraw(&second.id).await.unwrap();
    assert!(over(&second.token).await);
    assert_eq!(system.withdraw(&second.id).await.unwrap_err().kind(), ErrorKind::NotFound);
    let third = system.invite("a@x.example", &[viewer("acme")], &Caller::operator("test")).await.unwrap();
    world.pass(limits::INVITATION_AGE);
    assert!(over(&third.token).await, "too old");
    let unknown = Grant { scope: of("nobody"), role: Role::ClientViewer.into() };
    assert_eq!(system.invite("a@x.example", &[unknown], &Caller::operator("test")).await.unwrap_err().kind(), ErrorKind::NotFound);
    for (email, grants) in [("no address", vec![viewer("acme")]), ("a@x.example", vec![])] {
        assert_eq!(system.invite(email, &grants, &Caller::operator("test")).await.unwrap_err().kind(), ErrorKind::Invalid);
    }
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_link_once() {
    let world = world().await;
    let system = world.store.system();
    assert!(system.offer_reset("nobody@example.org").await.unwrap().is_none());
    let before = tokens(&world, EMAIL, RIGHT).await.unwrap();
    let sent = system.offer_reset(EMAIL).await.unwrap().unwrap();
    let as_invitation = system.accept(&sent.token, "", OTHER.into(), &client()).await;
    assert!(matches!(as_invitation, Err(Error::LinkOver)), "it is no invitation");
    system.reset_password(&sent.token, OTHER.into()).await.unwrap();
    assert!(system.principal(&before.access).await.unwrap().is_none(), "sessions end");
    tokens(&world, EMAIL, OTHER).await.unwrap();
    assert!(tokens(&world, EMAIL, RIGHT).await.is_err());
    assert!(matches!(system.reset_password(&sent.token, RIGHT.into()).await, Err(Error::LinkOver)));
    let late = system.offer_reset(EMAIL).await.unwrap().unwrap();
    world.pass(limits::RESET_AGE);
    assert!(matches!(system.reset_password(&late.token, RIGHT.into()).await, Err(Error::LinkOver)));
}

#[tokio::test]
async fn roles_are_made_held_changed_and_removed() {
    let world = two_tenants().await;
    let system = world.store.system();
    let name: RoleName = "media_buyer".parse().unwrap();
    let make = |permissions: &[Permission]| CustomRole::new(name.clone(), "Media buyer", Permissions::of(permissions)).unwrap();
    let grant = Grant::new(of("acme"), name.clone()).unwrap();
    assert_eq!(
        system.invite("a@x.example", std::slice::from_ref(&grant), &Caller::operator("test")).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    system.put_role(&make(&[Permission::ViewData]), &Caller::operator("test")).await.unwrap();
    let sent = system.invite("a@x.example", std::slice::from_ref(&grant), &Caller::operator("test")).await.unwrap();
    let token = system.accept(&sent.token, "A", OTHER.into(), &client()).await.unwrap().unwrap();
    let may = async || system.principal(&token.access).await.unwrap().unwrap().reach.within(&tenant("acme"));
    assert_eq!(may().await, Permissions::of(&[Permission::ViewData]));
    system.put_role(&make(&[Permission::ViewData, Permission::ManageBudgets]), &Caller::operator("test")).await.unwrap();
    assert!(may().await.contains(Permission::ManageBudgets), "at once");
    assert_eq!(system.remove_role(&name).await.unwrap_err().kind(), ErrorKind::Conflict);
    system.revoke(&token.user, &grant).await.unwrap();
    assert!(may().await.is_empty());
    assert_eq!(system.revoke(&token.user, &grant).await.unwrap_err().kind(), ErrorKind::NotFound);
    system.remove_role(&name).await.unwrap();
    assert_eq!(system.roles().await.unwrap(), []);
}

#[tokio::test]
async fn an_authenticator_app_is_asked_for_and_each_code_counts_once() {
    let world = world().await;
    let system = world.store.system();
    let ada = admin(&world).await;
    let enrolment = system.enrol_authenticator(&ada).await.unwrap();
    assert!(enrolment.url.expose_secret().starts_with("otpauth://totp/North%20Sea:ada%40example.org?secret="));
    tokens(&world, EMAIL, RIGHT).await.expect("it does not count before it is confirmed");
    let wrong = system.confirm_authenticator(&ada, &"12345".into()).await.unwrap_err();
    assert!(matches!(wrong, Error::ProofRefused), "{wrong}");
    let code = system.code_now(&ada).await.unwrap();
    let recovery = system.confirm_authenticator(&ada, &code).await.unwrap();
    assert_eq!(recovery.len(), 10);
    assert_eq!(system.enrol_authenticator(&ada).await.unwrap_err().kind(), ErrorKind::Conflict);

    let challenge = async || match system.sign_in(EMAIL, RIGHT.into(), None, &client()).await.unwrap() {
        SignIn::SecondFactor { challenge, codes: true, passkey: None } => challenge,
        other => panic!("{other:?}"),
    };
    let first = challenge().await;
    let replayed = system.prove(&first, Proof::Code(code), None, &client()).await.unwrap_err();
    assert!(matches!(replayed, Error::ProofRefused), "the code was used to confirm: {replayed}");
    world.pass(Duration::from_secs(30));
    let code = system.code_now(&ada).await.unwrap();
    let done = system.prove(&first, Proof::Code(code.clone()), None, &client()).await.unwrap();
    assert!(system.principal(&done.access).await.unwrap().is_some());
    assert!(matches!(system.prove(&first, Proof::Code(code), None, &client()).await, Err(Error::ChallengeOver)));

    let second = challenge().await;
    system.prove(&second, Proof::Recovery(recovery[3].clone()), None, &client()).await.unwrap();
    let third = challenge().await;
    let again = system.prove(&third, Proof::Recovery(recovery[3].clone()), None, &client()).await;
    assert!(matches!(again, Err(Error::ProofRefused)));
    assert_eq!(system.recovery_codes_left(&ada).await.unwrap(), Some(9));
    for _ in 1..limits::CHALLENGE_TRIES {
        assert!(matches!(system.prove(&third, Proof::Code("000000".into()), None, &client()).await, Err(Error::ProofRefused)));
    }
    world.pass(Duration::from_secs(30));
    let right = system.code_now(&ada).await.unwrap();
    assert!(matches!(system.prove(&third, Proof::Code(right), None, &client()).await, Err(Error::ChallengeOver)), "five tries");

    let fourth = challenge().await;
    world.pass(limits::CHALLENGE_AGE);
    let late = system.code_now(&ada).await.unwrap();
    assert!(matches!(system.prove(&fourth, Proof::Code(late), None, &client()).await, Err(Error::ChallengeOver)));
    system.remove_authenticator(&ada).await.unwrap();
    tokens(&world, EMAIL, RIGHT).await.unwrap();
}

#[tokio::test]
async fn guessing_second_factors_runs_into_the_lockout() {
    let world = world().await;
    let system = world.store.system();
    let ada = admin(&world).await;
    system.enrol_authenticator(&ada).await.unwrap();
    let code = system.code_now(&ada).await.unwrap();
    system.confirm_authenticator(&ada, &code).await.unwrap();
    for _ in 0..limits::FREE_SIGN_IN_FAILURES {
        system.sign_in(EMAIL, RIGHT.into(), None, &client()).await.unwrap();
    }
    let locked = system.sign_in(EMAIL, RIGHT.into(), None, &client()).await.unwrap_err();
    assert!(matches!(locked, Error::LockedOut { .. }), "a right password alone does not start the count anew: {locked}");
}

#[tokio::test]
async fn keys_act_within_their_scope_until_they_end() {
    let world = two_tenants().await;
    let system = world.store.system();
    let new =
        |scope: Scope| NewKey { name: "nightly export".to_owned(), scope, permissions: Role::Api.permissions(), expires_at: None };
    let (key, token) = system.add_key(new(of("acme")), &Caller::operator("test")).await.unwrap();
    assert!(token.expose_secret().starts_with(&key.hint) && key.hint.len() == 8);
    let holder = system.principal(&token).await.unwrap().unwrap();
    assert_eq!((&holder.actor, holder.email.as_str()), (&Actor::Key(key.id.clone()), "nightly export"));
    assert_eq!(holder.reach.within(&tenant("acme")), Role::Api.permissions());
    assert!(!holder.reach.sees(&tenant("other")) && holder.session.is_none());
    assert_eq!(system.key(&key.id).await.unwrap().used_at, Some(world.store_now()));

    let end = world.store_now() + jiff::SignedDuration::from_hours(1);
    let (_, short) =
        system.add_key(NewKey { expires_at: Some(end), ..new(Scope::Agency) }, &Caller::operator("test")).await.unwrap();
    assert!(system.principal(&short).await.unwrap().unwrap().reach.sees(&tenant("other")));
    world.pass(Duration::from_secs(3600));
    assert!(system.principal(&short).await.unwrap().is_none(), "its end");
    system.revoke_key(&key.id).await.unwrap();
    system.revoke_key(&key.id).await.unwrap();
    assert!(system.principal(&token).await.unwrap().is_none());
    assert_eq!(system.keys(Some(&BTreeSet::from([of("acme")]))).await.unwrap().len(), 1);
    assert_eq!(system.keys(None).await.unwrap().len(), 2);
    for bad in [
        NewKey { name: " ".to_owned(), ..new(Scope::Agency) },
        NewKey { permissions: Permissions::NONE, ..new(Scope::Agency) },
        NewKey { expires_at: Some(world.store_now()), ..new(Scope::Agency) },
    ] {
        assert_eq!(system.add_key(bad, &Caller::operator("test")).await.unwrap_err().kind(), ErrorKind::Invalid);
    }
}
