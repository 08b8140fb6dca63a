//! Errors as problem details (RFC 9457): the one place where failures become statuses.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use std::any::Any;
use tower_http::request_id::RequestId;
use trimtab_domain::ErrorKind;
use utoipa::ToSchema;

/// A problem, as clients see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A URI that names the kind of problem.
    #[schema(example = "/api/docs#problem-invalid")]
    pub r#type: String,
    /// The kind of problem, for people.
    #[schema(example = "Invalid request")]
    pub title: &'static str,
    /// The HTTP status.
    #[schema(example = 400)]
    pub status: u16,
    /// What is wrong and what to do.
    pub detail: String,
    /// The kind of problem, for programs.
    #[schema(example = "invalid")]
    pub code: &'static str,
    /// Names this request in the log.
    pub request_id: String,
    /// Fields at fault, where the request has some.
    pub errors: Vec<FieldProblem>,
}

/// A field at fault.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Its name.
    pub field: String,
    /// What is wrong with it.
    pub detail: String,
}

/// A failed request.
#[derive(Debug)]
pub struct ApiError {
    kind: ErrorKind,
    detail: String,
    fields: Vec<FieldProblem>,
    outside: bool,
}

/// What a handler answers.
pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    /// The input is wrong.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Invalid, detail: detail.into(), fields: Vec::new(), outside: false }
    }

    /// A field of the input is wrong.
    pub fn field(field: &str, detail: impl ToString) -> Self {
        let detail = detail.to_string();
        Self { fields: vec![FieldProblem { field: field.to_owned(), detail: detail.clone() }], ..Self::invalid(detail) }
    }

    /// Several fields of the input are wrong.
    pub fn fields(fields: Vec<FieldProblem>) -> Self {
        let all: Vec<String> = fields.iter().map(|FieldProblem { field, detail }| format!("{field}: {detail}")).collect();
        Self { fields, ..Self::invalid(all.join("; ")) }
    }

    /// It does not exist.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self { kind: ErrorKind::NotFound, ..Self::invalid(detail) }
    }

    /// An id that is none of ours names nothing.
    pub fn not_found_id(error: trimtab_domain::id::BadId) -> Self {
        Self::not_found(error.to_string())
    }

    /// Nobody is signed in.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self { kind: ErrorKind::Unauthenticated, ..Self::invalid("sign in first") }
    }

    /// The caller asks too often.
    #[must_use]
    pub fn too_many(retry_after: std::time::Duration) -> Self {
        let detail = format!("too many requests: try again in {} s", retry_after.as_secs().max(1));
        Self { kind: ErrorKind::RateLimited { retry_after: Some(retry_after) }, ..Self::invalid(detail) }
    }

    /// The caller may not do this.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Forbidden, ..Self::invalid(detail) }
    }
}

impl From<serde_json::Error> for ApiError {
    fn from(error: serde_json::Error) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "a kept result is not of this version's shape");
        let detail = "the last analysis was made by another version: run it again".to_owned();
        Self { kind: ErrorKind::Internal, detail, fields: Vec::new(), outside: false }
    }
}

