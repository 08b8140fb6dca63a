//! Starting other programs. Their stdout never reaches ours unless asked for, so that `--json` stays clean.

use crate::workspace;
use anyhow::{Context, Result, bail};
use std::{
    ffi::OsStr,
    io::{self, BufRead, BufReader, IsTerminal, Read, Write},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
};

/// A command in the repository's root, without stdin, that does not phone home: only package registries may be asked.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(workspace::root()).stdin(Stdio::null());
    for (name, value) in [
        ("DO_NOT_TRACK", "1"),
        ("NO_UPDATE_NOTIFIER", "1"),
        ("npm_config_update_notifier", "false"),
        ("npm_config_audit", "false"),
        ("npm_config_fund", "false"),
        ("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
        // Tests talk to loopback; a proxy that the machine needs for registries must not stand between.
        ("NO_PROXY", "127.0.0.1,localhost,::1"),
        ("no_proxy", "127.0.0.1,localhost,::1"),
    ] {
        command.env(name, value);
    }
    command
}

/// The cargo that runs us, without what it tells us of our own package: build scripts that watch those variables (ring's) would take
/// them for a change, and most dependencies would be built anew.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let mut cargo = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            cargo.env_remove(name);
        }
    }
    cargo.args(args);
    cargo
}

/// Runs it with its output on our stderr.
///
/// # Errors
/// When it cannot be started or fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = shown(command);
    let status = command.stdout(Stdio::from(io::stderr())).status().with_context(|| format!("cannot start `{name}`"))?;
    if status.success() { Ok(()) } else { bail!("`{name}` failed ({status})") }
}

/// Runs it and returns its stdout.
///
/// # Errors
/// When it cannot be started, fails, or prints something that is not UTF-8.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let name = shown(command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot start `{name}`"))?;
    if !output.status.success() {
        bail!("`{name}` failed ({})", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{name}` printed text that is not UTF-8"))
}

/// Whether it can be started and succeeds; all it prints is dropped.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// How a test runner ended.
#[derive(Debug)]
pub(crate) struct Closing {
    /// Whether everything passed.
    pub(crate) ok: bool,
    /// Its own closing lines, word for word.
    pub(crate) lines: Vec<String>,
}

/// Runs a test runner with its output passed on line by line, and keeps the lines that sum it up.
///
/// # Errors
/// When it cannot be started.
pub(crate) fn run_tests(command: &mut Command) -> Result<Closing> {
    if io::stderr().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always").env("FORCE_COLOR", "1");
    } else {
        // Vitest takes `CI` for a terminal.
        command.env("NO_COLOR", "1");
    }
    let name = shown(command);
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().with_context(|| format!("cannot start `{name}`"))?;
    let (sender, lines) = mpsc::channel();
    for pipe in [
        child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
        child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
    ] {
        let (pipe, sender) = (pipe.context("the pipe was asked for above")?, sender.clone());
        thread::spawn(move || {
            let mut pipe = BufReader::new(pipe);
            let mut line = Vec::new();
            while pipe.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                    return;
                }
                line.clear();
            }
        });
    }
    drop(sender);
    let mut closing = Vec::new();
    let mut err = io::stderr();
    for line in lines {
        drop(err.write_all(line.as_bytes())); // nobody reading is not an error
        let plain = without_colour(line.trim_end());
        if sums_up(&plain) {
            closing.push(plain);
        }
    }
    let ok = child.wait().with_context(|| format!("cannot wait for `{name}`"))?.success();
    if !ok && closing.is_empty() {
        bail!("`{name}` failed before it ran a test");
    }
    Ok(Closing { ok, lines: closing })
}

/// Whether a line is how nextest, libtest, Vitest or Playwright ends.
fn sums_up(line: &str) -> bool {
    let line = line.trim();
    let counted = |words: &[&str]| {
        let mut parts = line.split_whitespace();
        parts.next().is_some_and(|n| n.parse::<u32>().is_ok()) && parts.next().is_some_and(|w| words.contains(&w))
    };
    line.starts_with("Summary [")
        || (line.starts_with("test result:") && !line.contains(" 0 passed; 0 failed"))
        || (line.starts_with("Tests ") && (line.contains(" passed") || line.contains(" failed")))
        || counted(&["passed", "failed", "flaky", "skipped"])
}

fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain
}

/// The command as a person would type it, without its environment.
pub(crate) fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let program = program.file_name().unwrap_or(command.get_program()).to_string_lossy().into_owned();
    std::iter::once(program).chain(command.get_args().map(|arg| arg.to_string_lossy().into_owned())).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_each_runner_are_known() {
        for line in [
            "     Summary [   4.031s] 212 tests run: 212 passed, 0 skipped",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "      Tests  45 passed (45)",
            "  12 passed (31.2s)",
            "  1 failed",
        ] {
            assert!(sums_up(line), "{line}");
        }
        for line in [
            "PASS [ 0.004s] trimtab-domain day::tests::x",
            "3 files changed",
            "Tests are run",
            "passed 3",
            "test result: ok. 0 passed; 0 failed; 0 ignored",
        ] {
            assert!(!sums_up(line), "{line}");
        }
    }

    #[test]
    fn colour_is_removed() {
        assert_eq!(without_colour("\u{1b}[32;1m  Summary\u{1b}[0m [ 1s]"), "  Summary [ 1s]");
    }

    #[test]
    fn output_is_captured_and_failure_named() {
        let mut echo = command("sh");
        assert_eq!(capture(echo.args(["-c", "echo hello"])).unwrap(), "hello\n");
        let mut fails = command("sh");
        assert_eq!(run(fails.args(["-c", "exit 3"])).unwrap_err().to_string(), "`sh -c exit 3` failed (exit status: 3)");
    }

    #[test]
    fn a_runner_that_dies_early_is_an_error_and_a_failed_one_is_not() {
        assert!(run_tests(command("sh").args(["-c", "exit 1"])).is_err());
        let closing = run_tests(command("sh").args(["-c", "echo '  1 failed'; echo '  2 passed (1s)' >&2; exit 1"])).unwrap();
        assert!(!closing.ok);
        assert_eq!(closing.lines.len(), 2);
    }
}
