use super::*;
use crate::{
    StoreSettings, VaultKey,
    vault::{pseudonym, tests::seal_first},
};
use secrecy::ExposeSecret;
use std::sync::Arc;
use trimtab_domain::{
    Actor, Role, TenantCtx,
    clock::testing::{CountingIds, ManualClock},
    id::{ConnectionId, TenantId},
};

const MASTER: [u8; 32] = [42; 32];
const CONNECTION: &str = "con_00000000000000000000000001";

async fn open(folder: &tempfile::TempDir, key: [u8; 32]) -> Result<Store, Error> {
    let clock = Arc::new(ManualClock::at("2026-03-10T08:00:00Z"));
    let settings = StoreSettings::new(folder.path().join("store.db"));
    Store::open(settings, VaultKey::from_bytes(key), clock, Arc::new(CountingIds::default())).await
}

fn acme() -> TenantCtx {
    TenantCtx::proven(TenantId::parse("acme").unwrap(), Actor::Operator, Role::AgencyAdmin)
}

/// An installation as a version before 0.1 left it: one connection of the first layout, no data keys, no log.
async fn old_installation(folder: &tempfile::TempDir) {
    let store = open(folder, MASTER).await.unwrap();
    let sealed = seal_first(&VaultKey::from_bytes(MASTER), Binding::connection("acme", CONNECTION), &"EAAB-old".into());
    let hex: String = sealed.iter().map(|byte| format!("{byte:02x}")).collect();
    transaction!(store.db(), "make it old", |tx| {
        for statement in [
            "INSERT INTO tenants (id, name, currency, zone, created_at) VALUES ('acme', 'Acme', 'EUR', 'UTC', 0)",
            "INSERT INTO accounts (tenant, source, account, name, currency, zone, created_at, fact_rows, lease_fence) \
             VALUES ('acme', 'meta', '11', 'A', 'EUR', 'UTC', 0, 0, 0)",
            &format!(
                "INSERT INTO connections (id, tenant, source, account, sealed_secret, secret_set_at, scopes, health, health_since, \
                 created_at, expiry) VALUES ('{CONNECTION}', 'acme', 'meta', '11', x'{hex}', 0, '[]', 'ok', 0, 0, 'unknown')"
            ),
            "DROP TRIGGER audit_unremoved",
            "DELETE FROM audit",
            "DELETE FROM data_keys",
            "DELETE FROM secrets",
            "DELETE FROM settings WHERE key <> 'vault_key_fingerprint'",
        ] {
            tx.execute_unprepared(statement).await?;
        }
        Ok(())
    })
    .unwrap();
}

async fn secret(store: &Store) -> String {
    store.tenant(&acme()).secret(&ConnectionId::parse(CONNECTION).unwrap()).await.unwrap().expose_secret().to_owned()
}

#[tokio::test]
async fn the_first_layout_opens_and_any_rotation_seals_it_anew() {
    for data_keys in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        old_installation(&folder).await;
        let store = open(&folder, MASTER).await.unwrap();
        assert_eq!(secret(&store).await, "EAAB-old");
        assert_eq!(store.system().vault_status().await.unwrap().first_layout, 1);
        let rotated = if data_keys {
            store.system().rotate_data_keys().await.unwrap()
        } else {
            store.system().rotate_master_key(&VaultKey::from_bytes([7; 32]).into()).await.unwrap()
        };
        assert!(rotated.secrets >= 1 && rotated.unreadable == 0, "{rotated:?}");
        let status = store.system().vault_status().await.unwrap();
        assert_eq!((status.first_layout, status.unknown_layout), (0, 0));
        let again = open(&folder, if data_keys { MASTER } else { [7; 32] }).await.unwrap();
        assert_eq!(secret(&again).await, "EAAB-old");
    }
}

#[tokio::test]
async fn a_secret_nobody_can_open_keeps_nobody_from_rotating() {
    let folder = tempfile::tempdir().unwrap();
    old_installation(&folder).await;
    let store = open(&folder, MASTER).await.unwrap();
    transaction!(store.db(), "damage it", |tx| {
        tx.execute_unprepared("UPDATE connections SET sealed_secret = x'01020304'").await?;
        Ok(())
    })
    .unwrap();
    let rotated = store.system().rotate_master_key(&VaultKey::from_bytes([7; 32]).into()).await.unwrap();
    assert_eq!(rotated.unreadable, 1);
    open(&folder, [7; 32]).await.unwrap();
}

/// Pseudonyms that facts were written under stay those of the same customers.
#[tokio::test]
async fn pseudonyms_stay_what_they_were_before_they_had_a_key_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    old_installation(&folder).await;
    // As the version before had it.
    let key = blake3::derive_key("trimtab 2026 customer pseudonyms", &MASTER);
    let before = *blake3::keyed_hash(&key, b"acme").as_bytes();
    let store = open(&folder, MASTER).await.unwrap();
    assert_eq!(store.tenant(&acme()).pseudonym_key().await.unwrap(), before);
    store.system().rotate_master_key(&VaultKey::from_bytes([7; 32]).into()).await.unwrap();
    let again = open(&folder, [7; 32]).await.unwrap();
    assert_eq!(again.tenant(&acme()).pseudonym_key().await.unwrap(), before, "read after the rotation, it is the same");
    again.system().rotate_data_keys().await.unwrap();
    assert_eq!(open(&folder, [7; 32]).await.unwrap().tenant(&acme()).pseudonym_key().await.unwrap(), before);
    assert_eq!(*pseudonym::decoded(&pseudonym::coded(&before)).unwrap(), before);
}
