//! How Magento speaks: `{"message":"… %1","parameters":[…]}`, of which the status decides nearly everything.
//!
//! What stands in `parameters` may be what was asked with, an address among it; only the name of a permission is put into the message. There
//! are no usage headers; what stands in front of a shop may say 429.

use crate::limits;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;
use trimtab_domain::id::AccountId;
use trimtab_wire::{Complaint, Dialect, HeaderMap, Pace, Rate, Refusal, Scope, Usage, Verdict};

/// How Magento speaks.
#[derive(Debug, Clone, Copy, Default)]
pub struct MagentoDialect {
    /// Whether it is somebody's live store, which serves customers meanwhile; a simulated one says when it has enough.
    pub(super) live: bool,
}

/// A shop is one machine or a few, and customers are on it: no faster than a busy visitor. All accounts of an installation share it.
const RATE: Rate = Rate { per_second: 20.0, burst: 40.0 };

#[derive(Deserialize, Default)]
#[serde(default)]
struct Envelope {
    message: String,
    parameters: Value,
}

impl Envelope {
    /// What it says, with the permission it wants by name.
    fn said(&self) -> String {
        match self.parameters.get("resources").and_then(Value::as_str) {
            Some(resources) => self.message.replace("%resources", resources),
            None => self.message.clone(),
        }
    }
}

impl Dialect for MagentoDialect {
    fn classify(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Verdict {
        if status < 300 {
            return Verdict::Good;
        }
        // A page of whatever stands in front of the shop says nothing that may be passed on.
        let message = serde_json::from_slice::<Envelope>(body).map_or_else(|_| of_status(status).to_owned(), |body| body.said());
        let lower = message.to_lowercase();
        let complaint = Complaint { status, message, ..Complaint::default() };
        let refusal = match status {
            429 => {
                let seconds = headers.get("retry-after").and_then(|value| value.to_str().ok()?.trim().parse().ok());
                let wait = seconds.map_or(limits::MAGENTO_LIMIT_WAIT, Duration::from_secs);
                return Verdict::Limited { scope: Scope::Call, wait: Some(wait), complaint };
            }
            // The same status for a permission that is missing, and for a bearer's token where those are not allowed.
            401 if lower.contains("authorized to access") => Refusal::Permission,
            401 => Refusal::Credential,
            403 => Refusal::Permission,
            404 | 410 => Refusal::Missing,
            413 | 414 => Refusal::TooMuch,
            // A merchant may bound pages ("Maximum SearchCriteria pageSize is 50").
            400 if lower.contains("pagesize") => Refusal::TooMuch,
            408 | 500.. => return Verdict::Transient(complaint),
            _ => Refusal::Request,
        };
        Verdict::Refused(refusal, complaint)
    }

    fn usage(&self, _headers: &HeaderMap, _account: Option<&AccountId>) -> Vec<Usage> {
        Vec::new()
    }

    fn pace(&self) -> Option<Pace> {
        self.live.then_some(Pace { platform: RATE, account: RATE })
    }
}

/// Whether a refusal is about the number or the time of a signature, and not about who signed.
pub(super) fn wants_another_signature(complaint: &Complaint) -> bool {
    let message = complaint.message.to_lowercase();
    message.contains("nonce") || message.contains("timestamp")
}

/// What a status means where nothing readable is said.
const fn of_status(status: u16) -> &'static str {
    match status {
        300..=399 => "the store answers at another address: give the one that a browser shows",
        404 => "there is no Magento REST interface at this address",
        _ => "it gave no reason",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(status: u16, body: &str) -> Verdict {
        MagentoDialect::default().classify(status, &HeaderMap::new(), body.as_bytes())
    }

    fn refused(status: u16, body: &str) -> (Refusal, String) {
        match verdict(status, body) {
            Verdict::Refused(refusal, complaint) => (refusal, complaint.message),
            verdict => panic!("{verdict:?}"),
        }
    }

    #[test]
    fn a_missing_permission_is_named_and_nothing_else_of_the_parameters() {
        let body = r#"{"message":"The consumer isn't authorized to access %resources.","parameters":{"resources":"Magento_Sales::actions_view"}}"#;
        let (refusal, said) = refused(401, body);
        assert_eq!(refusal, Refusal::Permission);
        assert_eq!(said, "The consumer isn't authorized to access Magento_Sales::actions_view.");
        let body = r#"{"message":"No such entity with %fieldName = %fieldValue","parameters":{"fieldName":"email","fieldValue":"eva@example.com"}}"#;
        let (refusal, said) = refused(404, body);
        assert!(refusal == Refusal::Missing && !said.contains("eva"), "{said}");
    }

    #[test]
    fn statuses_say_who_must_act() {
        assert_eq!(refused(401, r#"{"message":"The signature is invalid. Verify and try again."}"#).0, Refusal::Credential);
        assert_eq!(refused(400, r#"{"message":"Maximum SearchCriteria pageSize is %maxPageSize"}"#).0, Refusal::TooMuch);
        assert_eq!(refused(400, r#"{"message":"Column not found"}"#).0, Refusal::Request);
        assert!(refused(301, "<html>").1.contains("another address"));
        assert!(refused(404, "<html>").1.contains("no Magento REST interface"));
        assert!(matches!(verdict(503, "<html>"), Verdict::Transient(_)));
        assert!(matches!(verdict(429, ""), Verdict::Limited { wait: Some(limits::MAGENTO_LIMIT_WAIT), .. }));
        assert_eq!(verdict(200, "[]"), Verdict::Good);
    }

    #[test]
    fn a_number_used_before_is_not_the_credentials_fault() {
        let of = |message: &str| wants_another_signature(&Complaint { message: message.to_owned(), ..Complaint::default() });
        assert!(of("The nonce is already being used by the consumer with ID 1."));
        assert!(!of("The signature is invalid. Verify and try again."));
    }
}
