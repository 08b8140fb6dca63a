//! What each platform says in trouble: every route that was taken is asked once more under each trouble, and once without a credential.
//!
//! Recordings hold no secrets, so these requests are refused by design; only their answers count.

use super::exchange::Exchange;
use crate::loopback;
use anyhow::{Result, ensure};
use serde_json::json;
use std::collections::BTreeMap;

/// The troubles, by the sandbox's names.
const TROUBLES: [&str; 5] = ["throttle", "429", "5xx", "expired_token", "revoked"];

/// Provokes them at the sandbox that recorded `made`.
///
/// # Errors
/// When it does not answer.
pub(super) fn provoke(origin: &str, made: &[Exchange]) -> Result<()> {
    let mut samples: BTreeMap<(String, String, String), &Exchange> = BTreeMap::new();
    for exchange in made {
        let kind: String =
            exchange.segments().into_iter().filter(|segment| !segment.contains(|c: char| c.is_ascii_digit())).collect();
        samples.entry((exchange.platform.clone(), exchange.method.clone(), kind)).or_insert(exchange);
    }
    for sample in samples.into_values() {
        for trouble in TROUBLES {
            let fault = json!([{ "route": format!("/{}/", sample.platform), "kind": trouble, "times": 1 }]).to_string();
            steer(origin, "POST", fault.as_bytes())?;
            again(origin, sample)?;
            steer(origin, "DELETE", b"")?;
        }
        again(origin, sample)?;
    }
    Ok(())
}

fn steer(origin: &str, method: &str, body: &[u8]) -> Result<()> {
    let answer = loopback::send(origin, method, "/_sandbox/faults", &[("content-type", "application/json")], body)?;
    ensure!(answer.status == 200, "the sandbox refuses a fault: {}", String::from_utf8_lossy(&answer.body));
    Ok(())
}

fn again(origin: &str, sample: &Exchange) -> Result<()> {
    let query = if sample.query.is_empty() { String::new() } else { format!("?{}", sample.query) };
    let target = format!("/{}{}{query}", sample.platform, sample.path);
    let headers: Vec<(&str, &str)> = sample.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    loopback::send(origin, &sample.method, &target, &headers, sample.body.as_bytes())?;
    Ok(())
}
