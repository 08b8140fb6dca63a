//! Rules about source text: how long a file may be, how it opens, what may stand where, what may not stand at all.

use super::{File, Finding, Tree};

/// Lines a file may have, its tests not counted.
const LINES_MAX: usize = 600;

pub(super) fn size(tree: &Tree) -> Vec<Finding> {
    let long = |file: &File| {
        let lines = file.product_lines().count();
        let what = format!("has {lines} lines, {LINES_MAX} are allowed");
        (lines > LINES_MAX).then(|| file.finding(LINES_MAX + 1, "size", what, "split it by responsibility"))
    };
    tree.iter().filter(|f| f.is_rust() || f.is_web_source()).filter_map(long).collect()
}

pub(super) fn header(tree: &Tree) -> Vec<Finding> {
    let bare = |file: &File| {
        let opens = file.text.lines().next().is_some_and(|line| line.starts_with("//!"));
        (!opens)
            .then(|| file.finding(1, "header", "does not open with `//!`", "say what the module is for, does not do, and keeps"))
    };
    // A file of tests is introduced by the module it tests.
    tree.rust().filter(|file| !file.is_test()).filter_map(bare).collect()
}

/// Words of product code that belong to some crates.
struct Place {
    words: &'static [&'static str],
    crates: Crates,
    fix: &'static str,
}

enum Crates {
    /// These may use the words, and no other.
    Only(&'static [&'static str]),
    /// All but these may.
    Not(&'static [&'static str]),
}

impl Crates {
    fn may(&self, krate: &str) -> bool {
        match self {
            Self::Only(these) => these.contains(&krate),
            Self::Not(these) => !these.contains(&krate),
        }
    }
}

const PLACES: [Place; 5] = [
    Place {
        words: &["std::env::", "env::var(", "env::var_os(", "env::args"],
        crates: Crates::Only(&["trimtab", "xtask"]),
        fix: "take it as a parameter: only the binary reads the environment",
    },
    Place {
        words: &["tokio::signal", "process::exit("],
        crates: Crates::Only(&["trimtab", "xtask"]),
        fix: "take a CancellationToken or return: only the binary owns the process",
    },
    Place {
        words: &["std::fs::", "tokio::fs::", "std::fs;", "tokio::fs;"],
        crates: Crates::Only(&["trimtab", "store", "facts", "xtask"]),
        fix: "take bytes: files belong to the binary and the two stores",
    },
    Place {
        words: &["async fn", "tokio::", ".await", "std::net::", "std::thread::", "std::io::"],
        crates: Crates::Not(&["domain"]),
        fix: "domain does no I/O, is never async and never waits: move it up",
    },
    Place {
        words: &["datafusion::", "deltalake::", "arrow::", "sea_orm::", "reqwest::", "utoipa::"],
        crates: Crates::Not(&["engine", "connect", "domain"]),
        fix: "translate at the crate that owns it; see ARCHITECTURE.md",
    },
];

pub(super) fn places(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        let Some(krate) = file.krate() else { continue };
        for place in PLACES.iter().filter(|place| !place.crates.may(krate)) {
            for (line, text) in file.product_lines().filter(|(_, text)| !text.trim_start().starts_with("//")) {
                if let Some(word) = place.words.iter().find(|word| text.contains(**word)) {
                    findings.push(file.finding(line, "places", format!("`{krate}` may not name `{word}`"), place.fix));
                }
            }
        }
    }
    findings
}

// Written in two halves, so that these rules do not find themselves.
const UNFINISHED: [&str; 6] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
    concat!("to", "do!("),
    concat!("unimplement", "ed!("),
    concat!("HA", "CK:"),
];
const WEAK: [&str; 6] = [
    concat!("#[ig", "nore"),
    concat!("should_", "panic"),
    concat!("test.sk", "ip("),
    concat!("test.on", "ly("),
    concat!("it.sk", "ip("),
    concat!("describe.sk", "ip("),
];

pub(super) fn unfinished(tree: &Tree) -> Vec<Finding> {
    words(tree, "unfinished", &UNFINISHED, "finish it, or leave it out and open an issue")
}

pub(super) fn weak_tests(tree: &Tree) -> Vec<Finding> {
    words(tree, "weak tests", &WEAK, "a test runs, and asserts what it means")
}

fn words(tree: &Tree, rule: &'static str, words: &[&str], fix: &'static str) -> Vec<Finding> {
    let code = |f: &&File| {
        let written = [".rs", ".ts", ".tsx", ".mjs", ".toml", ".yaml", ".md", ".css"];
        written.iter().any(|end| f.path.ends_with(end)) && !f.path.contains("/generated/")
    };
    let mut findings = Vec::new();
    for file in tree.iter().filter(code) {
        for (line, text) in file.numbered() {
            if let Some(word) = words.iter().find(|word| text.contains(**word)) {
                findings.push(file.finding(line, rule, format!("holds `{word}`"), fix));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_product_code_only() {
        let (short, long) = ("x\n".repeat(LINES_MAX), "x\n".repeat(LINES_MAX + 1));
        let tested = format!("{short}#[cfg(test)]\nmod tests {{\n{long}}}\n");
        let tree = Tree::of(&[
            ("crates/x/src/a.rs", &tested),
            ("crates/x/src/a/tests.rs", &long),
            ("crates/x/tests/it/main.rs", &long),
            ("web/src/api/generated/schema.ts", &long),
            ("crates/x/src/b.rs", &long),
            ("web/src/pages/home.tsx", &long),
        ]);
        let found: Vec<_> = size(&tree).into_iter().map(|f| f.path).collect();
        assert_eq!(found, ["crates/x/src/b.rs", "web/src/pages/home.tsx"]);
    }

    #[test]
    fn a_module_opens_with_what_it_is_for() {
        let tree = Tree::of(&[("crates/x/src/a.rs", "//! Days.\n"), ("crates/x/src/b.rs", "use std::fmt;\n//! Days.\n")]);
        assert_eq!(header(&tree).len(), 1);
    }

    #[test]
    fn words_stand_where_they_belong() {
        let tree = Tree::of(&[
            ("crates/trimtab/src/main.rs", "let x = std::env::args();\n"),
            (
                "crates/engine/src/a.rs",
                "// std::env::args is the binary's\nlet x = std::env::var(\"X\");\nuse datafusion::prelude;\n",
            ),
            ("crates/domain/src/day.rs", "async fn now() {}\n#[cfg(test)]\nmod tests { use std::thread::spawn; }\n"),
            ("crates/facts/src/a.rs", "use datafusion::prelude;\nuse std::fs;\n"),
            ("crates/wire/tests/it/main.rs", "std::env::var(\"X\")\n"),
        ]);
        let found: Vec<_> = places(&tree).into_iter().map(|f| (f.path, f.line)).collect();
        let expected = [("crates/engine/src/a.rs", 2), ("crates/engine/src/a.rs", 3), ("crates/domain/src/day.rs", 1)];
        assert_eq!(found, expected.map(|(path, line)| (path.to_owned(), line)));
    }

    #[test]
    fn unfinished_work_and_weak_tests_are_found() {
        let text = format!("fn a() {{}}\n// {} later\n{}]\n", UNFINISHED[0], WEAK[0]);
        let tree = Tree::of(&[("crates/x/src/a.rs", &text), ("crates/x/data.csv", &text)]);
        assert_eq!(unfinished(&tree).iter().map(|f| f.line).collect::<Vec<_>>(), [2]);
        assert_eq!(weak_tests(&tree).iter().map(|f| f.line).collect::<Vec<_>>(), [3]);
    }
}
