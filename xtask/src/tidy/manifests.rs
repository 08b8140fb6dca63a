//! Every crate takes its lints, its edition and the versions of its dependencies from the workspace, and declares only what it names.

use super::{Finding, Tree};
use toml::{Table, Value};

const INHERITED: [&str; 5] = ["version", "edition", "rust-version", "license", "publish"];

pub(super) fn inherit(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.iter().filter(|f| f.path.ends_with("/Cargo.toml")) {
        let rule = "inheritance";
        let line_of = |key: &str| file.numbered().find(|(_, line)| line.trim_start().starts_with(key)).map_or(1, |(line, _)| line);
        let manifest: Table = match file.text.parse() {
            Ok(manifest) => manifest,
            Err(error) => {
                findings.push(file.finding(1, rule, format!("is not TOML: {}", error.message()), "mend it"));
                continue;
            }
        };
        let inherits = |value: Option<&Value>| value.and_then(|v| v.get("workspace")).and_then(Value::as_bool) == Some(true);
        if !inherits(manifest.get("lints")) {
            findings.push(file.finding(1, rule, "does not take the workspace's lints", "add [lints] workspace = true"));
        }
        for key in INHERITED {
            if !inherits(manifest.get("package").and_then(|package| package.get(key))) {
                findings.push(file.finding(
                    line_of(key),
                    rule,
                    format!("states its own `{key}`"),
                    "write it as KEY.workspace = true",
                ));
            }
        }
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(Value::Table(dependencies)) = manifest.get(section) else {
                continue;
            };
            for (name, value) in dependencies {
                if !inherits(Some(value)) {
                    let what = format!("`{name}` does not come from the workspace");
                    findings.push(file.finding(line_of(name), rule, what, "state it once in [workspace.dependencies]"));
                }
            }
        }
    }
    findings
}

/// A dependency nobody names still costs everybody its build.
pub(super) fn unused(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.iter().filter(|f| f.path.ends_with("/Cargo.toml")) {
        let Some(folder) = file.path.strip_suffix("Cargo.toml") else {
            continue;
        };
        let Ok(manifest) = file.text.parse::<Table>() else { continue }; // `inherit` says so
        for section in ["dependencies", "dev-dependencies"] {
            let Some(Value::Table(dependencies)) = manifest.get(section) else {
                continue;
            };
            let code = || {
                tree.rust().filter(|f| {
                    f.path.starts_with(folder) && (section != "dependencies" || f.path[folder.len()..].starts_with("src/"))
                })
            };
            for name in dependencies.keys() {
                let word = name.replace('-', "_");
                if !code().any(|f| names(&f.text, &word)) {
                    let line = file.numbered().find(|(_, line)| line.starts_with(name.as_str())).map_or(1, |(line, _)| line);
                    findings.push(file.finding(
                        line,
                        "unused",
                        format!("`{name}` is named by no code of [{section}]"),
                        "remove it",
                    ));
                }
            }
        }
    }
    findings
}

/// Whether a text names a crate: the whole word, followed by a path, a macro's `!`, or the end of a `use`.
fn names(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let after = &text[at + word.len()..];
        before && ["::", ";", " as ", "!"].iter().any(|end| after.starts_with(end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_inherited_is_named() {
        let good = "[package]\nname = \"x\"\nversion.workspace = true\nedition.workspace = true\nrust-version.workspace = true\n\
            license.workspace = true\npublish.workspace = true\n[lints]\nworkspace = true\n[dependencies]\nserde.workspace = true\n\
            tokio = { workspace = true, features = [\"fs\"] }\n";
        assert!(inherit(&Tree::of(&[("crates/x/Cargo.toml", good)])).is_empty());
        let bad = good.replace("[lints]\nworkspace = true\n", "").replace("edition.workspace = true", "edition = \"2021\"")
            + "rand = \"0.10\"\n";
        let found: Vec<_> = inherit(&Tree::of(&[("crates/x/Cargo.toml", &bad)])).into_iter().map(|f| (f.line, f.what)).collect();
        assert_eq!(
            found,
            [
                (1, "does not take the workspace's lints".to_owned()),
                (4, "states its own `edition`".to_owned()),
                (11, "`rand` does not come from the workspace".to_owned()),
            ]
        );
    }

    #[test]
    fn a_dependency_nobody_names_is_found() {
        let manifest =
            "[dependencies]\nserde_json.workspace = true\nrand.workspace = true\n[dev-dependencies]\ninsta.workspace = true\n";
        let tree = Tree::of(&[
            ("crates/x/Cargo.toml", manifest),
            ("crates/x/src/lib.rs", "use serde_json::Value;\nlet operand = my_rand::f();\n"),
            ("crates/x/tests/it/main.rs", "use rand::Rng;\ninsta::assert_snapshot!(x);\n"),
            ("crates/y/src/lib.rs", "use rand::Rng;\n"),
        ]);
        let found: Vec<_> = unused(&tree).into_iter().map(|f| (f.line, f.what)).collect();
        assert_eq!(found, [(3, "`rand` is named by no code of [dependencies]".to_owned())]);
    }
}
