//! Where the database is: a file, or a PostgreSQL server. What is shown of a place never holds its password.

use sea_orm::sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
};

/// What PostgreSQL calls us in its list of sessions.
const APPLICATION: &str = "trimtab";

/// What a URL may say beside user, password, host, port and database. Others are refused: a misspelt `password` would reach logs.
const PARAMETERS: [&str; 8] = ["sslmode", "sslrootcert", "sslcert", "sslkey", "host", "port", "application_name", "options"];

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A SQLite file.
    File(PathBuf),
    /// A database of a PostgreSQL server.
    Server(DatabaseUrl),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Server(url) => url.fmt(f),
        }
    }
}

impl From<&Path> for Place {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl Place {
    /// What to do about a database that only may be read.
    pub(crate) const fn to_write(&self) -> &'static str {
        match self {
            Self::File(_) => "make the file and its folder writable for this user",
            Self::Server(_) => "it may be a standby, or set to read only: name the server that takes writes",
        }
    }

    /// What to do about a database of another program.
    pub(crate) const fn to_choose(&self) -> &'static str {
        match self {
            Self::File(_) => "choose another data folder",
            Self::Server(_) => "name an empty database of its own in database.url",
        }
    }

    /// Who else is at work, and what to do about it.
    pub(crate) const fn to_wait(&self) -> &'static str {
        match self {
            Self::File(_) => "is locked by another process: try again, or end the process that holds it",
            Self::Server(_) => "was changed by others at the same time, again and again: try again",
        }
    }
}

/// `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, read and understood. Prints itself without the password and without its parameters.
#[derive(Clone)]
pub struct DatabaseUrl(Arc<Inner>);

struct Inner {
    options: PgConnectOptions,
    shown: String,
}

/// Text that is not the URL of a PostgreSQL database. Says nothing of what stands in it.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("it is not the URL of a PostgreSQL database ({0}): write postgres://USER:PASSWORD@HOST:5432/DATABASE")]
pub struct BadDatabaseUrl(String);

impl DatabaseUrl {
    pub(crate) fn options(&self) -> &PgConnectOptions {
        &self.0.options
    }

    /// The same with another password.
    #[must_use]
    pub fn with_password(&self, password: &secrecy::SecretString) -> Self {
        let options = self.0.options.clone().password(secrecy::ExposeSecret::expose_secret(password));
        Self(Arc::new(Inner { options, shown: self.0.shown.clone() }))
    }

    /// Who signs in.
    pub(crate) fn user(&self) -> &str {
        self.0.options.get_username()
    }

    /// The database's name.
    pub(crate) fn database(&self) -> &str {
        self.0.options.get_database().unwrap_or_default()
    }

    /// Whether the way to the server may be unencrypted although it leaves this machine.
    #[must_use]
    pub fn may_be_overheard(&self) -> bool {
        let options = &self.0.options;
        let near = options.get_socket().is_some() || matches!(options.get_host(), "localhost" | "127.0.0.1" | "::1" | "[::1]");
        !near && matches!(options.get_ssl_mode(), PgSslMode::Disable | PgSslMode::Allow | PgSslMode::Prefer)
    }
}

impl FromStr for DatabaseUrl {
    type Err = BadDatabaseUrl;

    fn from_str(text: &str) -> Result<Self, BadDatabaseUrl> {
        let bad = |why: &str| BadDatabaseUrl(why.to_owned());
        let url = url::Url::parse(text.trim()).map_err(|error| bad(&error.to_string()))?;
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            return Err(bad("its scheme is another one"));
        }
        if url.path().trim_matches('/').is_empty() {
            return Err(bad("it names no database"));
        }
        if let Some((unknown, _)) = url.query_pairs().find(|(key, _)| !PARAMETERS.contains(&&**key)) {
            return Err(BadDatabaseUrl(format!("'{unknown}' is none of its parameters: {}", PARAMETERS.join(", "))));
        }
        // The library's own words may repeat what stands in the URL.
        let options: PgConnectOptions = text.trim().parse().map_err(|_| bad("a part of it does not read"))?;
        let options = if options.get_application_name().is_some() { options } else { options.application_name(APPLICATION) };
        let host = options.get_socket().map_or_else(|| options.get_host().to_owned(), |socket| socket.display().to_string());
        let (user, port) = (options.get_username(), options.get_port());
        let database = options.get_database().unwrap_or_default();
        let shown = format!("postgres://{user}@{host}:{port}/{database}");
        Ok(Self(Arc::new(Inner { options, shown })))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.shown)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({})", self.0.shown)
    }
}

/// The same database for the same person; the password aside.
impl PartialEq for DatabaseUrl {
    fn eq(&self, other: &Self) -> bool {
        self.0.shown == other.0.shown
    }
}

impl Eq for DatabaseUrl {}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "postgres://ann:s3cret%40home@db.example:6432/agency?sslmode=require&options=-c%20search_path%3Done";

    #[test]
    fn a_url_is_understood_and_shown_without_its_password() {
        let url: DatabaseUrl = URL.parse().unwrap();
        assert_eq!(url.to_string(), "postgres://ann@db.example:6432/agency");
        assert_eq!((url.user(), url.database()), ("ann", "agency"));
        let place = Place::Server(url.with_password(&"another s3cret".into()));
        for shown in [format!("{url} {url:?}"), format!("{place} {place:?}")] {
            assert!(!shown.contains("s3cret"), "{shown}");
        }
        let here: DatabaseUrl = "postgres:///agency?host=/var/run/postgresql".parse().unwrap();
        assert!(here.to_string().ends_with("@/var/run/postgresql:5432/agency"), "{here}");
    }

    #[test]
    fn what_is_no_url_is_refused_without_repeating_it() {
        for (text, why) in [
            ("s3cret", "relative URL without a base"),
            ("mysql://ann:s3cret@db/agency", "another one"),
            ("postgres://ann:s3cret@db", "names no database"),
            ("postgres://ann:s3cret@db:99999/agency", "invalid port number"),
            ("postgres://ann@db/agency?pasword=s3cret", "'pasword' is none of its parameters"),
            ("postgres://ann@db/agency?sslmode=s3cret", "a part of it does not read"),
        ] {
            let error = text.parse::<DatabaseUrl>().unwrap_err().to_string();
            assert!(error.contains(why) && error.contains("postgres://USER:PASSWORD@HOST"), "{text}: {error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn an_open_way_to_another_machine_is_told() {
        let open = |text: &str| text.parse::<DatabaseUrl>().unwrap().may_be_overheard();
        assert!(open("postgres://ann@db.example/agency") && open("postgres://ann@db.example/agency?sslmode=disable"));
        assert!(!open("postgres://ann@db.example/agency?sslmode=verify-full") && !open("postgres://ann@localhost/agency"));
        assert!(!open("postgres:///agency?host=/tmp"));
    }
}
