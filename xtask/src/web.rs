//! The web client: its packages, its build, its own checks and tests. Work whose inputs have not changed is skipped.

use crate::{
    process::{self, Closing},
    report,
    workspace::{self, Workspace},
};
use anyhow::{Context, Result};
use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
    process::Command,
};

/// Folders of `web/` that are made, not written.
const MADE: [&str; 5] = ["node_modules", "dist", "dist-mock", "test-results", "playwright-report"];

fn folder() -> PathBuf {
    workspace::root().join("web")
}

fn npm(args: &[&str]) -> Command {
    let mut npm = process::command("npm");
    npm.args(args).current_dir(folder());
    npm
}

/// `npm ci`, unless `node_modules` is newer than the lock file: npm writes its own copy of the lock file last.
///
/// # Errors
/// When npm fails; its own output says why.
pub(crate) fn install() -> Result<()> {
    let written = |path: &str| fs::metadata(folder().join(path)).and_then(|file| file.modified()).ok();
    let installed = written("node_modules/.package-lock.json");
    if installed.is_some() && installed >= written("package-lock.json") {
        report::say(format_args!("up to date, skipped"));
        return Ok(());
    }
    process::run(&mut npm(&["ci"]))
}

/// `npm run build`, unless `dist` was made from exactly these sources.
///
/// # Errors
/// When the build fails; its own output says why.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    let mut inputs = Vec::new();
    collect(&folder(), &mut inputs)?;
    let done = folder().join("dist/index.html");
    let stamp = workspace.scratch()?.join("web-build.stamp");
    let fingerprint = fingerprint(&inputs)?;
    if done.exists() && fs::read_to_string(&stamp).is_ok_and(|old| old == fingerprint) {
        report::say(format_args!("unchanged, skipped"));
        return Ok(());
    }
    process::run(&mut npm(&["run", "build"]))?;
    fs::write(&stamp, fingerprint).with_context(|| format!("cannot write {}", stamp.display()))
}

/// Runs one of the client's scripts, with arguments after `--`.
///
/// # Errors
/// When it fails.
pub(crate) fn script(words: &[&str]) -> Result<()> {
    process::run(npm(&["run"]).args(words))
}

/// Runs one of the client's test scripts with more environment.
///
/// # Errors
/// When it cannot run; failed tests are in the answer.
pub(crate) fn tests(name: &str, environment: &[(&str, String)]) -> Result<Closing> {
    process::run_tests(npm(&["run", name]).envs(environment.iter().map(|(name, value)| (*name, value.as_str()))))
}

/// The hash of names and contents. A newer Rust may hash differently, which costs one needless build.
fn fingerprint(files: &[PathBuf]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        fs::read(file).with_context(|| format!("cannot read {}", file.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut entries = entries.map(|entry| entry.map(|e| e.path())).collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    for path in entries {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && !MADE.contains(&name) {
            collect(&path, files)?;
        } else if path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_folders_are_not_inputs_and_any_change_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in [("src/a.ts", "a"), ("node_modules/x/index.js", "x"), ("index.html", "<html>")] {
            fs::create_dir_all(dir.path().join(name).parent().unwrap()).unwrap();
            fs::write(dir.path().join(name), text).unwrap();
        }
        let files = || {
            let mut files = Vec::new();
            collect(dir.path(), &mut files).unwrap();
            files
        };
        assert_eq!(files(), ["index.html", "src/a.ts"].map(|name| dir.path().join(name)));
        let before = fingerprint(&files()).unwrap();
        assert_eq!(fingerprint(&files()).unwrap(), before);
        fs::write(dir.path().join("src/a.ts"), "b").unwrap();
        assert_ne!(fingerprint(&files()).unwrap(), before);
    }
}
