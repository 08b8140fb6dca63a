use super::*;

const OURS: Binding<'_> = Binding::connection("acme", "con_1");

fn key() -> DataKey {
    DataKey(Zeroizing::new([7; KEY_BYTES]))
}

/// A secret as versions before 0.1 sealed it: a data key of its own under the master key.
pub(crate) fn seal_first(master: &VaultKey, binding: Binding<'_>, secret: &SecretString) -> Vec<u8> {
    let data_key = [5; KEY_BYTES];
    let wrapped = master.wrap(&binding.first_layout("key").unwrap(), &data_key).unwrap();
    let sealed = encrypt(&data_key, &binding.first_layout("secret").unwrap(), secret.expose_secret().as_bytes()).unwrap();
    [vec![1], wrapped, sealed].concat()
}

#[test]
fn a_sealed_secret_opens_only_where_it_belongs() {
    let secret = SecretString::from("EAAB-token");
    let sealed = key().seal(3, OURS, &secret).unwrap();
    assert_eq!(Layout::of(&sealed), Layout::Second(3));
    assert_eq!(key().open(3, OURS, &sealed).unwrap().expose_secret(), "EAAB-token");
    assert!(!sealed.windows(4).any(|window| window == b"EAAB"));
    assert_ne!(sealed, key().seal(3, OURS, &secret).unwrap(), "every sealing has its own nonce");

    for other in [Binding::connection("other", "con_1"), Binding::connection("acme", "con_2"), Binding::named("acme", "con_1")] {
        assert!(key().open(3, other, &sealed).is_none(), "{other}");
    }
    assert!(key().open(4, OURS, &sealed).is_none(), "the version is part of what it is bound to");
    assert!(DataKey(Zeroizing::new([8; KEY_BYTES])).open(3, OURS, &sealed).is_none());
}

#[test]
fn any_changed_byte_and_any_cut_is_noticed() {
    let vault = Vault::new(VaultKey::from_bytes([1; KEY_BYTES]).into());
    vault.learn("acme", 1, Zeroizing::new([7; KEY_BYTES]));
    let sealed = key().seal(1, OURS, &SecretString::from("token")).unwrap();
    assert_eq!(vault.open(OURS, &sealed).unwrap().expose_secret(), "token");
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(vault.open(OURS, &changed).is_err(), "byte {at}");
        assert!(vault.open(OURS, &sealed[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn the_first_layout_still_opens_for_connections_alone() {
    let master = VaultKey::from_bytes([1; KEY_BYTES]);
    let sealed = seal_first(&master, OURS, &SecretString::from("token"));
    assert_eq!(Layout::of(&sealed), Layout::First);
    assert_eq!(open_first(&master, OURS, &sealed).unwrap().expose_secret(), "token");
    assert!(open_first(&master, Binding::connection("other", "con_1"), &sealed).is_none());
    assert!(open_first(&master, Binding::named("acme", "con_1"), &sealed).is_none());
    assert!(open_first(&VaultKey::from_bytes([2; KEY_BYTES]), OURS, &sealed).is_none());
    for at in 0..sealed.len() {
        assert!(open_first(&master, OURS, &sealed[..at]).is_none(), "cut at {at}");
    }
}

#[test]
fn keys_print_nothing_of_themselves() {
    let vault = Vault::new(VaultKey::from_bytes([1; KEY_BYTES]).into());
    vault.learn("acme", 1, Zeroizing::new([7; KEY_BYTES]));
    assert_eq!(format!("{vault:?}"), "Vault { master: Master(Local { source: \"given\", .. }), .. }");
}
