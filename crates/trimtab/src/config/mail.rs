//! `[mail]`: the server that sends mail.

use super::secret::Secrets;
use serde::Deserialize;
use std::time::Duration;
use trimtab_connect::mail::{MailSettings, Mailer};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMail {
    host: String,
    port: u16,
    security: String,
    user: String,
    password_file: String,
    password_env: String,
    from: String,
    timeout_seconds: u64,
}

impl RawMail {
    /// Whether no server is named.
    pub(super) fn is_empty(&self) -> bool {
        self.host.trim().is_empty()
    }

    /// The settings; `None` where no server is named, or with problems.
    pub(super) fn check(self, secrets: &Secrets<'_>, problems: &mut Vec<String>) -> Option<MailSettings> {
        let host = self.host.trim().to_owned();
        if host.is_empty() {
            let others = [("user", &self.user), ("password_file", &self.password_file), ("from", &self.from)];
            let given = others.iter().filter(|(_, value)| !value.trim().is_empty());
            problems.extend(given.map(|(key, _)| format!("mail.{key} is given without mail.host: name the server, or remove it")));
            return None;
        }
        let before = problems.len();
        let security = self.security.parse().map_err(|what| problems.push(format!("mail.security = {what}"))).unwrap_or_default();
        if !(1..=300).contains(&self.timeout_seconds) {
            problems.push(format!("mail.timeout_seconds = {} must be 1 to 300", self.timeout_seconds));
        }
        let user = self.user.trim().to_owned();
        let login = if user.is_empty() {
            None
        } else {
            // The file wins where it is named: the variable has a name from the start.
            let variable = if self.password_file.trim().is_empty() { self.password_env.as_str() } else { "" };
            let password = secrets.read("mail.password", &self.password_file, variable, problems);
            if password.is_none() && problems.len() == before {
                problems.push("mail.user is given without a password: name mail.password_file or mail.password_env".to_owned());
            }
            password.map(|password| (user, password))
        };
        let settings = MailSettings {
            host,
            port: Some(self.port).filter(|port| *port != 0),
            security,
            login,
            from: self.from,
            timeout: Duration::from_secs(self.timeout_seconds),
        };
        if let Err(error) = Mailer::examine(&settings) {
            problems.push(error.to_string());
        }
        (problems.len() == before).then_some(settings)
    }
}
