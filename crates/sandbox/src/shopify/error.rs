//! Refusals: of a whole request by a status, and of a query within an answer that says 200.

use super::graphql::{Field, Spot, Syntax};
use crate::http::Reply;
use serde_json::{Value, json};

/// An entry of `errors`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GraphError {
    message: String,
    at: Option<Spot>,
    path: Vec<String>,
    extensions: Value,
}

impl GraphError {
    fn at_field(message: String, field: &Field, path: &[String], extensions: Value) -> Self {
        Self { message, at: Some(field.at), path: path.to_vec(), extensions }
    }

    pub(crate) fn new(message: impl Into<String>, code: &str) -> Self {
        Self { message: message.into(), at: None, path: Vec::new(), extensions: json!({"code": code}) }
    }

    pub(crate) fn syntax(syntax: &Syntax) -> Self {
        let extensions = syntax.code.map_or(Value::Null, |code| json!({"code": code}));
        Self { message: syntax.message.clone(), at: Some(syntax.at), path: Vec::new(), extensions }
    }

    pub(crate) fn undefined_field(of: &str, field: &Field, path: &[String]) -> Self {
        let message = format!("Field '{}' doesn't exist on type '{of}'", field.name);
        Self::at_field(message, field, path, json!({"code": "undefinedField", "typeName": of, "fieldName": field.name}))
    }

    pub(crate) fn undefined_argument(field: &Field, argument: &str, path: &[String]) -> Self {
        let message = format!("Field '{}' doesn't accept argument '{argument}'", field.name);
        let extensions = json!({"code": "argumentNotAccepted", "name": field.name, "typeName": "Field", "argumentName": argument});
        Self::at_field(message, field, path, extensions)
    }

    pub(crate) fn selected_scalar(field: &Field, path: &[String]) -> Self {
        let message = format!("Selections can't be made on scalars (field '{}' returns a scalar but has selections)", field.name);
        Self::at_field(message, field, path, json!({"code": "selectionMismatch", "nodeName": format!("field '{}'", field.name)}))
    }

    pub(crate) fn bare_object(field: &Field, of: &str, path: &[String]) -> Self {
        let message = format!(
            "Field must have selections (field '{0}' returns {of} but has no selections. Did you mean '{0} {{ ... }}'?)",
            field.name
        );
        let extensions = json!({"code": "selectionMismatch", "nodeName": format!("field '{}'", field.name), "typeName": of});
        Self::at_field(message, field, path, extensions)
    }

    pub(crate) fn bad_argument(field: &Field, message: impl Into<String>) -> Self {
        let path = [field.key.clone()];
        Self::at_field(message.into(), field, &path, json!({"code": "BAD_REQUEST"}))
    }

    pub(crate) fn too_dear(cost: i64, most: i64) -> Self {
        let message = format!(
            "Query cost is {cost}, which exceeds the single query max cost limit ({most}). See https://shopify.dev/concepts/about-apis/rate-limits for more information on how the cost of a query is calculated. To query larger amounts of data with fewer limits, bulk operations should be used instead."
        );
        Self { extensions: json!({"code": "MAX_COST_EXCEEDED", "cost": cost, "maxCost": most}), ..Self::new(message, "") }
    }

    pub(crate) fn denied(field: &str, scope: &str) -> Self {
        let message = format!("Access denied for {field} field. Required access: `{scope}` access scope.");
        let documentation = "https://shopify.dev/api/usage/access-scopes";
        Self {
            path: vec![field.to_owned()],
            extensions: json!({"code": "ACCESS_DENIED", "documentation": documentation, "requiredAccess": format!("`{scope}` access scope.")}),
            ..Self::new(message, "")
        }
    }

    pub(crate) fn throttled() -> Self {
        let documentation = "https://shopify.dev/api/usage/rate-limits";
        Self { extensions: json!({"code": "THROTTLED", "documentation": documentation}), ..Self::new("Throttled", "") }
    }

    pub(crate) fn internal(request: &str) -> Self {
        let message = format!(
            "Internal error. Looks like something went wrong on our end.\nRequest ID: {request} (include this in support requests)."
        );
        Self { extensions: json!({"code": "INTERNAL_SERVER_ERROR", "requestId": request}), ..Self::new(message, "") }
    }

    pub(crate) fn json(&self) -> Value {
        let mut told = json!({"message": self.message});
        if let Some(at) = self.at.filter(|at| at.line > 0) {
            told["locations"] = json!([{"line": at.line, "column": at.column}]);
        }
        if !self.path.is_empty() {
            told["path"] = json!(self.path);
        }
        if !self.extensions.is_null() {
            told["extensions"] = self.extensions.clone();
        }
        told
    }
}

/// A refusal of the whole request: `{"errors": …}` with a status.
pub(crate) fn refused(status: u16, message: &str) -> Reply {
    Reply::json(status, json!({"errors": message}).to_string().into_bytes())
}

/// No token, or one that is not in force.
pub(crate) fn unauthorized() -> Reply {
    refused(401, "[API] Invalid API key or access token (unrecognized login or wrong password)")
}

/// A refusal of the endpoint that gives tokens.
pub(crate) fn grant_refused(status: u16, error: &str, description: &str) -> Reply {
    Reply::json(status, json!({"error": error, "error_description": description}).to_string().into_bytes())
}
