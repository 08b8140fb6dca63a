//! Changes of status and of daily budgets. The world reacts from the instant of the write.

mod apply;

use super::{
    error::{AdsError, Failure, INVALID_ARGUMENT, failure},
    search::object,
};
use crate::{calls::Write, http, limits, world::World};
use serde_json::{Map, Value, json};

/// What a service changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Campaign,
    Budget,
    AdGroup,
    AdGroupAd,
}

impl Target {
    fn of(service: &str) -> Option<Self> {
        Some(match service {
            "campaigns:mutate" => Self::Campaign,
            "campaignBudgets:mutate" => Self::Budget,
            "adGroups:mutate" => Self::AdGroup,
            "adGroupAds:mutate" => Self::AdGroupAd,
            _ => return None,
        })
    }

    /// The collection in resource names.
    const fn collection(self) -> &'static str {
        match self {
            Self::Campaign => "campaigns",
            Self::Budget => "campaignBudgets",
            Self::AdGroup => "adGroups",
            Self::AdGroupAd => "adGroupAds",
        }
    }

    /// The only field that can be changed, as masks name it.
    const fn field(self) -> &'static str {
        if matches!(self, Self::Budget) { "amount_micros" } else { "status" }
    }
}

/// A mutate request.
#[derive(Debug)]
pub(crate) struct Request {
    target: Target,
    operations: Vec<Map<String, Value>>,
    partial: bool,
    validate_only: bool,
    version: String,
    id: String,
}

impl Request {
    pub(crate) fn read(request: &http::Request, service: &str, version: &str, id: &str) -> Result<Self, AdsError> {
        let target = Target::of(service).ok_or_else(AdsError::no_page)?;
        let (version, id) = (version.to_owned(), id.to_owned());
        let mut read = Self { target, operations: Vec::new(), partial: false, validate_only: false, version, id };
        for (name, value) in object(request)? {
            match (name.as_str(), value) {
                ("operations", Value::Array(list)) => {
                    read.operations = list.into_iter().map(|o| if let Value::Object(o) = o { o } else { Map::new() }).collect();
                }
                ("partialFailure" | "partial_failure", flag) => read.partial = flag == true,
                ("validateOnly" | "validate_only", flag) => read.validate_only = flag == true,
                ("customerId" | "customer_id" | "responseContentType" | "response_content_type", _) => {}
                _ => return Err(AdsError::unknown_name(&name)),
            }
        }
        match read.operations.len() {
            0 => Err(AdsError::request("OPERATION_REQUIRED", "At least one operation is required.")),
            n if n > limits::GOOGLE_MUTATE_OPERATIONS_MAX => Err(AdsError::request(
                "TOO_MANY_MUTATE_OPERATIONS",
                format_args!("Too many mutate operations in the request: at most {}.", limits::GOOGLE_MUTATE_OPERATIONS_MAX),
            )),
            _ => Ok(read),
        }
    }

    /// Checks every operation before any of them is applied; answers the document and what is to be remembered.
    pub(crate) fn apply(&self, world: &mut World, place: usize, now: i64) -> Result<(Value, Vec<Write>), AdsError> {
        let mut failures = Vec::new();
        let mut changes = Vec::new();
        for (index, operation) in self.operations.iter().enumerate() {
            match self.understand(world, place, operation, now) {
                Ok(change) => changes.push(Some(change)),
                Err(mut failure) => {
                    let fields = failure.operation.take().map_or_else(|| vec!["update"], |place| place.1);
                    failure.operation = Some(Box::new((index, fields)));
                    failures.push(failure);
                    changes.push(None);
                }
            }
        }
        if !failures.is_empty() && !self.partial {
            return Err(AdsError::many(failures));
        }
        let mut answer = json!({});
        if !failures.is_empty() {
            let errors: Vec<Value> = failures.iter().map(Failure::json).collect();
            let message = "Multiple errors in ‘details’. First error: ".to_owned() + &failures[0].message;
            let details = [failure(&self.version, &self.id, &errors)];
            answer["partialFailureError"] = json!({"code": INVALID_ARGUMENT, "message": message, "details": details});
        }
        let mut writes = Vec::new();
        if !self.validate_only {
            let mut results = Vec::new();
            for change in changes {
                results.push(change.as_ref().map_or_else(|| json!({}), |c| json!({"resourceName": c.resource})));
                writes.extend(change.map(|c| c.make(world, place, now)));
            }
            answer["results"] = Value::from(results);
        }
        Ok((answer, writes))
    }

    fn understand(&self, world: &World, place: usize, operation: &Map<String, Value>, now: i64) -> Result<apply::Change, Failure> {
        let given = |snake: &str, camel: &str| operation.get(camel).or_else(|| operation.get(snake));
        let Some(update) = operation.get("update") else {
            return Err(Failure::new("operatorError", "OPERATOR_NOT_SUPPORTED", "Operator is not supported."));
        };
        let mask = given("update_mask", "updateMask").and_then(Value::as_str).unwrap_or_default();
        if mask.is_empty() {
            return Err(Failure::new(
                "fieldMaskError",
                "FIELD_MASK_MISSING",
                "The field mask must be provided for update operations.",
            ));
        }
        let field = self.target.field();
        let camel = super::field::camel(field);
        if let Some(other) = mask.split(',').map(str::trim).find(|f| *f != field && *f != camel) {
            let text = format!("The field mask contained an invalid field: '{other}'.");
            return Err(Failure::new("fieldMaskError", "FIELD_NOT_FOUND", text));
        }
        let name = update.get("resourceName").or_else(|| update.get("resource_name")).and_then(Value::as_str).unwrap_or_default();
        if name.is_empty() {
            return Err(Failure::new("requestError", "RESOURCE_NAME_MISSING", "Resource name is missing."));
        }
        let value = update.get(&camel).or_else(|| update.get(field));
        apply::understand(world, place, self.target, name, value, now)
    }
}