impl From<trimtab_engine::Error> for ApiError {
    fn from(error: trimtab_engine::Error) -> Self {
        if let trimtab_engine::Error::Knowledge(faults) = error {
            return Self::fields(faults.into_iter().map(|fault| FieldProblem { field: fault.at, detail: fault.what }).collect());
        }
        if let trimtab_engine::Error::Store(database) = &error
            && database.names_place()
        {
            // Path, host and user are the operator's affair.
            tracing::error!(error = &error as &dyn std::error::Error, "the database cannot be used");
            let detail = "the database cannot be used now; the log names the cause under the request id".to_owned();
            return Self { kind: ErrorKind::Unavailable, detail, fields: Vec::new(), outside: false };
        }
        let kind = error.kind();
        if kind == ErrorKind::Internal {
            tracing::error!(error = &error as &dyn std::error::Error, "request failed");
        } else {
            tracing::debug!(error = &error as &dyn std::error::Error, "request refused");
        }
        Self { kind, detail: error.to_string(), fields: Vec::new(), outside: error.is_outside() }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        // A platform's refusal of a credential is not about who is signed in here.
        let (status, code, title) = match (self.kind, self.outside) {
            (ErrorKind::Unauthenticated, true) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "credential_refused", "The source refuses the credential")
            }
            (ErrorKind::Forbidden, true) => (StatusCode::UNPROCESSABLE_ENTITY, "access_refused", "The source refuses access"),
            (ErrorKind::Invalid, true) => (StatusCode::UNPROCESSABLE_ENTITY, "source_refused", "The source refuses the request"),
            (ErrorKind::Unavailable | ErrorKind::Timeout | ErrorKind::RateLimited { .. }, true) => {
                (StatusCode::BAD_GATEWAY, "source_unavailable", "The source cannot be reached")
            }
            (ErrorKind::Invalid, false) => (StatusCode::BAD_REQUEST, "invalid", "Invalid request"),
            (ErrorKind::NotFound, _) => (StatusCode::NOT_FOUND, "not_found", "Not found"),
            (ErrorKind::Conflict, _) => (StatusCode::CONFLICT, "conflict", "Conflict"),
            (ErrorKind::Unauthenticated, false) => (StatusCode::UNAUTHORIZED, "unauthenticated", "Not signed in"),
            (ErrorKind::Forbidden, false) => (StatusCode::FORBIDDEN, "forbidden", "Not allowed"),
            (ErrorKind::RateLimited { .. }, false) => (StatusCode::TOO_MANY_REQUESTS, "rate_limited", "Too many requests"),
            (ErrorKind::Unavailable, false) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Temporarily unavailable"),
            (ErrorKind::Timeout, false) => (StatusCode::GATEWAY_TIMEOUT, "timeout", "Took too long"),
            (ErrorKind::Internal, _) => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong"),
        };
        let detail = match self.kind {
            ErrorKind::Internal => "this is our fault; the log names the cause under the request id".to_owned(),
            _ => self.detail,
        };
        let retry_after = match self.kind {
            ErrorKind::RateLimited { retry_after } => retry_after,
            _ => None,
        };
        let mut response = respond(status, code, title, detail, self.fields);
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.as_secs().max(1)));
        }
        response
    }
}

/// A problem without its request id, which [`name_request`] adds.
struct Unnamed(Problem);

fn respond(status: StatusCode, code: &'static str, title: &'static str, detail: String, errors: Vec<FieldProblem>) -> Response {
    let problem = Problem {
        r#type: format!("/api/docs#problem-{code}"),
        title,
        status: status.as_u16(),
        detail,
        code,
        request_id: String::new(),
        errors,
    };
    let mut response = status.into_response();
    response.extensions_mut().insert(std::sync::Arc::new(Unnamed(problem)));
    response
}

/// Writes the body of problems, with the id of their request.
pub(crate) async fn name_request(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or_default().to_owned();
    let mut response = next.run(request).await;
    let Some(unnamed) = response.extensions_mut().remove::<std::sync::Arc<Unnamed>>() else {
        return response;
    };
    let Problem { r#type, title, status, detail, code, errors, .. } = &unnamed.0;
    let problem = Problem {
        r#type: r#type.clone(),
        title,
        status: *status,
        detail: detail.clone(),
        code,
        request_id: id,
        errors: errors.clone(),
    };
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(body);
    response
}

/// Answers for a handler that panicked.
#[expect(clippy::needless_pass_by_value, reason = "the signature the panic layer asks for")]
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("unknown"), "a handler panicked");
    ApiError { kind: ErrorKind::Internal, ..ApiError::invalid("") }.into_response()
}

/// The span of one request: path without query, since queries may name clients.
pub(crate) fn span(request: &axum::http::Request<Body>) -> tracing::Span {
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", method = %request.method(), path = request.uri().path(), request_id = id)
}
