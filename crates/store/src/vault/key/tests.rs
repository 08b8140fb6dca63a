use super::*;
use std::os::unix::fs::PermissionsExt;

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

#[test]
fn a_rotation_killed_anywhere_leaves_a_key_that_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.key");
    let former = VaultKey::load_or_create(&path).unwrap().fingerprint();
    let next = VaultKey::load_or_create(&next_of(&path)).unwrap().fingerprint();
    assert_eq!(VaultKey::load(&path).unwrap().fingerprint(), former, "nothing is swapped before its time");

    // Killed between the two steps of a swap: the former key has its second name already.
    std::fs::hard_link(&path, beside(&path, &former)).unwrap();
    swap(&path, &former).unwrap();
    assert_eq!(VaultKey::load(&path).unwrap().fingerprint(), next);
    assert_eq!(VaultKey::load(&beside(&path, &former)).unwrap().fingerprint(), former, "backups made before still have their key");
    assert!(!next_of(&path).exists());
    swap(&path, &former).unwrap();
    assert_eq!(VaultKey::load(&path).unwrap().fingerprint(), next, "whoever comes second changes nothing");
}

#[test]
fn a_key_wraps_what_only_it_unwraps() {
    let key = VaultKey::from_bytes([7; KEY_BYTES]);
    let wrapped = key.wrap(b"acme 1", &[9; KEY_BYTES]).unwrap();
    assert_eq!(key.unwrap(b"acme 1", &wrapped).map(|key| *key), Some([9; KEY_BYTES]));
    assert!(key.unwrap(b"acme 2", &wrapped).is_none() && key.unwrap(b"other 1", &wrapped).is_none());
    assert!(VaultKey::from_bytes([8; KEY_BYTES]).unwrap(b"acme 1", &wrapped).is_none());
    assert!(key.unwrap(b"acme 1", &wrapped[..wrapped.len() - 1]).is_none());
}
