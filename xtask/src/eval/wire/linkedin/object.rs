//! What LinkedIn's objects, lists and errors look like, by the fact sheet (§2 to §5) and the words the facts list.

use super::super::shape::{Fields, Shape};
use serde_json::Value;
use std::collections::BTreeMap;

/// Codes the fact sheet (§1, §5) names besides those the facts list.
const CODES: [&str; 8] = [
    "TOO_MANY_REQUESTS",
    "NONEXISTENT_VERSION",
    "VERSION_MISSING",
    "UNAUTHORIZED",
    "EMPTY_ACCESS_TOKEN",
    "INVALID_ACCESS_TOKEN",
    "REVOKED_ACCESS_TOKEN",
    "EXPIRED_ACCESS_TOKEN",
];
const REVIEWS: [&str; 3] = ["APPROVED", "PENDING", "REJECTED"];

/// Lists of words.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) status: Shape,
    pub(super) pivot: Shape,
    pub(super) granularity: Shape,
    kind: Shape,
    cost: Shape,
    objective: Shape,
    intended: Shape,
    code: Shape,
}

impl Words {
    pub(super) fn of(facts: &Value) -> Self {
        let listed = |name: &str| Shape::words(facts[name].as_array().into_iter().flatten().filter_map(Value::as_str));
        let codes = facts["error_codes"].as_object().into_iter().flatten().map(|(code, _)| code.as_str());
        Self {
            status: listed("campaign_status"),
            pivot: listed("pivots"),
            granularity: listed("time_granularity"),
            kind: listed("campaign_type"),
            cost: listed("cost_type"),
            objective: listed("objective_type"),
            intended: listed("creative_intended_status"),
            code: Shape::words(codes.chain(CODES)),
        }
    }
}

fn whole() -> Shape {
    Shape::Integer(None, None)
}

/// A figure by the type the facts give it.
pub(super) fn metric(name: &str, kind: &str) -> Shape {
    match kind {
        "integer" => whole(),
        "string" => Shape::Text,
        "array" => Shape::list(Shape::Text),
        _ => Shape::Undescribed(format!("adAnalytics.{name}")),
    }
}

/// The days of a row.
pub(super) fn analytics() -> Shape {
    let day =
        || Shape::fields("Date", [("year", whole()), ("month", whole()), ("day", whole())]).requiring(["year", "month", "day"]);
    Shape::fields("DateRange", [("start", day()), ("end", day())]).requiring(["start", "end"])
}

/// A list, by cursor or by offset.
pub(super) fn list(element: Shape) -> Shape {
    let link = Shape::fields("Link", [("rel", Shape::Text), ("href", Shape::Text), ("type", Shape::Text)]);
    let paging = [("start", whole()), ("count", whole()), ("total", whole()), ("links", Shape::list(link))];
    let fields = [
        ("elements", Shape::list(element)),
        ("metadata", Shape::fields("Metadata", [("nextPageToken", Shape::Text)])),
        ("paging", Shape::fields("Paging", paging)),
    ];
    Shape::fields("List", fields).requiring(["elements"])
}

/// An error.
pub(super) fn error(words: &Words) -> Shape {
    let fields = [
        ("message", Shape::Text),
        ("status", whole()),
        ("serviceErrorCode", whole()),
        ("code", words.code.clone()),
        ("errorDetailType", Shape::Text),
        ("errorDetails", Shape::Undescribed("Error.errorDetails".to_owned())),
    ];
    Shape::fields("Error", fields).requiring(["message", "status"])
}

/// What the authorisation server says when it refuses.
pub(super) fn refusal() -> Shape {
    Shape::fields("TokenError", [("error", Shape::Text), ("error_description", Shape::Text)]).requiring(["error"])
}

/// A token.
pub(super) fn token() -> Shape {
    let fields = [
        ("access_token", Shape::Text),
        ("expires_in", whole()),
        ("refresh_token", Shape::Text),
        ("refresh_token_expires_in", whole()),
        ("scope", Shape::Text),
        ("token_type", Shape::Text),
    ];
    Shape::fields("Token", fields).requiring(["access_token", "expires_in"])
}

/// How a token stands; of one that is not active little is told.
pub(super) fn introspection() -> Shape {
    let fields = [
        ("active", Shape::Boolean),
        ("status", Shape::Text),
        ("expires_at", whole()),
        ("created_at", whole()),
        ("scope", Shape::Text),
    ];
    open(Shape::fields("Introspection", fields).requiring(["active"]))
}

