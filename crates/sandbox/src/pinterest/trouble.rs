//! Trouble in Pinterest's words.

use super::error::ApiError;
use crate::{
    http::{Method, Reply, Request},
    platform::Trouble,
};

/// What the answer to a request looks like when all goes well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// `{"items":[…]}`.
    Items,
    /// A bare array.
    Rows,
    /// `{"data":[…]}`.
    Data,
    /// An object of its own.
    Object,
}

impl Shape {
    fn of(request: &Request) -> Self {
        let segments: Vec<&str> = request.path.split('/').filter(|s| !s.is_empty()).collect();
        match segments.as_slice() {
            [.., "targeting_analytics"] => Self::Data,
            [.., "analytics"] => Self::Rows,
            [
                ..,
                "ad_accounts" | "campaigns" | "ad_groups" | "ads" | "audiences" | "keywords" | "pins" | "boards"
                | "conversion_tags",
            ] => Self::Items,
            _ => Self::Object,
        }
    }
}

/// An answer with trouble. `number` tells answers apart where the platform has two ways to say a thing.
pub(super) fn reply(request: &Request, trouble: Trouble, number: u64) -> Reply {
    let analytics = request.path.ends_with("analytics") || request.path.ends_with("/reports");
    let shape = Shape::of(request);
    match trouble {
        Trouble::Throttled if analytics => ApiError::too_many_in_words(60).reply(),
        Trouble::Throttled => {
            let mut reply = ApiError::too_many().reply();
            reply.headers = waits("60");
            reply
        }
        Trouble::TooManyRequests => {
            let mut reply = ApiError::too_many().reply();
            reply.headers = waits("1");
            reply.headers.push(("retry-after", "1".to_owned()));
            reply
        }
        Trouble::Failing => ApiError::passing(if number.is_multiple_of(2) { 500 } else { 400 }).reply(),
        Trouble::ExpiredToken if request.path.ends_with("oauth/token") => ApiError::invalid_grant().reply(),
        Trouble::ExpiredToken => ApiError::unauthenticated().reply(),
        Trouble::Revoked => ApiError::forbidden().reply(),
        Trouble::Empty => Reply::json(200, empty(request, shape).to_vec()),
        Trouble::Drift => Reply::json(200, drifted(shape).to_vec()),
    }
}

fn waits(seconds: &str) -> Vec<(&'static str, String)> {
    vec![
        ("x-ratelimit-limit", "300, 300;w=60".to_owned()),
        ("x-ratelimit-remaining", "0".to_owned()),
        ("x-ratelimit-reset", seconds.to_owned()),
    ]
}

fn empty(request: &Request, shape: Shape) -> &'static [u8] {
    match shape {
        Shape::Items => br#"{"items":[],"bookmark":null}"#,
        Shape::Rows => b"[]",
        Shape::Data => br#"{"data":[]}"#,
        Shape::Object if request.path.ends_with("/reports") && request.method == Method::Get => {
            br#"{"report_status":"DOES_NOT_EXIST","url":null,"size":null}"#
        }
        Shape::Object => b"{}",
    }
}

const fn drifted(shape: Shape) -> &'static [u8] {
    match shape {
        Shape::Items => br#"{"items":{"rows":[{"id":{"value":"1"}}]},"bookmark":null}"#,
        Shape::Rows => br#"{"rows":[{"SPEND_IN_MICRO_DOLLAR":{"amount":12.5}}]}"#,
        Shape::Data => br#"{"data":{"rows":[{"metrics":[12.5]}]}}"#,
        Shape::Object => br#"{"report":{"status":{"name":"FINISHED"}},"1":{"rows":[]}}"#,
    }
}
