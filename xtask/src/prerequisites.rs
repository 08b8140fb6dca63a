//! What the machine must offer. What can be installed from the system's packages is; what cannot is named with the way to get it.

use crate::{process, report};
use anyhow::{Context, Result, bail};
use std::{env, path::PathBuf};

/// The oldest Node that the web client's tools run on.
const NODE_MIN: (u32, u32) = (20, 19);
const CHROMIUM_NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Node, npm and a C compiler: what building needs besides Rust.
///
/// # Errors
/// Naming every one that is missing at once, with the way to get it.
pub(crate) fn for_building() -> Result<()> {
    let mut missing = Vec::new();
    let found = process::capture(process::command("node").arg("--version")).unwrap_or_default();
    if version(&found).is_none_or(|version| version < NODE_MIN) {
        let found = if found.is_empty() { "none" } else { found.trim() };
        missing.push(format!("Node {}.{} or newer (found: {found}): see nodejs.org", NODE_MIN.0, NODE_MIN.1));
    }
    if !process::succeeds(process::command("npm").arg("--version")) {
        missing.push("npm (it comes with Node; Debian packages it apart: apt-get install npm)".to_owned());
    }
    let compilers = env::var("CC").into_iter().chain(["cc", "gcc", "clang"].map(ToOwned::to_owned));
    if !compilers.into_iter().any(|name| process::succeeds(process::command(name).arg("--version"))) {
        missing.push("a C compiler (Debian: apt-get install build-essential; macOS: xcode-select --install)".to_owned());
    }
    if missing.is_empty() { Ok(()) } else { bail!("this machine lacks:\n  - {}", missing.join("\n  - ")) }
}

/// Major and minor of `v20.19.1`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

/// Whether `cargo nextest` is there. It takes minutes to build, so its absence is no reason to install it.
pub(crate) fn nextest() -> bool {
    process::succeeds(&mut process::cargo(&["nextest", "--version"]))
}

/// A Chromium for the browser journeys: `$CHROMIUM`, the system's, or one installed now from the system's packages.
///
/// # Errors
/// When there is none and none can be installed.
pub(crate) fn chromium() -> Result<PathBuf> {
    if let Some(given) = env::var_os("CHROMIUM") {
        return Ok(given.into());
    }
    if let Some(found) = on_path() {
        return Ok(found);
    }
    install("chromium", "the browser journeys", "set CHROMIUM to a browser's full path")?;
    on_path().context("chromium was installed and is still not on the PATH: set CHROMIUM to its full path")
}

fn on_path() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).flat_map(|folder| CHROMIUM_NAMES.map(|name| folder.join(name))).find(|file| file.is_file())
}

/// Installs one of the system's packages for what needs it.
///
/// # Errors
/// When that cannot be done; `otherwise` says what helps as well.
pub(crate) fn install(package: &str, what: &str, otherwise: &str) -> Result<()> {
    let by_hand = format!("install {package} by hand, or {otherwise}");
    if !process::succeeds(process::command("apt-get").arg("--version")) {
        bail!("{what} need {package} and this machine has no apt-get: {by_hand}");
    }
    let root = process::capture(process::command("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let apt: &[&str] = if root {
        &["apt-get"]
    } else if process::succeeds(process::command("sudo").args(["-n", "true"])) {
        &["sudo", "-n", "apt-get"]
    } else {
        bail!("{what} need {package}, and installing it needs root or password-less sudo: {by_hand}");
    };
    report::say(format_args!("installing {package} from the system's packages"));
    let apt_get = |args: &[&str]| {
        let mut command = process::command(apt[0]);
        process::run(command.args(&apt[1..]).args(args).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt_get(&["update", "-q"]).and_then(|()| apt_get(&["install", "-y", "-q", "--no-install-recommends", package])).context(by_hand)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_are_read_and_ordered() {
        assert_eq!(version("v20.20.2\n"), Some((20, 20)));
        assert_eq!(version(""), None);
        assert!(version("v20.9.0") < Some(NODE_MIN) && version("v22.0.0") > Some(NODE_MIN));
    }
}
