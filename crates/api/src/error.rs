//! Errors as problem details (RFC 9457): the one place where failures become statuses.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use std::{any::Any, time::Duration};
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
    #[schema(example = 422)]
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
    wire: Option<Wire>,
    retry_after: Option<Duration>,
}

/// Refusals that only HTTP knows of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wire {
    Malformed,
    TooLarge,
    MediaType,
    Method,
    KeyReused,
}

/// What a handler answers.
pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    fn of(kind: ErrorKind, detail: String, outside: bool) -> Self {
        let retry_after = if let ErrorKind::RateLimited { retry_after } = kind { retry_after } else { None };
        Self { kind, detail, fields: Vec::new(), outside, wire: None, retry_after }
    }

    fn wire(wire: Wire, detail: String) -> Self {
        Self { wire: Some(wire), ..Self::invalid(detail) }
    }

    /// The body is larger than is read.
    #[must_use]
    pub fn too_large(most: usize) -> Self {
        Self::wire(Wire::TooLarge, format!("the body is too large: at most {} KiB are read here", most >> 10))
    }

    /// The body is of another type than is read.
    #[must_use]
    pub fn media_type(wanted: &str) -> Self {
        Self::wire(Wire::MediaType, format!("send the body as Content-Type: {wanted}"))
    }

    /// The resource knows no such method.
    #[must_use]
    pub fn method() -> Self {
        Self::wire(Wire::Method, "this method does nothing here: the header Allow names those that do".to_owned())
    }

    /// An `Idempotency-Key` that was used for another request.
    #[must_use]
    pub fn key_reused() -> Self {
        Self::wire(Wire::KeyReused, "this Idempotency-Key was used for another request: use a fresh one".to_owned())
    }

    /// The same request is under way.
    #[must_use]
    pub fn under_way() -> Self {
        let detail = trimtab_engine::StoreError::UnderWay.to_string();
        Self { retry_after: Some(Duration::from_secs(1)), ..Self::of(ErrorKind::Conflict, detail, false) }
    }

    /// The request is not of the form the document gives it.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::wire(Wire::Malformed, detail.into())
    }

    /// A parameter or header is not of the form the document gives it.
    pub fn malformed_field(field: &str, detail: impl ToString) -> Self {
        Self { wire: Some(Wire::Malformed), ..Self::field(field, detail) }
    }

    /// The input is of the right form and breaks a rule.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::of(ErrorKind::Invalid, detail.into(), false)
    }

    /// A field of the input breaks a rule.
    pub fn field(field: &str, detail: impl ToString) -> Self {
        let detail = detail.to_string();
        Self { fields: vec![FieldProblem { field: field.to_owned(), detail: detail.clone() }], ..Self::invalid(detail) }
    }

    /// Several fields of the input break a rule.
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
    pub fn too_many(retry_after: Duration) -> Self {
        let detail = format!("too many requests: try again in {} s", retry_after.as_secs().max(1));
        Self::of(ErrorKind::RateLimited { retry_after: Some(retry_after) }, detail, false)
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
        Self::of(ErrorKind::Internal, detail, false)
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
            return Self::of(ErrorKind::Unavailable, detail, false);
        }
        let kind = error.kind();
        if kind == ErrorKind::Internal {
            tracing::error!(error = &error as &dyn std::error::Error, "request failed");
        } else {
            tracing::debug!(error = &error as &dyn std::error::Error, "request refused");
        }
        if matches!(error, trimtab_engine::Error::Store(trimtab_engine::StoreError::UnderWay)) {
            return Self::under_way();
        }
        Self::of(kind, error.to_string(), error.is_outside())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        // A platform's refusal of a credential is not about who is signed in here.
        let of_kind = match (self.kind, self.outside) {
            (ErrorKind::Unauthenticated, true) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "credential_refused", "The source refuses the credential")
            }
            (ErrorKind::Forbidden, true) => (StatusCode::UNPROCESSABLE_ENTITY, "access_refused", "The source refuses access"),
            (ErrorKind::Invalid, true) => (StatusCode::UNPROCESSABLE_ENTITY, "source_refused", "The source refuses the request"),
            (ErrorKind::Unavailable | ErrorKind::Timeout | ErrorKind::RateLimited { .. }, true) => {
                (StatusCode::BAD_GATEWAY, "source_unavailable", "The source cannot be reached")
            }
            (ErrorKind::Invalid, false) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Invalid request"),
            (ErrorKind::NotFound, _) => (StatusCode::NOT_FOUND, "not_found", "Not found"),
            (ErrorKind::Conflict, _) => (StatusCode::CONFLICT, "conflict", "Conflict"),
            (ErrorKind::Unauthenticated, false) => (StatusCode::UNAUTHORIZED, "unauthenticated", "Not signed in"),
            (ErrorKind::Forbidden, false) => (StatusCode::FORBIDDEN, "forbidden", "Not allowed"),
            (ErrorKind::RateLimited { .. }, false) => (StatusCode::TOO_MANY_REQUESTS, "rate_limited", "Too many requests"),
            (ErrorKind::Unavailable, false) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Temporarily unavailable"),
            (ErrorKind::Timeout, false) => (StatusCode::GATEWAY_TIMEOUT, "timeout", "Took too long"),
            (ErrorKind::Internal, _) => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong"),
        };
        let (status, code, title) = self.wire.map_or(of_kind, Wire::says);
        let detail = match self.kind {
            ErrorKind::Internal => "this is our fault; the log names the cause under the request id".to_owned(),
            _ => self.detail,
        };
        let mut response = respond(status, code, title, detail, self.fields);
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.as_secs().max(1)));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl Wire {
    const fn says(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Malformed => (StatusCode::BAD_REQUEST, "malformed", "Malformed request"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large", "Too large"),
            Self::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", "Type of body not taken"),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "method", "Method not taken"),
            Self::KeyReused => (StatusCode::UNPROCESSABLE_ENTITY, "key_reused", "Idempotency-Key used before"),
        }
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
