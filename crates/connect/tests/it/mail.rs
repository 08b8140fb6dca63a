//! Mail to the simulated server, over a real socket.

use std::{sync::Arc, time::Duration};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use trimtab_connect::mail::{Delivery, Error, Letter, MailSettings, Mailer, Notice, Recipient, Security};
use trimtab_domain::{
    ErrorKind,
    clock::testing::{CountingIds, ManualClock},
};
use trimtab_sandbox::{Fault, FaultKind, MAIL_USER, Sandbox, SandboxSettings};

struct Scene {
    sandbox: Sandbox,
    port: u16,
    _stop: DropGuard,
}

impl Scene {
    async fn start() -> Self {
        let sandbox = Sandbox::new(SandboxSettings { tenants: 1, ads: 3, days: 2, ..SandboxSettings::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let stop = CancellationToken::new();
        let (serving, until) = (sandbox.clone(), stop.clone());
        tokio::spawn(async move { serving.serve_mail(listener, until).await });
        Self { sandbox, port, _stop: stop.drop_guard() }
    }

    fn settings(&self) -> MailSettings {
        MailSettings {
            host: "127.0.0.1".to_owned(),
            port: Some(self.port),
            security: Security::None,
            login: Some((MAIL_USER.0.to_owned(), MAIL_USER.1.into())),
            from: "Brown & Söhne <trimtab@agency.example>".to_owned(),
            timeout: Duration::from_secs(10),
        }
    }

    fn mailer(&self) -> Mailer {
        mailer(self.settings())
    }
}

fn mailer(settings: MailSettings) -> Mailer {
    Mailer::new(settings, Arc::new(ManualClock::at("2026-11-21T03:00:00Z")), Arc::new(CountingIds::default())).unwrap()
}

fn ada() -> Recipient {
    Recipient::new("ada@agency.example", Some("Ada \"the first\" Lindqvist, Sönke\r\nbcc: eve@evil.example")).unwrap()
}

fn invitation() -> Letter {
    let link = "https://trimtab.agency.example/join?token=a%2Bb&x=1".parse().unwrap();
    let until = "2026-11-28T03:00:00Z".parse().unwrap();
    Notice::Invitation { inviter: "Ben Økland", link: &link, until }.letter("Brown & Söhne")
}

#[tokio::test]
async fn a_letter_arrives_whole() {
    let scene = Scene::start().await;
    assert_eq!(scene.mailer().send(&ada(), &invitation()).await.unwrap(), Delivery::Sent);
    let messages = scene.sandbox.messages();
    let [message] = messages.as_slice() else { panic!("{messages:?}") };
    assert_eq!(
        (message.from.as_str(), message.to.as_slice()),
        ("trimtab@agency.example", ["ada@agency.example".to_owned()].as_slice())
    );
    assert_eq!((message.login.as_deref(), message.channel), (Some(MAIL_USER.0), "mail"));
    assert_eq!(message.subject, "Ben Økland invites you to Brown & Söhne");
    assert_eq!(message.header("date"), Some("Sat, 21 Nov 2026 03:00:00 +0000"));
    assert!(message.header("message-id").unwrap().ends_with("@agency.example>"));
    assert!(message.header("bcc").is_none() && message.header("auto-submitted") == Some("auto-generated"));
    assert_eq!(format!("{}\n", message.text), invitation().text());
    assert!(message.text.contains("\nhttps://trimtab.agency.example/join?token=a%2Bb&x=1\n"), "{}", message.text);
    assert!(message.html.contains("href=\"https://trimtab.agency.example/join?token=a%2Bb&amp;x=1\""), "{}", message.html);
    assert!(message.html.starts_with("<!DOCTYPE html>") && message.html.ends_with("</html>"), "{}", message.html);
    assert!(message.raw.split("\r\n").all(|line| line.len() <= 998), "RFC 5322 §2.1.1");
}

#[tokio::test]
async fn lines_with_a_dot_alone_and_long_lines_arrive_as_they_were() {
    let scene = Scene::start().await;
    let text = format!("a\n.\n..b\nMAIL FROM:<eve@evil.example>\n{}\nend\n", "long ".repeat(600));
    let letter = Letter::new("x", text.clone(), "<p>.</p>".to_owned());
    assert_eq!(scene.mailer().send(&ada(), &letter).await.unwrap(), Delivery::Sent);
    let messages = scene.sandbox.messages();
    assert_eq!((messages.len(), format!("{}\n", messages[0].text)), (1, text));
}

#[tokio::test]
async fn without_a_server_the_caller_is_told() {
    let none = Mailer::none();
    assert!(!none.is_set_up());
    assert_eq!(none.send(&ada(), &invitation()).await.unwrap(), Delivery::NotSetUp);
    assert_eq!(none.check().await.unwrap(), Delivery::NotSetUp);
}

#[tokio::test]
async fn a_server_needs_no_login_unless_it_says_so() {
    let scene = Scene::start().await;
    let unnamed = mailer(MailSettings { login: None, ..scene.settings() });
    assert_eq!(unnamed.send(&ada(), &invitation()).await.unwrap(), Delivery::Sent);
    assert_eq!(scene.sandbox.messages()[0].login, None);
    assert_eq!(scene.mailer().check().await.unwrap(), Delivery::Sent);
    assert_eq!(scene.sandbox.messages().len(), 1, "a check sends nothing");
}

#[tokio::test]
async fn trouble_says_who_must_act() {
    let scene = Scene::start().await;
    let wrong = mailer(MailSettings { login: Some(("trimtab".to_owned(), "guess".into())), ..scene.settings() });
    let error = wrong.send(&ada(), &invitation()).await.unwrap_err();
    assert!(matches!(error, Error::Credentials { .. }) && !error.to_string().contains("guess"), "{error}");
    for (command, kind, expected) in [
        ("SMTP RCPT", FaultKind::Revoked, ErrorKind::Invalid),
        ("SMTP MAIL", FaultKind::Revoked, ErrorKind::Invalid),
        ("SMTP RCPT", FaultKind::Throttle, ErrorKind::Unavailable),
        ("SMTP DATA", FaultKind::ServerError, ErrorKind::Unavailable),
        ("SMTP CONNECT", FaultKind::Drop, ErrorKind::Unavailable),
        ("SMTP DATA", FaultKind::Drop, ErrorKind::Unavailable),
        ("SMTP AUTH", FaultKind::ExpiredToken, ErrorKind::Unavailable),
    ] {
        scene.sandbox.add_fault(Fault::new(command, kind).times(1)).unwrap();
        let error = scene.mailer().send(&ada(), &invitation()).await.unwrap_err();
        assert_eq!(error.kind(), expected, "{command} {kind:?}: {error}");
        assert!(error.to_string().contains("127.0.0.1") && !error.to_string().contains("join"), "{error}");
    }
    assert!(scene.sandbox.faults().is_empty() && scene.sandbox.messages().is_empty());
    scene.sandbox.add_fault(Fault::new("SMTP DATA", FaultKind::Hang).times(1)).unwrap();
    let hasty = mailer(MailSettings { timeout: Duration::from_millis(200), ..scene.settings() });
    let error = hasty.send(&ada(), &invitation()).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let nobody = mailer(MailSettings { port: Some(free), ..scene.settings() });
    assert!(matches!(nobody.send(&ada(), &invitation()).await.unwrap_err(), Error::Unreachable { .. }));
}

#[tokio::test]
async fn a_server_that_does_not_encrypt_is_given_nothing() {
    let scene = Scene::start().await;
    for security in [Security::StartTls, Security::Tls] {
        let strict = mailer(MailSettings { security, timeout: Duration::from_secs(2), ..scene.settings() });
        let error = strict.send(&ada(), &invitation()).await.unwrap_err();
        assert!(!matches!(error, Error::Refused { .. } | Error::Busy { .. }), "{security:?}: {error}");
        if security == Security::StartTls {
            assert!(matches!(error, Error::Encryption { .. }), "{error}");
        }
    }
    assert!(scene.sandbox.messages().is_empty());
}
