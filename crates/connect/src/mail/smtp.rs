//! One SMTP server.

use super::{
    Error, Letter, Recipient,
    letter::{one_line, parsed},
};
use crate::limits;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart, SinglePart, header},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
        extension::ClientId,
        response::Code,
    },
};
use secrecy::{ExposeSecret, SecretString};
use std::{fmt, net::IpAddr, str::FromStr, sync::Arc, time::Duration};
use trimtab_domain::{Clock, Ids};

/// How to reach the server.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// Its name or address.
    pub host: String,
    /// Its port; `None`: the usual one for the kind of security (587, 465, 25).
    pub port: Option<u16>,
    /// How the connection is encrypted.
    pub security: Security,
    /// User and password, where the server wants them.
    pub login: Option<(String, SecretString)>,
    /// The sender: `reports@agency.example`, or with a name: `Agency <reports@agency.example>`.
    pub from: String,
    /// Longest time for one letter, from connecting to the server's word that it has it.
    pub timeout: Duration,
}

/// How the connection to the server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Security {
    /// In the clear until both agree (`STARTTLS`); a server that does not offer it is not used.
    #[default]
    StartTls,
    /// From the first byte.
    Tls,
    /// Not at all: only within this machine.
    None,
}

impl Security {
    /// The usual port.
    #[must_use]
    pub const fn port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }
}

impl FromStr for Security {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "starttls" => Ok(Self::StartTls),
            "tls" => Ok(Self::Tls),
            "none" => Ok(Self::None),
            _ => Err(format!("'{text}' is no kind of security: use starttls, tls, or none for a server on this machine")),
        }
    }
}

/// The server, ready to be used. Every letter has a connection of its own: they are few.
pub(super) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// Host and port, for messages.
    server: String,
    timeout: Duration,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp").field("server", &self.server).field("from", &self.from).finish_non_exhaustive()
    }
}

/// The sender and the kind of connection, where the settings can work at all.
fn prepared(settings: &MailSettings) -> Result<(Mailbox, Tls), Error> {
    let MailSettings { host, security, from, .. } = settings;
    let refused = |key, what: String| Error::Settings { key, what };
    let encryption =
        || TlsParameters::new(host.clone()).map_err(|error| refused("host", one_line(&error.to_string(), limits::MAIL_VALUE_MAX)));
    let tls = match security {
        Security::StartTls => Tls::Required(encryption()?),
        Security::Tls => Tls::Wrapper(encryption()?),
        Security::None if local(host) => Tls::None,
        Security::None => {
            let what = format!("none is for a server on this machine alone, and {host} is not: use starttls or tls");
            return Err(refused("security", what));
        }
    };
    Ok((sender(from)?, tls))
}

pub(super) fn examine(settings: &MailSettings) -> Result<(), Error> {
    prepared(settings).map(|_| ())
}

impl Smtp {
    pub(super) fn new(settings: MailSettings, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Result<Self, Error> {
        let (from, tls) = prepared(&settings)?;
        let MailSettings { host, port, security, login, timeout, .. } = settings;
        let port = port.unwrap_or_else(|| security.port());
        let server = format!("{host}:{port}");
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(port)
            .tls(tls)
            .timeout(Some(timeout))
            // Some servers refuse who names himself by a private address.
            .hello_name(ClientId::Domain(from.email.domain().to_owned()));
        if let Some((user, password)) = login {
            builder = builder.credentials(Credentials::new(user, password.expose_secret().to_owned()));
        }
        Ok(Self { transport: builder.build(), from, server, timeout, clock, ids })
    }

    pub(super) async fn send(&self, to: &Recipient, letter: &Letter) -> Result<(), Error> {
        let message = self.message(to, letter)?;
        self.within(self.transport.send(message)).await.map(|_| ())
    }

    pub(super) async fn check(&self) -> Result<(), Error> {
        let well = self.within(self.transport.test_connection()).await?;
        let reason = "it does not answer as a mail server".to_owned();
        well.then_some(()).ok_or_else(|| Error::Unreachable { server: self.server.clone(), reason })
    }

    async fn within<T>(&self, work: impl Future<Output = Result<T, lettre::transport::smtp::Error>>) -> Result<T, Error> {
        match tokio::time::timeout(self.timeout, work).await {
            Ok(done) => done.map_err(|error| self.failed(&error)),
            Err(_elapsed) => Err(self.late()),
        }
    }

    fn late(&self) -> Error {
        Error::Timeout { server: self.server.clone(), seconds: self.timeout.as_secs() }
    }

    fn message(&self, to: &Recipient, letter: &Letter) -> Result<Message, Error> {
        let id: String = self.ids.fresh().iter().map(|byte| format!("{byte:02x}")).collect();
        let part = |kind, content: &str| SinglePart::builder().header(kind).body(content.to_owned());
        let content = MultiPart::alternative()
            .boundary(format!("=_{id}"))
            .singlepart(part(header::ContentType::TEXT_PLAIN, &letter.text))
            .singlepart(part(header::ContentType::TEXT_HTML, &letter.html));
        Message::builder()
            .from(self.from.clone())
            .to(to.0.clone())
            .subject(letter.subject.clone())
            .date(self.clock.now().into())
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            // Nobody's absence notice is wanted (RFC 3834).
            .header(AutoSubmitted)
            .multipart(content)
            .map_err(|error| Error::Address { address: one_line(&error.to_string(), limits::MAIL_NAME_MAX) })
    }

    fn failed(&self, error: &lettre::transport::smtp::Error) -> Error {
        let server = self.server.clone();
        let reason = one_line(&chain(error), limits::MAIL_VALUE_MAX);
        let code = error.status().map(u16::from_code);
        match code {
            Some(454 | 530 | 534 | 535 | 538) => Error::Credentials { server, reason },
            Some(400..500) => Error::Busy { server, reason },
            Some(_) => Error::Refused { server, reason },
            None if error.is_timeout() => self.late(),
            None if error.is_tls() || reason.contains("STARTTLS") => Error::Encryption { server, reason },
            None if reason.contains("authentication") => Error::Credentials { server, reason },
            None => Error::Unreachable { server, reason },
        }
    }
}

/// A code as one number.
trait FromCode {
    fn from_code(code: Code) -> Self;
}

impl FromCode for u16 {
    fn from_code(code: Code) -> Self {
        code.into()
    }
}

/// `Auto-Submitted: auto-generated`.
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// `address`, or `name <address>`.
fn sender(text: &str) -> Result<Mailbox, Error> {
    let refused = || Error::Settings {
        key: "from",
        what: format!("'{}' is not a sender: write Name <name@domain.example>", one_line(text, limits::MAIL_NAME_MAX)),
    };
    let (name, address) = match text.trim().strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, address)) => (Some(one_line(name.trim().trim_matches('"'), limits::MAIL_NAME_MAX)), address),
        None => (None, text),
    };
    let name = name.filter(|name| !name.is_empty());
    Ok(Mailbox::new(name, parsed(address).map_err(|_| refused())?))
}

