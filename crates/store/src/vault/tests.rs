use super::*;
use std::os::unix::fs::PermissionsExt;

const OURS: Binding<'_> = Binding { tenant: "acme", connection: "con_1" };

fn key() -> VaultKey {
    VaultKey::from_bytes([7; KEY_BYTES])
}

#[test]
fn a_sealed_secret_opens_only_where_it_belongs() {
    let secret = SecretString::from("EAAB-token");
    let sealed = key().seal(OURS, &secret).unwrap();
    assert_eq!(key().open(OURS, &sealed).unwrap().expose_secret(), "EAAB-token");
    assert!(!sealed.windows(4).any(|window| window == b"EAAB"));
    assert_ne!(sealed, key().seal(OURS, &secret).unwrap(), "every sealing has its own keys and nonces");

    let other_tenant = Binding { tenant: "other", ..OURS };
    let other_connection = Binding { connection: "con_2", ..OURS };
    assert!(key().open(other_tenant, &sealed).is_err());
    assert!(key().open(other_connection, &sealed).is_err());
    assert!(VaultKey::from_bytes([8; KEY_BYTES]).open(OURS, &sealed).is_err());
}

#[test]
fn any_changed_byte_and_any_cut_is_noticed() {
    let sealed = key().seal(OURS, &SecretString::from("token")).unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(key().open(OURS, &changed).is_err(), "byte {at}");
        assert!(key().open(OURS, &sealed[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn the_key_file_is_made_once_private_and_complete() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys/vault.key");
    let made = VaultKey::load_or_create(&path).unwrap();
    let again = VaultKey::load_or_create(&path).unwrap();
    assert_eq!(made.fingerprint(), again.fingerprint());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no draft is left");
    assert_ne!(VaultKey::load_or_create(&folder.path().join("other")).unwrap().fingerprint(), made.fingerprint());
}

#[test]
fn racing_processes_end_up_with_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.key");
    let prints: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| VaultKey::load_or_create(&path).unwrap().fingerprint())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(prints.iter().all(|print| *print == VaultKey::load(&path).unwrap().fingerprint()), "{prints:?}");
}

#[test]
fn unusable_key_files_are_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.key");
    let refusal = |path: &Path| VaultKey::load(path).unwrap_err().to_string();
    assert!(refusal(&path).contains("is missing"));

    let good = VaultKey::load_or_create(&path).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(refusal(&path).contains("chmod 600"));

    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    for damaged in ["", "trimtab-vault-key-1:", "trimtab-vault-key-1:QUJD", "something else"] {
        std::fs::write(&path, damaged).unwrap();
        assert!(refusal(&path).contains("is damaged"), "{damaged}");
    }
    assert!(VaultKey::load_or_create(&path).is_err(), "a damaged key is never replaced by a new one");
    assert_eq!(format!("{good:?}"), "VaultKey(…)");
}
