//! The mail server as a client meets it, command by command.

use crate::kit::Kit;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;
use trimtab_sandbox::{Fault, FaultKind};

struct Client(BufReader<TcpStream>);

impl Client {
    /// Connects to a server of its own and takes its greeting.
    async fn of(kit: &Kit) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let sandbox = kit.sandbox.clone();
        tokio::spawn(async move { sandbox.serve_mail(listener, CancellationToken::new()).await });
        let mut client = Self(BufReader::new(TcpStream::connect(address).await.unwrap()));
        assert_eq!(client.heard().await, "220");
        client
    }

    /// The code of the next answer, however many lines it has; empty when the server has left.
    async fn heard(&mut self) -> String {
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).await.unwrap();
            if line.as_bytes().get(3) != Some(&b'-') {
                return line.chars().take(3).collect();
            }
        }
    }

    async fn say(&mut self, line: &str) -> String {
        self.0.get_mut().write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
        self.heard().await
    }
}

#[tokio::test]
async fn commands_have_an_order() {
    let kit = Kit::small().await;
    let mut client = Client::of(&kit).await;
    for (line, code) in [
        ("MAIL FROM:<a@x.example>", "503"),
        ("EHLO x.example", "250"),
        ("RCPT TO:<b@x.example>", "503"),
        ("DATA", "503"),
        ("MAIL a@x.example", "501"),
        ("mail from:<a@x.example> SIZE=10", "250"),
        ("RCPT TO:<b>", "501"),
        ("RCPT TO:<b@x.example>", "250"),
        ("RSET", "250"),
        ("DATA", "503"),
        ("VRFY b", "502"),
        ("AUTH CRAM-MD5", "504"),
        ("AUTH PLAIN AGEAYg==", "535"),
        ("AUTH LOGIN", "334"),
        ("dHJpbXRhYg==", "334"),
        ("bWFpbDogMTAwJSArJj0=", "235"),
        ("MAIL FROM:<a@x.example>", "250"),
        ("RCPT TO:<b@x.example>", "250"),
        ("RCPT TO:<c@x.example>", "250"),
        ("DATA", "354"),
        ("Subject: Hi\r\n\r\n..a\r\nb\r\n.", "250"),
        ("QUIT", "221"),
    ] {
        assert_eq!(client.say(line).await, code, "{line}");
    }
    let of = async |query: &str| -> Value {
        kit.client.get(format!("{}/_sandbox/messages{query}", kit.origin)).send().await.unwrap().json().await.unwrap()
    };
    let all = of("").await;
    assert_eq!(
        (all[0]["subject"].as_str(), all[0]["text"].as_str(), all[0]["login"].as_str()),
        (Some("Hi"), Some(".a\nb"), Some("trimtab"))
    );
    assert_eq!(of("?to=C@x.example").await.as_array().unwrap().len(), 1);
    assert_eq!(of("?to=d@x.example").await, serde_json::json!([]));
    kit.client.delete(format!("{}/_sandbox/messages", kit.origin)).send().await.unwrap();
    assert_eq!(of("").await, serde_json::json!([]));
}

#[tokio::test]
async fn faults_strike_by_command() {
    let kit = Kit::small().await;
    let mut client = Client::of(&kit).await;
    assert_eq!(client.say("EHLO x.example").await, "250");
    for (kind, code) in [(FaultKind::Throttle, "450"), (FaultKind::ServerError, "451"), (FaultKind::Revoked, "550")] {
        kit.sandbox.add_fault(Fault::new("SMTP MAIL", kind).times(1)).unwrap();
        assert_eq!(client.say("NOOP").await, "250");
        assert_eq!(client.say("MAIL FROM:<a@x.example>").await, code, "{kind:?}");
    }
    kit.sandbox.add_fault(Fault::new("SMTP NOOP", FaultKind::Drop).times(1)).unwrap();
    assert_eq!(client.say("NOOP").await, "");
}
