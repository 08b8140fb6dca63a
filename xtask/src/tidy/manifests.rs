//! Every crate takes its lints, its edition and the versions of its dependencies from the workspace.

use super::{Finding, Tree};
use toml::{Table, Value};

const INHERITED: [&str; 5] = ["version", "edition", "rust-version", "license", "publish"];

pub(super) fn inherit(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.iter().filter(|f| f.path.ends_with("/Cargo.toml")) {
        let rule = "inheritance";
        let line_of = |key: &str| {
            file.numbered()
                .find(|(_, line)| line.trim_start().starts_with(key))
                .map_or(1, |(line, _)| line)
        };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_inherited_is_named() {
        let good = "[package]\nname = \"x\"\nversion.workspace = true\nedition.workspace = true\nrust-version.workspace = true\n\
            license.workspace = true\npublish.workspace = true\n[lints]\nworkspace = true\n[dependencies]\nserde.workspace = true\n\
            tokio = { workspace = true, features = [\"fs\"] }\n";
        assert!(inherit(&Tree::of(&[("crates/x/Cargo.toml", good)])).is_empty());
        let bad = good
            .replace("[lints]\nworkspace = true\n", "")
            .replace("edition.workspace = true", "edition = \"2021\"")
            + "rand = \"0.10\"\n";
        let found: Vec<_> = inherit(&Tree::of(&[("crates/x/Cargo.toml", &bad)]))
            .into_iter()
            .map(|f| (f.line, f.what))
            .collect();
        assert_eq!(
            found,
            [
                (1, "does not take the workspace's lints".to_owned()),
                (4, "states its own `edition`".to_owned()),
                (11, "`rand` does not come from the workspace".to_owned()),
            ]
        );
    }
}
