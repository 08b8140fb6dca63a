//! What is true of every operation is written into its document here, once, instead of beside each handler: which refusals it may answer,
//! and that they are problem details.

use super::vocabulary;
use utoipa::openapi::{
    ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder, Schema,
    content::Content,
    path::{Operation, Parameter, ParameterIn, PathItem},
    schema::AdditionalProperties,
};

const PROBLEM: &str = "application/problem+json";

/// Bodies that take no other fields than theirs where the derived schema does not say so: a choice by tag, and a form read field by field.
const CLOSED: [&str; 2] = ["StartExecution", "ImportForm"];

/// Completes the document of the resources.
pub(crate) fn complete(document: &mut OpenApi) {
    vocabulary::complete(document);
    for name in CLOSED {
        let schema = document.components.as_mut().and_then(|known| known.schemas.get_mut(name));
        schema.map(close).unwrap_or_default();
    }
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        vocabulary::of_parameters(operation);
        let more = refusals(operation);
        for (status, says) in more {
            let responses = &mut operation.responses.responses;
            responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(problem(says)));
        }
        for response in operation.responses.responses.values_mut() {
            if let RefOr::T(response) = response {
                say_problems(response);
            }
        }
    }
}

fn close(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false))),
        RefOr::T(Schema::OneOf(choice)) => choice.items.iter_mut().for_each(close),
        _ => {}
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

/// What an operation may refuse, by what it takes.
fn refusals(operation: &Operation) -> Vec<(&'static str, &'static str)> {
    let takes = |wanted: &dyn Fn(&Parameter) -> bool| {
        operation.parameters.iter().flatten().any(|parameter| matches!(parameter, RefOr::T(parameter) if wanted(parameter)))
    };
    let mut refusals = vec![("429", "Too many requests: `Retry-After` says when to come back")];
    let open = operation.security.is_some();
    if !open {
        refusals.push(("401", "Nobody is signed in"));
        refusals.push(("403", "Not allowed, or not from a page of this site"));
    }
    if takes(&|_| true) || operation.request_body.is_some() {
        refusals.push(("400", "The request is not of the form given here"));
        refusals.push(("422", "The request is of the right form, but breaks a rule: the detail says which"));
    }
    if takes(&|parameter| parameter.parameter_in == ParameterIn::Path || parameter.name == "tenant") {
        refusals.push(("404", "It does not exist for whoever asks"));
    }
    if operation.request_body.is_some() {
        refusals.push(("413", "The body is too large"));
        refusals.push(("415", "The body is of another type"));
    }
    if takes(&|parameter| parameter.name == "Idempotency-Key") {
        refusals.push(("409", "The state does not allow it, or the same request is under way"));
    }
    refusals
}

fn problem(says: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(says).content(PROBLEM, content).build()
}

/// Gives problems their own type.
fn say_problems(response: &mut Response) {
    let content = std::mem::take(&mut response.content);
    let named = |(kind, content)| if is_problem(&content) { (PROBLEM.to_owned(), content) } else { (kind, content) };
    response.content = content.into_iter().map(named).collect();
}

fn is_problem(content: &RefOr<Content>) -> bool {
    let RefOr::T(Content { schema: Some(RefOr::<Schema>::Ref(schema)), .. }) = content else { return false };
    schema.ref_location.ends_with("/Problem")
}
