//! A PostgreSQL of our own: a cluster in a temporary folder, reached by a socket in it, gone with the test.

use std::{
    path::PathBuf,
    process::{Command, Output},
};

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    folder: PathBuf,
}

/// Runs a program of PostgreSQL's, as an ordinary user: it refuses the superuser.
fn run(program: &str, arguments: &[&str]) -> std::io::Result<Output> {
    let root = Command::new("id").arg("-u").output()?.stdout.starts_with(b"0\n");
    let mut command = if root { Command::new("runuser") } else { Command::new(program) };
    if root {
        command.args(["-u", "postgres", "--", program]);
    }
    command.args(arguments).current_dir("/tmp").output()
}

impl Server {
    /// Starts one; `None` where PostgreSQL is not installed, which only a developer's machine may be.
    pub(crate) fn start() -> Option<Self> {
        if run("initdb", &["--version"]).map_or(true, |output| !output.status.success()) {
            assert!(std::env::var_os("CI").is_none(), "initdb, pg_ctl and psql of PostgreSQL are needed: install its packages");
            println!("left out: PostgreSQL (initdb) is not installed");
            return None;
        }
        let made = run("mktemp", &["-d", "/tmp/trimtab-pg-XXXXXX"]).unwrap();
        let folder = PathBuf::from(String::from_utf8(made.stdout).unwrap().trim());
        let server = Self { folder };
        let (data, log) = (server.path("data"), server.path("log"));
        let options = format!("-k {} -c listen_addresses='' -c fsync=off", server.folder.display());
        server.must("initdb", &["-D", &data, "-U", "owner", "--auth=trust", "--no-sync", "-E", "UTF8"]);
        server.must("pg_ctl", &["-D", &data, "-l", &log, "-o", &options, "-w", "start"]);
        Some(server)
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn must(&self, program: &str, arguments: &[&str]) {
        let output = run(program, arguments).unwrap();
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Runs statements as the owner.
    pub(crate) fn tell(&self, statements: &str) {
        let folder = self.folder.display().to_string();
        self.must("psql", &["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", &folder, "-U", "owner", "-d", "postgres", "-c", statements]);
    }

    /// How to connect as a user.
    pub(crate) fn address(&self, user: &str) -> String {
        format!("host={} user={user} dbname=postgres", self.folder.display())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _stopped = run("pg_ctl", &["-D", &self.path("data"), "-m", "immediate", "-w", "stop"]);
        let _removed = run("rm", &["-rf", &self.folder.display().to_string()]);
    }
}
