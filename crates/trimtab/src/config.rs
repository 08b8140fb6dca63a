//! Settings: the commented default file, then the user's file, then the environment. All problems are reported together.

mod mail;
mod secret;
mod sign_in;

pub(crate) use sign_in::SignInIssuer;

use crate::exit;
use mail::RawMail;
use secret::Secrets;
use serde::Deserialize;
use sign_in::RawIssuer;
use std::{
    collections::BTreeMap,
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};
use tracing_subscriber::EnvFilter;
use trimtab_api::{CorsOrigin, Quotas};
use trimtab_connect::{mail::MailSettings, oidc::IssuerSettings};
use trimtab_store::DatabaseUrl;
use url::Url;

/// The default file, which is the reference of all settings.
pub(crate) const DEFAULTS: &str = include_str!("../config.default.toml");

/// Checked settings.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) secure_cookies: bool,
    /// Other sites whose pages may read answers.
    pub(crate) cors_origins: Vec<CorsOrigin>,
    /// Passwords that nobody may choose, since they are known from breaches.
    pub(crate) breached_passwords: Option<PathBuf>,
    pub(crate) shutdown: Duration,
    /// The PostgreSQL database; `None`: a file in the data folder.
    pub(crate) database: Option<DatabaseUrl>,
    pub(crate) log: LogSettings,
    pub(crate) wire: WireLimits,
    pub(crate) limits: Quotas,
    pub(crate) sync: SyncSettings,
    pub(crate) lake: Lake,
    pub(crate) retention: Retention,
    pub(crate) vault: VaultSettings,
    /// Where exchange rates are read; `None`: at the bank itself.
    pub(crate) rates_url: Option<Url>,
    /// Where people reach this installation, without a path; named wherever links are sent.
    pub(crate) public_url: Option<Url>,
    /// The server that sends mail; `None`: links are shown instead.
    pub(crate) mail: Option<MailSettings>,
    /// Issuers people may sign in with.
    pub(crate) oidc: Vec<SignInIssuer>,
}

impl Config {
    /// Where people reach the server with their browser; unless set, on this machine.
    pub(crate) fn site(&self) -> anyhow::Result<Url> {
        match &self.public_url {
            Some(site) => Ok(site.clone()),
            None => Ok(Url::parse(&format!("http://localhost:{}", self.listen.port()))?),
        }
    }
}

/// What a server does by itself.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SyncSettings {
    pub(crate) automatic: bool,
}

/// How to log.
#[derive(Debug, Clone)]
pub(crate) struct LogSettings {
    pub(crate) level: String,
    pub(crate) format: LogFormat,
}

/// The shape of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    Text,
    Json,
}

/// How long platforms are waited for.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WireLimits {
    pub(crate) attempts: u32,
    answer_seconds: u64,
    report_seconds: u64,
    patience_seconds: u64,
    limit_seconds: u64,
}

impl WireLimits {
    pub(crate) const fn answer(self) -> Duration {
        Duration::from_secs(self.answer_seconds)
    }

    pub(crate) const fn report(self) -> Duration {
        Duration::from_secs(self.report_seconds)
    }

    pub(crate) const fn patience(self) -> Duration {
        Duration::from_secs(self.patience_seconds)
    }

    pub(crate) const fn limit_wait(self) -> Duration {
        Duration::from_secs(self.limit_seconds)
    }
}

/// How much the lake may use.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lake {
    pub(crate) threads: usize,
    pub(crate) query_mib: usize,
    pub(crate) columns_mib: u64,
    pub(crate) results_mib: u64,
}

/// What is let go after a while.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Retention {
    pub(crate) hourly_days: u16,
    pub(crate) call_days: u16,
    pub(crate) audit_days: u16,
}

/// Who holds the key to stored credentials.
#[derive(Debug, Clone)]
pub(crate) struct VaultSettings {
    pub(crate) source: VaultSource,
    /// HashiCorp Vault's address.
    pub(crate) address: Option<Url>,
    /// Where its transit engine is mounted.
    pub(crate) mount: String,
    /// The name of the key there.
    pub(crate) key: String,
    /// The file that holds a token for it; `None`: the environment does.
    pub(crate) token_file: Option<PathBuf>,
}

