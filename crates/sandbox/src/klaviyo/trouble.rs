//! Trouble in the platform's words.

use super::error::{ApiError, document};
use crate::{
    http::{Reply, Request},
    platform::Trouble,
};
use serde_json::{Value, json};

/// An answer with trouble. `good` makes the answer that would have been given.
pub(super) fn reply(request: &Request, trouble: Trouble, number: u64, good: &dyn Fn() -> Reply) -> Reply {
    match trouble {
        Trouble::Throttled => ApiError::throttled(60).reply(number),
        Trouble::TooManyRequests => ApiError::throttled(1).reply(number),
        Trouble::Failing => ApiError::internal().reply(number),
        // Private keys do not expire, but can be taken back.
        Trouble::ExpiredToken => ApiError::strange_key().reply(number),
        Trouble::Revoked => ApiError::forbidden().reply(number),
        Trouble::Empty => match serde_json::from_slice::<Value>(&good().body) {
            Ok(mut answer) if answer.get("data").is_some() => {
                let data = &mut answer["data"];
                if data.is_array() {
                    *data = json!([]);
                } else if let Some(attributes) = data["attributes"].as_object_mut() {
                    attributes.values_mut().for_each(|list| *list = json!([]));
                }
                answer["links"] = json!({"self": format!("{}/{}", request.base, request.path), "next": null, "prev": null});
                if let Some(answer) = answer.as_object_mut() {
                    answer.remove("included");
                }
                document(200, &answer)
            }
            _ => good(),
        },
        Trouble::Drift => document(
            200,
            &json!({"payload": {"items": [{"kind": "campaign", "ref": {"value": "1"}, "figures": [12.5]}]}, "paging": {}}),
        ),
    }
}
