//! The European Central Bank's reference rates as files on its site, below the prefix `/ecb`.
//!
//! Anybody may fetch them: there are no accounts, no tokens and no quotas of the bank's own. What refuses or fails is the web server
//! before it, which answers with pages for people.

mod currencies;
mod days;
mod files;
mod rates;

use crate::{
    SandboxSettings,
    http::{Method, Reply, Request},
    platform::{Owner, Platform, Trouble},
    state::{Shared, lock},
    world::calendar::stamp,
};
use files::File;
use rates::Rates;
use std::sync::Mutex;
use trimtab_domain::Source;

/// The bank.
#[derive(Debug)]
pub(crate) struct Ecb {
    rates: Rates,
    /// The file made last, and as of which day: the history takes a moment to write.
    made: Mutex<Option<(File, i32, Vec<u8>)>>,
}

impl Ecb {
    pub(crate) fn new(settings: &SandboxSettings) -> Self {
        Self { rates: Rates::new(settings.seed), made: Mutex::default() }
    }

    fn file(&self, file: File, latest: i32) -> Vec<u8> {
        let mut made = lock(&self.made);
        match &*made {
            Some((of, as_of, content)) if (*of, *as_of) == (file, latest) => content.clone(),
            _ => {
                let content = file.content(self.rates, latest);
                *made = Some((file, latest, content.clone()));
                content
            }
        }
    }
}

impl Platform for Ecb {
    fn source(&self) -> Source {
        Source::Ecb
    }

    fn prefix(&self) -> &'static str {
        "/ecb"
    }

    /// Nobody has an account with the bank.
    fn whose(&self, _request: &Request) -> Option<Owner> {
        None
    }

    fn answer(&self, shared: &Shared, request: &Request) -> Reply {
        let Some(file) = asked(request) else {
            return page(404, "Not Found");
        };
        if request.method != Method::Get {
            return page(405, "Method Not Allowed");
        }
        let (latest, out) = days::latest(shared.clock.now());
        let mut reply = found(file, self.file(file, latest));
        let printer = jiff::fmt::rfc2822::DateTimePrinter::new();
        reply.headers.extend(printer.timestamp_to_rfc9110_string(&stamp(out)).ok().map(|date| ("last-modified", date)));
        reply
    }

    fn trouble(&self, _shared: &Shared, request: &Request, trouble: Trouble) -> Reply {
        let file = asked(request).unwrap_or(File::Daily);
        match trouble {
            Trouble::Throttled => page(503, "Service Unavailable"),
            Trouble::TooManyRequests => {
                let mut reply = page(429, "Too Many Requests");
                reply.headers.push(("retry-after", "1".to_owned()));
                reply
            }
            Trouble::Failing => page(500, "Internal Server Error"),
            // There is nothing to sign in to: whoever is turned away is turned away by the web server.
            Trouble::ExpiredToken | Trouble::Revoked => page(403, "Access Denied"),
            Trouble::Empty => found(file, file.without_rates()),
            Trouble::Drift => found(file, file.drifted()),
        }
    }

    fn sunset(&self, _shared: &Shared, _request: &Request) -> Reply {
        page(410, "Gone")
    }

    fn list(&self, request: &Request) -> (String, bool) {
        (format!("ecb {}", request.path), false)
    }

    fn cut_quotas(&self, _left: Option<f64>) {}
}

fn asked(request: &Request) -> Option<File> {
    File::parse(request.path.strip_prefix("stats/eurofxref/")?)
}

fn found(file: File, body: Vec<u8>) -> Reply {
    Reply { status: 200, headers: vec![("content-type", file.content_type().to_owned())], body }
}

/// A page of the web server.
fn page(status: u16, title: &str) -> Reply {
    let body = format!("<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n");
    Reply { status, headers: vec![("content-type", "text/html".to_owned())], body: body.into_bytes() }
}