/// Where the master key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum VaultSource {
    /// In a file of the data folder
    File,
    /// In TRIMTAB_VAULT_KEY
    Env,
    /// With HashiCorp Vault's transit engine, which never gives it away
    Hashicorp,
}

impl fmt::Display for VaultSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "file",
            Self::Env => "env",
            Self::Hashicorp => "hashicorp",
        })
    }
}

/// Not to be printed: it holds the database's password.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    server: RawServer,
    database: RawDatabase,
    log: RawLog,
    wire: WireLimits,
    limits: Quotas,
    sync: SyncSettings,
    lake: Lake,
    retention: Retention,
    rates: RawRates,
    mail: RawMail,
    oidc: BTreeMap<String, RawIssuer>,
    vault: RawVault,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDatabase {
    url: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVault {
    source: VaultSource,
    address: String,
    mount: String,
    key: String,
    token_file: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRates {
    url: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawServer {
    listen: String,
    public_url: String,
    secure_cookies: bool,
    cors_origins: Listed,
    breached_passwords: PathBuf,
    shutdown_seconds: u64,
}

/// Several words: a list, or in one text with commas between them, as environment variables have it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Listed {
    Text(String),
    List(Vec<String>),
}

impl Listed {
    fn words(&self) -> Vec<&str> {
        let words: Vec<&str> = match self {
            Self::Text(text) => text.split(',').collect(),
            Self::List(list) => list.iter().map(String::as_str).collect(),
        };
        words.into_iter().map(str::trim).filter(|word| !word.is_empty()).collect()
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLog {
    level: String,
    format: LogFormat,
}

/// Environment variable and where its value belongs.
const VARIABLES: [(&str, &str, &str); 39] = [
    ("TRIMTAB_LISTEN", "server", "listen"),
    ("TRIMTAB_PUBLIC_URL", "server", "public_url"),
    ("TRIMTAB_SECURE_COOKIES", "server", "secure_cookies"),
    ("TRIMTAB_CORS_ORIGINS", "server", "cors_origins"),
    ("TRIMTAB_BREACHED_PASSWORDS", "server", "breached_passwords"),
    ("TRIMTAB_SHUTDOWN_SECONDS", "server", "shutdown_seconds"),
    ("TRIMTAB_DATABASE_URL", "database", "url"),
    ("TRIMTAB_LOG", "log", "level"),
    ("TRIMTAB_LOG_FORMAT", "log", "format"),
    ("TRIMTAB_WIRE_ATTEMPTS", "wire", "attempts"),
    ("TRIMTAB_WIRE_ANSWER_SECONDS", "wire", "answer_seconds"),
    ("TRIMTAB_WIRE_REPORT_SECONDS", "wire", "report_seconds"),
    ("TRIMTAB_WIRE_PATIENCE_SECONDS", "wire", "patience_seconds"),
    ("TRIMTAB_WIRE_LIMIT_SECONDS", "wire", "limit_seconds"),
    ("TRIMTAB_LIMITS_PERSON", "limits", "person"),
    ("TRIMTAB_LIMITS_KEY", "limits", "key"),
    ("TRIMTAB_LIMITS_TENANT", "limits", "tenant"),
    ("TRIMTAB_LIMITS_STRANGER", "limits", "stranger"),
    ("TRIMTAB_SYNC_AUTOMATIC", "sync", "automatic"),
    ("TRIMTAB_RATES_URL", "rates", "url"),
    ("TRIMTAB_RETENTION_HOURLY_DAYS", "retention", "hourly_days"),
    ("TRIMTAB_RETENTION_CALL_DAYS", "retention", "call_days"),
    ("TRIMTAB_RETENTION_AUDIT_DAYS", "retention", "audit_days"),
    ("TRIMTAB_VAULT_SOURCE", "vault", "source"),
    ("TRIMTAB_VAULT_ADDRESS", "vault", "address"),
    ("TRIMTAB_VAULT_MOUNT", "vault", "mount"),
    ("TRIMTAB_VAULT_KEY_NAME", "vault", "key"),
    ("TRIMTAB_VAULT_TOKEN_FILE", "vault", "token_file"),
    ("TRIMTAB_LAKE_THREADS", "lake", "threads"),
    ("TRIMTAB_LAKE_QUERY_MIB", "lake", "query_mib"),
    ("TRIMTAB_LAKE_COLUMNS_MIB", "lake", "columns_mib"),
    ("TRIMTAB_LAKE_RESULTS_MIB", "lake", "results_mib"),
    ("TRIMTAB_MAIL_HOST", "mail", "host"),
    ("TRIMTAB_MAIL_PORT", "mail", "port"),
    ("TRIMTAB_MAIL_SECURITY", "mail", "security"),
    ("TRIMTAB_MAIL_USER", "mail", "user"),
    ("TRIMTAB_MAIL_PASSWORD_FILE", "mail", "password_file"),
    ("TRIMTAB_MAIL_FROM", "mail", "from"),
    ("TRIMTAB_MAIL_TIMEOUT_SECONDS", "mail", "timeout_seconds"),
];

impl Config {
    /// Reads the settings: `file` if given, else `trimtab.toml` in the data folder if there.
    pub(crate) fn load(file: Option<&Path>, data: &Path) -> anyhow::Result<Self> {
        let found = data.join("trimtab.toml");
        let (name, text) = match file {
            Some(path) => {
                let text =
                    std::fs::read_to_string(path).map_err(|e| exit::invalid(format!("cannot read {}: {e}", path.display())))?;
                (path.display().to_string(), text)
            }
            None if found.is_file() => {
                let text =
                    std::fs::read_to_string(&found).map_err(|e| exit::invalid(format!("cannot read {}: {e}", found.display())))?;
                (found.display().to_string(), text)
            }
            None => ("no file".to_owned(), String::new()),
        };
        Self::from(&name, &text, |name| std::env::var(name).ok())
    }

    fn from(name: &str, text: &str, variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let mut table: toml::Table = toml::from_str(DEFAULTS)?;
        let file: toml::Table = toml::from_str(text).map_err(|e| exit::invalid(format!("{name} is not valid TOML: {e}")))?;
        for (section, values) in file {
            match (table.get_mut(&section), values) {
                (Some(toml::Value::Table(known)), toml::Value::Table(values)) => known.extend(values),
                _ => {
                    return Err(exit::invalid(format!(
                        "{name}: there is no section [{section}]; the default file names all settings"
                    )));
                }
            }
        }
        for (variable_name, section, key) in VARIABLES {
            let Some(value) = variable(variable_name) else { continue };
            if let Some(toml::Value::Table(known)) = table.get_mut(section) {
                let value = match known.get(key) {
                    Some(toml::Value::String(_)) => toml::Value::String(value),
                    _ => toml::from_str::<toml::Table>(&format!("v = {value}"))
                        .ok()
                        .and_then(|mut t| t.remove("v"))
                        .unwrap_or(toml::Value::String(value)),
                };
                known.insert(key.to_owned(), value);
            }
        }
        let raw: Raw =
            table.try_into().map_err(|e: toml::de::Error| exit::invalid(format!("settings ({name}): {}", e.message())))?;
        raw.check(name, &Secrets(&variable))
    }
}

impl Raw {
    fn check(self, name: &str, secrets: &Secrets<'_>) -> anyhow::Result<Config> {
        let mut problems = Vec::new();
        let listen = self.server.listen.parse::<SocketAddr>();
        if listen.is_err() {
            problems.push(format!("server.listen = '{}' is not an address: write for example 127.0.0.1:8080", self.server.listen));
        }
        let cors_origins: Vec<CorsOrigin> = self
            .server
            .cors_origins
            .words()
            .into_iter()
            .filter_map(|word| word.parse().map_err(|error| problems.push(format!("server.cors_origins: {error}"))).ok())
            .collect();
        let breached_passwords = Some(self.server.breached_passwords).filter(|path| !path.as_os_str().is_empty());
        let database = Some(self.database.url.trim()).filter(|url| !url.is_empty()).map(str::parse::<DatabaseUrl>).transpose();
        if let Err(error) = &database {
            problems.push(format!("database.url: {error}, or leave it empty for a file in the data folder"));
        }
        if EnvFilter::try_new(&self.log.level).is_err() {
            problems.push(format!("log.level = '{}' is not a level: use error, warn, info, debug or trace", self.log.level));
        }
        let wire = self.wire;
        for (key, given, most) in [
            ("attempts", u64::from(wire.attempts), 20),
            ("answer_seconds", wire.answer_seconds, 600),
            ("report_seconds", wire.report_seconds, 24 * 3600),
            ("patience_seconds", wire.patience_seconds, 24 * 3600),
            ("limit_seconds", wire.limit_seconds, 3600),
        ] {
            if !(1..=most).contains(&given) {
                problems.push(format!("wire.{key} = {given} must be 1 to {most}"));
            }
        }
        if !(1..=256).contains(&self.lake.threads) {
            problems.push(format!("lake.threads = {} must be 1 to 256", self.lake.threads));
        }
        if self.lake.query_mib < 32 {
            problems.push(format!("lake.query_mib = {} is too little: at least 32", self.lake.query_mib));
        }
        if self.retention.hourly_days == 1 {
            problems.push(
                "retention.hourly_days = 1 is too little: yesterday is still being read; at least 2, or 0 for all".to_owned(),
            );
        }
        if (1..30).contains(&self.retention.audit_days) {
            problems.push(format!(
                "retention.audit_days = {} is too little: what was done must be known for at least 30 days, or 0 for ever",
                self.retention.audit_days
            ));
        }
        let address = Some(self.vault.address.trim()).filter(|url| !url.is_empty()).map(Url::parse).transpose();
        if address.is_err() || (self.vault.source == VaultSource::Hashicorp && address == Ok(None)) {
            problems.push(format!(
                "vault.address = '{}' is not a URL: write for example https://vault.example:8200",
                self.vault.address
            ));
        }
        let rates_url = Some(self.rates.url.trim()).filter(|url| !url.is_empty()).map(Url::parse).transpose();
        if rates_url.is_err() {
            problems.push(format!("rates.url = '{}' is not a URL: write for example https://www.ecb.europa.eu", self.rates.url));
        }
        let public_url = public(&self.server.public_url).map_err(|problem| problems.push(problem)).ok().flatten();
        let needs_url = (!self.mail.is_empty(), !self.oidc.is_empty());
        let mail = self.mail.check(secrets, &mut problems);
        let oidc = sign_in::check(self.oidc, secrets, &mut problems);
        if public_url.is_none() && self.server.public_url.trim().is_empty() && (needs_url.0 || needs_url.1) {
            let what = if needs_url.1 { "identity providers send people back to it" } else { "links in mail begin with it" };
            problems.push(format!("server.public_url is missing, and {what}: write for example https://trimtab.agency.example"));
        }
        match listen {
            Ok(listen) if problems.is_empty() => Ok(Config {
                listen,
                secure_cookies: self.server.secure_cookies,
                cors_origins,
                breached_passwords,
                shutdown: Duration::from_secs(self.server.shutdown_seconds),
                database: database.unwrap_or_default(),
                log: LogSettings { level: self.log.level, format: self.log.format },
                wire,
                limits: self.limits,
                sync: self.sync,
                lake: self.lake,
                retention: self.retention,
                vault: VaultSettings {
                    source: self.vault.source,
                    address: address.unwrap_or_default(),
                    mount: self.vault.mount,
                    key: self.vault.key,
                    token_file: Some(self.vault.token_file.trim()).filter(|path| !path.is_empty()).map(PathBuf::from),
                },
                rates_url: rates_url.unwrap_or_default(),
                public_url,
                mail,
                oidc,
            }),
            _ => Err(exit::invalid(format!("settings ({name}):\n  {}", problems.join("\n  ")))),
        }
    }
}

/// The address people reach this installation by.
fn public(text: &str) -> Result<Option<Url>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let url = Url::parse(text)
        .ok()
        .filter(|url| IssuerSettings::safe(url) && url.path() == "/" && url.query().is_none() && url.fragment().is_none());
    let refused = || {
        format!(
            "server.public_url = '{text}' is not an address to send people to: write for example https://trimtab.agency.example, without a path"
        )
    };
    url.map(Some).ok_or_else(refused)
}

#[cfg(test)]
mod tests;
