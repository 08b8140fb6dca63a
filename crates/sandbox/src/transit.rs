//! HashiCorp Vault's transit engine as far as keys are wrapped by it: `/vault/v1/transit/encrypt|decrypt/KEY`, below a token, sealable.
//!
//! Made from the documentation of its API. It answers as the real one does, refusals and all; the cipher is a toy that notices changes,
//! since what is sealed here is never worth anything.

use crate::state::{Shared, lock};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

/// The token that may use every key.
pub const TRANSIT_TOKEN: &str = "hvs.sandbox-transit";
const TAG_BYTES: usize = 32;

#[derive(Debug, Default)]
struct Vault {
    seed: u64,
    sealed: bool,
    /// The newest version of each key that was rotated; others are at their first.
    versions: HashMap<String, u32>,
    /// Told apart only so that one plaintext has many ciphertexts.
    sealings: u64,
}

type Held = Arc<Mutex<Vault>>;

/// Its routes.
pub(crate) fn router(seed: u64) -> Router<Arc<Shared>> {
    let held: Held = Arc::new(Mutex::new(Vault { seed, ..Vault::default() }));
    let routes = Router::new()
        .route("/vault/v1/transit/encrypt/{key}", post(encrypt))
        .route("/vault/v1/transit/decrypt/{key}", post(decrypt))
        .route("/vault/v1/transit/keys/{key}/rotate", post(rotate))
        .route("/vault/v1/sys/seal", post(seal))
        .route("/vault/v1/sys/unseal", post(unseal));
    routes.with_state(held)
}

fn refuse(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "errors": [error] }))).into_response()
}

/// Why a request is not even looked at.
fn turned_away(vault: &Vault, headers: &HeaderMap) -> Option<Response> {
    if vault.sealed {
        return Some(refuse(StatusCode::SERVICE_UNAVAILABLE, "Vault is sealed"));
    }
    let token = headers.get("x-vault-token").and_then(|token| token.to_str().ok());
    (token != Some(TRANSIT_TOKEN)).then(|| refuse(StatusCode::FORBIDDEN, "permission denied"))
}

async fn encrypt(State(held): State<Held>, Path(key): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let mut vault = lock(&held);
    if let Some(refusal) = turned_away(&vault, &headers) {
        return refusal;
    }
    let asked: Option<Value> = serde_json::from_slice(&body).ok();
    let plain = asked.as_ref().and_then(|asked| STANDARD.decode(asked["plaintext"].as_str()?).ok());
    let Some(plain) = plain else {
        return refuse(StatusCode::BAD_REQUEST, "failed to base64-decode plaintext");
    };
    vault.sealings += 1;
    let (version, nonce) = (vault.versions.get(&key).copied().unwrap_or(1), vault.sealings.to_be_bytes());
    let mut sealed = nonce.to_vec();
    sealed.extend(veiled(&plain, vault.seed, &key, version, &nonce));
    let tag = mac(vault.seed, &key, version, &[b"tag".as_slice(), &sealed].concat());
    sealed.extend(tag);
    let ciphertext = format!("vault:v{version}:{}", STANDARD.encode(sealed));
    Json(json!({ "data": { "ciphertext": ciphertext, "key_version": version } })).into_response()
}

async fn decrypt(State(held): State<Held>, Path(key): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let vault = lock(&held);
    if let Some(refusal) = turned_away(&vault, &headers) {
        return refusal;
    }
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let opened = asked["ciphertext"].as_str().and_then(|text| {
        let (version, coded) = text.strip_prefix("vault:v")?.split_once(':')?;
        let version: u32 = version.parse().ok()?;
        let sealed = STANDARD.decode(coded).ok()?;
        let (sealed, tag) = sealed.split_at_checked(sealed.len().checked_sub(TAG_BYTES)?)?;
        let (nonce, veil) = sealed.split_at_checked(8)?;
        let fits = mac(vault.seed, &key, version, &[b"tag".as_slice(), sealed].concat()) == *tag;
        fits.then(|| veiled(veil, vault.seed, &key, version, nonce))
    });
    match opened {
        Some(plain) => Json(json!({ "data": { "plaintext": STANDARD.encode(plain) } })).into_response(),
        None => refuse(StatusCode::BAD_REQUEST, "cipher: message authentication failed"),
    }
}

async fn rotate(State(held): State<Held>, Path(key): Path<String>, headers: HeaderMap) -> Response {
    let mut vault = lock(&held);
    if let Some(refusal) = turned_away(&vault, &headers) {
        return refusal;
    }
    *vault.versions.entry(key).or_insert(1) += 1;
    StatusCode::NO_CONTENT.into_response()
}

async fn seal(State(held): State<Held>) -> Response {
    lock(&held).sealed = true;
    StatusCode::NO_CONTENT.into_response()
}

async fn unseal(State(held): State<Held>) -> Response {
    lock(&held).sealed = false;
    Json(json!({ "sealed": false })).into_response()
}

fn mac(seed: u64, key: &str, version: u32, text: &[u8]) -> Vec<u8> {
    let secret = format!("{seed} {key} {version}");
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return Vec::new() };
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

fn veiled(text: &[u8], seed: u64, key: &str, version: u32, nonce: &[u8]) -> Vec<u8> {
    let blocks = text.chunks(TAG_BYTES).zip(0_u64..);
    let veil = blocks.flat_map(|(block, n)| {
        let pad = mac(seed, key, version, &[b"pad".as_slice(), nonce, &n.to_be_bytes()].concat());
        block.iter().zip(pad).map(|(a, b)| a ^ b).collect::<Vec<u8>>()
    });
    veil.collect()
}
