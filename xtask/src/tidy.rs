//! The rules of the house that no compiler knows, each a function with a test.
//!
//! A finding names file, line, rule and what to do. Rules read the files that git tracks or would track; nothing is ever changed here.

use crate::{
    process, report,
    workspace::{self, Workspace},
};
use anyhow::{Context, Result, bail};
use std::{fmt, fs};

mod architecture;
mod documents;
mod features;
mod manifests;
mod naming;
mod sources;
mod strings;

/// One breach of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    rule: &'static str,
    what: String,
    fix: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: [{}] {}; {}", self.path, self.line, self.rule, self.what, self.fix)
    }
}

/// A file of the repository.
#[derive(Debug)]
pub(crate) struct File {
    path: String,
    /// Empty for files that are not text.
    text: String,
}

impl File {
    /// The crate folder's name, for files under `crates/`; `xtask` for its own.
    fn krate(&self) -> Option<&str> {
        let mut parts = self.path.split('/');
        match parts.next()? {
            "crates" => parts.next(),
            "xtask" => Some("xtask"),
            _ => None,
        }
    }

    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Written by people for the web client.
    fn is_web_source(&self) -> bool {
        self.path.starts_with("web/src/")
            && (self.path.ends_with(".ts") || self.path.ends_with(".tsx"))
            && !self.path.contains("/generated/")
    }

    /// Whether the whole file is test code, or an example.
    fn is_test(&self) -> bool {
        let mut parts = self.path.split('/').rev();
        let name = parts.next().unwrap_or_default();
        name == "tests.rs"
            || name.contains(".test.ts")
            || parts.any(|folder| matches!(folder, "tests" | "test" | "e2e" | "benches" | "examples"))
    }

    /// The numbered lines before the test module that ends the file; none if it is all test code.
    fn product_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let tests = self.text.lines().position(|line| line == "#[cfg(test)]");
        let end = if self.is_test() { 0 } else { tests.unwrap_or(usize::MAX) };
        self.numbered().take(end)
    }

    fn numbered(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    fn finding(&self, line: usize, rule: &'static str, what: impl Into<String>, fix: &'static str) -> Finding {
        Finding { path: self.path.clone(), line, rule, what: what.into(), fix }
    }
}

/// The repository's files.
#[derive(Debug)]
pub(crate) struct Tree(Vec<File>);

impl Tree {
    fn load() -> Result<Self> {
        let list = process::capture(process::command("git").args(["ls-files", "-z", "-co", "--exclude-standard"]))?;
        let mut files = Vec::new();
        for path in list.split_terminator('\0') {
            let full = workspace::root().join(path);
            if !full.is_file() {
                continue; // deleted since it was listed
            }
            let bytes = fs::read(&full).with_context(|| format!("cannot read {path}"))?;
            files.push(File { path: path.to_owned(), text: String::from_utf8(bytes).unwrap_or_default() });
        }
        Ok(Self(files))
    }

    fn iter(&self) -> std::slice::Iter<'_, File> {
        self.0.iter()
    }

    fn get(&self, path: &str) -> Option<&File> {
        self.iter().find(|file| file.path == path)
    }

    fn rust(&self) -> impl Iterator<Item = &File> {
        self.iter().filter(|file| file.is_rust())
    }

    #[cfg(test)]
    fn of(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() }).collect())
    }
}

/// # Errors
/// When any rule is broken, after all findings were printed.
pub(crate) fn run() -> Result<()> {
    let tree = Tree::load()?;
    let workspace = Workspace::load()?;
    let rules: [fn(&Tree) -> Vec<Finding>; 14] = [
        manifests::inherit,
        manifests::unused,
        naming::banned,
        sources::size,
        sources::header,
        sources::places,
        sources::unfinished,
        sources::weak_tests,
        strings::secrets,
        strings::machine,
        strings::lock_files,
        documents::changelog,
        documents::links,
        documents::snapshots,
    ];
    let mut findings: Vec<_> = rules.iter().flat_map(|rule| rule(&tree)).collect();
    findings.extend(architecture::check(&tree, &workspace));
    findings.extend(features::check()?);
    findings.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    for finding in &findings {
        report::say(format_args!("{finding}"));
    }
    if findings.is_empty() {
        report::say(format_args!("tidy: {} files, nothing to mend", tree.0.len()));
        Ok(())
    } else {
        bail!("tidy: {} findings", findings.len())
    }
}
