//! A running product for whoever needs one: started on a free port in a folder of its own, stopped when dropped.

use crate::process;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::{
    convert::Infallible,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// How long the demo may take to fill its agency on a slow machine.
const DEMO_READY_MAX: Duration = Duration::from_secs(300);

/// What `trimtab demo --json` prints once it serves.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Ready {
    /// Where it listens.
    pub(crate) url: String,
    /// Who can sign in.
    pub(crate) email: String,
    /// With what.
    pub(crate) password: String,
}

/// A demo that serves until it is dropped.
#[derive(Debug)]
pub(crate) struct Demo {
    _child: Stopped,
    _data: TempDir,
    pub(crate) ready: Ready,
}

impl Demo {
    /// Starts it and waits until it is filled and serves.
    ///
    /// # Errors
    /// When it ends early, prints something else, or is not ready in time.
    pub(crate) fn start(binary: &Path) -> Result<Self> {
        let data = tempfile::tempdir().context("cannot create a folder for the demo's data")?;
        let mut command = process::command(binary);
        // The demo keeps its installation beside the folder named, so a folder inside ours is named.
        command.arg("--data").arg(data.path().join("data")).args(["--json", "demo", "--listen", "127.0.0.1:0"]);
        let (child, ready) = first_document(&mut command, DEMO_READY_MAX)?;
        Ok(Self { _child: child, _data: data, ready })
    }
}

/// Who can sign in to an installation made here, and with what.
pub(crate) const ADMIN: (&str, &str) = ("admin@example.com", "a long enough passphrase for a trial");

/// Makes an empty installation in a folder, with [`ADMIN`] to sign in.
///
/// # Errors
/// When `trimtab init` fails.
pub(crate) fn init(binary: &Path, data: &Path) -> Result<()> {
    let mut command = process::command(binary);
    command.arg("--data").arg(data).args(["init", "--email", ADMIN.0, "--password-stdin"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().context("cannot start trimtab init")?;
    let mut stdin = child.stdin.take().context("the pipe was asked for above")?;
    writeln!(stdin, "{}", ADMIN.1).context("cannot hand the password to trimtab init")?;
    drop(stdin);
    if child.wait()?.success() { Ok(()) } else { bail!("trimtab init failed") }
}

/// Starts a program and reads the first JSON document it prints.
///
/// # Errors
/// When it ends early, prints something else, or prints nothing in time.
pub(crate) fn first_document<T>(command: &mut Command, within: Duration) -> Result<(Stopped, T)>
where
    T: serde::de::DeserializeOwned + Send + 'static,
{
    let name = process::shown(command);
    let child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{name}`"))?;
    let mut child = Stopped(child);
    let stdout = child.0.stdout.take().context("the pipe was asked for above")?;
    let (sender, document) = mpsc::channel();
    thread::spawn(move || {
        let mut documents = serde_json::Deserializer::from_reader(stdout).into_iter::<T>();
        drop(sender.send(documents.next())); // fails when the reader gave up waiting
        // Keep reading, so that the program never waits for a reader.
        documents.for_each(drop);
    });
    match document.recv_timeout(within) {
        Ok(Some(document)) => Ok((child, document.with_context(|| format!("`{name}` printed an unexpected document"))?)),
        Ok(None) => bail!("`{name}` ended before it was ready"),
        Err(_) => bail!("`{name}` was not ready within {} s", within.as_secs()),
    }
}

/// Starts a program and hands on the lines it prints, once one of them is `ready`.
///
/// # Errors
/// When it ends early, or says nothing of the kind in time.
pub(crate) fn once_it_says(command: &mut Command, ready: &str, within: Duration) -> Result<(Stopped, mpsc::Receiver<String>)> {
    let name = process::shown(command);
    let child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{name}`"))?;
    let mut child = Stopped(child);
    let stdout = child.0.stdout.take().context("the pipe was asked for above")?;
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        // A reader that went away must not stop the program.
        BufReader::new(stdout).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
    });
    let deadline = Instant::now() + within;
    loop {
        match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) if line.contains(ready) => return Ok((child, lines)),
            Ok(_) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => bail!("`{name}` ended before it was ready"),
            Err(mpsc::RecvTimeoutError::Timeout) => bail!("`{name}` was not ready within {} s", within.as_secs()),
        }
    }
}

/// Waits so long, for want of something to wait for.
pub(crate) fn pause(time: Duration) {
    let (_sender, nothing) = mpsc::channel::<Infallible>();
    match nothing.recv_timeout(time) {
        Ok(never) => match never {},
        Err(mpsc::RecvTimeoutError::Timeout | mpsc::RecvTimeoutError::Disconnected) => {}
    }
}

/// A program that is asked to stop when this is dropped, and made to when it does not.
#[derive(Debug)]
pub(crate) struct Stopped(Child);

impl Stopped {
    /// Starts it.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let name = process::shown(command);
        command.spawn().map(Self).with_context(|| format!("cannot start `{name}`"))
    }

    /// The process id.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        let asked = process::succeeds(process::command("kill").args(["-TERM", &self.0.id().to_string()]));
        if !asked {
            drop(self.0.kill()); // fails when it has ended already
        }
        drop(self.0.wait());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_secs(20);

    #[test]
    fn the_first_document_is_read_and_the_program_stopped() {
        let mut shell = process::command("sh");
        shell.args(["-c", r#"echo '{"url":"http://127.0.0.1:1","email":"a@b","password":"c"}'; exec sleep 600"#]);
        let (child, ready) = first_document::<Ready>(&mut shell, SHORT).unwrap();
        assert_eq!(ready.email, "a@b");
        drop(child); // would hang for ten minutes if the program were not stopped
    }

    #[test]
    fn lines_are_handed_on_once_the_program_is_ready() {
        let mut shell = process::command("sh");
        shell.args(["-c", "echo starting; echo is listening; echo first; echo second; exec sleep 600"]);
        let (_child, lines) = once_it_says(&mut shell, "is listening", SHORT).unwrap();
        assert_eq!(lines.recv_timeout(SHORT).unwrap(), "first");
        let early = once_it_says(process::command("sh").args(["-c", "echo no"]), "is listening", SHORT).unwrap_err();
        assert!(early.to_string().ends_with("ended before it was ready"), "{early}");
    }

    #[test]
    fn a_program_that_ends_early_or_prints_prose_is_named() {
        let early = first_document::<Ready>(process::command("sh").args(["-c", "exit 1"]), SHORT).unwrap_err();
        assert_eq!(early.to_string(), "`sh -c exit 1` ended before it was ready");
        let prose = first_document::<Ready>(process::command("sh").args(["-c", "echo listening"]), SHORT).unwrap_err();
        assert!(prose.to_string().ends_with("printed an unexpected document"));
    }
}
