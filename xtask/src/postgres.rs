//! A PostgreSQL of our own for tests: made in a temporary folder, served on a free port of loopback, gone with whoever holds it.
//!
//! The programs are the system's. PostgreSQL refuses to run as root, so for root it runs as the user its package makes, or as nobody.
//! It listens on loopback alone and asks for a password. Nothing is written through to the disk: a test's data need not survive a power cut.

use crate::{
    prerequisites, process,
    server::{self, Stopped},
};
use anyhow::{Context, Result, bail};
use std::{
    env, fs,
    io::Write,
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// The environment variable by which tests are told where the server is.
pub(crate) const VARIABLE: &str = "TRIMTAB_TEST_POSTGRES";

/// Who signs in, to which database, with which password. An ordinary user: a superuser passes the walls that are tested.
const NAME: &str = "trimtab";
const PASSWORD: &str = "for-tests-only";

/// How long a server may take to start.
const READY_MAX: Duration = Duration::from_secs(60);

const SETTINGS: [&str; 8] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "max_connections=200",
    "shared_buffers=64MB",
    "lc_messages=C",
];

/// A server that runs until it is dropped.
#[derive(Debug)]
pub(crate) struct Postgres {
    // In this order: the server ends before its folder goes.
    _process: Ending,
    _folder: TempDir,
    url: String,
}

/// A server that is told to end without waiting for anybody who forgot to leave.
#[derive(Debug)]
struct Ending(Stopped);

impl Drop for Ending {
    fn drop(&mut self) {
        // Fails when it has ended already.
        process::succeeds(process::command("kill").args(["-INT", &self.0.id().to_string()]));
    }
}

impl Postgres {
    /// Installs PostgreSQL when it is missing, and starts a server.
    ///
    /// # Errors
    /// When it cannot be installed, or does not start.
    pub(crate) fn start() -> Result<Self> {
        let programs = programs()?;
        let user = user()?;
        let folder = tempfile::tempdir().context("cannot create a folder for PostgreSQL")?;
        if let Some((user, group)) = user {
            chown(folder.path(), Some(user), Some(group)).context("cannot give PostgreSQL its folder")?;
        }
        let command = |name: &str| {
            let mut command = process::command(programs.join(name));
            command.current_dir(folder.path());
            as_user(&mut command, user);
            command
        };
        let data = folder.path().join("data");
        let mut make = command("initdb");
        make.arg("-D").arg(&data).args(["-U", "postgres", "--auth=reject", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        process::capture(&mut make)?;
        fs::write(data.join("pg_hba.conf"), "host all all 127.0.0.1/32 password\n").context("cannot write pg_hba.conf")?;
        populate(command("postgres").arg("--single").arg("-D").arg(&data).arg("postgres"))?;

        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).context("no free port")?.port();
        // What it says of itself goes to stderr.
        let mut serve = process::command("sh");
        serve.current_dir(folder.path()).args(["-c", "exec \"$0\" \"$@\" 2>&1"]).arg(programs.join("postgres"));
        serve.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        for setting in SETTINGS {
            serve.args(["-c", setting]);
        }
        as_user(&mut serve, user);
        let (process, _) = server::once_it_says(&mut serve, "ready to accept connections", READY_MAX)?;
        let url = format!("postgres://{NAME}:{PASSWORD}@127.0.0.1:{port}/{NAME}");
        Ok(Self { _process: Ending(process), _folder: folder, url })
    }

    /// Where it is, and who may enter.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// Makes the user and the database, before anybody is let in.
fn populate(single: &mut Command) -> Result<()> {
    let name = process::shown(single);
    let mut child = single
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start `{name}`"))?;
    let mut stdin = child.stdin.take().context("the pipe was asked for above")?;
    write!(stdin, "CREATE ROLE {NAME} LOGIN PASSWORD '{PASSWORD}'\nCREATE DATABASE {NAME} OWNER {NAME}\n")?;
    drop(stdin);
    if child.wait()?.success() { Ok(()) } else { bail!("`{name}` failed") }
}

/// Whom PostgreSQL runs as when we are root.
fn user() -> Result<Option<(u32, u32)>> {
    let id = |flag: &str, name: &[&str]| process::capture(process::command("id").arg(flag).args(name));
    if id("-u", &[])?.trim() != "0" {
        return Ok(None);
    }
    for name in ["postgres", "nobody"] {
        if process::succeeds(process::command("id").args(["-u", name])) {
            return Ok(Some((id("-u", &[name])?.trim().parse()?, id("-g", &[name])?.trim().parse()?)));
        }
    }
    bail!("PostgreSQL does not run as root, and this machine has neither a user postgres nor a user nobody")
}

fn as_user(command: &mut Command, user: Option<(u32, u32)>) {
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
}

/// The folder with the server's programs.
fn programs() -> Result<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    prerequisites::install("postgresql", "the tests on PostgreSQL", "put its initdb and postgres on the PATH")?;
    find().context("PostgreSQL was installed, and initdb is in none of the usual folders: put it on the PATH")
}

fn find() -> Option<PathBuf> {
    let on_path = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
    // Debian keeps each version in a folder of its own, off the PATH.
    let mut versions: Vec<_> =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    versions.sort_by_key(|path| path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse::<u32>().ok()));
    let packaged = versions.into_iter().rev().map(|version| version.join("bin"));
    packaged.chain(on_path).find(|folder| has_server(folder))
}

fn has_server(folder: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|name| folder.join(name).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpStream;

    #[test]
    fn a_server_listens_until_it_is_dropped() {
        // Where there is none, `cargo xtask test` installs it; a unit test does not.
        if find().is_none() {
            return;
        }
        let server = Postgres::start().unwrap();
        let (_, address) = server.url().split_once('@').unwrap();
        let address = address.split_once('/').unwrap().0.to_owned();
        let client = TcpStream::connect(&address).unwrap();
        drop(server);
        drop(client);
        assert!(TcpStream::connect(&address).is_err(), "it ended");
    }
}
