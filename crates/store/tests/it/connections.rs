use crate::world::{TTL, World, account_key, at, days, new_connection};
use secrecy::ExposeSecret;
use std::time::Duration;
use trimtab_domain::ErrorKind;
use trimtab_store::{Expiry, HealthState, Seen, Terms};

#[tokio::test]
async fn a_connection_reads_back_and_opens_its_secret() {
    let world = World::new().await;
    let acme = world.acme();
    let made = acme.connect(new_connection("11", "EAAB-first")).await.unwrap();
    assert!(!made.replaced);
    let id = made.connection.id.clone();
    assert_eq!(acme.connection(&id).await.unwrap(), made.connection);
    assert_eq!(acme.secret(&id).await.unwrap().expose_secret(), "EAAB-first");
    assert_eq!(made.connection.account, crate::world::account("11"));
    assert_eq!(made.connection.terms.scopes, ["ads_read", "business_management"]);
    assert_eq!(made.connection.base_url.as_deref(), Some("http://127.0.0.1:9/meta"));
    assert_eq!(made.connection.terms.expires_at, Some(at("2026-05-01T00:00:00Z")));

    acme.connect(new_connection("10", "EAAB-second")).await.unwrap();
    let listed = acme.connections().await.unwrap();
    assert_eq!(listed.iter().map(|c| c.account.id.as_str()).collect::<Vec<_>>(), ["10", "11"]);
    for bad in [String::new(), "x".repeat(70_000)] {
        assert_eq!(acme.connect(new_connection("12", &bad)).await.unwrap_err().kind(), ErrorKind::Invalid);
    }
    assert!(acme.account(&account_key("12")).await.is_err(), "a refused connection leaves no account");
}

#[tokio::test]
async fn connecting_again_keeps_the_history() {
    let world = World::new().await;
    let acme = world.acme();
    let first = acme.connect(new_connection("11", "EAAB-old")).await.unwrap().connection;
    let lease = acme.claim(&account_key("11"), "test", TTL).await.unwrap().unwrap();
    acme.mark_fetched(&lease, days("2026-03-01..2026-03-02"), at("2026-03-10T07:00:00Z")).await.unwrap();
    let (detail, fix, until) = (Some("the token was revoked"), Some("connect again"), Some(at("2026-03-11T08:00:00Z")));
    acme.set_health(&first.id, Seen { state: HealthState::NeedsReauth, detail, fix, until }).await.unwrap();
    assert_eq!(acme.connection(&first.id).await.unwrap().health.until, until);
    world.pass(Duration::from_secs(3600));

    let mut new = new_connection("11", "EAAB-new");
    new.terms.scopes = vec!["ads_read".to_owned()];
    new.terms.expires_at = None;
    let again = acme.connect(new).await.unwrap();
    assert!(again.replaced);
    let again = again.connection;
    assert_eq!((&again.id, again.created_at), (&first.id, first.created_at));
    assert_eq!((again.secret_set_at, again.terms.expires_at), (at("2026-03-10T09:00:00Z"), None));
    assert_eq!((again.health.state, again.health.detail, again.health.until), (HealthState::Ok, None, None));
    assert_eq!(acme.secret(&first.id).await.unwrap().expose_secret(), "EAAB-new");
    assert_eq!(acme.fetched(&account_key("11")).await.unwrap().len(), 1);
    assert_eq!(acme.connections().await.unwrap().len(), 1);
}

#[tokio::test]
async fn health_tells_since_when() {
    let world = World::new().await;
    let acme = world.acme();
    let id = acme.connect(new_connection("11", "EAAB")).await.unwrap().connection.id;
    let mut history = Vec::new();
    for state in [HealthState::Ok, HealthState::Failing, HealthState::Failing, HealthState::Expiring, HealthState::Ok] {
        world.pass(Duration::from_secs(60));
        acme.set_health(&id, Seen { detail: Some("seen"), ..Seen::only(state) }).await.unwrap();
        let health = acme.connection(&id).await.unwrap().health;
        assert_eq!((health.state, health.detail.as_deref(), health.fix), (state, Some("seen"), None));
        history.push(health.since.to_string());
    }
    let expected = ["08:00:00", "08:02:00", "08:02:00", "08:04:00", "08:05:00"].map(|time| format!("2026-03-10T{time}Z"));
    assert_eq!(history, expected);

    let terms = Terms {
        expires_at: Some(at("2027-01-01T00:00:00Z")),
        access_ends_at: Some(at("2026-12-01T00:00:00Z")),
        expiry: Expiry::AtLatest,
        scopes: vec!["ads_management".to_owned()],
    };
    acme.set_terms(&id, &terms).await.unwrap();
    assert_eq!(acme.connection(&id).await.unwrap().terms, terms);
}

#[tokio::test]
async fn removing_a_connection_keeps_the_account() {
    let world = World::new().await;
    let acme = world.acme();
    let id = acme.connect(new_connection("11", "EAAB")).await.unwrap().connection.id;
    acme.remove_connection(&id).await.unwrap();
    assert_eq!(acme.remove_connection(&id).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(acme.secret(&id).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(acme.connections().await.unwrap(), []);
    acme.account(&account_key("11")).await.unwrap();
    assert!(!acme.connect(new_connection("11", "EAAB")).await.unwrap().replaced);
}
