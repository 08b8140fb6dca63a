//! Who may sign in, and which applications may ask.

use serde::{Deserialize, Serialize};

/// How an application shows who it is at the token endpoint. Another way is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ClientAuth {
    /// `Authorization: Basic`, id and secret encoded as a form's values.
    #[serde(rename = "client_secret_basic")]
    Basic,
    /// As parameters of the form.
    #[serde(rename = "client_secret_post")]
    Post,
    /// Not at all: the code's verifier is all it has.
    #[serde(rename = "none")]
    Public,
}

/// An application that is registered.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Client {
    /// Its id.
    #[serde(rename = "client_id")]
    pub id: &'static str,
    /// Its secret; none for a public one.
    #[serde(rename = "client_secret")]
    pub secret: Option<&'static str>,
    /// How it shows who it is.
    #[serde(rename = "token_endpoint_auth_method")]
    pub auth: ClientAuth,
}

/// The applications. The secrets hold what encodings get wrong.
pub(crate) const CLIENTS: &[Client] = &[
    Client { id: "trimtab-basic", secret: Some("basic: 100% +&="), auth: ClientAuth::Basic },
    Client { id: "trimtab-post", secret: Some("post: 100% +&="), auth: ClientAuth::Post },
    Client { id: "trimtab-public", secret: None, auth: ClientAuth::Public },
];

pub(super) fn client(id: &str) -> Option<&'static Client> {
    CLIENTS.iter().find(|client| client.id == id)
}

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The name that never changes.
    pub subject: String,
    /// The address; some have none.
    #[serde(default)]
    pub email: Option<String>,
    /// Whether it was proved that the address is theirs.
    #[serde(default)]
    pub email_verified: bool,
    /// The name for people.
    pub name: String,
    /// The domain of the organisation that keeps the account, as Google tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hd: Option<String>,
}

impl Person {
    /// What `login_hint` calls them by: the address, or the subject where there is none.
    #[must_use]
    pub fn login(&self) -> &str {
        self.email.as_deref().unwrap_or(&self.subject)
    }
}

/// The people there are to begin with.
pub(super) fn people() -> Vec<Person> {
    let person = |subject: &str, email: Option<&str>, email_verified, name: &str| Person {
        subject: subject.to_owned(),
        email: email.map(str::to_owned),
        email_verified,
        name: name.to_owned(),
        hd: None,
    };
    vec![
        person("p-1001", Some("ada@agency.example"), true, "Ada Lindqvist"),
        person("p-1002", Some("ben@agency.example"), true, "Ben Okafor"),
        person("p-1003", Some("clara@north-sea-coffee.example"), true, "Clara Voss"),
        person("p-1004", Some("dario@harrow-cycles.example"), true, "Dário Ünsal"),
        person("p-1005", Some("uma@agency.example"), false, "Uma Without-Proof"),
        person("p-1006", None, false, "Noor Without-Address"),
    ]
}
