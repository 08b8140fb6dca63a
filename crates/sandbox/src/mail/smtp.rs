//! The conversation with one client.

use super::{Envelope, MAIL_USER, deliver};
use crate::{
    FaultKind,
    faults::Target,
    limits,
    state::{Shared, lock},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{sync::Arc, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// One client and what is known of it.
struct Conversation {
    shared: Arc<Shared>,
    stream: BufReader<TcpStream>,
    greeted: bool,
    login: Option<String>,
    envelope: Envelope,
}

/// Talks with a client until it leaves.
pub(crate) async fn converse(shared: Arc<Shared>, stream: TcpStream) {
    let mut conversation =
        Conversation { shared, stream: BufReader::new(stream), greeted: false, login: None, envelope: Envelope::default() };
    // A client that breaks off has nothing to be told.
    let _left = conversation.run().await;
}

impl Conversation {
    async fn run(&mut self) -> Option<()> {
        if !self.may("CONNECT").await? {
            return None;
        }
        self.say("220 sandbox.example ESMTP").await?;
        loop {
            let line = self.line().await?;
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            if !self.may(&verb).await? {
                continue;
            }
            let rest = line.get(verb.len()..).unwrap_or_default().trim();
            match verb.as_str() {
                "EHLO" => {
                    self.greeted = true;
                    self.say("250-sandbox.example\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-SIZE 4194304\r\n250 AUTH PLAIN LOGIN")
                        .await?;
                }
                "HELO" => {
                    self.greeted = true;
                    self.say("250 sandbox.example").await?;
                }
                "QUIT" => {
                    self.say("221 2.0.0 bye").await?;
                    return Some(());
                }
                "NOOP" => self.say("250 2.0.0 ok").await?,
                "RSET" => {
                    self.envelope = Envelope::default();
                    self.say("250 2.0.0 ok").await?;
                }
                _ if !self.greeted => self.say("503 5.5.1 say EHLO first").await?,
                "AUTH" => self.sign_in(rest).await?,
                "MAIL" => match path(rest, "FROM:") {
                    Some(from) => {
                        self.envelope = Envelope { from: Some(from), to: Vec::new() };
                        self.say("250 2.1.0 ok").await?;
                    }
                    None => self.say("501 5.5.4 MAIL FROM:<address>").await?,
                },
                "RCPT" if self.envelope.from.is_some() => match path(rest, "TO:").filter(|to| to.contains('@')) {
                    Some(to) => {
                        self.envelope.to.push(to);
                        self.say("250 2.1.5 ok").await?;
                    }
                    None => self.say("501 5.1.3 RCPT TO:<address>").await?,
                },
                "DATA" if !self.envelope.to.is_empty() => self.data().await?,
                "RCPT" | "DATA" => self.say("503 5.5.1 first MAIL, then RCPT, then DATA").await?,
                _ => self.say("502 5.5.1 there is no such command").await?,
            }
        }
    }

    /// Lets a fault strike a command. `false`: it was answered by the fault; `None`: the connection is over.
    async fn may(&mut self, verb: &str) -> Option<bool> {
        let route = format!("SMTP {verb}");
        let target = Target { route: &route, account: None, repeatable: false, report: false, sign_in: None };
        let fault = lock(&self.shared.faults).strike(&target, self.shared.settings.seed);
        let Some(fault) = fault else { return Some(true) };
        let wait = |default: f64| Duration::from_secs_f64(fault.seconds.unwrap_or(default).clamp(0.0, limits::FAULT_SECONDS_MAX));
        let answer = match fault.kind {
            FaultKind::Throttle | FaultKind::Http429 => "450 4.7.1 too many messages, come again later",
            FaultKind::ServerError => "451 4.3.0 the server has trouble",
            FaultKind::Revoked => "550 5.7.1 refused by policy",
            FaultKind::ExpiredToken => "535 5.7.8 user or password is not good",
            FaultKind::Hang => {
                tokio::time::sleep(wait(30.0)).await;
                return None;
            }
            FaultKind::Slow => {
                tokio::time::sleep(wait(1.0)).await;
                return Some(true);
            }
            FaultKind::Drop => return None,
            _ => return Some(true),
        };
        self.say(answer).await?;
        Some(false)
    }

    async fn sign_in(&mut self, asked: &str) -> Option<()> {
        let (mechanism, first) =
            asked.split_once(' ').map_or((asked, None), |(mechanism, first)| (mechanism, Some(first.to_owned())));
        let given = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => {
                let text = self.told(first, "").await?;
                let mut parts = text.split('\0').skip(1).map(str::to_owned);
                parts.next().zip(parts.next())
            }
            "LOGIN" => {
                let user = self.told(first, "VXNlcm5hbWU6").await?;
                Some((user, self.told(None, "UGFzc3dvcmQ6").await?))
            }
            _ => return self.say("504 5.5.4 use PLAIN or LOGIN").await,
        };
        match given {
            Some((user, password)) if (user.as_str(), password.as_str()) == MAIL_USER => {
                self.login = Some(user);
                self.say("235 2.7.0 welcome").await
            }
            _ => self.say("535 5.7.8 user or password is not good").await,
        }
    }

    /// A part of a sign-in, given with the command or asked for.
    async fn told(&mut self, given: Option<String>, prompt: &str) -> Option<String> {
        let line = match given {
            Some(line) => line,
            None => {
                self.say(&format!("334 {prompt}")).await?;
                self.line().await?
            }
        };
        Some(String::from_utf8(STANDARD.decode(line.trim()).unwrap_or_default()).unwrap_or_default())
    }

    async fn data(&mut self) -> Option<()> {
        self.say("354 end with a line that holds a dot alone").await?;
        let mut raw = String::new();
        loop {
            let line = self.line().await?;
            if line == "." {
                break;
            }
            // A dot at the start was doubled, so that it does not end the message (RFC 5321 §4.5.2).
            raw.push_str(line.strip_prefix('.').unwrap_or(&line));
            raw.push_str("\r\n");
            if raw.len() > limits::BODY_BYTES_MAX {
                return None;
            }
        }
        let envelope = std::mem::take(&mut self.envelope);
        let seq = deliver(&self.shared, envelope, self.login.clone(), raw);
        self.say(&format!("250 2.0.0 kept as {seq}")).await
    }

    async fn say(&mut self, line: &str) -> Option<()> {
        self.stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await.ok()
    }

    /// The next line, without its end.
    async fn line(&mut self) -> Option<String> {
        let mut bytes = Vec::new();
        let read = (&mut self.stream).take(limits::MAIL_LINE_BYTES_MAX).read_until(b'\n', &mut bytes).await.ok()?;
        let whole = read > 0 && bytes.last() == Some(&b'\n');
        whole.then(|| String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned())
    }
}

/// The address of `FROM:<a@b> SIZE=…`.
fn path(text: &str, keyword: &str) -> Option<String> {
    let (head, rest) = text.split_at_checked(keyword.len())?;
    let address = rest.trim_start().strip_prefix('<')?.split('>').next()?;
    head.eq_ignore_ascii_case(keyword).then(|| address.to_owned())
}