/// Whether a host is this machine.
fn local(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// An error with all its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let told = inner.to_string();
        if !text.contains(&told) {
            text = format!("{text}: {told}");
        }
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use trimtab_domain::clock::testing::{CountingIds, ManualClock};

    fn smtp(host: &str, security: Security, from: &str) -> Result<Smtp, Error> {
        let settings = MailSettings {
            host: host.to_owned(),
            port: None,
            security,
            login: Some(("user".to_owned(), "hush-hush".into())),
            from: from.to_owned(),
            timeout: Duration::from_secs(5),
        };
        Smtp::new(settings, Arc::new(ManualClock::at("2026-11-21T03:00:00Z")), Arc::new(CountingIds::default()))
    }

    #[test]
    fn in_the_clear_only_within_this_machine() {
        for host in ["localhost", "127.0.0.1", "127.8.9.1", "[::1]", "::1"] {
            assert!(smtp(host, Security::None, "a@x.example").is_ok(), "{host}");
        }
        for host in ["mail.x.example", "127.0.0.1.x.example", "10.0.0.1", "localhost.x.example"] {
            let error = smtp(host, Security::None, "a@x.example").unwrap_err();
            assert!(matches!(error, Error::Settings { key: "security", .. }), "{host}: {error}");
            assert!(smtp(host, Security::StartTls, "a@x.example").is_ok() && smtp(host, Security::Tls, "a@x.example").is_ok());
        }
        assert!(!format!("{:?}", smtp("localhost", Security::None, "a@x.example").unwrap()).contains("hush"));
    }

    #[test]
    fn senders_have_an_address_and_perhaps_a_name() {
        for (text, shown) in [
            ("a@x.example", "a@x.example"),
            ("Agency <a@x.example>", "Agency <a@x.example>"),
            ("\"Brown, Sons\" <a@x.example>", "\"Brown, Sons\" <a@x.example>"),
        ] {
            assert_eq!(smtp("localhost", Security::None, text).unwrap().from.to_string(), shown);
        }
        for bad in ["", "Agency", "Agency <>", "a@x.example, b@x.example", "a@x.example\r\nbcc: b@x.example"] {
            assert!(matches!(smtp("localhost", Security::None, bad).unwrap_err(), Error::Settings { key: "from", .. }), "{bad}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn nothing_adds_a_header_or_a_recipient(name in r#"[\r\n\t :,;<>@"\\a-cé\u{202e}]{0,60}"#, subject in r#"(?s).{0,80}"#, content in r"[\r\n.a: -]{0,60}") {
            let smtp = smtp("localhost", Security::None, "Agency <a@x.example>").unwrap();
            let to = Recipient::new("ada@agency.example", Some(&name)).unwrap();
            let message = smtp.message(&to, &Letter::new(&subject, content.clone(), content)).unwrap();
            prop_assert_eq!(message.envelope().to().len(), 1);
            let formatted = String::from_utf8(message.formatted()).unwrap();
            let (head, body) = formatted.split_once("\r\n\r\n").unwrap();
            let names: Vec<&str> = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])).map(|line| line.split(':').next().unwrap()).collect();
            prop_assert_eq!(names, ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]);
            prop_assert!(head.replace("\r\n", "").chars().all(|c| !c.is_control() || c == '\t'), "{:?}", head);
            prop_assert_eq!(body.matches("\r\nContent-Type: ").count() + usize::from(body.starts_with("Content-Type: ")), 2);
        }
    }
}
