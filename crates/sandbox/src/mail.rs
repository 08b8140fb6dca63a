//! A mail server that keeps what it is given: SMTP (RFC 5321) with `AUTH PLAIN` and `AUTH LOGIN`, on a listener of its own.
//!
//! It delivers nothing. What came is told at `/_sandbox/messages`, taken apart as a mail program would show it. There is no encryption: it is
//! for this machine.

mod mime;
mod smtp;

pub(crate) use smtp::converse;

use crate::{
    limits,
    state::{Shared, lock},
    world::calendar::stamp,
};
use serde::Serialize;
use std::{collections::VecDeque, sync::Mutex};

/// The one user who may sign in to it, where somebody signs in at all.
pub const MAIL_USER: (&str, &str) = ("trimtab", "mail: 100% +&=");

/// A message somebody was sent.
#[derive(Debug, Clone, Serialize)]
pub struct Message {
    /// Order of arrival, from 1.
    pub seq: u64,
    /// The virtual clock's instant (RFC 3339).
    pub time: String,
    /// How it came: `mail`.
    pub channel: &'static str,
    /// The sender of the envelope.
    pub from: String,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// Who was signed in to the server.
    pub login: Option<String>,
    /// The subject, decoded.
    pub subject: String,
    /// The headers in order, names as they came, values decoded.
    pub headers: Vec<(String, String)>,
    /// The plain text.
    pub text: String,
    /// The HTML; empty where there is none.
    pub html: String,
    /// All of it as it came.
    pub raw: String,
}

impl Message {
    /// A header's value by its name, in any case; the first, where there are several.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// The messages that came.
#[derive(Debug, Default)]
pub(crate) struct Received(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    messages: VecDeque<Message>,
    seq: u64,
}

impl Received {
    pub(crate) fn all(&self) -> Vec<Message> {
        lock(&self.0).messages.iter().cloned().collect()
    }

    pub(crate) fn forget(&self) {
        lock(&self.0).messages.clear();
    }

    fn keep(&self, mut message: Message) -> u64 {
        let mut kept = lock(&self.0);
        kept.seq += 1;
        message.seq = kept.seq;
        if kept.messages.len() >= limits::MESSAGES_KEPT {
            kept.messages.pop_front();
        }
        kept.messages.push_back(message);
        kept.seq
    }
}

/// What a client has said of a message so far.
#[derive(Debug, Default)]
struct Envelope {
    from: Option<String>,
    to: Vec<String>,
}

/// Takes a message in; answers its number.
fn deliver(shared: &Shared, envelope: Envelope, login: Option<String>, raw: String) -> u64 {
    let read = mime::read(&raw);
    let subject = read.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("subject")).map(|(_, value)| value.clone());
    shared.received_messages.keep(Message {
        seq: 0,
        time: stamp(shared.clock.now()).to_string(),
        channel: "mail",
        from: envelope.from.unwrap_or_default(),
        to: envelope.to,
        login,
        subject: subject.unwrap_or_default(),
        headers: read.headers,
        text: read.text,
        html: read.html,
        raw,
    })
}
