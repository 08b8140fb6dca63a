//! Who holds the master key of this installation, as the settings say. The one place that reads keys and tokens from the environment.

use crate::{
    config::{VaultSettings, VaultSource},
    exit,
    folder::Folder,
};
use secrecy::SecretString;
use std::sync::Arc;
use trimtab_engine::{Transit, held_by_hashicorp};
use trimtab_store::{Master, VaultKey};
use trimtab_wire::Wire;
use zeroize::Zeroizing;

/// The key, as text like that of a key file.
const KEY: &str = "TRIMTAB_VAULT_KEY";
/// The key a rotation changes to; a server that knows both goes on through it.
const NEXT_KEY: &str = "TRIMTAB_VAULT_KEY_NEXT";
/// The token for HashiCorp Vault.
const TOKEN: &str = "TRIMTAB_VAULT_TOKEN";

/// The holder for an installation; a key file is made when `create` and there is none.
pub(crate) fn master(settings: &VaultSettings, folder: &Folder, wire: &Wire, create: bool) -> anyhow::Result<Master> {
    match settings.source {
        VaultSource::File => Ok(Master::file(&folder.key(), create)?),
        VaultSource::Env => {
            let key = from_environment(KEY)?.ok_or_else(|| {
                exit::invalid(format!(
                    "vault.source is env, but {KEY} is not set: set it to the key, which `trimtab vault key` makes where there is none yet"
                ))
            })?;
            Ok(Master::given("env", [Some(key), from_environment(NEXT_KEY)?].into_iter().flatten().collect()))
        }
        VaultSource::Hashicorp => Ok(held_by_hashicorp(transit(settings, wire)?)),
    }
}

/// The key a rotation within the environment changes to.
pub(crate) fn next_from_environment() -> anyhow::Result<Master> {
    let next = from_environment(NEXT_KEY)?.ok_or_else(|| {
        exit::invalid(format!(
            "{NEXT_KEY} is not set: make a key with `trimtab vault key`, set it there beside {KEY}, also for the server, and rotate again"
        ))
    })?;
    Ok(Master::given("env", vec![next]))
}

fn from_environment(name: &str) -> anyhow::Result<Option<VaultKey>> {
    let Some(text) = std::env::var_os(name).filter(|text| !text.is_empty()) else { return Ok(None) };
    let text = text.into_string().map(Zeroizing::new).ok();
    let key = text.and_then(|text| VaultKey::parse(&text));
    let bad = || {
        exit::invalid(format!(
            "{name} is not a vault key: it begins with trimtab-vault-key-1: and is as `trimtab vault key` prints it"
        ))
    };
    key.map(Some).ok_or_else(bad)
}

fn transit(settings: &VaultSettings, wire: &Wire) -> anyhow::Result<Transit> {
    let bad = |why: String| exit::invalid(format!("settings of the vault: {why}"));
    let address = settings.address.as_ref().ok_or_else(|| bad("vault.address is empty: name HashiCorp Vault's".to_owned()))?;
    let file = settings.token_file.clone();
    let token = move || match &file {
        Some(path) => std::fs::read_to_string(path)
            .map(|text| SecretString::from(text.trim()))
            .map_err(|error| format!("needs a token, and vault.token_file {} cannot be read: {error}", path.display())),
        None => std::env::var(TOKEN)
            .map(|text| SecretString::from(text.trim()))
            .map_err(|_| format!("needs a token: set {TOKEN}, or name a file in vault.token_file")),
    };
    Transit::new(wire.clone(), address, &settings.mount, &settings.key, Arc::new(token)).map_err(bad)
}