/// Every object by name.
pub(super) fn all(words: &Words) -> BTreeMap<String, Shape> {
    let urn = || Shape::Text;
    let money =
        || Shape::fields("Money", [("amount", Shape::Text), ("currencyCode", Shape::Text)]).requiring(["amount", "currencyCode"]);
    let stamp = || Shape::fields("Stamp", [("time", whole()), ("actor", urn())]);
    let stamps = || Shape::fields("ChangeAuditStamps", [("created", stamp()), ("lastModified", stamp())]);
    let version = || Shape::fields("Version", [("versionTag", Shape::Text)]);
    let schedule = || Shape::fields("RunSchedule", [("start", whole()), ("end", whole())]);
    let campaign = [
        ("id", whole()),
        ("account", urn()),
        ("campaignGroup", urn()),
        ("name", Shape::Text),
        ("status", words.status.clone()),
        ("type", words.kind.clone()),
        ("format", Shape::Text),
        ("objectiveType", words.objective.clone()),
        ("costType", words.cost.clone()),
        ("optimizationTargetType", Shape::Text),
        ("creativeSelection", Shape::Text),
        ("pacingStrategy", Shape::Text),
        ("dailyBudget", money()),
        ("totalBudget", money()),
        ("unitCost", money()),
        ("runSchedule", schedule()),
        ("locale", Shape::fields("Locale", [("country", Shape::Text), ("language", Shape::Text)])),
        ("audienceExpansionEnabled", Shape::Boolean),
        ("offsiteDeliveryEnabled", Shape::Boolean),
        ("servingStatuses", Shape::list(Shape::Text)),
        ("test", Shape::Boolean),
        ("version", version()),
        ("changeAuditStamps", stamps()),
    ];
    let review = [("status", Shape::words(REVIEWS)), ("rejectionReasons", Shape::list(Shape::Text))];
    let creative = [
        ("id", urn()),
        ("campaign", urn()),
        ("account", urn()),
        ("name", Shape::Text),
        ("intendedStatus", words.intended.clone()),
        ("isServing", Shape::Boolean),
        ("servingHoldReasons", Shape::list(Shape::Text)),
        ("review", Shape::fields("Review", review)),
        ("content", Shape::fields("Content", [("reference", urn())])),
        ("createdAt", whole()),
        ("lastModifiedAt", whole()),
        ("isTest", Shape::Boolean),
    ];
    let group = [
        ("id", whole()),
        ("account", urn()),
        ("name", Shape::Text),
        ("status", words.status.clone()),
        ("totalBudget", money()),
        ("dailyBudget", money()),
        ("runSchedule", schedule()),
        ("servingStatuses", Shape::list(Shape::Text)),
        ("test", Shape::Boolean),
        ("version", version()),
        ("changeAuditStamps", stamps()),
    ];
    let account = [
        ("id", whole()),
        ("name", Shape::Text),
        ("currency", Shape::Text),
        ("status", Shape::words(super::ACCOUNT_STATUSES)),
        ("servingStatuses", Shape::list(Shape::Text)),
        ("test", Shape::Boolean),
        ("version", version()),
        ("changeAuditStamps", stamps()),
    ];
    [
        ("Campaign", Shape::fields("Campaign", campaign).requiring(["id", "account", "campaignGroup", "status"])),
        ("Creative", Shape::fields("Creative", creative).requiring(["id", "campaign", "intendedStatus"])),
        ("Group", open(Shape::fields("Group", group).requiring(["id", "account", "status"]))),
        ("Account", open(Shape::fields("Account", account).requiring(["id", "currency", "status"]))),
        ("AccountUser", open(Shape::fields("AccountUser", [("account", urn()), ("user", urn()), ("role", Shape::Text)]))),
        ("Conversion", open(Shape::fields("Conversion", [("id", whole()), ("name", Shape::Text), ("account", urn())]))),
    ]
    .map(|(name, shape)| (name.to_owned(), shape))
    .into()
}

/// The same object, of which the fact sheet does not list all fields.
fn open(shape: Shape) -> Shape {
    match shape {
        Shape::Fields(fields) => {
            let rest = Some(Box::new(Shape::Undescribed(format!("other fields of {}", fields.name))));
            Shape::Fields(Fields { rest, ..fields })
        }
        shape => shape,
    }
}
